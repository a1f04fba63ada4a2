// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Binary heap of deadlines: the earliest first, any one removed in O(log n). A node is embedded in
// its object. One thread.

#include <stdbool.h>
#include <stdint.h>

struct gw_heap_node {
	uint64_t key;
	uint32_t at; // place in the heap + 1, 0: not in it
};

struct gw_heap {
	struct gw_heap_node **node;
	uint32_t count, size;
};

int gw_heap_set(struct gw_heap *h, struct gw_heap_node *n, uint64_t key); // insert or move; -ENOMEM
void gw_heap_remove(struct gw_heap *h, struct gw_heap_node *n); // nothing when it is not in
void gw_heap_fini(struct gw_heap *h);

// The node with the least key, NULL when empty.
static inline struct gw_heap_node *gw_heap_first(const struct gw_heap *h)
{
	return h->count > 0 ? h->node[0] : (struct gw_heap_node *)0;
}
