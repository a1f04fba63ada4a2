// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Source guard: what comes from an interface is forwarded only for a user entry of it, and counts
// on the client's account. On a port without the guard the rest is forwarded too, on nobody's.
// User entries are of IPv4: an IPv6 source stands in a subnet of the interface.

#include "fib/nexthop.h"
#include "fib/vrf.h"
#include "host/host.h"
#include "ip4/ip4.h"
#include "ip6/ip6.h"
#include "port/port.h"
#include "tunnel/tunnel.h"

// MAC and interface as they stand in a user entry.
static inline uint64_t where_of(const struct gw_pkt *p)
{
	uint64_t mac;

	// The Ethernet header, still before the data: source at octet 6, two octets early.
	memcpy(&mac, rte_pktmbuf_mtod(p->m, const uint8_t *) - p->l2_len + 4, sizeof(mac));
	return mac >> 16 | (uint64_t)p->iface << 48;
}

// Not a user entry of this interface. A known client's (IP, MAC) that comes from elsewhere is a
// move, for the control plane; of a client behind a tunnel the MAC is not known here. True: the
// packet is gone.
static bool stranger(struct gw_worker *w, struct gw_pkt *p)
{
	enum gw_fib_kind kind = gw_fib_kind(p->res);
	bool moved = kind == GW_FIB_HOST_TUNNEL;

	if (kind == GW_FIB_HOST)
		moved = ((gw_host_place(gw_fib_index(p->res)) ^ where_of(p)) & GW_MAC_MASK) == 0;
	if (moved)
		w->stats->event[GW_EV_host_moved]++;
	if (gw_ports[gw_ifaces[p->iface].port].no_source_guard)
		return false;
	gw_drop(w, p, moved ? GW_DROP_source_moved : GW_DROP_source_guard);
	return true;
}

// The tunnel home, but for own addresses, which are answered here.
static bool by_symmetric_tunnel(struct gw_worker *w, struct gw_pkt *p, uint32_t host)
{
	uint16_t path = gw_host_infos[host].symmetric;
	uint32_t res = gw_rib_lookup(&gw_vrfs[p->vrf].rib, p->dst);

	if (path == 0 || gw_fib_kind(res) == GW_FIB_LOCAL)
		return false;
	gw_host_count_packet(&gw_host_up[host], &gw_host_up_extra[host], p->len);
	if (gw_pkt_ip(p)->time_to_live <= 1)
		gw_drop_error(w, p, GW_DROP_ttl_exceeded, 0);
	else
		gw_tunnel_output(w, p, gw_path_tunnel(path));
	return true;
}

// A client with a rate limit, a standby entry, a tunnel home. True: the packet is gone.
static bool special(struct gw_worker *w, struct gw_pkt *p, uint32_t host)
{
	struct gw_host_extra *e = &gw_host_up_extra[host];

	if (e->flags & GW_HOST_STANDBY) {
		gw_drop(w, p, GW_DROP_standby);
		return true;
	}
	if (!gw_host_police(e, w->now, p->len)) {
		gw_host_policed_up[host].packets++;
		gw_host_policed_up[host].octets += p->len;
		gw_drop(w, p, GW_DROP_policed_ingress);
		return true;
	}
	if (!(e->flags & GW_HOST_SYMMETRIC))
		return false;
	return by_symmetric_tunnel(w, p, host);
}

static void owner_split(struct gw_worker *w, struct gw_lane *lane)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < lane->n; i++) {
		unsigned owner = gw_owner(lane->p[i].src);

		if (owner == w->id)
			lane->p[kept++] = lane->p[i];
		else
			gw_handoff(w, &lane->p[i], owner, GW_STAGE_GUARD);
	}
	lane->n = kept;
}

// Meters and flags of the clients from packet `i` on that have any are on their way: where there is
// one, there are more.
static __rte_noinline void specials_prefetch(const struct gw_lane *lane, uint32_t i)
{
	for (; i < lane->n; i++) {
		uint32_t host = gw_fib_index(lane->p[i].res);

		if (gw_fib_kind(lane->p[i].res) == GW_FIB_HOST &&
			(gw_host_where(&gw_host_up[host]) & GW_HOST_SPECIAL))
			__builtin_prefetch(&gw_host_up_extra[host], 1);
	}
}

void gw_guard(struct gw_worker *w, struct gw_lane *lane)
{
	uint32_t kept = 0;
	bool specials = false;

	if (gw_worker_count > 1)
		owner_split(w, lane);
	for (uint32_t i = 0; i < lane->n; i++) {
		struct gw_pkt *p = &lane->p[i];

		p->res = gw_rib_finish(&gw_vrfs[p->vrf].rib, p->src, p->res);
		if (likely(gw_fib_kind(p->res) == GW_FIB_HOST))
			__builtin_prefetch(&gw_host_up[gw_fib_index(p->res)], 1);
	}
	for (uint32_t i = 0; i < lane->n; i++) {
		struct gw_pkt *p = &lane->p[i];
		uint32_t host = gw_fib_index(p->res);
		struct gw_host_dir *d = &gw_host_up[host];
		uint64_t where = gw_host_where(d);

		if (likely(gw_fib_kind(p->res) == GW_FIB_HOST &&
			    (where & ~GW_HOST_SPECIAL) == where_of(p))) {
			if (unlikely(where & GW_HOST_SPECIAL)) {
				if (!specials)
					specials_prefetch(lane, i);
				specials = true;
				if (special(w, p, host))
					continue;
			}
			gw_host_count_packet(d, &gw_host_up_extra[host], p->len);
		} else if (stranger(w, p)) {
			continue;
		}
		p->res = gw_rib_start(&gw_vrfs[p->vrf].rib, p->dst);
		lane->p[kept++] = *p;
	}
	lane->n = kept;
}

// RFC 2827 3, RFC 3704 2.1: from here come sources of the subnets that are here, and an own address
// is nobody else's.
static bool of_subnet(const struct gw_subnets6 *subnets, const uint8_t source[16])
{
	bool found = false;
	uint64_t ip[2];

	if (subnets == NULL)
		return false;
	memcpy(ip, source, sizeof(ip));
	for (uint32_t i = 0; i < subnets->n; i++) {
		const struct gw_subnet6 *s = &subnets->v[i];
		uint64_t high = ip[0] ^ s->addr[0], low = ip[1] ^ s->addr[1];

		if ((high | low) == 0)
			return false;
		found |= ((high & s->mask[0]) | (low & s->mask[1])) == 0;
	}
	return found;
}

bool gw_guard_ip6(struct gw_worker *w, struct gw_pkt *p)
{
	const struct gw_iface *ifc = &gw_ifaces[p->iface];

	if (likely(p->origin != GW_FROM_ACCESS) || gw_ports[ifc->port].no_source_guard ||
		of_subnet(
			__atomic_load_n(&ifc->subnets6, __ATOMIC_ACQUIRE), gw_pkt_ip6(p)->src_addr))
		return false;
	gw_drop(w, p, GW_DROP_source_guard);
	return true;
}
