// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Membership of one group on one interface (RFC 3376 6, RFC 3810 7): filter mode, source timers,
// group timer, queries to last members, and what older hosts cannot say (RFC 3376 7.3, RFC 3810
// 8.3). One state machine for both families. Slow path only.

#include <stdbool.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/err.h"
#include "base/heap.h"
#include "group/message.h"

struct gw_group_iface;

struct gw_member_source {
	struct gw_ip addr;
	uint64_t expires_us; // 0: excluded (the list Y of RFC 3376 6.4)
	uint8_t queries;     // still to be sent
	bool ask;	     // by the report in hand
};

struct gw_member {
	struct gw_heap_node timer;
	struct gw_ip group;
	uint16_t iface;	      // 0: not in use
	bool exclude;	      // filter mode
	bool dirty;	      // receivers do not know the latest
	uint8_t queries;      // of the group, still to be sent
	uint32_t prev, next;  // on the interface; next of a free one
	uint64_t expires_us;  // group timer, of mode EXCLUDE
	uint64_t older_us[3]; // [1], [2]: a host of that version is about until then
	uint64_t ask_us;      // no query before this
	uint32_t n, room;
	struct gw_member_source *sources; // ascending
};

extern struct gw_member *gw_members; // index 0 is none

int gw_member_init(void);
void gw_member_fini(void);
uint32_t gw_member_find(uint16_t iface, const struct gw_ip *group); // 0: nobody is a member
uint32_t gw_member_next(uint32_t after); // the next index in use, 0 at the end
// What a host of this version says. Sources ascending, each once. False: refused, limits.
bool gw_member_report(struct gw_group_iface *gi, uint8_t version, uint8_t change,
	const struct gw_ip *group, const struct gw_ip *sources, uint32_t n);
// Another querier asks for the group, or for these sources of it (RFC 3376 6.6.1): who is there
// has `us` to say so.
void gw_member_queried(struct gw_group_iface *gi, const struct gw_ip *group,
	const struct gw_ip *sources, uint32_t n, uint64_t us);
uint8_t gw_member_version(const struct gw_member *m); // compatibility mode: 1 to 3
void gw_member_forget(struct gw_group_iface *gi);     // all groups of the interface
bool gw_members_poll(void);
