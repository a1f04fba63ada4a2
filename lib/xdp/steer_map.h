// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// What the XDP steering program (bpf/steer.bpf.c) and the code that fills its maps share.
// Names of the program and of maps have at most 15 characters: the kernel keeps no more.

#include <linux/types.h>

#define GW_STEER_PROG	 "gw_steer"
#define GW_STEER_SOCKETS 64 // receive queues of an interface
#define GW_STEER_ENTRIES 64 // list entries, each with a counter
#define GW_STEER_OWN	 1024

// Counters: two of the program, then one per list entry. Maps give the counter of the entry that
// a packet matched; 0 is the program's own, so it says "no entry".
enum gw_steer_counter {
	GW_STEER_REDIRECTED, // handed to the AF_XDP socket of its receive queue
	GW_STEER_NO_SOCKET,  // dropped: no socket on its receive queue
	GW_STEER_PASSED,     // first list entry
	GW_STEER_COUNTERS = GW_STEER_PASSED + GW_STEER_ENTRIES,
};

enum gw_steer_kind {
	GW_STEER_ETHER, // value: Ethernet type
	GW_STEER_LLC,	// value: DSAP << 8 | SSAP
	GW_STEER_TCP,	// value: either port
	GW_STEER_UDP,
	GW_STEER_ND, // value 0: neighbour discovery
};

struct gw_steer_key {
	__u16 kind;
	__u16 value; // host byte order
};

// An own address; IPv4 as ::ffff:a.b.c.d.
struct gw_steer_addr {
	__u8 b[16];
};
