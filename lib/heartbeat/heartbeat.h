// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// What a user plane leaves where its watchdog and its successor find it: a small file that all of
// them map. It beats while the slow path goes round, and says which interfaces and routes are to go
// when it does not. It outlives the processes, not the machine: it belongs below /run.
//
// Each word has one writer: the user plane tells its state, the watchdog tells of its fences. Both
// write the half that nobody reads and then switch over, so that whoever is killed leaves what was
// complete. A user plane that takes over and a watchdog that acts exclude each other by a lock: a
// process is not judged for what its predecessor did.

#include <net/if.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"

#define GW_HEARTBEAT_PORTS  256
#define GW_HEARTBEAT_GROUPS 64
#define GW_HEARTBEAT_TABLES 80
#define GW_HEARTBEAT_NAME   32

enum gw_heartbeat_phase {
	GW_HEARTBEAT_NONE,
	GW_HEARTBEAT_RUNS,
	GW_HEARTBEAT_IN_SERVICE, // ended for one that is started in its place
	GW_HEARTBEAT_STOPPED,	 // has done itself what a watchdog would do
};

struct gw_heartbeat_port {
	char ifname[IF_NAMESIZE];     // "": not the kernel's
	char name[GW_HEARTBEAT_NAME]; // of the port
	uint8_t held;		      // down because of linkage
};

struct gw_heartbeat_group {
	char name[GW_HEARTBEAT_NAME];
	uint8_t up;
};

// The user plane's.
struct gw_heartbeat_state {
	uint32_t generation; // one more with each process
	int32_t pid;
	uint32_t phase;	     // enum gw_heartbeat_phase
	uint64_t until_ms;   // in service: CLOCK_BOOTTIME when a successor should run
	uint32_t fence_seen; // number of the last fence that it knows of
	uint8_t fenced;	     // the ports are still as that one left them
	uint8_t protocol;    // of the kernel routes, 0: publishes nothing
	uint32_t table_count, port_count, group_count;
	uint32_t table[GW_HEARTBEAT_TABLES];
	struct gw_heartbeat_port port[GW_HEARTBEAT_PORTS]; // the downlinks
	struct gw_heartbeat_group group[GW_HEARTBEAT_GROUPS];
};

// The watchdog's: what it took down.
struct gw_heartbeat_fence {
	uint32_t number;     // one more with each
	uint32_t generation; // of the process that was taken for dead
	uint64_t beats;	     // at which it stood still
	uint8_t done;	     // 0: is at it, or died of it
	uint32_t port_count;
	char port[GW_HEARTBEAT_PORTS][GW_HEARTBEAT_NAME];
};

struct gw_heartbeat_file;

struct gw_heartbeat {
	struct gw_heartbeat_file *file; // NULL: not open
	int fd;
};

// Maps the file, made when missing (or when it is none of ours). -errno; -EAGAIN: somebody keeps it
// locked.
int gw_heartbeat_open(const char *path, struct gw_heartbeat *h, struct gw_err *err);
void gw_heartbeat_close(struct gw_heartbeat *h); // also one that is not open
uint64_t gw_heartbeat_now_ms(void);		 // CLOCK_BOOTTIME
// Between the two no user plane takes over and no watchdog acts. -EAGAIN: not within that time.
int gw_heartbeat_lock(struct gw_heartbeat *h, uint32_t wait_ms);
void gw_heartbeat_unlock(struct gw_heartbeat *h);

// What was written last, complete.
void gw_heartbeat_state(const struct gw_heartbeat *h, struct gw_heartbeat_state *s);
void gw_heartbeat_fence(const struct gw_heartbeat *h, struct gw_heartbeat_fence *f);
uint64_t gw_heartbeat_beats(const struct gw_heartbeat *h);
bool gw_heartbeat_fence_has(const struct gw_heartbeat_fence *f, const char *port);

// The user plane's side. From taking over on the watchdog watches over process `pid`; `before`:
// what its predecessor left, with what a watchdog did since.
void gw_heartbeat_take_over(struct gw_heartbeat *h, int32_t pid, struct gw_heartbeat_state *before);
void gw_heartbeat_state_set(struct gw_heartbeat *h, const struct gw_heartbeat_state *s);
void gw_heartbeat_beat(struct gw_heartbeat *h);
// A watchdog acted on this process, and has finished; each fence is told once. `s` is to be set.
bool gw_heartbeat_fenced(
	struct gw_heartbeat *h, struct gw_heartbeat_state *s, struct gw_heartbeat_fence *f);
int32_t gw_heartbeat_watchdog(const struct gw_heartbeat *h); // its process, 0: none lives

// The watchdog's side, as watch.h uses it.
int gw_heartbeat_watch(struct gw_heartbeat *h, int32_t pid); // -EBUSY: another one does
void gw_heartbeat_fence_set(struct gw_heartbeat *h, const struct gw_heartbeat_fence *f);
