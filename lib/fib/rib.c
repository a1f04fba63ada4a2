// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "fib/rib.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/addr.h"
#include "dp/rcu.h"
#include "fib/candidates.h"

// Addresses of a /24 from which on it gets a node, and at which it loses it again.
#define PROMOTE 32
#define DEMOTE	8

struct rib_prefix {
	uint32_t prefix;
	uint8_t len;
	uint32_t res[GW_FIB_KINDS];
};

static int prefix_cmp(const void *a, const void *b)
{
	const struct rib_prefix *x = a, *y = b;

	if (x->prefix != y->prefix)
		return x->prefix < y->prefix ? -1 : 1;
	return (int)x->len - (int)y->len;
}

static struct rib_prefix *prefix_find(const struct gw_rib *rib, uint32_t prefix, uint8_t len)
{
	return gw_tree_find(&rib->prefixes, &(struct rib_prefix){.prefix = prefix, .len = len});
}

static struct rib_prefix *prefix_add(struct gw_rib *rib, uint32_t prefix, uint8_t len)
{
	const struct rib_prefix key = {.prefix = prefix, .len = len};

	return gw_tree_put(&rib->prefixes, &key, sizeof(key));
}

static uint32_t prefix_best(const struct rib_prefix *p)
{
	return gw_candidates_best(p->res);
}

static unsigned prefix_kinds(const struct rib_prefix *p)
{
	return gw_candidates_count(p->res);
}

static void table_reclaim(void *table)
{
	gw_hash32_table_free(table);
}

static void table_retire(struct gw_hash32_table *old)
{
	gw_rcu_defer(table_reclaim, old);
}

// Only the writer reads how dense a /24 is.
static void table_now(struct gw_hash32_table *old)
{
	gw_hash32_table_free(old);
}

static void node_reclaim(void *node)
{
	gw_trie4_node_free((uint32_t)(uintptr_t)node);
}

static void node_retire(uint32_t node)
{
	gw_rcu_defer(node_reclaim, (void *)(uintptr_t)node);
}

static uint32_t trie_exact(const struct gw_trie4 *t, uint32_t ip)
{
	const struct gw_rib *rib =
		(const struct gw_rib *)((const char *)t - offsetof(struct gw_rib, trie));

	return gw_hash32_get(rib->exact.table, ip);
}

int gw_rib_init(struct gw_rib *rib, uint32_t hosts_expected)
{
	rib->trie.retire = node_retire;
	rib->trie.exact = trie_exact;
	rib->prefixes.cmp = prefix_cmp;
	if (gw_hash32_init(&rib->exact, hosts_expected, table_retire) < 0 ||
		gw_hash32_init(&rib->dense, hosts_expected / 64 + 1, table_now) < 0)
		return -ENOMEM;
	return gw_trie4_init(&rib->trie);
}

void gw_rib_fini(struct gw_rib *rib)
{
	gw_tree_fini(&rib->prefixes, free);
	memset(rib->count, 0, sizeof(rib->count));
	rib->long_count = 0;
	gw_trie4_fini(&rib->trie);
	gw_hash32_fini(&rib->exact);
	gw_hash32_fini(&rib->dense);
}

uint32_t gw_rib_get(const struct gw_rib *rib, uint32_t prefix, uint8_t len, enum gw_fib_kind kind)
{
	const struct rib_prefix *p;
	uint32_t res;

	if (len == 32) {
		res = gw_hash32_get(rib->exact.table, prefix);
		if (res == 0 || gw_fib_kind(res) == kind)
			return res;
	}
	p = prefix_find(rib, prefix, len);
	return p == NULL ? 0 : p->res[kind];
}

// An address in both tables. A /24 with many gets a node of its own: one line less to look up, and
// 4 octets an address pay for it; `dense` forgetting one (no memory) only costs speed.
static int address_put(struct gw_rib *rib, uint32_t ip, uint32_t res, bool fresh)
{
	int ret = gw_hash32_set(&rib->exact, ip, res);
	uint32_t n;

	if (ret < 0)
		return ret;
	gw_trie4_exact_set(&rib->trie, ip, res);
	if (!fresh)
		return 0;
	n = gw_hash32_get(rib->dense.table, ip >> 8) + 1;
	gw_hash32_set(&rib->dense, ip >> 8, n);
	if (n == PROMOTE)
		gw_trie4_promote(&rib->trie, ip);
	return 0;
}

static const struct rib_prefix *prefix_cover(const struct gw_rib *rib, uint32_t ip, uint8_t below)
{
	const struct rib_prefix *p = NULL;

	while (p == NULL && below-- > 0)
		p = prefix_find(rib, ip & gw_mask4(below), below);
	return p;
}

uint32_t gw_rib_cover(const struct gw_rib *rib, uint32_t ip)
{
	const struct rib_prefix *p = prefix_cover(rib, ip, 32);

	return p == NULL ? 0 : prefix_best(p);
}

static void address_remove(struct gw_rib *rib, uint32_t ip)
{
	uint32_t n = gw_hash32_get(rib->dense.table, ip >> 8);
	uint32_t cover = 0;
	uint8_t len = 0;

	gw_hash32_del(&rib->exact, ip);
	// Without prefixes inside any /24 what covers one address of it covers all.
	if (rib->long_count > 0 || !gw_trie4_neighbour_leaf(&rib->trie, ip, &cover, &len)) {
		const struct rib_prefix *p = prefix_cover(rib, ip, 32);

		cover = p == NULL ? 0 : prefix_best(p);
		len = p == NULL ? 0 : p->len;
	}
	gw_trie4_exact_del(&rib->trie, ip, cover, len);
	if (n > 1)
		gw_hash32_set(&rib->dense, ip >> 8, n - 1);
	else
		gw_hash32_del(&rib->dense, ip >> 8);
	if (n == DEMOTE)
		gw_trie4_demote(&rib->trie, ip);
}

static int exact_set(struct gw_rib *rib, uint32_t ip, enum gw_fib_kind kind, uint32_t res)
{
	uint32_t now = gw_hash32_get(rib->exact.table, ip);
	struct rib_prefix *p;
	uint32_t before;
	int ret;

	if (now == 0 || (gw_fib_kind(now) == kind && prefix_find(rib, ip, 32) == NULL)) {
		ret = address_put(rib, ip, res, now == 0);
		if (ret == 0 && now == 0)
			rib->count[kind]++;
		return ret;
	}
	p = prefix_find(rib, ip, 32);
	if (p == NULL) {
		p = prefix_add(rib, ip, 32);
		if (p == NULL)
			return -ENOMEM;
		p->res[gw_fib_kind(now)] = now;
	}
	before = p->res[kind];
	p->res[kind] = res;
	rib->count[kind] += before == 0;
	return address_put(rib, ip, prefix_best(p), false); // replaces: cannot fail
}

static bool exact_del(struct gw_rib *rib, uint32_t ip, enum gw_fib_kind kind)
{
	uint32_t now = gw_hash32_get(rib->exact.table, ip);
	struct rib_prefix *p;

	if (now == 0)
		return false;
	p = prefix_find(rib, ip, 32);
	if (p == NULL) {
		if (gw_fib_kind(now) != kind)
			return false;
		rib->count[kind]--;
		address_remove(rib, ip);
		return true;
	}
	if (p->res[kind] == 0)
		return false;
	p->res[kind] = 0;
	rib->count[kind]--;
	address_put(rib, ip, prefix_best(p), false); // replaces: cannot fail
	if (prefix_kinds(p) == 1)
		gw_tree_drop(&rib->prefixes, p);
	return true;
}

int gw_rib_set(
	struct gw_rib *rib, uint32_t prefix, uint8_t len, enum gw_fib_kind kind, uint32_t index)
{
	uint32_t res = gw_fib_result(kind, index);
	struct rib_prefix *p;
	uint32_t before;
	int ret;

	if (index > (len == 32 ? GW_FIB_INDEX_MAX : GW_TRIE4_INDEX_MAX))
		return -ENOSPC;
	if (len == 32)
		return exact_set(rib, prefix, kind, res);
	p = prefix_find(rib, prefix, len);
	if (p == NULL) {
		p = prefix_add(rib, prefix, len);
		if (p == NULL)
			return -ENOMEM;
		rib->long_count += len > 24;
	}
	before = p->res[kind];
	p->res[kind] = res;
	ret = gw_trie4_set(&rib->trie, prefix, len, prefix_best(p), len);
	if (ret < 0) {
		p->res[kind] = before;
		if (prefix_kinds(p) == 0) {
			gw_tree_drop(&rib->prefixes, p);
			rib->long_count -= len > 24;
		}
		return ret;
	}
	rib->count[kind] += before == 0;
	return 0;
}

bool gw_rib_del(struct gw_rib *rib, uint32_t prefix, uint8_t len, enum gw_fib_kind kind)
{
	const struct rib_prefix *cover;
	struct rib_prefix *p;
	uint8_t from = len;
	uint32_t best;

	if (len == 32)
		return exact_del(rib, prefix, kind);
	p = prefix_find(rib, prefix, len);
	if (p == NULL || p->res[kind] == 0)
		return false;
	p->res[kind] = 0;
	rib->count[kind]--;
	best = prefix_best(p);
	if (best == 0) {
		gw_tree_drop(&rib->prefixes, p);
		rib->long_count -= len > 24;
		cover = prefix_cover(rib, prefix, len);
		best = cover == NULL ? 0 : prefix_best(cover);
		from = cover == NULL ? 0 : cover->len;
	}
	// Fails only when the pool of a million trie nodes is used up and a node that collapsed has
	// to be made again; the prefix then forwards as before until the next change of it.
	gw_trie4_set(&rib->trie, prefix, len, best, from);
	return true;
}
