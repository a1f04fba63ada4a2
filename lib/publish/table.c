// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "publish/table.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define MEND_US 1000000 // between two mendings of one route that somebody else deletes

static int entry_cmp(const void *a, const void *b)
{
	const struct gw_publish_entry *x = a, *y = b;

	return gw_prefix_cmp(&x->prefix, &y->prefix);
}

void gw_publish_table_init(struct gw_publish_table *t)
{
	memset(t, 0, sizeof(*t));
	t->entries.cmp = entry_cmp;
	t->conf.max_prefixes = UINT32_MAX;
	TAILQ_INIT(&t->all);
	for (int q = 0; q < GW_PUBLISH_QUEUES; q++)
		TAILQ_INIT(&t->queue[q]);
}

static void entry_queue(struct gw_publish_table *t, struct gw_publish_entry *e, uint8_t queue)
{
	if (e->queue == queue)
		return;
	if (e->queue != GW_PUBLISH_Q_NONE)
		TAILQ_REMOVE(&t->queue[e->queue], e, link);
	t->queued[e->queue]--;
	t->queued[queue]++;
	e->queue = queue;
	if (queue != GW_PUBLISH_Q_NONE)
		TAILQ_INSERT_TAIL(&t->queue[queue], e, link);
}

struct gw_publish_entry *gw_publish_table_find(
	const struct gw_publish_table *t, const struct gw_prefix *prefix)
{
	return gw_tree_find(&t->entries, &(struct gw_publish_entry){.prefix = *prefix});
}

static struct gw_publish_entry *entry_get(
	struct gw_publish_table *t, const struct gw_prefix *prefix)
{
	struct gw_publish_entry *e = gw_publish_table_find(t, prefix);

	if (e != NULL)
		return e;
	e = gw_tree_put(&t->entries, &(struct gw_publish_entry){.prefix = *prefix}, sizeof(*e));
	if (e == NULL)
		return NULL;
	for (int o = 0; o < GW_PUBLISH_ORIGINS; o++)
		e->cost[o] = GW_PUBLISH_NO_COST;
	TAILQ_INSERT_TAIL(&t->all, e, all);
	t->queued[GW_PUBLISH_Q_NONE]++;
	return e;
}

static void entry_free(struct gw_publish_table *t, struct gw_publish_entry *e)
{
	entry_queue(t, e, GW_PUBLISH_Q_NONE);
	t->queued[GW_PUBLISH_Q_NONE]--;
	TAILQ_REMOVE(&t->all, e, all);
	while (e->have != NULL) {
		struct gw_publish_have *h = e->have;

		e->have = h->next;
		free(h);
	}
	gw_tree_drop(&t->entries, e);
}

void gw_publish_table_fini(struct gw_publish_table *t)
{
	while (!TAILQ_EMPTY(&t->all))
		entry_free(t, TAILQ_FIRST(&t->all));
}

uint32_t gw_publish_entry_cost(const struct gw_publish_entry *e)
{
	uint32_t cost = GW_PUBLISH_NO_COST;

	for (int o = 0; o < GW_PUBLISH_ORIGINS; o++)
		cost = e->cost[o] < cost ? e->cost[o] : cost;
	return cost;
}

bool gw_publish_entry_key(const struct gw_publish_table *t, const struct gw_publish_entry *e,
	struct gw_publish_key *key)
{
	uint32_t cost = gw_publish_entry_cost(e);

	if (!t->conf.on || cost == GW_PUBLISH_NO_COST)
		return false;
	*key = (struct gw_publish_key){
		.table = t->conf.table, .metric = cost, .protocol = t->conf.protocol};
	for (uint32_t i = 0; i < t->conf.n_costs; i++) {
		if (t->conf.cost[i].cost == cost)
			key->table = t->conf.cost[i].table;
	}
	return true;
}

static struct gw_publish_have **have_find(
	struct gw_publish_entry *e, const struct gw_publish_key *key)
{
	struct gw_publish_have **h = &e->have;

	while (*h != NULL && !gw_publish_key_eq(&(*h)->key, key))
		h = &(*h)->next;
	return h;
}

static int have_add(
	struct gw_publish_table *t, struct gw_publish_entry *e, const struct gw_publish_key *key)
{
	struct gw_publish_have **h = have_find(e, key);

	if (*h == NULL) {
		*h = calloc(1, sizeof(**h));
		if (*h == NULL)
			return -ENOMEM;
		(*h)->key = *key;
		(*h)->stale = !t->settled;
	}
	(*h)->seen = t->dump;
	return 0;
}

static bool have_del(struct gw_publish_entry *e, const struct gw_publish_key *key)
{
	struct gw_publish_have **h = have_find(e, key), *gone = *h;

	if (gone == NULL)
		return false;
	*h = gone->next;
	free(gone);
	return true;
}

// The new route before the old one goes: the prefix is known upstream all the while.
static bool entry_step(
	const struct gw_publish_table *t, struct gw_publish_entry *e, struct gw_publish_step *step)
{
	bool wanted = gw_publish_entry_key(t, e, &step->key);

	step->entry = e;
	step->add = wanted && *have_find(e, &step->key) == NULL;
	if (step->add)
		return true;
	for (const struct gw_publish_have *h = e->have; h != NULL; h = h->next) {
		if (wanted && gw_publish_key_eq(&h->key, &step->key))
			continue;
		if (!wanted && t->conf.on && h->stale && !t->settled)
			continue; // whoever wants it may not have come yet
		step->key = h->key;
		return true;
	}
	return false;
}

static void entry_update(struct gw_publish_table *t, struct gw_publish_entry *e)
{
	struct gw_publish_step step;
	bool wanted = gw_publish_entry_cost(e) != GW_PUBLISH_NO_COST;

	if (e->flying)
		return;
	if (entry_step(t, e, &step)) {
		entry_queue(
			t, e, wanted && t->conf.on ? GW_PUBLISH_Q_PUBLISH : GW_PUBLISH_Q_WITHDRAW);
		return;
	}
	entry_queue(t, e, GW_PUBLISH_Q_NONE);
	e->error = 0;
	if (!wanted && e->have == NULL)
		entry_free(t, e);
}

static void all_update(struct gw_publish_table *t)
{
	struct gw_publish_entry *e = TAILQ_FIRST(&t->all);

	while (e != NULL) {
		struct gw_publish_entry *next = TAILQ_NEXT(e, all);

		entry_update(t, e);
		e = next;
	}
}

void gw_publish_table_conf(struct gw_publish_table *t, const struct gw_publish_conf *conf)
{
	t->conf = *conf;
	all_update(t);
}

int gw_publish_table_want(struct gw_publish_table *t, enum gw_publish_origin origin,
	const struct gw_prefix *prefix, uint32_t cost)
{
	struct gw_publish_entry *e = gw_publish_table_find(t, prefix);
	bool was = e != NULL && gw_publish_entry_cost(e) != GW_PUBLISH_NO_COST, is;
	const struct gw_prefix copy = *prefix;

	if (e == NULL && cost == GW_PUBLISH_NO_COST)
		return 0;
	if (!was && cost != GW_PUBLISH_NO_COST && t->wanted >= t->conf.max_prefixes)
		return -ENOSPC;
	if (e == NULL)
		e = entry_get(t, prefix);
	if (e == NULL)
		return -ENOMEM;
	if (e->cost[origin] == cost)
		return 0;
	e->cost[origin] = cost;
	is = gw_publish_entry_cost(e) != GW_PUBLISH_NO_COST;
	t->wanted += (uint32_t)is - (uint32_t)was;
	e->tries = 0; // another question than what was refused
	entry_update(t, e);
	if (was != is && t->changed != NULL)
		t->changed(&copy, is);
	return 0;
}

bool gw_publish_table_next(
	struct gw_publish_table *t, enum gw_publish_queues last, struct gw_publish_step *step)
{
	for (int q = GW_PUBLISH_Q_WITHDRAW; q <= (int)last; q++) {
		struct gw_publish_entry *e = TAILQ_FIRST(&t->queue[q]);

		if (e == NULL)
			continue;
		entry_step(t, e, step); // what stands in a queue has one
		entry_queue(t, e, GW_PUBLISH_Q_NONE);
		e->flying = true;
		return true;
	}
	return false;
}

static void entry_refused(
	struct gw_publish_table *t, struct gw_publish_entry *e, int error, uint64_t now_us)
{
	uint64_t wait = GW_PUBLISH_RETRY_US << (e->tries < 10 ? e->tries : 10);

	e->error = error;
	e->tries++;
	e->retry_us = now_us + (wait < GW_PUBLISH_RETRY_MAX ? wait : GW_PUBLISH_RETRY_MAX);
	entry_queue(t, e, GW_PUBLISH_Q_REFUSED);
}

void gw_publish_table_done(
	struct gw_publish_table *t, const struct gw_publish_step *step, int error, uint64_t now_us)
{
	struct gw_publish_entry *e = step->entry;

	e->flying = false;
	if (!step->add && (error == ESRCH || error == ENOENT))
		error = 0; // gone already
	if (error == 0 && step->add && have_add(t, e, &step->key) < 0)
		error = ENOMEM;
	if (error != 0) {
		t->refusals++;
		t->last_error = error;
		entry_refused(t, e, error, now_us);
		return;
	}
	if (step->add)
		(*have_find(e, &step->key))->stale = false;
	else
		have_del(e, &step->key);
	*(step->add ? &t->added : &t->deleted) += 1;
	e->tries = 0;
	e->error = 0;
	entry_update(t, e);
}

void gw_publish_table_retry(struct gw_publish_table *t, uint64_t now_us)
{
	struct gw_publish_entry *e = TAILQ_FIRST(&t->queue[GW_PUBLISH_Q_REFUSED]);

	while (e != NULL) {
		struct gw_publish_entry *next = TAILQ_NEXT(e, link);

		if (e->retry_us <= now_us)
			entry_update(t, e);
		e = next;
	}
}

bool gw_publish_table_ours(const struct gw_publish_table *t, const struct gw_publish_key *key)
{
	bool table = key->table == t->conf.table;

	for (uint32_t i = 0; i < t->conf.n_costs; i++)
		table |= key->table == t->conf.cost[i].table;
	return t->conf.on && table && key->protocol == t->conf.protocol;
}

// A route is gone that was not deleted here.
static void entry_lost(struct gw_publish_table *t, struct gw_publish_entry *e,
	const struct gw_publish_key *key, uint64_t now_us)
{
	struct gw_publish_key want;

	if (!have_del(e, key))
		return;
	if (!gw_publish_entry_key(t, e, &want) || !gw_publish_key_eq(&want, key)) {
		entry_update(t, e);
		return;
	}
	t->mended++;
	if (e->mended_us != 0 && now_us - e->mended_us < MEND_US) {
		e->error = 0;
		e->retry_us = now_us + MEND_US;
		entry_queue(t, e, GW_PUBLISH_Q_REFUSED);
	} else {
		e->mended_us = now_us;
		entry_update(t, e);
	}
}

int gw_publish_table_kernel(struct gw_publish_table *t, const struct gw_prefix *prefix,
	const struct gw_publish_key *key, bool there, uint64_t now_us)
{
	struct gw_publish_entry *e = gw_publish_table_find(t, prefix);
	int ret;

	if (!there) {
		if (e != NULL)
			entry_lost(t, e, key, now_us);
		return 0;
	}
	if (e == NULL)
		e = entry_get(t, prefix);
	ret = e == NULL ? -ENOMEM : have_add(t, e, key);
	if (e != NULL && e->queue != GW_PUBLISH_Q_REFUSED)
		entry_update(t, e);
	return ret;
}

void gw_publish_table_dump_begin(struct gw_publish_table *t)
{
	t->dump++;
}

void gw_publish_table_dump_end(struct gw_publish_table *t, uint64_t now_us)
{
	struct gw_publish_entry *e = TAILQ_FIRST(&t->all);

	while (e != NULL) {
		struct gw_publish_entry *next = TAILQ_NEXT(e, all);
		const struct gw_publish_have *h = e->have;

		// What the configuration before this one left was not asked for: it is yet to be
		// deleted.
		while (h != NULL && (h->seen == t->dump || !gw_publish_table_ours(t, &h->key)))
			h = h->next;
		if (h != NULL) {
			const struct gw_publish_key key = h->key;

			entry_lost(t, e, &key, now_us); // more than one: at the next dump
		}
		e = next;
	}
}

void gw_publish_table_settle(struct gw_publish_table *t)
{
	if (t->settled)
		return;
	t->settled = true;
	all_update(t);
}

enum gw_publish_state gw_publish_entry_state(
	const struct gw_publish_table *t, const struct gw_publish_entry *e)
{
	if (e->queue == GW_PUBLISH_Q_REFUSED && e->error != 0)
		return GW_PUBLISH_REFUSED;
	if (gw_publish_entry_cost(e) == GW_PUBLISH_NO_COST)
		return GW_PUBLISH_GOING;
	if (!t->conf.on)
		return e->have != NULL ? GW_PUBLISH_GOING : GW_PUBLISH_OFF;
	return e->queue == GW_PUBLISH_Q_NONE && !e->flying ? GW_PUBLISH_DONE : GW_PUBLISH_WAITING;
}

struct walk {
	void (*fn)(const struct gw_publish_entry *e, void *arg);
	void *arg;
};

static void walk_one(void *item, void *arg)
{
	const struct walk *w = arg;

	w->fn(item, w->arg);
}

void gw_publish_table_walk(const struct gw_publish_table *t,
	void (*fn)(const struct gw_publish_entry *e, void *arg), void *arg)
{
	struct walk w = {.fn = fn, .arg = arg};

	gw_tree_walk(&t->entries, walk_one, &w);
}
