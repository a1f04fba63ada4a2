// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Who asks on an interface, in one family (RFC 2236 3 and 7, RFC 3376 6.6.2, RFC 3810 7.6.2): the
// router with the lowest address. Slow path only.

#include <stdbool.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/heap.h"
#include "group/message.h"

struct gw_group_iface;

enum gw_querier_state {
	GW_QUERIER_OFF, // no own address to ask from
	GW_QUERIER_SELF,
	GW_QUERIER_OTHER,
};

struct gw_querier {
	struct gw_heap_node timer; // next general query, or end of the other querier
	uint16_t iface;
	bool ip6;
	uint8_t state;	 // enum gw_querier_state
	uint8_t startup; // queries of the start still to be sent
	struct gw_ip other;
	// What holds: configured, or what the other querier says (RFC 3376 4.1.6, 4.1.7).
	uint32_t robustness, interval_s;
};

void gw_querier_fini(void);
// Begin, take note of addresses that came or went or of other times, end.
void gw_querier_start(struct gw_querier *q, uint16_t iface, bool ip6);
void gw_querier_check(struct gw_querier *q);
void gw_querier_conf_changed(struct gw_querier *q);
void gw_querier_stop(struct gw_querier *q);
// A query of another router.
enum gw_drop gw_querier_input(struct gw_group_iface *gi, const struct gw_group_msg *msg);
bool gw_queriers_poll(void);
// Microseconds: Group Membership Interval and Older Host Present Interval (RFC 3376 8.4, 8.13).
uint64_t gw_querier_membership_us(const struct gw_querier *q);
// The address that this node asks from; false: it has none.
bool gw_querier_address(uint16_t iface, bool ip6, struct gw_ip *ip);
uint8_t gw_querier_version(bool ip6); // of queries, as IGMP's

// query_out.c: ask for members of `group`, or (gw_group_none()) of all; as many packets as the
// sources need. False: nothing was sent.
bool gw_group_ask(const struct gw_querier *q, const struct gw_ip *group,
	const struct gw_ip *sources, uint32_t n, bool suppress);
