// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "fib/rib.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/addr.h"
#include "dp/rcu.h"

static struct gw_rib rib;

static int setup(void **)
{
	assert_int_equal(gw_rcu_init(1), 0); // no worker: every grace period is over at once
	memset(&rib, 0, sizeof(rib));
	return gw_rib_init(&rib, 16);
}

static int teardown(void **)
{
	gw_rcu_fini();
	gw_rib_fini(&rib);
	return 0;
}

static uint32_t ip(const char *text)
{
	uint32_t a;

	assert_true(gw_ip4_parse(text, &a));
	return a;
}

static void set(const char *prefix, enum gw_fib_kind kind, uint32_t index)
{
	struct gw_prefix4 p;

	assert_true(gw_prefix4_parse(prefix, &p));
	assert_int_equal(gw_rib_set(&rib, p.addr, p.len, kind, index), 0);
}

static void del(const char *prefix, enum gw_fib_kind kind)
{
	struct gw_prefix4 p;

	assert_true(gw_prefix4_parse(prefix, &p));
	assert_true(gw_rib_del(&rib, p.addr, p.len, kind));
}

static void expect(const char *addr, enum gw_fib_kind kind, uint32_t index)
{
	uint32_t want = kind == GW_FIB_NONE ? 0 : gw_fib_result(kind, index);

	assert_int_equal(gw_rib_lookup(&rib, ip(addr)), want);
}

// roaming, "Lookup on a UP": longest prefix first; at equal length host, host-tunnel, segment,
// ordinary.
static void precedence(void **)
{
	set("10.1.1.0/24", GW_FIB_ROUTE, 4);
	expect("10.1.1.5", GW_FIB_ROUTE, 4);
	set("10.1.1.0/24", GW_FIB_SEGMENT, 3);
	expect("10.1.1.5", GW_FIB_SEGMENT, 3);
	set("10.1.1.5/32", GW_FIB_NEIGH, 9);
	expect("10.1.1.5", GW_FIB_NEIGH, 9);
	set("10.1.1.5/32", GW_FIB_ROUTE, 8);
	expect("10.1.1.5", GW_FIB_ROUTE, 8);
	set("10.1.1.5/32", GW_FIB_SEGMENT, 7);
	expect("10.1.1.5", GW_FIB_SEGMENT, 7);
	set("10.1.1.5/32", GW_FIB_HOST_TUNNEL, 2);
	expect("10.1.1.5", GW_FIB_HOST_TUNNEL, 2);
	set("10.1.1.5/32", GW_FIB_HOST, 1);
	expect("10.1.1.5", GW_FIB_HOST, 1);
	expect("10.1.1.6", GW_FIB_SEGMENT, 3);
	del("10.1.1.5/32", GW_FIB_HOST);
	expect("10.1.1.5", GW_FIB_HOST_TUNNEL, 2);
	del("10.1.1.5/32", GW_FIB_HOST_TUNNEL);
	expect("10.1.1.5", GW_FIB_SEGMENT, 7);
	del("10.1.1.5/32", GW_FIB_SEGMENT);
	del("10.1.1.5/32", GW_FIB_ROUTE);
	expect("10.1.1.5", GW_FIB_NEIGH, 9);
	del("10.1.1.5/32", GW_FIB_NEIGH);
	expect("10.1.1.5", GW_FIB_SEGMENT, 3);
	del("10.1.1.0/24", GW_FIB_SEGMENT);
	expect("10.1.1.5", GW_FIB_ROUTE, 4);
	del("10.1.1.0/24", GW_FIB_ROUTE);
	expect("10.1.1.5", GW_FIB_NONE, 0);
	assert_int_equal(rib.prefixes.count, 0);
}

// A candidate behind the best one is replaced and deleted without a trace in look-ups.
static void hidden_candidate(void **)
{
	set("10.0.0.1/32", GW_FIB_HOST, 1);
	set("10.0.0.1/32", GW_FIB_HOST_TUNNEL, 5);
	set("10.0.0.1/32", GW_FIB_HOST_TUNNEL, 6);
	expect("10.0.0.1", GW_FIB_HOST, 1);
	assert_int_equal(gw_rib_get(&rib, ip("10.0.0.1"), 32, GW_FIB_HOST_TUNNEL),
		gw_fib_result(GW_FIB_HOST_TUNNEL, 6));
	del("10.0.0.1/32", GW_FIB_HOST_TUNNEL);
	expect("10.0.0.1", GW_FIB_HOST, 1);
	assert_false(gw_rib_del(&rib, ip("10.0.0.1"), 32, GW_FIB_HOST_TUNNEL));
	set("10.0.0.1/32", GW_FIB_HOST, 2);
	expect("10.0.0.1", GW_FIB_HOST, 2);
	assert_int_equal(rib.count[GW_FIB_HOST], 1);
	assert_int_equal(rib.count[GW_FIB_HOST_TUNNEL], 0);
}

static void discard_is_not_nothing(void **)
{
	set("0.0.0.0/0", GW_FIB_ROUTE, 1);
	set("10.1.0.0/16", GW_FIB_SEGMENT, 0); // index 0: discard
	expect("10.1.2.3", GW_FIB_SEGMENT, 0);
	expect("10.2.2.3", GW_FIB_ROUTE, 1);
}

// Against a list that is searched from end to end, over all lengths, with many prefixes inside
// each other.
static void random_prefixes(void **)
{
	enum { N = 300, CHANGES = 6000 };
	static struct {
		uint32_t prefix;
		uint8_t len;
		uint32_t index;
	} list[N];

	srand(7);
	memset(list, 0, sizeof(list));
	for (int i = 0; i < N; i++) {
		list[i].len = (uint8_t)(rand() % 33);
		list[i].prefix =
			(0x0a000000u | (uint32_t)(rand() & 0x3ff0f)) & gw_mask4(list[i].len);
		for (int k = 0; k < i; k++) { // each prefix once
			if (list[k].len == list[i].len && list[k].prefix == list[i].prefix) {
				i--;
				break;
			}
		}
	}
	for (int c = 0; c < CHANGES; c++) {
		int i = rand() % N;
		uint32_t probe = 0x0a000000u | (uint32_t)(rand() & 0x3ff0f);
		uint32_t want = 0;
		int best = -1;

		if (list[i].index != 0 && rand() % 2 == 0) {
			assert_true(gw_rib_del(&rib, list[i].prefix, list[i].len, GW_FIB_ROUTE));
			list[i].index = 0;
		} else {
			list[i].index = 1 + (uint32_t)rand() % 1000;
			assert_int_equal(gw_rib_set(&rib, list[i].prefix, list[i].len, GW_FIB_ROUTE,
						 list[i].index),
				0);
		}
		gw_rcu_reclaim();
		for (int k = 0; k < N; k++) {
			if (list[k].index != 0 &&
				((probe ^ list[k].prefix) & gw_mask4(list[k].len)) == 0 &&
				list[k].len > best) {
				best = list[k].len;
				want = gw_fib_result(GW_FIB_ROUTE, list[k].index);
			}
		}
		assert_int_equal(gw_rib_lookup(&rib, probe), want);
	}
}

// Addresses of a /24 come and go, with prefixes around and inside it: node and hash say the same.
static void random_addresses(void **)
{
	static uint32_t want[1024];
	uint32_t net = ip("10.7.0.0");

	srand(3);
	memset(want, 0, sizeof(want));
	set("10.7.0.0/16", GW_FIB_SEGMENT, 3);
	for (int c = 0; c < 40000; c++) {
		// Phases that fill and phases that empty, so that nodes come and go.
		uint32_t a = (uint32_t)rand() % 1024;
		bool add = rand() % 8 < (c / 4000 % 2 == 0 ? 6 : 1);

		if (add) {
			want[a] = 1 + (uint32_t)rand() % GW_FIB_INDEX_MAX;
			assert_int_equal(gw_rib_set(&rib, net + a, 32, GW_FIB_HOST, want[a]), 0);
		} else {
			assert_int_equal(gw_rib_del(&rib, net + a, 32, GW_FIB_HOST), want[a] != 0);
			want[a] = 0;
		}
		if (c % 1000 == 500)
			set("10.7.1.64/26", GW_FIB_ROUTE, 5);
		else if (c % 1000 == 999)
			del("10.7.1.64/26", GW_FIB_ROUTE);
		gw_rcu_reclaim();
		a = (uint32_t)rand() % 1024;
		if (want[a] != 0)
			assert_int_equal(
				gw_rib_lookup(&rib, net + a), gw_fib_result(GW_FIB_HOST, want[a]));
		else if (a / 64 == 5 && c % 1000 >= 500 && c % 1000 < 999)
			assert_int_equal(
				gw_rib_lookup(&rib, net + a), gw_fib_result(GW_FIB_ROUTE, 5));
		else
			assert_int_equal(
				gw_rib_lookup(&rib, net + a), gw_fib_result(GW_FIB_SEGMENT, 3));
	}
}

static void index_too_large(void **)
{
	assert_int_equal(
		gw_rib_set(&rib, ip("10.0.0.0"), 8, GW_FIB_ROUTE, GW_TRIE4_INDEX_MAX + 1), -ENOSPC);
	assert_int_equal(gw_rib_set(&rib, ip("10.0.0.0"), 32, GW_FIB_HOST, GW_FIB_INDEX_MAX), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(precedence, setup, teardown),
		cmocka_unit_test_setup_teardown(hidden_candidate, setup, teardown),
		cmocka_unit_test_setup_teardown(discard_is_not_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(random_prefixes, setup, teardown),
		cmocka_unit_test_setup_teardown(random_addresses, setup, teardown),
		cmocka_unit_test_setup_teardown(index_too_large, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
