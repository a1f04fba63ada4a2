// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// The table of the rules, row by row: device 1 is B, on whose wire a packet arrives, device 0 is A.

#include "base/wire.h"
#include "mlag_sync/sim.h"

#define B 1
#define A 0

static struct sim s;
static struct sim_host h;
static uint8_t frame[SIM_FRAME];

static int setup(void **)
{
	sim_init(&s, 1);
	sim_both(&s);
	sim_host4(&s, 20, 1);
	h = s.host[0];
	return 0;
}

static int teardown(void **)
{
	sim_fini(&s);
	return 0;
}

static enum gw_mlag_count arrive(const struct gw_mac *to)
{
	return sim_wire(&s, B, &h, frame, sim_reply(&h, to, frame));
}

static enum gw_mlag_count arrive_to(unsigned node)
{
	const struct gw_mac to = sim_mac(node);

	return arrive(&to);
}

static void asked(unsigned node)
{
	gw_mlag_asked(s.node[node].m, s.now_us, 0, h.vlan, &h.ip);
}

// The last sync message of B is this one record with the frame.
static void expect_relayed(uint32_t len)
{
	const uint8_t *msg = s.node[B].last;
	const struct gw_mac from = sim_mac(B);

	sim_run(&s, 2 * SIM_MS);
	assert_int_equal(s.node[B].last_len, 28 + len);
	assert_int_equal(msg[0], 1);
	assert_int_equal(msg[1], GW_MLAG_SYNC);
	assert_int_equal(msg[2], gw_ip_is4(&h.ip) ? GW_MLAG_ARP : GW_MLAG_ND);
	assert_int_equal(msg[3], 0);
	assert_memory_equal(msg + 4, &from, 6);
	assert_int_equal(gw_get32(msg + 10), s.node[B].epoch);
	assert_int_equal(gw_get16(msg + 18), 1);
	assert_int_equal(gw_get16(msg + 20), 6 + len);
	assert_int_equal(gw_get16(msg + 22), h.mlag);
	assert_int_equal(gw_get16(msg + 24), h.vlan);
	assert_int_equal(gw_get16(msg + 26), 0);
	assert_memory_equal(msg + 28, frame, len);
	assert_int_equal(s.node[B].records, 1);
}

static void expect_silence(void)
{
	sim_run(&s, 10 * SIM_MS);
	assert_int_equal(s.node[B].records, 0);
	assert_int_equal(s.node[A].inputs, 0);
}

static void reply_to_the_peer(void **)
{
	asked(A);
	assert_int_equal(arrive_to(A), GW_MLAG_TAKEN);
	// B learns, unconfirmed, through the ordinary input.
	assert_int_equal(sim_knows(&s, B, &h), 2);
	assert_int_equal(sim_status(&s, B).unconfirmed, 1);
	assert_int_equal(s.node[B].learned, 1);
	assert_int_equal(sim_knows(&s, A, &h), 0);
	// A gets the whole reply and learns as from the wire, on its own port of the MLAG.
	expect_relayed(42);
	assert_int_equal(sim_knows(&s, A, &h), 2);
	assert_int_equal(s.node[A].learned, 1);
	assert_int_equal(s.node[A].relayed_in, 1);
	assert_int_equal(sim_status(&s, A).confirmed, 1);
	// A says that it learned it.
	sim_run(&s, 10 * SIM_MS);
	assert_int_equal(sim_status(&s, B).confirmed, 1);
	assert_int_equal(sim_count(&s, B, GW_MLAG_N_confirmed_ack), 1);
	assert_int_equal(s.node[A].records, 0);
	assert_true(sim_equal(&s));
}

// An acknowledgement that is lost: the digest of A confirms what B heard.
static void reply_to_the_peer_that_says_nothing(void **)
{
	s.loss_ack = true;
	asked(A);
	arrive_to(A);
	sim_run(&s, 10 * SIM_MS);
	assert_int_equal(sim_status(&s, B).unconfirmed, 1);
	sim_run(&s, 240 * SIM_MS);
	assert_int_equal(sim_status(&s, B).confirmed, 1);
	assert_int_equal(sim_count(&s, B, GW_MLAG_N_confirmed_digest), 1);
	assert_true(sim_equal(&s));
}

// A question stays open when somebody says something else about its address to the peer.
static void answer_after_a_made_up_one(uint64_t later_us)
{
	const struct gw_mac a = sim_mac(A), b = sim_mac(B);
	struct sim_host bad = h;

	bad.mac = sim_host_mac(99);
	asked(B);
	sim_wire(&s, B, &bad, frame, sim_reply(&bad, &a, frame));
	assert_int_equal(sim_status(&s, B).unconfirmed, 1);
	sim_run(&s, later_us);
	assert_int_equal(sim_wire(&s, B, &h, frame, sim_reply(&h, &b, frame)), GW_MLAG_TAKEN);
	assert_int_equal(sim_knows(&s, B, &h), 2);
	sim_run(&s, 10 * SIM_MS);
	assert_int_equal(sim_knows(&s, A, &h), 2);
}

static void answer_soon_after_a_made_up_one(void **)
{
	answer_after_a_made_up_one(100 * SIM_MS);
}

static void answer_when_the_made_up_one_is_not_confirmed(void **)
{
	answer_after_a_made_up_one(600 * SIM_MS);
}

// What A says that it learned, in the place of A.
static void acked(const struct sim_host *of)
{
	struct gw_mlag_ack a;
	const struct gw_mlag_record r = {
		.mlag = of->mlag, .len = sizeof(a), .packet = (const uint8_t *)&a};
	const struct gw_mac from = sim_mac(A);
	struct gw_mlag_out out;
	uint8_t data[200];

	memcpy(a.ip, &of->ip, sizeof(a.ip));
	memcpy(a.mac, of->mac.b, sizeof(a.mac));
	gw_mlag_out_begin(
		&out, data, sizeof(data), GW_MLAG_SYNC, GW_MLAG_ACK, &from, s.node[A].epoch);
	gw_mlag_out_record(&out, &r);
	gw_mlag_out_end(&out, 0, 1000000);
	assert_int_equal(gw_mlag_message(s.node[B].m, s.now_us, SIM_PEER_PORT, data, out.len),
		GW_MLAG_TAKEN);
}

static void ack_of_somebody_else_confirms_nobody(void **)
{
	struct sim_host other = h;

	arrive_to(A);
	assert_int_equal(sim_status(&s, B).unconfirmed, 1);
	other.mac = sim_host_mac(99);
	acked(&other);
	assert_int_equal(sim_status(&s, B).unconfirmed, 1);
}

static void ack_of_another_member_confirms_nobody(void **)
{
	struct sim_host other = h;

	arrive_to(A);
	other.mlag = 2;
	acked(&other);
	assert_int_equal(sim_status(&s, B).unconfirmed, 1);
	assert_int_equal(sim_status(&s, B).confirmed, 0);
}

// Nothing is copied: B asks, and A hears of the answer.
static void ack_of_one_that_is_not_known_here_asks(void **)
{
	acked(&h);
	assert_int_equal(sim_knows(&s, B, &h), 0);
	assert_int_equal(sim_count(&s, B, GW_MLAG_N_asked), 1);
	sim_run(&s, 50 * SIM_MS);
	assert_int_equal(sim_status(&s, B).confirmed, 1);
	assert_int_equal(sim_knows(&s, B, &h), 2);
}

// It was asked everywhere because nobody confirmed it. When its age is over it is asked as all are.
static void ack_of_one_that_is_in_doubt(void **)
{
	s.host_loss = 1000;
	arrive_to(A);
	sim_run(&s, 700 * SIM_MS);
	assert_int_equal(sim_count(&s, B, GW_MLAG_N_asked), 1);
	acked(&h);
	assert_int_equal(sim_status(&s, B).confirmed, 1);
	assert_int_equal(s.node[B].unicasts, 0);
	sim_run(&s, s.conf.age_s * SIM_S + 100 * SIM_MS);
	assert_int_equal(s.node[B].unicasts, 1);
}

static void reply_to_the_peer_that_it_did_not_ask_for(void **)
{
	assert_int_equal(arrive_to(A), GW_MLAG_TAKEN);
	expect_relayed(42);
	assert_int_equal(sim_knows(&s, A, &h), 0);
	assert_int_equal(s.node[A].inputs, 0);
	assert_int_equal(sim_count(&s, A, GW_MLAG_N_relay_unasked), 1);
	// A probe of B finds out that the host is there; then A is told.
	sim_run(&s, 4 * SIM_S);
	assert_int_equal(sim_count(&s, B, GW_MLAG_N_confirmed_reply), 1);
	assert_true(sim_equal(&s));
	assert_int_equal(sim_knows(&s, A, &h), 2);
}

static void reply_to_the_peer_of_nobody(void **)
{
	s.host[0].alive = false;
	arrive_to(A);
	sim_run(&s, 5 * SIM_S);
	assert_int_equal(sim_knows(&s, B, &h), 0);
	assert_int_equal(sim_count(&s, B, GW_MLAG_N_gone), 1);
	assert_int_equal(s.node[B].forgotten, 1);
}

static void reply_to_the_peer_that_contradicts(void **)
{
	const struct gw_mac bad = sim_host_mac(99), good = h.mac;

	asked(B);
	arrive_to(B);
	sim_run(&s, SIM_S);
	assert_true(sim_equal(&s));
	h.mac = bad;
	arrive_to(A);
	h.mac = good;
	assert_int_equal(sim_count(&s, B, GW_MLAG_N_disputed), 1);
	assert_int_equal(sim_knows(&s, B, &h), 2);
	// A holds the address and takes it; both ask soon who it is.
	sim_run(&s, 10 * SIM_MS);
	assert_int_equal(sim_knows(&s, A, &h), 1);
	sim_run(&s, 2 * SIM_S);
	assert_int_equal(sim_knows(&s, A, &h), 2);
	assert_int_equal(sim_knows(&s, B, &h), 2);
	assert_true(sim_equal(&s));
}

static void reply_to_own_mac_that_was_asked_for(void **)
{
	asked(B);
	assert_int_equal(arrive_to(B), GW_MLAG_TAKEN);
	assert_int_equal(sim_status(&s, B).confirmed, 1);
	expect_relayed(42);
	// A did not ask: the sender has checked.
	assert_int_equal(sim_status(&s, A).confirmed, 1);
	assert_true(sim_equal(&s));
}

static void reply_to_own_mac_of_one_that_is_held(void **)
{
	asked(B);
	arrive_to(B);
	sim_run(&s, 10 * SIM_S);
	s.node[B].records = 0;
	assert_int_equal(arrive_to(B), GW_MLAG_TAKEN);
	assert_int_equal(sim_count(&s, B, GW_MLAG_N_refreshed), 1);
	expect_relayed(42);
	assert_int_equal(sim_count(&s, A, GW_MLAG_N_refreshed), 1);
}

static void reply_to_own_mac_that_nobody_asked_for(void **)
{
	assert_int_equal(arrive_to(B), GW_MLAG_N_arp_reply_foreign);
	assert_int_equal(sim_knows(&s, B, &h), 0);
	expect_silence();
	assert_int_equal(sim_count(&s, B, GW_MLAG_N_arp_reply_foreign), 1);
	// An unconfirmed entry is no question.
	arrive_to(A);
	assert_int_equal(arrive_to(B), GW_MLAG_N_arp_reply_foreign);
	assert_int_equal(sim_status(&s, B).confirmed, 0);
}

static void reply_to_own_mac_that_the_input_refuses(void **)
{
	asked(B);
	s.node[B].refuses = true;
	arrive_to(B);
	assert_int_equal(sim_count(&s, B, GW_MLAG_N_input_refused), 1);
	assert_int_equal(sim_status(&s, B).confirmed, 0);
	expect_silence();
}

static void reply_to_the_virtual_mac(void **)
{
	assert_int_equal(arrive(&sim_virtual_mac), GW_MLAG_N_arp_reply_foreign);
	asked(B);
	assert_int_equal(arrive(&sim_virtual_mac), GW_MLAG_TAKEN);
	assert_int_equal(sim_status(&s, B).confirmed, 1);
	expect_silence();
	// Digest repair brings the peer along.
	sim_run(&s, 4 * SIM_S);
	assert_true(sim_equal(&s));
	assert_int_equal(sim_status(&s, A).confirmed, 1);
}

static void broadcast_reply(void **)
{
	assert_int_equal(arrive(NULL), GW_MLAG_N_arp_reply_foreign);
	expect_silence();
	asked(B);
	arrive_to(B);
	sim_run(&s, 10 * SIM_MS);
	s.node[B].records = 0;
	h.mac = s.host[0].mac = sim_host_mac(77);
	assert_int_equal(arrive(NULL), GW_MLAG_TAKEN);
	assert_int_equal(sim_knows(&s, B, &h), 2);
	expect_relayed(42);
	assert_int_equal(sim_knows(&s, A, &h), 2);
	assert_true(sim_equal(&s));
}

static void announcement(void **)
{
	// Creates none, unless it is configured; the peer may hold it.
	uint32_t len = sim_announce(&h, frame);

	assert_int_equal(sim_wire(&s, B, &h, frame, len), GW_MLAG_TAKEN);
	assert_int_equal(sim_knows(&s, B, &h), 0);
	expect_relayed(42);
	assert_int_equal(sim_knows(&s, A, &h), 0);
}

static void announcement_learned_when_configured(void **)
{
	uint32_t len = sim_announce(&h, frame);

	sim_fini(&s);
	sim_init(&s, 1);
	s.conf.learn_announced = true;
	sim_both(&s);
	sim_host4(&s, 20, 1);
	sim_wire(&s, B, &h, frame, len);
	sim_run(&s, 10 * SIM_MS);
	assert_int_equal(sim_status(&s, B).unconfirmed, 1);
	assert_int_equal(sim_status(&s, A).unconfirmed, 1);
	sim_run(&s, 4 * SIM_S);
	assert_int_equal(sim_status(&s, B).confirmed, 1);
	assert_true(sim_equal(&s));
}

// Machines that start together: what the peer does not confirm has a pace, they have not.
static void many_announcements_are_all_asked(void **)
{
	sim_fini(&s);
	sim_init(&s, 1);
	s.conf.learn_announced = true;
	sim_both(&s);
	for (uint32_t i = 0; i < 1000; i++) {
		const struct sim_host x = {
			.mlag = 1, .mac = sim_host_mac(i), .ip = gw_ip_of4(0x0a011000 + i)};

		sim_wire(&s, B, &x, frame, sim_announce(&x, frame));
		sim_run(&s, 100);
	}
	assert_int_equal(sim_status(&s, B).unconfirmed, 1000);
	sim_run(&s, 600 * SIM_MS);
	assert_true(sim_count(&s, B, GW_MLAG_N_asked) >= 1000);
}

static void request(void **)
{
	const struct gw_ip gateway = gw_ip_of4(0x0a010003);
	uint32_t len = sim_request(&h, &gateway, frame);

	// Answered, not learned, not relayed.
	assert_int_equal(sim_wire(&s, B, &h, frame, len), GW_MLAG_TAKEN);
	assert_int_equal(s.node[B].answers, 1);
	assert_int_equal(s.node[B].learned, 0);
	expect_silence();
	asked(B);
	arrive_to(B);
	sim_run(&s, 10 * SIM_MS);
	s.node[B].records = 0;
	s.node[A].answers = 0;
	len = sim_request(&h, &gateway, frame);
	assert_int_equal(sim_wire(&s, B, &h, frame, len), GW_MLAG_TAKEN);
	assert_int_equal(s.node[B].answers, 2);
	assert_int_equal(s.node[B].learned, 2);
	expect_relayed(42);
	assert_int_equal(s.node[A].learned, 2);
}

static void probe_without_sender(void **)
{
	const struct gw_ip gateway = gw_ip_of4(0x0a010003);
	struct sim_host p = h;

	p.ip = gw_ip_of4(0);
	assert_int_equal(
		sim_wire(&s, B, &p, frame, sim_request(&p, &gateway, frame)), GW_MLAG_TAKEN);
	assert_int_equal(s.node[B].answers, 1);
	expect_silence();
}

static void anything_else(void **)
{
	const struct gw_mac other = {{2, 9, 9, 9, 9, 9}};

	asked(B);
	assert_int_equal(arrive(&other), GW_MLAG_N_arp_reply_foreign);
	assert_int_equal(sim_knows(&s, B, &h), 0);
	expect_silence();
	h.mlag = 99;
	assert_int_equal(arrive_to(B), GW_MLAG_N_no_member);
	h.mlag = 1;
	assert_int_equal(sim_wire(&s, B, &h, frame, 20), GW_MLAG_N_invalid);
}

static void neighbour_discovery_goes_the_same_way(void **)
{
	struct gw_ip ip;

	assert_true(gw_ip_parse("2001:db8::20", &ip));
	sim_host(&s, ip, 2, 0);
	h = s.host[1];
	asked(A);
	assert_int_equal(arrive_to(A), GW_MLAG_TAKEN);
	expect_relayed(86);
	assert_int_equal(sim_knows(&s, A, &h), 2);
	sim_run(&s, 250 * SIM_MS);
	assert_true(sim_equal(&s));
}

static void vlan_is_part_of_the_key(void **)
{
	sim_host(&s, gw_ip_of4(0x0a020014), 1, 10);
	h = s.host[1];
	asked(A);
	assert_int_equal(arrive_to(A), GW_MLAG_TAKEN);
	expect_relayed(46);
	sim_run(&s, 250 * SIM_MS);
	assert_true(sim_equal(&s));
	assert_int_equal(sim_knows(&s, A, &h), 2);
}

static void membership_report_is_relayed(void **)
{
	static const uint8_t report[] = {0x01, 0, 0x5e, 1, 1, 1, 2, 0, 0, 0, 5, 5, 8, 0, 0x45, 0, 0,
		28, 0, 0, 0, 0, 1, 2, 0xbf, 0xd8, 10, 1, 0, 5, 0xef, 1, 1, 1, 0x16, 0, 0xf9, 0xfc,
		0xef, 1, 1, 1};

	assert_int_equal(sim_wire(&s, B, &h, report, sizeof(report)), GW_MLAG_TAKEN);
	assert_int_equal(s.node[B].inputs, 1);
	sim_run(&s, 2 * SIM_MS);
	assert_int_equal(s.node[B].last[2], GW_MLAG_GROUP);
	assert_int_equal(s.node[A].inputs, 1);
	assert_int_equal(sim_status(&s, A).confirmed, 0);
}

static void what_was_relayed_is_not_relayed_on(void **)
{
	asked(A);
	arrive_to(A);
	sim_run(&s, 100 * SIM_MS);
	asked(B);
	arrive_to(B);
	sim_run(&s, 100 * SIM_MS);
	assert_int_equal(s.node[B].records, 2);
	assert_int_equal(s.node[A].records, 0);
}

static void records_wait_for_a_full_message_or_the_flush_time(void **)
{
	const struct gw_mac a = sim_mac(A);
	uint64_t sent_us;

	for (uint32_t i = 0; i < 28; i++) {
		struct sim_host x = h;

		x.ip = gw_ip_of4(0x0a010100 + i);
		x.mac = sim_host_mac(i);
		sim_wire(&s, B, &x, frame, sim_reply(&x, &a, frame));
	}
	assert_int_equal(s.node[B].messages, 0);
	sent_us = s.now_us;
	sim_run(&s, 999);
	assert_int_equal(s.node[B].messages, 0);
	sim_run(&s, 1);
	assert_int_equal(s.node[B].messages, 1);
	assert_int_equal(s.now_us - sent_us, s.conf.flush_us);
	// 20 + 29 * 50 = 1470: the thirtieth would not fit.
	for (uint32_t i = 0; i < 60; i++)
		sim_wire(&s, B, &h, frame, sim_reply(&h, &a, frame));
	assert_int_equal(s.node[B].messages, 3);
	assert_int_equal(s.node[B].last_len, 20 + 29 * 50);
	sim_run(&s, SIM_MS);
	assert_int_equal(s.node[B].messages, 4);
	assert_int_equal(s.node[B].records, 88);
}

#define CASE(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(reply_to_the_peer),
		CASE(reply_to_the_peer_that_says_nothing),
		CASE(answer_soon_after_a_made_up_one),
		CASE(answer_when_the_made_up_one_is_not_confirmed),
		CASE(ack_of_somebody_else_confirms_nobody),
		CASE(ack_of_another_member_confirms_nobody),
		CASE(ack_of_one_that_is_not_known_here_asks),
		CASE(ack_of_one_that_is_in_doubt),
		CASE(reply_to_the_peer_that_it_did_not_ask_for),
		CASE(reply_to_the_peer_of_nobody),
		CASE(reply_to_the_peer_that_contradicts),
		CASE(reply_to_own_mac_that_was_asked_for),
		CASE(reply_to_own_mac_of_one_that_is_held),
		CASE(reply_to_own_mac_that_nobody_asked_for),
		CASE(reply_to_own_mac_that_the_input_refuses),
		CASE(reply_to_the_virtual_mac),
		CASE(broadcast_reply),
		CASE(announcement),
		CASE(announcement_learned_when_configured),
		CASE(many_announcements_are_all_asked),
		CASE(request),
		CASE(probe_without_sender),
		CASE(anything_else),
		CASE(neighbour_discovery_goes_the_same_way),
		CASE(vlan_is_part_of_the_key),
		CASE(membership_report_is_relayed),
		CASE(what_was_relayed_is_not_relayed_on),
		CASE(records_wait_for_a_full_message_or_the_flush_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
