// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "sr_mcast/underlay.h"

#include <string.h>

#include "base/log.h"
#include "fib/multipath.h"
#include "fib/vrf.h"
#include "iface/addr.h"
#include "iface/iface.h"
#include "neigh/neigh.h"
#include "sr_mcast/dest.h"
#include "sr_mcast/sr_mcast.h"
#include "sr_mcast/tree.h"

GW_LOG_MODULE("sr_mcast");

#define SLICE 256 // look-ups per loop of the slow path

static uint32_t held[GW_MAX_DESTS + 1]; // result that a first address holds, 0 none
static uint16_t domain;			// interface that own addresses stand for, 0 not known

// The round under way.
static uint32_t seen; // generation when it began
static bool under_way, dests_done;
static uint32_t at; // index that was done last

static struct gw_rib6 *underlay(void)
{
	return &gw_vrfs[GW_SR_UNDERLAY].rib6;
}

// What a worker does with a packet to the address: a next hop, a path set, or 0.
static uint32_t look_up(const struct in6_addr *addr)
{
	uint32_t res = gw_rib6_lookup(underlay(), addr), nh;

	switch (gw_fib_kind(res)) {
	case GW_FIB_MULTIPATH:
	case GW_FIB_ROUTE:
	case GW_FIB_NEIGH:
		return res;
	case GW_FIB_CONNECTED:
		nh = gw_neigh_get((uint16_t)gw_fib_index(res), gw_ip_of6(addr));
		return nh == 0 ? 0 : gw_fib_result(GW_FIB_NEIGH, nh);
	default: // none, or nothing that a branch can lead to
		return 0;
	}
}

void gw_mcast_dest_resolve(uint32_t dest)
{
	struct gw_mcast_dest *d = &gw_mcast_dests[dest];
	uint32_t res = look_up(&d->addr), old = held[dest], nh[GW_MULTIPATH_MAX], n;

	if (res != old) {
		gw_fib_hold(res);
		held[dest] = res;
	}
	if (d->res != res)
		__atomic_store_n(&d->res, res, __ATOMIC_RELEASE);
	if (res != old)
		gw_fib_release(old);
	n = gw_fib_nexthops(res, nh);
	for (uint32_t i = 0; i < n; i++)
		gw_neigh_solicit(nh[i]);
}

void gw_mcast_dest_forget(uint32_t dest)
{
	gw_fib_release(held[dest]);
	held[dest] = 0;
}

// The interface that own addresses stand for: inside the domain, else of the network; 0 none.
static uint16_t domain_find(void)
{
	uint16_t other = 0;

	for (uint16_t i = 0; (i = gw_iface_next(i)) != 0;) {
		if (gw_ifaces[i].vrf != GW_SR_UNDERLAY || gw_ifaces[i].role != GW_ROLE_NETWORK)
			continue;
		if (gw_ifaces[i].sr_domain)
			return i;
		other = other != 0 ? other : i;
	}
	return other;
}

void gw_sr_local_add(const struct in6_addr *addr)
{
	uint32_t res = gw_rib6_get(underlay(), addr, 128, GW_FIB_LOCAL);
	char text[GW_IP6_LEN];

	if (domain == 0)
		domain = domain_find();
	// An interface that has the address as well keeps it.
	if (res == gw_fib_result(GW_FIB_LOCAL, domain) ||
		(res != 0 && gw_iface_has_address6((uint16_t)gw_fib_index(res), addr)))
		return;
	if (gw_rib6_set(underlay(), addr, 128, GW_FIB_LOCAL, domain) < 0)
		LOG(ERR, "%s: no memory to make it an own address", gw_ip6_str(addr, text));
}

void gw_sr_local_del(const struct in6_addr *addr)
{
	for (uint16_t i = 0; (i = gw_iface_next(i)) != 0;) {
		if (gw_ifaces[i].vrf != GW_SR_UNDERLAY || !gw_iface_has_address6(i, addr))
			continue;
		gw_rib6_set(underlay(), addr, 128, GW_FIB_LOCAL, i); // replaces: cannot fail
		return;
	}
	gw_rib6_del(underlay(), addr, 128, GW_FIB_LOCAL);
}

static void round_begin(void)
{
	const struct gw_sr_conf *conf = gw_sr_conf_wanted();

	seen = gw_fib_generation;
	under_way = true;
	dests_done = false;
	at = 0;
	domain = domain_find();
	if (conf != NULL)
		gw_sr_local_add(&conf->first_address);
}

// First addresses, then own trees, after those that were done. False: the round is over.
static bool slice(void)
{
	for (unsigned n = 0; n < SLICE; n++) {
		if (!dests_done) {
			at = gw_mcast_dest_next(at);
			dests_done = at == 0;
			if (at != 0)
				gw_mcast_dest_resolve(at);
			continue;
		}
		at = gw_mcast_tree_next(at);
		if (at == 0)
			return false;
		if (gw_mcast_trees[at].own)
			gw_sr_local_add(&gw_mcast_trees[at].source);
	}
	return true;
}

bool gw_mcast_underlay_poll(uint64_t now_us)
{
	(void)now_us;
	if (!under_way) {
		if (seen == gw_fib_generation)
			return false;
		round_begin();
	}
	under_way = slice();
	return true;
}

void gw_mcast_underlay_init(void)
{
	memset(held, 0, sizeof(held));
	seen = gw_fib_generation;
	under_way = false;
	domain = 0;
}
