// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "host_route/asks.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SERVERS 10001

static struct gw_asks a;
static uint64_t now;
static uint8_t asked[SERVERS];
static bool there[SERVERS];
static uint32_t last_iface, sent;

static int setup(void **)
{
	now = 1000000;
	memset(asked, 0, sizeof(asked));
	memset(there, 0, sizeof(there));
	sent = 0;
	return gw_asks_init(&a);
}

static int teardown(void **)
{
	gw_asks_fini(&a);
	return 0;
}

static bool ask(uint16_t iface, const struct gw_ip *ip)
{
	uint32_t i = gw_ip_to4(ip);

	if (there[i])
		return false;
	asked[i]++;
	sent++;
	last_iface = iface;
	return true;
}

static void run(uint64_t us)
{
	for (uint64_t end = now + us; now < end; now += 100)
		gw_asks_poll(&a, now, ask);
}

static void add(uint32_t server)
{
	struct gw_ip ip = gw_ip_of4(server);

	gw_asks_add(&a, now, 3, &ip);
}

static void asked_at_once_and_then_in_rounds(void **)
{
	add(5);
	run(1000);
	assert_int_equal(asked[5], 1);
	assert_int_equal(last_iface, 3);
	run(5000000);
	assert_int_equal(asked[5], GW_ASKS_ROUNDS);
}

static void who_answers_is_left_alone(void **)
{
	add(5);
	run(30000);
	assert_int_equal(asked[5], 2);
	there[5] = true;
	run(5000000);
	assert_int_equal(asked[5], 2);
}

static void all_are_asked_at_a_bounded_rate(void **)
{
	for (uint32_t i = 1; i < SERVERS; i++)
		add(i);
	run(100000);
	assert_in_range(sent, 3000, 100 * GW_ASKS_PER_MS + 200);
	run(5000000);
	for (uint32_t i = 1; i < SERVERS; i++)
		assert_int_equal(asked[i], GW_ASKS_ROUNDS);
	assert_int_equal(a.lost, 0);
}

static void too_many_are_counted(void **)
{
	for (uint32_t i = 0; i <= GW_ASKS_MAX; i++)
		add(1);
	assert_int_equal(a.lost, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(asked_at_once_and_then_in_rounds, setup, teardown),
		cmocka_unit_test_setup_teardown(who_answers_is_left_alone, setup, teardown),
		cmocka_unit_test_setup_teardown(all_are_asked_at_a_bounded_rate, setup, teardown),
		cmocka_unit_test_setup_teardown(too_many_are_counted, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
