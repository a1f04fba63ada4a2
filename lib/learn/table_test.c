// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Routes of the kernel as messages tell of them.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "learn/table.h"

static unsigned changes;

static void changed(struct gw_learn_entry *e)
{
	changes++;
}

static struct gw_learn_table t = {.changed = changed};

static struct gw_ip ip(const char *text)
{
	struct gw_ip v;

	assert_true(gw_ip_parse(text, &v));
	return v;
}

static struct gw_nl_route route(const char *prefix, uint32_t metric, const char *a, const char *b)
{
	struct gw_nl_route r = {.metric = metric, .protocol = 188, .n = b != NULL ? 2 : 1};

	assert_true(gw_prefix_parse(prefix, &r.prefix));
	r.hop[0] = (struct gw_nl_hop){.via = ip(a), .ifindex = 2};
	if (b != NULL)
		r.hop[1] = (struct gw_nl_hop){.via = ip(b), .ifindex = 3};
	return r;
}

static void add(const char *prefix, uint32_t metric, const char *a, const char *b)
{
	const struct gw_nl_route r = route(prefix, metric, a, b);

	assert_int_equal(gw_learn_table_route(&t, &r, true), GW_LEARN_OK);
}

static enum gw_learn_heard del(const char *prefix, uint32_t metric, const char *a, const char *b)
{
	const struct gw_nl_route r = route(prefix, metric, a, b);

	return gw_learn_table_route(&t, &r, false);
}

static const struct gw_learn_path *best(const char *prefix)
{
	struct gw_prefix p;
	const struct gw_learn_entry *e;

	assert_true(gw_prefix_parse(prefix, &p));
	e = gw_learn_table_find(&t, &p);
	return e != NULL ? e->paths : NULL;
}

static int teardown(void **)
{
	gw_learn_table_fini(&t);
	changes = 0;
	return 0;
}

static void metrics_in_order(void **)
{
	add("10.0.0.0/8", 20, "192.0.2.1", NULL);
	add("10.0.0.0/8", 10, "192.0.2.2", NULL);
	add("10.0.0.0/8", 30, "192.0.2.3", NULL);
	assert_int_equal(best("10.0.0.0/8")->metric, 10);
	assert_int_equal(t.paths, 3);
	assert_int_equal(del("10.0.0.0/8", 10, "192.0.2.2", NULL), GW_LEARN_OK);
	assert_int_equal(best("10.0.0.0/8")->metric, 20);
	assert_int_equal(best("10.0.0.0/8")->next->metric, 30);
	assert_null(best("10.0.0.0/9"));
}

static void same_again_changes_nothing(void **)
{
	add("10.0.0.0/8", 20, "192.0.2.1", "192.0.2.2");
	add("10.0.0.0/8", 20, "192.0.2.1", "192.0.2.2");
	assert_int_equal(changes, 1);
	add("10.0.0.0/8", 20, "192.0.2.1", NULL); // replaced
	assert_int_equal(changes, 2);
	assert_int_equal(best("10.0.0.0/8")->n, 1);
	assert_int_equal(t.paths, 1);
}

// Of several with one prefix and metric the kernel uses one, and which, only reading tells.
static void another_one_goes(void **)
{
	add("10.0.0.0/8", 20, "192.0.2.1", NULL);
	assert_int_equal(del("10.0.0.0/8", 20, "192.0.2.9", NULL), GW_LEARN_UNCLEAR);
	assert_non_null(best("10.0.0.0/8"));
	assert_int_equal(del("10.0.0.0/8", 21, "192.0.2.1", NULL), GW_LEARN_OK);
	assert_int_equal(del("10.1.0.0/16", 20, "192.0.2.1", NULL), GW_LEARN_OK);
	assert_int_equal(del("10.0.0.0/8", 20, "192.0.2.1", NULL), GW_LEARN_OK);
	assert_null(best("10.0.0.0/8"));
	assert_int_equal(t.paths, 0);
}

static void one_hop_of_ipv6_goes(void **)
{
	const struct gw_nl_route first = route("2001:db8::/32", 20, "fe80::1", NULL);

	add("2001:db8::/32", 20, "fe80::1", "fe80::2");
	assert_int_equal(gw_learn_table_route(&t, &first, false), GW_LEARN_OK);
	assert_int_equal(best("2001:db8::/32")->n, 1);
	assert_int_equal(best("2001:db8::/32")->hop[0].ifindex, 3);
}

static void reading(void **)
{
	add("10.0.0.0/8", 20, "192.0.2.1", NULL);
	add("10.0.0.0/8", 30, "192.0.2.1", NULL);
	add("10.1.0.0/16", 20, "192.0.2.1", NULL);
	add("10.2.0.0/16", 20, "192.0.2.1", NULL);
	add("10.2.0.0/16", 30, "192.0.2.1", NULL);
	gw_learn_table_begin(&t);
	add("10.0.0.0/8", 20, "192.0.2.2", NULL);
	add("10.0.0.0/8", 20, "192.0.2.3", NULL); // the first one counts
	add("10.1.0.0/16", 20, "192.0.2.1", NULL);
	gw_learn_table_end(&t);
	assert_int_equal(t.paths, 2);
	assert_true(best("10.0.0.0/8")->hop[0].via.a.s6_addr[15] == 2);
	assert_null(best("10.0.0.0/8")->next);
	assert_null(best("10.2.0.0/16"));
	add("10.0.0.0/8", 20, "192.0.2.3", NULL);
	assert_true(best("10.0.0.0/8")->hop[0].via.a.s6_addr[15] == 3);
}

static void replaced_by_none_that_is_learned(void **)
{
	const struct gw_nl_route r = route("10.0.0.0/8", 20, "192.0.2.1", NULL);
	const struct gw_nl_route other = route("10.1.0.0/16", 20, "192.0.2.1", NULL);

	add("10.0.0.0/8", 20, "192.0.2.1", NULL);
	add("10.0.0.0/8", 30, "192.0.2.1", NULL);
	gw_learn_table_replaced(&t, &r.prefix, 25);
	gw_learn_table_replaced(&t, &r.prefix, 40);
	gw_learn_table_replaced(&t, &other.prefix, 20);
	assert_int_equal(t.paths, 2);
	gw_learn_table_replaced(&t, &r.prefix, 20);
	assert_int_equal(best("10.0.0.0/8")->metric, 30);
	gw_learn_table_replaced(&t, &r.prefix, 30);
	assert_null(best("10.0.0.0/8"));
	assert_int_equal(t.paths, 0);
	assert_int_equal(changes, 4);
}

// A reading names the first of several only once; what is told after it was given up is news.
static void reading_given_up(void **)
{
	add("10.1.0.0/16", 20, "192.0.2.1", NULL);
	gw_learn_table_begin(&t);
	add("10.0.0.0/8", 20, "192.0.2.1", NULL);
	gw_learn_table_stop(&t);
	add("10.0.0.0/8", 20, "192.0.2.2", NULL);
	assert_true(best("10.0.0.0/8")->hop[0].via.a.s6_addr[15] == 2);
	assert_non_null(best("10.1.0.0/16"));
}

// fib6 leaves out routes while others change. Two readings in a row are believed.
static bool read_without(const char *left_out, bool given_up)
{
	static const char *const six[] = {"2001:db8:1::/48", "2001:db8:2::/48"};

	gw_learn_table_begin(&t);
	for (unsigned i = 0; i < 2; i++) {
		if (left_out == NULL || strcmp(six[i], left_out) != 0)
			add(six[i], 20, "fe80::1", NULL);
	}
	if (!given_up)
		return gw_learn_table_end(&t);
	gw_learn_table_stop(&t);
	return false;
}

static void left_out_of_ipv6(void **)
{
	assert_false(read_without(NULL, false));
	assert_true(read_without("2001:db8:1::/48", false));
	assert_non_null(best("2001:db8:1::/48"));
	assert_false(read_without(NULL, false));
	assert_true(read_without("2001:db8:1::/48", false)); // anew
	assert_false(read_without("2001:db8:1::/48", true)); // no proof of anything
	assert_non_null(best("2001:db8:1::/48"));
	assert_true(read_without("2001:db8:2::/48", false));
	assert_true(read_without("2001:db8:1::/48", false));
	assert_false(read_without("2001:db8:1::/48", false));
	assert_null(best("2001:db8:1::/48"));
	assert_non_null(best("2001:db8:2::/48"));
	assert_int_equal(t.paths, 1);
}

// Told of between the readings it is there.
static void told_of_after_a_doubt(void **)
{
	read_without(NULL, false);
	assert_true(read_without("2001:db8:1::/48", false));
	add("2001:db8:1::/48", 20, "fe80::1", NULL);
	assert_true(read_without("2001:db8:1::/48", false));
	assert_non_null(best("2001:db8:1::/48"));
}

#define TEST(fn) cmocka_unit_test_teardown(fn, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(metrics_in_order),
		TEST(same_again_changes_nothing),
		TEST(another_one_goes),
		TEST(one_hop_of_ipv6_goes),
		TEST(reading),
		TEST(replaced_by_none_that_is_learned),
		TEST(reading_given_up),
		TEST(left_out_of_ipv6),
		TEST(told_of_after_a_doubt),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
