// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Routes of the kernel that may be learned, by prefix and metric. No system calls. One thread.

#include <stdbool.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/tree.h"
#include "netlink/route.h"

struct gw_learn_path {
	struct gw_learn_path *next; // of a higher metric
	uint32_t metric;
	uint32_t seen; // reading that named it last
	bool doubted;  // of IPv6, and the reading that ended last did not name it
	uint8_t protocol;
	uint32_t n;
	struct gw_nl_hop hop[];
};

struct gw_learn_entry {
	struct gw_prefix prefix;
	struct gw_learn_path *paths; // ascending metric
	const struct gw_learn_path *used;
	uint8_t state; // the user's of this table
};

struct gw_learn_table {
	struct gw_tree entries; // struct gw_learn_entry
	uint32_t paths;
	uint32_t reading; // number of the one that runs or ran last
	bool in_reading;
	bool doubts;				   // some path is doubted since the last end
	void (*changed)(struct gw_learn_entry *e); // its paths did
};

enum gw_learn_heard {
	GW_LEARN_OK,
	GW_LEARN_NO_MEMORY,
	GW_LEARN_UNCLEAR, // everything has to be read again
};

void gw_learn_table_fini(struct gw_learn_table *t); // without a call of `changed`
void gw_learn_table_begin(struct gw_learn_table *t);
// What was not named goes. The kernel leaves out routes of IPv6 while others change, and does not
// say so: these go when two readings in a row do not name them. True: such a second one is needed.
bool gw_learn_table_end(struct gw_learn_table *t);
void gw_learn_table_stop(struct gw_learn_table *t); // given up: nothing goes
enum gw_learn_heard gw_learn_table_route(
	struct gw_learn_table *t, const struct gw_nl_route *r, bool there);
// Another stands in the place of the path of that prefix and metric: one that is not learned.
void gw_learn_table_replaced(
	struct gw_learn_table *t, const struct gw_prefix *prefix, uint32_t metric);
struct gw_learn_entry *gw_learn_table_find(
	const struct gw_learn_table *t, const struct gw_prefix *prefix);
// `fn` may not change the table.
void gw_learn_table_walk(
	struct gw_learn_table *t, void (*fn)(struct gw_learn_entry *e, void *arg), void *arg);
