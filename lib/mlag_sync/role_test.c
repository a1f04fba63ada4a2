// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Primary and secondary, keepalives, and when member ports are out of use.

#include "mlag_sync/sim.h"

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

static const char *event_text(unsigned node, uint32_t index)
{
	static struct gw_mlag_event e;

	assert_true(gw_mlag_event(s.node[node].m, index, &e));
	return e.text;
}

static void role_lower_priority_then_lower_system_id(void **)
{
	sim_both(&s);
	assert_int_equal(sim_status(&s, 0).role, GW_MLAG_PRIMARY);
	assert_int_equal(sim_status(&s, 1).role, GW_MLAG_SECONDARY);
	sim_fini(&s);
	sim_init(&s, 1);
	sim_boot(&s, 0);
	s.conf.priority = 99;
	sim_boot(&s, 1);
	sim_run(&s, SIM_S);
	assert_int_equal(sim_status(&s, 0).role, GW_MLAG_SECONDARY);
	assert_int_equal(sim_status(&s, 1).role, GW_MLAG_PRIMARY);
}

static void role_is_elected_once(void **)
{
	struct gw_mlag_event e;
	unsigned elected = 0;

	sim_both(&s);
	sim_run(&s, 5 * SIM_S);
	for (uint32_t i = 0; gw_mlag_event(s.node[1].m, i, &e); i++)
		elected += strstr(e.text, "primary: ") == e.text ||
			strstr(e.text, "secondary: ") == e.text;
	assert_int_equal(elected, 1);
}

// Whichever hellos are lost while two start.
static void each_pair_has_a_primary(void **)
{
	for (uint64_t seed = 1; seed <= 400; seed++) {
		sim_fini(&s);
		sim_init(&s, seed);
		s.loss = 200;
		s.loss_hello = true;
		sim_boot(&s, 0);
		sim_run(&s, sim_random(&s, 150000));
		sim_boot(&s, 1);
		sim_run(&s, 3 * SIM_S);
		s.loss = 0;
		sim_run(&s, 3 * SIM_S);
		assert_int_equal(sim_status(&s, 0).role + sim_status(&s, 1).role,
			GW_MLAG_PRIMARY + GW_MLAG_SECONDARY);
		assert_int_not_equal(sim_status(&s, 0).role, GW_MLAG_NO_ROLE);
		assert_int_not_equal(sim_status(&s, 1).role, GW_MLAG_NO_ROLE);
	}
}

// Its peer has the tables: it is primary then.
static void primary_that_starts_anew_is_succeeded(void **)
{
	sim_both(&s);
	sim_kill(&s, 0);
	sim_boot(&s, 0);
	sim_run(&s, 2 * SIM_S);
	assert_int_equal(sim_status(&s, 0).role, GW_MLAG_SECONDARY);
	assert_int_equal(sim_status(&s, 1).role, GW_MLAG_PRIMARY);
}

static void role_is_not_taken_back(void **)
{
	sim_both(&s);
	sim_kill(&s, 0);
	sim_run(&s, 5 * SIM_S);
	assert_int_equal(sim_status(&s, 1).role, GW_MLAG_PRIMARY);
	sim_boot(&s, 0);
	sim_run(&s, 5 * SIM_S);
	assert_int_equal(sim_status(&s, 1).role, GW_MLAG_PRIMARY);
	assert_int_equal(sim_status(&s, 0).role, GW_MLAG_SECONDARY);
	// Nor when it was back before anybody noticed.
	sim_kill(&s, 1);
	sim_boot(&s, 1);
	sim_run(&s, 2 * SIM_S);
	assert_int_equal(sim_status(&s, 0).role, GW_MLAG_PRIMARY);
	assert_int_equal(sim_status(&s, 1).role, GW_MLAG_SECONDARY);
}

static void expect_members(unsigned node, bool enabled)
{
	for (uint16_t i = 1; i < SIM_MEMBERS; i++)
		assert_int_equal(s.node[node].member[i].enable, enabled);
	assert_true(s.node[node].member[SIM_MEMBERS].enable); // on the exclusion list
}

static void dual_active_takes_the_secondary_down(void **)
{
	s.conf.keepalive = true;
	sim_both(&s);
	sim_cut(&s, true);
	sim_run(&s, 3 * SIM_S);
	assert_true(sim_status(&s, 1).isolated);
	expect_members(1, false);
	expect_members(0, true);
	assert_int_equal(sim_status(&s, 0).role, GW_MLAG_PRIMARY);
	assert_true(sim_status(&s, 0).keepalive_heard);
	assert_string_equal(
		event_text(1, 0), "member ports go down: the peer lives, the peer link does not");
	// For as long as it is so.
	sim_run(&s, 60 * SIM_S);
	expect_members(1, false);
	sim_cut(&s, false);
	sim_run(&s, 5 * SIM_S);
	expect_members(1, true);
	assert_int_equal(sim_status(&s, 1).role, GW_MLAG_SECONDARY);
}

static void silence_of_the_peer_link_alone_only_stops_relaying(void **)
{
	sim_both(&s); // without keepalive
	sim_cut(&s, true);
	for (unsigned i = 0; i < 100; i++) {
		sim_run(&s, 100 * SIM_MS);
		expect_members(0, true);
		expect_members(1, true);
	}
	sim_host4(&s, 20, 1);
	sim_want(&s, 0, 0);
	sim_run(&s, SIM_S);
	assert_int_equal(s.node[0].records + s.node[1].records, 0);
	assert_true(sim_count(&s, 0, GW_MLAG_N_relay_no_peer) +
			sim_count(&s, 1, GW_MLAG_N_relay_no_peer) >
		0);
}

static void dead_primary_is_succeeded(void **)
{
	s.conf.keepalive = true;
	sim_both(&s);
	sim_run(&s, 500 * SIM_MS);
	sim_kill(&s, 0);
	for (unsigned i = 0; i < 60; i++) {
		sim_run(&s, 100 * SIM_MS);
		expect_members(1, true); // never down meanwhile
	}
	assert_int_equal(sim_status(&s, 1).role, GW_MLAG_PRIMARY);
}

// Its last keepalive arrives after the peer link has lost its carrier.
static void keepalive_on_its_way_when_the_primary_dies_proves_nothing(void **)
{
	s.conf.keepalive = s.carrier_shown = true;
	sim_both(&s);
	for (unsigned n = 0; n < 20; n++) {
		uint64_t sent = sim_count(&s, 0, GW_MLAG_N_keepalive_sent);

		while (sim_count(&s, 0, GW_MLAG_N_keepalive_sent) == sent)
			sim_run(&s, 50);
		sim_kill(&s, 0);
		sim_cut(&s, true);
		for (unsigned i = 0; i < 50; i++) {
			sim_run(&s, 100 * SIM_MS);
			expect_members(1, true);
		}
		assert_int_equal(sim_status(&s, 1).role, GW_MLAG_PRIMARY);
		sim_kill(&s, 1);
		sim_cut(&s, false);
		sim_both(&s);
	}
}

static void dual_active_without_carrier_takes_the_secondary_down(void **)
{
	s.conf.keepalive = s.carrier_shown = true;
	sim_both(&s);
	sim_run(&s, sim_random(&s, 1000) * SIM_MS);
	sim_cut(&s, true);
	sim_run(&s, 2 * SIM_S + SIM_MS);
	expect_members(1, false);
	expect_members(0, true);
}

static void secondary_isolated(void)
{
	s.conf.keepalive = true;
	sim_both(&s);
	sim_cut(&s, true);
	sim_run(&s, 3 * SIM_S);
	expect_members(1, false);
}

static void isolated_secondary_succeeds_a_dead_primary(void **)
{
	secondary_isolated();
	sim_kill(&s, 0);
	sim_run(&s, 5 * SIM_S);
	expect_members(1, true);
	assert_int_equal(sim_status(&s, 1).role, GW_MLAG_PRIMARY);
}

// The secondary is out of use when the primary starts anew: it is primary then, and in use.
static void isolated_secondary_succeeds_a_primary_that_starts_anew(void **)
{
	secondary_isolated();
	sim_kill(&s, 0);
	sim_run(&s, SIM_S);
	sim_boot(&s, 0);
	sim_run(&s, 60 * SIM_S);
	assert_int_equal(sim_status(&s, 1).role, GW_MLAG_PRIMARY);
	assert_int_equal(sim_status(&s, 0).role, GW_MLAG_SECONDARY);
	expect_members(1, true);
	expect_members(0, false);
}

static void two_primaries_become_one(void **)
{
	s.conf.keepalive = true;
	s.cut = s.keepalive_cut = true;
	sim_boot(&s, 0);
	sim_boot(&s, 1);
	sim_run(&s, 5 * SIM_S);
	assert_int_equal(sim_status(&s, 0).role, GW_MLAG_PRIMARY);
	assert_int_equal(sim_status(&s, 1).role, GW_MLAG_PRIMARY);
	s.keepalive_cut = false;
	sim_run(&s, 2 * SIM_S);
	assert_int_equal(sim_status(&s, 0).role, GW_MLAG_PRIMARY);
	assert_int_equal(sim_status(&s, 1).role, GW_MLAG_SECONDARY);
	expect_members(1, false);
}

// Of device 0, that is primary and goes first, into device 1.
static void keepalive(uint32_t epoch, uint32_t sequence)
{
	const struct gw_mlag_hello h = {.role = GW_MLAG_PRIMARY};
	const struct gw_mac from = sim_mac(0);
	struct gw_mlag_out out;
	uint8_t data[64];

	gw_mlag_out_begin(&out, data, sizeof(data), GW_MLAG_KEEPALIVE, 0, &from, epoch);
	gw_mlag_out_role(&out, &h);
	gw_mlag_out_end(&out, 0, sequence);
	gw_mlag_keepalive(s.node[1].m, s.now_us, data, out.len);
}

static void expect_refused(uint32_t epoch, uint32_t sequence)
{
	uint64_t refused = sim_count(&s, 1, GW_MLAG_N_keepalive_refused);

	keepalive(epoch, sequence);
	assert_int_equal(sim_count(&s, 1, GW_MLAG_N_keepalive_refused), refused + 1);
}

// Somebody else's, or an old one, succeeds in nothing as long as the peer can be heard.
static void keepalives_of_another_run_or_of_before_are_refused(void **)
{
	s.conf.keepalive = true;
	sim_both(&s);
	sim_run(&s, 3 * SIM_S);
	expect_refused(s.node[0].epoch + 1, 1000);
	expect_refused(s.node[0].epoch, 0);
	s.keepalive_cut = true;
	sim_run(&s, 10 * SIM_S);
	expect_refused(s.node[0].epoch + 1, 1000); // the peer link says which run it is
	s.keepalive_cut = false;
	sim_run(&s, SIM_S);
	sim_cut(&s, true);
	sim_run(&s, 3 * SIM_S);
	expect_members(1, false);
	expect_refused(s.node[0].epoch + 1, 1000); // the peer's are heard
	sim_kill(&s, 0);
	for (unsigned i = 0; i < 4; i++) {
		sim_run(&s, SIM_S);
		if (sim_status(&s, 1).role == GW_MLAG_SECONDARY)
			expect_refused(s.node[0].epoch, i);
	}
	// They keep no dead peer alive.
	assert_int_equal(sim_status(&s, 1).role, GW_MLAG_PRIMARY);
	expect_members(1, true);
	assert_int_equal(sim_count(&s, 1, GW_MLAG_N_keepalive_refused), 7);
}

// What comes after silence may be the peer's next run, or one that counts anew.
static void keepalives_of_another_run_are_taken_after_silence(void **)
{
	uint64_t received;

	s.conf.keepalive = true;
	sim_both(&s);
	sim_kill(&s, 0);
	sim_run(&s, 10 * SIM_S);
	received = sim_count(&s, 1, GW_MLAG_N_keepalive_received);
	keepalive(77, 5);
	expect_refused(77, 5);
	expect_refused(s.node[0].epoch, 6);
	keepalive(77, 6);
	sim_run(&s, 4 * SIM_S);
	keepalive(77, 0);
	assert_int_equal(sim_count(&s, 1, GW_MLAG_N_keepalive_received), received + 3);
}

// The keepalive comes before the first hello: it elects nobody, and takes no port down.
static void roles_of_two_that_start_together(void **)
{
	s.conf.keepalive = s.cut = true;
	sim_boot(&s, 0);
	sim_boot(&s, 1);
	sim_run(&s, SIM_S + SIM_S / 2);
	assert_true(sim_count(&s, 1, GW_MLAG_N_keepalive_received) > 0);
	assert_int_equal(sim_status(&s, 1).role, GW_MLAG_NO_ROLE);
	s.cut = false;
	sim_run(&s, SIM_S);
	assert_int_equal(sim_status(&s, 0).role, GW_MLAG_PRIMARY);
	assert_int_equal(sim_status(&s, 1).role, GW_MLAG_SECONDARY);
}

static void delay_restore(void **)
{
	s.conf.restore_max_us = 30 * SIM_S;
	for (uint32_t i = 0; i < 50; i++)
		sim_host4(&s, 10 + i, 1);
	// No peer lives: at once, when that is known.
	sim_boot(&s, 0);
	assert_false(s.node[0].member[1].enable);
	sim_run(&s, 1100 * SIM_MS);
	assert_true(s.node[0].member[1].enable);
	for (uint32_t i = 0; i < 50; i++)
		sim_want(&s, 0, i);
	sim_run(&s, 5 * SIM_S);
	assert_int_equal(sim_status(&s, 0).confirmed, 50);
	// With a peer: when the tables have been equal for two seconds.
	sim_boot(&s, 1);
	sim_run(&s, 1500 * SIM_MS);
	assert_true(sim_equal(&s));
	assert_false(s.node[1].member[1].enable);
	sim_run(&s, 1500 * SIM_MS);
	assert_true(s.node[1].member[1].enable);
	assert_true(s.node[0].member[1].enable);
	assert_string_equal(event_text(1, 0), "member ports are released: the tables are equal");
}

static void delay_restore_ends_after_its_most(void **)
{
	s.conf.restore_max_us = 30 * SIM_S;
	s.conf.must = 1;
	sim_boot(&s, 0);
	s.conf.must = 2; // never equal
	sim_boot(&s, 1);
	sim_run(&s, 29 * SIM_S);
	assert_false(s.node[1].member[1].enable);
	sim_run(&s, 2 * SIM_S);
	assert_true(s.node[1].member[1].enable);
}

// The secondary hears the primary, which does not hear it: as when nothing were heard.
static void one_way_peer_link_takes_the_hearing_secondary_down(void **)
{
	s.conf.keepalive = true;
	sim_both(&s);
	sim_run(&s, 500 * SIM_MS);
	s.mute[1] = true;
	sim_run(&s, 4 * SIM_S);
	assert_int_equal(sim_status(&s, 0).peer, GW_MLAG_PEER_DOWN);
	assert_int_equal(sim_status(&s, 1).peer, GW_MLAG_PEER_ONE_WAY);
	expect_members(0, true);
	expect_members(1, false);
	sim_run(&s, 60 * SIM_S);
	expect_members(1, false);
	assert_int_equal(sim_status(&s, 1).role, GW_MLAG_SECONDARY);
	s.mute[1] = false;
	sim_run(&s, 5 * SIM_S);
	expect_members(0, true);
	expect_members(1, true);
}

static void one_way_peer_link_takes_the_deaf_secondary_down(void **)
{
	s.conf.keepalive = true;
	sim_both(&s);
	sim_run(&s, 500 * SIM_MS);
	s.mute[0] = true;
	sim_run(&s, 4 * SIM_S);
	assert_int_equal(sim_status(&s, 0).peer, GW_MLAG_PEER_ONE_WAY);
	assert_int_equal(sim_status(&s, 1).peer, GW_MLAG_PEER_DOWN);
	expect_members(0, true);
	expect_members(1, false);
}

static void hearing_secondary_without_keepalive_stays_up(void **)
{
	sim_both(&s);
	s.mute[1] = true;
	for (unsigned i = 0; i < 100; i++) {
		sim_run(&s, 100 * SIM_MS);
		expect_members(0, true);
		expect_members(1, true);
	}
}

// One that starts when the peer link goes one way already.
static void one_way_peer_link_from_the_start(void **)
{
	s.conf.keepalive = true;
	sim_boot(&s, 0);
	sim_run(&s, 5 * SIM_S);
	s.mute[1] = true;
	sim_boot(&s, 1);
	sim_run(&s, 5 * SIM_S);
	assert_int_equal(sim_status(&s, 1).role, GW_MLAG_SECONDARY);
	expect_members(0, true);
	expect_members(1, false);
}

// A peer that restarts is heard before it hears: that takes nobody down.
static void restart_of_the_primary_takes_no_port_down(void **)
{
	s.conf.keepalive = true;
	sim_both(&s);
	for (unsigned n = 0; n < 20; n++) {
		sim_run(&s, SIM_S + sim_random(&s, 1000) * SIM_MS);
		sim_kill(&s, 0);
		sim_boot(&s, 0);
		for (unsigned i = 0; i < 100; i++) {
			sim_run(&s, 5 * SIM_MS);
			expect_members(1, true);
		}
	}
}

static void anything(void)
{
	unsigned node = sim_random(&s, 2);

	switch (sim_random(&s, 5)) {
	case 0:
		sim_kill(&s, node);
		break;
	case 1:
		if (s.node[node].m == NULL)
			sim_boot(&s, node);
		break;
	case 2:
		sim_cut(&s, !s.cut);
		break;
	case 3:
		s.keepalive_cut = !s.keepalive_cut;
		break;
	default:
		s.mute[node] = !s.mute[node];
	}
	sim_run(&s, sim_random(&s, 2500) * SIM_MS);
}

// As long as devices start, die, and are cut off from each other as it comes: soon after that has
// an end one is primary and in use, the other one secondary, and in use if it hears the first.
static void in_the_end_one_is_primary_and_in_use(void **)
{
	for (uint64_t seed = 1; seed <= 300; seed++) {
		unsigned primary;

		sim_fini(&s);
		sim_init(&s, seed);
		s.conf.keepalive = true;
		s.carrier_shown = seed % 2 == 0;
		for (unsigned i = 0; i < 20; i++)
			anything();
		for (unsigned i = 0; i < 2; i++) {
			s.mute[i] = false;
			if (s.node[i].m == NULL)
				sim_boot(&s, i);
		}
		s.keepalive_cut = false;
		sim_run(&s, 12 * SIM_S);
		primary = sim_status(&s, 0).role == GW_MLAG_PRIMARY ? 0 : 1;
		assert_int_equal(sim_status(&s, primary).role, GW_MLAG_PRIMARY);
		assert_int_equal(sim_status(&s, 1 - primary).role, GW_MLAG_SECONDARY);
		expect_members(primary, true);
		expect_members(1 - primary, !s.cut);
	}
}

#define CASE(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(role_lower_priority_then_lower_system_id),
		CASE(role_is_elected_once),
		CASE(each_pair_has_a_primary),
		CASE(primary_that_starts_anew_is_succeeded),
		CASE(role_is_not_taken_back),
		CASE(dual_active_takes_the_secondary_down),
		CASE(silence_of_the_peer_link_alone_only_stops_relaying),
		CASE(dead_primary_is_succeeded),
		CASE(keepalive_on_its_way_when_the_primary_dies_proves_nothing),
		CASE(dual_active_without_carrier_takes_the_secondary_down),
		CASE(isolated_secondary_succeeds_a_dead_primary),
		CASE(isolated_secondary_succeeds_a_primary_that_starts_anew),
		CASE(two_primaries_become_one),
		CASE(keepalives_of_another_run_or_of_before_are_refused),
		CASE(keepalives_of_another_run_are_taken_after_silence),
		CASE(roles_of_two_that_start_together),
		CASE(delay_restore),
		CASE(delay_restore_ends_after_its_most),
		CASE(one_way_peer_link_takes_the_hearing_secondary_down),
		CASE(one_way_peer_link_takes_the_deaf_secondary_down),
		CASE(hearing_secondary_without_keepalive_stays_up),
		CASE(one_way_peer_link_from_the_start),
		CASE(restart_of_the_primary_takes_no_port_down),
		CASE(in_the_end_one_is_primary_and_in_use),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
