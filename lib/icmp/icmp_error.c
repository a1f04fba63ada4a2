// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// ICMP errors for dropped packets.

#include <netinet/in.h>

#include <rte_byteorder.h>
#include <rte_ip.h>

#include "icmp/icmp.h"
#include "icmp/message.h"
#include "icmp/ping.h"
#include "icmp/source.h"
#include "ip6/ip6.h"
#include "slow/slow.h"

#define TOS_INTERNETWORK_CONTROL 0xc0 // RFC 1812 4.3.2.5: precedence 6
#define PACKET_MAX		 576  // RFC 1812 4.3.2.3
#define QUOTE_MAX		 (PACKET_MAX - sizeof(struct rte_ipv4_hdr) - sizeof(struct rte_icmp_hdr))

struct answer {
	uint8_t type, code;
	uint8_t event; // enum gw_event
};

// RFC 1812 4.3.3.1, 4.3.3.4, 5.3.1. False: nothing is answered for the reason.
static bool answer_for(enum gw_drop reason, struct answer *a)
{
	switch (reason) {
	case GW_DROP_ttl_exceeded:
		*a = (struct answer){GW_ICMP_EXCEEDED, 0, GW_EV_icmp_sent_ttl_exceeded};
		return true;
	case GW_DROP_frag_needed:
		*a = (struct answer){GW_ICMP_UNREACHABLE, 4, GW_EV_icmp_sent_frag_needed};
		return true;
	case GW_DROP_no_route:
		*a = (struct answer){GW_ICMP_UNREACHABLE, 0, GW_EV_icmp_sent_unreachable};
		return true;
	case GW_DROP_neigh_unresolved:
		*a = (struct answer){GW_ICMP_UNREACHABLE, 1, GW_EV_icmp_sent_unreachable};
		return true;
	default:
		return false;
	}
}

// RFC 1812 4.3.2.7: the messages that are never answered.
static bool permitted(const struct rte_mbuf *m, const struct rte_ipv4_hdr *ip, uint16_t vrf)
{
	uint32_t src = rte_be_to_cpu_32(ip->src_addr), dst = rte_be_to_cpu_32(ip->dst_addr);
	const uint8_t *type;
	uint8_t octet;

	// made here: the outer packet of a tunnel
	if (gw_icmp_is_own(vrf, src))
		return false;
	// not the first fragment
	if (ip->fragment_offset & RTE_BE16(RTE_IPV4_HDR_OFFSET_MASK))
		return false;
	// to, or from, what is no single host
	if (!gw_ip4_source_ok(dst) || !gw_ip4_source_ok(src) || gw_icmp_is_broadcast(vrf, dst) ||
		gw_icmp_is_broadcast(vrf, src))
		return false;
	if (ip->next_proto_id != IPPROTO_ICMP)
		return true;
	// an ICMP error, or what may be one
	type = rte_pktmbuf_read(m, (ip->version_ihl & 15) * 4u, 1, &octet);
	return type != NULL && !gw_icmp_is_error(*type);
}

static void error_send(struct rte_mbuf *m, const struct rte_ipv4_hdr *ip, const struct answer *a)
{
	const struct gw_meta *meta = gw_meta(m);
	struct gw_icmp_message msg = {
		.dst = rte_be_to_cpu_32(ip->src_addr),
		.id = gw_icmp_next_id(),
		.tos = TOS_INTERNETWORK_CONTROL,
		.type = a->type,
		.code = a->code,
		.room = RTE_MIN(m->pkt_len, (uint32_t)QUOTE_MAX),
	};
	const void *quote;
	struct rte_mbuf *e;
	uint8_t *data;

	if (!gw_icmp_source_in(meta->iface, meta->vrf, msg.dst, &msg.src))
		return; // no address to speak with
	// RFC 1191 4: the next hop's MTU in the low 16 bits of what was unused
	if (meta->what == GW_DROP_frag_needed)
		msg.word[1] = rte_cpu_to_be_16(meta->mtu);
	e = gw_icmp_make(&msg, &data);
	if (e == NULL)
		return;
	quote = rte_pktmbuf_read(m, 0, msg.room, data);
	if (quote != data)
		memcpy(data, quote, msg.room);
	gw_slow_event(a->event);
	gw_icmp_send(meta->vrf, e);
}

void gw_icmp_error(struct rte_mbuf *m)
{
	const struct gw_meta *meta = gw_meta(m);
	struct rte_ipv4_hdr copy;
	const struct rte_ipv4_hdr *ip = rte_pktmbuf_read(m, 0, sizeof(copy), &copy);
	struct answer a;

	if (gw_mbuf_is_ip6(m)) {
		gw_icmp6_error(m);
		return;
	}
	if (ip != NULL && answer_for(meta->what, &a)) {
		if (meta->origin == GW_FROM_SELF)
			gw_ping_failed(m, a.type, a.code);
		else if (permitted(m, ip, meta->vrf))
			error_send(m, ip, &a);
		else
			gw_slow_event(GW_EV_icmp_forbidden);
	}
	rte_pktmbuf_free(m);
}

__attribute__((constructor)) static void error_register(void)
{
	gw_slow_input(GW_PUNT_ERROR, gw_icmp_error);
}
