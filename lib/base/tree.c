// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "base/tree.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>

void *gw_tree_find(const struct gw_tree *t, const void *key)
{
	void *const *node = tfind(key, &t->root, t->cmp);

	return node == NULL ? NULL : *node;
}

void *gw_tree_add(struct gw_tree *t, void *item)
{
	void *const *node = tsearch(item, &t->root, t->cmp);

	if (node == NULL)
		return NULL;
	t->count += *node == item;
	return *node;
}

void gw_tree_del(struct gw_tree *t, const void *key)
{
	if (tdelete(key, &t->root, t->cmp) != NULL)
		t->count--;
}

void *gw_tree_put(struct gw_tree *t, const void *key, size_t size)
{
	void **node = tsearch(key, &t->root, t->cmp), *copy;

	if (node == NULL || *node != key)
		return node == NULL ? NULL : *node;
	copy = malloc(size);
	if (copy == NULL) {
		tdelete(key, &t->root, t->cmp);
		return NULL;
	}
	*node = memcpy(copy, key, size); // in the key's place
	t->count++;
	return copy;
}

void gw_tree_drop(struct gw_tree *t, void *item)
{
	gw_tree_del(t, item);
	free(item);
}

struct walk {
	void (*fn)(void *item, void *arg);
	void *arg;
};

static void walk_node(const void *node, VISIT visit, void *arg)
{
	const struct walk *w = arg;

	if (visit == postorder || visit == leaf)
		w->fn(*(void *const *)node, w->arg);
}

void gw_tree_walk(const struct gw_tree *t, void (*fn)(void *item, void *arg), void *arg)
{
	struct walk w = {.fn = fn, .arg = arg};

	twalk_r(t->root, walk_node, &w);
}

struct pick {
	bool (*is)(void *item, void *arg);
	void *arg;
	void **item;
	uint32_t n;
};

static void pick_one(void *item, void *arg)
{
	struct pick *p = arg;

	if (p->is(item, p->arg))
		p->item[p->n++] = item;
}

void **gw_tree_pick(
	const struct gw_tree *t, bool (*is)(void *item, void *arg), void *arg, uint32_t *n)
{
	struct pick p = {.is = is, .arg = arg, .item = calloc(t->count + 1, sizeof(void *))};

	if (p.item != NULL)
		gw_tree_walk(t, pick_one, &p);
	*n = p.n;
	return p.item;
}

static void keep(void *item)
{
}

void gw_tree_fini(struct gw_tree *t, void (*done)(void *item))
{
	tdestroy(t->root, done != NULL ? done : keep);
	t->root = NULL;
	t->count = 0;
}
