// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "fib/trie6.h"

#include <assert.h>
#include <errno.h>
#include <stddef.h>

#include "base/reserve.h"

#define ROOT_SIZE (65536 * sizeof(uint32_t))
#define MAX_NODES (1u << 20)
#define NODE	  GW_TRIE6_NODE
#define LEVELS	  15 // the root's 16 bits, then 14 strides of 8

static_assert(GW_FIB_KINDS <= 16, "a leaf has four bits for the kind");

uint32_t (*gw_trie6_nodes)[256];
uint32_t gw_trie6_nodes_used;
uint32_t gw_trie6_nodes_max = MAX_NODES - 1; // index 0 is none

static uint32_t node_top;   // nodes ever used
static uint32_t node_free;  // list of free ones, linked through entry 0; 0 ends
static unsigned trie_count; // the last one gives the pool back

int gw_trie6_init(struct gw_trie6 *t)
{
	if (gw_trie6_nodes == NULL) {
		gw_trie6_nodes = gw_reserve(MAX_NODES * sizeof(*gw_trie6_nodes));
		if (gw_trie6_nodes == NULL)
			return -ENOMEM;
		node_top = node_free = gw_trie6_nodes_used = 0;
	}
	t->root = gw_reserve(ROOT_SIZE);
	if (t->root == NULL)
		return -ENOMEM;
	trie_count++;
	return 0;
}

static uint32_t node_alloc(uint32_t leaf)
{
	uint32_t n = node_free;

	if (gw_trie6_nodes_used >= gw_trie6_nodes_max)
		return 0;
	if (n != 0)
		node_free = gw_trie6_nodes[n][0];
	else
		n = ++node_top;
	gw_trie6_nodes_used++;
	for (int i = 0; i < 256; i++)
		gw_trie6_nodes[n][i] = leaf;
	return n;
}

void gw_trie6_node_free(uint32_t node)
{
	if (gw_trie6_nodes == NULL)
		return;
	gw_trie6_nodes[node][0] = node_free;
	node_free = node;
	gw_trie6_nodes_used--;
}

static void subtree_free(uint32_t e)
{
	if (!(e & NODE))
		return;
	for (int i = 0; i < 256; i++)
		subtree_free(gw_trie6_nodes[e & INT32_MAX][i]);
	gw_trie6_node_free(e & INT32_MAX);
}

void gw_trie6_fini(struct gw_trie6 *t)
{
	if (t->root == NULL)
		return;
	for (int i = 0; i < 65536; i++)
		subtree_free(t->root[i]);
	gw_unreserve(t->root, ROOT_SIZE);
	t->root = NULL;
	if (--trie_count == 0) {
		gw_unreserve(gw_trie6_nodes, MAX_NODES * sizeof(*gw_trie6_nodes));
		gw_trie6_nodes = NULL;
	}
}

static uint8_t leaf_len(uint32_t e)
{
	return e >> 24 & 127;
}

static uint32_t leaf_entry(uint32_t res, uint8_t len)
{
	if (res == 0)
		return 0;
	return (uint32_t)len << 24 | (uint32_t)gw_fib_kind(res) << 20 |
		(gw_fib_index(res) & GW_TRIE6_INDEX_MAX);
}

static void store(uint32_t *entry, uint32_t e)
{
	__atomic_store_n(entry, e, __ATOMIC_RELEASE);
}

static uint32_t *node_of(uint32_t e)
{
	return gw_trie6_nodes[e & INT32_MAX];
}

static void fill(uint32_t *entry, uint32_t count, uint32_t leaf, uint8_t len)
{
	for (uint32_t i = 0; i < count; i++) {
		if (entry[i] & NODE)
			fill(node_of(entry[i]), 256, leaf, len);
		else if (leaf_len(entry[i]) <= len)
			store(&entry[i], leaf);
	}
}

// The node below an entry, made when missing; NULL: no memory.
static uint32_t *descend(struct gw_trie6 *t, uint32_t *entry)
{
	uint32_t n;

	if (!(*entry & NODE)) {
		n = node_alloc(*entry);
		if (n == 0)
			return NULL;
		t->nodes++;
		store(entry, NODE | n);
	}
	return node_of(*entry);
}

// A node whose entries are all one leaf, of a prefix that the entry above can hold, is not needed.
static void collapse(struct gw_trie6 *t, uint32_t *entry, unsigned depth)
{
	const uint32_t *node;
	uint32_t n;

	if (!(*entry & NODE))
		return;
	n = *entry & INT32_MAX;
	node = gw_trie6_nodes[n];
	if ((node[0] & NODE) || leaf_len(node[0]) > depth)
		return;
	for (int i = 1; i < 256; i++) {
		if (node[i] != node[0])
			return;
	}
	t->nodes--;
	store(entry, node[0]);
	t->retire(n);
}

// The nodes of a prefix that is in the trie are there until it is deleted, as no node collapses
// that holds leaves longer than what leads to it: replacing and deleting cannot fail.
int gw_trie6_set(struct gw_trie6 *t, const struct in6_addr *prefix, uint8_t len, uint32_t res,
	uint8_t from_len)
{
	uint32_t *path[LEVELS] = {&t->root[gw_trie6_root_index(prefix)]}, *node;
	unsigned n = 0, depth = 16;
	int ret = 0;

	for (; depth < len; depth += 8) {
		node = descend(t, path[n]);
		if (node == NULL) {
			ret = -ENOMEM;
			break;
		}
		n++;
		path[n] = &node[prefix->s6_addr[n + 1]];
	}
	if (ret == 0)
		fill(path[n], 1u << (depth - len), leaf_entry(res, from_len), len);
	while (n-- > 0)
		collapse(t, path[n], 16 + 8 * n);
	return ret;
}

uint64_t gw_trie6_memory(const struct gw_trie6 *t)
{
	return ROOT_SIZE + t->nodes * sizeof(gw_trie6_nodes[0]);
}
