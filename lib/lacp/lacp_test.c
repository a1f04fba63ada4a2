// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Ports against each other with a clock of their own: a server of two ports, and the two devices of
// a pair. Clauses are those of IEEE 802.1AX-2014.

#include "lacp/lacp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#define S     1000000ull
#define MS    1000ull
#define PORTS 4
#define QUEUE 64

enum { SERVER0, SERVER1, A, B }; // SERVER0 with A, SERVER1 with B

static struct port {
	struct gw_lacp p;
	bool refuses;
	unsigned changes;
	uint8_t queue[QUEUE][GW_LACP_LEN];
	unsigned queued;
} port[PORTS];

static uint64_t now;
static bool deaf[PORTS];

static const struct gw_mac pair_system = {{2, 0, 0, 0, 0xaa, 0}};
static const struct gw_mac server_system = {{2, 0, 0, 0, 0x50, 1}};

static void pdu_send(void *ctx, const uint8_t pdu[static GW_LACP_LEN])
{
	struct port *to = &port[((struct port *)ctx - port) ^ 2];

	assert_true(to->queued < QUEUE);
	if (!deaf[to - port])
		memcpy(to->queue[to->queued++], pdu, GW_LACP_LEN);
}

static bool partner_ok(void *ctx, const struct gw_lacp_info *partner)
{
	return !((struct port *)ctx)->refuses;
}

static void changed(void *ctx)
{
	((struct port *)ctx)->changes++;
}

static const struct gw_lacp_ops ops = {pdu_send, partner_ok, changed};

static struct gw_lacp_conf conf_of(unsigned i)
{
	return (struct gw_lacp_conf){
		.system = i >= A ? pair_system : server_system,
		.system_priority = 100,
		.key = i >= A ? 7 : 3,
		.port_priority = 128,
		.port = i >= A ? gw_lacp_port_id(i - A, 5) : (uint16_t)(i + 1),
		.fast = true,
	};
}

static void start(unsigned i, const struct gw_lacp_conf *conf)
{
	gw_lacp_init(&port[i].p, conf, &ops, &port[i], now);
	gw_lacp_enable(&port[i].p, now, true);
}

static void run(uint64_t us)
{
	const uint64_t end = now + us;

	while (true) {
		uint64_t next = UINT64_MAX;
		unsigned i;

		for (i = 0; i < PORTS; i++) {
			uint64_t at = port[i].queued > 0 ? now : gw_lacp_next(&port[i].p);

			next = at < next ? at : next;
		}
		if (next > end)
			break;
		now = next > now ? next : now;
		for (i = 0; i < PORTS; i++) {
			struct port *p = &port[i];
			unsigned n = p->queued;
			uint8_t copy[QUEUE][GW_LACP_LEN];

			memcpy(copy, p->queue, sizeof(copy));
			p->queued = 0;
			for (unsigned k = 0; k < n; k++)
				gw_lacp_input(&p->p, now, copy[k], GW_LACP_LEN);
			if (gw_lacp_next(&p->p) <= now)
				gw_lacp_tick(&p->p, now);
		}
		now++; // the way takes a moment
	}
	now = end;
}

static int setup(void **)
{
	memset(port, 0, sizeof(port));
	memset(deaf, 0, sizeof(deaf));
	now = 1000 * S;
	for (unsigned i = 0; i < PORTS; i++) {
		const struct gw_lacp_conf conf = conf_of(i);

		start(i, &conf);
	}
	return 0;
}

static bool up(unsigned i)
{
	return gw_lacp_up(&port[i].p);
}

static bool all_up(void)
{
	return up(A) && up(B) && up(SERVER0) && up(SERVER1);
}

static void pair_is_one_partner(void **)
{
	const struct gw_lacp_info *a = &port[SERVER0].p.partner, *b = &port[SERVER1].p.partner;

	run(1900 * MS);
	assert_false(up(A)); // 6.4.4 Aggregate_Wait_Time
	run(2 * S);
	assert_true(all_up());
	assert_memory_equal(&a->system, &b->system, sizeof(a->system));
	assert_int_equal(a->system_priority, b->system_priority);
	assert_int_equal(a->key, b->key);
	assert_int_not_equal(a->port, b->port);
	assert_int_equal(a->port, 1 << 14 | 5);
	assert_int_equal(b->port, 2 << 14 | 5);
	assert_int_equal(port[A].p.actor.state, 0x3f);
	assert_int_equal(port[A].p.partner.state, 0x3f);
}

static uint64_t sent_in(unsigned i, uint64_t us)
{
	uint64_t before = port[i].p.count.tx;

	run(us);
	return port[i].p.count.tx - before;
}

// 6.4.13: how often is the partner's choice.
static void periodic_fast_and_slow(void **)
{
	struct gw_lacp_conf slow = conf_of(A);

	run(10 * S);
	assert_int_equal(sent_in(A, 60 * S), 60);
	slow.fast = false;
	start(A, &slow);
	run(40 * S);
	assert_true(all_up());
	assert_int_equal(sent_in(SERVER0, 300 * S), 10);
	assert_int_equal(sent_in(A, 60 * S), 60);
}

// 6.4.12: three seconds without a LACPDU, three more for the last chance.
static void partner_falls_silent(void **)
{
	run(10 * S);
	deaf[A] = true;
	run(1900 * MS);
	assert_true(up(A));
	run(1200 * MS);
	assert_int_equal(port[A].p.rx, GW_LACP_RX_EXPIRED);
	assert_false(up(A));
	assert_int_equal(port[A].p.actor.state & GW_LACP_EXPIRED, GW_LACP_EXPIRED);
	assert_true(up(B));
	run(3 * S);
	assert_int_equal(port[A].p.rx, GW_LACP_RX_DEFAULTED);
	assert_int_equal(port[A].p.mux, GW_LACP_MUX_DETACHED);
	assert_int_equal(port[A].p.refusal, GW_LACP_NO_PARTNER);
	assert_false(up(SERVER0)); // it hears that we are not in sync
	deaf[A] = false;
	run(5 * S);
	assert_true(all_up());
}

static void long_timeout(void **)
{
	struct gw_lacp_conf slow = conf_of(A);

	slow.fast = false;
	start(A, &slow);
	run(60 * S);
	assert_true(up(A));
	deaf[A] = true;
	run(59 * S);
	assert_true(up(A));
	run(32 * S);
	assert_int_not_equal(port[A].p.rx, GW_LACP_RX_CURRENT);
	assert_false(up(A));
}

static void carrier_goes_and_comes(void **)
{
	run(10 * S);
	gw_lacp_enable(&port[A].p, now, false);
	assert_false(up(A));
	assert_int_equal(port[A].p.rx, GW_LACP_RX_PORT_DISABLED);
	assert_int_equal(sent_in(A, 10 * S), 0);
	assert_false(up(SERVER0));
	gw_lacp_enable(&port[A].p, now, true);
	run(5 * S);
	assert_true(all_up());
}

// 6.4.14.1: another system at the other end is another aggregation.
static void partner_changes(void **)
{
	struct gw_lacp_conf other = conf_of(SERVER0);

	run(10 * S);
	other.system.b[5] = 99;
	start(SERVER0, &other);
	run(10 * MS);
	assert_false(up(A));
	assert_true(up(B));
	run(5 * S);
	assert_true(up(A));
	assert_int_equal(port[A].p.partner.system.b[5], 99);
}

static void wrong_partner_stays_out_of_sync(void **)
{
	port[A].refuses = true;
	run(10 * S);
	assert_false(up(A));
	assert_false(up(SERVER0));
	assert_int_equal(port[A].p.refusal, GW_LACP_WRONG_PARTNER);
	assert_int_equal(port[A].p.actor.state & GW_LACP_SYNC, 0);
	assert_true(up(B));
	port[A].refuses = false;
	gw_lacp_recheck(&port[A].p, now);
	run(3 * S);
	assert_true(all_up());
	port[A].refuses = true;
	gw_lacp_recheck(&port[A].p, now);
	assert_false(up(A));
	run(MS);
	assert_false(up(SERVER0));
}

static void held_back_it_goes_on_speaking(void **)
{
	unsigned changes;

	run(10 * S);
	changes = port[A].changes;
	gw_lacp_hold(&port[A].p, now, true);
	assert_false(up(A));
	assert_true(port[A].changes > changes);
	run(MS);
	assert_false(up(SERVER0));
	assert_true(up(SERVER1));
	assert_int_equal(sent_in(A, 30 * S), 30);
	assert_int_equal(port[SERVER0].p.rx, GW_LACP_RX_CURRENT);
	gw_lacp_hold(&port[A].p, now, false);
	run(3 * S);
	assert_true(all_up());
}

static void loop_to_the_pair_itself(void **)
{
	const struct gw_lacp_conf own = conf_of(B);

	start(SERVER0, &own);
	run(10 * S);
	assert_false(up(A));
	assert_int_equal(port[A].p.refusal, GW_LACP_LOOP);
}

static void passive_speaks_when_spoken_to(void **)
{
	struct gw_lacp_conf passive = conf_of(A), quiet = conf_of(SERVER0);

	passive.passive = true;
	start(A, &passive);
	run(5 * S);
	assert_true(all_up());
	// 6.4.13: two of them never speak.
	quiet.passive = true;
	start(SERVER0, &quiet);
	start(A, &passive);
	run(10 * S); // what was under way is over
	assert_int_equal(sent_in(A, 100 * S), 0);
	assert_int_equal(sent_in(SERVER0, 100 * S), 0);
	assert_false(up(A));
}

// 6.4.16: no more than three in a second, and what is true is sent in the end.
static void no_more_than_three_in_a_second(void **)
{
	run(10 * S);
	for (unsigned i = 0; i < 20; i++) {
		uint64_t before = port[A].p.count.tx, end = now + S;

		while (now < end) {
			gw_lacp_hold(&port[A].p, now, i % 2 == 0);
			gw_lacp_hold(&port[A].p, now, i % 2 == 1);
			run(10 * MS);
		}
		assert_true(port[A].p.count.tx - before <= 4); // a window of our own
	}
	gw_lacp_hold(&port[A].p, now, false);
	run(5 * S);
	assert_true(all_up());
}

static void individual_partner(void **)
{
	run(10 * S);
	port[SERVER0].p.actor.state &= (uint8_t)~GW_LACP_AGGREGATION;
	run(2 * S);
	assert_true(up(A)); // alone, which the pair sees to
	port[A].refuses = true;
	gw_lacp_recheck(&port[A].p, now);
	run(2 * S);
	assert_false(up(A));
	assert_int_equal(port[A].p.refusal, GW_LACP_INDIVIDUAL);
}

static void pdu_octets(void **)
{
	static const uint8_t want[] = {1, 1, 1, 20, 0x12, 0x34, 2, 0, 0, 0, 0xaa, 0, 0, 7, 0, 128,
		0x40, 5, 0x3f, 0, 0, 0, 2, 20, 0, 100, 2, 0, 0, 0, 0x50, 1, 0, 3, 0, 128, 0, 1,
		0x3d, 0, 0, 0, 3, 16, 0, 50, 0};
	const struct gw_lacp_pdu pdu = {
		.actor = {0x1234, pair_system, 7, 128, 0x4005, 0x3f},
		.partner = {100, server_system, 3, 128, 1, 0x3d},
		.max_delay = 50,
	};
	struct gw_lacp_pdu back;
	uint8_t data[GW_LACP_LEN];

	gw_lacp_encode(&pdu, data);
	assert_memory_equal(data, want, sizeof(want));
	assert_int_equal(gw_lacp_decode(data, sizeof(data), &back), GW_LACP_PDU);
	assert_int_equal(back.actor.key, 7);
	assert_int_equal(back.partner.port, 1);
	assert_int_equal(back.max_delay, 50);
	for (uint32_t i = 0; i < sizeof(data); i++)
		assert_int_equal(gw_lacp_decode(data, i, &back), GW_LACP_MALFORMED);
	data[1] = 2; // version, types: not looked at
	data[2] = 9;
	assert_int_equal(gw_lacp_decode(data, sizeof(data), &back), GW_LACP_PDU);
	data[58] = 4; // a TLV of version 2 in the terminator's place: port algorithm
	data[59] = 6;
	assert_int_equal(gw_lacp_decode(data, sizeof(data), &back), GW_LACP_PDU);
	assert_int_equal(back.partner.port, 1);
	data[0] = 3;
	assert_int_equal(gw_lacp_decode(data, sizeof(data), &back), GW_LACP_MALFORMED);
	data[0] = 1;
	data[3] = 19;
	assert_int_equal(gw_lacp_decode(data, sizeof(data), &back), GW_LACP_MALFORMED);
	data[3] = 20;
	data[23] = 21;
	assert_int_equal(gw_lacp_decode(data, sizeof(data), &back), GW_LACP_MALFORMED);
}

// 6.5.4: whoever sends a marker is answered.
static void marker_is_answered(void **)
{
	uint8_t data[GW_LACP_LEN] = {2, 1, 1, 16, 0, 1, 2, 0, 0, 0, 0x50, 1, 0, 0, 0, 9};

	run(10 * S);
	port[SERVER0].queued = 0;
	gw_lacp_input(&port[A].p, now, data, sizeof(data));
	assert_int_equal(port[SERVER0].queued, 1);
	assert_int_equal(port[SERVER0].queue[0][2], 2);
	data[2] = 2;
	assert_memory_equal(port[SERVER0].queue[0], data, sizeof(data));
	gw_lacp_input(&port[A].p, now, data, sizeof(data)); // a response has none
	assert_int_equal(port[SERVER0].queued, 1);
	assert_int_equal(port[A].p.count.rx_malformed, 1);
}

// Whatever was lost and whoever restarted: in the end all are in sync, and never is a port in use
// whose partner says that it is not in sync.
static void random_losses_end_in_sync(void **)
{
	uint32_t random = 1;

	for (unsigned round = 0; round < 300; round++) {
		for (unsigned i = 0; i < 30; i++) {
			const unsigned k = (random = random * 1664525 + 1013904223) >> 30;
			struct gw_lacp_conf conf = conf_of(k);

			conf.fast = (random >> 20 & 1) != 0;
			switch (random >> 16 & 7) {
			case 0:
				start(k, &conf);
				break;
			case 1:
				gw_lacp_enable(&port[k].p, now, (random >> 8 & 1) != 0);
				break;
			case 2:
				deaf[k] = !deaf[k];
				break;
			default:
				break;
			}
			run((random >> 4 & 0xfff) * MS);
			for (unsigned n = 0; n < PORTS; n++)
				assert_true(
					!up(n) || (port[n].p.partner.state & GW_LACP_SYNC) != 0);
		}
		memset(deaf, 0, sizeof(deaf));
		for (unsigned k = 0; k < PORTS; k++)
			gw_lacp_enable(&port[k].p, now, true);
		run(100 * S); // with the long timeout
		assert_true(all_up());
	}
}

#define CASE(fn) cmocka_unit_test_setup(fn, setup)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(pair_is_one_partner),
		CASE(periodic_fast_and_slow),
		CASE(partner_falls_silent),
		CASE(long_timeout),
		CASE(carrier_goes_and_comes),
		CASE(partner_changes),
		CASE(wrong_partner_stays_out_of_sync),
		CASE(held_back_it_goes_on_speaking),
		CASE(loop_to_the_pair_itself),
		CASE(passive_speaks_when_spoken_to),
		CASE(no_more_than_three_in_a_second),
		CASE(individual_partner),
		CASE(pdu_octets),
		CASE(marker_is_answered),
		CASE(random_losses_end_in_sync),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
