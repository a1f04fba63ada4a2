// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// For the tests of mlag_sync/: two devices, the link between them, hosts behind both, and a clock
// that goes from one event to the next. Members have MLAG ids 1, 2, ...; all have the subnets
// 10.1.0.0/16 and 2001:db8::/64 without VLAN and 10.2.0.0/16 in VLAN 10. Device 0 has .0.1 there,
// device 1 .0.2, both .0.3.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/map.h"
#include "mlag_sync/mlag.h"

#define SIM_MEMBERS   4
#define SIM_PEER_PORT 9
#define SIM_MS	      1000ull
#define SIM_S	      1000000ull
#define SIM_FRAME     128

struct sim_host {
	struct gw_ip ip;
	struct gw_mac mac;
	uint16_t mlag, vlan;
	bool alive;
};

struct sim;

struct sim_node {
	struct sim *sim;
	unsigned id;
	struct gw_mlag *m; // NULL: it is dead
	uint32_t epoch;
	struct gw_map neighbour; // what the ordinary input learned
	bool refuses;		 // the ordinary input does
	uint64_t inputs, learned, relayed_in, answers, forgotten;
	uint64_t asks, unicasts, first_ask_us, last_ask_us;
	struct gw_mlag_member_state member[SIM_MEMBERS + 1];
	bool link[SIM_MEMBERS + 1];
	uint64_t messages, records; // with packets
	uint8_t last[2048];	    // message sent last
	uint32_t last_len;
	uint64_t relay_us_max;
};

struct sim {
	uint64_t now_us, random;
	struct gw_mlag_conf conf;
	struct sim_node node[2];
	struct sim_host *host;
	uint32_t hosts;
	struct sim_event **heap;
	uint32_t events, heap_size;
	uint64_t serial;
	bool cut;	    // peer link
	bool mute[2];	    // nothing of that device arrives over it
	bool keepalive_cut; // the other path
	bool carrier_shown; // a cut shows at the ports
	uint32_t loss;	    // of 1000 messages; sync messages only unless loss_hello
	bool loss_ack;	    // all of them
	bool loss_hello;
	uint32_t twice, late; // of 1000
	uint32_t host_loss;   // of 1000 answers
	uint8_t prefix_len;   // of the IPv4 subnets, 16
	int lands;	      // 0, 1: answers arrive there; -1: as it comes; -2: never where asked
};

void sim_init(struct sim *s, uint64_t seed);
void sim_fini(struct sim *s);
uint32_t sim_random(struct sim *s, uint32_t below);
void sim_boot(struct sim *s, unsigned node);
void sim_kill(struct sim *s, unsigned node);
void sim_run(struct sim *s, uint64_t us); // so much longer
void sim_link(struct sim *s, unsigned node, uint16_t mlag, bool up);
void sim_cut(struct sim *s, bool cut);
struct gw_mac sim_mac(unsigned node);
extern const struct gw_mac sim_virtual_mac;
struct gw_mac sim_host_mac(uint32_t n);
// Hosts. Returns its number.
uint32_t sim_host(struct sim *s, struct gw_ip ip, uint16_t mlag, uint16_t vlan);
uint32_t sim_host4(struct sim *s, uint32_t n, uint16_t mlag); // 10.1.x.y, n from 10
// The ordinary input of a device wants it: asked up to three times, a second apart.
void sim_want(struct sim *s, unsigned node, uint32_t host);
// Frames; the length. `to` NULL: broadcast.
uint32_t sim_reply(const struct sim_host *h, const struct gw_mac *to, uint8_t *frame);
uint32_t sim_announce(const struct sim_host *h, uint8_t *frame);
uint32_t sim_request(const struct sim_host *h, const struct gw_ip *target, uint8_t *frame);
enum gw_mlag_count sim_wire(
	struct sim *s, unsigned node, const struct sim_host *h, const uint8_t *frame, uint32_t len);
// What a device knows of an address: 0 nothing, 1 something else, 2 this host; confirmed or not.
int sim_knows(struct sim *s, unsigned node, const struct sim_host *h);
uint64_t sim_count(struct sim *s, unsigned node, enum gw_mlag_count count);
struct gw_mlag_status sim_status(struct sim *s, unsigned node);
// Both tables alike, all confirmed, and on each device what the ordinary input holds.
bool sim_equal(struct sim *s);
void sim_both(struct sim *s); // booted, and the peer up on both
