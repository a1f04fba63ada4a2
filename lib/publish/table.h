// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// What is to be published, what the kernel has of it, and the steps from one to the other. No
// system calls: time comes in as an argument, steps go out. One thread.

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

#include "base/addr.h"
#include "base/tree.h"
#include "publish/publish.h"

#define GW_PUBLISH_NO_COST   UINT32_MAX
#define GW_PUBLISH_COSTS_MAX 64
#define GW_PUBLISH_RETRY_US  100000   // after the first refusal, doubled by each further one
#define GW_PUBLISH_RETRY_MAX 10000000 // at most

// A route of the kernel's, but for its prefix.
struct gw_publish_key {
	uint32_t table, metric;
	uint8_t protocol;
};

static inline bool gw_publish_key_eq(const struct gw_publish_key *a, const struct gw_publish_key *b)
{
	return a->table == b->table && a->metric == b->metric && a->protocol == b->protocol;
}

// Where routes go; `on` false: nowhere, and what is there goes.
struct gw_publish_conf {
	bool on;
	uint8_t protocol;
	uint32_t table;
	uint32_t max_prefixes;
	uint32_t stale_ms; // for which routes that were there at the start are kept
	uint32_t n_costs;
	struct {
		uint32_t cost, table;
	} cost[GW_PUBLISH_COSTS_MAX];
};

struct gw_publish_have {
	struct gw_publish_have *next;
	struct gw_publish_key key;
	uint32_t seen; // dump that named it last
	bool stale;    // was there at the start
};

enum gw_publish_state {
	GW_PUBLISH_OFF,	    // not configured
	GW_PUBLISH_DONE,    // the kernel has it so
	GW_PUBLISH_WAITING, // to be written
	GW_PUBLISH_REFUSED, // the kernel said no; it is asked again
	GW_PUBLISH_GOING,   // no longer wanted, and still in the kernel
};

struct gw_publish_entry {
	struct gw_prefix prefix;
	uint32_t cost[GW_PUBLISH_ORIGINS];
	struct gw_publish_have *have;
	uint8_t queue; // enum gw_publish_queues
	bool flying;   // a step of it is under way
	int error;     // of the last step, errno
	uint32_t tries;
	uint64_t retry_us;
	uint64_t mended_us; // somebody took it away last
	TAILQ_ENTRY(gw_publish_entry) link, all;
};

TAILQ_HEAD(gw_publish_queue, gw_publish_entry);

enum gw_publish_queues {
	GW_PUBLISH_Q_NONE,
	GW_PUBLISH_Q_WITHDRAW, // before the next one
	GW_PUBLISH_Q_PUBLISH,
	GW_PUBLISH_Q_REFUSED,
	GW_PUBLISH_QUEUES
};

struct gw_publish_table {
	struct gw_publish_conf conf;
	struct gw_tree entries; // struct gw_publish_entry
	uint32_t wanted;
	uint32_t dump; // number of the one that runs or ran last
	bool settled;  // routes of before the start may go
	struct gw_publish_queue queue[GW_PUBLISH_QUEUES], all;
	uint32_t queued[GW_PUBLISH_QUEUES];
	uint64_t added, deleted, refusals, mended; // steps carried out, and those that were not
	int last_error;
	void (*changed)(const struct gw_prefix *prefix, bool wanted); // may be NULL
};

struct gw_publish_step {
	struct gw_publish_entry *entry;
	struct gw_publish_key key;
	bool add;
};

void gw_publish_table_init(struct gw_publish_table *t);
void gw_publish_table_fini(struct gw_publish_table *t);
// Everything is compared with it anew.
void gw_publish_table_conf(struct gw_publish_table *t, const struct gw_publish_conf *conf);

// GW_PUBLISH_NO_COST: not wanted by this origin any more. -ENOSPC, -ENOMEM.
int gw_publish_table_want(struct gw_publish_table *t, enum gw_publish_origin origin,
	const struct gw_prefix *prefix, uint32_t cost);
// The cost at which it is wanted and where its route goes; false: it is not.
bool gw_publish_entry_key(const struct gw_publish_table *t, const struct gw_publish_entry *e,
	struct gw_publish_key *key);
uint32_t gw_publish_entry_cost(const struct gw_publish_entry *e); // GW_PUBLISH_NO_COST
enum gw_publish_state gw_publish_entry_state(
	const struct gw_publish_table *t, const struct gw_publish_entry *e);
struct gw_publish_entry *gw_publish_table_find(
	const struct gw_publish_table *t, const struct gw_prefix *prefix);
void gw_publish_table_walk(const struct gw_publish_table *t,
	void (*fn)(const struct gw_publish_entry *e, void *arg), void *arg);

// The next step out of the queues up to `last`, which is GW_PUBLISH_Q_WITHDRAW or
// GW_PUBLISH_Q_PUBLISH; false: none now. Every step is answered by _done (0 or errno) before _fini;
// until then the prefix has no other step.
bool gw_publish_table_next(
	struct gw_publish_table *t, enum gw_publish_queues last, struct gw_publish_step *step);
void gw_publish_table_done(
	struct gw_publish_table *t, const struct gw_publish_step *step, int error, uint64_t now_us);
// What was refused long enough ago is tried again.
void gw_publish_table_retry(struct gw_publish_table *t, uint64_t now_us);

// Whether a route of the kernel's is one of ours.
bool gw_publish_table_ours(const struct gw_publish_table *t, const struct gw_publish_key *key);
// All routes of the kernel's are about to be named; at the end those that were not are gone.
void gw_publish_table_dump_begin(struct gw_publish_table *t);
void gw_publish_table_dump_end(struct gw_publish_table *t, uint64_t now_us);
// One of ours is there, or gone; -ENOMEM.
int gw_publish_table_kernel(struct gw_publish_table *t, const struct gw_prefix *prefix,
	const struct gw_publish_key *key, bool there, uint64_t now_us);
// Routes that were there at the start and that nobody wanted since go now.
void gw_publish_table_settle(struct gw_publish_table *t);
