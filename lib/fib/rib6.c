// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "fib/rib6.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/addr.h"
#include "dp/rcu.h"
#include "dp/rcu_map.h"
#include "fib/candidates.h"

struct rib6_prefix {
	struct in6_addr prefix;
	uint8_t len;
	uint32_t res[GW_FIB_KINDS];
};

uint32_t gw_fib_generation;

static int prefix_cmp(const void *a, const void *b)
{
	const struct rib6_prefix *x = a, *y = b;
	int order = memcmp(&x->prefix, &y->prefix, sizeof(x->prefix));

	return order != 0 ? order : (int)x->len - (int)y->len;
}

// `prefix` is masked.
static struct rib6_prefix *prefix_find(
	const struct gw_rib6 *rib, const struct in6_addr *prefix, uint8_t len)
{
	return gw_tree_find(&rib->prefixes, &(struct rib6_prefix){.prefix = *prefix, .len = len});
}

static struct rib6_prefix *prefix_add(
	struct gw_rib6 *rib, const struct in6_addr *prefix, uint8_t len)
{
	const struct rib6_prefix key = {.prefix = *prefix, .len = len};
	struct rib6_prefix *p = gw_tree_put(&rib->prefixes, &key, sizeof(key));

	if (p != NULL && len < 128)
		rib->by_length[len]++;
	return p;
}

static void prefix_drop(struct gw_rib6 *rib, struct rib6_prefix *p)
{
	if (p->len < 128)
		rib->by_length[p->len]--;
	gw_tree_drop(&rib->prefixes, p);
}

// The longest prefix around another.
static const struct rib6_prefix *prefix_cover(
	const struct gw_rib6 *rib, const struct in6_addr *prefix, uint8_t below)
{
	const struct rib6_prefix *p = NULL;

	while (p == NULL && below-- > 0) {
		struct in6_addr masked;

		if (rib->by_length[below] == 0)
			continue;
		masked = gw_ip6_masked(prefix, below);
		p = prefix_find(rib, &masked, below);
	}
	return p;
}

static void node_reclaim(void *node)
{
	gw_trie6_node_free((uint32_t)(uintptr_t)node);
}

static void node_retire(uint32_t node)
{
	gw_rcu_defer(node_reclaim, (void *)(uintptr_t)node);
}

int gw_rib6_init(struct gw_rib6 *rib, uint32_t addresses_expected)
{
	*rib = (struct gw_rib6){.trie.retire = node_retire, .prefixes.cmp = prefix_cmp};
	if (gw_rcu_map_init(&rib->exact, sizeof(struct in6_addr), addresses_expected,
		    GW_RIB6_MAX_ADDRESSES) < 0)
		return -ENOMEM;
	return gw_trie6_init(&rib->trie);
}

void gw_rib6_fini(struct gw_rib6 *rib)
{
	gw_tree_fini(&rib->prefixes, free);
	gw_trie6_fini(&rib->trie);
	gw_map_fini(&rib->exact);
	*rib = (struct gw_rib6){0};
}

uint32_t gw_rib6_get(const struct gw_rib6 *rib, const struct in6_addr *prefix, uint8_t len,
	enum gw_fib_kind kind)
{
	const struct in6_addr masked = gw_ip6_masked(prefix, len);
	const struct rib6_prefix *p;
	uint32_t res;

	if (len == 128) {
		res = gw_map_get(&rib->exact, &masked);
		if (res == 0 || gw_fib_kind(res) == kind)
			return res;
	}
	if (len < 128 && rib->by_length[len] == 0)
		return 0;
	p = prefix_find(rib, &masked, len);
	return p == NULL ? 0 : p->res[kind];
}

// An address with one kind stands in the map alone.
static int exact_set(
	struct gw_rib6 *rib, const struct in6_addr *ip, enum gw_fib_kind kind, uint32_t res)
{
	struct rib6_prefix *p = prefix_find(rib, ip, 128);
	uint32_t now = gw_map_get(&rib->exact, ip);
	int ret;

	if (p == NULL && (now == 0 || gw_fib_kind(now) == kind)) {
		ret = gw_map_set(&rib->exact, ip, res);
		if (ret < 0)
			return ret;
		rib->count[kind] += now == 0;
		return 0;
	}
	if (p == NULL) {
		p = prefix_add(rib, ip, 128);
		if (p == NULL)
			return -ENOMEM;
		p->res[gw_fib_kind(now)] = now;
	}
	rib->count[kind] += p->res[kind] == 0;
	p->res[kind] = res;
	return gw_map_set(&rib->exact, ip, gw_candidates_best(p->res)); // replaces: cannot fail
}

static bool exact_del(struct gw_rib6 *rib, const struct in6_addr *ip, enum gw_fib_kind kind)
{
	struct rib6_prefix *p = prefix_find(rib, ip, 128);
	uint32_t now = gw_map_get(&rib->exact, ip);

	if (p == NULL) {
		if (now == 0 || gw_fib_kind(now) != kind)
			return false;
		gw_map_del(&rib->exact, ip);
	} else {
		if (p->res[kind] == 0)
			return false;
		p->res[kind] = 0;
		gw_map_set(&rib->exact, ip, gw_candidates_best(p->res)); // replaces: cannot fail
		if (gw_candidates_count(p->res) == 1)
			prefix_drop(rib, p);
	}
	rib->count[kind]--;
	return true;
}

static int prefix_set(struct gw_rib6 *rib, const struct in6_addr *prefix, uint8_t len,
	enum gw_fib_kind kind, uint32_t res)
{
	struct rib6_prefix *p = prefix_find(rib, prefix, len);
	uint32_t before;
	int ret;

	if (p == NULL)
		p = prefix_add(rib, prefix, len);
	if (p == NULL)
		return -ENOMEM;
	before = p->res[kind];
	p->res[kind] = res;
	ret = gw_trie6_set(&rib->trie, prefix, len, gw_candidates_best(p->res), len);
	if (ret < 0) {
		p->res[kind] = before;
		if (gw_candidates_count(p->res) == 0)
			prefix_drop(rib, p);
		return ret;
	}
	rib->count[kind] += before == 0;
	return 0;
}

static bool prefix_del(
	struct gw_rib6 *rib, const struct in6_addr *prefix, uint8_t len, enum gw_fib_kind kind)
{
	struct rib6_prefix *p = prefix_find(rib, prefix, len);
	const struct rib6_prefix *cover = p;
	uint32_t best;

	if (p == NULL || p->res[kind] == 0)
		return false;
	p->res[kind] = 0;
	rib->count[kind]--;
	best = gw_candidates_best(p->res);
	if (best == 0) {
		prefix_drop(rib, p);
		cover = prefix_cover(rib, prefix, len);
		best = cover == NULL ? 0 : gw_candidates_best(cover->res);
	}
	// Cannot fail: the prefix is there.
	gw_trie6_set(&rib->trie, prefix, len, best, cover == NULL ? 0 : cover->len);
	return true;
}

int gw_rib6_set(struct gw_rib6 *rib, const struct in6_addr *prefix, uint8_t len,
	enum gw_fib_kind kind, uint32_t index)
{
	const struct in6_addr masked = gw_ip6_masked(prefix, len);
	uint32_t res = gw_fib_result(kind, index);
	int ret;

	if (index > (len == 128 ? GW_FIB_INDEX_MAX : GW_TRIE6_INDEX_MAX))
		return -ENOSPC;
	if (len == 128)
		ret = exact_set(rib, &masked, kind, res);
	else
		ret = prefix_set(rib, &masked, len, kind, res);
	if (ret == 0)
		gw_fib_changed();
	return ret;
}

bool gw_rib6_del(
	struct gw_rib6 *rib, const struct in6_addr *prefix, uint8_t len, enum gw_fib_kind kind)
{
	const struct in6_addr masked = gw_ip6_masked(prefix, len);
	bool was = len == 128 ? exact_del(rib, &masked, kind) : prefix_del(rib, &masked, len, kind);

	if (was)
		gw_fib_changed();
	return was;
}

uint64_t gw_rib6_memory(const struct gw_rib6 *rib)
{
	return gw_trie6_memory(&rib->trie) + gw_hash32_memory(&rib->exact.index) +
		(uint64_t)rib->exact.count * rib->exact.size;
}
