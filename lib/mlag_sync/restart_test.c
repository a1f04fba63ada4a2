// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// A device restarts and its peer asks everybody anew; a link that loses one message in three.

#include "mlag_sync/sim.h"

#include <stdio.h>

#define A     0
#define B     1
#define HOSTS 10000u

static struct sim s;

static int setup(void **)
{
	sim_init(&s, 1);
	return 0;
}

static int teardown(void **)
{
	sim_fini(&s);
	return 0;
}

static void many_hosts(uint32_t n)
{
	s.conf.max_entries = n * 2;
	s.conf.max_asked = n;
	sim_boot(&s, A);
	sim_boot(&s, B);
	sim_run(&s, SIM_S);
	for (uint32_t i = 0; i < n; i++) {
		sim_host4(&s, 10 + i, (uint16_t)(1 + i % SIM_MEMBERS));
		sim_want(&s, i % 2, i);
		if (i % 10 == 0)
			sim_run(&s, SIM_MS);
	}
	sim_run(&s, SIM_S);
	assert_true(sim_equal(&s));
	assert_int_equal(sim_status(&s, A).confirmed, n);
}

// From the moment at which the restarted device is there; both tables equal at the end.
static uint64_t equal_after_us(void)
{
	uint64_t start = s.now_us;

	while (!sim_equal(&s) && s.now_us < start + 20 * SIM_S)
		sim_run(&s, 10 * SIM_MS);
	assert_true(sim_equal(&s));
	assert_int_equal(sim_status(&s, A).confirmed, HOSTS);
	return s.now_us - start;
}

static void restart_mixture(int lands)
{
	struct sim_node *a = &s.node[A], *b = &s.node[B];
	uint64_t messages, records, us;

	many_hosts(HOSTS);
	s.lands = lands;
	sim_kill(&s, B);
	sim_run(&s, 2 * SIM_S);
	a->asks = a->first_ask_us = a->messages = a->records = b->messages = b->records = 0;
	sim_boot(&s, B);
	us = equal_after_us();
	messages = a->messages + b->messages;
	records = a->records + b->records;
	print_message(
		"answers at %s: equal after %llu ms, %llu requests in %llu ms, %.1f in a message\n",
		lands == A	     ? "A"
			: lands == B ? "B"
				     : "both",
		us / SIM_MS, (unsigned long long)a->asks,
		(a->last_ask_us - a->first_ask_us) / SIM_MS, (double)records / (double)messages);
	assert_true(us < SIM_S);
	// Paced, each asked once; full messages but for the flush time.
	assert_int_equal(a->asks, HOSTS);
	assert_true((a->last_ask_us - a->first_ask_us) * s.conf.asks_per_s >=
		(HOSTS - s.conf.asks_per_s / 200 - 1) * SIM_S);
	assert_int_equal(records, HOSTS);
	assert_true(messages <= records / 29 + us / s.conf.flush_us + 2);
	assert_int_equal(s.node[A].forgotten, 0);
	assert_int_equal(lands == A ? b->records : lands == B ? a->records : 0, 0);
	// Equal they stay.
	sim_run(&s, 10 * SIM_S);
	assert_true(sim_equal(&s));
	assert_int_equal(sim_count(&s, A, GW_MLAG_N_repairs), 0);
}

static void restart_all_answers_at_b(void **)
{
	restart_mixture(B);
}

static void restart_all_answers_at_a(void **)
{
	restart_mixture(A);
}

static void restart_some_answers_at_each(void **)
{
	restart_mixture(-1);
}

static void peer_link_repaired_both_ask(void **)
{
	many_hosts(500);
	sim_cut(&s, true);
	sim_run(&s, 2 * SIM_S);
	s.node[A].asks = s.node[B].asks = 0;
	sim_cut(&s, false);
	sim_run(&s, SIM_S);
	assert_in_range(s.node[A].asks, 250, 500);
	assert_in_range(s.node[B].asks, 250, 500);
	assert_true(sim_equal(&s));
}

// A peer that comes and goes because there is too much to do does not make more of it.
static void flaps_ask_everybody_once(void **)
{
	s.conf.asks_per_s = 5000; // half of that: all of them in 2 s
	many_hosts(5000);
	sim_cut(&s, true);
	sim_run(&s, 2 * SIM_S);
	sim_cut(&s, false);
	sim_run(&s, SIM_S / 2);
	sim_cut(&s, true);
	sim_run(&s, 5 * SIM_S / 4);
	assert_int_not_equal(sim_status(&s, A).peer, GW_MLAG_PEER_UP);
	sim_cut(&s, false);
	sim_run(&s, 10 * SIM_S); // settling, and repair of what answered during the cut
	assert_int_equal(sim_count(&s, A, GW_MLAG_N_refreshes), 2); // the first was at the start
	assert_int_equal(sim_count(&s, B, GW_MLAG_N_refreshes), 2);
	assert_true(sim_equal(&s));
}

static void hosts_that_died_meanwhile_go(void **)
{
	many_hosts(500);
	sim_kill(&s, B);
	for (uint32_t i = 0; i < 100; i++)
		s.host[i].alive = false;
	sim_run(&s, 2 * SIM_S);
	sim_boot(&s, B);
	sim_run(&s, 3 * SIM_S);
	assert_true(sim_equal(&s));
	assert_int_equal(sim_status(&s, A).confirmed, 400);
}

// Heard at B only and confirmed late: what differs is counted from when it was heard.
static void late_confirmation_does_not_put_repair_off(void **)
{
	const struct gw_mac a = sim_mac(A);
	uint8_t frame[SIM_FRAME];

	sim_both(&s);
	sim_host4(&s, 20, 1);
	s.lands = B;
	s.loss = 1000;
	sim_wire(&s, B, &s.host[0], frame, sim_reply(&s.host[0], &a, frame));
	sim_run(&s, 2 * SIM_S);
	assert_int_equal(sim_status(&s, B).confirmed, 1);
	assert_int_equal(sim_status(&s, A).confirmed, 0);
	s.loss = 0;
	sim_run(&s, 900 * SIM_MS);
	assert_int_equal(sim_status(&s, A).confirmed, 0);
	sim_run(&s, 400 * SIM_MS);
	assert_int_equal(sim_status(&s, A).confirmed, 1);
}

// What one has and the other has not, or otherwise.
static bool differs(const struct sim_host *h)
{
	return sim_knows(&s, A, h) != sim_knows(&s, B, h);
}

static bool both_up(void)
{
	return s.node[A].m != NULL && s.node[B].m != NULL &&
		sim_status(&s, A).peer == GW_MLAG_PEER_UP &&
		sim_status(&s, B).peer == GW_MLAG_PEER_UP;
}

static void act(uint32_t i)
{
	struct sim_host *h = &s.host[i];

	if (sim_random(&s, 10) == 0)
		h->alive = !h->alive;
	else if (h->alive)
		sim_want(&s, sim_random(&s, 2), i);
}

// The longest time for which an entry differed while both saw the peer.
static uint64_t longest_difference(uint64_t seed)
{
	enum { N = 60 };
	uint64_t since[N] = {0}, longest = 0;

	sim_init(&s, seed);
	s.conf.age_s = 20;
	s.loss = 333;
	sim_boot(&s, A);
	sim_boot(&s, B);
	for (uint32_t i = 0; i < N; i++)
		sim_host4(&s, 10 + i, (uint16_t)(1 + i % SIM_MEMBERS));
	for (uint32_t step = 0; step < 1200; step++) {
		bool up;

		sim_run(&s, 50 * SIM_MS);
		if (step % 2 == 0)
			act(sim_random(&s, N));
		if (step % 400 == 399) {
			sim_kill(&s, step / 400 % 2);
			sim_boot(&s, step / 400 % 2);
		}
		up = both_up();
		for (uint32_t i = 0; i < N; i++) {
			if (!up || !differs(&s.host[i]))
				since[i] = 0;
			else if (since[i] == 0)
				since[i] = s.now_us;
			else if (s.now_us - since[i] > longest)
				longest = s.now_us - since[i];
		}
	}
	sim_fini(&s);
	return longest;
}

static void one_in_three_lost_differs_no_longer_than_twice_the_settling_time(void **)
{
	uint64_t longest = 0;

	for (uint64_t seed = 1; seed <= 60; seed++) {
		uint64_t us = longest_difference(seed);

		longest = us > longest ? us : longest;
	}
	print_message("longest difference: %llu ms\n", longest / SIM_MS);
	assert_true(longest > 0);
	assert_true(longest <= 2 * 3 * SIM_S);
}

#define CASE(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(restart_all_answers_at_b),
		CASE(restart_all_answers_at_a),
		CASE(restart_some_answers_at_each),
		CASE(peer_link_repaired_both_ask),
		CASE(flaps_ask_everybody_once),
		CASE(hosts_that_died_meanwhile_go),
		CASE(late_confirmation_does_not_put_repair_off),
		cmocka_unit_test(one_in_three_lost_differs_no_longer_than_twice_the_settling_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
