// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Entries that are asked while the port of their member is down.

#include "mlag_sync/sim.h"

#define A 0
#define B 1

static struct sim s;

static int setup(void **)
{
	sim_init(&s, 1);
	s.conf.age_s = 10;
	return 0;
}

static int teardown(void **)
{
	sim_fini(&s);
	return 0;
}

// A has asked it because of its age, and B, which heard it later, has not.
static struct sim_host *asked_by_a(void)
{
	uint8_t frame[SIM_FRAME];
	struct sim_host *h;

	sim_both(&s);
	sim_want(&s, A, sim_host4(&s, 20, 1));
	sim_run(&s, 5 * SIM_S);
	h = &s.host[0];
	sim_wire(&s, B, h, frame, sim_reply(h, &sim_virtual_mac, frame)); // is not relayed
	sim_run(&s, 4900 * SIM_MS);
	s.host_loss = 1000;
	sim_run(&s, 200 * SIM_MS);
	s.host_loss = 0;
	assert_true(sim_count(&s, A, GW_MLAG_N_aged) == 1 && sim_status(&s, A).due == 1);
	assert_int_equal(sim_count(&s, B, GW_MLAG_N_aged), 0);
	return h;
}

static void host_that_was_asked_stays_when_the_port_goes_down(void **)
{
	struct sim_host *h = asked_by_a();

	sim_link(&s, A, 1, false);
	for (unsigned i = 0; i < 600; i++) {
		sim_run(&s, 100 * SIM_MS);
		assert_int_equal(sim_knows(&s, A, h), 2);
		assert_true(s.node[A].member[1].over_peer);
	}
	assert_int_equal(s.node[A].forgotten, 0);
	assert_int_equal(sim_count(&s, A, GW_MLAG_N_repairs), 0);
	assert_true(sim_equal(&s));
	// Back, it is asked at once.
	sim_link(&s, A, 1, true);
	sim_run(&s, SIM_S);
	assert_int_equal(sim_status(&s, A).due, 0);
	assert_int_equal(sim_knows(&s, A, h), 2);
}

// Only the peer can tell, and its tables say so.
static void host_that_died_goes_when_the_port_is_down(void **)
{
	struct sim_host *h = asked_by_a();

	sim_link(&s, A, 1, false);
	h->alive = false;
	sim_run(&s, 20 * SIM_S);
	assert_int_equal(sim_knows(&s, A, h), 0);
	assert_int_equal(sim_knows(&s, B, h), 0);
}

static void host_goes_when_both_ports_are_down(void **)
{
	struct sim_host *h = asked_by_a();

	sim_link(&s, A, 1, false);
	sim_link(&s, B, 1, false);
	sim_run(&s, 20 * SIM_S);
	assert_int_equal(sim_knows(&s, A, h), 0);
	assert_int_equal(sim_knows(&s, B, h), 0);
}

#define CASE(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(host_that_was_asked_stays_when_the_port_goes_down),
		CASE(host_that_died_goes_when_the_port_is_down),
		CASE(host_goes_when_both_ports_are_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
