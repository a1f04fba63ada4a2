// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Members and their addresses, of which one hello cannot hold all.

#include "base/wire.h"
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

static void member_add(unsigned node, uint16_t mlag)
{
	const struct gw_mlag_member_conf mc = {.mlag = mlag};

	assert_int_equal(gw_mlag_member_add(s.node[node].m, &mc, NULL), 0);
}

static void address_add(unsigned node, uint16_t mlag, uint32_t ip)
{
	const struct gw_mlag_subnet sub = {
		.mlag = mlag, .len = 16, .vlan = mlag, .addr = gw_ip_of4(ip)};

	assert_int_equal(gw_mlag_subnet_add(s.node[node].m, &sub, NULL), 0);
}

static struct gw_mlag_member_view view(unsigned node, uint16_t mlag)
{
	struct gw_mlag_member_view v;

	assert_true(gw_mlag_member_view(s.node[node].m, mlag - 1u, &v));
	assert_int_equal(v.mlag, mlag);
	return v;
}

// What node 0 knows node 1 to have on a member: `n` addresses from `first` on, each once.
static void expect_addresses(uint16_t mlag, uint32_t first, uint32_t n)
{
	const struct gw_mlag_member_view v = view(0, mlag);
	uint8_t seen[1024] = {0};

	assert_true(v.twin_known);
	assert_int_equal(v.twin_addresses, n);
	for (uint32_t i = 0; i < n; i++) {
		uint32_t at = gw_get32(v.twin_address[i].ip + 12) - first;

		assert_int_equal(gw_get16(v.twin_address[i].vlan), mlag);
		assert_true(at < n && seen[at]++ == 0);
	}
}

static void more_addresses_than_a_hello_holds(void **)
{
	struct sim_host thief = {.ip = gw_ip_of4(0x0a050000 + 999), .mlag = 5, .vlan = 5};
	const struct gw_mac to = sim_mac(1);
	uint8_t frame[SIM_FRAME];

	thief.mac = sim_host_mac(1);
	s.conf.learn_announced = true;
	sim_both(&s);
	for (unsigned node = 0; node < 2; node++)
		member_add(node, 5);
	address_add(0, 5, 0x0a050000 + 1023);
	for (uint32_t i = 0; i < 1000; i++)
		address_add(1, 5, 0x0a050000 + i);
	sim_run(&s, 10 * SIM_S); // some 40 in each of 25 hellos
	expect_addresses(5, 0x0a050000, 1000);
	// They are the pair's: nobody else has them.
	assert_int_equal(sim_wire(&s, 0, &thief, frame, sim_reply(&thief, &to, frame)),
		GW_MLAG_N_sender_pair);
}

static void state_of_a_port_is_in_each_hello_beside_many_addresses(void **)
{
	sim_both(&s);
	for (unsigned node = 0; node < 2; node++)
		member_add(node, 5);
	for (uint32_t i = 0; i < 1000; i++)
		address_add(1, 5, 0x0a050000 + i);
	sim_run(&s, 2 * SIM_S);
	for (unsigned i = 0; i < 20; i++) {
		gw_mlag_link(s.node[1].m, s.now_us, 5, i % 2 == 0);
		sim_run(&s, SIM_MS);
		assert_int_equal(view(0, 5).twin.up, i % 2 == 0);
	}
}

// More members than a hello names: the one whose port has changed is among those that it names.
static void port_that_changes_goes_first(void **)
{
	sim_both(&s);
	for (uint16_t mlag = SIM_MEMBERS + 1; mlag <= 200; mlag++) {
		member_add(0, mlag);
		member_add(1, mlag);
	}
	sim_run(&s, 2 * SIM_S);
	for (uint16_t mlag = 200; mlag > SIM_MEMBERS; mlag -= 7) {
		gw_mlag_link(s.node[1].m, s.now_us, mlag, true);
		sim_run(&s, SIM_MS);
		assert_true(view(0, mlag).twin.up);
	}
}

static void lost_hello_loses_no_address(void **)
{
	sim_both(&s);
	for (unsigned node = 0; node < 2; node++)
		member_add(node, 5);
	for (uint32_t i = 0; i < 200; i++)
		address_add(1, 5, 0x0a050000 + i);
	s.loss = 200;
	s.loss_hello = true;
	sim_run(&s, 20 * SIM_S);
	expect_addresses(5, 0x0a050000, 200);
}

static void addresses_that_change_are_heard_anew(void **)
{
	struct gw_mlag_subnet sub = {.mlag = 5, .len = 16, .vlan = 5};

	sim_both(&s);
	for (unsigned node = 0; node < 2; node++)
		member_add(node, 5);
	for (uint32_t i = 0; i < 200; i++)
		address_add(1, 5, 0x0a050000 + i);
	sim_run(&s, 300 * SIM_MS); // part of them is heard
	for (uint32_t i = 0; i < 100; i++) {
		sub.addr = gw_ip_of4(0x0a050000 + i);
		assert_int_equal(gw_mlag_subnet_del(s.node[1].m, &sub, NULL), 0);
	}
	sim_run(&s, 2 * SIM_S);
	expect_addresses(5, 0x0a050000 + 100, 100);
	gw_mlag_subnets_clear(s.node[1].m, 5);
	sim_run(&s, 2 * SIM_S);
	expect_addresses(5, 0, 0);
}

// 64 members with 100 addresses each take longer than a member that is not named is remembered.
static void no_member_is_forgotten_among_many_addresses(void **)
{
	sim_both(&s);
	for (uint16_t mlag = SIM_MEMBERS + 1; mlag <= 64; mlag++) {
		member_add(0, mlag);
		member_add(1, mlag);
		for (uint32_t i = 0; i < 100; i++)
			address_add(1, mlag, 0x0a000000 + mlag * 65536u + i);
	}
	sim_run(&s, 2 * SIM_S);
	for (unsigned i = 0; i < 100; i++) {
		sim_run(&s, SIM_S);
		for (uint16_t mlag = 1; mlag <= 64; mlag++)
			assert_true(view(0, mlag).twin_known);
	}
	for (uint16_t mlag = SIM_MEMBERS + 1; mlag <= 64; mlag++)
		expect_addresses(mlag, 0x0a000000 + mlag * 65536u, 100);
}

#define CASE(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(more_addresses_than_a_hello_holds),
		CASE(state_of_a_port_is_in_each_hello_beside_many_addresses),
		CASE(port_that_changes_goes_first),
		CASE(lost_hello_loses_no_address),
		CASE(addresses_that_change_are_heard_anew),
		CASE(no_member_is_forgotten_among_many_addresses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
