// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "group/member.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <rte_common.h>

#include "base/log.h"
#include "base/map.h"
#include "base/reserve.h"
#include "dp/worker.h"
#include "group/change.h"
#include "group/group.h"
#include "iface/iface.h"
#include "sr_mcast/receiver.h"

#define RETRY_US 1000000 // receivers had no room

GW_LOG_MODULE("group");

struct member_key {
	struct gw_ip group;
	uint64_t iface;
};

struct gw_member *gw_members;

static struct gw_map index_map; // member_key -> index
static struct gw_heap timers;
static uint32_t member_top, member_free, member_count;
static struct gw_ip scratch[GW_GROUP_SOURCES_MAX];

static void record_retire(struct gw_map *m, uint32_t record)
{
	gw_map_record_free(m, record);
}

int gw_member_init(void)
{
	gw_members = gw_reserve((GW_GROUP_TOTAL_MAX + 1) * sizeof(*gw_members));
	if (gw_members == NULL)
		return -ENOMEM;
	return gw_map_init(&index_map, sizeof(struct member_key), 64, GW_GROUP_TOTAL_MAX,
		record_retire, gw_hash32_table_free);
}

void gw_member_fini(void)
{
	for (uint32_t i = 1; i <= member_top; i++)
		free(gw_members[i].sources);
	gw_map_fini(&index_map);
	gw_heap_fini(&timers);
	if (gw_members != NULL)
		gw_unreserve(gw_members, (GW_GROUP_TOTAL_MAX + 1) * sizeof(*gw_members));
	gw_members = NULL;
	member_top = member_free = member_count = 0;
}

uint32_t gw_member_find(uint16_t iface, const struct gw_ip *group)
{
	const struct member_key key = {*group, iface};

	return gw_map_get(&index_map, &key);
}

uint32_t gw_member_next(uint32_t after)
{
	while (++after <= member_top) {
		if (gw_members[after].iface != 0)
			return after;
	}
	return 0;
}

static uint32_t member_new(struct gw_group_iface *gi, const struct gw_ip *group)
{
	const struct member_key key = {*group, gi->iface};
	uint32_t at = member_free != 0 ? member_free : member_top + 1;
	struct gw_member *m = &gw_members[at];

	if (gi->groups >= gw_group_conf.max_groups_per_interface ||
		member_count >= gw_group_conf.max_groups)
		return 0;
	if (gw_heap_set(&timers, &m->timer, UINT64_MAX) < 0)
		return 0;
	if (gw_map_set(&index_map, &key, at) < 0) {
		gw_heap_remove(&timers, &m->timer);
		return 0;
	}
	if (at == member_free)
		member_free = m->next;
	else
		member_top = at;
	m->group = *group;
	m->iface = gi->iface;
	m->prev = 0;
	m->next = gi->first;
	if (gi->first != 0)
		gw_members[gi->first].prev = at;
	gi->first = at;
	gi->groups++;
	member_count++;
	return at;
}

static void member_del(struct gw_group_iface *gi, struct gw_member *m)
{
	const struct member_key key = {m->group, m->iface};
	uint32_t at = (uint32_t)(m - gw_members);

	gw_receiver_del(gi->vrf, &m->group, m->iface, GW_RECEIVER_LEARNED);
	gw_map_del(&index_map, &key);
	gw_heap_remove(&timers, &m->timer);
	if (m->prev != 0)
		gw_members[m->prev].next = m->next;
	else
		gi->first = m->next;
	if (m->next != 0)
		gw_members[m->next].prev = m->prev;
	free(m->sources);
	*m = (struct gw_member){.next = member_free};
	member_free = at;
	gi->groups--;
	member_count--;
}

void gw_member_forget(struct gw_group_iface *gi)
{
	while (gi->first != 0)
		member_del(gi, &gw_members[gi->first]);
}

static const struct gw_querier *querier_of(
	const struct gw_group_iface *gi, const struct gw_member *m)
{
	return &gi->q[!gw_ip_is4(&m->group)];
}

// RFC 3376 7.3.2, RFC 3810 8.3.2
uint8_t gw_member_version(const struct gw_member *m)
{
	uint64_t now = gw_group_now();

	if (m->older_us[1] > now)
		return 1;
	return m->older_us[2] > now ? 2 : gw_querier_version(!gw_ip_is4(&m->group));
}

// RFC 3376 6.3: what is forwarded goes to the receivers.
static void publish(struct gw_group_iface *gi, struct gw_member *m)
{
	struct gw_err err = {0};
	uint32_t n = 0;

	for (uint32_t i = 0; i < m->n; i++) {
		if (!m->exclude || m->sources[i].expires_us == 0)
			scratch[n++] = m->sources[i].addr;
	}
	m->dirty = gw_receiver_set(gi->vrf, &m->group, m->iface, GW_RECEIVER_LEARNED, m->exclude,
			   scratch, n, &err) < 0;
	if (m->dirty && gw_group_may_warn(gi))
		LOG(WARNING, "%s: %s", gw_iface_infos[m->iface].name, err.text);
}

static bool pending(const struct gw_member *m)
{
	bool any = m->queries > 0;

	for (uint32_t i = 0; i < m->n && !any; i++)
		any = m->sources[i].queries > 0;
	return any;
}

// RFC 3376 6.6.3.2: those whose timer was raised since are asked for with the S flag. Their number
// is bounded by what fits `scratch`.
static void sources_ask(
	const struct gw_querier *q, struct gw_member *m, uint64_t limit_us, bool suppress)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < m->n; i++) {
		struct gw_member_source *s = &m->sources[i];

		if (s->queries == 0 || (s->expires_us > limit_us) != suppress)
			continue;
		s->queries--;
		scratch[n++] = s->addr;
	}
	if (n > 0)
		gw_group_ask(q, &m->group, scratch, n, suppress);
}

static uint64_t last_member_us(void)
{
	return (uint64_t)gw_group_conf.last_member_ms * gw_group_conf.last_member_count * 1000;
}

static void queries_send(const struct gw_group_iface *gi, struct gw_member *m, uint64_t now)
{
	const struct gw_querier *q = querier_of(gi, m);
	uint64_t limit_us = now + last_member_us();

	if (m->queries > 0) {
		m->queries--;
		gw_group_ask(q, &m->group, NULL, 0, m->expires_us > limit_us);
	}
	sources_ask(q, m, limit_us, true);
	sources_ask(q, m, limit_us, false);
	m->ask_us = now + (uint64_t)gw_group_conf.last_member_ms * 1000;
}

// RFC 3376 6.6.3: timers are lowered to the Last Member Query Time, as many queries as configured
// are due. Those that come while others are on their way go with them: a host that leaves again and
// again makes no more queries than one that leaves once. Fast leave waits for nobody.
static void ask(const struct gw_group_iface *gi, struct gw_member *m, bool group)
{
	uint64_t now = gw_group_now(), at = m->ask_us > now ? m->ask_us : now;
	uint64_t limit_us = at + last_member_us();
	uint8_t times = (uint8_t)gw_group_conf.last_member_count;
	bool fast = gw_group_conf.fast_leave;

	if (!fast && querier_of(gi, m)->state != GW_QUERIER_SELF)
		return;
	if (gw_worker_conf.replay) { // what is sent depends on the input alone
		m->ask_us = 0;
		limit_us = now + last_member_us();
		times = 1;
	}
	if (group) {
		m->queries = fast ? 0 : times;
		m->expires_us = fast ? now : RTE_MIN(m->expires_us, limit_us);
	}
	// A query of an older version names no source: nobody could answer.
	for (uint32_t i = 0; (fast || gw_querier_version(!gw_ip_is4(&m->group)) == 3) && i < m->n;
		i++) {
		struct gw_member_source *s = &m->sources[i];

		if (!s->ask || (!fast && s->expires_us <= limit_us))
			continue;
		s->queries = fast ? 0 : times;
		s->expires_us = fast ? now : limit_us;
	}
}

// Timers that are over (RFC 3376 6.2.2, 6.2.3, 6.5). False: nobody is left.
static bool timers_run(struct gw_member *m, uint64_t now)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < m->n; i++) {
		struct gw_member_source *s = &m->sources[i];

		if (s->expires_us == 0 || s->expires_us > now)
			continue;
		s->expires_us = 0;
		s->queries = 0;
		m->dirty = true;
	}
	if (m->exclude && m->expires_us <= now) {
		m->exclude = false;
		m->dirty = true;
		m->queries = 0;
	}
	if (m->exclude)
		return true;
	for (uint32_t i = 0; i < m->n; i++) {
		if (m->sources[i].expires_us != 0)
			m->sources[n++] = m->sources[i];
	}
	m->n = n;
	return n > 0;
}

static uint64_t next_us(const struct gw_member *m, uint64_t now)
{
	uint64_t next = m->exclude ? m->expires_us : UINT64_MAX;

	for (uint32_t i = 0; i < m->n; i++) {
		if (m->sources[i].expires_us != 0)
			next = RTE_MIN(next, m->sources[i].expires_us);
	}
	if (pending(m))
		next = RTE_MIN(next, m->ask_us);
	return m->dirty ? RTE_MIN(next, now + RETRY_US) : next;
}

// Everything that is due, and when to look again.
static void settle(struct gw_group_iface *gi, struct gw_member *m)
{
	uint64_t now = gw_group_now();

	if (!timers_run(m, now)) {
		member_del(gi, m);
		return;
	}
	if (m->ask_us <= now && pending(m))
		queries_send(gi, m, now);
	if (m->dirty)
		publish(gi, m);
	gw_heap_set(&timers, &m->timer, next_us(m, now)); // is in it: cannot fail
}

static bool begins(uint8_t change, uint32_t n)
{
	return change == GW_GROUP_IS_EX || change == GW_GROUP_TO_EX ||
		(n > 0 && change != GW_GROUP_BLOCK);
}

bool gw_member_report(struct gw_group_iface *gi, uint8_t version, uint8_t change,
	const struct gw_ip *group, const struct gw_ip *sources, uint32_t n)
{
	const struct gw_querier *q = &gi->q[!gw_ip_is4(group)];
	uint64_t until = gw_group_now() + gw_querier_membership_us(q);
	struct gw_member_change c = {
		change, n, sources, until, gw_group_conf.max_sources_per_group};
	uint32_t at = gw_member_find(gi->iface, group);
	struct gw_change_result res;
	struct gw_member *m;
	uint8_t mode;

	if (at == 0) {
		if (!begins(change, n))
			return true;
		at = member_new(gi, group);
	}
	if (at == 0) {
		gi->refused++;
		return false;
	}
	m = &gw_members[at];
	if (version < 3 && change == GW_GROUP_IS_EX)
		m->older_us[version] = until;
	// RFC 3376 7.3.2: older hosts say nothing of sources, and the oldest not that they leave.
	mode = gw_member_version(m);
	if (mode < 3 && change == GW_GROUP_TO_EX)
		c.n = 0;
	if ((mode < 3 && change == GW_GROUP_BLOCK) || (mode < 2 && change == GW_GROUP_TO_IN)) {
		settle(gi, m);
		return true;
	}
	res = gw_member_change(m, &c);
	gi->refused += res.refused;
	ask(gi, m, res.ask);
	settle(gi, m);
	return res.refused == 0 || res.refused < n;
}

void gw_member_queried(struct gw_group_iface *gi, const struct gw_ip *group,
	const struct gw_ip *sources, uint32_t n, uint64_t us)
{
	uint64_t limit_us = gw_group_now() + us;
	uint32_t at = gw_member_find(gi->iface, group);
	struct gw_member *m = &gw_members[at];

	if (at == 0)
		return;
	if (n == 0 && m->exclude)
		m->expires_us = RTE_MIN(m->expires_us, limit_us);
	for (uint32_t i = 0; i < n; i++) {
		struct gw_member_source *s = gw_member_source(m, &sources[i]);

		if (s != NULL && s->expires_us > limit_us)
			s->expires_us = limit_us;
	}
	settle(gi, m);
}

bool gw_members_poll(void)
{
	uint64_t now = gw_group_now();
	struct gw_heap_node *n;
	unsigned done = 0;

	for (; done < 256 && (n = gw_heap_first(&timers)) != NULL && n->key <= now; done++) {
		struct gw_member *m =
			(struct gw_member *)((char *)n - offsetof(struct gw_member, timer));

		settle(gw_group_iface(m->iface), m);
	}
	return done > 0;
}
