// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "base/heap.h"

#include <errno.h>
#include <stdlib.h>

static void place(struct gw_heap *h, uint32_t i, struct gw_heap_node *n)
{
	h->node[i] = n;
	n->at = i + 1;
}

static void sift_up(struct gw_heap *h, uint32_t i)
{
	struct gw_heap_node *n = h->node[i];

	while (i > 0 && h->node[(i - 1) / 2]->key > n->key) {
		place(h, i, h->node[(i - 1) / 2]);
		i = (i - 1) / 2;
	}
	place(h, i, n);
}

static void sift_down(struct gw_heap *h, uint32_t i)
{
	struct gw_heap_node *n = h->node[i];

	for (uint32_t child; (child = i * 2 + 1) < h->count; i = child) {
		if (child + 1 < h->count && h->node[child + 1]->key < h->node[child]->key)
			child++;
		if (h->node[child]->key >= n->key)
			break;
		place(h, i, h->node[child]);
	}
	place(h, i, n);
}

int gw_heap_set(struct gw_heap *h, struct gw_heap_node *n, uint64_t key)
{
	if (n->at == 0) {
		if (h->count == h->size) {
			uint32_t size = h->size == 0 ? 64 : h->size * 2;
			struct gw_heap_node **node =
				realloc(h->node, size * sizeof(struct gw_heap_node *));

			if (node == NULL)
				return -ENOMEM;
			h->node = node;
			h->size = size;
		}
		place(h, h->count++, n);
	}
	n->key = key;
	sift_up(h, n->at - 1);
	sift_down(h, n->at - 1);
	return 0;
}

void gw_heap_remove(struct gw_heap *h, struct gw_heap_node *n)
{
	uint32_t i = n->at;
	struct gw_heap_node *last;

	if (i-- == 0)
		return;
	n->at = 0;
	last = h->node[--h->count];
	if (last == n)
		return;
	place(h, i, last);
	sift_up(h, last->at - 1);
	sift_down(h, last->at - 1);
}

void gw_heap_fini(struct gw_heap *h)
{
	free(h->node);
	*h = (struct gw_heap){0};
}
