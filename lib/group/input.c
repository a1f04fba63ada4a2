// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Punted packets in.

#include <stdlib.h>
#include <string.h>

#include "dp/worker.h"
#include "group/group.h"
#include "iface/iface.h"
#include "slow/slow.h"
#include "sr_mcast/group.h"

#define PACKET_MAX  9728u
#define SOURCES_MAX (PACKET_MAX / 4)
// Of one interface; those of others are not kept waiting by a host that floods.
#define MESSAGE_US     1000
#define MESSAGES_BURST 4096

static uint8_t packet[PACKET_MAX] __attribute__((aligned(8)));
static struct gw_ip sources[SOURCES_MAX];

static bool message_paid(struct gw_group_iface *gi)
{
	uint64_t now = gw_group_now();

	if (gi->full_us < now)
		gi->full_us = now;
	if (gi->full_us - now >= MESSAGE_US * (uint64_t)MESSAGES_BURST)
		return false;
	gi->full_us += MESSAGE_US;
	return true;
}

static int order(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct gw_ip));
}

// Ascending, each once, and only what can be a source.
static uint32_t sources_take(const struct gw_group_record *r)
{
	uint32_t n = 0, kept = 0;

	for (uint32_t i = 0; i < r->n; i++) {
		struct gw_ip *ip = &sources[n];

		*ip = gw_group_address(r->sources + i * (r->ip6 ? 16u : 4u), r->ip6);
		n += gw_group_source_ok(ip) && gw_ip_is4(ip) == !r->ip6;
	}
	qsort(sources, n, sizeof(sources[0]), order);
	for (uint32_t i = 0; i < n; i++) {
		if (kept == 0 || !gw_ip_eq(&sources[kept - 1], &sources[i]))
			sources[kept++] = sources[i];
	}
	return kept;
}

// RFC 3376 4.2.12: record types that nobody knows are ignored.
static bool record_input(struct gw_group_iface *gi, const struct gw_group_record *r)
{
	if (r->change < GW_GROUP_IS_IN || r->change > GW_GROUP_BLOCK ||
		!gw_group_is_multicast(&r->group) || gw_group_is_link_local(&r->group))
		return false;
	return gw_member_report(gi, 3, r->change, &r->group, sources, sources_take(r));
}

static enum gw_drop records_input(struct gw_group_iface *gi, struct gw_group_msg *msg)
{
	struct gw_group_record r;
	bool any = false;

	while (gw_group_record_next(msg, &r))
		any |= record_input(gi, &r);
	return any ? GW_DROP_NONE : GW_DROP_group_ignored;
}

static enum gw_drop message_input(struct gw_group_iface *gi, struct gw_group_msg *msg)
{
	// RFC 3376 7.3.2: reports and leaves of older hosts in the words of IGMPv3.
	uint8_t change = msg->kind == GW_GROUP_REPORT ? GW_GROUP_IS_EX : GW_GROUP_TO_IN;

	if (msg->kind == GW_GROUP_QUERY)
		return gw_querier_input(gi, msg);
	gw_slow_event(GW_EV_group_report_received);
	if (msg->kind == GW_GROUP_RECORDS)
		return records_input(gi, msg);
	if (gw_group_is_link_local(&msg->group) ||
		!gw_member_report(gi, msg->version, change, &msg->group, NULL, 0))
		return GW_DROP_group_ignored;
	return GW_DROP_NONE;
}

static enum gw_drop input(struct rte_mbuf *m)
{
	const struct gw_meta *meta = gw_meta(m);
	struct gw_group_iface *gi;
	struct gw_group_msg msg;
	enum gw_drop reason;
	uint32_t len = RTE_MIN(m->pkt_len, PACKET_MAX);
	const void *data;

	// The worker looked at both; either may have changed since.
	if (gw_iface_infos[meta->iface].name[0] == '\0')
		return GW_DROP_no_interface;
	if (gw_ifaces[meta->iface].half != GW_HALF_ACTIVE)
		return GW_DROP_standby;
	gi = gw_group_iface(meta->iface);
	if (gi == NULL || meta->tunnel != 0)
		return GW_DROP_group_ignored;
	if (!message_paid(gi))
		return GW_DROP_punt_rate_group;
	if (len == 0)
		return GW_DROP_group_invalid;
	data = rte_pktmbuf_read(m, 0, len, packet); // there are as many: cannot fail
	if (data != packet)			    // aligned, for who reads words
		memcpy(packet, data, len);
	if (packet[0] >> 4 == 6)
		reason = gw_mld_parse(packet, len, &msg);
	else
		reason = gw_igmp_parse(packet, len, &msg);
	return reason == GW_DROP_NONE ? message_input(gi, &msg) : reason;
}

void gw_group_input(struct rte_mbuf *m)
{
	enum gw_drop reason = input(m);

	if (reason == GW_DROP_NONE)
		gw_slow_consume(m);
	else
		gw_slow_drop(m, reason);
}
