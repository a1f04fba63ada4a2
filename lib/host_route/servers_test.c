// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Servers with a clock of their own: limits, damping, moves (mlag.md, part 2).

#include "host_route/servers.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define S 1000000ull

static struct gw_servers t;
static uint64_t now;
static bool refuses;	// advertisements
static char log_[4096]; // "+5@1 " advertised on interface 1, "-5@1 " withdrawn

static void say(char sign, const struct gw_server *s)
{
	size_t n = strlen(log_);

	snprintf(log_ + n, sizeof(log_) - n, "%c%u@%u ", sign, gw_ip_to4(&s->ip), s->iface);
}

static int on_advertise(const struct gw_server *s)
{
	say(refuses ? '!' : '+', s);
	return refuses ? -ENOSPC : 0;
}

static void on_withdraw(const struct gw_server *s)
{
	say('-', s);
}

static const struct gw_servers_ops ops = {on_advertise, on_withdraw};
static const struct gw_servers_conf conf = {.max_per_port = 5,
	.max = 8,
	.damp_flaps = 2,
	.damp_window_us = 10 * S,
	.damp_hold_us = 5 * S};

static int setup(void **)
{
	now = 100 * S;
	refuses = false;
	log_[0] = '\0';
	return gw_servers_init(&t, 10, &conf, &ops);
}

static int teardown(void **)
{
	gw_servers_fini(&t);
	return 0;
}

static int here(uint32_t ip, uint16_t port)
{
	struct gw_ip v = gw_ip_of4(ip);

	return gw_servers_present(&t, now, &v, port, (uint16_t)(port + 1));
}

static void gone(uint32_t ip, uint16_t port)
{
	struct gw_ip v = gw_ip_of4(ip);

	gw_servers_absent(&t, now, &v, (uint16_t)(port + 1));
}

static void expect(const char *want)
{
	assert_string_equal(log_, want);
	log_[0] = '\0';
}

static enum gw_server_state state(uint32_t ip)
{
	struct gw_ip v = gw_ip_of4(ip);
	const struct gw_server *s = gw_servers_find(&t, &v);

	return s != NULL ? s->state : GW_SERVER_ABSENT;
}

static void advertised_and_withdrawn_at_once(void **)
{
	assert_int_equal(here(5, 0), 0);
	expect("+5@1 ");
	here(5, 0); // heard again
	expect("");
	gone(5, 0);
	expect("-5@1 ");
	gone(5, 0);
	expect("");
}

static void moves_between_ports(void **)
{
	here(5, 0);
	here(5, 1);
	expect("+5@1 -5@1 +5@2 ");
	gone(5, 0); // the old place times out
	expect("");
	assert_int_equal(t.per_port[0], 0);
	assert_int_equal(t.per_port[1], 1);
	assert_int_equal(t.present, 1);
}

static void limits(void **)
{
	uint32_t percent;

	for (uint32_t i = 1; i <= 4; i++)
		here(i, 0);
	assert_true(gw_servers_room(&t, 0, &percent));
	assert_int_equal(percent, 80);
	here(5, 0);
	assert_false(gw_servers_room(&t, 0, &percent));
	assert_true(gw_servers_room(&t, 1, &percent));
	for (uint32_t i = 6; i <= 8; i++)
		here(i, 1);
	assert_false(gw_servers_room(&t, 1, &percent)); // of all ports
	assert_int_equal(percent, 100);
	gone(5, 0);
	assert_true(gw_servers_room(&t, 1, &percent));
}

static void who_flaps_is_suppressed_and_never_late_to_go(void **)
{
	for (int i = 0; i < 2; i++) {
		here(5, 0);
		gone(5, 0);
	}
	here(5, 0);
	expect("+5@1 -5@1 +5@1 -5@1 +5@1 "); // two are free
	gone(5, 0);
	expect("-5@1 ");
	here(5, 0);
	expect("");
	assert_int_equal(state(5), GW_SERVER_SUPPRESSED);
	now += 5 * S - 1;
	gw_servers_poll(&t, now);
	expect("");
	now += 1;
	gw_servers_poll(&t, now);
	expect("+5@1 ");
	gone(5, 0);
	expect("-5@1 ");
}

static void suppressed_one_that_goes_says_nothing(void **)
{
	for (int i = 0; i < 4; i++) {
		here(5, 0);
		gone(5, 0);
	}
	expect("+5@1 -5@1 +5@1 -5@1 +5@1 -5@1 ");
	now += 100 * S;
	gw_servers_poll(&t, now);
	expect("");
	assert_int_equal(t.present, 0);
}

static void quiet_ends_the_damping(void **)
{
	for (int i = 0; i < 4; i++) {
		here(5, 0);
		gone(5, 0);
	}
	log_[0] = '\0';
	now += 10 * S;
	here(5, 0);
	expect("+5@1 ");
}

static void moves_count_as_flaps(void **)
{
	for (int i = 0; i < 10; i++)
		here(5, i & 1); // two servers with one address
	expect("+5@1 -5@1 +5@2 -5@2 +5@1 -5@1 ");
	assert_int_equal(state(5), GW_SERVER_SUPPRESSED);
	assert_int_equal(t.present, 1);
}

static void the_ones_that_went_first_are_forgotten(void **)
{
	for (uint32_t i = 1; i <= 30; i++) {
		here(i, 0);
		if (i != 7)
			gone(i, 0);
	}
	assert_int_equal(t.by_ip.count, 10);
	assert_int_equal(state(7), GW_SERVER_ADVERTISED);
	for (uint32_t i = 22; i <= 30; i++) {
		struct gw_ip v = gw_ip_of4(i);

		assert_non_null(gw_servers_find(&t, &v));
	}
}

static void no_room_for_more_present_ones(void **)
{
	for (uint32_t i = 1; i <= 10; i++)
		assert_int_equal(here(i, 0), 0);
	assert_int_equal(here(11, 0), -ENOSPC);
	gone(3, 0);
	assert_int_equal(here(11, 0), 0);
}

static void what_cannot_be_advertised_is_tried_again(void **)
{
	refuses = true;
	assert_int_equal(here(5, 0), 0);
	expect("!5@1 ");
	assert_int_equal(state(5), GW_SERVER_SUPPRESSED);
	here(5, 0);
	gw_servers_poll(&t, now);
	expect("");
	now += 1 * S;
	gw_servers_poll(&t, now);
	expect("!5@1 ");
	refuses = false;
	now += 1 * S;
	gw_servers_poll(&t, now);
	expect("+5@1 ");
	assert_int_equal(state(5), GW_SERVER_ADVERTISED);
	gone(5, 0);
	expect("-5@1 ");
	refuses = true;
	here(5, 0);
	expect("!5@1 ");
	gone(5, 0);
	expect(""); // it was not
	refuses = false;
	now += 10 * S;
	gw_servers_poll(&t, now);
	expect("");
}

// All are somewhere, each once, whatever happened before.
static void random_walk(void **)
{
	static uint8_t want[41]; // port + 1, 0 absent
	uint32_t in = 0, listed = 0;

	memset(want, 0, sizeof(want));
	srand(1);
	for (int i = 0; i < 200000; i++) {
		uint32_t ip = 1 + (uint32_t)rand() % 40;
		uint16_t port = rand() & 3;

		now += (uint64_t)rand() % S;
		if ((rand() & 1) != 0) {
			if (here(ip, port) == 0)
				want[ip] = (uint8_t)(port + 1);
		} else {
			gone(ip, port);
			if (want[ip] == port + 1)
				want[ip] = 0;
		}
		gw_servers_poll(&t, now);
		log_[0] = '\0';
	}
	for (uint32_t ip = 1; ip <= 40; ip++) {
		assert_int_equal(state(ip) != GW_SERVER_ABSENT, want[ip] != 0);
		in += want[ip] != 0;
	}
	for (uint32_t i = t.head; i != 0; i = t.v[i].next)
		listed++;
	assert_int_equal(t.present, in);
	assert_int_equal(t.by_ip.count, in + listed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(advertised_and_withdrawn_at_once, setup, teardown),
		cmocka_unit_test_setup_teardown(moves_between_ports, setup, teardown),
		cmocka_unit_test_setup_teardown(limits, setup, teardown),
		cmocka_unit_test_setup_teardown(
			who_flaps_is_suppressed_and_never_late_to_go, setup, teardown),
		cmocka_unit_test_setup_teardown(
			suppressed_one_that_goes_says_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(quiet_ends_the_damping, setup, teardown),
		cmocka_unit_test_setup_teardown(moves_count_as_flaps, setup, teardown),
		cmocka_unit_test_setup_teardown(
			the_ones_that_went_first_are_forgotten, setup, teardown),
		cmocka_unit_test_setup_teardown(no_room_for_more_present_ones, setup, teardown),
		cmocka_unit_test_setup_teardown(
			what_cannot_be_advertised_is_tried_again, setup, teardown),
		cmocka_unit_test_setup_teardown(random_walk, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
