// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "learn/learn.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <linux/rtnetlink.h>

#include "base/log.h"
#include "config/config.h"
#include "fib/fib.h"
#include "fib/route.h"
#include "fib/via.h"
#include "learn/protocol.h"
#include "learn/table.h"
#include "netlink/link.h"
#include "netlink/routes.h"
#include "port/port.h"
#include "publish/kernel.h"
#include "publish/publish.h"
#include "slow/slow.h"

GW_LOG_MODULE("learn");

#define AGAIN_US     1000000
#define BEAT	     1000 // entries
#define ROOM_PERCENT 90

enum state { IDLE, LEARNED, WAITING, ELSEWHERE, PUBLISHED };

static void apply(struct gw_learn_entry *e);

static struct gw_learn_table table = {.changed = apply};
static struct gw_learn_conf conf;
static struct gw_learn_stats ignored;
static uint32_t count[PUBLISHED + 1];
static bool watching, again, warned;

// The port whose kernel interface that is.
static bool port_of(int ifindex, uint16_t *port)
{
	for (uint16_t i = 0; i < GW_MAX_PORTS && ifindex > 0; i++) {
		if (!gw_ports[i].used || gw_ports[i].ifindex != ifindex)
			continue;
		*port = i;
		return true;
	}
	return false;
}

static bool has_carrier(const struct gw_nl_hop *hop)
{
	bool up, running;

	return !hop->dead && (!gw_link_state(hop->ifindex, &up, &running) || (up && running));
}

// The next hop as a route of ours names it; false: it leads over no port of ours.
static bool via_of(const struct gw_nl_hop *hop, struct gw_ip_zone *via)
{
	uint16_t port, iface;

	*via = (struct gw_ip_zone){.ip = hop->via};
	if (IN6_IS_ADDR_UNSPECIFIED(&hop->via.a) || !has_carrier(hop) ||
		!port_of(hop->ifindex, &port))
		return false;
	iface = gw_port_untagged[port];
	if (iface == 0 || gw_ifaces[iface].vrf != 0)
		return false;
	if (IN6_IS_ADDR_LINKLOCAL(&hop->via.a)) {
		snprintf(via->zone, sizeof(via->zone), "%s", gw_iface_infos[iface].name);
		return true;
	}
	iface = gw_fib_connected(0, &hop->via);
	return iface == 0 || gw_ifaces[iface].port == port; // 0: may come
}

static uint32_t vias_of(const struct gw_learn_path *p, struct gw_ip_zone vias[static GW_ROUTE_VIAS])
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < p->n && n < GW_ROUTE_VIAS; i++)
		n += via_of(&p->hop[i], &vias[n]);
	return n;
}

static bool is_so_already(const struct gw_prefix *prefix, const struct gw_ip_zone *vias, uint32_t n)
{
	const struct gw_route *r = gw_route_find(0, prefix);
	struct gw_ip_zone has[GW_ROUTE_VIAS];

	return r != NULL && r->by[GW_ROUTE_LEARNED] != 0 &&
		gw_vias_same(has, gw_vias_of(r->by[GW_ROUTE_LEARNED], has), vias, n);
}

static enum state path_apply(const struct gw_prefix *prefix, const struct gw_learn_path *p)
{
	struct gw_ip_zone vias[GW_ROUTE_VIAS];
	struct gw_err err = {0};
	uint32_t n = vias_of(p, vias);

	if (n == 0)
		return ELSEWHERE;
	if (is_so_already(prefix, vias, n) || gw_route_learn(0, prefix, vias, n, &err) == 0)
		return LEARNED;
	LOG(DEBUG, "%s", err.text);
	return WAITING;
}

static void state_set(struct gw_learn_entry *e, enum state state)
{
	count[e->state]--;
	count[state]++;
	e->state = state;
}

// Once for each entry of what may be many in one turn of the loop.
static void beat(void)
{
	static uint32_t entries;

	if (++entries % BEAT == 0 && gw_conf_progress != NULL)
		gw_conf_progress();
}

// Bring our tables to what the kernel has for the prefix.
static void apply(struct gw_learn_entry *e)
{
	enum state state = e->paths != NULL ? ELSEWHERE : IDLE;

	beat();
	e->used = NULL;
	if (state != IDLE && gw_publish_wants(&e->prefix))
		state = PUBLISHED;
	for (const struct gw_learn_path *p = e->paths;
		p != NULL && (state == ELSEWHERE || state == WAITING); p = p->next) {
		enum state s = path_apply(&e->prefix, p);

		state = s == ELSEWHERE ? state : s;
		if (s == LEARNED)
			e->used = p;
	}
	if (state != LEARNED)
		gw_route_unlearn(0, &e->prefix);
	state_set(e, state);
}

static void apply_one(struct gw_learn_entry *e, void *)
{
	apply(e);
}

static void apply_waiting(struct gw_learn_entry *e, void *)
{
	if (e->state == WAITING)
		apply(e);
}

void gw_learn_again(void)
{
	again = true;
}

static bool again_poll(uint64_t)
{
	if (!again && count[WAITING] == 0)
		return false;
	gw_learn_table_walk(&table, again ? apply_one : apply_waiting, NULL);
	again = false;
	return true;
}

// Routes over the interface are used no longer, at once; what else the kernel made of it, it does
// not say.
static void link_changed(int ifindex, bool up, bool running)
{
	uint16_t port;

	if (!conf.on || !port_of(ifindex, &port))
		return;
	gw_learn_table_walk(&table, apply_one, NULL);
	gw_nl_routes_again();
}

static void published(const struct gw_prefix *prefix, bool wanted)
{
	struct gw_learn_entry *e = gw_learn_table_find(&table, prefix);

	if (e != NULL)
		apply(e);
}

static bool wanted(const struct gw_nl_route *r)
{
	const struct gw_publish_key key = {
		.table = r->table, .metric = r->metric, .protocol = r->protocol};

	if (!conf.on || r->table != conf.table || r->special ||
		gw_publish_table_ours(&gw_publish_table, &key))
		return false;
	if (!(conf.protocols[r->protocol / 8] & 1u << r->protocol % 8)) {
		ignored.protocol++;
		return false;
	}
	// A zebra with import-table puts a copy of what we publish into main: a blackhole.
	if (r->type != RTN_UNICAST) {
		ignored.type++;
		return false;
	}
	if (r->n == 0 || IN6_IS_ADDR_UNSPECIFIED(&r->hop[0].via.a)) {
		ignored.no_nexthop++;
		return false;
	}
	return true;
}

// What was ignored for want of room is in the kernel only: it is read again. Not for each that
// goes: each reading looks for all of them.
static void room_check(uint64_t percent)
{
	if (ignored.over_limit > 0 && !table.in_reading &&
		table.paths * 100ull < conf.max_routes * percent)
		gw_nl_routes_again();
}

// Of the one that was there before, the kernel tells nothing else.
static void replaced(const struct gw_nl_route *r)
{
	if (!conf.on || r->table != conf.table || r->special)
		return;
	gw_learn_table_replaced(&table, &r->prefix, r->metric);
	room_check(ROOM_PERCENT);
}

static void route(const struct gw_nl_route *r, bool there, uint32_t by)
{
	if (!wanted(r)) {
		if (r->replaces)
			replaced(r);
		return;
	}
	if (there && table.paths >= conf.max_routes &&
		gw_learn_table_find(&table, &r->prefix) == NULL) {
		ignored.over_limit++;
		if (!warned)
			LOG(WARNING, "the kernel has more than %u routes (/learn/max_routes)",
				conf.max_routes);
		warned = true;
		return;
	}
	if (gw_learn_table_route(&table, r, there) != GW_LEARN_OK)
		gw_nl_routes_again();
	if (!there)
		room_check(ROOM_PERCENT);
}

static void begin(void)
{
	ignored = (struct gw_learn_stats){0};
	gw_learn_table_begin(&table);
}

static void end(void)
{
	if (gw_learn_table_end(&table))
		gw_nl_routes_again();
	room_check(100); // what was not swept yet took room from what was read
}

static void stop(void)
{
	gw_learn_table_stop(&table);
}

static const struct gw_nl_routes_ops ops = {begin, route, end, stop};

static void unlearn(struct gw_learn_entry *e, void *)
{
	beat();
	gw_route_unlearn(0, &e->prefix);
}

static void forget(void)
{
	gw_learn_table_walk(&table, unlearn, NULL);
	gw_learn_table_fini(&table);
	memset(count, 0, sizeof(count));
	warned = false;
}

int gw_learn_conf(const struct gw_learn_conf *wants, struct gw_err *err)
{
	int ret;

	conf.on = false;
	forget();
	conf = *wants;
	if (!conf.on)
		return 0;
	if (watching) {
		gw_nl_routes_again();
		return 0;
	}
	ret = gw_nl_routes_watch(&ops, err);
	if (ret < 0)
		return ret;
	watching = true;
	gw_link_watch(link_changed);
	gw_publish_watch(published);
	gw_slow_every(AGAIN_US, again_poll);
	return 0;
}

void gw_learn_fini(void)
{
	conf.on = false;
	gw_learn_table_fini(&table);
	memset(count, 0, sizeof(count));
}

struct gw_learn_stats gw_learn_stats(void)
{
	struct gw_learn_stats s = ignored;

	s.routes = table.paths;
	s.learned = count[LEARNED];
	s.waiting = count[WAITING];
	s.elsewhere = count[ELSEWHERE];
	s.published = count[PUBLISHED];
	return s;
}

const char *gw_learn_said(const struct gw_prefix *prefix, uint32_t *metric)
{
	const struct gw_learn_entry *e = gw_learn_table_find(&table, prefix);

	if (e == NULL || e->used == NULL)
		return NULL;
	*metric = e->used->metric;
	return gw_protocol_name(e->used->protocol);
}
