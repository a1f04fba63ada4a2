// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// The octets of messages, and every way in which one is refused.

#include "mlag_sync/message.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/wire.h"

static const struct gw_mac system_id = {{2, 0, 0, 0, 0xaa, 1}};
static uint8_t data[2048];

static uint32_t sync_make(uint16_t records, uint16_t len)
{
	static const uint8_t packet[1500] = {1, 2, 3};
	const struct gw_mlag_record r = {7, 10, 1, len, packet};
	struct gw_mlag_out out;

	memset(data, 0xee, sizeof(data));
	gw_mlag_out_begin(&out, data, 1500, GW_MLAG_SYNC, GW_MLAG_ARP, &system_id, 0x01020304);
	for (uint16_t i = 0; i < records; i++)
		assert_true(gw_mlag_out_record(&out, &r));
	gw_mlag_out_end(&out, GW_MLAG_FLAG_RESTARTED, 0x05060708);
	return out.len;
}

static uint32_t hello_make(unsigned twins)
{
	struct gw_mlag_hello h = {.confirmed = 5,
		.unconfirmed = 6,
		.role = GW_MLAG_SECONDARY,
		.priority = 100,
		.hears = 9,
		.must = 1,
		.should = 2,
		.tables = 0xe};
	const struct gw_mlag_tlv_address a[2] = {{{0, 10}, {1}}, {{0, 0}, {2}}};
	struct gw_mlag_addresses part = {
		.mlag = 3, .total = 9, .first = 4, .count = 2, .address = a};
	struct gw_mlag_twin t = {.mlag = 3,
		.up = true,
		.lacp = 3,
		.partner_priority = 4,
		.partner_key = 5,
		.partner = {{2, 9}}};
	struct gw_mlag_out out;

	for (unsigned i = 0; i < GW_MLAG_BUCKETS; i++)
		h.digest[i] = i * 0x0102030405060708u;
	gw_mlag_out_begin(&out, data, 1500, GW_MLAG_HELLO, 0, &system_id, 8);
	assert_true(gw_mlag_out_hello(&out, &h));
	for (; twins > 0; twins--) {
		assert_true(gw_mlag_out_twin(&out, &t));
		assert_true(gw_mlag_out_addresses(&out, &part));
	}
	gw_mlag_out_end(&out, 0, 1);
	return out.len;
}

static enum gw_mlag_bad check(uint32_t len)
{
	struct gw_mlag_message msg;
	struct gw_mlag_hello hello;
	enum gw_mlag_bad bad = gw_mlag_head_decode(data, len, &msg);

	if (bad != GW_MLAG_GOOD)
		return bad;
	return msg.type == GW_MLAG_SYNC ? gw_mlag_records_check(&msg)
					: gw_mlag_hello_decode(&msg, &hello);
}

static void sync_is_these_octets(void **)
{
	static const uint8_t want[] = {1, 2, 1, 1, 2, 0, 0, 0, 0xaa, 1, 1, 2, 3, 4, 5, 6, 7, 8, 0,
		2, 0, 22, 0, 7, 0, 10, 0, 1, 1, 2, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
	struct gw_mlag_message msg;
	struct gw_mlag_record r;
	uint32_t at = 0, n = 0;

	assert_int_equal(sync_make(2, 16), 20 + 2 * 24);
	assert_memory_equal(data, want, sizeof(want));
	assert_int_equal(gw_mlag_head_decode(data, 68, &msg), GW_MLAG_GOOD);
	assert_int_equal(msg.type, GW_MLAG_SYNC);
	assert_int_equal(msg.sub, GW_MLAG_ARP);
	assert_int_equal(msg.flags, GW_MLAG_FLAG_RESTARTED);
	assert_int_equal(msg.epoch, 0x01020304);
	assert_int_equal(msg.sequence, 0x05060708);
	assert_memory_equal(&msg.system, &system_id, sizeof(system_id));
	assert_int_equal(gw_mlag_records_check(&msg), GW_MLAG_GOOD);
	while (gw_mlag_record_next(&msg, &at, &r)) {
		n++;
		assert_int_equal(r.mlag, 7);
		assert_int_equal(r.vlan, 10);
		assert_int_equal(r.vrf, 1);
		assert_int_equal(r.len, 16);
		assert_int_equal(r.packet[2], 3);
	}
	assert_int_equal(n, 2);
}

static void hello_comes_back(void **)
{
	uint32_t len = hello_make(2), at = 0, n = 0;
	struct gw_mlag_message msg;
	struct gw_mlag_addresses part;
	struct gw_mlag_hello h;
	struct gw_mlag_twin t;

	assert_int_equal(len, 20 + 524 + 12 + 20 + 6 + 2 * (4 + 14 + 4 + 10 + 36));
	assert_int_equal(gw_mlag_head_decode(data, len, &msg), GW_MLAG_GOOD);
	assert_int_equal(gw_mlag_hello_decode(&msg, &h), GW_MLAG_GOOD);
	assert_int_equal(h.confirmed, 5);
	assert_int_equal(h.unconfirmed, 6);
	assert_true(h.digest[63] == 63 * 0x0102030405060708u);
	assert_int_equal(h.role, GW_MLAG_SECONDARY);
	assert_int_equal(h.priority, 100);
	assert_int_equal(h.hears, 9);
	assert_true(h.has_config);
	assert_int_equal(h.must, 1);
	assert_int_equal(h.should, 2);
	assert_int_equal(h.tables, 0xe);
	while (gw_mlag_twin_next(&msg, &at, &t)) {
		n++;
		assert_int_equal(t.mlag, 3);
		assert_true(t.up);
		assert_int_equal(t.lacp, 3);
		assert_int_equal(t.partner_priority, 4);
		assert_int_equal(t.partner_key, 5);
		assert_int_equal(t.partner.b[1], 9);
	}
	assert_int_equal(n, 2);
	for (at = 0; gw_mlag_addresses_next(&msg, &at, &part); n++) {
		assert_int_equal(part.mlag, 3);
		assert_int_equal(part.total, 9);
		assert_int_equal(part.first, 4);
		assert_int_equal(part.count, 2);
		assert_int_equal(part.address[1].ip[0], 2);
	}
	assert_int_equal(n, 4);
}

static void as_many_addresses_as_there_is_room_for(void **)
{
	static const struct gw_mlag_tlv_address a[100];
	struct gw_mlag_addresses part = {.mlag = 1, .total = 100, .count = 100, .address = a};
	struct gw_mlag_out out;

	gw_mlag_out_begin(&out, data, 20 + 4 + 10 + 3 * 18 + 17, GW_MLAG_HELLO, 0, &system_id, 1);
	assert_true(gw_mlag_out_addresses(&out, &part));
	assert_int_equal(part.count, 3);
	assert_int_equal(out.len, 20 + 4 + 10 + 3 * 18);
	assert_false(gw_mlag_out_addresses(&out, &part));
	// Of none it says that there are none.
	out.size = out.len + 14;
	part = (struct gw_mlag_addresses){.mlag = 1};
	assert_true(gw_mlag_out_addresses(&out, &part));
	assert_int_equal(out.len, out.size);
	assert_false(gw_mlag_out_addresses(&out, &part));
}

static void unknown_tlv_is_passed_over(void **)
{
	uint32_t len = hello_make(0);

	memcpy(data + len, "\0\x63\0\3abc", 7);
	gw_put16(data + 18, 5);
	assert_int_equal(check(len + 7), GW_MLAG_GOOD);
}

// Who does not say which tables are synchronised knows of none but the first.
static void tables_when_nothing_is_said(void **)
{
	uint8_t *kind = data + sizeof(struct gw_mlag_head) + 3 * sizeof(struct gw_mlag_tlv_head) +
		sizeof(struct gw_mlag_tlv_table) + sizeof(struct gw_mlag_tlv_role) +
		sizeof(struct gw_mlag_tlv_config);
	uint32_t len = hello_make(0);
	struct gw_mlag_message msg;
	struct gw_mlag_hello h;

	assert_int_equal(gw_get16(kind), GW_MLAG_TLV_TABLES);
	gw_put16(kind, 99);
	assert_int_equal(gw_mlag_head_decode(data, len, &msg), GW_MLAG_GOOD);
	assert_int_equal(gw_mlag_hello_decode(&msg, &h), GW_MLAG_GOOD);
	assert_int_equal(h.tables, GW_MLAG_TABLES);
}

static void message_is_full_at_the_mtu(void **)
{
	static const uint8_t packet[60];
	const struct gw_mlag_record r = {7, 0, 0, sizeof(packet), packet};
	struct gw_mlag_out out;
	uint32_t n = 0;

	gw_mlag_out_begin(&out, data, 1500, GW_MLAG_SYNC, GW_MLAG_ARP, &system_id, 1);
	while (gw_mlag_out_record(&out, &r))
		n++;
	assert_int_equal(n, 1480 / 68);
	assert_int_equal(out.records, n);
	gw_mlag_out_end(&out, 0, 0);
	assert_int_equal(check(out.len), GW_MLAG_GOOD);
}

static void padding_of_ethernet_is_no_error(void **)
{
	uint32_t len = sync_make(1, 14);

	assert_int_equal(len, 42);
	memset(data + len, 0, 4);
	assert_int_equal(check(46), GW_MLAG_GOOD);
	data[45] = 1;
	assert_int_equal(check(46), GW_MLAG_BAD_trailing);
	data[45] = 0;
	data[46] = 0;
	assert_int_equal(check(47), GW_MLAG_BAD_trailing);
}

static void every_truncation_is_refused(void **)
{
	uint32_t len = sync_make(3, 60);

	for (uint32_t i = 0; i < len; i++)
		assert_int_not_equal(check(i), GW_MLAG_GOOD);
	len = hello_make(3);
	for (uint32_t i = 0; i < len; i++)
		assert_int_not_equal(check(i), GW_MLAG_GOOD);
}

static void each_malformation_has_its_reason(void **)
{
	static const struct {
		uint32_t at;
		uint8_t value;
		enum gw_mlag_bad bad;
	} sync[] =
		{
			{0, 2, GW_MLAG_BAD_version},
			{1, 0, GW_MLAG_BAD_type},
			{1, 4, GW_MLAG_BAD_type},
			{2, 0, GW_MLAG_BAD_sub_type},
			{2, 4, GW_MLAG_BAD_sub_type}, // MAC: reserved
			{4, 1, GW_MLAG_BAD_system_id},
			{19, 0, GW_MLAG_BAD_empty},
			{19, 1, GW_MLAG_BAD_trailing},
			{19, 3, GW_MLAG_BAD_record_truncated},
			{20, 9, GW_MLAG_BAD_record_truncated},
			{21, 19, GW_MLAG_BAD_record_short},
			{23, 0, GW_MLAG_BAD_record_mlag},
			{24, 16, GW_MLAG_BAD_record_vlan},
		},
	  hello[] = {
		  {2, 1, GW_MLAG_BAD_sub_type}, {19, 1, GW_MLAG_BAD_tlv_missing},
		  {19, 3, GW_MLAG_BAD_trailing}, {19, 7, GW_MLAG_BAD_tlv_truncated},
		  {21, 2, GW_MLAG_BAD_tlv_length}, {21, 99, GW_MLAG_BAD_tlv_missing},
		  {20 + 524 + 1, 99, GW_MLAG_BAD_tlv_missing},
		  {20 + 524 + 4, 3, GW_MLAG_BAD_tlv_value},
		  {20 + 524 + 12 + 20 + 3, 3, GW_MLAG_BAD_tlv_length},
		  {20 + 524 + 12 + 20 + 6 + 5, 0, GW_MLAG_BAD_tlv_value},
		  {20 + 524 + 12 + 20 + 6 + 6, 2, GW_MLAG_BAD_tlv_value},
		  {20 + 524 + 12 + 20 + 6 + 3, 49, GW_MLAG_BAD_tlv_length},
		  {20 + 524 + 12 + 20 + 6 + 18 + 3, 45, GW_MLAG_BAD_tlv_length},
		  {20 + 524 + 12 + 20 + 6 + 18 + 5, 0, GW_MLAG_BAD_tlv_value}, // of no member
		  {20 + 524 + 12 + 20 + 6 + 18 + 9, 5, GW_MLAG_BAD_tlv_value}, // 2 from 4 on, of 5
		  {20 + 524 + 12 + 20 + 6 + 18 + 10, 1,
			  GW_MLAG_BAD_tlv_value}, // from 16 M on, of 9
	  };

	for (unsigned i = 0; i < sizeof(sync) / sizeof(sync[0]); i++) {
		uint32_t len = sync_make(2, 16);

		data[sync[i].at] = sync[i].value;
		if (check(len) != sync[i].bad)
			fail_msg("sync %u: %s", i, gw_mlag_bad_name(check(len)));
	}
	for (unsigned i = 0; i < sizeof(hello) / sizeof(hello[0]); i++) {
		uint32_t len = hello_make(1);

		data[hello[i].at] = hello[i].value;
		if (check(len) != hello[i].bad)
			fail_msg("hello %u: %s", i, gw_mlag_bad_name(check(len)));
	}
	hello_make(0);
	memcpy(data + 20 + 524 + 12 + 20 + 6, data + 20 + 524, 12);
	gw_put16(data + 18, 5);
	assert_int_equal(check(20 + 524 + 12 + 20 + 6 + 12), GW_MLAG_BAD_tlv_twice);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sync_is_these_octets),
		cmocka_unit_test(hello_comes_back),
		cmocka_unit_test(as_many_addresses_as_there_is_room_for),
		cmocka_unit_test(unknown_tlv_is_passed_over),
		cmocka_unit_test(tables_when_nothing_is_said),
		cmocka_unit_test(message_is_full_at_the_mtu),
		cmocka_unit_test(padding_of_ethernet_is_no_error),
		cmocka_unit_test(every_truncation_is_refused),
		cmocka_unit_test(each_malformation_has_its_reason),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
