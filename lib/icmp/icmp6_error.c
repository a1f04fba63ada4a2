// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// ICMPv6 errors for dropped packets.

#include <rte_byteorder.h>
#include <rte_ip.h>

#include "icmp/icmp.h"
#include "icmp/icmp6_message.h"
#include "icmp/icmp6_source.h"
#include "icmp/ping.h"
#include "iface/addr.h"
#include "ip6/ip6.h"
#include "slow/slow.h"
#include "sr_mcast/sr_mcast.h"

#define PACKET_MAX 1280 // RFC 4443 2.4 (c): the smallest MTU
#define QUOTE_MAX  (PACKET_MAX - GW_IP6_HEADER - sizeof(struct gw_icmp6_hdr))

struct answer {
	uint8_t type, code;
	uint8_t event; // enum gw_event
};

// RFC 4443 3.1 to 3.3. False: nothing is answered for the reason.
static bool answer_for(enum gw_drop reason, struct answer *a)
{
	switch (reason) {
	case GW_DROP_ttl_exceeded:
		*a = (struct answer){GW_ICMP6_EXCEEDED, 0, GW_EV_icmp6_sent_time_exceeded};
		return true;
	case GW_DROP_packet_too_big:
	case GW_DROP_mcast_too_big:
		*a = (struct answer){GW_ICMP6_TOO_BIG, 0, GW_EV_icmp6_sent_too_big};
		return true;
	case GW_DROP_no_route:
		*a = (struct answer){GW_ICMP6_UNREACHABLE, 0, GW_EV_icmp6_sent_unreachable};
		return true;
	case GW_DROP_neigh_unresolved:
		*a = (struct answer){GW_ICMP6_UNREACHABLE, 3, GW_EV_icmp6_sent_unreachable};
		return true;
	default:
		return false;
	}
}

// RFC 4443 2.4 (e): the packets that are never answered.
static bool permitted(
	struct rte_mbuf *m, const struct rte_ipv6_hdr *ip, uint16_t vrf, const struct answer *a)
{
	struct gw_ip6_upper upper;
	struct in6_addr src;
	const uint8_t *type;
	uint8_t octet;

	// (e.3) to a group, but for packet too big (RFC 8201 4)
	if (gw_ip6_is_multicast(ip->dst_addr) && a->type != GW_ICMP6_TOO_BIG)
		return false;
	// RFC 9524 2.2.3: a first address is like a group
	if (gw_sr_mcast_on && gw_block6_has(&gw_sr_first_block, ip->dst_addr) &&
		a->type != GW_ICMP6_TOO_BIG)
		return false;
	// (e.6) from what is no single node; nor from ourselves
	memcpy(&src, ip->src_addr, sizeof(src));
	if (!gw_ip6_source_ok(ip->src_addr) || gw_iface_addr6_owner(vrf, &src) != 0)
		return false;
	// (e.1), (e.2) an ICMPv6 error, a redirect, or what may be one
	if (!gw_ip6_upper(m, 0, &upper))
		return false;
	if (upper.proto != IPPROTO_ICMPV6)
		return true;
	type = upper.first ? rte_pktmbuf_read(m, upper.at, 1, &octet) : NULL;
	return type != NULL && !gw_icmp6_is_error(*type) && *type != GW_ICMP6_REDIRECT;
}

static void error_send(struct rte_mbuf *m, const struct rte_ipv6_hdr *ip, const struct answer *a)
{
	const struct gw_meta *meta = gw_meta(m);
	struct gw_icmp6_message msg = {
		.type = a->type,
		.code = a->code,
		.room = RTE_MIN(m->pkt_len, (uint32_t)QUOTE_MAX),
	};
	const void *quote;
	struct rte_mbuf *e;
	uint8_t *data;

	memcpy(&msg.dst, ip->src_addr, sizeof(msg.dst));
	if (!gw_icmp6_source_in(meta->iface, meta->vrf, &msg.dst, &msg.src))
		return; // no address to speak with
	if (a->type == GW_ICMP6_TOO_BIG)
		msg.word[1] = rte_cpu_to_be_16(meta->mtu);
	e = gw_icmp6_make(&msg, &data);
	if (e == NULL)
		return;
	quote = rte_pktmbuf_read(m, 0, msg.room, data);
	if (quote != data)
		memcpy(data, quote, msg.room);
	gw_slow_event(a->event);
	gw_icmp6_send(meta->vrf, meta->iface, e);
}

void gw_icmp6_error(struct rte_mbuf *m)
{
	const struct gw_meta *meta = gw_meta(m);
	struct rte_ipv6_hdr copy;
	const struct rte_ipv6_hdr *ip = rte_pktmbuf_read(m, 0, sizeof(copy), &copy);
	struct answer a;

	if (ip != NULL && answer_for(meta->what, &a)) {
		if (meta->origin == GW_FROM_SELF)
			gw_ping_failed(m, a.type, a.code);
		else if (permitted(m, ip, meta->vrf, &a))
			error_send(m, ip, &a);
		else
			gw_slow_event(GW_EV_icmp_forbidden);
	}
	rte_pktmbuf_free(m);
}
