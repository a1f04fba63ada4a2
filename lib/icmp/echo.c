// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Packets to own addresses: echo requests are answered (RFC 1122 3.2.2.6, RFC 1812 4.3.3.6).

#include <netinet/in.h>

#include <rte_byteorder.h>
#include <rte_ip.h>

#include "icmp/icmp.h"
#include "icmp/message.h"
#include "icmp/ping.h"
#include "icmp/source.h"
#include "ip6/ip6.h"
#include "slow/slow.h"
#include "tunnel/error.h"

bool (*gw_local_udp_hook)(struct rte_mbuf *m, uint32_t at);

#define FRAGMENT (RTE_IPV4_HDR_MF_FLAG | RTE_IPV4_HDR_OFFSET_MASK)

// Addresses swapped, the rest as it came: same TOS and data, no DF.
static enum gw_drop echo_answer(
	struct rte_mbuf *m, const struct rte_ipv4_hdr *ip, const struct rte_icmp_hdr *icmp)
{
	uint32_t at = (ip->version_ihl & 15) * 4u + sizeof(*icmp);
	struct gw_icmp_message msg = {
		.src = rte_be_to_cpu_32(ip->dst_addr),
		.dst = rte_be_to_cpu_32(ip->src_addr),
		.id = rte_be_to_cpu_16(ip->packet_id),
		.tos = ip->type_of_service,
		.type = GW_ICMP_ECHO_REPLY,
		.word = {icmp->icmp_ident, icmp->icmp_seq_nb},
		.room = m->pkt_len - at,
	};
	struct rte_mbuf *reply;
	const void *from;
	uint8_t *data;

	if (msg.room > gw_icmp_room())
		return GW_DROP_no_mbuf;
	reply = gw_icmp_make(&msg, &data);
	if (reply == NULL)
		return GW_DROP_no_mbuf;
	from = rte_pktmbuf_read(m, at, msg.room, data);
	if (from != data && from != NULL) // NULL: no data
		memcpy(data, from, msg.room);
	gw_slow_event(GW_EV_icmp_echo_replied);
	gw_icmp_send(gw_meta(m)->vrf, reply);
	return GW_DROP_NONE;
}

static enum gw_drop icmp_input(struct rte_mbuf *m, const struct rte_ipv4_hdr *ip)
{
	uint32_t at = (ip->version_ihl & 15) * 4u;
	struct rte_icmp_hdr copy;
	const struct rte_icmp_hdr *icmp = rte_pktmbuf_read(m, at, sizeof(copy), &copy);

	if (icmp == NULL || gw_icmp_sum(m, at) != UINT16_MAX)
		return GW_DROP_icmp_invalid;
	switch (icmp->icmp_type) {
	case GW_ICMP_ECHO_REQUEST:
		return echo_answer(m, ip, icmp);
	case GW_ICMP_ECHO_REPLY:
		if (!gw_ping_answered(m, at))
			return GW_DROP_local_protocol;
		gw_slow_event(GW_EV_icmp_echo_received);
		return GW_DROP_NONE;
	case GW_ICMP_UNREACHABLE:
	case GW_ICMP_EXCEEDED:
	case GW_ICMP_PARAMETER:
		return gw_ping_error_received(m, at) || gw_tunnel_error_received(m, at)
			? GW_DROP_NONE
			: GW_DROP_local_protocol;
	default:
		return GW_DROP_local_protocol;
	}
}

void gw_icmp_local_input(struct rte_mbuf *m)
{
	struct rte_ipv4_hdr copy;
	const struct rte_ipv4_hdr *ip = rte_pktmbuf_read(m, 0, sizeof(copy), &copy);
	enum gw_drop reason;

	if (gw_mbuf_is_ip6(m)) {
		gw_icmp6_local_input(m);
		return;
	}
	if (ip == NULL) // the worker checked it
		reason = GW_DROP_ip4_truncated;
	else if (ip->fragment_offset & RTE_BE16(FRAGMENT))
		reason = GW_DROP_local_fragment;
	else if (ip->next_proto_id == IPPROTO_UDP && gw_local_udp_hook != NULL &&
		gw_local_udp_hook(m, (ip->version_ihl & 15) * 4u))
		reason = GW_DROP_NONE;
	else if (ip->next_proto_id != IPPROTO_ICMP)
		reason = GW_DROP_local_protocol;
	// RFC 1812 4.3.3.6: who asked must be one host, and have asked one
	else if (!gw_ip4_source_ok(rte_be_to_cpu_32(ip->dst_addr)) ||
		gw_icmp_is_broadcast(gw_meta(m)->vrf, rte_be_to_cpu_32(ip->src_addr)))
		reason = GW_DROP_ip4_broadcast;
	else
		reason = icmp_input(m, ip);
	if (reason == GW_DROP_NONE)
		gw_slow_consume(m);
	else
		gw_slow_drop(m, reason);
}

__attribute__((constructor)) static void local_register(void)
{
	gw_slow_input(GW_PUNT_LOCAL, gw_icmp_local_input);
}
