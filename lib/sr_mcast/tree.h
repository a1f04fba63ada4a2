// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Trees by source address. What a node does with a packet of a tree is one object, exchanged by
// one store: a packet sees the old list or the new one.

#include <stdbool.h>
#include <stdint.h>

#include <netinet/in.h>

#include "base/err.h"
#include "base/map.h"
#include "sr_mcast/sr_mcast.h"

struct gw_mcast_branch {
	uint32_t dest;	// gw_mcast_dests
	uint32_t stats; // gw_branch_stats[lcore]
};

struct gw_mcast_branches {
	uint32_t n;
	uint16_t decap; // VRF + 1, 0: no leaf here
	struct gw_mcast_branch b[];
};

// What workers read. Words but for `source` change one by one.
struct gw_mcast_tree {
	struct gw_mcast_branches *branches; // see gw_mcast_branches()
	struct in6_addr source;
	uint16_t mtu; // of the outer packet as learned, 0: no limit
	uint8_t hop_limit_threshold;
	bool own; // a flow leads into it here, or a ping runs: this node is its root
};

extern struct gw_mcast_tree *gw_mcast_trees; // [GW_MAX_TREES + 1], 0 none
extern struct gw_map gw_mcast_tree_map;	     // source -> index

// NULL: the tree is being deleted.
static inline const struct gw_mcast_branches *gw_mcast_branches(uint32_t tree)
{
	return __atomic_load_n(&gw_mcast_trees[tree].branches, __ATOMIC_ACQUIRE);
}

static inline uint16_t gw_mcast_tree_mtu(uint32_t tree)
{
	return __atomic_load_n(&gw_mcast_trees[tree].mtu, __ATOMIC_RELAXED);
}

static inline uint8_t gw_mcast_tree_threshold(uint32_t tree)
{
	return __atomic_load_n(&gw_mcast_trees[tree].hop_limit_threshold, __ATOMIC_RELAXED);
}

static inline bool gw_mcast_tree_own(uint32_t tree)
{
	return __atomic_load_n(&gw_mcast_trees[tree].own, __ATOMIC_RELAXED);
}

// From here on: slow path.

// What the slow path keeps beside it.
struct gw_mcast_tree_info {
	uint32_t flows;	 // that lead into it
	uint16_t vrf;	 // of these flows
	uint32_t users;	 // pings that run
	uint64_t pinged; // requests of pings that have ended
	bool root;	 // a flow has led into it
	uint32_t mark;	 // of the configuration that named it last
	uint64_t mtu_until_us;
	bool used;
	uint32_t next_free;
};

extern struct gw_mcast_tree_info *gw_mcast_tree_infos;

struct gw_mcast_tree_spec {
	struct in6_addr source;
	const struct in6_addr *branches;
	uint32_t n;
	uint16_t decap; // VRF + 1, 0 none
	uint8_t hop_limit_threshold;
};

int gw_mcast_tree_init(void);
void gw_mcast_tree_fini(void);
// Add, or replace the whole list of a tree that is there. Counters of branches that stay go on; a
// tree that is the same already is not touched. -EINVAL, -ENOSPC, -ENOMEM leave all as it was.
int gw_mcast_tree_set(const struct gw_mcast_tree_spec *spec, struct gw_err *err);
int gw_mcast_tree_del(const struct in6_addr *source, struct gw_err *err); // -ENOENT, -EBUSY
uint32_t gw_mcast_tree_find(const struct in6_addr *source);		  // 0: none
uint32_t gw_mcast_tree_next(uint32_t after); // the next index in use, 0 at the end
uint32_t gw_mcast_tree_count(void);
// A flow of `vrf` leads into the tree from now on, or no more. -EINVAL: flows of another VRF do.
int gw_mcast_tree_flow_hold(uint32_t tree, uint16_t vrf, struct gw_err *err);
void gw_mcast_tree_flow_release(uint32_t tree);
// The same for what speaks with the tree's address otherwise.
void gw_mcast_tree_use(uint32_t tree);
void gw_mcast_tree_unuse(uint32_t tree);
// A Packet Too Big for the tree's address: its MTU is lowered for a while.
void gw_mcast_tree_too_big(uint32_t tree, uint32_t mtu, uint64_t now_us);
// gw_icmp6_too_big_hook: true when it is about an own tree and came from inside of the domain.
bool gw_mcast_too_big_received(uint16_t iface, const struct in6_addr *dst_quoted,
	const struct in6_addr *src_quoted, uint32_t mtu);
bool gw_mcast_tree_mtu_poll(uint64_t now_us); // each second: forgets those that are due
void gw_mcast_tree_marks_begin(void);
void gw_mcast_tree_marks_sweep(void);
