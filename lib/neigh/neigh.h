// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// ARP (RFC 826, RFC 1122 2.3.2, RFC 5227) and neighbour discovery (RFC 4861): responder, resolver
// with a hold queue, ageing with unicast probes, announcements. Owns the next hops. Slow path only.

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>
#include <rte_mbuf.h>

#include "base/addr.h"
#include "base/err.h"
#include "dp/mbuf.h"
#include "fib/nexthop.h"

struct gw_neigh_conf {
	uint32_t age_s;		 // after the last confirmation, then unicast probes
	uint32_t retry_ms;	 // between requests
	uint32_t tries;		 // requests before giving up
	uint32_t hold_per_neigh; // packets that wait for one next hop
	uint32_t hold_total;	 // and for all
	uint32_t max;		 // dynamic entries
};

extern struct gw_neigh_conf gw_neigh_conf;

// Servers: neighbours on the interfaces of a port with host routes (host_route/). They are learned
// from whatever they say, and asked all the time.
struct gw_neigh_server_conf {
	uint32_t keepalive_ms; // after the last word, then unicast probes
	uint32_t probe_ms;     // between probes
	uint32_t probes;       // without an answer: it is gone
};

struct gw_neigh_servers {
	// Whether a MAC may be learned for it; `wanted`: routes name it as their next hop.
	bool (*admit)(uint16_t iface, struct gw_ip ip, bool wanted);
	void (*here)(uint16_t iface, struct gw_ip ip); // it has an entry with a MAC
	void (*gone)(uint16_t iface, struct gw_ip ip); // not any more
};

extern struct gw_neigh_server_conf gw_neigh_server_conf;
extern const struct gw_neigh_servers *gw_neigh_servers; // NULL: nobody is told
bool gw_neigh_serves(uint16_t iface);			// servers are behind it
bool gw_neigh_on_link(uint16_t iface, struct gw_ip ip); // a host's address on a connected subnet
// Every neighbour of an interface is forgotten at once: its port is down.
void gw_neigh_iface_down(uint16_t iface);

int gw_neigh_init(void);
void gw_neigh_fini(void);
// The next hop of an address on the interface's link, made (unresolved, not asked for yet) when
// missing. 0: the table is full.
uint32_t gw_neigh_get(uint16_t iface, struct gw_ip ip);
struct gw_ip gw_neigh_ip(uint32_t nh);
// Routes and tunnels that name a next hop keep it from ageing away.
void gw_neigh_hold(uint32_t nh);
void gw_neigh_release(uint32_t nh);
// Ask for a next hop before a packet needs it, unless it is known or being asked for.
void gw_neigh_solicit(uint32_t nh);
int gw_neigh_static_add(
	uint16_t iface, struct gw_ip ip, const struct gw_mac *mac, struct gw_err *err);
int gw_neigh_static_del(uint16_t iface, struct gw_ip ip, struct gw_err *err);
// Addresses of an interface changed: neighbours that were learned and are in none of its connected
// prefixes any more go.
void gw_neigh_iface_changed(uint16_t iface);
// Every neighbour of an interface goes; before the interface does. A next hop that routes or
// tunnels still hold resolves no more and goes with the last of them.
void gw_neigh_iface_gone(uint16_t iface);
// Punted packets, owned from the call on. The data of an ARP frame begins at its ARP header, that
// of a packet of neighbour discovery (not validated yet) at its IPv6 header. A packet to resolve
// begins at its IP header, of either version, and has its TTL or hop limit decremented; it waits
// for next hop meta.nh or, when that is 0, for the neighbour of its destination on the link of
// interface meta.mtu.
void gw_arp_input(struct rte_mbuf *m);
void gw_nd_input(struct rte_mbuf *m);
void gw_neigh_resolve(struct rte_mbuf *m);
// Members of an MLAG pair: what a packet means is decided in mlag/, which keeps the age of what was
// learned, too. The same for what came off the wire and for what the peer relayed.
#define GW_NEIGH_LEARN	    0x01 // the sender is who it says
#define GW_NEIGH_ANSWER	    0x02 // when it asks for an own address
#define GW_NEIGH_ANSWER_OWN 0x04 // only for one that the peer has not as well
// The packet from its ARP or IPv6 header on. False: nothing was learned.
bool gw_arp_learn(uint16_t iface, const uint8_t *arp, uint32_t len, unsigned how);
bool gw_nd_learn(uint16_t iface, const uint8_t *packet, uint32_t len, unsigned how);
bool gw_neigh_request(uint16_t iface, struct gw_ip ip, uint64_t mac); // mac 0: everybody
void gw_neigh_forget(uint16_t iface, struct gw_ip ip);
// What goes to neighbours of `iface` leaves by `out`; 0: by `iface` again.
void gw_neigh_redirect(uint16_t iface, uint16_t out);
struct gw_neigh_mlag {
	// A packet asked for a neighbour of a member that is not known.
	void (*asked)(uint16_t iface, struct gw_ip ip);
	// Not here but by this interface, to this MAC.
	bool (*elsewhere)(uint16_t iface, struct gw_ip ip, uint16_t *out, uint64_t *mac);
};
extern const struct gw_neigh_mlag *gw_neigh_mlag; // NULL: no pair
bool gw_neigh_poll(uint64_t now_us);		  // timers; each loop of the slow path calls it
unsigned gw_neigh_held(void);			  // packets in hold queues
// Announce an address with the interface's own MAC (RFC 5227 3): gateway addresses of an interface
// whose half became active, a client that left.
void gw_arp_announce(uint16_t iface, uint32_t ip);
void gw_arp_announce_iface(uint16_t iface);
// The same to all nodes (RFC 4861 7.2.6).
void gw_nd_announce(uint16_t iface, const struct in6_addr *ip);
void gw_nd_announce_iface(uint16_t iface);
json_t *gw_neigh_json(uint32_t nh);
uint32_t gw_neigh_next(uint32_t after); // the next index in use, 0 at the end
bool gw_neigh_is_static(uint32_t nh);
