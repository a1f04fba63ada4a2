// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "base/tree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#define RANGE 500

struct item {
	int key, value;
};

static int item_cmp(const void *a, const void *b)
{
	return ((const struct item *)a)->key - ((const struct item *)b)->key;
}

static struct item *put(struct gw_tree *t, int key, int value)
{
	return gw_tree_put(t, &(struct item){key, value}, sizeof(struct item));
}

static struct item *find(const struct gw_tree *t, int key)
{
	return gw_tree_find(t, &(struct item){.key = key});
}

static void copies_are_the_trees(void **)
{
	struct gw_tree t = {.cmp = item_cmp};
	struct item *a, *b;

	assert_null(find(&t, 1));
	b = put(&t, 2, 20);
	a = put(&t, 1, 10);
	assert_non_null(a);
	assert_int_equal(a->value, 10);
	assert_ptr_equal(put(&t, 1, 11), a);
	assert_int_equal(a->value, 10);
	assert_int_equal(t.count, 2);
	assert_ptr_equal(find(&t, 1), a);
	gw_tree_drop(&t, a);
	assert_null(find(&t, 1));
	assert_ptr_equal(find(&t, 2), b);
	assert_int_equal(t.count, 1);
	gw_tree_drop(&t, b);
	assert_int_equal(t.count, 0);
	assert_null(t.root);
}

static void others_stay_where_they_are(void **)
{
	struct item v[] = {{1, 10}, {2, 20}, {1, 30}};
	struct gw_tree t = {.cmp = item_cmp};

	assert_ptr_equal(gw_tree_add(&t, &v[0]), &v[0]);
	assert_ptr_equal(gw_tree_add(&t, &v[1]), &v[1]);
	assert_ptr_equal(gw_tree_add(&t, &v[2]), &v[0]);
	assert_int_equal(t.count, 2);
	gw_tree_del(&t, &v[2]); // by its key
	assert_null(find(&t, 1));
	gw_tree_del(&t, &v[0]);
	assert_int_equal(t.count, 1);
	gw_tree_fini(&t, NULL);
	assert_int_equal(t.count, 0);
	assert_null(find(&t, 2));
	assert_int_equal(v[1].value, 20);
}

struct seen {
	int key[RANGE];
	uint32_t n;
};

static void see(void *item, void *arg)
{
	struct seen *s = arg;

	s->key[s->n++] = ((struct item *)item)->key;
}

static bool value_is(void *item, void *arg)
{
	return ((struct item *)item)->value == *(int *)arg;
}

static void walks_in_order(void **)
{
	struct gw_tree t = {.cmp = item_cmp};
	struct seen s = {.n = 0};

	gw_tree_walk(&t, see, &s);
	assert_int_equal(s.n, 0);
	for (int i = 0; i < RANGE; i++)
		put(&t, i * 7 % RANGE, i);
	gw_tree_walk(&t, see, &s);
	assert_int_equal(s.n, RANGE);
	for (int i = 0; i < RANGE; i++)
		assert_int_equal(s.key[i], i);
	gw_tree_fini(&t, free);
}

static void picked_ones_can_go(void **)
{
	struct gw_tree t = {.cmp = item_cmp};
	int value = 1;
	uint32_t n;
	void **v = gw_tree_pick(&t, value_is, &value, &n);

	assert_non_null(v);
	assert_int_equal(n, 0);
	free(v);
	for (int i = 0; i < RANGE; i++)
		put(&t, i, i % 5);
	v = gw_tree_pick(&t, value_is, &value, &n);
	assert_int_equal(n, RANGE / 5);
	for (uint32_t i = 0; i < n; i++) {
		assert_int_equal(((struct item *)v[i])->key, i * 5 + 1);
		gw_tree_drop(&t, v[i]);
	}
	free(v);
	assert_int_equal(t.count, RANGE - n);
	v = gw_tree_pick(&t, value_is, &value, &n);
	assert_int_equal(n, 0);
	free(v);
	gw_tree_fini(&t, free);
}

static void random_changes(void **)
{
	struct gw_tree t = {.cmp = item_cmp};
	bool in[RANGE] = {false};
	uint32_t n = 0, seed = 1;

	for (int i = 0; i < 20000; i++) {
		int key = (int)((seed = seed * 1664525 + 1013904223) >> 8) % RANGE;

		n += in[key] ? UINT32_MAX : 1;
		if (in[key])
			gw_tree_drop(&t, find(&t, key));
		else
			assert_int_equal(put(&t, key, i)->value, i);
		in[key] = !in[key];
		assert_int_equal(find(&t, key) != NULL, in[key]);
		assert_int_equal(t.count, n);
	}
	for (int i = 0; i < RANGE; i++)
		assert_int_equal(find(&t, i) != NULL, in[i]);
	gw_tree_fini(&t, free);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(copies_are_the_trees),
		cmocka_unit_test(others_stay_where_they_are),
		cmocka_unit_test(walks_in_order),
		cmocka_unit_test(picked_ones_can_go),
		cmocka_unit_test(random_changes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
