// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "group/querier.h"

#include <string.h>

#include <rte_common.h>

#include "base/log.h"
#include "dp/worker.h"
#include "group/group.h"
#include "iface/iface.h"

#define SECOND	      1000000u
#define BURST	      64 // general queries of one round of the slow path
#define PAUSE_US      1000
#define ASKED_SOURCES 2048

GW_LOG_MODULE("querier");

static struct gw_heap timers;
static uint64_t paused_us; // no general query before: a start on many interfaces is spread

void gw_querier_fini(void)
{
	paused_us = 0;
	gw_heap_fini(&timers);
}

uint8_t gw_querier_version(bool ip6)
{
	return (uint8_t)(ip6 ? gw_group_conf.mld_version + 1 : gw_group_conf.igmp_version);
}

bool gw_querier_address(uint16_t iface, bool ip6, struct gw_ip *ip)
{
	uint32_t own;

	if (ip6) {
		*ip = gw_ip_of6(&gw_iface_infos[iface].link_local);
		return !IN6_IS_ADDR_UNSPECIFIED(&ip->a);
	}
	if (!gw_iface_source(iface, 0, &own))
		return false;
	*ip = gw_ip_of4(own);
	return true;
}

uint64_t gw_querier_membership_us(const struct gw_querier *q)
{
	return (uint64_t)q->robustness * q->interval_s * SECOND +
		(uint64_t)gw_group_conf.query_response_ms * 1000;
}

// RFC 3376 8.5
static uint64_t other_present_us(const struct gw_querier *q)
{
	return (uint64_t)q->robustness * q->interval_s * SECOND +
		(uint64_t)gw_group_conf.query_response_ms * 500;
}

static void timer_set(struct gw_querier *q, uint64_t at)
{
	if (gw_heap_set(&timers, &q->timer, at) < 0)
		LOG(ERR, "%s: no memory for timers: no queries", gw_iface_infos[q->iface].name);
}

static void self_begin(struct gw_querier *q, uint32_t startup)
{
	q->state = GW_QUERIER_SELF;
	q->robustness = gw_group_conf.robustness;
	q->interval_s = gw_group_conf.query_interval_s;
	q->startup = (uint8_t)startup;
	// What a replay sends depends on its input alone.
	if (!gw_worker_conf.replay)
		timer_set(q, gw_group_now());
}

void gw_querier_start(struct gw_querier *q, uint16_t iface, bool ip6)
{
	*q = (struct gw_querier){
		.iface = iface,
		.ip6 = ip6,
		.robustness = gw_group_conf.robustness,
		.interval_s = gw_group_conf.query_interval_s,
	};
	gw_querier_check(q);
}

void gw_querier_stop(struct gw_querier *q)
{
	gw_heap_remove(&timers, &q->timer);
	q->state = GW_QUERIER_OFF;
}

void gw_querier_check(struct gw_querier *q)
{
	struct gw_ip own;
	bool has = gw_querier_address(q->iface, q->ip6, &own);

	if (has &&
		(q->state == GW_QUERIER_OFF ||
			(q->state == GW_QUERIER_OTHER && memcmp(&own, &q->other, sizeof(own)) < 0)))
		self_begin(q, gw_group_conf.robustness);
	else if (q->state == GW_QUERIER_SELF && !has)
		gw_querier_stop(q);
}

void gw_querier_conf_changed(struct gw_querier *q)
{
	uint64_t next = gw_group_now() + (uint64_t)gw_group_conf.query_interval_s * SECOND;

	if (q->state == GW_QUERIER_OTHER)
		return;
	q->robustness = gw_group_conf.robustness;
	q->interval_s = gw_group_conf.query_interval_s;
	if (q->timer.at != 0 && q->timer.key > next)
		timer_set(q, next);
}

static void general_query(struct gw_querier *q)
{
	const struct gw_ip none = gw_group_none(q->ip6);
	uint64_t interval = (uint64_t)q->interval_s * SECOND;

	gw_group_ask(q, &none, NULL, 0, false);
	// RFC 3376 8.6: a quarter of the interval between the first ones.
	if (q->startup > 0 && --q->startup > 0)
		interval /= 4;
	timer_set(q, gw_group_now() + interval);
}

static void timer_over(struct gw_querier *q)
{
	struct gw_ip own;

	if (q->state == GW_QUERIER_OTHER) {
		LOG(INFO, "%s: the other querier is gone", gw_iface_infos[q->iface].name);
		gw_querier_stop(q);
		// RFC 2236 7: a general query, at once.
		if (gw_querier_address(q->iface, q->ip6, &own))
			self_begin(q, 0);
		return;
	}
	general_query(q);
}

bool gw_queriers_poll(void)
{
	uint64_t now = gw_group_now();
	struct gw_heap_node *n;
	unsigned done = 0;

	if (now < paused_us)
		return false;
	for (; done < BURST && (n = gw_heap_first(&timers)) != NULL && n->key <= now; done++)
		timer_over((struct gw_querier *)((char *)n - offsetof(struct gw_querier, timer)));
	if (done == BURST)
		paused_us = now + PAUSE_US;
	return done > 0;
}

// RFC 3376 7.3.1: versions do not mix; whoever configures has to see to it.
static void version_check(struct gw_group_iface *gi, const struct gw_group_msg *msg)
{
	char ip[GW_IP_LEN];

	if (msg->version != gw_querier_version(msg->ip6) && gw_group_may_warn(gi))
		LOG(WARNING, "%s: %s sends queries of %s version %u, configured is %u",
			gw_iface_infos[gi->iface].name, gw_ip_str(&msg->source, ip),
			msg->ip6 ? "MLD" : "IGMP", msg->version - msg->ip6,
			gw_querier_version(msg->ip6) - msg->ip6);
}

// RFC 3376 6.6.1: what the querier asks for without the S flag ends unless somebody answers.
static void asked(struct gw_group_iface *gi, const struct gw_group_msg *msg)
{
	static struct gw_ip sources[ASKED_SOURCES];
	uint32_t n = RTE_MIN(msg->n, (uint32_t)ASKED_SOURCES);
	uint64_t us = (uint64_t)gw_group_conf.last_member_count * msg->response_ms * 1000;

	for (uint32_t i = 0; i < n; i++)
		sources[i] = gw_group_address(msg->at + i * (msg->ip6 ? 16 : 4), msg->ip6);
	gw_member_queried(gi, &msg->group, sources, n, us);
}

// RFC 2236 3, RFC 3376 6.6.2: the lowest address wins. Its robustness and interval hold (RFC 3376
// 4.1.6, 4.1.7).
enum gw_drop gw_querier_input(struct gw_group_iface *gi, const struct gw_group_msg *msg)
{
	struct gw_querier *q = &gi->q[msg->ip6];
	struct gw_ip none = gw_group_none(msg->ip6), own = none;
	bool has = gw_querier_address(gi->iface, msg->ip6, &own);
	const struct gw_ip *best = q->state == GW_QUERIER_OTHER ? &q->other : &own;
	int order = memcmp(&msg->source, best, sizeof(*best));

	// Who asks from no address (a switch that has none) is no querier.
	if (gw_ip_eq(&msg->source, &none) || (has && gw_ip_eq(&msg->source, &own)))
		return GW_DROP_group_ignored;
	version_check(gi, msg);
	if (order > 0 && (has || q->state == GW_QUERIER_OTHER))
		return GW_DROP_group_ignored;
	if ((q->state != GW_QUERIER_OTHER || order != 0) && gw_group_may_warn(gi)) {
		char ip[GW_IP_LEN];

		LOG(INFO, "%s: %s is the querier", gw_iface_infos[gi->iface].name,
			gw_ip_str(&msg->source, ip));
	}
	q->state = GW_QUERIER_OTHER;
	q->other = msg->source;
	q->startup = 0;
	if (msg->robustness != 0)
		q->robustness = msg->robustness;
	if (msg->interval_s != 0)
		q->interval_s = msg->interval_s;
	timer_set(q, gw_group_now() + other_present_us(q));
	if (!gw_ip_eq(&msg->group, &none) && !msg->suppress)
		asked(gi, msg);
	return GW_DROP_NONE;
}
