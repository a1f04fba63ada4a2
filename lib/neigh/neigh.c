// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// The life of a neighbour: incomplete, reachable, probed (RFC 1122 2.3.2.1), failed, gone.

#include "neigh/neigh.h"

#include <errno.h>
#include <string.h>

#include "base/heap.h"
#include "base/log.h"
#include "fib/vrf.h"
#include "iface/addr.h"
#include "iface/iface.h"
#include "ip4/ip4.h"
#include "neigh/entry.h"
#include "slow/slow.h"

GW_LOG_MODULE("neigh");

#define NEVER		 UINT64_MAX
#define EXPIRED_PER_POLL 64 // the slow path has other things to do

struct gw_neigh_conf gw_neigh_conf = {
	.age_s = 300,
	.retry_ms = 1000,
	.tries = 3,
	.hold_per_neigh = 8,
	.hold_total = 1024,
	.max = 65536,
};

static uint64_t polled_us;

static uint32_t dynamic; // entries that are not static
static struct gw_heap timers;

int gw_neigh_init(void)
{
	static bool registered;

	dynamic = 0;
	polled_us = 0;
	if (gw_neigh_table_init() < 0 || gw_neigh_hold_init() < 0 || gw_arp_out_init() < 0) {
		gw_neigh_fini();
		return -ENOMEM;
	}
	gw_iface_announce_hook = gw_arp_announce_iface;
	if (!registered)
		gw_slow_every(0, gw_neigh_poll);
	gw_slow_input(GW_PUNT_ARP, gw_arp_input);
	gw_slow_input(GW_PUNT_RESOLVE, gw_neigh_resolve);
	registered = true;
	return 0;
}

void gw_neigh_fini(void)
{
	gw_iface_announce_hook = NULL;
	if (gw_nexthops != NULL && gw_neighs != NULL) {
		for (uint32_t nh = 0; (nh = gw_neigh_next(nh)) != 0;)
			gw_neigh_queue_fail(nh, false);
	}
	gw_heap_fini(&timers);
	gw_neigh_table_fini();
}

static bool on_link4(uint16_t iface, uint32_t ip)
{
	const struct gw_iface_info *info = &gw_iface_infos[iface];

	if (!gw_ip4_source_ok(ip) ||
		gw_rib_get(&gw_vrfs[gw_ifaces[iface].vrf].rib, ip, 32, GW_FIB_LOCAL) != 0)
		return false;
	for (unsigned i = 0; i < info->addr_count; i++) {
		const struct gw_iface_addr *a = &info->addrs[i];
		uint32_t host = ip & ~gw_mask4(a->p.len);

		if (a->gateway || a->p.len == 32 || !gw_prefix4_has(&a->p, ip))
			continue;
		// RFC 1122 3.2.1.3: a host part of all zeros or all ones is no host. RFC 3021: in
		// a /31 both are.
		if (a->p.len == 31 || (host != 0 && host != ~gw_mask4(a->p.len)))
			return true;
	}
	return false;
}

bool gw_neigh_on_link(uint16_t iface, struct gw_ip ip)
{
	return gw_ip_is4(&ip) && on_link4(iface, gw_ip_to4(&ip));
}

// Half of the table is for neighbours that are needed: a flood of requests from made-up senders
// cannot fill it.
bool gw_neigh_learns(void)
{
	return dynamic < gw_neigh_conf.max / 2;
}

// Whichever was read later: timers count from the loop that a packet came in.
uint64_t gw_neigh_now(void)
{
	uint64_t loop_us = gw_slow_now_us();

	return loop_us > polled_us ? loop_us : polled_us;
}

static struct gw_rib *rib_of(uint32_t nh)
{
	return &gw_vrfs[gw_nexthops[nh].vrf].rib;
}

void gw_neigh_route_add(uint32_t nh)
{
	const struct gw_nexthop *n = &gw_nexthops[nh];
	struct gw_rib *rib = rib_of(nh);
	uint32_t ip = gw_ip_to4(&gw_neighs[nh].ip);

	// What was learned hides nothing better than the route to its subnet, nor an entry that the
	// administrator made on another interface.
	if (gw_neighs[nh].state != GW_NEIGH_STATIC &&
		gw_rib_lookup(rib, ip) != gw_fib_result(GW_FIB_CONNECTED, n->iface))
		return;
	// Without memory for it packets come to gw_neigh_resolve() one by one.
	gw_rib_set(rib, ip, 32, GW_FIB_NEIGH, nh);
}

static void route_del(uint32_t nh)
{
	uint32_t ip = gw_ip_to4(&gw_neighs[nh].ip);

	if (gw_fib_index(gw_rib_get(rib_of(nh), ip, 32, GW_FIB_NEIGH)) == nh)
		gw_rib_del(rib_of(nh), ip, 32, GW_FIB_NEIGH);
}

static void mac_set(uint32_t nh, uint64_t word)
{
	__atomic_store_n(&gw_nexthops[nh].mac, word, __ATOMIC_RELEASE);
}

// Every entry is in the heap from the beginning, so that this cannot fail.
static void timer_set(uint32_t nh, uint64_t due_us)
{
	gw_heap_set(&timers, &gw_neighs[nh].timer, due_us);
}

static uint32_t entry_new(uint16_t iface, struct gw_ip ip)
{
	uint32_t nh = gw_neigh_new(iface, ip);

	if (nh != 0 && gw_heap_set(&timers, &gw_neighs[nh].timer, NEVER) < 0) {
		gw_neigh_unlink(nh);
		gw_neigh_free(nh);
		return 0;
	}
	return nh;
}

static void entry_unlink(uint32_t nh)
{
	gw_heap_remove(&timers, &gw_neighs[nh].timer);
	gw_neigh_unlink(nh);
}

static void retry_later(uint32_t nh)
{
	timer_set(nh, gw_neigh_now() + gw_neigh_conf.retry_ms * 1000ull);
}

// No MAC any more: what routes hold is asked for anew when a packet comes, the rest goes.
static void forget(uint32_t nh)
{
	struct gw_neigh *e = &gw_neighs[nh];

	timer_set(nh, NEVER);
	route_del(nh);
	mac_set(nh, 0);
	e->tries = 0;
	e->state = GW_NEIGH_INCOMPLETE;
	if (e->refs > 0)
		return;
	dynamic--;
	entry_unlink(nh);
	gw_neigh_free(nh);
}

// The entry is kept for a while, so that not every packet asks again.
static void fail(uint32_t nh)
{
	gw_neighs[nh].state = GW_NEIGH_FAILED;
	gw_neighs[nh].tries = 0;
	retry_later(nh);
	gw_neigh_queue_fail(nh, true);
}

void gw_neigh_ask(uint32_t nh)
{
	const struct gw_nexthop *n = &gw_nexthops[nh];
	struct gw_neigh *e = &gw_neighs[nh];
	bool standby = gw_ifaces[n->iface].half != GW_HALF_ACTIVE;

	// A standby half sends nothing; what was reachable is probed when it is active again.
	if (!standby || e->state != GW_NEIGH_PROBE)
		e->tries++;
	retry_later(nh);
	if (!standby && !gw_arp_request(n->iface, gw_ip_to4(&e->ip), n->mac & GW_MAC_MASK) &&
		e->state == GW_NEIGH_INCOMPLETE)
		fail(nh);
}

void gw_neigh_solicit(uint32_t nh)
{
	if (gw_neighs[nh].state == GW_NEIGH_INCOMPLETE && gw_neighs[nh].tries == 0)
		gw_neigh_ask(nh);
}

void gw_neigh_confirm(uint32_t nh, uint64_t mac)
{
	struct gw_neigh *e = &gw_neighs[nh];
	bool known = e->state == GW_NEIGH_REACHABLE || e->state == GW_NEIGH_PROBE;
	char text[GW_IP_LEN];

	if (e->state == GW_NEIGH_STATIC || e->state == GW_NEIGH_GONE)
		return;
	if (known && (gw_nexthops[nh].mac & GW_MAC_MASK) != mac)
		LOG(INFO, "%s on %s has another MAC address", gw_ip_str(&e->ip, text),
			gw_iface_infos[gw_nexthops[nh].iface].name);
	mac_set(nh, mac | GW_NH_RESOLVED);
	e->state = GW_NEIGH_REACHABLE;
	e->tries = 0;
	e->confirmed_us = gw_neigh_now();
	timer_set(nh, gw_neigh_now() + gw_neigh_conf.age_s * 1000000ull);
	if (!known)
		gw_neigh_route_add(nh);
	gw_neigh_queue_send(nh);
}

uint32_t gw_neigh_get(uint16_t iface, struct gw_ip ip)
{
	uint32_t nh = gw_neigh_find(iface, ip);

	if (nh != 0 || dynamic >= gw_neigh_conf.max)
		return nh;
	nh = entry_new(iface, ip);
	dynamic += nh != 0;
	return nh;
}

void gw_neigh_hold(uint32_t nh)
{
	gw_neighs[nh].refs++;
}

void gw_neigh_release(uint32_t nh)
{
	struct gw_neigh *e = &gw_neighs[nh];

	if (nh == 0 || --e->refs > 0)
		return;
	if (e->state == GW_NEIGH_GONE)
		gw_neigh_free(nh);
	else if (e->state == GW_NEIGH_INCOMPLETE && e->tries == 0)
		forget(nh);
}

static void expire(uint32_t nh)
{
	struct gw_neigh *e = &gw_neighs[nh];

	switch (e->state) {
	case GW_NEIGH_INCOMPLETE:
		if (e->tries >= gw_neigh_conf.tries)
			fail(nh);
		else
			gw_neigh_ask(nh);
		break;
	case GW_NEIGH_REACHABLE:
		e->state = GW_NEIGH_PROBE;
		gw_neigh_ask(nh);
		break;
	case GW_NEIGH_PROBE:
		if (e->tries >= gw_neigh_conf.tries)
			forget(nh);
		else
			gw_neigh_ask(nh);
		break;
	default: // failed, long enough ago
		forget(nh);
	}
}

bool gw_neigh_poll(uint64_t now_us)
{
	bool worked = false;

	polled_us = now_us;
	for (int i = 0; i < EXPIRED_PER_POLL; i++) {
		struct gw_heap_node *n = gw_heap_first(&timers);

		if (n == NULL || n->key > now_us)
			break;
		expire((uint32_t)((struct gw_neigh *)n - gw_neighs));
		worked = true;
	}
	return worked;
}

int gw_neigh_static_add(
	uint16_t iface, struct gw_ip ip, const struct gw_mac *mac, struct gw_err *err)
{
	uint64_t word = gw_neigh_mac_word(mac->b);
	const char *on = gw_iface_infos[iface].name;
	char text[GW_IP_LEN], mac_text[GW_MAC_LEN];
	struct gw_neigh *e;
	uint32_t nh;

	gw_ip_str(&ip, text);
	if ((mac->b[0] & 1) != 0 || word == 0)
		return gw_err_set(err, EINVAL,
			"neighbor %s: %s is no device's MAC address (unicast, not all zeros)", text,
			gw_mac_str(mac, mac_text));
	if (gw_ifaces[iface].role == GW_ROLE_ACCESS)
		return gw_err_set(err, EINVAL,
			"neighbor %s: %s is an access interface: what is there are hosts (add "
			"host)",
			text, on);
	if (gw_iface_addr_owner(gw_ifaces[iface].vrf, gw_ip_to4(&ip)) != 0)
		return gw_err_set(
			err, EEXIST, "neighbor %s: an own address (show interface)", text);
	if (!gw_neigh_on_link(iface, ip))
		return gw_err_set(err, EINVAL,
			"neighbor %s: no host's address in a connected subnet of interface %s "
			"(show interface %s)",
			text, on, on);
	nh = gw_neigh_find(iface, ip);
	if (nh == 0) {
		nh = entry_new(iface, ip);
		if (nh == 0)
			return gw_err_set(err, ENOSPC, "neighbor %s: there are %u already", text,
				GW_MAX_NEXTHOPS - 1);
	} else if (gw_neighs[nh].state != GW_NEIGH_STATIC) {
		timer_set(nh, NEVER);
		dynamic--;
	}
	e = &gw_neighs[nh];
	e->state = GW_NEIGH_STATIC;
	e->tries = 0;
	mac_set(nh, word | GW_NH_RESOLVED);
	gw_neigh_route_add(nh);
	gw_neigh_queue_send(nh);
	return 0;
}

int gw_neigh_static_del(uint16_t iface, struct gw_ip ip, struct gw_err *err)
{
	uint32_t nh = gw_neigh_find(iface, ip);
	char text[GW_IP_LEN];

	if (nh == 0 || gw_neighs[nh].state != GW_NEIGH_STATIC)
		return gw_err_set(err, ENOENT,
			"neighbor %s: no static one on interface %s (show neighbor)",
			gw_ip_str(&ip, text), gw_iface_infos[iface].name);
	dynamic++; // until it is forgotten
	forget(nh);
	return 0;
}

bool gw_neigh_is_static(uint32_t nh)
{
	return gw_neighs[nh].state == GW_NEIGH_STATIC;
}

void gw_neigh_iface_changed(uint16_t iface)
{
	for (uint32_t nh = 0; (nh = gw_neigh_next(nh)) != 0;) {
		if (gw_nexthops[nh].iface != iface || gw_neighs[nh].state == GW_NEIGH_STATIC ||
			gw_neighs[nh].state == GW_NEIGH_GONE ||
			gw_neigh_on_link(iface, gw_neighs[nh].ip))
			continue;
		gw_neigh_queue_fail(nh, false);
		forget(nh);
	}
}

void gw_neigh_iface_gone(uint16_t iface)
{
	for (uint32_t nh = 0; (nh = gw_neigh_next(nh)) != 0;) {
		struct gw_neigh *e = &gw_neighs[nh];

		if (gw_nexthops[nh].iface != iface || e->state == GW_NEIGH_GONE)
			continue;
		gw_neigh_queue_fail(nh, false);
		dynamic -= e->state != GW_NEIGH_STATIC;
		route_del(nh);
		mac_set(nh, 0);
		entry_unlink(nh);
		e->state = GW_NEIGH_GONE;
		if (e->refs == 0)
			gw_neigh_free(nh);
	}
}
