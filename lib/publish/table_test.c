// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// What is wanted against what a kernel has, in steps: the kernel is a list here.

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "publish/table.h"

#define KERNEL_MAX 4096

static struct gw_publish_table t;
static uint64_t now;

static struct {
	struct gw_prefix prefix;
	struct gw_publish_key key;
} kernel[KERNEL_MAX];
static unsigned kernel_n;
static int kernel_says; // errno of every request

static const struct gw_publish_conf conf = {.on = true,
	.protocol = 200,
	.table = 100,
	.max_prefixes = 3000,
	.n_costs = 2,
	.cost = {{20, 101}, {30, 102}}};

static struct gw_prefix prefix(const char *text)
{
	struct gw_prefix p;

	assert_true(gw_prefix_parse(text, &p));
	return p;
}

static int want(enum gw_publish_origin origin, const char *text, uint32_t cost)
{
	const struct gw_prefix p = prefix(text);

	return gw_publish_table_want(&t, origin, &p, cost);
}

static void unwant(enum gw_publish_origin origin, const char *text)
{
	assert_int_equal(want(origin, text, GW_PUBLISH_NO_COST), 0);
}

static unsigned kernel_find(const struct gw_prefix *p, const struct gw_publish_key *key)
{
	unsigned i = 0;

	while (i < kernel_n &&
		(!gw_prefix_eq(&kernel[i].prefix, p) || !gw_publish_key_eq(&kernel[i].key, key)))
		i++;
	return i;
}

static int kernel_do(const struct gw_publish_step *s)
{
	unsigned i = kernel_find(&s->entry->prefix, &s->key);

	if (kernel_says != 0)
		return kernel_says;
	if (s->add) {
		if (i < kernel_n)
			return EEXIST;
		kernel[i].prefix = s->entry->prefix;
		kernel[i].key = s->key;
		kernel_n++;
		return 0;
	}
	if (i == kernel_n)
		return ESRCH;
	kernel[i] = kernel[--kernel_n];
	return 0;
}

// Everything that can be done now, one step at a time; how many.
static unsigned run(void)
{
	struct gw_publish_step s;
	unsigned n = 0;

	while (gw_publish_table_next(&t, GW_PUBLISH_Q_PUBLISH, &s)) {
		gw_publish_table_done(&t, &s, kernel_do(&s), now);
		n++;
	}
	return n;
}

static void step_is(bool add, const char *text, uint32_t table, uint32_t metric)
{
	const struct gw_prefix p = prefix(text);
	struct gw_publish_step s;

	assert_true(gw_publish_table_next(&t, GW_PUBLISH_Q_PUBLISH, &s));
	assert_int_equal(s.add, add);
	assert_true(gw_prefix_eq(&s.entry->prefix, &p));
	assert_int_equal(s.key.table, table);
	assert_int_equal(s.key.metric, metric);
	assert_int_equal(s.key.protocol, 200);
	gw_publish_table_done(&t, &s, kernel_do(&s), now);
}

static void no_step(void)
{
	struct gw_publish_step s;

	assert_false(gw_publish_table_next(&t, GW_PUBLISH_Q_PUBLISH, &s));
}

static enum gw_publish_state state(const char *text)
{
	const struct gw_prefix p = prefix(text);

	return gw_publish_entry_state(&t, gw_publish_table_find(&t, &p));
}

static bool known(const char *text)
{
	const struct gw_prefix p = prefix(text);

	return gw_publish_table_find(&t, &p) != NULL;
}

static void kernel_tells(const char *text, uint32_t table, uint32_t metric, bool there)
{
	const struct gw_prefix p = prefix(text);
	const struct gw_publish_key key = {.table = table, .metric = metric, .protocol = 200};

	assert_int_equal(gw_publish_table_kernel(&t, &p, &key, there, now), 0);
}

static int setup(void **)
{
	gw_publish_table_init(&t);
	gw_publish_table_conf(&t, &conf);
	gw_publish_table_settle(&t);
	kernel_n = 0;
	kernel_says = 0;
	now = 1000000;
	return 0;
}

static int teardown(void **)
{
	gw_publish_table_fini(&t);
	return 0;
}

static void cost_chooses_table_and_metric(void **)
{
	want(GW_PUBLISH_HOST, "10.1.1.5/32", 20);
	want(GW_PUBLISH_SEGMENT, "10.1.1.0/24", 30);
	want(GW_PUBLISH_SERVER, "2001:db8::5/128", 7);
	assert_int_equal(state("10.1.1.5/32"), GW_PUBLISH_WAITING);
	step_is(true, "10.1.1.5/32", 101, 20);
	step_is(true, "10.1.1.0/24", 102, 30);
	step_is(true, "2001:db8::5/128", 100, 7);
	no_step();
	assert_int_equal(state("10.1.1.5/32"), GW_PUBLISH_DONE);
	unwant(GW_PUBLISH_HOST, "10.1.1.5/32");
	step_is(false, "10.1.1.5/32", 101, 20);
	no_step();
	assert_false(known("10.1.1.5/32"));
	assert_int_equal(kernel_n, 2);
}

// The new route is there before the old one goes.
static void cost_changes(void **)
{
	want(GW_PUBLISH_HOST, "10.1.1.5/32", 20);
	run();
	want(GW_PUBLISH_HOST, "10.1.1.5/32", 30);
	step_is(true, "10.1.1.5/32", 102, 30);
	assert_int_equal(kernel_n, 2);
	step_is(false, "10.1.1.5/32", 101, 20);
	no_step();
	assert_int_equal(kernel_n, 1);
}

static void lowest_cost_of_several_origins(void **)
{
	want(GW_PUBLISH_HOST, "10.1.1.5/32", 30);
	want(GW_PUBLISH_SERVER, "10.1.1.5/32", 10);
	run();
	assert_int_equal(kernel[0].key.metric, 10);
	unwant(GW_PUBLISH_SERVER, "10.1.1.5/32");
	run();
	assert_int_equal(kernel_n, 1);
	assert_int_equal(kernel[0].key.metric, 30);
	unwant(GW_PUBLISH_HOST, "10.1.1.5/32");
	run();
	assert_int_equal(kernel_n, 0);
	assert_int_equal(t.entries.count, 0);
	assert_int_equal(t.wanted, 0);
}

static void withdrawals_first(void **)
{
	want(GW_PUBLISH_HOST, "10.1.1.5/32", 20);
	run();
	want(GW_PUBLISH_HOST, "10.1.1.6/32", 20);
	unwant(GW_PUBLISH_HOST, "10.1.1.5/32");
	step_is(false, "10.1.1.5/32", 101, 20);
	step_is(true, "10.1.1.6/32", 101, 20);
}

static void what_ends_before_it_began(void **)
{
	want(GW_PUBLISH_HOST, "10.1.1.5/32", 20);
	unwant(GW_PUBLISH_HOST, "10.1.1.5/32");
	no_step();
	assert_int_equal(t.entries.count, 0);
}

static void limit(void **)
{
	char text[32];

	for (int i = 0; i < 3000; i++) {
		snprintf(text, sizeof(text), "10.%d.%d.1/32", i >> 8, i & 255);
		assert_int_equal(want(GW_PUBLISH_HOST, text, 20), 0);
	}
	assert_int_equal(want(GW_PUBLISH_HOST, "10.200.0.1/32", 20), -ENOSPC);
	assert_false(known("10.200.0.1/32"));
	assert_int_equal(want(GW_PUBLISH_HOST, "10.0.0.1/32", 30), 0); // one that counts
	assert_int_equal(want(GW_PUBLISH_SERVER, "10.0.0.1/32", 30), 0);
	unwant(GW_PUBLISH_HOST, "10.0.1.1/32");
	assert_int_equal(want(GW_PUBLISH_HOST, "10.200.0.1/32", 20), 0);
	run();
	assert_int_equal(kernel_n, 3000);
}

static void refused_is_tried_again(void **)
{
	kernel_says = ENOBUFS;
	want(GW_PUBLISH_HOST, "10.1.1.5/32", 20);
	assert_int_equal(run(), 1);
	assert_int_equal(state("10.1.1.5/32"), GW_PUBLISH_REFUSED);
	assert_int_equal(t.last_error, ENOBUFS);
	gw_publish_table_retry(&t, now + GW_PUBLISH_RETRY_US - 1);
	assert_int_equal(run(), 0);
	now += GW_PUBLISH_RETRY_US;
	gw_publish_table_retry(&t, now);
	assert_int_equal(run(), 1);
	now += GW_PUBLISH_RETRY_US; // twice that now
	gw_publish_table_retry(&t, now);
	assert_int_equal(run(), 0);
	kernel_says = 0;
	now += GW_PUBLISH_RETRY_US;
	gw_publish_table_retry(&t, now);
	assert_int_equal(run(), 1);
	assert_int_equal(state("10.1.1.5/32"), GW_PUBLISH_DONE);
	assert_int_equal(t.refusals, 2);
}

static void refused_and_no_longer_wanted(void **)
{
	kernel_says = EPERM;
	want(GW_PUBLISH_HOST, "10.1.1.5/32", 20);
	run();
	unwant(GW_PUBLISH_HOST, "10.1.1.5/32");
	assert_false(known("10.1.1.5/32"));
	kernel_says = 0;
	want(GW_PUBLISH_HOST, "10.1.1.5/32", 20);
	run();
	kernel_says = EPERM;
	unwant(GW_PUBLISH_HOST, "10.1.1.5/32");
	assert_int_equal(run(), 1);
	assert_int_equal(state("10.1.1.5/32"), GW_PUBLISH_REFUSED);
	want(GW_PUBLISH_HOST, "10.1.1.5/32", 20); // it is still there
	assert_int_equal(run(), 0);
	assert_int_equal(state("10.1.1.5/32"), GW_PUBLISH_DONE);
}

// As a process finds them that takes the place of another one.
static void routes_of_before(void **)
{
	teardown(NULL);
	gw_publish_table_init(&t);
	gw_publish_table_conf(&t, &conf);
	want(GW_PUBLISH_HOST, "10.1.1.5/32", 20);
	want(GW_PUBLISH_HOST, "10.1.1.6/32", 20);
	gw_publish_table_dump_begin(&t);
	kernel_tells("10.1.1.5/32", 101, 20, true); // right
	kernel_tells("10.1.1.6/32", 102, 30, true); // at another cost
	kernel_tells("10.1.1.7/32", 101, 20, true); // wanted later
	kernel_tells("10.1.1.8/32", 101, 20, true); // never
	gw_publish_table_dump_end(&t, now);
	step_is(true, "10.1.1.6/32", 101, 20);
	kernel_says = 0;
	kernel[kernel_n].prefix = prefix("10.1.1.6/32");
	kernel[kernel_n++].key =
		(struct gw_publish_key){.table = 102, .metric = 30, .protocol = 200};
	step_is(false, "10.1.1.6/32", 102, 30);
	no_step();
	want(GW_PUBLISH_HOST, "10.1.1.7/32", 20);
	no_step();
	assert_int_equal(state("10.1.1.8/32"), GW_PUBLISH_GOING);
	gw_publish_table_settle(&t);
	step_is(false, "10.1.1.8/32", 101, 20);
	no_step();
	assert_int_equal(t.entries.count, 3);
}

static void somebody_deletes_it(void **)
{
	want(GW_PUBLISH_HOST, "10.1.1.5/32", 20);
	run();
	kernel_n = 0;
	kernel_tells("10.1.1.5/32", 101, 20, false);
	assert_int_equal(run(), 1);
	assert_int_equal(t.mended, 1);
	kernel_n = 0; // again, and again: not in a circle without end
	now += 1000;
	kernel_tells("10.1.1.5/32", 101, 20, false);
	assert_int_equal(run(), 0);
	assert_int_equal(state("10.1.1.5/32"), GW_PUBLISH_WAITING);
	now += 1000000;
	gw_publish_table_retry(&t, now);
	assert_int_equal(run(), 1);
}

static void it_is_missing_when_all_are_read(void **)
{
	want(GW_PUBLISH_HOST, "10.1.1.5/32", 20);
	want(GW_PUBLISH_HOST, "10.1.1.6/32", 20);
	run();
	gw_publish_table_dump_begin(&t);
	kernel_tells("10.1.1.5/32", 101, 20, true);
	gw_publish_table_dump_end(&t, now);
	kernel_n = 0;
	step_is(true, "10.1.1.6/32", 101, 20);
	no_step();
}

static void somebody_adds_one(void **)
{
	kernel_tells("10.1.1.9/32", 102, 30, true);
	step_is(false, "10.1.1.9/32", 102, 30);
	assert_int_equal(t.entries.count, 0);
}

static void other_tables(void **)
{
	struct gw_publish_conf other = conf;
	const struct gw_publish_key key = {.table = 101, .metric = 20, .protocol = 200};

	assert_true(gw_publish_table_ours(&t, &key));
	want(GW_PUBLISH_HOST, "10.1.1.5/32", 20);
	run();
	other.table = 254;
	other.n_costs = 0;
	gw_publish_table_conf(&t, &other);
	assert_false(gw_publish_table_ours(&t, &key));
	step_is(true, "10.1.1.5/32", 254, 20);
	step_is(false, "10.1.1.5/32", 101, 20);
	no_step();
	other.on = false;
	gw_publish_table_conf(&t, &other);
	step_is(false, "10.1.1.5/32", 254, 20);
	no_step();
	assert_int_equal(state("10.1.1.5/32"), GW_PUBLISH_OFF);
}

// What is asked while the kernel has not answered comes after the answer.
static void while_it_is_written(void **)
{
	struct gw_publish_step s, other;

	want(GW_PUBLISH_HOST, "10.1.1.5/32", 20);
	assert_true(gw_publish_table_next(&t, GW_PUBLISH_Q_PUBLISH, &s));
	assert_int_equal(state("10.1.1.5/32"), GW_PUBLISH_WAITING);
	unwant(GW_PUBLISH_HOST, "10.1.1.5/32");
	assert_int_equal(state("10.1.1.5/32"), GW_PUBLISH_GOING);
	assert_false(gw_publish_table_next(&t, GW_PUBLISH_Q_PUBLISH, &other));
	gw_publish_table_done(&t, &s, kernel_do(&s), now);
	assert_true(gw_publish_table_next(&t, GW_PUBLISH_Q_PUBLISH, &s));
	assert_false(s.add);
	want(GW_PUBLISH_HOST, "10.1.1.5/32", 20);
	assert_false(gw_publish_table_next(&t, GW_PUBLISH_Q_PUBLISH, &other));
	gw_publish_table_done(&t, &s, kernel_do(&s), now);
	step_is(true, "10.1.1.5/32", 101, 20);
	no_step();
	unwant(GW_PUBLISH_HOST, "10.1.1.5/32");
	assert_true(gw_publish_table_next(&t, GW_PUBLISH_Q_PUBLISH, &s));
	gw_publish_table_conf(&t, &conf); // a reload, and a reading, before the answer
	gw_publish_table_dump_begin(&t);
	gw_publish_table_dump_end(&t, now);
	assert_false(gw_publish_table_next(&t, GW_PUBLISH_Q_PUBLISH, &other));
	gw_publish_table_done(&t, &s, kernel_do(&s), now);
	no_step();
	assert_int_equal(t.entries.count, 0);
}

static void withdrawals_without_what_is_new(void **)
{
	struct gw_publish_step s;

	want(GW_PUBLISH_HOST, "10.1.1.5/32", 20);
	assert_int_equal(run(), 1);
	want(GW_PUBLISH_HOST, "10.1.1.4/32", 20);
	assert_false(gw_publish_table_next(&t, GW_PUBLISH_Q_WITHDRAW, &s));
	unwant(GW_PUBLISH_HOST, "10.1.1.5/32");
	assert_true(gw_publish_table_next(&t, GW_PUBLISH_Q_WITHDRAW, &s));
	assert_false(s.add);
	gw_publish_table_done(&t, &s, kernel_do(&s), now);
	assert_false(gw_publish_table_next(&t, GW_PUBLISH_Q_WITHDRAW, &s));
	step_is(true, "10.1.1.4/32", 101, 20);
}

// Whatever is asked and refused, in the end the kernel has what is wanted.
static void at_random(void **)
{
	struct gw_publish_step flight[8] = {0};
	unsigned flying = 0;
	uint32_t cost[64] = {0};
	char text[32];

	srand(1);
	for (int i = 0; i < 100000; i++) {
		int k = rand() % 64;
		struct gw_publish_step s;

		snprintf(text, sizeof(text), "10.1.1.%d/32", k);
		cost[k] = rand() % 3 * 10;
		want(GW_PUBLISH_HOST, text, cost[k] != 0 ? cost[k] : GW_PUBLISH_NO_COST);
		kernel_says = rand() % 4 == 0 ? ENOBUFS : 0;
		// Some are answered at once, some after other things were asked.
		for (int n = rand() % 3;
			n > 0 && flying < 8 && gw_publish_table_next(&t, GW_PUBLISH_Q_PUBLISH, &s);
			n--)
			flight[flying++] = s;
		while (flying > 0 && rand() % 2 == 0) {
			s = flight[--flying];
			gw_publish_table_done(&t, &s, kernel_do(&s), now);
		}
		now += 50000;
		gw_publish_table_retry(&t, now);
	}
	kernel_says = 0;
	while (flying > 0) {
		flying--;
		gw_publish_table_done(&t, &flight[flying], kernel_do(&flight[flying]), now);
	}
	now += GW_PUBLISH_RETRY_MAX;
	gw_publish_table_retry(&t, now);
	run();
	for (int k = 0; k < 64; k++) {
		const struct gw_prefix p =
			prefix((snprintf(text, sizeof(text), "10.1.1.%d/32", k), text));
		struct gw_publish_key key = {
			.table = cost[k] == 20 ? 101 : 100, .metric = cost[k], .protocol = 200};

		assert_int_equal(kernel_find(&p, &key) < kernel_n, cost[k] != 0);
		kernel_n -= cost[k] != 0;
		if (cost[k] != 0)
			kernel[kernel_find(&p, &key)] = kernel[kernel_n];
	}
	assert_int_equal(kernel_n, 0);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(cost_chooses_table_and_metric),
		TEST(cost_changes),
		TEST(lowest_cost_of_several_origins),
		TEST(withdrawals_first),
		TEST(what_ends_before_it_began),
		TEST(limit),
		TEST(refused_is_tried_again),
		TEST(refused_and_no_longer_wanted),
		TEST(routes_of_before),
		TEST(somebody_deletes_it),
		TEST(it_is_missing_when_all_are_read),
		TEST(somebody_adds_one),
		TEST(other_tables),
		TEST(while_it_is_written),
		TEST(withdrawals_without_what_is_new),
		TEST(at_random),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
