// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "group/fixture.h"

#define IS_IN GW_GROUP_IS_IN
#define IS_EX GW_GROUP_IS_EX
#define TO_IN GW_GROUP_TO_IN
#define TO_EX GW_GROUP_TO_EX
#define ALLOW GW_GROUP_ALLOW
#define BLOCK GW_GROUP_BLOCK

#define V1_REPORT  0x12
#define V2_REPORT  0x16
#define V2_LEAVE   0x17
#define MLD_REPORT 131
#define MLD_DONE   132

// RFC 3376 6.4.1, 6.4.2; RFC 3810 7.4.1, 7.4.2. Ten seconds after INCLUDE (1, 2) or EXCLUDE
// (X = 1, 2; Y = 3, 4) began.
static const struct {
	bool exclude;
	uint8_t change;
	const char *hosts;
	const char *state, *told;
	const char *queries; // hosts of those with sources; "G": of the group
} rows[] = {
	{false, IS_IN, "2 3", "IN 1:250 2:260 3:260", "IN 1 2 3", ""},
	{false, IS_EX, "2 3", "EX 260 x 2:250 y 3", "EX 3", ""},
	{false, ALLOW, "2 3", "IN 1:250 2:260 3:260", "IN 1 2 3", ""},
	{false, BLOCK, "2 3", "IN 1:250 2:2", "IN 1 2", ": 2"},
	{false, TO_EX, "2 3", "EX 260 x 2:2 y 3", "EX 3", ": 2"},
	{false, TO_IN, "2 3", "IN 1:2 2:260 3:260", "IN 1 2 3", ": 1"},
	{true, IS_IN, "2 3 5", "EX 250 x 1:250 2:260 3:260 5:260 y 4", "EX 4", ""},
	{true, IS_EX, "2 3 5", "EX 260 x 2:250 5:260 y 3", "EX 3", ""},
	{true, ALLOW, "2 3 5", "EX 250 x 1:250 2:260 3:260 5:260 y 4", "EX 4", ""},
	{true, BLOCK, "2 3 5", "EX 250 x 1:250 2:2 5:2 y 3 4", "EX 3 4", ": 2 5"},
	{true, TO_EX, "2 3 5", "EX 260 x 2:2 5:2 y 3", "EX 3", ": 2 5"},
	{true, TO_IN, "2 3 5", "EX 2 x 1:2 2:260 3:260 5:260 y 4", "EX 4", "G: 1"},
	// without sources, and with such as are there already
	{false, IS_EX, "", "EX 260 x", "EX", ""},
	{false, TO_EX, "", "EX 260 x", "EX", ""},
	{false, TO_IN, "", "IN 1:2 2:2", "IN 1 2", ": 1 2"},
	{true, IS_EX, "", "EX 260 x", "EX", ""},
	{true, TO_EX, "", "EX 260 x", "EX", ""},
	{true, TO_IN, "", "EX 2 x 1:2 2:2 y 3 4", "EX 3 4", "G: 1 2"},
	{true, BLOCK, "3 4", "EX 250 x 1:250 2:250 y 3 4", "EX 3 4", ""},
	{false, BLOCK, "3 4", "IN 1:250 2:250", "IN 1 2", ""},
	{true, TO_EX, "3 4", "EX 260 x y 3 4", "EX 3 4", ""},
};

static void rows_run(const char *group)
{
	for (unsigned i = 0; i < RTE_DIM(rows); i++) {
		const char *queries = rows[i].queries;
		char want[64] = "";

		group_setup(NULL);
		if (rows[i].exclude)
			report(a1, IS_EX, group, "3 4");
		report(a1, rows[i].exclude ? ALLOW : IS_IN, group, "1 2");
		assert_string_equal(asked(), "");
		at(10 * SECOND);
		report(a1, rows[i].change, group, rows[i].hosts);
		if (strcmp(known(a1, group), rows[i].state) != 0)
			fail_msg("row %u: %s, not %s", i, known(a1, group), rows[i].state);
		if (strcmp(told(a1, group), rows[i].told) != 0)
			fail_msg("row %u: told %s, not %s", i, told(a1, group), rows[i].told);
		if (*queries == 'G')
			snprintf(want, sizeof(want), "Q(%s) Q(%s%s)", group, group, queries + 1);
		else if (*queries != '\0')
			snprintf(want, sizeof(want), "Q(%s%s)", group, queries);
		assert_string_equal(asked(), want);
		group_teardown(NULL);
	}
}

static void table_of_changes_ip4(void **state)
{
	rows_run(G4);
}

static void table_of_changes_ip6(void **state)
{
	rows_run(G6);
}

// What begins nothing.
static void unknown_group(void **state)
{
	report(a1, IS_IN, G4, "");
	report(a1, TO_IN, G4, "");
	report(a1, ALLOW, G4, "");
	report(a1, BLOCK, G4, "1");
	old_report(a1, V2_LEAVE, G4);
	old_report(a1, MLD_DONE, G6);
	assert_string_equal(known(a1, G4), "-");
	assert_string_equal(known(a1, G6), "-");
	assert_string_equal(asked(), "");
	report(a1, ALLOW, G4, "1");
	assert_string_equal(known(a1, G4), "IN 1:260");
	assert_string_equal(known(a2, G4), "-");
	assert_string_equal(told(a2, G4), "-");
}

// RFC 3376 6.2.3: a source of mode INCLUDE goes with its timer, and the group with its last source.
static void source_timers_include(void **state)
{
	report(a1, IS_IN, G4, "1");
	at(10 * SECOND);
	report(a1, IS_IN, G4, "2");
	at(260 * SECOND - 1);
	assert_string_equal(told(a1, G4), "IN 1 2");
	at(260 * SECOND);
	assert_string_equal(told(a1, G4), "IN 2");
	at(270 * SECOND);
	assert_string_equal(known(a1, G4), "-");
	assert_string_equal(told(a1, G4), "-");
}

// RFC 3376 6.2.3: of mode EXCLUDE it is not forwarded any more.
static void source_timers_exclude(void **state)
{
	report(a1, ALLOW, G6, "1 2");
	at(10 * SECOND);
	report(a1, IS_EX, G6, "1 2 3");
	assert_string_equal(known(a1, G6), "EX 260 x 1:250 2:250 y 3");
	assert_string_equal(told(a1, G6), "EX 3");
	at(260 * SECOND);
	assert_string_equal(known(a1, G6), "EX 10 x y 1 2 3");
	assert_string_equal(told(a1, G6), "EX 1 2 3");
}

// RFC 3376 6.2.2, 6.5: the group timer ends mode EXCLUDE; who named sources meanwhile stays.
static void group_timer(void **state)
{
	report(a1, IS_EX, G4, "3");
	report(a2, IS_EX, G4, "3");
	at(100 * SECOND);
	report(a1, ALLOW, G4, "1");
	at(260 * SECOND);
	assert_string_equal(known(a1, G4), "IN 1:100");
	assert_string_equal(told(a1, G4), "IN 1");
	assert_string_equal(known(a2, G4), "-");
	assert_string_equal(told(a2, G4), "-");
	at(360 * SECOND);
	assert_string_equal(known(a1, G4), "-");
}

// RFC 3376 6.6.3.1: as many queries as configured; then the group is gone.
static void last_member(void **state)
{
	report(a1, IS_EX, G4, "");
	at(50 * SECOND);
	report(a1, TO_IN, G4, "");
	assert_string_equal(asked(), "Q(" G4 ")");
	assert_string_equal(told(a1, G4), "EX");
	at(51 * SECOND - 1);
	assert_string_equal(asked(), "");
	at(51 * SECOND);
	assert_string_equal(asked(), "Q(" G4 ")");
	at(52 * SECOND - 1);
	assert_string_equal(known(a1, G4), "EX 1e-06 x");
	at(52 * SECOND);
	assert_string_equal(asked(), "");
	assert_string_equal(told(a1, G4), "-");
}

// Somebody else answers; queries that are still to come say that routers need not listen.
static void somebody_stays(void **state)
{
	report(a1, IS_EX, G4, "");
	at(50 * SECOND);
	old_report(a1, V2_LEAVE, G4);
	assert_string_equal(asked(), "Q(" G4 ")");
	at(50 * SECOND + 500000);
	report(a1, IS_EX, G4, "");
	at(51 * SECOND);
	assert_string_equal(asked(), "Q(" G4 ")S");
	at(60 * SECOND);
	assert_string_equal(asked(), "");
	assert_string_equal(known(a1, G4), "EX 250.5 x");
}

// RFC 3376 6.6.3.2, in two messages when some of the sources are wanted again.
static void last_source(void **state)
{
	report(a1, IS_IN, G6, "1 2 3");
	at(50 * SECOND);
	report(a1, BLOCK, G6, "1 2");
	assert_string_equal(asked(), "Q(" G6 ": 1 2)");
	at(50 * SECOND + 100000);
	report(a1, IS_IN, G6, "2");
	at(51 * SECOND);
	assert_string_equal(asked(), "Q(" G6 ": 2)S Q(" G6 ": 1)");
	at(51 * SECOND + 500000);
	report(a1, BLOCK, G6, "1"); // again, which gains it no time
	at(52 * SECOND);
	assert_string_equal(asked(), "");
	assert_string_equal(known(a1, G6), "IN 2:258.1 3:208");
	assert_string_equal(told(a1, G6), "IN 2 3");
}

// A host that repeats its leave, or floods it, makes no more queries.
static void leaves_repeated(void **state)
{
	report(a1, IS_EX, G4, "");
	at(50 * SECOND);
	for (unsigned i = 0; i < 100; i++)
		report(a1, TO_IN, G4, "");
	assert_string_equal(asked(), "Q(" G4 ")");
	at(50 * SECOND + 900000);
	report(a1, TO_IN, G4, "");
	assert_string_equal(asked(), "");
	at(51 * SECOND);
	report(a1, TO_IN, G4, "");
	assert_string_equal(asked(), "Q(" G4 ")");
	at(52 * SECOND);
	assert_string_equal(told(a1, G4), "-");
}

// What is asked while other queries are on their way has its own time.
static void asked_in_between(void **state)
{
	gw_group_conf.last_member_count = 1;
	report(a1, IS_IN, G4, "1 2 3");
	at(50 * SECOND);
	report(a1, BLOCK, G4, "1");
	assert_string_equal(asked(), "Q(" G4 ": 1)");
	at(50 * SECOND + 400000);
	report(a1, BLOCK, G4, "2");
	assert_string_equal(asked(), "");
	at(51 * SECOND);
	assert_string_equal(asked(), "Q(" G4 ": 2)");
	assert_string_equal(known(a1, G4), "IN 2:1 3:209");
	at(52 * SECOND);
	assert_string_equal(known(a1, G4), "IN 3:208");
}

static void fast_leave(void **state)
{
	gw_group_conf.fast_leave = true;
	old_report(a1, V2_REPORT, G4);
	old_report(a1, MLD_REPORT, G6);
	report(a2, IS_IN, G4, "1 2");
	old_report(a1, V2_LEAVE, G4);
	old_report(a1, MLD_DONE, G6);
	report(a2, BLOCK, G4, "2");
	assert_string_equal(told(a1, G4), "-");
	assert_string_equal(told(a1, G6), "-");
	assert_string_equal(told(a2, G4), "IN 1");
	report(a2, TO_EX, G4, "3");
	assert_string_equal(known(a2, G4), "EX 260 x y 3");
	report(a2, BLOCK, G4, "4");
	assert_string_equal(told(a2, G4), "EX 3 4");
	report(a2, TO_IN, G4, "5");
	assert_string_equal(known(a2, G4), "IN 5:260");
	assert_string_equal(asked(), "");
}

// RFC 3376 7.3.2: with IGMPv2 hosts about, BLOCK and the sources of TO_EX are not heeded; such of
// IS_EX are.
static void host_of_igmpv2(void **state)
{
	struct gw_ip g;

	gw_ip_parse(G4, &g);
	old_report(a1, V2_REPORT, G4);
	assert_int_equal(gw_member_version(&gw_members[gw_member_find(a1, &g)]), 2);
	report(a1, BLOCK, G4, "1");
	report(a1, TO_EX, G4, "1 2");
	assert_string_equal(known(a1, G4), "EX 260 x");
	assert_string_equal(asked(), "");
	report(a1, ALLOW, G4, "3");
	old_report(a1, V2_REPORT, G4);
	assert_string_equal(known(a1, G4), "EX 260 x");
	at(100 * SECOND);
	report(a1, IS_EX, G4, "");
	at(260 * SECOND);
	assert_int_equal(gw_member_version(&gw_members[gw_member_find(a1, &g)]), 3);
	report(a1, TO_EX, G4, "1");
	assert_string_equal(known(a1, G4), "EX 260 x 1:2");
	at(262 * SECOND);
	assert_string_equal(told(a1, G4), "EX 1");
}

// RFC 3376 7.3.2: IGMPv1 hosts do not say that they leave.
static void host_of_igmpv1(void **state)
{
	old_report(a1, V1_REPORT, G4);
	at(10 * SECOND);
	old_report(a1, V2_REPORT, G4);
	old_report(a1, V2_LEAVE, G4);
	report(a1, TO_IN, G4, "");
	report(a1, TO_IN, G4, "1");
	report(a1, BLOCK, G4, "1");
	assert_string_equal(asked(), "");
	assert_string_equal(known(a1, G4), "EX 260 x");
	at(260 * SECOND); // IGMPv2 from here on, for ten seconds
	drain();
	old_report(a1, V2_LEAVE, G4);
	assert_string_equal(asked(), "Q(" G4 ")");
	at(262 * SECOND);
	assert_string_equal(told(a1, G4), "-");
}

// RFC 3810 8.3.2
static void host_of_mldv1(void **state)
{
	struct gw_ip g;

	gw_ip_parse(G6, &g);
	report(a1, IS_EX, G6, "1");
	old_report(a1, MLD_REPORT, G6);
	assert_int_equal(gw_member_version(&gw_members[gw_member_find(a1, &g)]), 2);
	assert_string_equal(known(a1, G6), "EX 260 x");
	report(a1, BLOCK, G6, "1");
	assert_string_equal(known(a1, G6), "EX 260 x");
	old_report(a1, MLD_DONE, G6);
	assert_string_equal(asked(), "Q(" G6 ")");
	at(2 * SECOND);
	assert_string_equal(told(a1, G6), "-");
}

// A mix on one link: the group stays while anybody of whatever version answers.
static void hosts_mixed(void **state)
{
	report(a1, IS_IN, G4, "1");
	old_report(a1, V2_REPORT, G4);
	assert_string_equal(told(a1, G4), "EX");
	report(a1, BLOCK, G4, "1");
	at(10 * SECOND);
	old_report(a1, V2_LEAVE, G4);
	assert_string_equal(asked(), "Q(" G4 ")");
	report(a1, IS_IN, G4, "1"); // the host of IGMPv3 answers
	at(12 * SECOND);
	drain();
	assert_string_equal(known(a1, G4), "IN 1:258");
	assert_string_equal(told(a1, G4), "IN 1");
}

// Not more groups and sources than configured; what there is stays.
static void bounds(void **state)
{
	struct gw_group_iface *gi = gw_group_iface(a1);
	char g[GW_IP_LEN];

	for (unsigned i = 1; i <= 9; i++) {
		snprintf(g, sizeof(g), "239.1.1.%u", i);
		report(a1, IS_EX, g, "");
	}
	report(a1, TO_IN, "239.1.1.9", "");
	assert_int_equal(gi->groups, 8);
	assert_int_equal(gi->refused, 1);
	assert_int_equal(drops(GW_DROP_group_ignored), 1);
	for (unsigned i = 1; i <= 5; i++) {
		snprintf(g, sizeof(g), "239.1.1.%u", i);
		old_report(a2, V2_REPORT, g);
	}
	assert_int_equal(gw_group_iface(a2)->groups, 4);
	report(a1, TO_IN, "239.1.1.1", "1 2 3 4 5 6 7 8");
	at(5 * SECOND);
	drain();
	assert_string_equal(known(a1, "239.1.1.1"), "IN 1:255 2:255 3:255 4:255 5:255 6:255");
	assert_int_equal(gi->refused, 3);
	report(a1, ALLOW, "239.1.1.1", "2 7");
	assert_string_equal(known(a1, "239.1.1.1"), "IN 1:255 2:260 3:255 4:255 5:255 6:255");
	report(a1, TO_IN, "239.1.1.1", "9 8 7 6 9 9");
	at(7 * SECOND);
	drain();
	assert_string_equal(known(a1, "239.1.1.1"), "IN 6:258");
	report(a1, ALLOW, "239.1.1.1", "9 8 7 5");
	assert_string_equal(known(a1, "239.1.1.1"), "IN 5:260 6:258 7:260 8:260 9:260");
	for (unsigned i = 2; i <= 8; i++) {
		snprintf(g, sizeof(g), "239.1.1.%u", i);
		report(a1, TO_IN, g, "");
	}
	at(9 * SECOND);
	drain();
	assert_int_equal(gi->groups, 1);
	report(a1, IS_EX, "239.9.9.9", "");
	assert_string_equal(known(a1, "239.9.9.9"), "EX 260 x");
}

// One interface does not take all of the slow path's time.
static void flood(void **state)
{
	for (unsigned i = 0; i < 5000; i++)
		old_report(a1, V2_REPORT, G4);
	assert_int_equal(drops(GW_DROP_punt_rate_group), 5000 - 4096);
	old_report(a2, V2_REPORT, G4);
	assert_string_equal(told(a2, G4), "EX");
	at(1 * SECOND);
	for (unsigned i = 0; i < 1100; i++)
		old_report(a1, V2_REPORT, G4);
	assert_int_equal(drops(GW_DROP_punt_rate_group), 5000 - 4096 + 100);
}

// A half that becomes standby forgets, and its interface takes everything along.
static void standby_and_gone(void **state)
{
	struct gw_err err = {0};

	report(a1, IS_EX, G4, "");
	report(a2, IS_EX, G4, "");
	assert_int_equal(gw_iface_switch("a1", GW_HALF_STANDBY, &err), 0);
	report(a1, IS_EX, G6, "");
	assert_int_equal(drops(GW_DROP_standby), 1);
	at(1 * SECOND);
	assert_string_equal(told(a1, G4), "-");
	assert_string_equal(told(a2, G4), "EX");
	at(300 * SECOND);
	assert_int_equal(gw_iface_del("a2", &err), 0);
	assert_string_equal(told(a2, G4), "-");
	drain();
	at(600 * SECOND);
	assert_string_equal(asked(), "");
	assert_int_equal(gw_iface_switch("a1", GW_HALF_ACTIVE, &err), 0);
	at(601 * SECOND);
	assert_string_equal(asked(), "Q Q");
}

// Not even a query that was due when it became standby.
static void standby_is_silent(void **state)
{
	struct gw_err err = {0};

	gw_group_conf.last_member_ms = 100;
	report(a1, IS_EX, G4, "");
	at(1 * SECOND);
	report(a1, TO_IN, G4, "");
	assert_string_equal(asked(), "Q(" G4 ")");
	assert_int_equal(gw_iface_switch("a1", GW_HALF_STANDBY, &err), 0);
	at(1 * SECOND + 100000);
	assert_string_equal(asked(), "");
	assert_int_not_equal(gw_group_iface(a1)->groups, 0);
}

// In a replay what is sent depends on the input alone: an answer to a leave, nothing later.
static void replay(void **state)
{
	gw_worker_conf.replay = true;
	report(a1, IS_EX, G4, "");
	old_report(a1, V2_LEAVE, G4);
	assert_string_equal(asked(), "Q(" G4 ")");
	old_report(a1, V2_LEAVE, G4);
	assert_string_equal(asked(), "Q(" G4 ")");
	at(1 * SECOND);
	assert_string_equal(asked(), "");
	at(2 * SECOND);
	assert_string_equal(told(a1, G4), "-");
	gw_worker_conf.replay = false;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(table_of_changes_ip4),
		cmocka_unit_test(table_of_changes_ip6),
		GTEST(unknown_group),
		GTEST(source_timers_include),
		GTEST(source_timers_exclude),
		GTEST(group_timer),
		GTEST(last_member),
		GTEST(somebody_stays),
		GTEST(last_source),
		GTEST(leaves_repeated),
		GTEST(asked_in_between),
		GTEST(fast_leave),
		GTEST(host_of_igmpv2),
		GTEST(host_of_igmpv1),
		GTEST(host_of_mldv1),
		GTEST(hosts_mixed),
		GTEST(bounds),
		GTEST(flood),
		GTEST(standby_and_gone),
		GTEST(standby_is_silent),
		GTEST(replay),
	};

	return FIXTURE_RUN(tests);
}
