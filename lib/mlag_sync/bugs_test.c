// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// What users reported of other implementations, T1 to T22 of the project's list: what concerns the
// protocol itself. T11 is a restart (restart_test.c and t8), T19 and T20 need bridging, T21 is
// about a route writer.

#include "base/wire.h"
#include "mlag_sync/sim.h"

static struct sim s;
static uint8_t frame[SIM_FRAME];

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

// A host that both know.
static struct sim_host *known(uint32_t n, uint16_t mlag)
{
	uint32_t i = sim_host4(&s, n, mlag);

	sim_want(&s, 0, i);
	sim_run(&s, SIM_S);
	assert_true(sim_equal(&s));
	assert_int_equal(sim_knows(&s, 0, &s.host[i]), 2);
	return &s.host[i];
}

static void t1_answers_always_land_on_the_other_device(void **)
{
	struct sim_host *h;

	s.conf.age_s = 3;
	s.lands = -2;
	sim_both(&s);
	sim_host4(&s, 20, 1);
	h = &s.host[0];
	sim_want(&s, 0, 0);
	sim_run(&s, 5 * SIM_MS);
	assert_int_equal(sim_knows(&s, 0, h), 2);
	sim_run(&s, 300 * SIM_S); // 100 probes
	assert_true(sim_count(&s, 0, GW_MLAG_N_asked) + sim_count(&s, 1, GW_MLAG_N_asked) >= 99);
	assert_int_equal(s.node[0].forgotten + s.node[1].forgotten, 0);
	assert_true(sim_equal(&s));
}

static void t2_silent_host_is_asked_before_it_goes(void **)
{
	sim_both(&s);
	known(20, 1);
	sim_run(&s, 1199 * SIM_S);
	sim_run(&s, 1201 * SIM_S);
	assert_int_equal(s.node[0].forgotten + s.node[1].forgotten, 0);
	assert_int_equal(sim_status(&s, 0).confirmed, 1);
}

static void t3_dead_host_expires_on_both(void **)
{
	struct sim_host *h;

	s.conf.age_s = 10;
	sim_both(&s);
	h = known(20, 1);
	h->alive = false;
	sim_run(&s, 13 * SIM_S);
	assert_int_equal(sim_knows(&s, 0, h), 0);
	assert_int_equal(sim_knows(&s, 1, h), 0);
	assert_int_equal(sim_status(&s, 0).confirmed + sim_status(&s, 1).confirmed, 0);
	sim_run(&s, 30 * SIM_S);
	assert_int_equal(s.node[0].neighbour.count + s.node[1].neighbour.count, 0);
}

static void t4_no_reply_loops_on_the_peer_link(void **)
{
	uint64_t records;

	sim_both(&s);
	known(20, 1);
	sim_link(&s, 0, 1, false);
	sim_run(&s, SIM_S);
	records = s.node[0].records + s.node[1].records;
	for (unsigned i = 0; i < 10; i++) {
		const struct gw_mac to = sim_mac(0);

		sim_wire(&s, 1, &s.host[0], frame, sim_reply(&s.host[0], &to, frame));
		sim_run(&s, SIM_S);
	}
	assert_int_equal(s.node[0].records + s.node[1].records, records + 10);
}

static void t5_port_goes_down_as_a_reply_is_relayed(void **)
{
	const struct gw_mac to = sim_mac(0);
	struct sim_host *h;

	sim_both(&s);
	h = known(20, 1);
	for (unsigned i = 0; i < 10000; i++) {
		sim_wire(&s, 1, h, frame, sim_reply(h, &to, frame));
		sim_run(&s, sim_random(&s, 1300));
		sim_link(&s, 0, 1, false);
		sim_run(&s, sim_random(&s, 1300));
		assert_true(s.node[0].member[1].over_peer);
		assert_int_equal(sim_knows(&s, 0, h), 2);
		sim_link(&s, 0, 1, true);
		assert_false(s.node[0].member[1].over_peer);
	}
	assert_int_equal(s.node[0].forgotten, 0);
	assert_true(sim_equal(&s));
}

// One address at two places at once: both devices take the same of the two.
static void learn_both(uint64_t seed, bool both_live)
{
	struct sim_host *x, *y;
	const struct gw_mac a = sim_mac(0), b = sim_mac(1);

	sim_init(&s, seed);
	s.conf.age_s = 5;
	sim_both(&s);
	sim_host4(&s, 20, 1);
	sim_host4(&s, 20, (uint16_t)(1 + seed % 2));
	x = &s.host[0];
	y = &s.host[1];
	if (seed % 3 == 0)
		y->mac = x->mac; // one MAC on different ports
	x->alive = both_live;
	gw_mlag_asked(s.node[0].m, s.now_us, 0, 0, &x->ip);
	gw_mlag_asked(s.node[1].m, s.now_us, 0, 0, &x->ip);
	sim_wire(&s, 0, x, frame, sim_reply(x, &a, frame));
	sim_run(&s, sim_random(&s, 2000));
	sim_wire(&s, 1, y, frame, sim_reply(y, &b, frame));
	sim_run(&s, 8 * SIM_S);
	if (!sim_equal(&s))
		fail_msg("seed %u: tables differ", (unsigned)seed);
	if (!both_live && sim_knows(&s, 0, y) != 2)
		fail_msg("seed %u: not who answers", (unsigned)seed);
	assert_int_equal(sim_status(&s, 0).confirmed, 1);
	sim_fini(&s);
}

static void t6_learned_at_once_on_both(void **)
{
	for (uint64_t seed = 1; seed <= 200; seed++) {
		learn_both(seed, false);
		learn_both(seed, true);
	}
	sim_init(&s, 1);
}

static void t7_host_moves_between_orphan_and_mlag_port(void **)
{
	const struct gw_mac a = sim_mac(0);
	struct sim_host *h;

	s.node[1].link[4] = false; // member 4 is behind device 0 only
	sim_both(&s);
	h = known(20, 1);
	for (unsigned i = 0; i < 10; i++) {
		h->mlag = h->mlag == 1 ? 4 : 1;
		if (i % 3 == 0)
			sim_wire(&s, 0, h, frame, sim_reply(h, &a, frame));
		else
			sim_wire(&s, 0, h, frame, sim_announce(h, frame));
		sim_run(&s, 10 * SIM_MS);
		assert_int_equal(sim_knows(&s, 0, h), 2);
		assert_int_equal(sim_knows(&s, 1, h), 2);
		assert_true(sim_equal(&s));
		assert_int_equal(s.node[1].member[4].over_peer, true);
		sim_run(&s, 3 * SIM_S);
	}
}

static void t8_peer_restarts_while_tables_are_made_equal(void **)
{
	s.conf.restore_max_us = 30 * SIM_S;
	s.carrier_shown = true;
	sim_boot(&s, 0);
	sim_run(&s, 2 * SIM_S);
	for (uint32_t i = 0; i < 200; i++) {
		sim_host4(&s, 10 + i, 1);
		sim_want(&s, 0, i);
	}
	sim_run(&s, 5 * SIM_S);
	for (unsigned i = 0; i < 10; i++) {
		sim_boot(&s, 1);
		sim_run(&s, sim_random(&s, 10000));
		if (i % 2 == 0)
			sim_cut(&s, true);
		sim_run(&s, sim_random(&s, 10000));
		sim_kill(&s, 1);
		sim_cut(&s, false);
	}
	sim_boot(&s, 1);
	assert_true(sim_status(&s, 1).restoring);
	sim_run(&s, 5 * SIM_S);
	assert_false(sim_status(&s, 1).restoring); // it ends
	assert_true(sim_equal(&s));
	assert_int_equal(sim_status(&s, 1).confirmed, 200);
}

static void t9_restart_with_ports_up_deletes_nothing(void **)
{
	sim_both(&s);
	for (uint32_t i = 0; i < 50; i++)
		known(20 + i, (uint16_t)(1 + i % SIM_MEMBERS));
	for (unsigned i = 0; i < 4; i++) {
		sim_kill(&s, i % 2);
		sim_boot(&s, i % 2);
		sim_run(&s, 5 * SIM_S);
		assert_true(sim_equal(&s));
		assert_int_equal(sim_status(&s, 0).confirmed, 50);
	}
	assert_int_equal(s.node[0].forgotten + s.node[1].forgotten, 0);
}

static void t10_status_tells_what_is_down(void **)
{
	struct gw_mlag_event e;
	struct gw_mlag_status st;
	bool told = false;

	s.conf.keepalive = true;
	s.carrier_shown = true;
	sim_both(&s);
	st = sim_status(&s, 0);
	assert_true(st.peer_link && st.peer == GW_MLAG_PEER_UP && st.keepalive_heard && st.equal);
	sim_cut(&s, true);
	sim_run(&s, SIM_S);
	st = sim_status(&s, 0);
	assert_true(!st.peer_link && st.peer == GW_MLAG_PEER_DOWN && st.keepalive_heard);
	assert_false(st.equal);
	assert_true(s.now_us - st.heard_us >= SIM_S);
	s.keepalive_cut = true;
	sim_run(&s, 5 * SIM_S);
	assert_false(sim_status(&s, 0).keepalive_heard);
	for (uint32_t i = 0; gw_mlag_event(s.node[0].m, i, &e); i++)
		told |= strcmp(e.text, "peer is down: the peer link is down") == 0;
	assert_true(told);
}

static void t12_static_wins_and_nothing_is_echoed(void **)
{
	const struct gw_mac a = sim_mac(0);
	struct sim_host *h;
	struct gw_ip ip = gw_ip_of4(0x0a010015);

	sim_both(&s);
	h = known(20, 1);
	assert_int_equal(s.node[0].records + s.node[1].records, 1); // one reply, one record
	sim_host4(&s, 21, 1);
	h = &s.host[1];
	assert_int_equal(gw_mlag_reserve(s.node[0].m, 0, &ip), 0);
	assert_int_equal(
		sim_wire(&s, 0, h, frame, sim_reply(h, &a, frame)), GW_MLAG_N_sender_reserved);
	gw_mlag_asked(s.node[0].m, s.now_us, 0, 0, &ip);
	assert_int_equal(sim_wire(&s, 1, h, frame, sim_reply(h, &a, frame)), GW_MLAG_TAKEN);
	sim_run(&s, 10 * SIM_MS);
	assert_int_equal(sim_count(&s, 0, GW_MLAG_N_sender_reserved), 2);
	assert_int_equal(sim_knows(&s, 0, h), 0);
	gw_mlag_reserved_clear(s.node[0].m);
	assert_int_equal(sim_wire(&s, 0, h, frame, sim_reply(h, &a, frame)), GW_MLAG_TAKEN);
}

static void t13_addresses_of_the_pair_are_nobody(void **)
{
	static const uint32_t ips[] = {0x0a010001, 0x0a010002, 0x0a010003, 0x0a010000, 0x0a01ffff};
	const struct gw_mac macs[] = {sim_mac(0), sim_mac(1), sim_virtual_mac}, a = sim_mac(0);
	struct sim_host h = {.mlag = 1, .alive = true};

	sim_both(&s);
	for (unsigned i = 0; i < 5 + 3; i++) {
		h.ip = gw_ip_of4(i < 5 ? ips[i] : 0x0a010014);
		h.mac = i < 5 ? sim_host_mac(5) : macs[i - 5];
		gw_mlag_asked(s.node[0].m, s.now_us, 0, 0, &h.ip);
		gw_mlag_asked(s.node[1].m, s.now_us, 0, 0, &h.ip);
		for (unsigned node = 0; node < 2; node++)
			assert_int_equal(sim_wire(&s, node, &h, frame, sim_reply(&h, &a, frame)),
				i == 3 || i == 4 ? GW_MLAG_N_sender_off_link
						 : GW_MLAG_N_sender_pair);
	}
	sim_run(&s, SIM_S);
	assert_int_equal(s.node[0].neighbour.count + s.node[1].neighbour.count, 0);
	assert_int_equal(s.node[0].records + s.node[1].records, 0);
	// Nor as a record: the receiver checks it again.
	h.ip = gw_ip_of4(0x0a010002);
	h.mac = sim_host_mac(5);
	frame[0] = 1; // no host sends that
	{
		struct gw_mlag_out out;
		uint8_t data[256];
		const struct gw_mac b = sim_mac(1);
		struct gw_mlag_record r = {.mlag = 1, .packet = frame};

		r.len = (uint16_t)sim_reply(&h, &b, frame);
		gw_mlag_out_begin(
			&out, data, sizeof(data), GW_MLAG_SYNC, GW_MLAG_ARP, &b, s.node[1].epoch);
		gw_mlag_out_record(&out, &r);
		gw_mlag_out_end(&out, 0, 1000);
		gw_mlag_message(s.node[0].m, s.now_us, SIM_PEER_PORT, data, out.len);
	}
	assert_int_equal(s.node[0].neighbour.count, 0);
	assert_int_equal(sim_count(&s, 0, GW_MLAG_N_record_received), 1);
}

static void t13_128_members(void **)
{
	struct gw_mlag_member_view v;

	sim_both(&s);
	for (unsigned node = 0; node < 2; node++) {
		for (uint16_t i = SIM_MEMBERS + 1; i <= 128; i++) {
			const struct gw_mlag_member_conf mc = {.mlag = i};
			const struct gw_mlag_subnet sub = {.mlag = i,
				.len = 24,
				.addr = gw_ip_of4(0x0a030001u + node + (uint32_t)i * 256)};

			assert_int_equal(gw_mlag_member_add(s.node[node].m, &mc, NULL), 0);
			assert_int_equal(gw_mlag_subnet_add(s.node[node].m, &sub, NULL), 0);
		}
	}
	sim_run(&s, 4 * SIM_S); // a hello names some of them
	for (uint32_t i = 0; i < 128; i++) {
		assert_true(gw_mlag_member_view(s.node[0].m, i, &v));
		assert_true(v.twin_known);
		assert_int_equal(v.twin_addresses, i < SIM_MEMBERS ? 3 : 1);
	}
	sim_run(&s, 20 * SIM_S);
	for (uint32_t i = 0; i < 128; i++) {
		assert_true(gw_mlag_member_view(s.node[1].m, i, &v));
		assert_true(v.twin_known);
	}
	assert_false(gw_mlag_member_view(s.node[0].m, 128, &v));
}

static void t14_tables_are_equal_before_ports_go_up(void **)
{
	s.conf.restore_max_us = 30 * SIM_S;
	sim_boot(&s, 0);
	sim_run(&s, 2 * SIM_S);
	for (uint32_t i = 0; i < 300; i++) {
		sim_host4(&s, 10 + i, 2);
		sim_want(&s, 0, i);
	}
	sim_run(&s, 5 * SIM_S);
	sim_boot(&s, 1);
	while (!s.node[1].member[2].enable) {
		sim_run(&s, SIM_MS);
		assert_true(s.now_us < 1100 * SIM_S);
	}
	assert_true(sim_equal(&s));
	assert_int_equal(sim_status(&s, 1).confirmed, 300);
}

static void t15_message_cut_anywhere_changes_nothing(void **)
{
	uint8_t data[2048];
	uint32_t len;

	sim_both(&s);
	known(20, 1);
	len = s.node[0].last_len != 0 ? s.node[0].last_len : s.node[1].last_len;
	memcpy(data, s.node[0].last_len != 0 ? s.node[0].last : s.node[1].last, len);
	gw_put32(data + 14, 500);
	for (uint32_t i = 0; i < len; i++) {
		unsigned to = s.node[0].last_len != 0;
		uint64_t inputs = s.node[to].inputs;

		gw_mlag_message(s.node[to].m, s.now_us, SIM_PEER_PORT, data, i);
		assert_int_equal(s.node[to].inputs, inputs);
	}
}

static void t16_tables_that_came_apart_are_repaired(void **)
{
	uint64_t repairs;

	sim_both(&s);
	known(20, 1);
	s.loss = 1000;
	for (uint32_t i = 0; i < 20; i++) {
		sim_host4(&s, 50 + i, 1);
		s.lands = 0;
		sim_want(&s, 0, i + 1);
	}
	sim_run(&s, 2 * SIM_S);
	assert_false(sim_equal(&s));
	s.loss = 0;
	sim_run(&s, 4 * SIM_S);
	assert_true(sim_equal(&s));
	assert_int_equal(sim_status(&s, 1).confirmed, 21);
	repairs = sim_count(&s, 0, GW_MLAG_N_repairs);
	assert_true(repairs > 0);
	sim_run(&s, 60 * SIM_S);
	assert_int_equal(sim_count(&s, 0, GW_MLAG_N_repairs), repairs);
}

static void t17_relayed_while_the_own_port_is_down(void **)
{
	struct sim_host *h;
	uint64_t asks;

	s.conf.age_s = 20;
	sim_both(&s);
	sim_link(&s, 0, 1, false);
	sim_run(&s, SIM_S);
	sim_host4(&s, 20, 1);
	h = &s.host[0];
	sim_want(&s, 1, 0);
	sim_run(&s, SIM_S);
	assert_int_equal(sim_knows(&s, 0, h), 2);
	assert_true(s.node[0].member[1].over_peer);
	// Kept as long as the peer keeps it, although the answers to it are not heard here.
	s.loss = 1000;
	sim_run(&s, 30 * SIM_S);
	assert_int_equal(sim_knows(&s, 0, h), 2);
	s.loss = 0;
	sim_run(&s, 70 * SIM_S);
	assert_int_equal(sim_knows(&s, 0, h), 2);
	assert_int_equal(s.node[0].forgotten, 0);
	asks = s.node[0].asks;
	sim_link(&s, 0, 1, true);
	sim_run(&s, SIM_S);
	assert_int_equal(s.node[0].asks, asks + 1);
	assert_false(s.node[0].member[1].over_peer);
	assert_true(sim_equal(&s));
	// A dead one goes although it cannot be asked here.
	sim_link(&s, 0, 1, false);
	h->alive = false;
	sim_run(&s, 30 * SIM_S);
	assert_int_equal(sim_knows(&s, 0, h), 0);
	assert_int_equal(sim_knows(&s, 1, h), 0);
}

static void t18_same_mac_at_another_member(void **)
{
	const struct gw_mac a = sim_mac(0);
	struct sim_host *h;
	struct gw_mlag_entry_view v;
	uint32_t cursor = 0;

	sim_both(&s);
	h = known(20, 1);
	h->mlag = 3;
	sim_wire(&s, 0, h, frame, sim_reply(h, &a, frame));
	sim_run(&s, 10 * SIM_MS);
	assert_true(gw_mlag_entry_next(s.node[1].m, &cursor, &v));
	assert_int_equal(v.at.mlag, 3);
	assert_int_equal(s.node[0].forgotten, 1); // that at the old port
	assert_int_equal(s.node[1].forgotten, 1);
	assert_true(sim_equal(&s));
}

static void t22_carrier_loss_clears_nothing(void **)
{
	sim_both(&s);
	for (uint32_t i = 0; i < 20; i++)
		known(20 + i, 1);
	for (unsigned i = 0; i < 2; i++)
		sim_link(&s, i, 1, false);
	sim_run(&s, 10 * SIM_S);
	assert_int_equal(sim_status(&s, 0).confirmed, 20);
	for (unsigned i = 0; i < 2; i++)
		sim_link(&s, i, 1, true);
	sim_run(&s, SIM_S);
	assert_int_equal(sim_status(&s, 0).confirmed, 20);
	assert_int_equal(s.node[0].forgotten + s.node[1].forgotten, 0);
	assert_true(sim_equal(&s));
}

#define CASE(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(t1_answers_always_land_on_the_other_device),
		CASE(t2_silent_host_is_asked_before_it_goes),
		CASE(t3_dead_host_expires_on_both),
		CASE(t4_no_reply_loops_on_the_peer_link),
		CASE(t5_port_goes_down_as_a_reply_is_relayed),
		CASE(t6_learned_at_once_on_both),
		CASE(t7_host_moves_between_orphan_and_mlag_port),
		CASE(t8_peer_restarts_while_tables_are_made_equal),
		CASE(t9_restart_with_ports_up_deletes_nothing),
		CASE(t10_status_tells_what_is_down),
		CASE(t12_static_wins_and_nothing_is_echoed),
		CASE(t13_addresses_of_the_pair_are_nobody),
		CASE(t13_128_members),
		CASE(t14_tables_are_equal_before_ports_go_up),
		CASE(t15_message_cut_anywhere_changes_nothing),
		CASE(t16_tables_that_came_apart_are_repaired),
		CASE(t17_relayed_while_the_own_port_is_down),
		CASE(t18_same_mac_at_another_member),
		CASE(t22_carrier_loss_clears_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
