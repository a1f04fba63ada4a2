// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "xdp/pass.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct gw_xdp_pass parsed(const char *text)
{
	struct gw_err err = {};
	struct gw_xdp_pass pass;

	assert_int_equal(gw_xdp_pass_parse(text, &pass, &err), 0);
	assert_string_equal(pass.name, text);
	return pass;
}

static void named_entries(void **state)
{
	struct gw_xdp_pass pass = parsed("ospf");

	assert_int_equal(pass.proto, 89);
	assert_int_equal(pass.n_keys, 0);
	pass = parsed("bfd");
	assert_int_equal(pass.proto, -1);
	assert_int_equal(pass.n_keys, 3);
	assert_int_equal(pass.keys[2].kind, GW_STEER_UDP);
	assert_int_equal(pass.keys[2].value, 4784);
}

static void general_entries(void **state)
{
	struct gw_xdp_pass pass = parsed("tcp:49772");

	assert_int_equal(pass.keys[0].kind, GW_STEER_TCP);
	assert_int_equal(pass.keys[0].value, 49772);
	pass = parsed("ether:0x88B8");
	assert_int_equal(pass.keys[0].kind, GW_STEER_ETHER);
	assert_int_equal(pass.keys[0].value, 0x88b8);
	assert_int_equal(parsed("proto:112").proto, 112);
}

static void refused(void **state)
{
	static const char *const bad[] = {"", "bgp4", "OSPF", "tcp:", "tcp:0", "tcp:65536",
		"tcp:22x", "tcp: 22", "tcp:-1", "udp:4790", "proto:256", "proto:17", "proto:43",
		"proto:1", "ether:88cc", "ether:0x", "ether:0x100", "ether:0x0800", "ether:0x8100",
		"ether:0x12345", "a-name-that-is-longer-than-an-entry"};

	for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct gw_err err = {};
		struct gw_xdp_pass pass;

		assert_int_equal(gw_xdp_pass_parse(bad[i], &pass, &err), -EINVAL);
		assert_int_not_equal(strlen(err.text), 0);
	}
}

static void lists(void **state)
{
	const char *same[] = {"ospf", "bgp", "tcp:179"};
	const char *many[GW_STEER_ENTRIES + 1];
	struct gw_xdp_pass out[GW_STEER_ENTRIES];
	struct gw_err err = {};

	assert_int_equal(gw_xdp_pass_parse_list(same, 3, out, &err), -EEXIST);
	assert_string_equal(err.text, "\"bgp\" and \"tcp:179\" name the same packets");
	err.code = 0;
	assert_int_equal(
		gw_xdp_pass_parse_list(gw_xdp_pass_default, gw_xdp_pass_n_default, out, &err), 0);
	for (unsigned i = 0; i < GW_STEER_ENTRIES + 1; i++)
		many[i] = "ospf";
	assert_int_equal(gw_xdp_pass_parse_list(many, GW_STEER_ENTRIES + 1, out, &err), -E2BIG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(named_entries),
		cmocka_unit_test(general_entries),
		cmocka_unit_test(refused),
		cmocka_unit_test(lists),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
