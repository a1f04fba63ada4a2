// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Replies that are made up. Who is there stays known, tables stay within their bounds, hellos go
// on.

#include "base/wire.h"
#include "mlag_sync/mlag_int.h"
#include "mlag_sync/sim.h"

#define A     0
#define B     1
#define HOSTS 400u

static struct sim s;
static uint8_t frame[SIM_FRAME];

static int setup(void **)
{
	sim_init(&s, 7);
	s.conf.age_s = 4; // every host is asked meanwhile
	s.conf.max_unconfirmed = 256;
	sim_both(&s);
	for (uint32_t i = 0; i < HOSTS; i++) {
		sim_host4(&s, 10 + i, (uint16_t)(1 + i % SIM_MEMBERS));
		sim_want(&s, i % 2, i);
	}
	sim_run(&s, 5 * SIM_S);
	assert_true(sim_equal(&s));
	assert_int_equal(sim_status(&s, A).confirmed, HOSTS);
	s.node[A].records = s.node[B].records = 0;
	return 0;
}

static int teardown(void **)
{
	sim_fini(&s);
	return 0;
}

static struct sim_host stranger(uint16_t mlag)
{
	struct sim_host h = {.mlag = mlag, .mac = sim_host_mac(sim_random(&s, 1u << 31))};

	h.ip = gw_ip_of4(0x0a010000 + HOSTS + 100 + sim_random(&s, 60000));
	return h;
}

static struct gw_mac any_mac(void)
{
	switch (sim_random(&s, 5)) {
	case 0:
		return sim_mac(A);
	case 1:
		return sim_mac(B);
	case 2:
		return sim_virtual_mac;
	case 3:
		return (struct gw_mac){{255, 255, 255, 255, 255, 255}};
	default:
		return sim_host_mac(sim_random(&s, 1u << 31));
	}
}

// One of the list: strangers, outside of the subnet, MACs that cannot be, addresses of the pair,
// another VLAN, announcements, and hosts that are somebody else's.
static void made_up(unsigned node, uint16_t mlag, bool spoof)
{
	const struct gw_mac to = any_mac();
	struct sim_host h = stranger(mlag);
	uint32_t len, what = sim_random(&s, 12);

	if (what == 0)
		h.ip = gw_ip_of4(sim_random(&s, UINT32_MAX));
	else if (what == 1)
		h.mac = (struct gw_mac){{1, 2, 3, 4, 5, 6}};
	else if (what == 2)
		h.mac = (struct gw_mac){{0}};
	else if (what == 3)
		h.mac = sim_mac(sim_random(&s, 2));
	else if (what == 4)
		h.mac = sim_virtual_mac;
	else if (what == 5)
		h.ip = gw_ip_of4(0x0a010001 + sim_random(&s, 3));
	else if (what == 6 && spoof)
		h.ip = s.host[sim_random(&s, HOSTS)].ip;
	len = what == 7 ? sim_announce(&h, frame) : sim_reply(&h, &to, frame);
	if (what == 8)
		h.vlan = 10;
	sim_wire(&s, node, &h, frame, len);
}

static void expect_bounds(void)
{
	struct gw_mlag_member_view v;

	for (unsigned node = 0; node < 2; node++) {
		struct gw_mlag_status st = sim_status(&s, node);

		assert_int_equal(st.peer, GW_MLAG_PEER_UP);
		assert_true(st.confirmed + st.unconfirmed + st.asked <= s.conf.max_entries);
		for (uint32_t i = 0; gw_mlag_member_view(s.node[node].m, i, &v); i++)
			assert_true(v.unconfirmed <= s.conf.max_unconfirmed);
	}
}

static void expect_hosts(int at_least)
{
	for (uint32_t i = 0; i < HOSTS; i++) {
		if (sim_knows(&s, A, &s.host[i]) < at_least ||
			sim_knows(&s, B, &s.host[i]) < at_least)
			fail_msg("host %u: %d %d", i, sim_knows(&s, A, &s.host[i]),
				sim_knows(&s, B, &s.host[i]));
	}
}

static void flood(bool spoof)
{
	uint64_t hellos = sim_count(&s, A, GW_MLAG_N_hello_received);

	for (uint32_t i = 0; i < 1000000; i++) {
		made_up(sim_random(&s, 2), 1, spoof);
		sim_run(&s, 10);
		if (i % 1000 == 0)
			expect_bounds();
		if (i % 10000 == 0)
			expect_hosts(spoof ? 1 : 2);
	}
	assert_true(sim_count(&s, A, GW_MLAG_N_hello_received) - hellos >= 49);
	expect_hosts(spoof ? 1 : 2);
}

static void a_million_made_up_replies(void **)
{
	flood(false);
	assert_int_equal(sim_count(&s, A, GW_MLAG_N_table_full), 0);
	// Nothing of it stays.
	sim_run(&s, 10 * SIM_S);
	assert_true(sim_equal(&s));
	assert_int_equal(sim_status(&s, A).confirmed, HOSTS);
}

static void a_million_that_name_hosts_as_well(void **)
{
	flood(true);
	sim_run(&s, 3 * SIM_S);
	expect_hosts(2);
	sim_run(&s, 10 * SIM_S);
	assert_true(sim_equal(&s));
	assert_int_equal(sim_status(&s, A).confirmed, HOSTS);
}

// Somebody who hears nothing and says the same of each address, to both: what is said to the one
// device makes it ask, and what is said to the other one would be the answer. Few are asked about.
#define ASKED_MOST(seconds)                      \
	(MLAG_STRAYS_BURST + MLAG_CLAIMS_BURST + \
		(MLAG_STRAYS_PER_S + MLAG_CLAIMS_PER_S) * (seconds))

static struct sim_host nobody(uint32_t n)
{
	return (struct sim_host){
		.mlag = 1, .mac = sim_host_mac(100000 + n), .ip = gw_ip_of4(0x0a018000 + n)};
}

static void a_million_that_contradict_nothing(void **)
{
	for (uint32_t i = 0; i < 1000000; i++) {
		const struct sim_host h = nobody(sim_random(&s, 20000));
		const struct gw_mac to = sim_mac(sim_random(&s, 2));

		sim_wire(&s, sim_random(&s, 2), &h, frame, sim_reply(&h, &to, frame));
		sim_run(&s, 10);
		if (i % 1000 == 0)
			expect_bounds();
	}
	expect_hosts(2);
	assert_in_range(sim_status(&s, A).confirmed, HOSTS, HOSTS + 2 * ASKED_MOST(10));
	assert_true(sim_count(&s, B, GW_MLAG_N_unwanted) > 0);
}

static void say_to(const struct gw_mac *to, uint32_t first, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		const struct sim_host h = nobody(first + i);

		sim_wire(&s, B, &h, frame, sim_reply(&h, to, frame));
		sim_run(&s, 50);
	}
}

static void one_address_after_the_other(void **)
{
	const struct gw_mac a = sim_mac(A), b = sim_mac(B);
	const uint64_t start_us = s.now_us;

	for (uint32_t n = 0; n < 16 * 1024; n += 1024) {
		say_to(&a, n, 1024);
		sim_run(&s, 600 * SIM_MS); // B has begun to ask
		say_to(&b, n, 1024);
		expect_bounds();
	}
	expect_hosts(2);
	assert_in_range(sim_status(&s, B).confirmed, HOSTS,
		HOSTS + ASKED_MOST((s.now_us - start_us) / SIM_S + 1));
}

static void moves_do_not_pass_by_the_bound(void **)
{
	const struct gw_mac a = sim_mac(A);

	for (uint32_t round = 0; round < 20; round++) {
		for (uint16_t mlag = 1; mlag <= 2; mlag++) {
			for (uint32_t i = 0; i < s.conf.max_unconfirmed; i++) {
				struct sim_host h = nobody(round * s.conf.max_unconfirmed + i);

				h.mlag = mlag;
				sim_wire(&s, B, &h, frame, sim_reply(&h, &a, frame));
				sim_run(&s, 50);
			}
			sim_run(&s, 51 * SIM_MS); // not at once
			expect_bounds();
		}
	}
	expect_hosts(2);
}

static void one_in_is_one_out_at_most(void **)
{
	uint64_t in = 0, out;

	s.conf.age_s = 1200;
	for (uint32_t i = 0; i < 20000; i++) {
		made_up(B, 1, true);
		in++;
	}
	sim_run(&s, 10 * SIM_MS);
	out = s.node[B].records;
	assert_true(out > 0 && out <= in);
}

static void flood_on_one_port_leaves_the_others_their_share(void **)
{
	const struct gw_mac a = sim_mac(A);
	uint64_t refused = 0;

	// A host of member 2 that is new, again and again, between the floods on member 1.
	for (uint32_t i = 0; i < 1000; i++) {
		struct sim_host h = {.mlag = 2,
			.mac = sim_host_mac(900000 + i),
			.ip = gw_ip_of4(0x0a01f000 + i)};

		for (uint32_t k = 0; k < 100; k++) {
			struct sim_host x = stranger(1);

			sim_wire(&s, B, &x, frame, sim_reply(&x, &a, frame));
		}
		gw_mlag_asked(s.node[A].m, s.now_us, 0, 0, &h.ip);
		refused += sim_wire(&s, B, &h, frame, sim_reply(&h, &a, frame)) != GW_MLAG_TAKEN;
		sim_run(&s, 2 * SIM_MS);
		assert_int_equal(sim_knows(&s, A, &h), 2);
	}
	assert_int_equal(refused, 0);
	assert_true(sim_count(&s, B, GW_MLAG_N_rate) > 0);
}

static void table_that_is_full_keeps_who_is_in_it(void **)
{
	uint32_t made = 0;

	for (uint32_t i = 0; i < 2 * s.conf.max_entries; i++) {
		struct sim_host h = {
			.mlag = 3, .mac = sim_host_mac(i), .ip = gw_ip_of4(0x0a018000 + i % 32000)};
		const struct gw_mac a = sim_mac(A);

		gw_mlag_asked(s.node[A].m, s.now_us, 0, 0, &h.ip);
		made += sim_wire(&s, A, &h, frame, sim_reply(&h, &a, frame)) == GW_MLAG_TAKEN;
		if (i % 50 == 0)
			sim_run(&s, SIM_MS);
	}
	assert_true(made >= s.conf.max_entries - HOSTS);
	expect_bounds();
	expect_hosts(2);
	sim_run(&s, 20 * SIM_S);
	expect_hosts(2);
	assert_true(sim_equal(&s));
}

#define CASE(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_million_made_up_replies),
		CASE(a_million_that_name_hosts_as_well),
		CASE(a_million_that_contradict_nothing),
		CASE(one_address_after_the_other),
		CASE(moves_do_not_pass_by_the_bound),
		CASE(one_in_is_one_out_at_most),
		CASE(flood_on_one_port_leaves_the_others_their_share),
		CASE(table_that_is_full_keeps_who_is_in_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
