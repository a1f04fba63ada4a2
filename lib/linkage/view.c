// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// What a gateway sees of the servers behind switches: all of it is derived from the host routes
// that its routing protocol gives the kernel. Server: the prefix; switch: its next hop; uplink: the
// gateway's port to that switch; downlink: whether the route is there.

#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/map.h"
#include "base/reserve.h"
#include "host_route/host_route.h"
#include "linkage/linkage_int.h"
#include "port/port.h"
#include "slow/slow.h"

#define SERVERS_MAX 32768u
#define TRIES	    64 // to find a place; the next server tries others

struct server {
	struct gw_prefix prefix;
	struct gw_ip via;
	int ifindex;
	bool there, seen;
	uint64_t changed_us;
	char cause[2 * GW_IP_LEN + 40];
};

#define SERVERS_OCTETS ((SERVERS_MAX + 1) * sizeof(struct server))

static struct server *servers; // [SERVERS_MAX + 1]
static uint32_t server_count;
static uint32_t hand;		// where the search for one that went begins
static struct gw_map by_prefix; // 24 octets: address, length
static struct gw_map by_switch; // address -> servers that are there

static void record_retire(struct gw_map *m, uint32_t record)
{
	gw_map_record_free(m, record);
}

void view_reset(void)
{
	gw_map_fini(&by_prefix);
	gw_map_fini(&by_switch);
	if (servers != NULL)
		gw_unreserve(servers, SERVERS_OCTETS);
	servers = NULL;
	server_count = hand = 0;
}

static int open_once(void)
{
	if (servers != NULL)
		return 0;
	servers = gw_reserve(SERVERS_OCTETS);
	if (servers == NULL)
		return -ENOMEM;
	if (gw_map_init(&by_prefix, 24, 64, SERVERS_MAX, record_retire, gw_hash32_table_free) < 0 ||
		gw_map_init(&by_switch, sizeof(struct gw_ip), 8, SERVERS_MAX, record_retire,
			gw_hash32_table_free) < 0) {
		view_reset();
		return -ENOMEM;
	}
	return 0;
}

// One more server behind that switch, or one less.
static void switch_count(const struct gw_ip *via, bool more)
{
	uint32_t n = gw_map_get(&by_switch, via);

	if (more)
		gw_map_set(&by_switch, via, n + 1);
	else if (n > 1)
		gw_map_set(&by_switch, via, n - 1);
	else
		gw_map_del(&by_switch, via);
}

static void key_make(const struct gw_prefix *prefix, uint8_t key[static 24])
{
	memset(key, 0, 24);
	memcpy(key, &prefix->addr, sizeof(prefix->addr));
	key[16] = prefix->len;
}

// A place for a server more: when all are taken, that of one which is not there any more.
static uint32_t place(void)
{
	uint8_t key[24];

	if (server_count < SERVERS_MAX)
		return server_count + 1;
	for (unsigned i = 0; i < TRIES; i++) {
		hand = hand % SERVERS_MAX + 1;
		if (servers[hand].there)
			continue;
		key_make(&servers[hand].prefix, key);
		gw_map_del(&by_prefix, key);
		return hand;
	}
	return 0;
}

static struct server *server_get(const struct gw_prefix *prefix, bool make)
{
	uint8_t key[24];
	uint32_t i;

	key_make(prefix, key);
	i = gw_map_get(&by_prefix, key);
	if (i != 0 || !make)
		return i != 0 ? &servers[i] : NULL;
	i = place();
	if (i == 0)
		return NULL;
	servers[i] = (struct server){.prefix = *prefix};
	if (gw_map_set(&by_prefix, key, i) < 0)
		return NULL;
	if (i > server_count)
		server_count = i;
	return &servers[i];
}

static const struct gw_port *port_of(int ifindex)
{
	for (uint16_t i = 0; i < GW_MAX_PORTS; i++) {
		if (gw_ports[i].used && gw_ports[i].ifindex == ifindex)
			return &gw_ports[i];
	}
	return NULL;
}

static bool carrier_of(int ifindex)
{
	const struct gw_port *p = port_of(ifindex);

	return p != NULL && p->carrier;
}

static void went(struct server *s)
{
	char via[GW_IP_LEN];

	gw_ip_str(&s->via, via);
	s->there = false;
	switch_count(&s->via, false);
	s->changed_us = gw_slow_now_us();
	if (carrier_of(s->ifindex))
		snprintf(s->cause, sizeof(s->cause), "withdrawn by %s", via);
	else
		snprintf(s->cause, sizeof(s->cause), "the port to %s lost its carrier", via);
}

static void came(struct server *s, const struct gw_ip *via, int ifindex)
{
	bool moved = s->changed_us != 0 && !gw_ip_eq(&s->via, via);
	char now[GW_IP_LEN], before[GW_IP_LEN];

	gw_ip_str(via, now);
	gw_ip_str(&s->via, before);
	if (moved)
		snprintf(s->cause, sizeof(s->cause), "moved from %s to %s", before, now);
	else
		snprintf(s->cause, sizeof(s->cause), "advertised by %s%s", now,
			s->changed_us != 0 ? " again" : "");
	if (s->there)
		switch_count(&s->via, false);
	switch_count(via, true);
	s->there = true;
	s->via = *via;
	s->ifindex = ifindex;
	s->changed_us = gw_slow_now_us();
}

void view_route(const struct gw_prefix *prefix, const struct gw_ip *via, int ifindex, bool there)
{
	struct server *s;

	if (open_once() < 0)
		return;
	s = server_get(prefix, there);
	if (s == NULL)
		return;
	s->seen = true;
	if (!there) {
		// The protocol adds the new route before it takes the old one away.
		if (s->there && (ifindex == 0 || gw_ip_eq(&s->via, via)))
			went(s);
		return;
	}
	if (!s->there || !gw_ip_eq(&s->via, via) || s->ifindex != ifindex)
		came(s, via, ifindex);
}

void view_begin(void)
{
	for (uint32_t i = 1; i <= server_count; i++)
		servers[i].seen = false;
}

void view_end(void)
{
	for (uint32_t i = 1; i <= server_count; i++) {
		if (!servers[i].there || servers[i].seen)
			continue;
		went(&servers[i]);
		gw_host_route_elsewhere(&servers[i].prefix, false);
	}
}

// A switch has servers of its own: what it hears of those of another is no mapping of its ports.
bool view_is_gateway(void)
{
	for (uint16_t i = 0; i < GW_MAX_PORTS; i++) {
		if (gw_ports[i].used && gw_ports[i].host_routes)
			return false;
	}
	return server_count > 0;
}

// The protocol works with that switch: it gave us some route that is there.
static bool adjacency_to(const struct gw_ip *via)
{
	return gw_map_get(&by_switch, via) != 0;
}

static const char *uplink_of(const struct server *s)
{
	if (!carrier_of(s->ifindex))
		return "no carrier";
	return s->there || adjacency_to(&s->via) ? "up" : "no routes";
}

static json_t *server_json(const struct server *s)
{
	const struct gw_port *p = port_of(s->ifindex);
	char ip[GW_IP_LEN], via[GW_IP_LEN], ifname[IF_NAMESIZE] = "";
	double ago = (double)(gw_slow_now_us() - s->changed_us) / 1e6;

	if (p == NULL)
		if_indextoname((unsigned)s->ifindex, ifname);
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:f, s:f, s:s}", "server",
		gw_ip_str(&s->prefix.addr, ip), "switch", gw_ip_str(&s->via, via), "port",
		p != NULL ? p->name : ifname, "uplink", uplink_of(s), "downlink",
		s->there ? "up" : "down", "ago_s", ago, "at", (double)time(NULL) - ago, "cause",
		s->cause);
}

json_t *view_next_json(uint32_t *at)
{
	return *at < server_count ? server_json(&servers[++*at]) : NULL;
}
