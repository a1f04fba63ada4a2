// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Ordered set of items, a balanced tree of pointers to them: everything in O(log n). What is looked
// for is named by a key, which is an item with as much filled in as the order asks for. One thread.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct gw_tree {
	void *root;				// of tsearch(3); NULL: empty
	int (*cmp)(const void *, const void *); // not asked while there is no item
	uint32_t count;
};

void *gw_tree_find(const struct gw_tree *t, const void *key); // NULL: none

// Items that are somebody else's, and not in yet. The item, or the one equal to it that is in
// already; NULL: no memory.
void *gw_tree_add(struct gw_tree *t, void *item);
void gw_tree_del(struct gw_tree *t, const void *key); // nothing when it is not in

// Items that are the tree's, copies of a key that is not one of them: the same, and with the item
// freed.
void *gw_tree_put(struct gw_tree *t, const void *key, size_t size);
void gw_tree_drop(struct gw_tree *t, void *item); // that is in

// In order; `fn` may not change the tree.
void gw_tree_walk(const struct gw_tree *t, void (*fn)(void *item, void *arg), void *arg);
// Those for which `is` says so, in order, for a caller that changes the tree: an array of `n` to be
// freed. Without memory NULL and none.
void **gw_tree_pick(
	const struct gw_tree *t, bool (*is)(void *item, void *arg), void *arg, uint32_t *n);

void gw_tree_fini(struct gw_tree *t, void (*done)(void *item)); // NULL: nothing to do to an item
