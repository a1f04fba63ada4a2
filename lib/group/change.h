// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// The tables of RFC 3376 6.4 (RFC 3810 7.4): what a record makes of a membership.

#include "group/member.h"

struct gw_member_change {
	uint8_t change;		     // enum gw_group_change
	uint32_t n;		     // sources, ascending, each once
	const struct gw_ip *sources; // of the record
	uint64_t until_us;	     // when a timer ends that begins now at its longest
	uint32_t max;		     // sources of a group
};

struct gw_change_result {
	uint32_t refused; // sources that found no room
	bool ask;	  // a query of the group; of sources: gw_member_source.ask
};

// Does not look at timers that are over, nor send.
struct gw_change_result gw_member_change(struct gw_member *m, const struct gw_member_change *c);
struct gw_member_source *gw_member_source(const struct gw_member *m, const struct gw_ip *addr);
