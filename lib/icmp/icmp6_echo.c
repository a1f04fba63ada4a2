// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// IPv6 packets to own addresses: echo requests are answered (RFC 4443 4.2).

#include <rte_byteorder.h>
#include <rte_ip.h>

#include "icmp/icmp.h"
#include "icmp/icmp6_message.h"
#include "icmp/ping.h"
#include "ip6/ip6.h"
#include "slow/slow.h"
#include "sr_mcast/sr_mcast.h"

bool (*gw_icmp6_too_big_hook)(uint16_t iface, const struct in6_addr *dst_quoted,
	const struct in6_addr *src_quoted, uint32_t mtu);

// Addresses swapped, the rest as it came: traffic class and data.
static enum gw_drop echo_answer(struct rte_mbuf *m, const struct rte_ipv6_hdr *ip,
	const struct gw_icmp6_hdr *icmp, uint32_t at)
{
	const struct gw_meta *meta = gw_meta(m);
	struct gw_icmp6_message msg = {
		.class_label = rte_be_to_cpu_32(ip->vtc_flow) & 0x0ff00000,
		.type = GW_ICMP6_ECHO_REPLY,
		.word = {icmp->word[0], icmp->word[1]},
		.room = m->pkt_len - at - (uint32_t)sizeof(*icmp),
	};
	struct rte_mbuf *reply;
	const void *from;
	uint8_t *data;

	if (msg.room > gw_icmp6_room())
		return GW_DROP_no_mbuf;
	memcpy(&msg.src, ip->dst_addr, sizeof(msg.src));
	memcpy(&msg.dst, ip->src_addr, sizeof(msg.dst));
	reply = gw_icmp6_make(&msg, &data);
	if (reply == NULL)
		return GW_DROP_no_mbuf;
	from = rte_pktmbuf_read(m, at + (uint32_t)sizeof(*icmp), msg.room, data);
	if (from != data && from != NULL) // NULL: no data
		memcpy(data, from, msg.room);
	gw_slow_event(GW_EV_icmp_echo_replied);
	gw_icmp6_send(meta->vrf, meta->iface, reply);
	return GW_DROP_NONE;
}

// The packet too big quotes one of ours: a tree's, when somebody has hooked in, or a ping's.
static bool too_big(struct rte_mbuf *m, const struct rte_ipv6_hdr *ip,
	const struct gw_icmp6_hdr *icmp, uint32_t at)
{
	struct rte_ipv6_hdr copy;
	const struct rte_ipv6_hdr *quoted = rte_pktmbuf_read(m, at, sizeof(copy), &copy);
	struct in6_addr dst, src;

	if (gw_icmp6_too_big_hook == NULL || quoted == NULL)
		return false;
	// RFC 4443 2.2: it goes to who sent what it quotes
	if (memcmp(ip->dst_addr, quoted->src_addr, sizeof(ip->dst_addr)) != 0)
		return false;
	memcpy(&dst, quoted->dst_addr, sizeof(dst));
	memcpy(&src, quoted->src_addr, sizeof(src));
	return gw_icmp6_too_big_hook(gw_meta(m)->iface, &dst, &src,
		(uint32_t)rte_be_to_cpu_16(icmp->word[0]) << 16 | rte_be_to_cpu_16(icmp->word[1]));
}

static enum gw_drop icmp6_input(struct rte_mbuf *m, const struct rte_ipv6_hdr *ip, uint32_t at)
{
	struct gw_icmp6_hdr copy;
	const struct gw_icmp6_hdr *icmp = rte_pktmbuf_read(m, at, sizeof(copy), &copy);
	bool taken = false;

	// RFC 4443 2.3: the checksum covers the message to its end
	if (icmp == NULL || !gw_icmp6_sum_ok(m, at))
		return GW_DROP_icmp_invalid;
	switch (icmp->type) {
	case GW_ICMP6_ECHO_REQUEST:
		return echo_answer(m, ip, icmp, at);
	case GW_ICMP6_ECHO_REPLY:
		if (!gw_ping_answered(m, at))
			return GW_DROP_local_protocol;
		gw_slow_event(GW_EV_icmp_echo_received);
		return GW_DROP_NONE;
	case GW_ICMP6_TOO_BIG:
		taken = too_big(m, ip, icmp, at + (uint32_t)sizeof(*icmp));
		__attribute__((fallthrough));
	case GW_ICMP6_UNREACHABLE:
	case GW_ICMP6_EXCEEDED:
	case GW_ICMP6_PARAMETER:
		taken |= gw_ping_error_received(m, at);
		return taken ? GW_DROP_NONE : GW_DROP_local_protocol;
	default:
		return GW_DROP_local_protocol;
	}
}

void gw_icmp6_local_input(struct rte_mbuf *m)
{
	struct rte_ipv6_hdr copy;
	const struct rte_ipv6_hdr *ip = rte_pktmbuf_read(m, 0, sizeof(copy), &copy);
	struct gw_ip6_upper upper;
	enum gw_drop reason;

	if (ip != NULL && gw_sr_is_first_address(ip->dst_addr)) {
		gw_tree_ping_input(m);
		return;
	}
	if (ip == NULL || !gw_ip6_upper(m, 0, &upper))
		reason = GW_DROP_ip6_truncated;
	else if (upper.fragment)
		reason = GW_DROP_local_fragment;
	else if (upper.proto != IPPROTO_ICMPV6)
		reason = GW_DROP_local_protocol;
	else
		reason = icmp6_input(m, ip, upper.at);
	if (reason == GW_DROP_NONE)
		gw_slow_consume(m);
	else
		gw_slow_drop(m, reason);
}
