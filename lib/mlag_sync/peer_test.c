// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Hellos, runs, sequence numbers; member ports.

#include "base/wire.h"
#include "mlag_sync/sim.h"

static struct sim s;
static uint8_t data[1500];

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

static const char *event_text(unsigned node, uint32_t index)
{
	static struct gw_mlag_event e;

	assert_true(gw_mlag_event(s.node[node].m, index, &e));
	return e.text;
}

// A message of device 1 to device 0 with one relayed reply, or a hello that hears device 0.
static uint32_t message(uint8_t type, uint32_t epoch, uint32_t sequence)
{
	const struct sim_host h = {.ip = gw_ip_of4(0x0a010014), .mac = sim_host_mac(1), .mlag = 1};
	const struct gw_mlag_hello hello = {.hears = s.node[0].epoch, .tables = 0xe};
	const struct gw_mac from = sim_mac(1);
	uint8_t frame[SIM_FRAME];
	struct gw_mlag_record r = {.mlag = 1, .packet = frame};
	struct gw_mlag_out out;

	r.len = (uint16_t)sim_reply(&h, &from, frame);
	gw_mlag_out_begin(&out, data, sizeof(data), type, type == GW_MLAG_SYNC ? GW_MLAG_ARP : 0,
		&from, epoch);
	if (type == GW_MLAG_SYNC)
		gw_mlag_out_record(&out, &r);
	else
		gw_mlag_out_hello(&out, &hello);
	gw_mlag_out_end(&out, 0, sequence);
	return out.len;
}

static void feed(uint32_t len)
{
	gw_mlag_message(s.node[0].m, s.now_us, SIM_PEER_PORT, data, len);
}

static void alone_with_peer(uint32_t epoch)
{
	sim_boot(&s, 0);
	feed(message(GW_MLAG_HELLO, epoch, 0));
	assert_int_equal(sim_status(&s, 0).peer, GW_MLAG_PEER_UP);
}

// Of a version before: its hello does not name what it would not understand.
static void no_acks_for_a_peer_that_names_them_not(void **)
{
	const struct gw_ip ip = gw_ip_of4(0x0a010014);
	const struct sim_host h = {.ip = ip, .mac = sim_host_mac(1), .mlag = 1};
	const struct gw_mac to = sim_mac(0), from = sim_mac(1);
	uint8_t frame[SIM_FRAME];
	const struct gw_mlag_record r = {
		.mlag = 1, .packet = frame, .len = (uint16_t)sim_reply(&h, &to, frame)};
	struct gw_mlag_out out;

	alone_with_peer(7);
	gw_mlag_asked(s.node[0].m, s.now_us, 0, 0, &ip);
	gw_mlag_out_begin(&out, data, sizeof(data), GW_MLAG_SYNC, GW_MLAG_ARP, &from, 7);
	gw_mlag_out_record(&out, &r);
	gw_mlag_out_end(&out, 0, 1);
	feed(out.len);
	assert_int_equal(sim_status(&s, 0).confirmed, 1);
	assert_int_equal(sim_count(&s, 0, GW_MLAG_N_ack_sent), 0);
}

static void hello_every_200_ms(void **)
{
	uint64_t before;

	sim_both(&s);
	before = sim_count(&s, 0, GW_MLAG_N_hello_sent);
	sim_run(&s, 10 * SIM_S);
	assert_int_equal(sim_count(&s, 0, GW_MLAG_N_hello_sent) - before, 50);
	assert_int_equal(sim_count(&s, 0, GW_MLAG_N_lost), 0);
}

static void down_after_five_missed(void **)
{
	sim_both(&s);
	sim_cut(&s, true);
	sim_run(&s, 799 * SIM_MS);
	assert_int_equal(sim_status(&s, 0).peer, GW_MLAG_PEER_UP);
	sim_run(&s, 202 * SIM_MS);
	assert_int_equal(sim_status(&s, 0).peer, GW_MLAG_PEER_DOWN);
	assert_int_equal(sim_status(&s, 1).peer, GW_MLAG_PEER_DOWN);
	assert_string_equal(event_text(0, 0), "peer is down: no hello");
	sim_cut(&s, false);
	sim_run(&s, 300 * SIM_MS);
	assert_int_equal(sim_status(&s, 0).peer, GW_MLAG_PEER_UP);
}

static void down_at_once_without_carrier(void **)
{
	s.carrier_shown = true;
	sim_both(&s);
	sim_cut(&s, true);
	assert_int_equal(sim_status(&s, 0).peer, GW_MLAG_PEER_DOWN);
	assert_false(sim_status(&s, 0).peer_link);
	sim_cut(&s, false);
	sim_run(&s, 10 * SIM_MS);
	assert_int_equal(sim_status(&s, 0).peer, GW_MLAG_PEER_UP);
}

static void up_only_when_both_hear(void **)
{
	sim_boot(&s, 0);
	s.node[0].epoch++; // what the peer names is another run
	feed(message(GW_MLAG_HELLO, 5, 0));
	assert_int_equal(sim_status(&s, 0).peer, GW_MLAG_PEER_ONE_WAY);
	s.node[0].epoch--;
	feed(message(GW_MLAG_HELLO, 5, 1));
	assert_int_equal(sim_status(&s, 0).peer, GW_MLAG_PEER_UP);
	// A hello that was overtaken does not bring back what was.
	s.node[0].epoch++;
	feed(message(GW_MLAG_HELLO, 5, 3));
	assert_int_equal(sim_status(&s, 0).peer, GW_MLAG_PEER_ONE_WAY);
	s.node[0].epoch--;
	feed(message(GW_MLAG_HELLO, 5, 2));
	assert_int_equal(sim_status(&s, 0).peer, GW_MLAG_PEER_ONE_WAY);
}

static void restarted_flag_until_answered(void **)
{
	sim_boot(&s, 1);
	sim_run(&s, 3 * SIM_S);
	sim_boot(&s, 0);
	sim_run(&s, 60);
	assert_int_equal(sim_status(&s, 1).peer, GW_MLAG_PEER_DOWN);
	sim_run(&s, 60);
	assert_true(sim_status(&s, 1).peer_restarted);
	sim_run(&s, 3 * SIM_S);
	assert_false(sim_status(&s, 1).peer_restarted);
}

static void sequence_duplicates_reordering_gaps(void **)
{
	uint64_t inputs;

	alone_with_peer(5);
	feed(message(GW_MLAG_SYNC, 5, 1));
	assert_int_equal(s.node[0].inputs, 1);
	feed(message(GW_MLAG_SYNC, 5, 1));
	assert_int_equal(s.node[0].inputs, 1);
	assert_int_equal(sim_count(&s, 0, GW_MLAG_N_duplicate), 1);
	feed(message(GW_MLAG_SYNC, 5, 4));
	assert_int_equal(sim_count(&s, 0, GW_MLAG_N_lost), 2);
	feed(message(GW_MLAG_SYNC, 5, 3));
	assert_int_equal(sim_count(&s, 0, GW_MLAG_N_lost), 1);
	assert_int_equal(sim_count(&s, 0, GW_MLAG_N_reordered), 1);
	feed(message(GW_MLAG_SYNC, 5, 200));
	assert_int_equal(sim_count(&s, 0, GW_MLAG_N_lost), 196);
	inputs = s.node[0].inputs;
	feed(message(GW_MLAG_SYNC, 5, 100)); // too old to tell
	assert_int_equal(s.node[0].inputs, inputs);
	feed(message(GW_MLAG_SYNC, 5, 137));
	assert_int_equal(s.node[0].inputs, inputs + 1);
	// Numbers go round.
	feed(message(GW_MLAG_HELLO, 6, UINT32_MAX));
	feed(message(GW_MLAG_SYNC, 6, 0));
	assert_int_equal(s.node[0].inputs, inputs + 2);
}

static void other_run_is_refused(void **)
{
	alone_with_peer(5);
	feed(message(GW_MLAG_SYNC, 4, 1));
	feed(message(GW_MLAG_SYNC, 6, 1));  // not before its first hello
	feed(message(GW_MLAG_HELLO, 4, 1)); // late, from before its restart
	assert_int_equal(s.node[0].inputs, 0);
	assert_int_equal(sim_count(&s, 0, GW_MLAG_N_other_epoch), 3);
	assert_int_equal(sim_status(&s, 0).peer_epoch, 5);
	feed(message(GW_MLAG_HELLO, 6, 0));
	assert_int_equal(sim_status(&s, 0).peer_epoch, 6);
	assert_int_equal(sim_status(&s, 0).peer, GW_MLAG_PEER_UP);
	assert_int_equal(sim_count(&s, 0, GW_MLAG_N_refreshes), 2);
}

static void clock_of_the_peer_went_back(void **)
{
	alone_with_peer(500);
	for (unsigned i = 0; i < 10; i++) {
		feed(message(GW_MLAG_HELLO, 5, i));
		sim_run(&s, 200 * SIM_MS);
	}
	assert_int_equal(sim_status(&s, 0).peer_epoch, 5);
	assert_int_equal(sim_status(&s, 0).peer, GW_MLAG_PEER_UP);
}

static void starts_in_one_second_have_different_epochs(void **)
{
	const uint64_t day_us = 86400 * SIM_S, now_us = 20786 * day_us;

	assert_int_equal(gw_mlag_epoch(now_us + 10 * SIM_MS), gw_mlag_epoch(now_us) + 1);
	assert_true((int32_t)(gw_mlag_epoch(now_us + 248 * day_us) - gw_mlag_epoch(now_us)) > 0);
}

// Its clock went back by as much as it was away: nothing but the silence tells the two apart.
static void restarted_peer_with_the_same_epoch_comes_up(void **)
{
	sim_both(&s);
	sim_run(&s, 2 * SIM_S);
	sim_kill(&s, 1);
	s.node[1].epoch--;
	sim_boot(&s, 1);
	sim_run(&s, 3 * SIM_S);
	assert_int_equal(s.node[1].epoch, sim_status(&s, 0).peer_epoch);
	for (unsigned i = 0; i < 2; i++)
		assert_int_equal(sim_status(&s, i).peer, GW_MLAG_PEER_UP);
	sim_host4(&s, 20, 1);
	sim_want(&s, 0, 0);
	sim_run(&s, SIM_S);
	assert_true(sim_equal(&s));
	assert_int_equal(sim_status(&s, 0).confirmed, 1);
}

static void from_elsewhere_changes_nothing(void **)
{
	uint32_t len;

	alone_with_peer(5);
	len = message(GW_MLAG_SYNC, 5, 1);
	gw_mlag_message(s.node[0].m, s.now_us, SIM_PEER_PORT + 1, data, len);
	assert_int_equal(sim_count(&s, 0, GW_MLAG_N_other_port), 1);
	data[9] = 77;
	feed(len);
	assert_int_equal(sim_count(&s, 0, GW_MLAG_N_other_system), 1);
	message(GW_MLAG_SYNC, 5, 1);
	data[0] = 2;
	feed(len);
	assert_int_equal(sim_count(&s, 0, GW_MLAG_N_other_version), 1);
	message(GW_MLAG_SYNC, 5, 1);
	data[1] = GW_MLAG_KEEPALIVE;
	data[2] = 0;
	feed(len);
	assert_int_equal(sim_count(&s, 0, GW_MLAG_N_malformed), 1);
	assert_int_equal(s.node[0].inputs, 0);
	feed(message(GW_MLAG_SYNC, 5, 1)); // its number was not used up
	assert_int_equal(s.node[0].inputs, 1);
}

static void one_bad_record_refuses_the_message(void **)
{
	uint32_t len;

	alone_with_peer(5);
	len = message(GW_MLAG_SYNC, 5, 1);
	memcpy(data + len, data + 20, 50);
	gw_put16(data + 18, 2);
	data[len + 8 + 14 + 7] = 9; // operation of the second
	feed(len + 50);
	assert_int_equal(s.node[0].inputs, 0);
	assert_int_equal(sim_status(&s, 0).bad[GW_MLAG_BAD_record_packet], 1);
	len = message(GW_MLAG_SYNC, 5, 2);
	gw_put16(data + 24, 10); // VLAN spoof
	feed(len);
	assert_int_equal(sim_status(&s, 0).bad[GW_MLAG_BAD_record_vlan], 1);
	len = message(GW_MLAG_SYNC, 5, 3);
	data[2] = GW_MLAG_ND;
	feed(len);
	assert_int_equal(sim_status(&s, 0).bad[GW_MLAG_BAD_record_packet], 2);
	len = message(GW_MLAG_SYNC, 5, 4);
	gw_put16(data + 26, 1); // VRF
	feed(len);
	gw_put16(data + 22, 55); // MLAG id
	gw_put32(data + 14, 5);
	feed(len);
	assert_int_equal(sim_count(&s, 0, GW_MLAG_N_no_member), 2);
	assert_int_equal(s.node[0].inputs, 0);
}

static void configurations_must_agree(void **)
{
	s.conf.must = 1;
	sim_boot(&s, 0);
	s.conf.must = 2;
	sim_boot(&s, 1);
	sim_run(&s, SIM_S);
	assert_int_equal(sim_status(&s, 0).peer, GW_MLAG_PEER_REFUSED);
	assert_int_equal(sim_status(&s, 1).peer, GW_MLAG_PEER_REFUSED);
	sim_host4(&s, 20, 1);
	sim_want(&s, 0, 0);
	sim_run(&s, 100 * SIM_MS);
	assert_int_equal(s.node[0].records + s.node[1].records, 0);
	s.conf.must = 1;
	sim_kill(&s, 1);
	sim_boot(&s, 1);
	sim_run(&s, SIM_S);
	assert_int_equal(sim_status(&s, 0).peer, GW_MLAG_PEER_UP);
}

static void configurations_should_agree(void **)
{
	sim_boot(&s, 0);
	s.conf.should = 2;
	sim_boot(&s, 1);
	sim_run(&s, SIM_S);
	assert_int_equal(sim_status(&s, 0).peer, GW_MLAG_PEER_UP);
	assert_true(sim_status(&s, 0).should_differs);
	gw_mlag_should_set(s.node[0].m, 2); // an address has come
	sim_run(&s, SIM_S);
	for (unsigned i = 0; i < 2; i++)
		assert_false(sim_status(&s, i).should_differs);
}

static void keepalive_of_another_is_refused(void **)
{
	s.conf.keepalive = true;
	sim_both(&s);
	gw_mlag_keepalive(s.node[0].m, s.now_us, data, message(GW_MLAG_HELLO, 5, 0));
	assert_int_equal(sim_count(&s, 0, GW_MLAG_N_keepalive_refused), 1);
	assert_true(sim_count(&s, 0, GW_MLAG_N_keepalive_received) > 0);
}

static void traffic_follows_the_ports_of_both(void **)
{
	sim_both(&s);
	assert_false(s.node[0].member[1].over_peer);
	assert_false(s.node[0].member[1].from_peer);
	sim_link(&s, 0, 1, false);
	assert_true(s.node[0].member[1].over_peer);
	sim_run(&s, SIM_MS); // told at once
	assert_true(s.node[1].member[1].from_peer);
	assert_false(s.node[1].member[1].over_peer);
	assert_false(s.node[1].member[2].from_peer);
	sim_link(&s, 1, 1, false);
	sim_run(&s, SIM_MS);
	assert_false(s.node[0].member[1].over_peer); // nowhere to go
	sim_link(&s, 0, 1, true);
	sim_link(&s, 1, 1, true);
	sim_run(&s, SIM_MS);
	assert_false(s.node[1].member[1].from_peer);
	sim_link(&s, 0, 1, false);
	sim_cut(&s, true);
	sim_run(&s, 2 * SIM_S);
	assert_false(s.node[0].member[1].over_peer);
}

static void one_of_both_delivers_multicast(void **)
{
	sim_both(&s);
	assert_true(s.node[0].member[1].deliver); // the primary
	assert_false(s.node[1].member[1].deliver);
	sim_link(&s, 0, 1, false);
	sim_run(&s, SIM_MS);
	assert_true(s.node[1].member[1].deliver);
	assert_false(s.node[1].member[2].deliver);
	sim_link(&s, 0, 1, true);
	sim_run(&s, SIM_MS);
	assert_false(s.node[1].member[1].deliver);
	sim_kill(&s, 0);
	sim_run(&s, 2 * SIM_S);
	assert_true(s.node[1].member[1].deliver);
}

static void member_that_the_peer_has_no_more(void **)
{
	sim_both(&s);
	sim_link(&s, 0, 2, false);
	sim_run(&s, SIM_S);
	assert_true(s.node[0].member[2].over_peer);
	assert_int_equal(gw_mlag_member_del(s.node[1].m, 2, NULL), 0);
	sim_run(&s, 6 * SIM_S);
	assert_false(s.node[0].member[2].over_peer);
	assert_int_equal(gw_mlag_member_del(s.node[1].m, 2, NULL), -2);
}

static void partner_must_be_the_same(void **)
{
	struct gw_mlag_twin here = {.mlag = 1,
		.lacp = GW_MLAG_LACP_PARTNER,
		.partner_priority = 1,
		.partner_key = 7,
		.partner = {{2, 5}}};
	struct gw_mlag_twin there = here;

	sim_both(&s);
	assert_true(gw_mlag_partner_ok(s.node[0].m, &here)); // nothing known there
	gw_mlag_partner_set(s.node[1].m, s.now_us, &there);
	sim_run(&s, SIM_MS);
	assert_true(gw_mlag_partner_ok(s.node[0].m, &here));
	here.lacp |= GW_MLAG_LACP_ALONE;
	assert_true(gw_mlag_partner_ok(s.node[0].m, &here)); // the primary goes first
	gw_mlag_partner_set(s.node[0].m, s.now_us, &here);
	sim_run(&s, SIM_MS);
	assert_false(gw_mlag_partner_ok(s.node[1].m, &there));
	here.lacp = GW_MLAG_LACP_PARTNER;
	here.partner_key = 8;
	assert_true(gw_mlag_partner_ok(s.node[0].m, &here)); // here as well
	gw_mlag_partner_set(s.node[0].m, s.now_us, &there);
	sim_run(&s, SIM_MS);
	assert_true(gw_mlag_partner_ok(s.node[1].m, &there));
	gw_mlag_partner_set(s.node[0].m, s.now_us, &here);
	sim_run(&s, SIM_MS);
	assert_false(gw_mlag_partner_ok(s.node[1].m, &there));
	there.lacp |= GW_MLAG_LACP_IN_SYNC;
	gw_mlag_partner_set(s.node[1].m, s.now_us, &there);
	sim_run(&s, SIM_MS);
	assert_false(gw_mlag_partner_ok(s.node[0].m, &here));
}

// While nothing came over the peer link each took the partner that it has.
static void of_two_partners_in_sync_the_primarys_stays(void **)
{
	const struct gw_mlag_twin here = {.mlag = 1,
		.lacp = GW_MLAG_LACP_PARTNER | GW_MLAG_LACP_IN_SYNC,
		.partner_key = 7,
		.partner = {{2, 5}}};
	struct gw_mlag_twin there = here;

	there.partner_key = 8;
	sim_both(&s);
	sim_cut(&s, true);
	sim_run(&s, 3 * SIM_S);
	gw_mlag_partner_set(s.node[0].m, s.now_us, &here);
	gw_mlag_partner_set(s.node[1].m, s.now_us, &there);
	sim_cut(&s, false);
	sim_run(&s, SIM_S);
	assert_true(gw_mlag_partner_ok(s.node[0].m, &here));
	assert_false(gw_mlag_partner_ok(s.node[1].m, &there));
}

static void secondary_in_sync_stays_when_the_primary_gets_another_partner(void **)
{
	struct gw_mlag_twin here = {
		.mlag = 1, .lacp = GW_MLAG_LACP_PARTNER, .partner_key = 7, .partner = {{2, 5}}};
	struct gw_mlag_twin there = here;

	there.partner_key = 8;
	there.lacp |= GW_MLAG_LACP_IN_SYNC;
	sim_both(&s);
	gw_mlag_partner_set(s.node[1].m, s.now_us, &there);
	gw_mlag_partner_set(s.node[0].m, s.now_us, &here);
	sim_run(&s, SIM_S);
	assert_false(gw_mlag_partner_ok(s.node[0].m, &here));
	assert_true(gw_mlag_partner_ok(s.node[1].m, &there));
}

static void bad_configuration_is_refused(void **)
{
	struct gw_mlag_conf c;
	struct gw_err err = {0};
	struct gw_mlag *m;
	struct gw_mlag_member_conf mc = {.mlag = 0};
	struct gw_mlag_subnet sub = {.mlag = 1, .addr = gw_ip_of4(1), .len = 33};

	gw_mlag_conf_default(&c);
	assert_int_equal(gw_mlag_new(&m, &c, NULL, NULL, 1, 0, &err), -22);
	assert_non_null(strstr(err.text, "system id 00:00:00:00:00:00"));
	c.system = c.peer_system = sim_mac(0);
	err = (struct gw_err){0};
	assert_int_equal(gw_mlag_new(&m, &c, NULL, NULL, 1, 0, &err), -22);
	assert_non_null(strstr(err.text, "the peer's as well"));
	c.peer_system = c.virtual_mac = sim_mac(1);
	assert_int_equal(gw_mlag_new(&m, &c, NULL, NULL, 1, 0, NULL), -22);
	c.virtual_mac = sim_virtual_mac;
	c.peer_mtu = 1000;
	assert_int_equal(gw_mlag_new(&m, &c, NULL, NULL, 1, 0, NULL), -22);
	assert_null(m);
	sim_both(&s);
	assert_int_equal(gw_mlag_member_add(s.node[0].m, &mc, NULL), -22);
	mc.mlag = 1;
	assert_int_equal(gw_mlag_member_add(s.node[0].m, &mc, NULL), -17);
	assert_int_equal(gw_mlag_subnet_add(s.node[0].m, &sub, NULL), -22);
	sub.addr = gw_ip_of4(0x0a010001);
	sub.len = 16;
	assert_int_equal(gw_mlag_subnet_add(s.node[0].m, &sub, NULL), -17);
	assert_int_equal(gw_mlag_subnet_del(s.node[0].m, &sub, NULL), 0);
	assert_int_equal(gw_mlag_subnet_del(s.node[0].m, &sub, NULL), -2);
}

#define CASE(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(no_acks_for_a_peer_that_names_them_not),
		CASE(hello_every_200_ms),
		CASE(down_after_five_missed),
		CASE(down_at_once_without_carrier),
		CASE(up_only_when_both_hear),
		CASE(restarted_flag_until_answered),
		CASE(sequence_duplicates_reordering_gaps),
		CASE(other_run_is_refused),
		CASE(clock_of_the_peer_went_back),
		CASE(starts_in_one_second_have_different_epochs),
		CASE(restarted_peer_with_the_same_epoch_comes_up),
		CASE(from_elsewhere_changes_nothing),
		CASE(one_bad_record_refuses_the_message),
		CASE(configurations_must_agree),
		CASE(configurations_should_agree),
		CASE(keepalive_of_another_is_refused),
		CASE(traffic_follows_the_ports_of_both),
		CASE(one_of_both_delivers_multicast),
		CASE(member_that_the_peer_has_no_more),
		CASE(partner_must_be_the_same),
		CASE(of_two_partners_in_sync_the_primarys_stays),
		CASE(secondary_in_sync_stays_when_the_primary_gets_another_partner),
		CASE(bad_configuration_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
