// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "base/hash32.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static unsigned retired;

static void retire(struct gw_hash32_table *old)
{
	retired++;
	gw_hash32_table_free(old);
}

static void set_get_del(void **)
{
	struct gw_hash32 h;

	assert_int_equal(gw_hash32_init(&h, 10, retire), 0);
	assert_int_equal(gw_hash32_get(h.table, 5), 0);
	assert_int_equal(gw_hash32_set(&h, 5, 0), -EINVAL);
	assert_int_equal(gw_hash32_set(&h, 5, 7), 0);
	assert_int_equal(gw_hash32_set(&h, 0, 8), 0);
	assert_int_equal(gw_hash32_set(&h, UINT32_MAX, UINT32_MAX), 0);
	assert_int_equal(gw_hash32_get(h.table, 5), 7);
	assert_int_equal(gw_hash32_get(h.table, 0), 8);
	assert_int_equal(gw_hash32_get(h.table, UINT32_MAX), UINT32_MAX);
	assert_int_equal(gw_hash32_set(&h, 5, 9), 0);
	assert_int_equal(gw_hash32_get(h.table, 5), 9);
	assert_int_equal(h.count, 3);
	assert_true(gw_hash32_del(&h, 5));
	assert_false(gw_hash32_del(&h, 5));
	assert_int_equal(gw_hash32_get(h.table, 5), 0);
	assert_int_equal(gw_hash32_get(h.table, 0), 8);
	gw_hash32_fini(&h);
}

// Keys that all have one home bucket: the buckets behind it take them, and give them back in any
// order.
static void spill(void **)
{
	enum { N = 40 };
	uint32_t key[N], n = 0;
	struct gw_hash32 h;

	assert_int_equal(gw_hash32_init(&h, 4096, retire), 0);
	for (uint32_t k = 1; n < N; k++) {
		if (gw_hash32_home(h.table, k) == h.table->mask) // wraps to bucket 0
			key[n++] = k;
	}
	for (uint32_t i = 0; i < N; i++)
		assert_int_equal(gw_hash32_set(&h, key[i], i + 1), 0);
	for (uint32_t i = 0; i < N; i++)
		assert_int_equal(gw_hash32_get(h.table, key[i]), i + 1);
	for (uint32_t i = 0; i < N; i += 2)
		assert_true(gw_hash32_del(&h, key[i]));
	for (uint32_t i = 0; i < N; i++)
		assert_int_equal(gw_hash32_get(h.table, key[i]), i % 2 == 0 ? 0 : i + 1);
	for (uint32_t i = 1; i < N; i += 2)
		assert_true(gw_hash32_del(&h, key[i]));
	for (uint32_t b = 0; b <= h.table->mask; b++)
		assert_int_equal(h.table->spill[b], 0);
	gw_hash32_fini(&h);
}

// Against an array, with growth on the way.
static void random_changes(void **)
{
	enum { KEYS = 1 << 16 };
	uint32_t *want = calloc(KEYS, sizeof(*want));
	struct gw_hash32 h;
	uint32_t count = 0, seen = 0, key, value;
	uint64_t cursor = 0;

	srand(1);
	retired = 0;
	assert_int_equal(gw_hash32_init(&h, 1, retire), 0);
	for (int i = 0; i < 400000; i++) {
		uint32_t k = (uint32_t)rand() % KEYS, v = (uint32_t)rand() | 1;

		if (rand() % 3 == 0) {
			assert_int_equal(gw_hash32_del(&h, k * 256), want[k] != 0);
			count -= want[k] != 0;
			want[k] = 0;
		} else {
			assert_int_equal(gw_hash32_set(&h, k * 256, v), 0);
			count += want[k] == 0;
			want[k] = v;
		}
	}
	assert_true(retired > 5);
	assert_int_equal(h.count, count);
	for (uint32_t k = 0; k < KEYS; k++)
		assert_int_equal(gw_hash32_get(h.table, k * 256), want[k]);
	while (gw_hash32_next(&h, &cursor, &key, &value)) {
		assert_int_equal(value, want[key / 256]);
		seen++;
	}
	assert_int_equal(seen, count);
	gw_hash32_fini(&h);
	free(want);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(set_get_del),
		cmocka_unit_test(spill),
		cmocka_unit_test(random_changes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
