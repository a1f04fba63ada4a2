// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Inside of lib/neigh: what its files ask of each other.

#include <stdbool.h>
#include <stdint.h>

#include "neigh/table.h"

// neigh.c: the life of an entry
uint64_t gw_neigh_now(void);				// microseconds
bool gw_neigh_on_link(uint16_t iface, struct gw_ip ip); // a host's address on a connected subnet
bool gw_neigh_learns(void);				// room for entries nobody here asked for
void gw_neigh_confirm(uint32_t nh, uint64_t mac);	// it spoke; a static entry stays as it is
void gw_neigh_route_add(uint32_t nh);			// its /32
void gw_neigh_ask(uint32_t nh);				// one request more

// hold.c: packets that wait
int gw_neigh_hold_init(void);
uint32_t gw_neigh_waiting(uint32_t nh);
void gw_neigh_queue_send(uint32_t nh);		  // resolved
void gw_neigh_queue_fail(uint32_t nh, bool icmp); // drop them, with errors to their sources

// arp_out.c: frames out. False: the interface has no address to speak with, or is standby.
int gw_arp_out_init(void);
bool gw_arp_request(uint16_t iface, uint32_t ip, uint64_t mac); // mac 0: broadcast
void gw_arp_reply(uint16_t iface, uint32_t ip, uint32_t to_ip, uint64_t to_mac);
