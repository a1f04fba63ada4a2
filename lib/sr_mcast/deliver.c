// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// To the receivers of a VRF.

#include <netinet/in.h>

#include "base/map.h"
#include "dp/mbuf.h"
#include "iface/iface.h"
#include "ip6/ip6.h"
#include "sr_mcast/forward.h"
#include "sr_mcast/receiver.h"

// As the low 48 bits of a little-endian load.
static uint64_t group_mac(const struct gw_ip *group)
{
	const uint8_t *b = group->a.s6_addr;

	if (!gw_ip_is4(group))
		return gw_ip6_group_mac(b) | GW_NH_RESOLVED;
	// RFC 1112 6.4: 01:00:5e and the low 23 bits
	return 0x5e0001 | (uint64_t)(b[13] & 0x7f) << 24 | (uint64_t)b[14] << 32 |
		(uint64_t)b[15] << 40 | GW_NH_RESOLVED;
}

static void addresses(const struct gw_pkt *p, bool ip4, struct gw_ip *src, struct gw_ip *group)
{
	if (ip4) {
		const struct rte_ipv4_hdr *ip = gw_pkt_ip(p);

		*src = gw_ip_of4(rte_be_to_cpu_32(ip->src_addr));
		*group = gw_ip_of4(rte_be_to_cpu_32(ip->dst_addr));
	} else {
		const struct rte_ipv6_hdr *ip = gw_pkt_ip6(p);

		memcpy(src, ip->src_addr, sizeof(*src));
		memcpy(group, ip->dst_addr, sizeof(*group));
	}
}

// An interface that takes the packet now; never the one it came in by.
static inline bool member_takes(
	const struct gw_mcast_member *m, const struct gw_pkt *p, const struct gw_ip *src)
{
	const struct gw_iface *ifc = &gw_ifaces[m->iface];

	return m->iface != p->iface && ifc->half == GW_HALF_ACTIVE && ifc->l2_len != 0 &&
		!ifc->no_mcast && gw_member_wants(m, src);
}

void gw_receivers_send(struct gw_worker *w, struct gw_pkt *p, uint16_t vrf, bool ip4)
{
	struct gw_replication r = {.w = w, .p = p, .len = p->len, .ip4 = ip4};
	struct gw_group_key key = {.vrf = vrf};
	const struct gw_mcast_members *members = NULL;
	enum gw_drop reason = GW_DROP_mcast_no_receiver;
	struct gw_leg leg[GW_LEGS];
	uint32_t n = 0, wanted = 0;
	struct gw_ip src;
	uint64_t mac;

	addresses(p, ip4, &src, &key.group);
	members = gw_mcast_members(gw_map_get(&gw_mcast_group_map, &key)); // of 0: none
	mac = group_mac(&key.group);
	for (uint32_t i = 0; members != NULL && i < members->n; i++) {
		const struct gw_mcast_member *m = &members->m[i];

		if (!member_takes(m, p, &src))
			continue;
		wanted++;
		if (unlikely(p->len > gw_ifaces[m->iface].mtu)) {
			reason = GW_DROP_mcast_too_big;
			w->stats->drop[reason]++;
			continue;
		}
		if (unlikely(n == GW_LEGS)) {
			gw_replicate(&r, leg, n, false);
			n = 0;
		}
		leg[n++] = (struct gw_leg){.mac = mac, .iface = m->iface};
	}
	w->stats->copied += wanted > 0 ? wanted - 1 : 0;
	if (likely(n > 0)) {
		gw_replicate(&r, leg, n, true);
		return;
	}
	if (wanted > 0)
		w->stats->drop[reason]--; // the last one is the packet itself
	gw_drop(w, p, reason);
}

bool gw_leaf_copy(struct gw_worker *w, const struct gw_pkt *p, struct gw_pkt *copy)
{
	w->stats->copied++;
	*copy = *p;
	copy->m = gw_mbuf_linear_copy(p->m);
	if (likely(copy->m != NULL))
		return true;
	w->stats->drop[GW_DROP_no_mbuf]++;
	return false;
}
