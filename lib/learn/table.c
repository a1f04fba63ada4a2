// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "learn/table.h"

#include <stdlib.h>
#include <string.h>

static int entry_cmp(const void *a, const void *b)
{
	const struct gw_learn_entry *x = a, *y = b;

	return gw_prefix_cmp(&x->prefix, &y->prefix);
}

struct gw_learn_entry *gw_learn_table_find(
	const struct gw_learn_table *t, const struct gw_prefix *prefix)
{
	return gw_tree_find(&t->entries, &(struct gw_learn_entry){.prefix = *prefix});
}

static struct gw_learn_entry *entry_get(struct gw_learn_table *t, const struct gw_prefix *prefix)
{
	struct gw_learn_entry *e = gw_learn_table_find(t, prefix);

	if (e != NULL)
		return e;
	t->entries.cmp = entry_cmp; // a table starts as zeroes
	return gw_tree_put(&t->entries, &(struct gw_learn_entry){.prefix = *prefix}, sizeof(*e));
}

static struct gw_learn_path **path_at(struct gw_learn_entry *e, uint32_t metric)
{
	struct gw_learn_path **p = &e->paths;

	while (*p != NULL && (*p)->metric < metric)
		p = &(*p)->next;
	return p;
}

static struct gw_learn_path *path_new(const struct gw_nl_route *r)
{
	uint32_t n = r->n < GW_NL_HOPS ? r->n : GW_NL_HOPS;
	struct gw_learn_path *p = calloc(1, sizeof(*p) + n * sizeof(p->hop[0]));

	if (p == NULL)
		return NULL;
	p->metric = r->metric;
	p->protocol = r->protocol;
	p->n = n;
	memcpy(p->hop, r->hop, n * sizeof(p->hop[0]));
	return p;
}

static bool hop_eq(const struct gw_nl_hop *a, const struct gw_nl_hop *b)
{
	return a->ifindex == b->ifindex && gw_ip_eq(&a->via, &b->via);
}

static bool path_is(const struct gw_learn_path *p, const struct gw_nl_route *r)
{
	bool same = p->protocol == r->protocol && p->n == r->n;

	for (uint32_t i = 0; i < p->n && same; i++)
		same = hop_eq(&p->hop[i], &r->hop[i]);
	return same;
}

static bool path_is_now(const struct gw_learn_path *p, const struct gw_nl_route *r)
{
	bool same = path_is(p, r);

	for (uint32_t i = 0; i < p->n && same; i++)
		same = p->hop[i].dead == r->hop[i].dead;
	return same;
}

static void entry_changed(struct gw_learn_table *t, struct gw_learn_entry *e)
{
	t->changed(e);
	if (e->paths == NULL)
		gw_tree_drop(&t->entries, e);
}

// In place of the one of that metric. Its user lets go of it in `changed`.
static enum gw_learn_heard path_set(struct gw_learn_table *t, const struct gw_nl_route *r)
{
	struct gw_learn_entry *e = entry_get(t, &r->prefix);
	struct gw_learn_path **at, *p, *old;

	if (e == NULL)
		return GW_LEARN_NO_MEMORY;
	at = path_at(e, r->metric);
	old = *at != NULL && (*at)->metric == r->metric ? *at : NULL;
	if (old != NULL && t->in_reading && old->seen == t->reading)
		return GW_LEARN_OK; // the first of several is the one that the kernel uses
	if (old != NULL && path_is_now(old, r)) {
		old->seen = t->reading;
		old->doubted = false;
		return GW_LEARN_OK;
	}
	p = path_new(r);
	if (p == NULL) {
		if (e->paths == NULL)
			gw_tree_drop(&t->entries, e);
		return GW_LEARN_NO_MEMORY;
	}
	p->seen = t->reading;
	p->next = old != NULL ? old->next : *at;
	*at = p;
	t->paths += old == NULL;
	entry_changed(t, e);
	free(old);
	return GW_LEARN_OK;
}

static void path_del(struct gw_learn_table *t, struct gw_learn_entry *e, struct gw_learn_path **at)
{
	struct gw_learn_path *p = *at;

	*at = p->next;
	t->paths--;
	entry_changed(t, e);
	free(p);
}

// The kernel says of IPv6 when one next hop of several goes.
static bool hop_del(struct gw_learn_table *t, struct gw_learn_entry *e, struct gw_learn_path *p,
	const struct gw_nl_route *r)
{
	for (uint32_t i = 0; i < p->n && r->n == 1 && p->n > 1; i++) {
		if (!hop_eq(&p->hop[i], &r->hop[0]))
			continue;
		p->hop[i] = p->hop[--p->n];
		t->changed(e);
		return true;
	}
	return false;
}

enum gw_learn_heard gw_learn_table_route(
	struct gw_learn_table *t, const struct gw_nl_route *r, bool there)
{
	struct gw_learn_entry *e;
	struct gw_learn_path **at;

	if (there)
		return path_set(t, r);
	e = gw_learn_table_find(t, &r->prefix);
	if (e == NULL)
		return GW_LEARN_OK;
	at = path_at(e, r->metric);
	if (*at == NULL || (*at)->metric != r->metric)
		return GW_LEARN_OK;
	if (path_is(*at, r)) {
		path_del(t, e, at);
		return GW_LEARN_OK;
	}
	if (!gw_prefix_is4(&r->prefix) && hop_del(t, e, *at, r))
		return GW_LEARN_OK;
	return GW_LEARN_UNCLEAR;
}

void gw_learn_table_replaced(
	struct gw_learn_table *t, const struct gw_prefix *prefix, uint32_t metric)
{
	struct gw_learn_entry *e = gw_learn_table_find(t, prefix);
	struct gw_learn_path **at = e != NULL ? path_at(e, metric) : NULL;

	if (at != NULL && *at != NULL && (*at)->metric == metric)
		path_del(t, e, at);
}

void gw_learn_table_begin(struct gw_learn_table *t)
{
	t->reading++;
	t->in_reading = true;
}

void gw_learn_table_stop(struct gw_learn_table *t)
{
	t->in_reading = false;
}

static bool has_unseen(void *item, void *arg)
{
	const struct gw_learn_table *t = arg;
	const struct gw_learn_entry *e = item;
	const struct gw_learn_path *p = e->paths;

	while (p != NULL && p->seen == t->reading)
		p = p->next;
	return p != NULL;
}

static bool is_gone(
	struct gw_learn_table *t, const struct gw_learn_entry *e, struct gw_learn_path *p)
{
	if (p->seen == t->reading)
		return false;
	if (p->doubted || gw_prefix_is4(&e->prefix))
		return true;
	p->doubted = true;
	t->doubts = true;
	return false;
}

static void entry_sweep(struct gw_learn_table *t, struct gw_learn_entry *e)
{
	struct gw_learn_path **at = &e->paths;
	bool last = false;

	while (!last && *at != NULL) {
		if (!is_gone(t, e, *at)) {
			at = &(*at)->next;
			continue;
		}
		last = *at == e->paths && (*at)->next == NULL; // the entry goes with it
		path_del(t, e, at);
	}
}

bool gw_learn_table_end(struct gw_learn_table *t)
{
	uint32_t n;
	void **e = gw_tree_pick(&t->entries, has_unseen, t, &n);

	// Without memory they stay until everything is read the next time.
	t->in_reading = false;
	t->doubts = false;
	for (uint32_t i = 0; i < n; i++)
		entry_sweep(t, e[i]);
	free(e);
	return t->doubts;
}

struct walk {
	void (*fn)(struct gw_learn_entry *e, void *arg);
	void *arg;
};

static void walk_one(void *item, void *arg)
{
	const struct walk *w = arg;

	w->fn(item, w->arg);
}

void gw_learn_table_walk(
	struct gw_learn_table *t, void (*fn)(struct gw_learn_entry *e, void *arg), void *arg)
{
	struct walk w = {.fn = fn, .arg = arg};

	gw_tree_walk(&t->entries, walk_one, &w);
}

static void entry_free(void *data)
{
	struct gw_learn_entry *e = data;

	while (e->paths != NULL) {
		struct gw_learn_path *p = e->paths;

		e->paths = p->next;
		free(p);
	}
	free(e);
}

void gw_learn_table_fini(struct gw_learn_table *t)
{
	gw_tree_fini(&t->entries, entry_free);
	t->paths = 0;
}
