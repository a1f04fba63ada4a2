// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Octets as a member port, the peer link or the keepalive's path may bring them, in frames of
// (kind, length, octets). What is decoded comes out of the encoder as it was; the tables stay
// within their bounds, and what is malformed changes nothing.

#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>

#include "base/wire.h"
#include "mlag_sync/mlag.h"
#include "mlag_sync/packet.h"

#define MEMBERS 3
#define ENTRIES 64

static const struct gw_mac own = {{2, 0, 0, 0, 0xaa, 1}}, peer = {{2, 0, 0, 0, 0xaa, 2}};
static uint32_t held; // by the ordinary input

int LLVMFuzzerInitialize(int *, char ***);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

// Small tables for each input: no huge pages to zero.
int LLVMFuzzerInitialize(int *, char ***)
{
	return prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
}

static void expect(bool holds)
{
	if (!holds)
		abort();
}

static void codec(const uint8_t *data, uint32_t len)
{
	static uint8_t copy[65536];
	struct gw_mlag_message msg;
	struct gw_mlag_hello hello;
	struct gw_mlag_record r;
	struct gw_mlag_addresses part;
	struct gw_mlag_twin twin;
	struct gw_mlag_out out;
	uint32_t at = 0, n = 0;

	if (gw_mlag_head_decode(data, len, &msg) != GW_MLAG_GOOD)
		return;
	if (msg.type == GW_MLAG_SYNC && gw_mlag_records_check(&msg) == GW_MLAG_GOOD) {
		gw_mlag_out_begin(
			&out, copy, sizeof(copy), msg.type, msg.sub, &msg.system, msg.epoch);
		while (gw_mlag_record_next(&msg, &at, &r)) {
			expect(gw_mlag_out_record(&out, &r));
			n++;
		}
		gw_mlag_out_end(&out, msg.flags, msg.sequence);
		expect(n == msg.records && out.len <= len && memcmp(copy, data, out.len) == 0);
	} else if (msg.type == GW_MLAG_HELLO &&
		gw_mlag_hello_decode(&msg, &hello) == GW_MLAG_GOOD) {
		gw_mlag_out_begin(&out, copy, sizeof(copy), msg.type, 0, &msg.system, msg.epoch);
		expect(gw_mlag_out_hello(&out, &hello));
		while (gw_mlag_twin_next(&msg, &at, &twin))
			expect(gw_mlag_out_twin(&out, &twin));
		at = 0;
		while (gw_mlag_addresses_next(&msg, &at, &part)) {
			n = part.count;
			expect(gw_mlag_out_addresses(&out, &part) == (n > 0 || part.total == 0) &&
				part.count == n);
		}
	} else if (msg.type == GW_MLAG_KEEPALIVE) {
		gw_mlag_keepalive_decode(&msg, &hello);
	}
}

static void send_out(void *ctx, const uint8_t *data, uint32_t len)
{
	codec(data, len);
}

static bool input(void *ctx, const struct gw_mlag_packet *p, unsigned how)
{
	struct gw_mlag_claim c;

	expect(gw_mlag_packet_parse(p->data, p->len, &c) && c.vlan == p->vlan);
	return (how & GW_MLAG_LEARN) != 0;
}

static void ask(void *ctx, const struct gw_mlag_query *q)
{
	expect(q->mlag >= 1 && q->mlag <= MEMBERS);
}

static void gone(void *ctx, const struct gw_mlag_query *q)
{
	expect(q->mac != NULL && !gw_mac_is_group(q->mac) && !gw_mac_is_none(q->mac));
}

static void member(void *ctx, uint16_t mlag, const struct gw_mlag_member_state *state)
{
	expect(mlag >= 1 && mlag <= MEMBERS);
}

static const struct gw_mlag_ops ops = {
	.send = send_out,
	.keepalive = send_out,
	.input = input,
	.ask = ask,
	.gone = gone,
	.member = member,
};

static struct gw_mlag *device(void)
{
	struct gw_mlag_conf conf;
	struct gw_mlag *m;

	gw_mlag_conf_default(&conf);
	conf.system = own;
	conf.peer_system = peer;
	conf.max_entries = ENTRIES;
	conf.max_asked = 8;
	conf.max_unconfirmed = 8;
	conf.age_s = 2;
	conf.keepalive = conf.learn_announced = true;
	conf.restore_max_us = 0;
	expect(gw_mlag_new(&m, &conf, &ops, NULL, 7, 1000000, NULL) == 0);
	for (uint16_t i = 1; i <= MEMBERS; i++) {
		const struct gw_mlag_member_conf mc = {.mlag = i};
		struct gw_mlag_subnet sub = {.mlag = i, .len = 16, .addr = gw_ip_of4(0x0a010001)};

		expect(gw_mlag_member_add(m, &mc, NULL) == 0);
		expect(gw_mlag_subnet_add(m, &sub, NULL) == 0);
		gw_ip_parse("2001:db8::1", &sub.addr);
		sub.len = 64;
		expect(gw_mlag_subnet_add(m, &sub, NULL) == 0);
		gw_mlag_link(m, 1000000, i, true);
	}
	return m;
}

static uint64_t table_digest(const struct gw_mlag *m)
{
	struct gw_mlag_entry_view v;
	uint32_t cursor = 0;
	uint64_t sum = 0;

	held = 0;
	while (gw_mlag_entry_next(m, &cursor, &v)) {
		sum += gw_mlag_hash(v.at.mlag, v.at.mac, sizeof(*v.at.mac)) * (v.confirmed + 1u);
		held++;
	}
	return sum;
}

// A message of the peer with the octets as its body, or as they are.
static void message(struct gw_mlag *m, uint64_t now, uint8_t kind, const uint8_t *data, uint32_t n)
{
	static uint32_t sequence;
	struct gw_mlag_status before, after;
	uint64_t digest = table_digest(m);
	uint8_t msg[4096];

	gw_mlag_status(m, &before);
	if ((kind & 8) != 0 && n >= sizeof(struct gw_mlag_head)) {
		memcpy(msg, data, n);
		msg[0] = GW_MLAG_VERSION;
		memcpy(msg + 4, &peer, sizeof(peer));
		gw_put32(msg + 10, 9);
		gw_put32(msg + 14, sequence++);
		gw_mlag_message(m, now, 0, msg, n);
	} else {
		gw_mlag_message(m, now, kind >> 4 & 1, data, n);
	}
	gw_mlag_status(m, &after);
	if (after.count[GW_MLAG_N_malformed] > before.count[GW_MLAG_N_malformed])
		expect(table_digest(m) == digest && after.peer == before.peer);
}

static void asked(struct gw_mlag *m, uint64_t now, uint16_t vlan, const uint8_t *data, uint32_t n)
{
	struct gw_ip ip;

	if (n < sizeof(ip))
		return;
	memcpy(&ip, data, sizeof(ip));
	gw_mlag_asked(m, now, 0, vlan, &ip);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gw_mlag *m = device();
	uint64_t now = 1000000;
	struct gw_mlag_status st;

	while (size >= 4) {
		uint8_t kind = data[0];
		uint32_t n = gw_get16(data + 2);
		struct gw_mlag_packet p = {
			.mlag = (uint16_t)(kind >> 3 & 3), .vlan = (uint16_t)(kind >> 5)};

		n = n < size - 4 ? n : (uint32_t)size - 4;
		n = n < 4096 ? n : 4096;
		p.len = (uint16_t)n;
		p.data = data + 4;
		now += (uint64_t)data[1] * 10000;
		if ((kind & 7) == 0)
			gw_mlag_wire(m, now, &p);
		else if ((kind & 7) == 1)
			gw_mlag_keepalive(m, now, data + 4, n);
		else if ((kind & 7) == 2)
			asked(m, now, p.vlan, data + 4, n);
		else if ((kind & 7) == 3)
			gw_mlag_link(m, now, p.mlag, kind >> 5 & 1);
		else
			message(m, now, kind, data + 4, n);
		codec(data + 4, n);
		for (unsigned i = 0; i < 8 && gw_mlag_next(m) <= now; i++)
			gw_mlag_tick(m, now);
		gw_mlag_status(m, &st);
		table_digest(m);
		expect(held == st.confirmed + st.unconfirmed && held + st.asked <= ENTRIES);
		data += 4 + n;
		size -= 4 + n;
	}
	gw_mlag_free(m);
	return 0;
}
