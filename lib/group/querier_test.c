// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "group/fixture.h"

#include <rte_ip.h>

#define A1_LINK_LOCAL "fe80::200:5eff:fe00:101"

static const struct gw_querier *igmp(uint16_t iface)
{
	return &gw_group_iface(iface)->q[0];
}

static const struct gw_querier *mld(uint16_t iface)
{
	return &gw_group_iface(iface)->q[1];
}

// On a1 alone, from the beginning.
static void restart(void)
{
	gw_group_conf_changed(json_object());
	drain();
	gw_group_conf_changed(json_pack("{s:b}", "a1", 1));
}

// RFC 3376 8.6, 8.7, RFC 3810 9.6, 9.7: as many as the robustness says, a quarter of the interval
// apart, and from then on one each interval.
static void startup(void **state)
{
	gw_group_conf.robustness = 3;
	restart();
	assert_string_equal(asked(), "");
	at(0);
	assert_string_equal(asked(), "Q Q");
	at(31250000 - 1);
	assert_string_equal(asked(), "");
	at(31250000);
	assert_string_equal(asked(), "Q Q");
	at(62500000);
	assert_string_equal(asked(), "Q Q");
	at(93750000);
	assert_string_equal(asked(), "");
	at(187500000 - 1);
	assert_string_equal(asked(), "");
	at(187500000);
	assert_string_equal(asked(), "Q Q");
	assert_int_equal(events(GW_EV_group_query_sent), 8 + 4 + 4); // with those of the set-up
}

// The whole frames: to whom, from whom, router alert, hop limit 1.
static void frames(void **state)
{
	restart();
	at(0);
	expect_frame(2,
		"01 00 5e 00 00 01 00 00 5e 00 01 01 81 00 00 64 08 00 "
		"46 c0 00 24 00 00 40 00 01 02 f9 10 0a 01 01 01 e0 00 00 01 94 04 00 00 "
		"11 64 ec 1e 00 00 00 00 02 7d 00 00");
	expect_frame(2,
		"33 33 00 00 00 01 00 00 5e 00 01 01 81 00 00 64 86 dd "
		"60 00 00 00 00 24 00 01 fe 80 00 00 00 00 00 00 02 00 5e ff fe 00 01 01 "
		"ff 02 00 00 00 00 00 00 00 00 00 00 00 00 00 01 3a 00 05 02 00 00 01 00 "
		"82 00 f6 95 27 10 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 "
		"02 7d 00 00");
	report(a1, GW_GROUP_IS_EX, "232.129.1.1", "");
	report(a1, GW_GROUP_TO_IN, "232.129.1.1", "");
	expect_frame(2,
		"01 00 5e 01 01 01 00 00 5e 00 01 01 81 00 00 64 08 00 "
		"46 c0 00 24 00 00 40 00 01 02 ef 8f 0a 01 01 01 e8 81 01 01 94 04 00 00 "
		"11 0a 02 f6 e8 81 01 01 02 7d 00 00");
	report(a1, GW_GROUP_IS_IN, "ff3e::5:6:7", "1");
	report(a1, GW_GROUP_BLOCK, "ff3e::5:6:7", "1");
	expect_frame(2,
		"33 33 00 06 00 07 00 00 5e 00 01 01 81 00 00 64 86 dd "
		"60 00 00 00 00 34 00 01 fe 80 00 00 00 00 00 00 02 00 5e ff fe 00 01 01 "
		"ff 3e 00 00 00 00 00 00 00 00 00 05 00 06 00 07 3a 00 05 02 00 00 01 00 "
		"82 00 ec 54 03 e8 00 00 ff 3e 00 00 00 00 00 00 00 00 00 05 00 06 00 07 "
		"02 7d 00 01 20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 01");
	expect_nothing();
}

// RFC 2236 3, RFC 3376 6.6.2: a lower address asks, a higher one does not.
static void election_ip4(void **state)
{
	query(a1, "10.1.1.2", "0.0.0.0", 2, 125, 100, "");
	assert_int_equal(igmp(a1)->state, GW_QUERIER_SELF);
	assert_int_equal(drops(GW_DROP_group_ignored), 1);
	query(a1, "10.1.1.0", "0.0.0.0", 3, 20, 100, "");
	assert_int_equal(igmp(a1)->state, GW_QUERIER_OTHER);
	assert_int_equal(igmp(a2)->state, GW_QUERIER_SELF);
	assert_int_equal(mld(a1)->state, GW_QUERIER_SELF);
	// RFC 3376 4.1.6, 4.1.7: its robustness and interval hold for members.
	report(a1, GW_GROUP_IS_EX, G4, "");
	report(a2, GW_GROUP_IS_EX, G4, "");
	assert_string_equal(known(a1, G4), "EX 70 x");
	assert_string_equal(known(a2, G4), "EX 260 x");
	// Who is not the querier asks nobody.
	report(a1, GW_GROUP_TO_IN, G4, "");
	assert_string_equal(asked(), "");
	assert_string_equal(known(a1, G4), "EX 70 x");
	// A router between the two is none of our business, one below the other is the next.
	query(a1, "10.1.0.9", "0.0.0.0", 2, 20, 100, "");
	query(a1, "10.1.1.0", "0.0.0.0", 2, 20, 100, "");
	assert_int_equal(drops(GW_DROP_group_ignored), 2);
	// RFC 3376 8.5: 2 * 20 s and half of ten
	at(45 * SECOND - 1);
	assert_int_equal(igmp(a1)->state, GW_QUERIER_OTHER);
	assert_string_equal(asked(), "");
	at(45 * SECOND);
	assert_int_equal(igmp(a1)->state, GW_QUERIER_SELF);
	assert_int_equal(igmp(a1)->interval_s, 125);
	assert_string_equal(asked(), "Q");
	report(a1, GW_GROUP_TO_IN, G4, "");
	assert_string_equal(asked(), "Q(" G4 ")");
	at(46 * SECOND);
	drain();
	at(90 * SECOND); // no start
	assert_string_equal(asked(), "");
}

static void election_ip6(void **state)
{
	query(a1, "fe80::ff:1", "::", 2, 125, 10000, "");
	assert_int_equal(mld(a1)->state, GW_QUERIER_OTHER);
	assert_int_equal(mld(a1)->timer.key - gw_group_now(), 255 * SECOND);
	query(a1, "fe80::ff:2", "::", 2, 125, 10000, "");
	assert_int_equal(drops(GW_DROP_group_ignored), 1);
	query(a2, "fe80::300:0:0:1", "::", 2, 125, 10000, "");
	assert_int_equal(mld(a2)->state, GW_QUERIER_SELF);
}

// No querier: a switch without an address, and our own packet back.
static void election_ignored(void **state)
{
	query(a1, "0.0.0.0", "0.0.0.0", 2, 125, 100, "");
	query(a1, "10.1.1.1", "0.0.0.0", 2, 125, 100, "");
	query(a1, A1_LINK_LOCAL, "::", 2, 125, 10000, "");
	assert_int_equal(drops(GW_DROP_group_ignored), 3);
	assert_int_equal(igmp(a1)->state, GW_QUERIER_SELF);
	assert_int_equal(mld(a1)->state, GW_QUERIER_SELF);
}

// RFC 3376 6.6.1: what the querier asks for is lowered here, too, unless it says otherwise, and
// nobody but the querier can do that.
static void queries_of_the_querier(void **state)
{
	query(a1, "10.1.1.0", "0.0.0.0", 2, 125, 100, "");
	report(a1, GW_GROUP_IS_EX, G4, "3");
	report(a1, GW_GROUP_ALLOW, G4, "1 2");
	query(a1, "10.1.1.0", G4, 8 | 2, 125, 10, "");
	query(a1, "10.1.1.0", G4, 8 | 2, 125, 10, "1");
	query(a1, "10.1.1.9", G4, 2, 125, 10, "");
	assert_string_equal(known(a1, G4), "EX 260 x 1:260 2:260 y 3");
	query(a1, "10.1.1.0", G4, 2, 125, 20, "1 3 4");
	assert_string_equal(known(a1, G4), "EX 260 x 1:4 2:260 y 3");
	query(a1, "10.1.1.0", G4, 2, 125, 10, "");
	assert_string_equal(known(a1, G4), "EX 2 x 1:4 2:260 y 3");
	at(4 * SECOND);
	assert_string_equal(known(a1, G4), "IN 2:256");
	assert_string_equal(told(a1, G4), "IN 2");
}

// RFC 3376 6.4.2 without the queries: who does not ask lowers nothing.
static void changes_without_querier(void **state)
{
	query(a1, "10.1.1.0", "0.0.0.0", 2, 125, 100, "");
	report(a1, GW_GROUP_IS_EX, G4, "3 4");
	report(a1, GW_GROUP_ALLOW, G4, "1 2");
	at(10 * SECOND);
	report(a1, GW_GROUP_TO_EX, G4, "2 3 5");
	assert_string_equal(known(a1, G4), "EX 260 x 2:250 5:250 y 3");
	report(a1, GW_GROUP_BLOCK, G4, "2 6");
	assert_string_equal(known(a1, G4), "EX 260 x 2:250 5:250 6:260 y 3");
	report(a1, GW_GROUP_TO_IN, G4, "2");
	assert_string_equal(known(a1, G4), "EX 260 x 2:260 5:250 6:260 y 3");
	assert_string_equal(asked(), "");
}

// Without an IPv4 address there is no IGMP querier; reports are heeded all the same.
static void no_address(void **state)
{
	gw_group_conf_changed(json_pack("{s:b}", "bare", 1));
	drain();
	at(1 * SECOND);
	assert_int_equal(igmp(bare)->state, GW_QUERIER_OFF);
	assert_int_equal(mld(bare)->state, GW_QUERIER_SELF);
	assert_string_equal(asked(), "Q");
	old_report(bare, 0x16, G4);
	old_report(bare, 0x17, G4);
	assert_string_equal(known(bare, G4), "EX 260 x");
	assert_string_equal(asked(), "");
	query(bare, "192.0.2.77", "0.0.0.0", 2, 60, 100, "");
	assert_int_equal(igmp(bare)->state, GW_QUERIER_OTHER);
	at(1000 * SECOND);
	assert_int_equal(igmp(bare)->state, GW_QUERIER_OFF);
}

// Queries of older versions: linear response time, no sources, and IGMPv1 asks for all or nobody.
static void older_versions(void **state)
{
	gw_group_conf.igmp_version = 2;
	gw_group_conf.mld_version = 1;
	restart();
	at(0);
	assert_string_equal(asked(), "Qv2 Qv1");
	report(a1, GW_GROUP_IS_IN, G4, "1 2");
	report(a1, GW_GROUP_BLOCK, G4, "1");
	report(a1, GW_GROUP_TO_IN, G4, "1");
	assert_string_equal(asked(), "");
	assert_string_equal(known(a1, G4), "IN 1:260 2:260");
	old_report(a1, 131, G6);
	old_report(a1, 132, G6);
	assert_string_equal(asked(), "Qv1(" G6 ")");
	gw_group_conf.igmp_version = 1;
	old_report(a1, 0x16, G4);
	old_report(a1, 0x17, G4);
	assert_string_equal(asked(), "");
	report(a1, GW_GROUP_TO_IN, "239.7.7.7", "1"); // begins nothing, and leaves nothing behind
	assert_string_equal(known(a1, "239.7.7.7"), "-");
	at(1 * SECOND);
	assert_string_equal(asked(), "Qv1(" G6 ")");
	at(32 * SECOND);
	assert_string_equal(asked(), "Qv1 Qv1");
}

// More sources than a packet has room for.
static void sources_in_several_queries(void **state)
{
	struct gw_iface *ifc = &gw_ifaces[a1];
	uint16_t mtu = ifc->mtu;

	ifc->mtu = 48 + 28 + 2 * 16;
	report(a1, GW_GROUP_IS_IN, G6, "1 2 3 4 5");
	report(a1, GW_GROUP_BLOCK, G6, "1 2 3 4 5");
	assert_string_equal(asked(), "Q(" G6 ": 1 2) Q(" G6 ": 3 4) Q(" G6 ": 5)");
	ifc->mtu = mtu;
}

// A reload: other times hold from the next query on, interfaces come and go.
static void reload(void **state)
{
	report(a1, GW_GROUP_IS_EX, G4, "");
	report(a2, GW_GROUP_IS_EX, G4, "");
	gw_group_conf.query_interval_s = 10;
	gw_group_conf_changed(json_pack("{s:b, s:b}", "a1", 1, "net", 1));
	assert_string_equal(told(a1, G4), "EX");
	assert_string_equal(told(a2, G4), "-");
	assert_null(gw_group_iface(a2));
	assert_non_null(gw_group_iface(net));
	drain();
	report(a2, GW_GROUP_IS_EX, G4, "");
	assert_int_equal(drops(GW_DROP_group_ignored), 1);
	gw_group_conf_changed(json_pack("{s:b}", "a1", 1));
	at(10 * SECOND - 1);
	assert_string_equal(asked(), "");
	at(10 * SECOND);
	assert_string_equal(asked(), "Q Q");
	gw_group_conf.enabled = false;
	gw_group_conf_changed(NULL);
	assert_string_equal(told(a1, G4), "-");
	at(100 * SECOND);
	assert_string_equal(asked(), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		GTEST(startup),
		GTEST(frames),
		GTEST(election_ip4),
		GTEST(election_ip6),
		GTEST(election_ignored),
		GTEST(queries_of_the_querier),
		GTEST(changes_without_querier),
		GTEST(no_address),
		GTEST(older_versions),
		GTEST(sources_in_several_queries),
		GTEST(reload),
	};

	return FIXTURE_RUN(tests);
}
