// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// What --check says about group membership, what is saved, what is shown.

#include <stdlib.h>

#include "group/fixture.h"

#include "cli/cli.h"
#include "config/config.h"
#include "port/check_fixture.h"

static const struct check_case cases[] = {
	{"group_membership", "{}", NULL},
	{"group_membership", "{'interfaces':['a1','core0','acc1']}", NULL},
	{"group_membership", "{'query_interval_s':1,'query_response_ms':100,'last_member_ms':100}",
		NULL},
	{"group_membership", "{'query_interval_s':10}",
		"c.json:31: /group_membership/query_interval_s: hosts would have 10000 ms to "
		"answer "
		"a query each 10 s: the former must be less"},
	{"group_membership", "{\n'query_interval_s':10,\n'query_response_ms':10000}",
		"c.json:33: /group_membership/query_response_ms: hosts would have 10000 ms to "
		"answer a query each 10 s: the former must be less"},
	{"group_membership", "{'interfaces':['a1',\n'a9']}",
		"c.json:32: /group_membership/interfaces/1: no interface \"a9\" in /interfaces and "
		"/ports"},
	{"group_membership", "{'interfaces':['a1',\n'a2','a1']}",
		"c.json:32: /group_membership/interfaces/2: a1 is named twice, see "
		"/group_membership/interfaces/0 (line 31)"},
	{"group_membership", "{'robustness':8}",
		"c.json:31: /group_membership/robustness: 8 is out of range (1..7)"},
	{"group_membership", "{'igmp_version':4}",
		"c.json:31: /group_membership/igmp_version: 4 is out of range (1..3)"},
	{"group_membership", "{'last_member_ms':99}",
		"c.json:31: /group_membership/last_member_ms: 99 is out of range (100..25500)"},
	{"group_membership", "{'max_sources_per_group':1025}",
		"c.json:31: /group_membership/max_sources_per_group: 1025 is out of range "
		"(1..1024)"},
};

static void checked(void **state)
{
	for (unsigned i = 0; i < RTE_DIM(cases); i++)
		check_run(&cases[i]);
}

static char *out;

static json_t *shown(const char *line)
{
	struct gw_err err = {0};
	size_t size;
	FILE *f;

	free(out);
	out = NULL;
	f = open_memstream(&out, &size);
	if (gw_cli_run(line, true, f, NULL, NULL, &err) != 0)
		fail_msg("%s: %s", line, err.text);
	fclose(f);
	return json_loads(out, 0, NULL);
}

static void text_is(const char *line, const char *want)
{
	struct gw_err err = {0};
	size_t size;
	FILE *f;

	free(out);
	out = NULL;
	f = open_memstream(&out, &size);
	assert_int_equal(gw_cli_run(line, false, f, NULL, NULL, &err), 0);
	fclose(f);
	assert_string_equal(out, want);
}

static void show(void **state)
{
	struct gw_err err = {0};
	json_t *o, *want;

	report(a1, GW_GROUP_IS_EX, G4, "3");
	report(a1, GW_GROUP_ALLOW, G4, "1");
	old_report(a2, 131, G6);
	at(10500000);
	o = shown("show group");
	want = json_pack("[{s:s, s:s, s:s, s:s, s:[{s:s, s:f}], s:[s], s:f, s:s, s:s},"
			 "{s:s, s:s, s:s, s:s, s:[], s:[], s:f, s:s, s:s}]",
		"interface", "a1", "vrf", "default", "group", G4, "mode", "exclude", "sources",
		"source", "198.51.100.1", "expires_s", 249.5, "excluded", "198.51.100.3",
		"expires_s", 249.5, "version", "igmpv3", "querier", "10.1.1.1", "interface", "a2",
		"vrf", "default", "group", G6, "mode", "exclude", "sources", "excluded",
		"expires_s", 249.5, "version", "mldv1", "querier", "fe80::200:5eff:fe00:101");
	assert_non_null(want);
	if (!json_equal(o, want))
		fail_msg("%s", out);
	json_decref(o);
	json_decref(want);
	text_is("show group interface a1",
		"INTERFACE  GROUP      MODE     SOURCES       EXCLUDED      EXPIRES_S  VERSION  "
		"QUERIER\n"
		"a1         232.1.1.1  exclude  198.51.100.1  198.51.100.3      249.5  igmpv3   "
		"10.1.1.1\n");
	assert_int_equal(
		gw_cli_run("show group interface a9", true, NULL, NULL, NULL, &err), -ENOENT);
	assert_string_equal(err.text, "no interface \"a9\" (show interface)");
	text_is("show group interface net", "");
	query(a1, "10.1.1.0", "0.0.0.0", 3, 20, 100, "");
	o = shown("show group querier interface a1");
	want = json_pack("[{s:s, s:s, s:s, s:s, s:f, s:i, s:i, s:i, s:i},"
			 "{s:s, s:s, s:s, s:s, s:f, s:i, s:i, s:i, s:i}]",
		"interface", "a1", "version", "igmpv3", "state", "not querier", "querier",
		"10.1.1.0", "next_s", 65.0, "interval_s", 20, "robustness", 3, "groups", 1,
		"refused", 0, "interface", "a1", "version", "mldv2", "state", "querier", "querier",
		"fe80::200:5eff:fe00:101", "next_s", 114.5, "interval_s", 125, "robustness", 2,
		"groups", 0, "refused", 0);
	if (!json_equal(o, want))
		fail_msg("%s", out);
	json_decref(o);
	json_decref(want);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(checked),
		GTEST(show),
	};
	int ret = FIXTURE_RUN(tests);

	free(out);
	return ret;
}
