// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// What a gateway sees of its servers, and that asking for thousands of them is done in parts.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli/cli.h"
#include "host_route/host_route.h"
#include "linkage/linkage_int.h"

#define MANY 10000u

static const struct gw_ip *switch_ip(unsigned i)
{
	static struct gw_ip ip[2];

	ip[i] = gw_ip_of4(0x0a000103 + i * 0x100); // 10.0.1.3, 10.0.2.3
	return &ip[i];
}

// Behind one of two switches, each at its port of the gateway's.
static void route(uint32_t host, unsigned at, bool there)
{
	const struct gw_prefix p = gw_prefix_of4(0x0a0a0000 + host, 32);

	view_route(&p, switch_ip(at), (int)(at + 1), there);
}

static int group(void **)
{
	return gw_host_route_init(); // is told of those that went
}

static int setup(void **)
{
	for (uint16_t i = 0; i < 2; i++) {
		gw_ports[i] = (struct gw_port){.used = true, .carrier = true, .ifindex = i + 1};
		snprintf(gw_ports[i].name, sizeof(gw_ports[i].name), "to-%c", 'a' + i);
	}
	return 0;
}

static int teardown(void **)
{
	view_reset();
	memset(gw_ports, 0, 2 * sizeof(gw_ports[0]));
	return 0;
}

static void count_call(void *arg)
{
	++*(unsigned *)arg;
}

static json_t *shown(unsigned *calls)
{
	struct gw_err err = {0};
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);
	json_t *o;

	*calls = 0;
	assert_int_equal(gw_cli_run("show linkage", true, out, count_call, calls, &err), 0);
	fclose(out);
	o = json_loads(text, 0, NULL);
	assert_non_null(o);
	free(text);
	return o;
}

static void sees(uint32_t host, const char *want)
{
	char ip[GW_IP_LEN], got[200] = "";
	const struct gw_ip addr = gw_ip_of4(0x0a0a0000 + host);
	unsigned calls;
	json_t *o = shown(&calls), *s;
	size_t i;

	gw_ip_str(&addr, ip);
	json_array_foreach (json_object_get(o, "servers"), i, s) {
		if (strcmp(json_string_value(json_object_get(s, "server")), ip) == 0)
			snprintf(got, sizeof(got), "%s %s %s %s",
				json_string_value(json_object_get(s, "switch")),
				json_string_value(json_object_get(s, "port")),
				json_string_value(json_object_get(s, "uplink")),
				json_string_value(json_object_get(s, "downlink")));
	}
	json_decref(o);
	assert_string_equal(got, want);
}

static void states_of_uplink_and_downlink(void **)
{
	route(1, 0, true);
	route(2, 0, true);
	sees(1, "10.0.1.3 to-a up up");
	route(1, 0, false); // its switch advertises another one
	sees(1, "10.0.1.3 to-a up down");
	route(2, 0, false);
	sees(1, "10.0.1.3 to-a no routes down");
	route(2, 1, true); // moved
	sees(2, "10.0.2.3 to-b up up");
	sees(1, "10.0.1.3 to-a no routes down");
	route(2, 0, true);
	route(2, 1, false); // the route before, which goes later
	sees(2, "10.0.1.3 to-a up up");
	sees(1, "10.0.1.3 to-a up down");
	gw_ports[0].carrier = false;
	sees(2, "10.0.1.3 to-a no carrier up");
}

static void what_a_reading_leaves_out_is_gone(void **)
{
	route(1, 0, true);
	route(2, 0, true);
	view_begin();
	route(2, 0, true);
	view_end();
	sees(1, "10.0.1.3 to-a up down");
	view_begin();
	view_end();
	sees(2, "10.0.1.3 to-a no routes down");
}

// A call writes a bounded number of them: packets are served in between.
static void thousands_are_shown_in_parts(void **)
{
	unsigned calls;
	json_t *o;

	for (uint32_t i = 1; i <= MANY; i++)
		route(i, i & 1, true);
	for (uint32_t i = 1; i <= MANY; i++)
		route(i, i & 1, false);
	o = shown(&calls);
	assert_int_equal(json_array_size(json_object_get(o, "servers")), MANY);
	assert_int_equal(json_array_size(json_object_get(o, "groups")), 0);
	json_decref(o);
	assert_true(calls >= MANY / 128);
}

// 32,768 are remembered: those that went make room.
static void a_new_one_takes_the_place_of_one_that_went(void **)
{
	unsigned calls, here[2] = {0};
	json_t *o, *servers, *s;
	size_t i;

	for (uint32_t k = 1; k <= 32768; k++)
		route(k, 0, true);
	route(40000, 1, true); // all are there: no place
	for (uint32_t k = 1; k <= 32768; k += 2)
		route(k, 0, false);
	for (uint32_t k = 40001; k <= 50000; k++)
		route(k, 1, true);
	o = shown(&calls);
	servers = json_object_get(o, "servers");
	assert_int_equal(json_array_size(servers), 32768);
	json_array_foreach (servers, i, s) {
		if (strcmp(json_string_value(json_object_get(s, "downlink")), "up") == 0)
			here[strcmp(json_string_value(json_object_get(s, "port")), "to-b") == 0]++;
	}
	assert_int_equal(here[0], 16384);
	assert_int_equal(here[1], 10000);
	json_decref(o);
}

static void a_switch_without_servers_says_so(void **)
{
	unsigned calls;
	json_t *o = shown(&calls);

	assert_null(json_object_get(o, "servers"));
	assert_non_null(json_object_get(o, "groups"));
	json_decref(o);
}

#define CASE(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(states_of_uplink_and_downlink),
		CASE(what_a_reading_leaves_out_is_gone),
		CASE(thousands_are_shown_in_parts),
		CASE(a_new_one_takes_the_place_of_one_that_went),
		CASE(a_switch_without_servers_says_so),
	};

	return cmocka_run_group_tests(tests, group, NULL);
}
