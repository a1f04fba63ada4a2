// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Trees: what is refused, what a change of the branch list keeps, and what a reader sees meanwhile.

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

#include "dp/rcu.h"
#include "sr_mcast/dest.h"
#include "sr_mcast/fixture.h"
#include "sr_mcast/flow.h"

#define T1 "fd00:ffff:1::1"
#define T2 "fd00:ffff:1::2"

static void refusals(void **)
{
	static const struct {
		const char *source, *branches;
		uint16_t decap;
		const char *error;
	} cases[] = {
		{"ff0e::1", "fd00:0:5::", 0, "tree source ff0e::1 is no unicast address of a node"},
		{"::", "fd00:0:5::", 0, "tree source :: is no unicast address of a node"},
		{"fe80::1", "fd00:0:5::", 0,
			"tree source fe80::1 is link-local: only an address that routers forward "
			"to will do"},
		{"fd00:fffe::1", "fd00:0:5::", 0,
			"tree source fd00:fffe::1 is outside of tree_block fd00:ffff::/32"},
		{T1, "fd00:1::5", 0, "branch fd00:1::5 is outside of first_block fd00::/32"},
		{T1, "fd00:0:5:: fd00:0:3::", 0,
			"branch fd00:0:3:: is this node itself: a node appears at most once in a "
			"tree"},
		{T1, "fd00:0:5:: fd00:0:6:: fd00:0:5::", 0,
			"branch fd00:0:5:: stands twice: a node appears at most once in a tree"},
		{T1, "", 0,
			"tree fd00:ffff:1::1 has neither branches nor decap: one of them, or "
			"both"},
		{T1, "", 99, "tree fd00:ffff:1::1: decap into a VRF that is not there"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct gw_err err = {0};

		assert_true(tree_try(cases[i].source, cases[i].branches, cases[i].decap, &err) < 0);
		assert_string_equal(err.text, cases[i].error);
		assert_int_equal(gw_mcast_tree_count(), 0);
		assert_int_equal(gw_mcast_dest_count(), 0);
	}
}

// Where the blocks overlap, an address is still one thing only.
static void one_address_one_meaning(void **)
{
	struct gw_sr_conf conf = gw_sr_conf;
	struct gw_err err = {0};

	conf.tree_block = conf.first_block;
	assert_int_equal(gw_sr_conf_set(&conf, &err), 0);
	gw_rcu_reclaim();
	tree_put("fd00:0:f::1", "fd00:0:5::", 0);
	tree_try("fd00:0:3::", "fd00:0:5::", 0, &err);
	assert_string_equal(err.text,
		"tree source fd00:0:3:: is the first address of this node: a "
		"tree has one of its own");
	err.code = 0;
	tree_try("fd00:0:5::", "fd00:0:6::", 0, &err);
	assert_string_equal(err.text,
		"tree source fd00:0:5:: is a first address: branches of other trees lead there");
	err.code = 0;
	tree_try("fd00:0:f::2", "fd00:0:f::2", 0, &err);
	assert_string_equal(err.text, "branch fd00:0:f::2 is the source of the tree");
	err.code = 0;
	tree_try("fd00:0:f::2", "fd00:0:f::1", 0, &err);
	assert_string_equal(
		err.text, "tree fd00:0:f::2: branch fd00:0:f::1 is the source of a tree");
}

static void without_first_address(void **)
{
	struct gw_err err = {0};

	assert_int_equal(gw_sr_conf_set(NULL, &err), 0);
	assert_false(gw_sr_mcast_on);
	assert_int_equal(tree_try(T1, "fd00:0:5::", 0, &err), -EINVAL);
	assert_string_equal(err.text,
		"tree fd00:ffff:1::1: this node has no first address; section \"sr_mcast\" of the "
		"configuration gives it one");
}

static struct in6_addr numbered(uint32_t i)
{
	struct in6_addr ip = ip6_of("fd00:0:1000::");

	ip.s6_addr[6] = (uint8_t)(i >> 8);
	ip.s6_addr[7] = (uint8_t)i;
	return ip;
}

static void branches_1024(void **)
{
	struct gw_mcast_tree_spec spec = {.source = ip6_of(T1)};
	static struct in6_addr list[GW_MAX_BRANCHES + 1];
	const struct gw_mcast_branches *b;
	struct gw_err err = {0};

	for (uint32_t i = 0; i <= GW_MAX_BRANCHES; i++)
		list[i] = numbered(i + 1);
	spec.branches = list;
	spec.n = GW_MAX_BRANCHES + 1;
	assert_int_equal(gw_mcast_tree_set(&spec, &err), -EINVAL);
	assert_string_equal(err.text, "tree fd00:ffff:1::1: 1025 branches; at most 1024 will do");
	spec.n = GW_MAX_BRANCHES;
	assert_int_equal(gw_mcast_tree_set(&spec, NULL), 0);
	b = gw_mcast_branches(gw_mcast_tree_find(&spec.source));
	assert_int_equal(b->n, GW_MAX_BRANCHES);
	for (uint32_t i = 0; i < b->n; i++) {
		assert_true(gw_ip6_eq(&gw_mcast_dests[b->b[i].dest].addr, &list[i]));
		assert_int_equal(b->b[i].stats, b->b[0].stats + i);
	}
}

static uint32_t stats_of(uint32_t tree, const char *addr)
{
	const struct gw_mcast_branches *b = gw_mcast_branches(tree);
	struct in6_addr ip = ip6_of(addr);

	for (uint32_t i = 0; i < b->n; i++) {
		if (gw_ip6_eq(&gw_mcast_dests[b->b[i].dest].addr, &ip))
			return b->b[i].stats;
	}
	return 0;
}

static uint64_t sent_to(uint32_t tree, const char *addr)
{
	return gw_branch_stats_sum(stats_of(tree, addr)).packets;
}

static void counters_stay(void **)
{
	uint32_t tree = tree_put(T1, "fd00:0:5:: fd00:0:6:: fd00:0:7::", 0);
	uint32_t other = tree_put(T2, "fd00:0:5::", 0);

	gw_branch_stats[1][stats_of(tree, "fd00:0:5::")].packets = 5;
	gw_branch_stats[0][stats_of(tree, "fd00:0:6::")].packets = 6;
	gw_branch_stats[1][stats_of(tree, "fd00:0:7::")].packets = 7;
	gw_branch_stats[1][stats_of(other, "fd00:0:5::")].packets = 55;
	gw_tree_stats[1][tree].rx_packets = 9;
	assert_int_equal(tree_put(T1, "fd00:0:8:: fd00:0:7:: fd00:0:5::", 1), tree);
	assert_int_equal(gw_mcast_branches(tree)->n, 3);
	assert_int_equal(gw_mcast_branches(tree)->decap, 1);
	assert_int_equal(sent_to(tree, "fd00:0:5::"), 5);
	assert_int_equal(sent_to(tree, "fd00:0:7::"), 7);
	assert_int_equal(sent_to(tree, "fd00:0:8::"), 0);
	assert_int_equal(sent_to(other, "fd00:0:5::"), 55);
	assert_int_equal(gw_io_sum(gw_tree_stats, tree).rx_packets, 9);
	// one that went and comes back begins anew, on an index that was used before; those that
	// stayed are nobody else's
	gw_rcu_reclaim();
	tree_put("fd00:ffff:1::3", "fd00:0:9:: fd00:0:a:: fd00:0:b::", 0);
	assert_int_equal(sent_to(tree, "fd00:0:5::"), 5);
	assert_int_equal(sent_to(tree, "fd00:0:7::"), 7);
	tree_put(T1, "fd00:0:8:: fd00:0:7:: fd00:0:5:: fd00:0:6::", 1);
	assert_int_equal(sent_to(tree, "fd00:0:6::"), 0);
	assert_int_equal(gw_mcast_dest_count(), 7);
}

static void unchanged_is_not_touched(void **)
{
	uint32_t tree = tree_put(T1, "fd00:0:5:: fd00:0:6::", 0);
	const struct gw_mcast_branches *before = gw_mcast_branches(tree);

	tree_put(T1, "fd00:0:6:: fd00:0:5::", 0);
	assert_ptr_equal(gw_mcast_branches(tree), before);
	tree_put(T1, "fd00:0:6:: fd00:0:7::", 0);
	assert_ptr_not_equal(gw_mcast_branches(tree), before);
}

static void deleted(void **)
{
	uint32_t tree = tree_put(T1, "fd00:0:5:: fd00:0:6::", 0);
	struct in6_addr source = ip6_of(T1);
	struct gw_err err = {0};

	assert_int_equal(gw_mcast_tree_flow_hold(tree, 0, NULL), 0);
	assert_int_equal(gw_mcast_tree_del(&source, &err), -EBUSY);
	assert_string_equal(err.text,
		"tree fd00:ffff:1::1: 1 flows lead into it (show mcast flow); delete or switch "
		"them first");
	gw_mcast_tree_flow_release(tree);
	assert_int_equal(gw_mcast_tree_del(&source, NULL), 0);
	assert_null(gw_mcast_branches(tree));
	assert_int_equal(gw_mcast_tree_find(&source), 0);
	assert_int_equal(gw_mcast_dest_count(), 0);
	assert_int_equal(gw_mcast_tree_del(&source, NULL), -ENOENT);
	gw_rcu_reclaim();
	assert_int_equal(tree_put(T2, "fd00:0:5::", 0), tree); // the index is used again
}

// A worker between two quiescent states holds what it loaded.
static void reader_keeps_old_list(void **)
{
	uint32_t tree = tree_put(T1, "fd00:0:5:: fd00:0:6::", 0), dest, stats;
	const struct gw_mcast_branches *old = gw_mcast_branches(tree);

	gw_rcu_reclaim();
	rte_rcu_qsbr_thread_register(gw_rcu, 0);
	rte_rcu_qsbr_thread_online(gw_rcu, 0);
	dest = old->b[1].dest;
	stats = old->b[1].stats;
	tree_put(T1, "fd00:0:5::", 0);
	gw_rcu_reclaim();
	assert_int_equal(old->n, 2);
	assert_int_equal(old->b[1].dest, dest);
	// neither the first address nor the counters are anybody else's yet
	tree_put(T2, "fd00:0:9:: fd00:0:a::", 0);
	for (uint32_t i = 0; i < 2; i++) {
		const struct gw_mcast_branches *b = gw_mcast_branches(tree + 1);

		assert_int_not_equal(b->b[i].dest, dest);
		assert_int_not_equal(b->b[i].stats, stats);
	}
	rte_rcu_qsbr_quiescent(gw_rcu, 0);
	gw_rcu_reclaim();
	assert_int_equal(gw_rcu_pending(), 0);
	rte_rcu_qsbr_thread_offline(gw_rcu, 0);
	rte_rcu_qsbr_thread_unregister(gw_rcu, 0);
}

static struct {
	uint32_t tree;
	bool stop;
	uint64_t seen[2], mixed;
} reader;

// Every list is either the one of 3 branches into VRF 0 or that of 5 without decap.
static void *reader_main(void *)
{
	rte_rcu_qsbr_thread_register(gw_rcu, 0);
	rte_rcu_qsbr_thread_online(gw_rcu, 0);
	while (!__atomic_load_n(&reader.stop, __ATOMIC_ACQUIRE)) {
		const struct gw_mcast_branches *b = gw_mcast_branches(reader.tree);
		bool three = b->n == 3;
		uint8_t octet = three ? 1 : 2;
		bool whole = b->decap == three && (three || b->n == 5);

		for (uint32_t i = 0; i < b->n; i++)
			whole &= gw_mcast_dests[b->b[i].dest].addr.s6_addr[15] == octet;
		reader.mixed += !whole;
		reader.seen[three]++;
		rte_rcu_qsbr_quiescent(gw_rcu, 0);
	}
	rte_rcu_qsbr_thread_offline(gw_rcu, 0);
	rte_rcu_qsbr_thread_unregister(gw_rcu, 0);
	return NULL;
}

static void never_a_mixed_list(void **)
{
	static const char three[] = "fd00:0:5::1 fd00:0:6::1 fd00:0:7::1";
	static const char five[] = "fd00:0:5::2 fd00:0:6::2 fd00:0:7::2 fd00:0:8::2 fd00:0:9::2";
	pthread_t thread;

	reader.tree = tree_put(T1, three, 1);
	assert_int_equal(pthread_create(&thread, NULL, reader_main, NULL), 0);
	for (unsigned i = 0; i < 20000; i++) {
		tree_put(T1, i % 2 == 0 ? five : three, i % 2);
		gw_rcu_reclaim();
	}
	__atomic_store_n(&reader.stop, true, __ATOMIC_RELEASE);
	pthread_join(thread, NULL);
	assert_true(reader.seen[0] + reader.seen[1] > 0);
	assert_int_equal(reader.mixed, 0);
	gw_rcu_flush();
	assert_int_equal(gw_mcast_dest_count(), 3);
}

static void mtu_learned(void **)
{
	uint32_t tree = tree_put(T1, "fd00:0:5::", 0);

	gw_mcast_tree_too_big(tree, 1400, 1000000);
	assert_int_equal(gw_mcast_tree_mtu(tree), 1400);
	assert_int_equal(events(GW_EV_mcast_mtu_lowered), 1);
	gw_mcast_tree_too_big(tree, 1450, 2000000); // not raised by a message
	assert_int_equal(gw_mcast_tree_mtu(tree), 1400);
	gw_mcast_tree_too_big(tree, 500, 61000000); // RFC 8200 5: every link takes 1280
	assert_int_equal(gw_mcast_tree_mtu(tree), 1280);
	gw_mcast_tree_mtu_poll(660000000);
	assert_int_equal(gw_mcast_tree_mtu(tree), 1280);
	gw_mcast_tree_mtu_poll(661000000);
	assert_int_equal(gw_mcast_tree_mtu(tree), 0);
}

static uint32_t seed = 20261120;

static uint32_t draw(uint32_t below)
{
	seed ^= seed << 13;
	seed ^= seed >> 17;
	seed ^= seed << 5;
	return seed % below;
}

#define NODES 100
#define TREES 1000

static uint8_t parent[TREES][NODES]; // of a node in a tree; itself: the root; NODES: not in it

static struct in6_addr node_address(uint32_t node)
{
	struct in6_addr ip = ip6_of("fd00::");

	ip.s6_addr[5] = (uint8_t)(node + 1);
	return ip;
}

static struct in6_addr tree_address(uint32_t tree)
{
	struct in6_addr ip = ip6_of("fd00:ffff::");

	ip.s6_addr[14] = (uint8_t)(tree >> 8);
	ip.s6_addr[15] = (uint8_t)tree;
	return ip;
}

// Nodes in a random order, each below one that came before it; some are not in the tree.
static void trees_draw(void)
{
	for (uint32_t t = 0; t < TREES; t++) {
		uint32_t order[NODES] = {0}, n = 2 + draw(NODES - 1);

		for (uint32_t i = 0; i < NODES; i++) {
			uint32_t k = draw(i + 1);

			order[i] = order[k];
			order[k] = i;
			parent[t][i] = NODES;
		}
		parent[t][order[0]] = (uint8_t)order[0];
		for (uint32_t i = 1; i < n; i++)
			parent[t][order[i]] = (uint8_t)order[draw(i)];
	}
}

static void node_fill(uint32_t node)
{
	struct gw_sr_conf conf = gw_sr_conf;

	conf.first_address = node_address(node);
	assert_int_equal(gw_sr_conf_set(&conf, NULL), 0);
	gw_rcu_reclaim();
	gw_mcast_tree_marks_begin();
	for (uint32_t t = 0; t < TREES; t++) {
		struct in6_addr list[NODES];
		struct gw_mcast_tree_spec spec = {.source = tree_address(t), .branches = list};

		for (uint32_t i = 0; i < NODES; i++) {
			if (i != node && parent[t][i] == node)
				list[spec.n++] = node_address(i);
		}
		spec.decap = spec.n == 0 || draw(4) == 0;
		if (parent[t][node] != NODES)
			assert_int_equal(gw_mcast_tree_set(&spec, NULL), 0);
	}
	gw_mcast_tree_marks_sweep();
	gw_rcu_reclaim();
}

static int address_cmp(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct in6_addr));
}

// Spec, "Idea": addresses used for T trees over N nodes are N + T.
static void addresses_1100(void **)
{
	static struct in6_addr all[NODES * (1 + NODES + TREES)];
	uint32_t n = 0, distinct = 0;

	trees_draw();
	for (uint32_t node = 0; node < NODES; node++) {
		node_fill(node);
		all[n++] = gw_sr_conf.first_address;
		for (uint32_t i = 0; (i = gw_mcast_dest_next(i)) != 0;)
			all[n++] = gw_mcast_dests[i].addr;
		for (uint32_t i = 0; (i = gw_mcast_tree_next(i)) != 0;)
			all[n++] = gw_mcast_trees[i].source;
	}
	qsort(all, n, sizeof(all[0]), address_cmp);
	for (uint32_t i = 0; i < n; i++)
		distinct += i == 0 || address_cmp(&all[i], &all[i - 1]) != 0;
	assert_int_equal(distinct, NODES + TREES);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, sr_setup, sr_teardown)
	const struct CMUnitTest tests[] = {
		CASE(refusals),
		CASE(one_address_one_meaning),
		CASE(without_first_address),
		CASE(branches_1024),
		CASE(counters_stay),
		CASE(unchanged_is_not_touched),
		CASE(deleted),
		CASE(reader_keeps_old_list),
		CASE(never_a_mixed_list),
		CASE(mtu_learned),
		CASE(addresses_1100),
	};

	return cmocka_run_group_tests(tests, fixture_group, NULL);
}
