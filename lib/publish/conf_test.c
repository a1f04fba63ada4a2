// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// What --check says about the section "publish" and about hosts that are published.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "port/check_fixture.h"

static const struct check_case cases[] = {
	{"publish", "{}", NULL},
	{"publish",
		"{'protocol':201,'table':254,'cost_tables':{'20':101,'30':101},'max_prefixes':1,"
		"'stale_ms':0}",
		NULL},
	{"publish", "{'protocol':11}",
		"c.json:31: /publish/protocol: 11 is that of a routing daemon (11, 12, 99 and 186 "
		"to 197 are)"},
	{"publish", "{'protocol':4}", "c.json:31: /publish/protocol: 4 is out of range (5..255)"},
	{"publish", "{'table':255}",
		"c.json:31: /publish/table: 255 is the kernel's table of own addresses"},
	{"publish", "{'cost_tables':{'0':101}}",
		"c.json:31: /publish/cost_tables/0: 0 cannot be a cost; 1 to 16777215 can"},
	{"publish", "{'cost_tables':{'20':255}}",
		"c.json:31: /publish/cost_tables/20: 255 is the kernel's table of own addresses"},
	{"hosts", "[{'ip':'10.1.1.5','mac':'02:00:00:00:00:05','interface':'a1','cost':0}]",
		"c.json:29: /hosts/0/cost: 0 is out of range (1..16777215)"},
	{"hosts", "[{'ip':'10.9.0.5','mac':'02:00:00:00:00:05','port':'acc1','publish':true}]",
		"c.json:29: /hosts/0/publish: only routes of VRF default are published, and it is "
		"in VRF blue"},
};

static void section(void **state)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		check_run(&cases[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(section)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
