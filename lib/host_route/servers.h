// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// What is known of servers, present or not: the port on which each was last, and what keeps its
// host route from being advertised. Presence itself is the neighbour table's (neigh/). A withdrawal
// is never delayed; an advertisement only of a server that flaps. Times are microseconds of one
// clock. One thread.

#include <stdbool.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/heap.h"
#include "base/map.h"
#include "dp/stats.h"

#define GW_SERVERS_RETRY_US 1000000 // of an advertisement that could not be

struct gw_servers_conf {
	uint32_t max_per_port;	 // present ones
	uint32_t max;		 // of all ports
	uint32_t damp_flaps;	 // withdrawals in the window that are free
	uint64_t damp_window_us; // one later than that after the one before is the first again
	uint64_t damp_hold_us;	 // a server that flaps is advertised when present for so long
};

enum gw_server_state {
	GW_SERVER_ABSENT,
	GW_SERVER_SUPPRESSED, // present, not advertised until the timer, or as long as it cannot be
	GW_SERVER_ADVERTISED,
};

struct gw_server {
	struct gw_heap_node timer; // first: the heap gives this back
	struct gw_ip ip;
	uint16_t port;	// where it is, or was
	uint16_t iface; // the same
	uint8_t state;	// enum gw_server_state
	bool elsewhere; // somebody else advertises it
	uint32_t flaps;
	uint64_t gone_us;    // when it was withdrawn last
	uint64_t changed_us; // its state
	uint32_t prev, next; // of the absent ones, the one that went first at the head; or free
};

struct gw_servers_ops {
	int (*advertise)(const struct gw_server *s); // -errno: it is tried again
	void (*withdraw)(const struct gw_server *s);
};

struct gw_servers {
	struct gw_servers_conf conf;
	const struct gw_servers_ops *ops;
	struct gw_map by_ip; // address -> index
	struct gw_server *v; // [size + 1]; 0 is none
	uint32_t size, top, free;
	uint32_t head, tail; // absent ones
	struct gw_heap timers;
	uint32_t present, per_port[GW_MAX_PORTS];
	uint64_t suppressed; // ever
};

// `size`: servers that are remembered; beyond the present ones, those that went last. -ENOMEM.
int gw_servers_init(struct gw_servers *t, uint32_t size, const struct gw_servers_conf *conf,
	const struct gw_servers_ops *ops);
void gw_servers_fini(struct gw_servers *t);
// Whether the port may have one more; how full the tighter one of the limits is, in per cent.
bool gw_servers_room(const struct gw_servers *t, uint16_t port, uint32_t *percent);
// It is there. One that was on another interface is withdrawn from there first.
int gw_servers_present(struct gw_servers *t, uint64_t now_us, const struct gw_ip *ip, uint16_t port,
	uint16_t iface); // -ENOSPC, -ENOMEM
// It is not there any more; nothing happens when it is elsewhere by now.
void gw_servers_absent(
	struct gw_servers *t, uint64_t now_us, const struct gw_ip *ip, uint16_t iface);
void gw_servers_elsewhere(struct gw_servers *t, const struct gw_ip *ip, bool there);
void gw_servers_poll(struct gw_servers *t, uint64_t now_us);
const struct gw_server *gw_servers_find(const struct gw_servers *t, const struct gw_ip *ip);
uint32_t gw_servers_next(const struct gw_servers *t, uint32_t after); // in use, 0 at the end
const char *gw_server_state_str(enum gw_server_state state);
