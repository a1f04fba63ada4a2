// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Which hosts want which multicast groups: querier and membership of IGMPv1 to IGMPv3 (RFC 2236,
// RFC 3376) and MLDv1, MLDv2 (RFC 2710, RFC 3810) on interfaces. What is learned goes to the
// receivers of lib/sr_mcast. Slow path only; times are microseconds of the monotonic clock.

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>
#include <rte_mbuf.h>

#include "base/addr.h"
#include "base/err.h"
#include "group/member.h"
#include "group/querier.h"

#define GW_GROUP_TOTAL_MAX   (1u << 18)
#define GW_GROUP_SOURCES_MAX 1024 // of one group

struct gw_group_conf {
	bool enabled;
	uint32_t igmp_version, mld_version; // of queries; as configured: 1 to 3, 1 to 2
	uint32_t query_interval_s, query_response_ms, robustness;
	uint32_t last_member_ms, last_member_count;
	bool fast_leave;
	uint32_t max_groups_per_interface, max_groups, max_sources_per_group;
};

// An interface on which groups are learned.
struct gw_group_iface {
	uint16_t iface, vrf;
	uint32_t first;	  // of its groups, 0 none
	uint32_t groups;  // count
	uint64_t refused; // groups and sources beyond the limits
	uint64_t full_us; // up to here time is used up by messages, see input.c
	uint64_t warned_us;
	struct gw_querier q[2]; // IGMP, MLD
};

extern struct gw_group_conf gw_group_conf;

int gw_group_init(void);
void gw_group_fini(void);
// A punted packet, owned from the call on; its data begins at its IPv4 or IPv6 header, meta.iface
// is the interface that it came from.
void gw_group_input(struct rte_mbuf *m);
bool gw_group_poll(uint64_t now_us); // timers; each loop of the slow path calls it
uint64_t gw_group_now(void);	     // of the last poll
struct gw_group_iface *gw_group_iface(uint16_t iface); // NULL: nothing is learned there
// The interface is about to be deleted: its groups are forgotten.
void gw_group_iface_gone(uint16_t iface);
// gw_group_conf changed; `names` (interface -> anything, reference taken, NULL: all access
// interfaces) says where groups are learned.
void gw_group_conf_changed(json_t *names);
// Warn of this interface, but not again within a minute.
bool gw_group_may_warn(struct gw_group_iface *gi);
