// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Clients: the host route and the user entry of one address in one VRF, with its rate limits and
// its counters. Index 0 is no host. All functions that change belong to the slow path.
//
// What every packet touches is 16 octets per direction; rate limits, wide counters and what is
// rare stand apart and cost nothing until they are used. With address tables, meters and counters
// in both directions a client costs at most 250 octets, a plain one 80. Indices are given out in
// runs per owner (gw_owner()), so that no cache line here is written by two workers.

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>

#include <rte_meter.h>

#include "base/addr.h"
#include "base/err.h"
#include "iface/iface.h"

#define GW_MAX_HOSTS	(1u << 24)
#define GW_MAX_PROFILES (1u << 14)

#define GW_HOST_STANDBY	  1 // as if its interface half were standby
#define GW_HOST_SYMMETRIC 2 // upstream goes into a tunnel

// In a `where` word, in the place of the MAC's group bit: look at struct gw_host_extra first.
#define GW_HOST_SPECIAL 1ull
#define GW_HOST_MAC	((1ull << 48) - 1 - GW_HOST_SPECIAL)

// One direction of a client, what its worker reads and writes.
struct gw_host_dir {
	uint64_t where; // MAC in the low 48 bits (little-endian load), interface above: one word
	uint64_t count; // packets << 40 | octets since the last carry
};

// Beside it, for special clients and for counts that are carried over.
struct gw_host_extra {
	struct rte_meter_trtcm meter;
	uint64_t packets, octets; // carried over from `count`
	uint32_t carries;	  // odd while a carry is under way
	uint16_t profile;	  // rate limit, 0 none
	uint8_t flags;
} __attribute__((aligned(64)));

static_assert(sizeof(struct gw_host_extra) == 64, "one cache line");

#define GW_HOST_COUNT_BITS 40
#define GW_HOST_ONE	   (1ull << GW_HOST_COUNT_BITS)

// Packets and octets over the rate limit.
struct gw_host_policed {
	uint64_t packets;
	uint64_t octets;
};

// The slow path's part.
struct gw_host_info {
	uint32_t ip;
	uint16_t vrf;
	uint16_t symmetric; // path of the upstream tunnel, 0 none
	uint32_t cost;	    // of the published route
	uint32_t sequence;  // move sequence
	uint32_t mark;	    // of the configuration that named it last; free list link
	uint8_t publish;
	uint8_t used;
};

struct gw_rate {
	uint64_t cir_kbps, cbs_bytes; // cir_kbps 0: no limit
	uint64_t pir_kbps, pbs_bytes; // pir_kbps 0: only the committed rate counts
};

struct gw_host_spec {
	uint32_t ip;
	struct gw_mac mac;
	uint16_t iface;
	bool publish;
	uint32_t cost;
	bool standby;
	uint16_t symmetric; // path, 0 none
	struct gw_rate ingress, egress;
};

extern struct gw_host_dir *gw_host_up;	 // [GW_MAX_HOSTS] from the client
extern struct gw_host_dir *gw_host_down; // [GW_MAX_HOSTS] to the client
extern struct gw_host_extra *gw_host_up_extra, *gw_host_down_extra;
extern struct gw_host_policed *gw_host_policed_up, *gw_host_policed_down;
extern struct gw_host_info *gw_host_infos;
extern struct rte_meter_trtcm_profile *gw_profiles; // [GW_MAX_PROFILES]

int gw_host_init(void);
void gw_host_fini(void);
// Add, or change what differs; counters of a client that stays go on. -EINVAL, -EEXIST (an own
// address), -ENOSPC, -ENOMEM leave everything as it was.
int gw_host_add(const struct gw_host_spec *spec, struct gw_err *err);
int gw_host_del(uint16_t vrf, uint32_t ip, struct gw_err *err); // -ENOENT
uint32_t gw_host_find(uint16_t vrf, uint32_t ip);		// 0: none
uint32_t gw_host_total(void);
uint32_t gw_host_next(uint32_t after); // the next index in use, 0 at the end
void gw_host_marks_begin(void);	       // a new configuration is about to name hosts
void gw_host_marks_sweep(void);	       // delete those it did not name
json_t *gw_host_json(uint32_t host);
uint64_t gw_host_memory(void); // octets of all host tables, address tables apart

static inline uint64_t gw_host_where(const struct gw_host_dir *d)
{
	return __atomic_load_n(&d->where, __ATOMIC_ACQUIRE);
}

// MAC and interface without the mark of special clients.
static inline uint64_t gw_host_place(uint32_t host)
{
	return gw_host_where(&gw_host_down[host]) & ~GW_HOST_SPECIAL;
}

static inline bool gw_host_standby(uint32_t host)
{
	return (gw_host_where(&gw_host_down[host]) & GW_HOST_SPECIAL) &&
		(gw_host_down_extra[host].flags & GW_HOST_STANDBY);
}

static inline uint16_t gw_where_iface(uint64_t where)
{
	return (uint16_t)(where >> 48);
}

void gw_host_carry(
	struct gw_host_dir *d, struct gw_host_extra *e); // worker; `count` is nearly full

// Worker: one packet forwarded; true: to be carried. 2^23 packets of any size fit before that.
static inline bool gw_host_count_add(struct gw_host_dir *d, uint32_t octets)
{
	d->count += GW_HOST_ONE + octets;
	return __builtin_expect((int64_t)d->count < 0, 0);
}

static inline void gw_host_count_packet(
	struct gw_host_dir *d, struct gw_host_extra *e, uint32_t octets)
{
	if (gw_host_count_add(d, octets))
		gw_host_carry(d, e);
}

// Packets and octets of a direction, read while its worker counts.
struct gw_host_counts {
	uint64_t packets, octets;
};
struct gw_host_counts gw_host_counts(const struct gw_host_dir *d, const struct gw_host_extra *e);

// The client's meter: true when the packet may pass (RFC 2698, colour-blind, red dropped).
static inline bool gw_host_police(struct gw_host_extra *e, uint64_t now, uint32_t octets)
{
	uint16_t profile = __atomic_load_n(&e->profile, __ATOMIC_ACQUIRE);

	return profile == 0 ||
		rte_meter_trtcm_color_blind_check(&e->meter, &gw_profiles[profile], now, octets) !=
		RTE_COLOR_RED;
}
