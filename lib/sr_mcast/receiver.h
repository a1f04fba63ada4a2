// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Receivers: which interfaces of a VRF want a group, and from which sources. What is configured
// and what was learned by IGMP and MLD is kept apart; workers see the union.

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/addr.h"
#include "base/err.h"
#include "base/map.h"
#include "sr_mcast/sr_mcast.h"

struct gw_mcast_member {
	uint16_t iface;
	uint8_t exclude; // false: only `sources`; true: all but those
	uint8_t pad;
	uint32_t n;
	struct gw_ip *sources; // ascending by their octets, part of the members' object
};

struct gw_mcast_members {
	uint32_t n;
	struct gw_mcast_member m[];
};

struct gw_group_key {
	struct gw_ip group;
	uint32_t vrf;
	uint32_t zero;
};

struct gw_mcast_group {
	struct gw_mcast_members *members; // see gw_mcast_members()
};

extern struct gw_map gw_mcast_group_map;       // gw_group_key -> index
extern struct gw_mcast_group *gw_mcast_groups; // [GW_MAX_GROUPS + 1], 0 none

// NULL: nobody any more.
static inline const struct gw_mcast_members *gw_mcast_members(uint32_t group)
{
	return __atomic_load_n(&gw_mcast_groups[group].members, __ATOMIC_ACQUIRE);
}

static inline bool gw_member_wants(const struct gw_mcast_member *m, const struct gw_ip *source)
{
	uint32_t low = 0, high = m->n;

	while (low < high) {
		uint32_t at = (low + high) / 2;
		int c = memcmp(source, &m->sources[at], sizeof(*source));

		if (c == 0)
			return !m->exclude;
		if (c < 0)
			high = at;
		else
			low = at + 1;
	}
	return m->exclude;
}

// From here on: slow path.

enum gw_receiver_origin { GW_RECEIVER_STATIC, GW_RECEIVER_LEARNED, GW_RECEIVER_ORIGINS };

// What one origin says about one interface.
struct gw_receiver_part {
	bool is;      // it says something
	bool exclude; // as in gw_mcast_member
	uint32_t n;
	struct gw_ip *sources; // ascending, each once
	uint32_t mark;	       // static: of the configuration that named it last
};

struct gw_receiver {
	struct gw_receiver *next; // of the same group
	uint16_t iface;
	struct gw_receiver_part part[GW_RECEIVER_ORIGINS];
};

int gw_receiver_init(void);
void gw_receiver_fini(void);
// What an origin says about a group on an interface, in place of what it said before; sources in
// any order. Who wants nothing any more says so by gw_receiver_del(). -EINVAL (group, interface of
// another VRF, sources), -ENOSPC, -ENOMEM leave all as it was.
int gw_receiver_set(uint16_t vrf, const struct gw_ip *group, uint16_t iface,
	enum gw_receiver_origin origin, bool exclude, const struct gw_ip *sources, uint32_t n,
	struct gw_err *err);
int gw_receiver_del(uint16_t vrf, const struct gw_ip *group, uint16_t iface,
	enum gw_receiver_origin origin);			       // -ENOENT
uint32_t gw_mcast_group_find(uint16_t vrf, const struct gw_ip *group); // 0: none
uint32_t gw_mcast_group_next(uint32_t after); // the next index in use, 0 at the end
const struct gw_group_key *gw_mcast_group_key(uint32_t group);
const struct gw_receiver *gw_receiver_first(uint32_t group); // then ->next
// What was learned on the interface goes.
void gw_receiver_iface_gone(uint16_t iface);
void gw_receiver_marks_begin(void);
void gw_receiver_marks_sweep(void);
