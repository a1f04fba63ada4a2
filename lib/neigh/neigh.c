// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// The life of a neighbour: incomplete, reachable, stale, probed (RFC 1122 2.3.2.1, RFC 4861 7.3.2),
// failed, gone.

#include "neigh/neigh.h"

#include <errno.h>
#include <string.h>

#include "base/heap.h"
#include "base/log.h"
#include "iface/iface.h"
#include "neigh/entry.h"
#include "port/port.h"
#include "slow/slow.h"

GW_LOG_MODULE("neigh");

#define NEVER		 UINT64_MAX
#define STALE_US	 5000000ull // DELAY_FIRST_PROBE_TIME of RFC 4861 10
#define EXPIRED_PER_POLL 64	    // the slow path has other things to do

struct gw_neigh_conf gw_neigh_conf = {
	.age_s = 300,
	.retry_ms = 1000,
	.tries = 3,
	.hold_per_neigh = 8,
	.hold_total = 1024,
	.max = 65536,
};

const struct gw_neigh_mlag *gw_neigh_mlag;

struct gw_neigh_server_conf gw_neigh_server_conf = {
	.keepalive_ms = 1000,
	.probe_ms = 200,
	.probes = 3,
};

const struct gw_neigh_servers *gw_neigh_servers;

static uint64_t polled_us;

static uint32_t dynamic;  // entries that are not static
static uint32_t answered; // those of them that have a MAC
static struct gw_heap timers;

static void announce_iface(uint16_t iface)
{
	gw_arp_announce_iface(iface);
	gw_nd_announce_iface(iface);
}

int gw_neigh_init(void)
{
	static bool registered;

	dynamic = answered = 0;
	polled_us = 0;
	if (gw_neigh_table_init() < 0 || gw_neigh_hold_init() < 0 || gw_arp_out_init() < 0 ||
		gw_nd_out_init() < 0) {
		gw_neigh_fini();
		return -ENOMEM;
	}
	gw_iface_announce_hook = announce_iface;
	if (!registered)
		gw_slow_every(0, gw_neigh_poll);
	gw_slow_input(GW_PUNT_ARP, gw_arp_input);
	gw_slow_input(GW_PUNT_ND, gw_nd_input);
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

// Half of the table is for neighbours that are needed: a flood of requests from made-up senders
// cannot fill it. Servers have limits of their own, but not for their link-local addresses.
static bool has_room(uint16_t iface, struct gw_ip ip)
{
	bool limited = gw_neigh_serves(iface) && !IN6_IS_ADDR_LINKLOCAL(&ip.a);

	return dynamic < (limited ? gw_neigh_conf.max : gw_neigh_conf.max / 2);
}

static bool may_be(uint16_t iface, struct gw_ip ip, bool wanted)
{
	if (gw_neigh_servers == NULL || !gw_neigh_serves(iface))
		return true;
	return gw_neigh_servers->admit(iface, ip, wanted);
}

bool gw_neigh_admits(uint16_t iface, struct gw_ip ip)
{
	return has_room(iface, ip) && gw_neigh_on_link(iface, ip) && may_be(iface, ip, false);
}

// A server that has a MAC was admitted when it got it. An entry without one says nothing: a route
// names it, or a packet waited in a ring while the server went.
uint32_t gw_neigh_hear(uint16_t iface, struct gw_ip ip, bool make)
{
	uint32_t nh = gw_neigh_find(iface, ip);

	if (nh == 0)
		return make && gw_neigh_admits(iface, ip) ? gw_neigh_get(iface, ip) : 0;
	return gw_neigh_mac(nh) != 0 || may_be(iface, ip, gw_neighs[nh].refs > 0) ? nh : 0;
}

// RFC 6583 7.1: who scans a subnet of 2^64 addresses takes no more than a part of the table.
bool gw_neigh_asks(void)
{
	return dynamic - answered < gw_neigh_conf.max / 4;
}

// Whichever was read later: timers count from the loop that a packet came in.
uint64_t gw_neigh_now(void)
{
	uint64_t loop_us = gw_slow_now_us();

	return loop_us > polled_us ? loop_us : polled_us;
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

bool gw_neigh_serves(uint16_t iface)
{
	return gw_ports[gw_ifaces[iface].port].host_routes;
}

static bool is_server(uint32_t nh)
{
	return gw_neigh_serves(gw_nexthops[nh].iface);
}

static uint32_t tries_of(uint32_t nh)
{
	return is_server(nh) ? gw_neigh_server_conf.probes : gw_neigh_conf.tries;
}

static void retry_later(uint32_t nh)
{
	uint32_t ms = is_server(nh) ? gw_neigh_server_conf.probe_ms : gw_neigh_conf.retry_ms;

	timer_set(nh, gw_neigh_now() + ms * 1000ull);
}

static void server_tell(uint32_t nh, bool here)
{
	const struct gw_neigh_servers *s = gw_neigh_servers;

	if (s != NULL && is_server(nh))
		(here ? s->here : s->gone)(gw_nexthops[nh].iface, gw_neighs[nh].ip);
}

// No MAC any more: what routes hold is asked for anew when a packet comes, the rest goes.
static void forget(uint32_t nh)
{
	struct gw_neigh *e = &gw_neighs[nh];

	timer_set(nh, NEVER);
	gw_neigh_route_del(nh);
	if (gw_neigh_mac(nh) != 0) {
		answered--;
		server_tell(nh, false);
	}
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

bool gw_neigh_request(uint16_t iface, struct gw_ip ip, uint64_t mac)
{
	return gw_ip_is4(&ip) ? gw_arp_request(iface, gw_ip_to4(&ip), mac)
			      : gw_nd_solicit(iface, &ip.a, mac);
}

bool gw_neigh_is_member(uint32_t nh)
{
	return gw_ifaces[gw_nexthops[nh].iface].mlag == GW_MLAG_MEMBER;
}

static bool request(uint32_t nh)
{
	uint16_t iface = gw_nexthops[nh].iface;

	if (gw_neigh_mlag != NULL && gw_neigh_is_member(nh))
		gw_neigh_mlag->asked(iface, gw_neighs[nh].ip);
	return gw_neigh_request(iface, gw_neighs[nh].ip, gw_neigh_mac(nh));
}

void gw_neigh_ask(uint32_t nh)
{
	struct gw_neigh *e = &gw_neighs[nh];
	bool standby = gw_ifaces[gw_nexthops[nh].iface].half != GW_HALF_ACTIVE;

	// A standby half sends nothing; what was reachable is probed when it is active again.
	if (!standby || e->state != GW_NEIGH_PROBE)
		e->tries++;
	retry_later(nh);
	if (!standby && !request(nh) && e->state == GW_NEIGH_INCOMPLETE)
		fail(nh);
}

void gw_neigh_solicit(uint32_t nh)
{
	uint16_t port = gw_ifaces[gw_nexthops[nh].iface].port;

	// While the configuration is applied at the start, ports have no worker that could send.
	if (gw_neighs[nh].state == GW_NEIGH_INCOMPLETE && gw_neighs[nh].tries == 0 &&
		gw_ports[port].tx_worker != 0)
		gw_neigh_ask(nh);
}

// A MAC for the entry, new or not; what waited leaves when the timer is set.
static bool mac_learn(uint32_t nh, uint64_t mac, enum gw_neigh_state state, uint64_t timer_us)
{
	struct gw_neigh *e = &gw_neighs[nh];
	uint64_t before = gw_neigh_mac(nh);
	char text[GW_IP_LEN];

	if (e->state == GW_NEIGH_STATIC || e->state == GW_NEIGH_GONE)
		return false;
	if (before != 0 && before != mac)
		LOG(INFO, "%s on %s has another MAC address", gw_ip_str(&e->ip, text),
			gw_iface_infos[gw_nexthops[nh].iface].name);
	mac_set(nh, mac | GW_NH_RESOLVED);
	e->state = state;
	e->tries = 0;
	if (is_server(nh))
		timer_us = gw_neigh_server_conf.keepalive_ms * 1000ull;
	timer_set(nh, gw_neigh_is_member(nh) ? NEVER : gw_neigh_now() + timer_us);
	if (before == 0) {
		answered++;
		gw_neigh_route_add(nh);
		server_tell(nh, true);
	}
	return true;
}

void gw_neigh_confirm(uint32_t nh, uint64_t mac)
{
	if (!mac_learn(nh, mac, GW_NEIGH_REACHABLE, gw_neigh_conf.age_s * 1000000ull))
		return;
	gw_neighs[nh].confirmed_us = gw_neigh_now();
	gw_neigh_queue_send(nh);
}

void gw_neigh_heard(uint32_t nh, uint64_t mac)
{
	if (mac_learn(nh, mac, GW_NEIGH_STALE, STALE_US))
		gw_neigh_queue_send(nh);
}

void gw_neigh_doubt(uint32_t nh)
{
	if (gw_neighs[nh].state != GW_NEIGH_REACHABLE)
		return;
	gw_neighs[nh].state = GW_NEIGH_STALE;
	timer_set(nh, gw_neigh_now() + STALE_US);
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
		if (e->tries >= tries_of(nh))
			fail(nh);
		else
			gw_neigh_ask(nh);
		break;
	case GW_NEIGH_REACHABLE:
	case GW_NEIGH_STALE:
		e->state = GW_NEIGH_PROBE;
		gw_neigh_ask(nh);
		break;
	case GW_NEIGH_PROBE:
		if (e->tries >= tries_of(nh))
			forget(nh);
		else
			gw_neigh_ask(nh);
		break;
	default: // failed, long enough ago
		forget(nh);
	}
}

uint32_t gw_neigh_fix(uint16_t iface, struct gw_ip ip, uint64_t mac)
{
	uint32_t nh = gw_neigh_find(iface, ip);

	if (nh == 0) {
		nh = entry_new(iface, ip);
		if (nh == 0)
			return 0;
	} else if (gw_neighs[nh].state != GW_NEIGH_STATIC) {
		timer_set(nh, NEVER);
		dynamic--;
		answered -= gw_neigh_mac(nh) != 0;
		if (gw_neigh_mac(nh) != 0)
			server_tell(nh, false); // what is configured is no server that was heard
	}
	gw_neighs[nh].state = GW_NEIGH_STATIC;
	gw_neighs[nh].tries = 0;
	mac_set(nh, mac | GW_NH_RESOLVED);
	gw_neigh_route_add(nh);
	gw_neigh_queue_send(nh);
	return nh;
}

void gw_neigh_unfix(uint32_t nh)
{
	dynamic++; // until it is forgotten
	answered++;
	forget(nh);
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

void gw_neigh_forget(uint16_t iface, struct gw_ip ip)
{
	uint32_t nh = gw_neigh_find(iface, ip);

	if (nh != 0 &&
		(gw_neighs[nh].state == GW_NEIGH_REACHABLE ||
			(gw_neigh_serves(iface) && gw_neigh_mac(nh) != 0 &&
				gw_neighs[nh].state != GW_NEIGH_STATIC)))
		forget(nh);
}

void gw_neigh_iface_down(uint16_t iface)
{
	for (uint32_t nh = 0; (nh = gw_neigh_next(nh)) != 0;) {
		if (gw_nexthops[nh].iface != iface || gw_neighs[nh].state == GW_NEIGH_STATIC ||
			gw_neighs[nh].state == GW_NEIGH_GONE)
			continue;
		gw_neigh_queue_fail(nh, false);
		forget(nh);
	}
}

void gw_neigh_redirect(uint16_t iface, uint16_t out)
{
	gw_iface_infos[iface].redirect = out;
	for (uint32_t nh = 0; (nh = gw_neigh_next(nh)) != 0;) {
		if (gw_nexthops[nh].iface == iface)
			__atomic_store_n(
				&gw_nexthops[nh].out, out != 0 ? out : iface, __ATOMIC_RELEASE);
	}
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
		if (e->state != GW_NEIGH_STATIC) {
			dynamic--;
			answered -= gw_neigh_mac(nh) != 0;
		}
		gw_neigh_route_del(nh);
		if (gw_neigh_mac(nh) != 0)
			server_tell(nh, false);
		mac_set(nh, 0);
		entry_unlink(nh);
		e->state = GW_NEIGH_GONE;
		if (e->refs == 0)
			gw_neigh_free(nh);
	}
}
