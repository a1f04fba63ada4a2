// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "icmp/ping.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <rte_icmp.h>
#include <rte_ip.h>

#include "cli/cli.h"
#include "host/host.h"
#include "icmp/icmp.h"
#include "neigh/fixture.h"
#include "neigh/neigh.h"

static const uint32_t peer = IP(192, 0, 2, 9), own = IP(192, 0, 2, 1), router = IP(192, 0, 2, 254);

// What the network does with the request number `n` of a ping.
enum fate { ANSWERED, LOST, EXCEEDED, REDIRECTED, TWICE };
static const enum fate *fates;
static unsigned fate_n;

static void reply_from(uint32_t src, uint8_t type, uint8_t code, const void *rest, uint32_t len)
{
	struct rte_mbuf *m = received_ip(net, src, own, 61, IPPROTO_ICMP, 4 + len);
	uint8_t *icmp = rte_pktmbuf_mtod_offset(m, uint8_t *, 20);
	uint16_t sum;

	memset(icmp, 0, 4);
	icmp[0] = type;
	icmp[1] = code;
	memcpy(icmp + 4, rest, len);
	sum = (uint16_t)~rte_raw_cksum(icmp, 4 + len);
	memcpy(icmp + 2, &sum, sizeof(sum));
	gw_icmp_local_input(m);
}

static void network(void *arg)
{
	struct rte_mbuf *m;

	while (rte_ring_dequeue(gw_workers[1].inject, (void **)&m) == 0) {
		const uint8_t *ip = rte_pktmbuf_mtod(m, const uint8_t *);
		enum fate fate = fates[fate_n++];
		uint8_t quote[4 + 28] = {0};

		assert_int_equal(m->pkt_len, 84);
		assert_int_equal(ip[20], 8);
		memcpy(quote + 4, ip, 28);
		if (fate == ANSWERED || fate == TWICE)
			reply_from(peer, 0, 0, ip + 24, 60);
		if (fate == TWICE)
			reply_from(peer, 0, 0, ip + 24, 60);
		if (fate == REDIRECTED)
			reply_from(router, 5, 1, quote, sizeof(quote));
		if (fate == EXCEEDED)
			reply_from(router, 11, 0, quote, sizeof(quote));
		sent_free(m);
	}
	usleep(500);
}

static int ping(const char *line, bool json, const enum fate *what, char **text, struct gw_err *err)
{
	size_t size;
	FILE *out = open_memstream(text, &size);
	int ret;

	fates = what;
	fate_n = 0;
	ret = gw_cli_run(line, json, out, network, NULL, err);
	fclose(out);
	return ret;
}

static void answered(void **state)
{
	static const enum fate what[] = {ANSWERED, TWICE, ANSWERED};
	struct gw_err err = {0};
	json_t *rows, *row;
	char *text;

	assert_int_equal(ping("ping 192.0.2.9 count 3 interval 10", true, what, &text, &err), 0);
	rows = json_loads(text, 0, NULL);
	assert_int_equal(json_array_size(rows), 4);
	for (int i = 0; i < 3; i++) {
		row = json_array_get(rows, (size_t)i);
		assert_int_equal(json_integer_value(json_object_get(row, "seq")), i + 1);
		assert_string_equal(json_string_value(json_object_get(row, "from")), "192.0.2.9");
		assert_int_equal(json_integer_value(json_object_get(row, "octets")), 64);
		assert_int_equal(json_integer_value(json_object_get(row, "ttl")), 61);
		assert_in_range(json_integer_value(json_object_get(row, "rtt_us")), 0, 1000000);
	}
	row = json_array_get(rows, 3);
	assert_int_equal(json_integer_value(json_object_get(row, "sent")), 3);
	assert_int_equal(json_integer_value(json_object_get(row, "received")), 3);
	assert_int_equal(json_integer_value(json_object_get(row, "lost")), 0);
	json_decref(rows);
	free(text);
	assert_int_equal(GW_SLOW_STATS->originated, 3);
	assert_int_equal(GW_SLOW_STATS->consumed, 3);
	assert_int_equal(events(GW_EV_icmp_echo_received), 3);
	assert_int_equal(drops(GW_DROP_local_protocol), 1); // the second of two answers
}

static void lost_and_errors(void **state)
{
	static const enum fate what[] = {EXCEEDED, REDIRECTED, ANSWERED};
	struct gw_err err = {0};
	char *text;

	assert_int_equal(ping("ping 192.0.2.9 count 3 interval 10", false, what, &text, &err), 0);
	assert_non_null(strstr(text, "PING 192.0.2.9 from 192.0.2.1: 56 octets of data\n"));
	assert_non_null(
		strstr(text, "from 192.0.2.254: icmp_seq=1 TTL exceeded (type 11 code 0)\n"));
	assert_non_null(strstr(text, "64 octets from 192.0.2.9: icmp_seq=3 ttl=61 time="));
	assert_non_null(strstr(text,
		"\n--- 192.0.2.9 ping statistics ---\n"
		"3 packets transmitted, 1 received, 66% packet loss, time "));
	free(text);
}

static void nobody_there(void **state)
{
	static const enum fate what[] = {LOST};
	struct gw_err err = {0};
	char *text;

	assert_int_equal(ping("ping 192.0.2.9 count 1", false, what, &text, &err), -ETIMEDOUT);
	assert_string_equal(err.text, "no answer from 192.0.2.9 to 1 requests");
	free(text);
}

static void refused(void **state)
{
	struct gw_err err = {0};
	char *text;

	assert_int_equal(ping("ping 203.0.113.5", false, NULL, &text, &err), -ENETUNREACH);
	assert_string_equal(err.text, "no route to 203.0.113.5 in VRF default (show route)");
	free(text);
	err.code = 0;
	assert_int_equal(ping("ping 192.0.2.9 count 0", false, NULL, &text, &err), -EINVAL);
	free(text);
	err.code = 0;
	assert_int_equal(ping("ping 192.0.2.9 interval 1", false, NULL, &text, &err), -EINVAL);
	free(text);
	err.code = 0;
	assert_int_equal(ping("ping 192.0.2.9 vrf nowhere", false, NULL, &text, &err), -ENOENT);
	free(text);
}

// Identifier and sequence tell several pings apart; a reply from elsewhere is nobody's.
static void two_at_once(void **state)
{
	struct gw_ping a = {.dst = gw_ip_of4(peer), .count = 1, .interval_us = 1000000}, b = a;
	struct gw_ping_event ev;
	uint8_t rest[4];

	assert_int_equal(gw_ping_start(&a, NULL), 0);
	assert_int_equal(gw_ping_start(&b, NULL), 0);
	assert_int_not_equal(a.id, b.id);
	assert_true(gw_ping_step(&a, gw_ping_clock()));
	assert_true(gw_ping_step(&b, gw_ping_clock()));
	drain();
	rest[0] = (uint8_t)(b.id >> 8);
	rest[1] = (uint8_t)b.id;
	rest[2] = 0;
	rest[3] = 1;
	reply_from(router, 0, 0, rest, 4);
	assert_false(gw_ping_take(&b, &ev));
	reply_from(peer, 0, 0, rest, 4);
	assert_false(gw_ping_take(&a, &ev));
	assert_true(gw_ping_take(&b, &ev));
	assert_int_equal(ev.seq, 1);
	assert_false(gw_ping_step(&b, gw_ping_clock()));
	assert_true(gw_ping_step(&a, gw_ping_clock()));
	gw_ping_stop(&a);
	gw_ping_stop(&b);
	rest[1] = (uint8_t)a.id;
	reply_from(peer, 0, 0, rest, 4); // too late
	assert_int_equal(a.received, 0);
}

// Our own request is not answered with an ICMP error: the ping hears of it directly.
static void neighbour_is_silent(void **state)
{
	struct gw_ping p = {.dst = gw_ip_of4(peer), .count = 1, .interval_us = 1000000};
	struct gw_ping_event ev;
	struct rte_mbuf *m;

	assert_int_equal(gw_ping_start(&p, NULL), 0);
	assert_true(gw_ping_step(&p, gw_ping_clock()));
	m = expect_lookup(0);
	gw_meta(m)->mtu = net;
	gw_neigh_resolve(m);
	for (unsigned i = 0; i < 4; i++)
		poll_at(i * 1000000);
	assert_int_equal(drops(GW_DROP_neigh_unresolved), 1);
	assert_int_equal(GW_SLOW_STATS->originated, 4); // with three ARP requests
	assert_true(gw_ping_take(&p, &ev));
	assert_int_equal(gw_ip_to4(&ev.from), own);
	assert_int_equal(ev.type, 3);
	assert_int_equal(ev.code, 1);
	assert_false(gw_ping_step(&p, gw_ping_clock()));
	gw_ping_stop(&p);
}

static void source_for(uint32_t dst, uint32_t want)
{
	struct gw_ping p = {.dst = gw_ip_of4(dst), .count = 1};

	assert_int_equal(gw_ping_start(&p, NULL), 0);
	assert_int_equal(gw_ip_to4(&p.src), want);
	gw_ping_stop(&p);
}

static void source_suits_the_destination(void **state)
{
	const struct gw_host_spec host = {
		.ip = IP(10, 1, 1, 5), .mac = {{2, 0, 0, 0, 5, 5}}, .iface = a1};
	struct gw_err err = {0};

	assert_int_equal(gw_host_add(&host, &err), 0);
	gw_rib_set(&gw_vrfs[0].rib, IP(10, 1, 1, 7), 32, GW_FIB_HOST_TUNNEL, 1);
	source_for(host.ip, IP(10, 1, 1, 1));
	source_for(IP(198, 51, 100, 2), IP(198, 51, 100, 1));
	source_for(IP(10, 1, 1, 7), own); // a gateway address would be answered over there
	source_for(own, own);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(answered),
		TEST(lost_and_errors),
		TEST(nobody_there),
		TEST(refused),
		TEST(two_at_once),
		TEST(neighbour_is_silent),
		TEST(source_suits_the_destination),
	};

	return FIXTURE_RUN(tests);
}
