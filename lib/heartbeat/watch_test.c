// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// A user plane, its successor and a watchdog at one file, each step of theirs between any two of
// the others'. What is proved: a dead switch (mlag.md, part 2).

#include "heartbeat/watch.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define PORTS	   3
#define TIMEOUT_MS 1000
#define LOOK_MS	   100

static char path[] = "/tmp/gw-watch-XXXXXX";
static const char *const names[PORTS] = {"d1", "d2", "d3"};

// The machine.
static uint64_t now;
static bool link_up[PORTS]; // interfaces
static bool admin[PORTS];   // set down by the administrator: nobody else brings it up

// A user plane: what it believes, and what it told.
static struct {
	struct gw_heartbeat h;
	struct gw_heartbeat_state s;
	bool lives;
	bool held[PORTS];
	bool taken; // up to now it never ran its loop
} up;

// A watchdog.
static struct {
	struct gw_heartbeat h;
	struct gw_watch w;
	struct gw_heartbeat_fence f;
	enum { LOOKS, DECIDED, BEGUN, ACTS } at;
	uint32_t port;
} dog;

static unsigned acts;

static struct gw_heartbeat open_it(void)
{
	struct gw_err err = {0};
	struct gw_heartbeat h;

	assert_int_equal(gw_heartbeat_open(path, &h, &err), 0);
	return h;
}

static void dog_start(void)
{
	dog.h = open_it();
	assert_int_equal(gw_heartbeat_watch(&dog.h, 1), 0);
	gw_watch_init(&dog.w, &dog.h, TIMEOUT_MS, LOOK_MS);
	dog.at = LOOKS;
}

static void dog_dies(void)
{
	gw_heartbeat_close(&dog.h);
}

static enum gw_watch_verdict dog_looks(void)
{
	gw_watch_read(&dog.w, now++);
	return gw_watch_judge(&dog.w, now, !up.lives);
}

// One step of the watchdog's: as in godwit-watchdog.
static void dog_step(void)
{
	switch (dog.at) {
	case LOOKS:
		if (dog_looks() != GW_WATCH_WELL)
			dog.at = DECIDED;
		break;
	case DECIDED:
		dog.at = LOOKS;
		if (!gw_watch_begin(&dog.w, &dog.f))
			break;
		for (uint32_t i = 0; i < PORTS; i++) {
			if (link_up[i])
				gw_watch_fence_add(&dog.f, names[i]);
		}
		dog.at = BEGUN;
		break;
	case BEGUN:
		gw_watch_fence(&dog.w, &dog.f);
		dog.at = ACTS;
		dog.port = 0;
		acts++;
		break;
	case ACTS:
		while (dog.port < PORTS && !gw_heartbeat_fence_has(&dog.f, names[dog.port]))
			dog.port++;
		if (dog.port < PORTS) {
			link_up[dog.port++] = false;
			break;
		}
		gw_watch_end(&dog.w, &dog.f);
		dog.at = LOOKS;
	}
}

static void up_tells(uint32_t phase)
{
	up.s.phase = phase;
	up.s.port_count = PORTS;
	for (uint32_t i = 0; i < PORTS; i++) {
		strcpy(up.s.port[i].name, names[i]);
		strcpy(up.s.port[i].ifname, names[i]);
		up.s.port[i].held = up.held[i];
	}
	gw_heartbeat_state_set(&up.h, &up.s);
}

static void up_starts(int32_t pid)
{
	static struct gw_heartbeat_state before;

	up.h = open_it();
	gw_heartbeat_take_over(&up.h, pid, &before);
	memset(&up.s, 0, sizeof(up.s));
	up.s.generation = before.generation + 1;
	up.s.fence_seen = before.fence_seen;
	up.s.pid = pid;
	up.lives = true;
	up.taken = false;
	for (uint32_t i = 0; i < PORTS; i++)
		up.held[i] = i < before.port_count && before.port[i].held;
}

// What linkage does once it has looked at everything: its ports down, and told.
static void up_settles(void)
{
	for (uint32_t i = 0; i < PORTS; i++) {
		if (up.held[i])
			link_up[i] = false;
	}
	up_tells(GW_HEARTBEAT_RUNS);
	up.taken = true;
}

static bool up_loops(void)
{
	static struct gw_heartbeat_fence f;

	gw_heartbeat_beat(&up.h);
	if (!gw_heartbeat_fenced(&up.h, &up.s, &f))
		return false;
	for (uint32_t i = 0; i < PORTS; i++) {
		up.held[i] |= gw_heartbeat_fence_has(&f, names[i]);
		if (up.held[i])
			link_up[i] = false;
	}
	up_tells(GW_HEARTBEAT_RUNS);
	return true;
}

// After the delay.
static void up_brings_up(void)
{
	for (uint32_t i = 0; i < PORTS; i++) {
		up.held[i] = false;
		link_up[i] = !admin[i];
	}
	up_tells(GW_HEARTBEAT_RUNS);
}

static void up_dies(void)
{
	gw_heartbeat_close(&up.h);
	up.lives = false;
}

static int setup(void **)
{
	int fd;

	memset(strrchr(path, '-') + 1, 'X', 6);
	fd = mkstemp(path);
	close(fd);
	now = 100000;
	acts = 0;
	memset(&up, 0, sizeof(up));
	for (uint32_t i = 0; i < PORTS; i++) {
		link_up[i] = true;
		admin[i] = false;
	}
	dog_start();
	up_starts(100);
	up_settles();
	return fd < 0 ? -1 : 0;
}

static int teardown(void **)
{
	dog_dies();
	gw_heartbeat_close(&up.h);
	unlink(path);
	return 0;
}

static void wait_ms(unsigned ms)
{
	for (unsigned i = 0; i < ms / LOOK_MS; i++) {
		now += LOOK_MS;
		dog_step();
	}
}

static void dog_finishes(void)
{
	do
		dog_step();
	while (dog.at != LOOKS);
}

static bool all(const bool *v, bool what)
{
	for (uint32_t i = 0; i < PORTS; i++) {
		if (v[i] != what)
			return false;
	}
	return true;
}

static void who_moves_is_left_alone(void **)
{
	for (unsigned i = 0; i < 50; i++) {
		up_loops();
		wait_ms(LOOK_MS);
	}
	assert_int_equal(acts, 0);
}

static void a_process_that_ended_is_acted_on_once(void **)
{
	dog_step();
	up_dies();
	dog_finishes();
	assert_int_equal(acts, 1);
	assert_true(all(link_up, false));
	wait_ms(10000);
	assert_int_equal(acts, 1);
	dog_dies(); // and started anew
	dog_start();
	wait_ms(10000);
	assert_int_equal(acts, 1);
	up_starts(101);
	assert_true(all(up.held, true));
	assert_true(up.s.fence_seen == 1);
}

// In another PID namespace; a stranger had its number.
static void who_beats_has_not_ended(void **)
{
	dog_step();
	up.lives = false;
	for (unsigned i = 0; i < 50; i++) {
		up_loops();
		now += LOOK_MS;
		assert_int_equal(dog_looks(), GW_WATCH_WELL);
	}
	wait_ms(LOOK_MS);
	dog_finishes();
	assert_int_equal(acts, 1);
}

static void one_that_stands_still_is_acted_on_after_its_time(void **)
{
	dog_step();
	wait_ms(TIMEOUT_MS - LOOK_MS);
	assert_int_equal(dog.at, LOOKS);
	wait_ms(LOOK_MS);
	assert_int_equal(dog.at, DECIDED);
	dog_finishes();
	assert_int_equal(acts, 1);
	wait_ms(5 * TIMEOUT_MS);
	assert_int_equal(acts, 1);
	up_dies(); // what is dead is not acted on again
	wait_ms(5 * TIMEOUT_MS);
	assert_int_equal(acts, 1);
}

static void who_goes_on_hears_of_it_once(void **)
{
	admin[1] = true;
	link_up[1] = false;
	dog_step();
	wait_ms(TIMEOUT_MS);
	dog_finishes();
	assert_true(up_loops());
	assert_false(up_loops());
	assert_true(up.held[0] && !up.held[1] && up.held[2]); // d2 was down, and stays so
	up_brings_up();
	assert_true(link_up[0] && !link_up[1] && link_up[2]);
	wait_ms(TIMEOUT_MS); // it beat: it has a second again
	assert_int_equal(acts, 1);
	wait_ms(LOOK_MS);
	dog_finishes();
	assert_int_equal(acts, 2);
}

static void what_an_earlier_fence_took_is_not_of_the_next(void **)
{
	dog_step();
	wait_ms(TIMEOUT_MS);
	dog_finishes();
	assert_true(up_loops());
	up_brings_up();
	admin[1] = true;
	link_up[1] = false;
	wait_ms(TIMEOUT_MS + LOOK_MS);
	dog_finishes();
	assert_int_equal(acts, 2);
	assert_true(up_loops());
	assert_true(up.held[0] && !up.held[1] && up.held[2]);
}

static void a_watchdog_that_dies_at_it_is_heard_of_by_who_goes_on(void **)
{
	dog_step();
	wait_ms(TIMEOUT_MS);
	for (unsigned i = 0; i < 3; i++)
		dog_step();
	assert_true(!link_up[0] && link_up[1]);
	assert_false(up_loops()); // it is at it
	dog_dies();
	assert_true(up_loops());
	assert_true(all(up.held, true));
	assert_false(up_loops());
	dog_start();
}

static void who_goes_on_before_it_is_acted_on_is_left_alone(void **)
{
	dog_step();
	wait_ms(TIMEOUT_MS);
	assert_int_equal(dog.at, DECIDED);
	up_loops();
	dog_finishes();
	assert_int_equal(acts, 0);
}

// A machine that was suspended, a watchdog without a CPU.
static void a_pause_of_the_watchdog_proves_nothing(void **)
{
	dog_step();
	for (unsigned i = 0; i < 4; i++) {
		now += 60000;
		dog_step();
	}
	assert_int_equal(dog.at, LOOKS);
	up_loops();
	dog_step();
	assert_int_equal(dog.w.still_ms, 0);
}

// A successor beats as soon as it has taken over; nothing of that is its predecessor's.
static void a_successor_is_not_judged_for_its_predecessor(void **)
{
	dog_step();
	up_dies();
	dog_finishes();
	assert_int_equal(acts, 1);
	up_starts(101);
	gw_heartbeat_beat(&up.h);
	assert_int_equal(dog_looks(), GW_WATCH_WELL);
	up_settles();
	up_brings_up();
	up_loops();
	wait_ms(TIMEOUT_MS - LOOK_MS);
	assert_int_equal(acts, 1);
	assert_true(all(link_up, true));
}

static void a_successor_in_time_is_no_failure(void **)
{
	dog_step();
	up_dies();
	dog_step();
	assert_int_equal(dog.at, DECIDED);
	up_starts(101); // before the watchdog gets to it
	dog_finishes();
	assert_int_equal(acts, 0);
	assert_true(all(link_up, true));
	assert_true(all(up.held, false));
}

static void who_takes_over_and_who_acts_exclude_each_other(void **)
{
	struct gw_heartbeat successor = open_it();

	dog_step();
	up_dies();
	dog_step();
	assert_int_equal(gw_heartbeat_lock(&successor, 0), 0); // is at it
	dog_step();
	assert_int_equal(dog.at, LOOKS);
	assert_int_equal(acts, 0);
	gw_heartbeat_unlock(&successor);
	dog_step();
	dog_step();
	assert_int_equal(gw_heartbeat_lock(&successor, 0), -EAGAIN);
	dog_finishes();
	assert_int_equal(acts, 1);
	assert_int_equal(gw_heartbeat_lock(&successor, 0), 0);
	gw_heartbeat_close(&successor);
}

static void a_watchdog_that_dies_at_it_leaves_its_list(void **)
{
	dog_step();
	up_dies();
	for (unsigned i = 0; i < 4; i++)
		dog_step();
	assert_int_equal(dog.at, ACTS);
	assert_true(!link_up[0] && link_up[1]);
	dog_dies();
	up_starts(101);
	assert_true(all(up.held, true));
	up_settles();
	assert_true(all(link_up, false));
	dog_start();
	assert_false(up_loops());
}

static void the_next_watchdog_finishes_it(void **)
{
	dog_step();
	up_dies();
	for (unsigned i = 0; i < 4; i++)
		dog_step();
	dog_dies();
	dog_start();
	dog_step();
	dog_finishes();
	assert_true(all(link_up, false));
	up_starts(101);
	assert_true(all(up.held, true)); // also the one that was down already
}

static void a_hang_and_then_its_end_are_one_list(void **)
{
	dog_step();
	wait_ms(TIMEOUT_MS);
	dog_finishes();
	gw_heartbeat_beat(&up.h); // it goes on, but dies before it looks
	up_dies();
	dog_step();
	dog_finishes();
	assert_int_equal(acts, 2);
	up_starts(101);
	assert_true(all(up.held, true));
}

static void a_successor_that_dies_at_once_leaves_what_it_found(void **)
{
	static struct gw_heartbeat_state s;

	dog_step();
	up_dies();
	dog_finishes();
	up_starts(101);
	up_dies();
	up_starts(102);
	assert_true(all(up.held, true));
	gw_heartbeat_state(&up.h, &s);
	assert_true(s.fenced);
	assert_int_equal(s.phase, GW_HEARTBEAT_RUNS);
	assert_int_equal(s.pid, 102);
}

static void restart_in_service(void **)
{
	dog_step();
	up.s.until_ms = now + 5000;
	up_tells(GW_HEARTBEAT_IN_SERVICE);
	up_dies();
	wait_ms(4900);
	assert_int_equal(acts, 0);
	wait_ms(LOOK_MS);
	dog_finishes();
	assert_int_equal(acts, 1);
	wait_ms(10000);
	assert_int_equal(acts, 1);
}

static void restart_in_service_with_a_successor(void **)
{
	dog_step();
	up.s.until_ms = now + 5000;
	up_tells(GW_HEARTBEAT_IN_SERVICE);
	up_dies();
	wait_ms(4900);
	up_starts(101);
	up_settles();
	for (unsigned i = 0; i < 100; i++) {
		up_loops();
		wait_ms(LOOK_MS);
	}
	assert_int_equal(acts, 0);
}

static void a_clean_stop_is_no_failure(void **)
{
	dog_step();
	up_tells(GW_HEARTBEAT_STOPPED);
	up_dies();
	wait_ms(10000);
	assert_int_equal(acts, 0);
}

// What a port's state is to whoever comes next, after any order of steps: one that is down, though
// the administrator did not do it, is known as held.
static void each_port_that_is_down_is_known(void)
{
	for (uint32_t i = 0; i < PORTS; i++) {
		if (!link_up[i] && !admin[i] && !up.held[i])
			fail_msg("%s stays down for ever", names[i]);
		if (admin[i] && up.held[i])
			fail_msg("%s would be brought up", names[i]);
	}
}

static void random_step(unsigned what, int32_t *pid)
{
	now += 1 + what % 97;
	if (what % 31 == 0) {
		dog_dies();
		dog_start();
	} else if (what % 3 == 0) {
		dog_step();
	} else if (!up.lives) {
		if (dog.at > DECIDED)
			return; // it would wait for the lock
		if (what % 5 == 0)
			up_starts(++*pid);
	} else if (!up.taken) {
		if (what % 7 == 1)
			up_dies(); // in the middle of its start
		else
			up_settles();
	} else if (what % 29 == 1) {
		up_dies();
	} else if (what % 11 == 1) {
		up_brings_up();
	} else if (what % 2 == 0) { // else it hangs
		up_loops();
	}
}

static void random_schedules(void **)
{
	for (unsigned seed = 1; seed <= 400; seed++) {
		int32_t pid = 1000;

		srand(seed);
		teardown(NULL);
		setup(NULL);
		admin[seed % PORTS] = true;
		link_up[seed % PORTS] = false;
		for (unsigned i = 0; i < 300; i++)
			random_step((unsigned)rand(), &pid);
		// And then quiet: whoever lives knows.
		for (unsigned i = 0; i < 20; i++) {
			dog_finishes();
			if (!up.lives)
				up_starts(++pid);
			if (!up.taken)
				up_settles();
			up_loops();
		}
		each_port_that_is_down_is_known();
		assert_false(up_loops());
		up_brings_up();
		for (uint32_t i = 0; i < PORTS; i++)
			assert_int_equal(link_up[i], !admin[i]);
	}
}

#define CASE(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(who_moves_is_left_alone),
		CASE(a_process_that_ended_is_acted_on_once),
		CASE(who_beats_has_not_ended),
		CASE(one_that_stands_still_is_acted_on_after_its_time),
		CASE(who_goes_on_hears_of_it_once),
		CASE(what_an_earlier_fence_took_is_not_of_the_next),
		CASE(a_watchdog_that_dies_at_it_is_heard_of_by_who_goes_on),
		CASE(who_goes_on_before_it_is_acted_on_is_left_alone),
		CASE(a_pause_of_the_watchdog_proves_nothing),
		CASE(a_successor_is_not_judged_for_its_predecessor),
		CASE(a_successor_in_time_is_no_failure),
		CASE(who_takes_over_and_who_acts_exclude_each_other),
		CASE(a_watchdog_that_dies_at_it_leaves_its_list),
		CASE(the_next_watchdog_finishes_it),
		CASE(a_hang_and_then_its_end_are_one_list),
		CASE(a_successor_that_dies_at_once_leaves_what_it_found),
		CASE(restart_in_service),
		CASE(restart_in_service_with_a_successor),
		CASE(a_clean_stop_is_no_failure),
		CASE(random_schedules),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
