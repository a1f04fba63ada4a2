// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Packets to IPv6 multicast addresses: neighbour discovery and listener discovery go to the slow
// path, the rest may be somebody's stream.

#include <netinet/in.h>

#include "ip6/ip6.h"
#include "mlag/path.h"
#include "sr_mcast/sr_mcast.h"

#define ROUTER_ALERT 5 // RFC 2711 2.1
#define MLD_QUERY    130
#define MLD_DONE     132
#define MLD2_REPORT  143
#define ND_FIRST     133
#define ND_LAST	     137

// RFC 4291 2.7.1: the groups of every node, every router, and of the nodes that end alike.
static bool nd_group(const uint8_t a[16])
{
	static const uint8_t all[15] = {0xff, 2}, solicited[13] = {0xff, 2, [11] = 1, [12] = 0xff};

	return memcmp(a, solicited, sizeof(solicited)) == 0 ||
		(memcmp(a, all, sizeof(all)) == 0 && (a[15] == 1 || a[15] == 2));
}

bool gw_ip6_is_nd(const struct gw_pkt *p, const struct rte_ipv6_hdr *ip)
{
	uint8_t type;

	if (ip->proto != IPPROTO_ICMPV6 || p->len <= GW_IP6_HEADER ||
		p->m->data_len <= GW_IP6_HEADER)
		return false;
	type = *(const uint8_t *)(ip + 1);
	return type >= ND_FIRST && type <= ND_LAST;
}

// RFC 3810 5: behind a hop-by-hop header with a router alert.
static bool mld_message(const struct gw_pkt *p, const struct rte_ipv6_hdr *ip)
{
	const uint8_t *b = (const uint8_t *)(ip + 1);
	uint32_t room = RTE_MIN(p->len, p->m->data_len) - GW_IP6_HEADER, len;
	bool alert = false;

	if (ip->proto != IPPROTO_HOPOPTS || room < 8 || b[0] != IPPROTO_ICMPV6)
		return false;
	len = (b[1] + 1u) * 8;
	if (room <= len)
		return false;
	for (uint32_t at = 2; at < len;) {
		if (b[at] == 0) { // RFC 8200 4.2: Pad1 has no length
			at++;
			continue;
		}
		if (at + 2 > len || at + 2 + b[at + 1] > len)
			return false;
		alert |= b[at] == ROUTER_ALERT;
		at += 2u + b[at + 1];
	}
	return alert && ((b[len] >= MLD_QUERY && b[len] <= MLD_DONE) || b[len] == MLD2_REPORT);
}

void gw_ip6_multicast(struct gw_worker *w, struct gw_pkt *p)
{
	const struct rte_ipv6_hdr *ip = gw_pkt_ip6(p);

	// RFC 4862 5.4.2, RFC 3590 4: a node without an address has the source "::".
	if (unlikely(!gw_ip6_source_ok(ip->src_addr) && !gw_ip6_is_unspecified(ip->src_addr)))
		gw_drop(w, p, GW_DROP_ip6_source);
	else if (gw_ip6_is_nd(p, ip) && nd_group(ip->dst_addr))
		gw_punt(w, p, GW_PUNT_ND, 0, 0, GW_DROP_NONE);
	else if (mld_message(p, ip))
		gw_punt(w, p, gw_mlag_group_class(p), 0, 0, GW_DROP_NONE);
	else if (gw_ip6_is_unspecified(ip->src_addr))
		gw_drop(w, p, GW_DROP_ip6_source);
	else if (unlikely(gw_sr_mcast_on) && p->origin != GW_FROM_SELF)
		gw_mcast_ingress(w, p);
	else
		gw_drop(w, p, GW_DROP_ip6_multicast);
}
