// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Whether a routing protocol works over an uplink, whichever it is: taken from what it gives the
// kernel, or from the neighbours that routes go to.

#include <string.h>

#include <linux/rtnetlink.h>

#include "base/log.h"
#include "fib/nexthop.h"
#include "host_route/host_route.h"
#include "iface/iface.h"
#include "learn/protocol.h"
#include "linkage/linkage_int.h"
#include "neigh/table.h"
#include "netlink/routes.h"
#include "port/port.h"
#include "publish/kernel.h"
#include "publish/publish.h"

GW_LOG_MODULE("linkage");

#define MAX_ROUTES 64 // that groups wait for

// A route that some group waits for, as the kernel has it.
static struct learned {
	struct gw_prefix prefix;
	uint32_t metric;
	uint8_t protocol;
	bool seen;
	bool doubted; // of IPv6, and the reading that ended last did not name it
	uint32_t n;
	int ifindex[GW_NL_HOPS];
} learned[MAX_ROUTES];
static uint32_t learned_count;

void (*adjacency_changed)(void);

// Not what the kernel makes itself, nor what a DHCP client, a start-up script or somebody by hand
// wrote.
static bool from_protocol(const struct gw_nl_route *r)
{
	return gw_protocol_is_routing(r->protocol) && r->table == RT_TABLE_MAIN && !r->special &&
		r->type == RTN_UNICAST && r->protocol != gw_publish_table.conf.protocol;
}

static struct learned *learned_find(const struct gw_nl_route *r)
{
	for (uint32_t i = 0; i < learned_count; i++) {
		if (gw_prefix_eq(&learned[i].prefix, &r->prefix) &&
			learned[i].metric == r->metric && learned[i].protocol == r->protocol)
			return &learned[i];
	}
	return NULL;
}

static bool waited_for(const struct gw_prefix *prefix)
{
	for (uint32_t i = 0; i < linkage_count; i++) {
		if (linkages[i].spec.adjacency == GW_LINKAGE_ADJ_ROUTE &&
			gw_prefix_eq(&linkages[i].spec.route, prefix))
			return true;
	}
	return false;
}

static bool short_route(const struct gw_prefix *p)
{
	return p->len < (gw_prefix_is4(p) ? 32 : 128);
}

static void learned_drop(struct learned *l)
{
	*l = learned[--learned_count];
}

// The kernel says of IPv6 when one next hop of several goes.
static bool hop_drop(struct learned *l, const struct gw_nl_route *r)
{
	if (gw_prefix_is4(&r->prefix) || r->n != 1)
		return false;
	for (uint32_t i = 0; i < l->n && l->n > 1; i++) {
		if (l->ifindex[i] != r->hop[0].ifindex)
			continue;
		l->ifindex[i] = l->ifindex[--l->n];
		return true;
	}
	return false;
}

static void learned_set(const struct gw_nl_route *r, bool there)
{
	struct learned *l = learned_find(r);

	if (!there) {
		if (l != NULL && !hop_drop(l, r))
			learned_drop(l);
		return;
	}
	if (l == NULL) {
		if (learned_count == MAX_ROUTES)
			return;
		l = &learned[learned_count++];
	}
	*l = (struct learned){
		.prefix = r->prefix, .metric = r->metric, .protocol = r->protocol, .seen = true};
	for (uint32_t i = 0; i < r->n && i < GW_NL_HOPS; i++)
		l->ifindex[l->n++] = r->hop[i].ifindex;
}

// Of what was there before, whoever it was from, the kernel tells nothing else. True: a group may
// have waited for it.
static bool learned_replaced(const struct gw_nl_route *r)
{
	uint32_t before = learned_count;

	for (uint32_t i = learned_count; i-- > 0;) {
		if (learned[i].metric == r->metric && gw_prefix_eq(&learned[i].prefix, &r->prefix))
			learned_drop(&learned[i]);
	}
	return learned_count != before;
}

static void host_set(const struct gw_nl_route *r, bool there)
{
	const struct gw_nl_hop none = {0};
	const struct gw_nl_hop *hop = r->n > 0 && r->type == RTN_UNICAST ? &r->hop[0] : &none;

	view_route(&r->prefix, &hop->via, hop->ifindex, there);
	if (!gw_publish_wants(&r->prefix))
		gw_host_route_elsewhere(&r->prefix, there);
}

static void routes_begin(void)
{
	for (uint32_t i = 0; i < learned_count; i++)
		learned[i].seen = false;
	view_begin();
}

static void routes_route(const struct gw_nl_route *r, bool there, uint32_t)
{
	bool changed =
		r->replaces && r->table == RT_TABLE_MAIN && !r->special && learned_replaced(r);

	// What the process before published: whoever is still there is to say so.
	if (there && r->protocol == gw_publish_table.conf.protocol)
		gw_host_route_elsewhere(&r->prefix, false);
	if (from_protocol(r) && !short_route(&r->prefix)) {
		host_set(r, there);
	} else if (from_protocol(r) && (learned_find(r) != NULL || waited_for(&r->prefix))) {
		// A default route is the same prefix to every group; others change rarely.
		learned_set(r, there);
		changed = true;
	}
	if (changed && adjacency_changed != NULL)
		adjacency_changed();
}

static void routes_end(void)
{
	for (uint32_t i = 0; i < learned_count;) {
		struct learned *l = &learned[i];

		if (!l->seen && (l->doubted || gw_prefix_is4(&l->prefix))) {
			learned_drop(l);
			continue;
		}
		// The kernel leaves out routes of IPv6 while others change.
		l->doubted = !l->seen;
		if (l->doubted)
			gw_nl_routes_again();
		i++;
	}
	view_end();
	if (adjacency_changed != NULL)
		adjacency_changed();
}

const struct gw_nl_routes_ops adjacency_routes = {
	.begin = routes_begin, .route = routes_route, .end = routes_end};

int adjacency_watch(struct gw_err *err)
{
	static bool watching;
	bool kernel = false;
	int ret;

	for (uint16_t i = 0; i < GW_MAX_PORTS; i++)
		kernel |= gw_ports[i].used && gw_ports[i].ifindex != 0;
	if (watching || !kernel)
		return 0;
	ret = gw_nl_routes_watch(&adjacency_routes, err);
	watching = ret == 0;
	return ret;
}

void adjacency_again(void)
{
	gw_nl_routes_again();
}

static bool has_route(const struct gw_prefix *prefix, int ifindex)
{
	for (uint32_t i = 0; i < learned_count; i++) {
		if (!gw_prefix_eq(&learned[i].prefix, prefix))
			continue;
		for (uint32_t k = 0; k < learned[i].n; k++) {
			if (learned[i].ifindex[k] == ifindex)
				return true;
		}
	}
	return false;
}

static bool has_neighbor(uint16_t port)
{
	for (uint32_t nh = 0; (nh = gw_neigh_next(nh)) != 0;) {
		if (gw_neighs[nh].refs == 0 || gw_ifaces[gw_nexthops[nh].iface].port != port)
			continue;
		if (gw_neigh_mac(nh) != 0 && gw_neighs[nh].state != GW_NEIGH_STATIC)
			return true;
		gw_neigh_solicit(nh);
	}
	return false;
}

bool adjacency_of(const struct gw_linkage_spec *spec, uint16_t port)
{
	switch (spec->adjacency) {
	case GW_LINKAGE_ADJ_ROUTE:
		return gw_ports[port].ifindex != 0 &&
			has_route(&spec->route, gw_ports[port].ifindex);
	case GW_LINKAGE_ADJ_NEIGHBOR:
		return gw_ports[port].carrier && has_neighbor(port);
	default:
		return true;
	}
}
