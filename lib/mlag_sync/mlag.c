// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "mlag_sync/mlag_int.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define MTU_MIN 1280

static const struct {
	const char *name, *help;
} counts[] = {{"taken", "nothing to count"},
#define X(id, help) {#id, help},
	GW_MLAG_COUNTS(X)
#undef X
};

const char *gw_mlag_count_name(enum gw_mlag_count count)
{
	return counts[count].name;
}

const char *gw_mlag_count_help(enum gw_mlag_count count)
{
	return counts[count].help;
}

void gw_mlag_conf_default(struct gw_mlag_conf *conf)
{
	*conf = (struct gw_mlag_conf){
		.priority = 100,
		.peer_mtu = 1564,
		.hello_us = 200000,
		.hello_missed = 5,
		.keepalive_us = 1000000,
		.keepalive_missed = 3,
		.flush_us = 1000,
		.settle_us = 3000000,
		.restore_us = 2000000,
		.restore_max_us = 30000000,
		.age_s = 1200,
		.retry_us = 500000,
		.tries = 3,
		.asks_per_s = 50000,
		.max_entries = 262144,
		.max_asked = 16384,
		.max_unconfirmed = 1024,
		.packets_per_s = 20000,
	};
}

uint64_t gw_mlag_hash(uint64_t hash, const void *data, uint32_t len)
{
	const uint8_t *p = data;

	// FNV-1a
	if (hash == 0)
		hash = 0xcbf29ce484222325u;
	for (uint32_t i = 0; i < len; i++)
		hash = (hash ^ p[i]) * 0x100000001b3u;
	return hash;
}

uint32_t gw_mlag_epoch(uint64_t realtime_us)
{
	return (uint32_t)(realtime_us / 10000);
}

static int conf_check(const struct gw_mlag_conf *c, struct gw_err *err)
{
	char mac[GW_MAC_LEN];

	if (gw_mac_is_group(&c->system) || gw_mac_is_none(&c->system))
		return gw_err_set(err, EINVAL, "system id %s is no device's MAC address (unicast)",
			gw_mac_str(&c->system, mac));
	if (gw_mac_is_group(&c->peer_system) || gw_mac_is_none(&c->peer_system))
		return gw_err_set(err, EINVAL,
			"peer system id %s is no device's MAC address (unicast)",
			gw_mac_str(&c->peer_system, mac));
	if (gw_mac_is(&c->system, &c->peer_system))
		return gw_err_set(err, EINVAL,
			"system id %s is the peer's as well: each device has its own",
			gw_mac_str(&c->system, mac));
	if (gw_mac_is(&c->virtual_mac, &c->system) || gw_mac_is(&c->virtual_mac, &c->peer_system))
		return gw_err_set(err, EINVAL,
			"virtual MAC %s is a system id: it belongs to both devices",
			gw_mac_str(&c->virtual_mac, mac));
	if (c->peer_mtu < MTU_MIN)
		return gw_err_set(err, EINVAL, "peer link takes %u octets, at least %u are needed",
			c->peer_mtu, MTU_MIN);
	if (c->hello_us == 0 || c->hello_missed == 0 || c->retry_us == 0 || c->tries == 0 ||
		c->age_s == 0 || c->asks_per_s == 0 || c->max_entries == 0 ||
		c->packets_per_s == 0 || c->keepalive_us == 0 || c->keepalive_missed == 0)
		return gw_err_set(err, EINVAL, "a time, a number of tries or a limit is 0");
	return 0;
}

static int parts_make(struct gw_mlag *m)
{
	const struct gw_mlag_conf *c = &m->conf;

	m->by_mlag = calloc(UINT16_MAX + 1, sizeof(*m->by_mlag));
	m->hello_data = malloc(c->peer_mtu);
	if (m->by_mlag == NULL || m->hello_data == NULL)
		return -ENOMEM;
	for (unsigned i = GW_MLAG_ARP; i <= GW_MLAG_SUB_MAX; i++) {
		m->batch[i].data = malloc(c->peer_mtu);
		if (m->batch[i].data == NULL)
			return -ENOMEM;
	}
	if (gw_mlag_table_init(&m->table, c->max_entries) < 0 ||
		gw_map_init(&m->pair, sizeof(struct gw_mlag_key), 16, 65536, gw_map_record_free,
			gw_hash32_table_free) < 0 ||
		gw_map_init(&m->reserved, sizeof(struct gw_mlag_key), 16, c->max_entries,
			gw_map_record_free, gw_hash32_table_free) < 0)
		return -ENOMEM;
	return 0;
}

int gw_mlag_new(struct gw_mlag **made, const struct gw_mlag_conf *conf,
	const struct gw_mlag_ops *ops, void *ctx, uint32_t epoch, uint64_t now_us,
	struct gw_err *err)
{
	int ret = conf_check(conf, err);
	struct gw_mlag *m;

	*made = NULL;
	if (ret < 0)
		return ret;
	m = calloc(1, sizeof(*m));
	if (m == NULL)
		return gw_err_set(err, ENOMEM, "no memory");
	m->conf = *conf;
	m->ops = ops;
	m->ctx = ctx;
	m->epoch = epoch != 0 ? epoch : 1; // 0 says that nobody is heard
	m->now_us = m->start_us = m->restore_us = m->peer.down_us = now_us;
	m->hello_us = m->keepalive_next_us = now_us;
	m->peer.link = m->restoring = true;
	if (parts_make(m) < 0) {
		gw_mlag_free(m);
		return gw_err_set(err, ENOMEM, "no memory for %u entries", conf->max_entries);
	}
	mlag_tokens_init(&m->ask, conf->asks_per_s, conf->asks_per_s / 200 + 1, now_us);
	mlag_event(m, "started");
	*made = m;
	return 0;
}

void gw_mlag_free(struct gw_mlag *m)
{
	if (m == NULL)
		return;
	for (uint32_t i = 0; i < m->members; i++) {
		free(m->member[i].subnet);
		free(m->member[i].own_address);
		free(m->member[i].twin_address);
		free(m->member[i].part_address);
	}
	free(m->member);
	free(m->by_mlag);
	free(m->hello_data);
	for (unsigned i = 0; i <= GW_MLAG_SUB_MAX; i++)
		free(m->batch[i].data);
	gw_mlag_table_fini(&m->table);
	gw_map_fini(&m->pair);
	gw_map_fini(&m->reserved);
	free(m);
}

void mlag_event(struct gw_mlag *m, const char *fmt, ...)
{
	struct gw_mlag_event *e = &m->event[m->events++ % MLAG_EVENTS];
	va_list ap;

	e->at_us = m->now_us;
	e->number = m->events;
	va_start(ap, fmt);
	vsnprintf(e->text, sizeof(e->text), fmt, ap);
	va_end(ap);
}

bool gw_mlag_event(const struct gw_mlag *m, uint32_t index, struct gw_mlag_event *event)
{
	if (index >= m->events || index >= MLAG_EVENTS)
		return false;
	*event = m->event[(m->events - 1 - index) % MLAG_EVENTS];
	return true;
}

bool gw_mlag_tick(struct gw_mlag *m, uint64_t now_us)
{
	bool more;

	m->now_us = now_us;
	mlag_peer_tick(m);
	mlag_role_tick(m);
	more = mlag_age(m);
	for (unsigned i = GW_MLAG_ARP; i <= GW_MLAG_SUB_MAX; i++) {
		if (m->batch[i].out.records > 0 &&
			now_us >= m->batch[i].oldest_us + m->conf.flush_us)
			mlag_batch_flush(m, i);
	}
	return more;
}

static uint64_t sooner(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

uint64_t gw_mlag_next(const struct gw_mlag *m)
{
	uint64_t next = sooner(m->hello_us, mlag_role_next(m));

	if (m->peer.state != GW_MLAG_PEER_DOWN)
		next = sooner(next,
			m->peer.heard_us + (uint64_t)m->conf.hello_us * m->conf.hello_missed + 1);
	for (unsigned i = GW_MLAG_ARP; i <= GW_MLAG_SUB_MAX; i++) {
		if (m->batch[i].out.records > 0)
			next = sooner(next, m->batch[i].oldest_us + m->conf.flush_us);
	}
	for (unsigned i = GW_MLAG_ASKED; i < GW_MLAG_LISTS; i++) {
		const struct gw_mlag_entry *e = gw_mlag_first(&m->table, i);

		if (e != NULL)
			next = sooner(
				next, i == GW_MLAG_DUE ? mlag_tokens_next(&m->ask) : e->due_us);
	}
	return next;
}
