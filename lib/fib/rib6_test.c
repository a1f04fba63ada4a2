// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "fib/rib6.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/addr.h"
#include "dp/rcu.h"

static struct gw_rib6 rib;

static int setup(void **)
{
	assert_int_equal(gw_rcu_init(1), 0); // no worker: every grace period is over at once
	return gw_rib6_init(&rib, 16);
}

static int teardown(void **)
{
	gw_trie6_nodes_max = (1u << 20) - 1;
	gw_rcu_fini();
	gw_rib6_fini(&rib);
	return 0;
}

static struct in6_addr ip(const char *text)
{
	struct in6_addr a;

	assert_true(gw_ip6_parse(text, &a));
	return a;
}

static int try_set(const char *prefix, enum gw_fib_kind kind, uint32_t index)
{
	struct gw_prefix6 p;

	assert_true(gw_prefix6_parse(prefix, &p));
	return gw_rib6_set(&rib, &p.addr, p.len, kind, index);
}

static void set(const char *prefix, enum gw_fib_kind kind, uint32_t index)
{
	assert_int_equal(try_set(prefix, kind, index), 0);
}

static bool try_del(const char *prefix, enum gw_fib_kind kind)
{
	struct gw_prefix6 p;

	assert_true(gw_prefix6_parse(prefix, &p));
	return gw_rib6_del(&rib, &p.addr, p.len, kind);
}

static void del(const char *prefix, enum gw_fib_kind kind)
{
	assert_true(try_del(prefix, kind));
}

static void expect(const char *addr, enum gw_fib_kind kind, uint32_t index)
{
	uint32_t want = kind == GW_FIB_NONE ? 0 : gw_fib_result(kind, index);
	struct in6_addr a = ip(addr);

	assert_int_equal(gw_rib6_lookup(&rib, &a), want);
}

static void expect_empty(void)
{
	gw_rcu_reclaim();
	assert_int_equal(rib.prefixes.count, 0);
	assert_int_equal(rib.exact.count, 0);
	assert_int_equal(gw_trie6_nodes_used, 0);
	for (int k = 0; k < GW_FIB_KINDS; k++)
		assert_int_equal(rib.count[k], 0);
	for (int i = 0; i < 128; i++)
		assert_int_equal(rib.by_length[i], 0);
}

// Every length, each inside the one before it.
static void nested(void **)
{
	struct in6_addr a = ip("2001:db8:89ab:cdef:f0e1:d2c3:b4a5:9687");

	for (int len = 0; len <= 128; len++) {
		assert_int_equal(
			gw_rib6_set(&rib, &a, (uint8_t)len, GW_FIB_ROUTE, 100 + (uint32_t)len), 0);
		assert_int_equal(
			gw_rib6_lookup(&rib, &a), gw_fib_result(GW_FIB_ROUTE, 100 + (uint32_t)len));
	}
	for (int len = 0; len < 128; len++) { // the bit after `len` differs
		struct in6_addr b = a;

		b.s6_addr[len / 8] ^= (uint8_t)(0x80 >> len % 8);
		assert_int_equal(
			gw_rib6_lookup(&rib, &b), gw_fib_result(GW_FIB_ROUTE, 100 + (uint32_t)len));
	}
	for (int len = 128; len >= 0; len--) {
		assert_int_equal(
			gw_rib6_lookup(&rib, &a), gw_fib_result(GW_FIB_ROUTE, 100 + (uint32_t)len));
		assert_true(gw_rib6_del(&rib, &a, (uint8_t)len, GW_FIB_ROUTE));
		assert_false(gw_rib6_del(&rib, &a, (uint8_t)len, GW_FIB_ROUTE));
	}
	assert_int_equal(gw_rib6_lookup(&rib, &a), 0);
	expect_empty();
}

// At equal length the kinds stand in the order of result.h.
static void precedence_of(const char *prefix)
{
	struct gw_prefix6 p;

	assert_true(gw_prefix6_parse(prefix, &p));
	for (int k = GW_FIB_KINDS; --k > GW_FIB_NONE;) {
		set(prefix, (enum gw_fib_kind)k, (uint32_t)k * 7);
		assert_int_equal(gw_rib6_lookup(&rib, &p.addr),
			gw_fib_result((enum gw_fib_kind)k, (uint32_t)k * 7));
		assert_int_equal(rib.count[k], 1);
	}
	for (int k = GW_FIB_NONE + 1; k < GW_FIB_KINDS; k++) {
		assert_int_equal(gw_rib6_get(&rib, &p.addr, p.len, (enum gw_fib_kind)k),
			gw_fib_result((enum gw_fib_kind)k, (uint32_t)k * 7));
		assert_int_equal(gw_rib6_lookup(&rib, &p.addr),
			gw_fib_result((enum gw_fib_kind)k, (uint32_t)k * 7));
		del(prefix, (enum gw_fib_kind)k);
		assert_int_equal(rib.count[k], 0);
	}
	assert_int_equal(gw_rib6_lookup(&rib, &p.addr), 0);
	expect_empty();
}

static void precedence(void **)
{
	precedence_of("2001:db8::1/128");
	precedence_of("2001:db8::/64");
	precedence_of("2001:db8::/45");
	precedence_of("::/0");
}

// A candidate behind the best one is replaced and deleted without a trace in look-ups.
static void hidden_candidate(void **)
{
	struct in6_addr a = ip("2001:db8::1");

	set("2001:db8::1/128", GW_FIB_LOCAL, 1);
	set("2001:db8::1/128", GW_FIB_NEIGH, 5);
	set("2001:db8::1/128", GW_FIB_NEIGH, 6);
	expect("2001:db8::1", GW_FIB_LOCAL, 1);
	assert_int_equal(gw_rib6_get(&rib, &a, 128, GW_FIB_NEIGH), gw_fib_result(GW_FIB_NEIGH, 6));
	assert_int_equal(rib.count[GW_FIB_NEIGH], 1);
	del("2001:db8::1/128", GW_FIB_LOCAL);
	expect("2001:db8::1", GW_FIB_NEIGH, 6);
	assert_false(try_del("2001:db8::1/128", GW_FIB_LOCAL));
	del("2001:db8::1/128", GW_FIB_NEIGH);
	expect_empty();
}

// From one next hop to several and back the prefix is always there.
static void one_and_several(void **)
{
	set("2001:db8::/32", GW_FIB_ROUTE, 4);
	set("2001:db8::/32", GW_FIB_MULTIPATH, 9);
	expect("2001:db8::5", GW_FIB_MULTIPATH, 9);
	del("2001:db8::/32", GW_FIB_ROUTE);
	expect("2001:db8::5", GW_FIB_MULTIPATH, 9);
}

static void failures_change_nothing(void **)
{
	struct in6_addr a = ip("2001:db8::1");
	uint32_t used, generation;

	set("2001:db8::/32", GW_FIB_ROUTE, 1);
	used = gw_trie6_nodes_used;
	generation = gw_fib_generation;
	assert_int_equal(try_set("2001:db8::/48", GW_FIB_ROUTE, GW_TRIE6_INDEX_MAX + 1), -ENOSPC);
	for (uint32_t left = 0; left < 4; left++) { // a /64 takes four nodes more
		gw_trie6_nodes_max = used + left;
		assert_int_equal(try_set("2001:db8::/64", GW_FIB_ROUTE, 2), -ENOMEM);
		gw_rcu_reclaim();
		assert_int_equal(gw_trie6_nodes_used, used);
		assert_int_equal(rib.count[GW_FIB_ROUTE], 1);
		assert_int_equal(gw_rib6_get(&rib, &a, 64, GW_FIB_ROUTE), 0);
		expect("2001:db8::1", GW_FIB_ROUTE, 1);
	}
	assert_int_equal(gw_fib_generation, generation);
	gw_trie6_nodes_max = used + 4;
	set("2001:db8::/64", GW_FIB_ROUTE, 2);
	assert_int_not_equal(gw_fib_generation, generation);
	// Two halves with one result, either of which may go.
	gw_trie6_nodes_max = used + 5;
	set("2001:db8:0:0:8000::/65", GW_FIB_ROUTE, 5);
	set("2001:db8::/65", GW_FIB_ROUTE, 5);
	gw_rcu_reclaim();
	gw_trie6_nodes_max = gw_trie6_nodes_used;
	del("2001:db8::/65", GW_FIB_ROUTE);
	expect("2001:db8::1", GW_FIB_ROUTE, 2);
	expect("2001:db8:0:0:8000::1", GW_FIB_ROUTE, 5);
	del("2001:db8:0:0:8000::/65", GW_FIB_ROUTE);
	gw_rcu_reclaim();
	gw_trie6_nodes_max = gw_trie6_nodes_used;
	// What is there can be replaced and deleted with no node left.
	set("2001:db8::/64", GW_FIB_SEGMENT, 3);
	expect("2001:db8::1", GW_FIB_SEGMENT, 3);
	del("2001:db8::/64", GW_FIB_SEGMENT);
	del("2001:db8::/64", GW_FIB_ROUTE);
	expect("2001:db8::1", GW_FIB_ROUTE, 1);
	del("2001:db8::/32", GW_FIB_ROUTE);
	expect_empty();
}

struct entry {
	struct gw_prefix6 p;
	uint32_t index[GW_FIB_KINDS]; // 0 none
};

// Prefixes that lie inside each other often: few values in each octet.
static struct in6_addr random_address(void)
{
	static const uint8_t octets[] = {0x00, 0x01, 0x80, 0xff};
	struct in6_addr a = ip("2001:db8::");

	for (int i = 3; i < 16; i++)
		a.s6_addr[i] = octets[rand() % 8 == 0 ? rand() % 4 : 0];
	return a;
}

static uint32_t naive(const struct entry *list, int n, const struct in6_addr *a)
{
	uint32_t want = 0;
	int best = -1;

	for (int i = 0; i < n; i++) {
		if ((int)list[i].p.len <= best || !gw_prefix6_has(&list[i].p, a))
			continue;
		for (int k = GW_FIB_KINDS; --k > GW_FIB_NONE;) {
			if (list[i].index[k] == 0)
				continue;
			want = gw_fib_result((enum gw_fib_kind)k, list[i].index[k]);
			best = list[i].p.len;
		}
	}
	return want;
}

// Against a list that is searched from end to end, over all lengths and kinds.
static void random_prefixes(void **)
{
	enum { N = 400, CHANGES = 20000 };
	static struct entry list[N];
	uint32_t count[GW_FIB_KINDS] = {0};

	srand(7);
	memset(list, 0, sizeof(list));
	for (int i = 0; i < N; i++) {
		struct in6_addr a = random_address();

		list[i].p.len = (uint8_t)(rand() % 4 == 0 ? 128 : rand() % 128);
		list[i].p.addr = gw_ip6_masked(&a, list[i].p.len);
		for (int k = 0; k < i; k++) { // each prefix once
			if (list[k].p.len == list[i].p.len &&
				gw_ip6_eq(&list[k].p.addr, &list[i].p.addr)) {
				i--;
				break;
			}
		}
	}
	for (int c = 0; c < CHANGES; c++) {
		struct entry *e = &list[rand() % N];
		int k = 1 + rand() % (GW_FIB_KINDS - 1);
		bool fill = c / 2000 % 2 == 0; // phases that fill and phases that empty
		struct in6_addr probe = rand() % 2 ? random_address() : list[rand() % N].p.addr;

		if (rand() % 8 < (fill ? 2 : 6)) {
			assert_int_equal(
				gw_rib6_del(&rib, &e->p.addr, e->p.len, (enum gw_fib_kind)k),
				e->index[k] != 0);
			count[k] -= e->index[k] != 0;
			e->index[k] = 0;
		} else {
			count[k] += e->index[k] == 0;
			e->index[k] = 1 + (uint32_t)rand() % 1000;
			assert_int_equal(gw_rib6_set(&rib, &e->p.addr, e->p.len,
						 (enum gw_fib_kind)k, e->index[k]),
				0);
		}
		gw_rcu_reclaim();
		assert_int_equal(rib.count[k], count[k]);
		assert_int_equal(gw_rib6_lookup(&rib, &probe), naive(list, N, &probe));
	}
	for (int i = 0; i < N; i++) {
		for (int k = 1; k < GW_FIB_KINDS; k++)
			gw_rib6_del(&rib, &list[i].p.addr, list[i].p.len, (enum gw_fib_kind)k);
	}
	expect_empty();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(nested, setup, teardown),
		cmocka_unit_test_setup_teardown(precedence, setup, teardown),
		cmocka_unit_test_setup_teardown(hidden_candidate, setup, teardown),
		cmocka_unit_test_setup_teardown(one_and_several, setup, teardown),
		cmocka_unit_test_setup_teardown(failures_change_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(random_prefixes, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
