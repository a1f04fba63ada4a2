// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// A group with a clock of its own. What is proved: the rules for linkage of mlag.md, part 2.

#include "linkage/group.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define MS 1000ull
#define S  1000000ull

static const struct gw_linkage_conf plain = {
	.threshold = 1,
	.delay_up_us = 3 * S,
	.damp_flaps = 3,
	.damp_window_us = 60 * S,
	.damp_max_us = 60 * S,
};

static struct gw_linkage_group g;
static uint64_t now;
static unsigned drops; // times that the downlinks went down

static void look(bool before)
{
	drops += before && !gw_linkage_up(&g);
}

static void uplink(uint32_t i, bool carrier, bool adjacency)
{
	bool up = gw_linkage_up(&g);

	gw_linkage_uplink_set(&g, now, i, true, carrier, adjacency);
	look(up);
}

static void wait(uint64_t us)
{
	uint64_t end = now + us;

	while (g.due_us <= end) {
		bool up = gw_linkage_up(&g);

		now = g.due_us > now ? g.due_us : now;
		gw_linkage_poll(&g, now);
		look(up);
		if (g.due_us <= now) // it would be asked again and again
			fail_msg("due at %llu, now %llu", (unsigned long long)g.due_us,
				(unsigned long long)now);
	}
	now = end;
	gw_linkage_poll(&g, now);
}

static const struct gw_linkage_uplink two[] = {
	{.name = "core0", .admin = true, .carrier = true, .adjacency = true},
	{.name = "core1", .admin = true, .carrier = true, .adjacency = true},
};

static void start(const struct gw_linkage_conf *conf, uint32_t n, bool up)
{
	now = 1000 * S;
	drops = 0;
	gw_linkage_init(&g, now, conf, up, "start");
	gw_linkage_set(&g, now, conf, two, n);
}

static void last_uplink_lost_is_down_at_once(void **)
{
	start(&plain, 2, true);
	uplink(0, false, true);
	assert_true(gw_linkage_up(&g));
	uplink(1, false, true);
	assert_false(gw_linkage_up(&g));
	assert_string_equal(g.why, "0 of 2 uplinks, 1 wanted: core0 has no carrier");
	assert_int_equal(g.since_us, now);
}

static void threshold_of_two(void **)
{
	struct gw_linkage_conf c = plain;

	c.threshold = 2;
	start(&c, 2, true);
	uplink(1, false, true);
	assert_false(gw_linkage_up(&g));
	assert_string_equal(g.why, "1 of 2 uplinks, 2 wanted: core1 has no carrier");
	uplink(0, true, true);
	wait(100 * S);
	assert_int_equal(g.state, GW_LINKAGE_DOWN); // one is not enough
	uplink(1, true, true);
	wait(3 * S);
	assert_true(gw_linkage_up(&g));
}

static void threshold_of_two_adjacencies(void **)
{
	struct gw_linkage_conf c = plain;

	c.threshold = 2;
	c.adjacency = true;
	start(&c, 2, true);
	uplink(1, false, false);
	uplink(1, true, false);
	wait(100 * S);
	assert_int_equal(g.state, GW_LINKAGE_ADJACENCY);
	assert_string_equal(g.why, "1 of 2 uplinks, 2 wanted: core1 has no adjacency");
	uplink(1, true, true);
	wait(3 * S);
	assert_true(gw_linkage_up(&g));
}

static void up_only_after_the_delay(void **)
{
	start(&plain, 1, true);
	uplink(0, false, true);
	wait(10 * S);
	uplink(0, true, true);
	wait(3 * S - 1);
	assert_int_equal(g.state, GW_LINKAGE_DELAY);
	wait(1);
	assert_true(gw_linkage_up(&g));
	assert_int_equal(drops, 1);
}

static void delay_begins_anew_with_each_loss(void **)
{
	start(&plain, 1, true);
	uplink(0, false, true);
	for (int i = 0; i < 10; i++) {
		uplink(0, true, true);
		wait(2 * S);
		assert_int_equal(g.state, GW_LINKAGE_DELAY);
		uplink(0, false, true);
		assert_int_equal(g.state, GW_LINKAGE_DOWN);
		wait(100 * MS);
	}
	uplink(0, true, true);
	wait(3 * S);
	assert_true(gw_linkage_up(&g));
	assert_int_equal(drops, 1); // the downlinks saw none of it
}

static void adjacency_is_waited_for(void **)
{
	struct gw_linkage_conf c = plain;

	c.adjacency = true;
	start(&c, 1, true);
	uplink(0, false, false);
	uplink(0, true, false);
	wait(100 * S);
	assert_int_equal(g.state, GW_LINKAGE_ADJACENCY);
	assert_string_equal(g.why, "0 of 1 uplinks, 1 wanted: core0 has no adjacency");
	uplink(0, true, true);
	assert_int_equal(g.state, GW_LINKAGE_DELAY);
	uplink(0, true, false); // lost during the delay: it begins anew
	wait(10 * S);
	assert_int_equal(g.state, GW_LINKAGE_ADJACENCY);
	uplink(0, true, true);
	wait(3 * S);
	assert_true(gw_linkage_up(&g));
}

static void restart_of_the_routing_daemon_is_no_flap(void **)
{
	struct gw_linkage_conf c = plain;

	c.adjacency = true;
	start(&c, 1, true);
	uplink(0, true, false);
	wait(1000 * S);
	assert_true(gw_linkage_up(&g));
	uplink(0, true, true);
	assert_int_equal(drops, 0);
}

static void lost_adjacency_counts_after_its_time(void **)
{
	struct gw_linkage_conf c = plain;

	c.adjacency = true;
	c.adjacency_loss_us = 5 * S;
	start(&c, 1, true);
	uplink(0, true, false);
	wait(4 * S);
	uplink(0, true, true); // back in time
	wait(10 * S);
	assert_true(gw_linkage_up(&g));
	uplink(0, true, false);
	wait(5 * S - 1);
	assert_true(gw_linkage_up(&g));
	wait(1);
	assert_false(gw_linkage_up(&g));
	assert_int_equal(drops, 1);
}

static void one_lost_adjacency_of_two_is_no_busy_loop(void **)
{
	struct gw_linkage_conf c = plain;

	c.adjacency = true;
	c.adjacency_loss_us = 5 * S;
	start(&c, 2, true);
	uplink(0, true, false);
	wait(100 * S);
	assert_true(gw_linkage_up(&g));
	uplink(1, true, false);
	wait(5 * S);
	assert_false(gw_linkage_up(&g));
}

static void set_port_down_counts(void **)
{
	start(&plain, 1, true);
	gw_linkage_uplink_set(&g, now, 0, false, true, true);
	assert_int_equal(g.state, GW_LINKAGE_DOWN);
	assert_string_equal(g.why, "0 of 1 uplinks, 1 wanted: core0 is set down");
}

static void bouncing_uplink_is_held_longer_each_time(void **)
{
	uint64_t want[] = {3, 3, 3, 6, 12, 24, 48, 60, 60};

	start(&plain, 1, true);
	for (unsigned i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		uint64_t from;

		uplink(0, false, true);
		wait(100 * MS);
		uplink(0, true, true);
		from = now;
		while (!gw_linkage_up(&g) && now - from < 100 * S)
			wait(S / 2);
		assert_int_equal((now - from) / S, want[i]);
	}
	assert_non_null(strstr(gw_linkage_event(&g, 1)->why, "damped: 9 flaps"));
}

static void quiet_ends_the_damping(void **)
{
	start(&plain, 1, true);
	for (int i = 0; i < 6; i++) {
		uplink(0, false, true);
		uplink(0, true, true);
		wait(59 * S);
	}
	assert_true(g.hold_us > plain.delay_up_us);
	wait(60 * S);
	uplink(0, false, true);
	uplink(0, true, true);
	assert_int_equal(g.hold_us, plain.delay_up_us);
}

static void damping_without_a_delay(void **)
{
	struct gw_linkage_conf c = plain;

	c.delay_up_us = 0;
	c.damp_flaps = 1;
	start(&c, 1, true);
	uplink(0, false, true);
	uplink(0, true, true);
	assert_true(gw_linkage_up(&g)); // at once
	uplink(0, false, true);
	uplink(0, true, true);
	assert_false(gw_linkage_up(&g));
	wait(2 * S);
	assert_true(gw_linkage_up(&g));
}

static void damping_never_shortens_a_delay(void **)
{
	struct gw_linkage_conf c = plain;

	c.damp_max_us = c.delay_up_us / 3;
	start(&c, 1, true);
	for (int i = 0; i < 6; i++) {
		uplink(0, false, true);
		uplink(0, true, true);
		assert_int_equal(g.hold_us, c.delay_up_us);
		wait(c.delay_up_us);
		assert_true(gw_linkage_up(&g));
	}
}

static void first_start_is_held_until_all_is_well(void **)
{
	struct gw_linkage_conf c = plain;

	c.adjacency = true;
	now = 5 * S;
	gw_linkage_init(&g, now, &c, false, "start");
	assert_false(gw_linkage_up(&g));
	gw_linkage_set(&g, now, &c, two, 1);
	assert_int_equal(g.state, GW_LINKAGE_DELAY);
	wait(3 * S);
	assert_true(gw_linkage_up(&g));
}

static void taken_over_up_stays_up(void **)
{
	start(&plain, 1, true);
	wait(1000 * S);
	assert_true(gw_linkage_up(&g));
	assert_int_equal(g.event_count, 1);
}

static void taken_over_with_its_uplink_lost_goes_down(void **)
{
	struct gw_linkage_uplink none = two[0];

	none.carrier = false;
	now = 5 * S;
	gw_linkage_init(&g, now, &plain, true, "taken over");
	gw_linkage_set(&g, now, &plain, &none, 1);
	assert_false(gw_linkage_up(&g));
}

static void reload_without_a_change_is_no_event(void **)
{
	start(&plain, 2, true);
	gw_linkage_set(&g, now + S, &plain, two, 2);
	assert_int_equal(g.event_count, 1);
	// An uplink more, and one less of those that are there: no flap.
	gw_linkage_set(&g, now + S, &plain, two, 1);
	gw_linkage_set(&g, now + S, &plain, two, 2);
	assert_true(gw_linkage_up(&g));
	assert_int_equal(g.event_count, 1);
}

static void reload_changes_the_delay_that_runs(void **)
{
	struct gw_linkage_conf c = plain;

	start(&plain, 1, true);
	uplink(0, false, true);
	uplink(0, true, true);
	wait(S);
	c.delay_up_us = 10 * S;
	gw_linkage_set(&g, now, &c, two, 1);
	wait(8 * S);
	assert_false(gw_linkage_up(&g));
	c.delay_up_us = 0;
	gw_linkage_set(&g, now, &c, two, 1);
	assert_true(gw_linkage_up(&g));
}

static void reload_raises_the_threshold(void **)
{
	struct gw_linkage_conf c = plain;

	c.threshold = 2;
	start(&plain, 1, true);
	gw_linkage_set(&g, now, &c, two, 2);
	assert_true(gw_linkage_up(&g));
	gw_linkage_set(&g, now, &c, two, 1);
	assert_false(gw_linkage_up(&g));
	assert_string_equal(g.why, "1 of 1 uplinks, 2 wanted:  no uplinks");
}

static void forced_down_comes_back_after_the_delay(void **)
{
	start(&plain, 1, true);
	gw_linkage_force_down(&g, now, "watchdog");
	assert_int_equal(g.state, GW_LINKAGE_DELAY);
	assert_string_equal(gw_linkage_event(&g, 1)->why, "watchdog");
	wait(3 * S);
	assert_true(gw_linkage_up(&g));
}

static void history_is_a_ring(void **)
{
	start(&plain, 1, true);
	for (int i = 0; i < 100; i++) {
		uplink(0, false, true);
		uplink(0, true, true);
		now += S;
	}
	assert_non_null(gw_linkage_event(&g, GW_LINKAGE_EVENTS - 1));
	assert_null(gw_linkage_event(&g, GW_LINKAGE_EVENTS));
	assert_int_equal(gw_linkage_event(&g, 0)->at_us, now - S);
	assert_int_equal(gw_linkage_event(&g, 0)->state, GW_LINKAGE_DELAY);
	assert_int_equal(gw_linkage_event(&g, 1)->state, GW_LINKAGE_DOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(last_uplink_lost_is_down_at_once),
		cmocka_unit_test(threshold_of_two),
		cmocka_unit_test(threshold_of_two_adjacencies),
		cmocka_unit_test(up_only_after_the_delay),
		cmocka_unit_test(delay_begins_anew_with_each_loss),
		cmocka_unit_test(adjacency_is_waited_for),
		cmocka_unit_test(restart_of_the_routing_daemon_is_no_flap),
		cmocka_unit_test(lost_adjacency_counts_after_its_time),
		cmocka_unit_test(one_lost_adjacency_of_two_is_no_busy_loop),
		cmocka_unit_test(set_port_down_counts),
		cmocka_unit_test(bouncing_uplink_is_held_longer_each_time),
		cmocka_unit_test(quiet_ends_the_damping),
		cmocka_unit_test(damping_without_a_delay),
		cmocka_unit_test(damping_never_shortens_a_delay),
		cmocka_unit_test(first_start_is_held_until_all_is_well),
		cmocka_unit_test(taken_over_up_stays_up),
		cmocka_unit_test(taken_over_with_its_uplink_lost_goes_down),
		cmocka_unit_test(reload_without_a_change_is_no_event),
		cmocka_unit_test(reload_changes_the_delay_that_runs),
		cmocka_unit_test(reload_raises_the_threshold),
		cmocka_unit_test(forced_down_comes_back_after_the_delay),
		cmocka_unit_test(history_is_a_ring),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
