// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// What a user plane leaves where its watchdog and its successor find it: a small file that both
// map. It beats while the slow path goes round, and says which interfaces and routes are to go when
// it does not. It outlives the process, not the machine: it belongs below /run. One writer apart
// from the fields of the watchdog.

#include <net/if.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"

#define GW_HEARTBEAT_PORTS  256
#define GW_HEARTBEAT_GROUPS 64
#define GW_HEARTBEAT_TABLES 80

enum gw_heartbeat_state {
	GW_HEARTBEAT_NONE,
	GW_HEARTBEAT_RUNS,
	GW_HEARTBEAT_IN_SERVICE, // ended for one that is started in its place
	GW_HEARTBEAT_STOPPED,	 // has done itself what a watchdog would do
};

struct gw_heartbeat_port {
	char ifname[IF_NAMESIZE]; // "": not the kernel's
	char name[32];		  // of the port
	uint8_t held;		  // down because of linkage, or of the watchdog
};

struct gw_heartbeat_group {
	char name[32];
	uint8_t up;
};

struct gw_heartbeat {
	uint32_t magic, version, size;
	_Atomic uint32_t writing; // odd while what follows changes
	_Atomic uint64_t beats;
	_Atomic uint32_t fenced;  // by the watchdog: it took the downlinks down
	_Atomic int32_t watchdog; // its process, 0: none
	int32_t pid;
	uint32_t state;	   // enum gw_heartbeat_state
	uint64_t until_ms; // in service: CLOCK_BOOTTIME when a successor should run
	uint8_t protocol;  // of the kernel routes, 0: publishes nothing
	uint32_t table_count, port_count, group_count;
	uint32_t table[GW_HEARTBEAT_TABLES];
	struct gw_heartbeat_port port[GW_HEARTBEAT_PORTS]; // the downlinks
	struct gw_heartbeat_group group[GW_HEARTBEAT_GROUPS];
};

// Maps the file, made when missing (or when it is none of ours). -errno.
int gw_heartbeat_open(const char *path, struct gw_heartbeat **h, struct gw_err *err);
void gw_heartbeat_close(struct gw_heartbeat *h); // NULL is allowed
// Change what the file says: between the two nobody reads it.
void gw_heartbeat_begin(struct gw_heartbeat *h);
void gw_heartbeat_end(struct gw_heartbeat *h);
// A copy of one moment; false: it is being written all the time, its writer died there.
bool gw_heartbeat_read(const struct gw_heartbeat *h, struct gw_heartbeat *copy);
uint64_t gw_heartbeat_now_ms(void); // CLOCK_BOOTTIME
