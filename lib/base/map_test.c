// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "base/map.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

struct key {
	uint64_t w[2];
};

static uint32_t retired[8], retired_n;

static void retire_later(struct gw_map *m, uint32_t record)
{
	(void)m;
	retired[retired_n++] = record;
}

static void set_get_del(void **)
{
	struct key a = {{1, 2}}, b = {{2, 1}};
	struct gw_map m;
	uint32_t cursor = 0, value = 0;

	retired_n = 0;
	assert_int_equal(gw_map_init(&m, sizeof(a), 10, 2, retire_later, gw_hash32_table_free), 0);
	assert_int_equal(gw_map_get(&m, &a), 0);
	assert_int_equal(gw_map_set(&m, &a, 7), 0);
	assert_int_equal(gw_map_set(&m, &b, 8), 0);
	assert_int_equal(gw_map_set(&m, &a, 9), 0);
	assert_int_equal(m.count, 2);
	assert_int_equal(gw_map_get(&m, &a), 9);
	assert_int_equal(gw_map_get(&m, &b), 8);
	assert_int_equal(gw_map_set(&m, &(struct key){{3, 3}}, 1), -ENOSPC);
	assert_int_equal(gw_map_del(&m, &a), 9);
	assert_int_equal(gw_map_del(&m, &a), 0);
	assert_int_equal(gw_map_get(&m, &a), 0);
	assert_memory_equal(gw_map_next(&m, &cursor, &value), &b, sizeof(b));
	assert_int_equal(value, 8);
	assert_null(gw_map_next(&m, &cursor, &value));
	// The record comes back only when the grace period is over.
	assert_int_equal(gw_map_set(&m, &(struct key){{3, 3}}, 1), -ENOSPC);
	gw_map_record_free(&m, retired[0]);
	assert_int_equal(gw_map_set(&m, &(struct key){{3, 3}}, 1), 0);
	assert_int_equal(gw_map_get(&m, &(struct key){{3, 3}}), 1);
	gw_map_fini(&m);
}

static void retire_now(struct gw_map *m, uint32_t record)
{
	gw_map_record_free(m, record);
}

// Two keys whose hashes are equal: found by giving the map a seed and searching for a pair.
static void same_hash(void **)
{
	enum { N = 1 << 18 };
	struct gw_map m;
	struct key a = {{0}}, b = {{0}}, c = {{1, 1}};
	struct gw_hash32 seen;
	bool found = false;

	assert_int_equal(gw_map_init(&m, sizeof(a), 10, 100, retire_now, gw_hash32_table_free), 0);
	m.seed = 1;
	assert_int_equal(gw_hash32_init(&seen, N, gw_hash32_table_free), 0);
	for (uint64_t i = 1; i < N && !found; i++) {
		struct key k = {{i * i, i}};
		uint32_t h = gw_map_hash(&m, &k), was = gw_hash32_get(seen.table, h);

		if (was != 0) {
			a = (struct key){{(uint64_t)was * was, was}};
			b = k;
			found = true;
		}
		gw_hash32_set(&seen, h, (uint32_t)i);
	}
	gw_hash32_fini(&seen);
	assert_true(found); // 2^18 keys: 8 pairs are expected
	for (int order = 0; order < 2; order++) {
		assert_int_equal(gw_map_set(&m, &a, 1), 0);
		assert_int_equal(gw_map_set(&m, &b, 2), 0);
		assert_int_equal(gw_map_set(&m, &c, 3), 0);
		assert_int_equal(gw_map_get(&m, &a), 1);
		assert_int_equal(gw_map_get(&m, &b), 2);
		assert_int_equal(gw_map_del(&m, order ? &a : &b), order ? 1 : 2);
		assert_int_equal(gw_map_get(&m, &a), order ? 0 : 1);
		assert_int_equal(gw_map_get(&m, &b), order ? 2 : 0);
		assert_int_equal(gw_map_del(&m, order ? &b : &a), order ? 2 : 1);
		assert_int_equal(gw_map_get(&m, &c), 3);
	}
	gw_map_fini(&m);
}

static void random_changes(void **)
{
	enum { N = 3000 };
	static uint32_t want[N];
	struct gw_map m;
	uint32_t cursor = 0, value, n = 0;
	struct key k = {{0}};
	const struct key *at;

	memset(want, 0, sizeof(want));
	srandom(5);
	assert_int_equal(gw_map_init(&m, sizeof(k), 10, N, retire_now, gw_hash32_table_free), 0);
	for (uint32_t i = 1; i < 50000; i++) {
		uint32_t x = (uint32_t)random() % N;

		k.w[0] = x;
		k.w[1] = x * 7ull << 40;
		if (random() % 2) {
			assert_int_equal(gw_map_set(&m, &k, i), 0);
			want[x] = i;
		} else {
			assert_int_equal(gw_map_del(&m, &k), want[x]);
			want[x] = 0;
		}
		assert_int_equal(gw_map_get(&m, &k), want[x]);
	}
	while ((at = gw_map_next(&m, &cursor, &value)) != NULL) {
		assert_int_equal(value, want[at->w[0]]);
		n++;
	}
	assert_int_equal(n, m.count);
	gw_map_fini(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(set_get_del),
		cmocka_unit_test(same_hash),
		cmocka_unit_test(random_changes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
