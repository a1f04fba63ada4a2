// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "host_route/host_route.h"

#include <errno.h>
#include <string.h>

#include "base/log.h"
#include "host_route/asks.h"
#include "neigh/table.h"
#include "port/port.h"
#include "publish/publish.h"
#include "slow/slow.h"

GW_LOG_MODULE("host_route");

#define REMEMBERED   65536u
#define POLL_US	     500
#define WARN_PERCENT 80
#define WARN_US	     10000000 // between two warnings about one port

const struct gw_host_route_conf gw_host_route_conf_default = {
	.servers = {.max_per_port = 1024,
		.max = 16384,
		.damp_flaps = 5,
		.damp_window_us = 10000000,
		.damp_hold_us = 5000000},
	.cost = 20,
};

static struct gw_host_route_conf conf;
static struct gw_servers servers;
static struct gw_asks asks;
static uint64_t refused, excluded, moved;
static uint64_t warned_us[GW_MAX_PORTS];

static struct gw_prefix prefix_of(const struct gw_ip *ip)
{
	return (struct gw_prefix){.addr = *ip, .len = gw_ip_is4(ip) ? 32 : 128};
}

static int advertise(const struct gw_server *s)
{
	const struct gw_prefix p = prefix_of(&s->ip);
	uint64_t now = gw_slow_now_us();
	static uint64_t said_us;
	struct gw_err err = {0};
	int ret = gw_publish_set(GW_PUBLISH_SERVER, 0, &p, conf.cost, &err);

	if (ret < 0 && (said_us == 0 || now >= said_us + WARN_US)) { // of all that are tried again
		said_us = now;
		LOG(ERR, "%s; tried again each second", err.text);
	}
	return ret;
}

static void withdraw(const struct gw_server *s)
{
	const struct gw_prefix p = prefix_of(&s->ip);

	gw_publish_del(GW_PUBLISH_SERVER, 0, &p);
}

static const struct gw_servers_ops server_ops = {advertise, withdraw};

static void warn(uint16_t port, uint32_t percent, bool room)
{
	uint64_t now = gw_slow_now_us();

	if (warned_us[port] != 0 && now < warned_us[port] + WARN_US)
		return;
	warned_us[port] = now;
	if (room)
		LOG(WARNING, "%s: %u servers, %u of all ports: %u %% of the limit",
			gw_ports[port].name, servers.per_port[port], servers.present, percent);
	else
		LOG(WARNING,
			"%s: %u servers, %u of all ports: no more are taken (max_per_port %u, "
			"max %u of section host_routes)",
			gw_ports[port].name, servers.per_port[port], servers.present,
			conf.servers.max_per_port, conf.servers.max);
}

static bool is_excluded(const struct gw_ip *ip)
{
	for (uint32_t i = 0; i < conf.exclude_count; i++) {
		if (gw_prefix_has(&conf.exclude[i], ip))
			return true;
	}
	return false;
}

static bool may_serve(uint16_t iface, const struct gw_ip *ip)
{
	const struct gw_server *s = gw_servers_find(&servers, ip);
	uint16_t port = gw_ifaces[iface].port;
	uint32_t percent;
	bool room;

	if (!gw_neigh_on_link(iface, *ip))
		return false; // a next hop of some route all the same
	if (is_excluded(ip)) {
		excluded++;
		return false;
	}
	room = gw_servers_room(&servers, port, &percent) ||
		(s != NULL && s->state != GW_SERVER_ABSENT && s->port == port);
	if (percent >= WARN_PERCENT)
		warn(port, percent, room);
	refused += !room;
	return room;
}

static bool server_admit(uint16_t iface, struct gw_ip ip, bool wanted)
{
	uint16_t port = gw_ifaces[iface].port;

	if (!gw_ports[port].carrier)
		gw_port_carrier_look(port);
	if (!gw_port_is_up(port))
		return false; // still in a ring from before
	// No route leads to a link-local address; a next hop that is no server is not published.
	return wanted || IN6_IS_ADDR_LINKLOCAL(&ip.a) || may_serve(iface, &ip);
}

static void server_here(uint16_t iface, struct gw_ip ip)
{
	const struct gw_server *s = gw_servers_find(&servers, &ip);
	bool moves = s != NULL && s->state != GW_SERVER_ABSENT && s->iface != iface;
	uint16_t before = moves ? s->iface : 0;
	char text[GW_IP_LEN];

	if (IN6_IS_ADDR_LINKLOCAL(&ip.a) || !may_serve(iface, &ip))
		return;
	if (gw_servers_present(&servers, gw_slow_now_us(), &ip, gw_ifaces[iface].port, iface) < 0)
		LOG(ERR, "%s is not published: %u servers are remembered", gw_ip_str(&ip, text),
			REMEMBERED);
	if (!moves)
		return;
	moved++;
	gw_neigh_forget(before, ip);
}

static void server_gone(uint16_t iface, struct gw_ip ip)
{
	gw_servers_absent(&servers, gw_slow_now_us(), &ip, iface);
}

static const struct gw_neigh_servers neigh_ops = {server_admit, server_here, server_gone};

// Those that were here come first, then those that were on other ports of their subnet.
static void ask_known(uint16_t port)
{
	uint64_t now = gw_slow_now_us();

	for (unsigned pass = 0; pass < 2; pass++) {
		for (uint32_t i = 0; (i = gw_servers_next(&servers, i)) != 0;) {
			const struct gw_server *s = &servers.v[i];

			if (s->state != GW_SERVER_ABSENT || s->elsewhere ||
				(s->port == port) != (pass == 0))
				continue;
			for (uint16_t k = 0; (k = gw_iface_next(k)) != 0;) {
				if (gw_ifaces[k].port == port && gw_neigh_on_link(k, s->ip))
					gw_asks_add(&asks, now, k, &s->ip);
			}
		}
	}
}

static void on_port(uint16_t port)
{
	static bool was[GW_MAX_PORTS];
	bool up = gw_port_is_up(port);

	if (!gw_ports[port].host_routes || was[port] == up)
		return;
	was[port] = up;
	if (up) {
		ask_known(port);
		return;
	}
	for (uint16_t i = 0; (i = gw_iface_next(i)) != 0;) {
		if (gw_ifaces[i].port == port)
			gw_neigh_iface_down(i);
	}
	if (gw_ports[port].up) // else at once for all ports that go down
		gw_publish_flush();
}

void gw_host_route_elsewhere(const struct gw_prefix *prefix, bool there)
{
	const struct gw_server *s = gw_servers_find(&servers, &prefix->addr);

	gw_servers_elsewhere(&servers, &prefix->addr, there);
	if (there || prefix->len != (gw_prefix_is4(prefix) ? 32 : 128) ||
		(s != NULL && s->state != GW_SERVER_ABSENT))
		return;
	for (uint16_t i = 0; (i = gw_iface_next(i)) != 0;) {
		if (gw_neigh_serves(i) && gw_port_is_up(gw_ifaces[i].port) &&
			gw_neigh_on_link(i, prefix->addr))
			gw_asks_add(&asks, gw_slow_now_us(), i, &prefix->addr);
	}
}

static bool ask(uint16_t iface, const struct gw_ip *ip)
{
	const struct gw_server *s = gw_servers_find(&servers, ip);

	// It was heard, or the interface went while it waited.
	if ((s != NULL && s->state != GW_SERVER_ABSENT) || !gw_neigh_serves(iface) ||
		!gw_port_is_up(gw_ifaces[iface].port) || !gw_neigh_on_link(iface, *ip))
		return false;
	gw_neigh_request(iface, *ip, 0);
	return true;
}

static bool poll(uint64_t now_us)
{
	gw_servers_poll(&servers, now_us);
	return gw_asks_poll(&asks, now_us, ask) > 0;
}

int gw_host_route_init(void)
{
	conf = gw_host_route_conf_default;
	refused = excluded = moved = 0;
	if (gw_servers_init(&servers, REMEMBERED, &conf.servers, &server_ops) < 0 ||
		gw_asks_init(&asks) < 0) {
		gw_host_route_fini();
		return -ENOMEM;
	}
	gw_neigh_servers = &neigh_ops;
	gw_port_watch(on_port);
	gw_ports_leaving = gw_publish_settle;
	gw_slow_every(POLL_US, poll);
	return 0;
}

void gw_host_route_fini(void)
{
	gw_neigh_servers = NULL;
	gw_ports_leaving = NULL;
	gw_servers_fini(&servers);
	gw_asks_fini(&asks);
}

// Who is there and is no server any more, or was none because of the list before.
static void exclude_again(void)
{
	for (uint32_t nh = 0; (nh = gw_neigh_next(nh)) != 0;) {
		uint16_t iface = gw_nexthops[nh].iface;
		struct gw_ip ip = gw_neigh_ip(nh);

		if (!gw_neigh_serves(iface) || gw_neigh_mac(nh) == 0 || gw_neigh_is_static(nh))
			continue;
		if (is_excluded(&ip))
			gw_neigh_forget(iface, ip);
		else
			server_here(iface, ip);
	}
}

void gw_host_route_conf_set(const struct gw_host_route_conf *c)
{
	bool costs = conf.cost != c->cost;

	conf = *c;
	servers.conf = c->servers;
	exclude_again();
	for (uint32_t i = 0; costs && (i = gw_servers_next(&servers, i)) != 0;) {
		if (servers.v[i].state == GW_SERVER_ADVERTISED)
			advertise(&servers.v[i]); // cannot fail: it is published already
	}
}

void gw_host_route_withdraw_all(void)
{
	for (uint16_t i = 0; (i = gw_iface_next(i)) != 0;) {
		if (gw_neigh_serves(i))
			gw_neigh_iface_down(i);
	}
	gw_publish_flush();
}

uint32_t gw_host_route_next(uint32_t after)
{
	return gw_servers_next(&servers, after);
}

json_t *gw_host_route_json(uint32_t server)
{
	const struct gw_server *s = &servers.v[server];
	char ip[GW_IP_LEN];

	return json_pack("{s:s, s:s, s:s, s:s, s:f, s:i}", "server", gw_ip_str(&s->ip, ip), "port",
		gw_ports[s->port].name, "interface", gw_iface_infos[s->iface].name, "state",
		gw_server_state_str(s->state), "since_s",
		(double)(gw_slow_now_us() - s->changed_us) / 1e6, "withdrawals", (int)s->flaps);
}

json_t *gw_host_route_summary_json(void)
{
	return json_pack("{s:i, s:i, s:i, s:i, s:I, s:I, s:I, s:I, s:I}", "servers",
		(int)servers.present, "remembered", (int)servers.by_ip.count, "max_per_port",
		(int)conf.servers.max_per_port, "max", (int)conf.servers.max, "refused",
		(json_int_t)refused, "excluded", (json_int_t)excluded, "moved", (json_int_t)moved,
		"suppressed", (json_int_t)servers.suppressed, "asked", (json_int_t)asks.sent);
}

uint32_t gw_host_route_count(uint16_t port)
{
	return servers.per_port[port];
}
