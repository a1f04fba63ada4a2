// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "fib/trie4.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/reserve.h"

#define ROOT_SIZE (65536 * sizeof(uint32_t))
#define MAX_NODES (1u << 20)
#define NODE	  GW_TRIE4_NODE
#define EXACT	  GW_TRIE4_EXACT
#define HASHED	  GW_TRIE4_HASHED

uint32_t (*gw_trie4_nodes)[256];

static uint32_t node_top;   // nodes ever used
static uint32_t node_free;  // list of free ones, linked through entry 0; 0 ends
static unsigned trie_count; // the last one gives the pool back

int gw_trie4_init(struct gw_trie4 *t)
{
	if (gw_trie4_nodes == NULL) {
		gw_trie4_nodes = gw_reserve(MAX_NODES * sizeof(*gw_trie4_nodes));
		if (gw_trie4_nodes == NULL)
			return -ENOMEM;
		node_top = node_free = 0;
	}
	t->root = gw_reserve(ROOT_SIZE);
	if (t->root == NULL)
		return -ENOMEM;
	trie_count++;
	return 0;
}

static uint32_t node_alloc(uint32_t fill)
{
	uint32_t n = node_free;

	if (n != 0)
		node_free = gw_trie4_nodes[n][0];
	else if (node_top + 1 < MAX_NODES)
		n = ++node_top;
	else
		return 0;
	for (int i = 0; i < 256; i++)
		gw_trie4_nodes[n][i] = fill;
	return n;
}

void gw_trie4_node_free(uint32_t node)
{
	if (gw_trie4_nodes == NULL)
		return;
	gw_trie4_nodes[node][0] = node_free;
	node_free = node;
}

static void subtree_free(uint32_t e)
{
	if (!(e & NODE))
		return;
	for (int i = 0; i < 256; i++)
		subtree_free(gw_trie4_nodes[e & INT32_MAX][i]);
	gw_trie4_node_free(e & INT32_MAX);
}

void gw_trie4_fini(struct gw_trie4 *t)
{
	if (t->root == NULL)
		return;
	for (int i = 0; i < 65536; i++)
		subtree_free(t->root[i]);
	gw_unreserve(t->root, ROOT_SIZE);
	t->root = NULL;
	if (--trie_count == 0) {
		gw_unreserve(gw_trie4_nodes, MAX_NODES * sizeof(*gw_trie4_nodes));
		gw_trie4_nodes = NULL;
	}
}

static uint8_t leaf_len(uint32_t e)
{
	return e >> 24 & 31;
}

static void store(uint32_t *entry, uint32_t e)
{
	__atomic_store_n(entry, e, __ATOMIC_RELEASE);
}

static uint32_t *node_of(uint32_t e)
{
	return gw_trie4_nodes[e & INT32_MAX];
}

static uint32_t leaf_entry(uint32_t res, uint8_t len)
{
	if (res == 0)
		return 0;
	return (uint32_t)len << 24 | (uint32_t)gw_fib_kind(res) << 20 |
		(gw_fib_index(res) & GW_TRIE4_INDEX_MAX);
}

static void fill(uint32_t *entry, uint32_t count, uint32_t leaf, uint8_t len)
{
	for (uint32_t i = 0; i < count; i++) {
		if (entry[i] & NODE)
			fill(node_of(entry[i]), 256, leaf, len);
		else if (!(entry[i] & EXACT) && leaf_len(entry[i]) <= len)
			store(&entry[i], leaf | (entry[i] & HASHED));
	}
}

// The node below an entry, made when missing; NULL: no memory.
static uint32_t *descend(uint32_t *entry)
{
	uint32_t n;

	if (!(*entry & NODE)) {
		n = node_alloc(*entry);
		if (n == 0)
			return NULL;
		store(entry, NODE | n);
	}
	return node_of(*entry);
}

// The node of a /24: its addresses are in it before a reader is.
static uint32_t *descend_last(const struct gw_trie4 *t, uint32_t *entry, uint32_t ip)
{
	uint32_t n, *node;

	if (*entry & NODE)
		return node_of(*entry);
	n = node_alloc(*entry & ~HASHED);
	if (n == 0)
		return NULL;
	node = gw_trie4_nodes[n];
	if (*entry & HASHED) {
		for (uint32_t i = 0; i < 256; i++) {
			uint32_t res = t->exact(t, (ip & ~255u) | i);

			if (res != 0)
				node[i] = EXACT | res;
		}
	}
	store(entry, NODE | n);
	return node;
}

// A node whose entries are all one leaf, of a prefix that the entry above can hold, is not needed.
static void collapse(struct gw_trie4 *t, uint32_t *entry, uint8_t depth)
{
	uint32_t n = *entry & INT32_MAX;
	uint32_t first;

	if (!(*entry & NODE))
		return;
	first = gw_trie4_nodes[n][0];
	if ((first & (NODE | EXACT)) || leaf_len(first) > depth)
		return;
	for (int i = 1; i < 256; i++) {
		if (gw_trie4_nodes[n][i] != first)
			return;
	}
	store(entry, first);
	t->retire(n);
}

// The entry of the /24 of an address, or of its /16 when that has no node.
static uint32_t *last_entry(const struct gw_trie4 *t, uint32_t ip)
{
	uint32_t *e = &t->root[ip >> 16];

	return *e & NODE ? &node_of(*e)[ip >> 8 & 255] : e;
}

void gw_trie4_exact_set(struct gw_trie4 *t, uint32_t ip, uint32_t res)
{
	uint32_t *e = last_entry(t, ip);

	if (*e & NODE)
		store(&node_of(*e)[ip & 255], EXACT | res);
	else if (!(*e & HASHED))
		store(e, *e | HASHED);
}

void gw_trie4_exact_del(struct gw_trie4 *t, uint32_t ip, uint32_t cover, uint8_t cover_len)
{
	uint32_t *e = last_entry(t, ip);

	if (*e & NODE)
		store(&node_of(*e)[ip & 255], leaf_entry(cover, cover_len));
}

bool gw_trie4_neighbour_leaf(const struct gw_trie4 *t, uint32_t ip, uint32_t *res, uint8_t *len)
{
	const uint32_t *e = last_entry(t, ip);

	*res = 0;
	*len = 0;
	if (!(*e & NODE))
		return true; // nothing will be written
	for (uint32_t i = 1; i < 256; i++) {
		uint32_t leaf = node_of(*e)[(ip + i) & 255];

		if (!(leaf & EXACT)) {
			*res = gw_trie4_leaf_result(leaf);
			*len = leaf_len(leaf);
			return true;
		}
	}
	return false;
}

void gw_trie4_promote(struct gw_trie4 *t, uint32_t ip)
{
	uint32_t *node = descend(&t->root[ip >> 16]);

	if (node != NULL)
		descend_last(t, &node[ip >> 8 & 255], ip); // no node left: the hash does
}

void gw_trie4_demote(struct gw_trie4 *t, uint32_t ip)
{
	uint32_t *e = last_entry(t, ip);
	uint32_t n = *e & INT32_MAX, leaf = UINT32_MAX;

	if (!(*e & NODE))
		return;
	for (uint32_t i = 0; i < 256; i++) {
		uint32_t one = gw_trie4_nodes[n][i];

		if (one & EXACT)
			continue;
		if (leaf_len(one) > 24 || (leaf != UINT32_MAX && one != leaf))
			return;
		leaf = one;
	}
	if (leaf == UINT32_MAX)
		return;
	store(e, leaf | HASHED);
	t->retire(n);
}

int gw_trie4_set(struct gw_trie4 *t, uint32_t prefix, uint8_t len, uint32_t res, uint8_t from_len)
{
	uint32_t *top = &t->root[prefix >> 16], *mid = NULL, *node;
	uint32_t leaf = leaf_entry(res, from_len);

	if (len <= 16) {
		top = &t->root[len == 0 ? 0 : (prefix >> 16) & (0xffff0000u >> len & 0xffff)];
		fill(top, 1u << (16 - len), leaf, len);
		return 0;
	}
	node = descend(top);
	if (node == NULL)
		return -ENOMEM;
	if (len <= 24) {
		fill(&node[(prefix >> 8 & 255) & (0xff00u >> (len - 16) & 255)], 1u << (24 - len),
			leaf, len);
	} else {
		mid = &node[prefix >> 8 & 255];
		node = descend_last(t, mid, prefix);
		if (node == NULL) {
			collapse(t, top, 16);
			return -ENOMEM;
		}
		fill(&node[(prefix & 255) & (0xff00u >> (len - 24) & 255)], 1u << (32 - len), leaf,
			len);
		collapse(t, mid, 24);
	}
	collapse(t, top, 16);
	return 0;
}
