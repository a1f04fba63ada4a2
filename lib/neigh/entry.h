// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Inside of lib/neigh: what its files ask of each other.

#include <stdbool.h>
#include <stdint.h>

#include "neigh/table.h"

// neigh.c: the life of an entry
uint64_t gw_neigh_now(void);			       // microseconds
bool gw_neigh_admits(uint16_t iface, struct gw_ip ip); // nobody here asked for it, and it may be
// The entry of who was heard, if it may be learned; `make` one that nobody here asked for. 0: not.
uint32_t gw_neigh_hear(uint16_t iface, struct gw_ip ip, bool make);
bool gw_neigh_asks(void);			  // room for entries that only a packet asked for
void gw_neigh_confirm(uint32_t nh, uint64_t mac); // it spoke; a static entry stays as it is
void gw_neigh_ask(uint32_t nh);			  // one request more
// RFC 4861 7.3.2: where it is was heard, not whether it hears us; it is asked in a while.
void gw_neigh_heard(uint32_t nh, uint64_t mac);
void gw_neigh_doubt(uint32_t nh); // there is a word against what is known
uint32_t gw_neigh_fix(uint16_t iface, struct gw_ip ip, uint64_t mac); // static; 0: no index left
void gw_neigh_unfix(uint32_t nh);

bool gw_neigh_is_member(uint32_t nh); // its age is kept in mlag/

// speak.c: the MAC that goes with an own address; of the pair's addresses it is the pair's
struct gw_mac gw_neigh_speaks_as(uint16_t iface, struct gw_ip ip);
bool gw_neigh_is_virtual(uint16_t iface, struct gw_ip ip);
void gw_neigh_source_write(struct rte_mbuf *m, const struct gw_mac *mac); // of a frame

// on_link.c
bool gw_neigh_is_own(uint16_t iface, struct gw_ip ip); // of its VRF, or its link-local one

// route.c: to its address alone
void gw_neigh_route_add(uint32_t nh);
void gw_neigh_route_del(uint32_t nh);

// hold.c: packets that wait
int gw_neigh_hold_init(void);
uint32_t gw_neigh_waiting(uint32_t nh);
void gw_neigh_queue_send(uint32_t nh);		  // resolved
void gw_neigh_queue_fail(uint32_t nh, bool icmp); // drop them, with errors to their sources

// arp_out.c: frames out. False: the interface has no address to speak with, or is standby.
int gw_arp_out_init(void);
bool gw_arp_request(uint16_t iface, uint32_t ip, uint64_t mac); // mac 0: broadcast
void gw_arp_reply(uint16_t iface, uint32_t ip, uint32_t to_ip, uint64_t to_mac);

// nd_out.c: the same of neighbour discovery. Without a global address the link-local one speaks.
int gw_nd_out_init(void);
struct in6_addr gw_nd_solicited_node(const struct in6_addr *ip);	     // RFC 4291 2.7.1
bool gw_nd_solicit(uint16_t iface, const struct in6_addr *ip, uint64_t mac); // mac 0: to the group
// What who asked gets to know; `to` "::": everybody on the link. mac 0: it did not say where it is.
void gw_nd_advert(
	uint16_t iface, const struct in6_addr *ip, const struct in6_addr *to, uint64_t mac);
