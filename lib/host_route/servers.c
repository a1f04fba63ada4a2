// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "host_route/servers.h"

#include <errno.h>

#include "base/reserve.h"

static void record_retire(struct gw_map *m, uint32_t record)
{
	gw_map_record_free(m, record); // no reader but the writer
}

static uint64_t servers_size(const struct gw_servers *t)
{
	return ((uint64_t)t->size + 1) * sizeof(*t->v);
}

int gw_servers_init(struct gw_servers *t, uint32_t size, const struct gw_servers_conf *conf,
	const struct gw_servers_ops *ops)
{
	*t = (struct gw_servers){.conf = *conf, .ops = ops, .size = size};
	t->v = gw_reserve(servers_size(t));
	if (t->v == NULL ||
		gw_map_init(&t->by_ip, sizeof(struct gw_ip), 64, size, record_retire,
			gw_hash32_table_free) < 0) {
		gw_servers_fini(t);
		return -ENOMEM;
	}
	return 0;
}

void gw_servers_fini(struct gw_servers *t)
{
	if (t->v != NULL)
		gw_unreserve(t->v, servers_size(t));
	gw_map_fini(&t->by_ip);
	gw_heap_fini(&t->timers);
	*t = (struct gw_servers){0};
}

const char *gw_server_state_str(enum gw_server_state state)
{
	static const char *const names[] = {
		[GW_SERVER_ABSENT] = "absent",
		[GW_SERVER_SUPPRESSED] = "suppressed",
		[GW_SERVER_ADVERTISED] = "advertised",
	};

	return names[state];
}

static uint32_t index_of(const struct gw_servers *t, const struct gw_ip *ip)
{
	return gw_map_get(&t->by_ip, ip);
}

const struct gw_server *gw_servers_find(const struct gw_servers *t, const struct gw_ip *ip)
{
	uint32_t i = index_of(t, ip);

	return i != 0 ? &t->v[i] : NULL;
}

uint32_t gw_servers_next(const struct gw_servers *t, uint32_t after)
{
	for (uint32_t i = after + 1; i <= t->top; i++) {
		if (t->v[i].iface != 0)
			return i;
	}
	return 0;
}

bool gw_servers_room(const struct gw_servers *t, uint16_t port, uint32_t *percent)
{
	const struct gw_servers_conf *c = &t->conf;
	uint32_t here = (uint32_t)((uint64_t)t->per_port[port] * 100 / c->max_per_port);
	uint32_t all = (uint32_t)((uint64_t)t->present * 100 / c->max);

	*percent = here > all ? here : all;
	return t->per_port[port] < c->max_per_port && t->present < c->max;
}

static void absent_link(struct gw_servers *t, uint32_t i)
{
	struct gw_server *s = &t->v[i];

	s->prev = t->tail;
	s->next = 0;
	if (t->tail != 0)
		t->v[t->tail].next = i;
	else
		t->head = i;
	t->tail = i;
}

static void absent_unlink(struct gw_servers *t, uint32_t i)
{
	struct gw_server *s = &t->v[i];

	*(s->prev != 0 ? &t->v[s->prev].next : &t->head) = s->next;
	*(s->next != 0 ? &t->v[s->next].prev : &t->tail) = s->prev;
}

static uint32_t index_new(struct gw_servers *t, const struct gw_ip *ip)
{
	uint32_t i = t->free;

	if (i != 0) {
		t->free = t->v[i].next;
	} else if (t->top < t->size) {
		i = ++t->top;
	} else if (t->head != 0) { // the one that went first
		i = t->head;
		absent_unlink(t, i);
		gw_map_del(&t->by_ip, &t->v[i].ip);
	} else {
		return 0;
	}
	t->v[i] = (struct gw_server){.ip = *ip};
	if (gw_map_set(&t->by_ip, ip, i) < 0) {
		t->v[i].next = t->free;
		t->free = i;
		return 0;
	}
	absent_link(t, i);
	return i;
}

static void leave(struct gw_servers *t, uint64_t now_us, uint32_t i)
{
	struct gw_server *s = &t->v[i];
	bool again = s->flaps > 0 && now_us - s->gone_us < t->conf.damp_window_us;
	bool advertised = s->state == GW_SERVER_ADVERTISED;

	gw_heap_remove(&t->timers, &s->timer);
	s->flaps = again ? s->flaps + 1 : 1;
	s->gone_us = s->changed_us = now_us;
	s->state = GW_SERVER_ABSENT;
	t->present--;
	t->per_port[s->port]--;
	absent_link(t, i);
	if (advertised)
		t->ops->withdraw(s);
}

static void advertise(struct gw_servers *t, uint64_t now_us, struct gw_server *s)
{
	bool done = t->ops->advertise(s) == 0;

	if (s->state != GW_SERVER_SUPPRESSED || done)
		s->changed_us = now_us;
	s->state = done ? GW_SERVER_ADVERTISED : GW_SERVER_SUPPRESSED;
	if (!done) // without memory when it is heard again
		gw_heap_set(&t->timers, &s->timer, now_us + GW_SERVERS_RETRY_US);
}

static bool flaps(const struct gw_servers *t, const struct gw_server *s, uint64_t now_us)
{
	return s->flaps > t->conf.damp_flaps && now_us - s->gone_us < t->conf.damp_window_us;
}

int gw_servers_present(struct gw_servers *t, uint64_t now_us, const struct gw_ip *ip, uint16_t port,
	uint16_t iface)
{
	uint32_t i = index_of(t, ip);
	struct gw_server *s;

	if (i == 0)
		i = index_new(t, ip);
	if (i == 0)
		return -ENOSPC;
	s = &t->v[i];
	if (s->state == GW_SERVER_SUPPRESSED && s->iface == iface && s->timer.at == 0)
		advertise(t, now_us, s);
	if (s->state != GW_SERVER_ABSENT && s->iface == iface)
		return 0;
	if (s->state != GW_SERVER_ABSENT)
		leave(t, now_us, i);
	absent_unlink(t, i);
	s->port = port;
	s->iface = iface;
	s->changed_us = now_us;
	t->present++;
	t->per_port[port]++;
	if (flaps(t, s, now_us) &&
		gw_heap_set(&t->timers, &s->timer, now_us + t->conf.damp_hold_us) == 0) {
		s->state = GW_SERVER_SUPPRESSED;
		t->suppressed++;
	} else {
		advertise(t, now_us, s);
	}
	return 0;
}

void gw_servers_absent(
	struct gw_servers *t, uint64_t now_us, const struct gw_ip *ip, uint16_t iface)
{
	uint32_t i = index_of(t, ip);

	if (i != 0 && t->v[i].state != GW_SERVER_ABSENT && t->v[i].iface == iface)
		leave(t, now_us, i);
}

void gw_servers_elsewhere(struct gw_servers *t, const struct gw_ip *ip, bool there)
{
	uint32_t i = index_of(t, ip);

	if (i != 0)
		t->v[i].elsewhere = there;
}

void gw_servers_poll(struct gw_servers *t, uint64_t now_us)
{
	struct gw_heap_node *n;

	while ((n = gw_heap_first(&t->timers)) != NULL && n->key <= now_us) {
		gw_heap_remove(&t->timers, n);
		advertise(t, now_us, (struct gw_server *)n);
	}
}
