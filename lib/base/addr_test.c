// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "base/addr.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void ip4(void **)
{
	static const char *const wrong[] = {"", "1", "1.2.3", "1.2.3.4.5", "256.1.1.1", "01.2.3.4",
		"1.2.3.4 ", " 1.2.3.4", "1.2.3.-4", "1.2.3.4/32", "a.b.c.d", "1..2.3", "0x1.2.3.4"};
	char text[GW_IP4_LEN];
	uint32_t ip;

	assert_true(gw_ip4_parse("10.1.2.255", &ip));
	assert_int_equal(ip, 0x0a0102ff);
	assert_string_equal(gw_ip4_str(ip, text), "10.1.2.255");
	assert_true(gw_ip4_parse("0.0.0.0", &ip));
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_false(gw_ip4_parse(wrong[i], &ip));
}

static void prefix4(void **)
{
	static const char *const wrong[] = {"10.0.0.0", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1",
		"10.0.0.0/08", "/8", "10.0.0.0/8 ", "10.0.0/8"};
	struct gw_prefix4 p;
	char text[GW_PREFIX4_LEN];

	assert_true(gw_prefix4_parse("10.1.1.1/24", &p));
	assert_int_equal(p.addr, 0x0a010101);
	assert_int_equal(p.len, 24);
	assert_true(gw_prefix4_has(&p, 0x0a0101fe));
	assert_false(gw_prefix4_has(&p, 0x0a010201));
	assert_string_equal(gw_prefix4_str(p.addr, p.len, text), "10.1.1.1/24");
	assert_true(gw_prefix4_parse("0.0.0.0/0", &p));
	assert_true(gw_prefix4_has(&p, UINT32_MAX));
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_false(gw_prefix4_parse(wrong[i], &p));
}

static void mac(void **)
{
	static const char *const wrong[] = {"", "02:00:00:00:00", "02:00:00:00:00:0g",
		"02:00:00:00:00:00:00", "02-00-00-00-00-00", "2:0:0:0:0:0", "020000000000"};
	struct gw_mac m;
	char text[GW_MAC_LEN];

	assert_true(gw_mac_parse("02:aB:00:00:fF:01", &m));
	assert_string_equal(gw_mac_str(&m, text), "02:ab:00:00:ff:01");
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_false(gw_mac_parse(wrong[i], &m));
}

static void ip6(void **)
{
	struct gw_prefix6 p;

	assert_true(gw_prefix6_parse("2001:db8::1/64", &p));
	assert_int_equal(p.len, 64);
	assert_false(gw_prefix6_parse("2001:db8::1", &p));
	assert_false(gw_prefix6_parse("2001:db8::1/129", &p));
	assert_false(gw_prefix6_parse("2001:db8::g/64", &p));
}

static void prefix(void **)
{
	static const char *const wrong[] = {"", "10.0.0.0", "::/129", "::ffff:10.0.0.0/104", "a/8"};
	char text[GW_PREFIX_LEN];
	struct gw_prefix p, masked;
	struct gw_ip ip;

	assert_true(gw_prefix_parse("10.1.2.3/16", &p));
	assert_true(gw_prefix_is4(&p));
	assert_string_equal(gw_prefix_str(&p, text), "10.1.2.3/16");
	masked = gw_prefix_masked(&p);
	assert_string_equal(gw_prefix_str(&masked, text), "10.1.0.0/16");
	assert_true(gw_ip_parse("10.1.255.1", &ip) && gw_prefix_has(&p, &ip));
	assert_true(gw_ip_parse("10.2.0.1", &ip) && !gw_prefix_has(&p, &ip));
	assert_true(gw_prefix_parse("2001:DB8::1/31", &p));
	assert_false(gw_prefix_is4(&p));
	masked = gw_prefix_masked(&p);
	assert_string_equal(gw_prefix_str(&masked, text), "2001:db8::/31");
	assert_true(gw_ip_parse("2001:db9::9", &ip) && gw_prefix_has(&p, &ip));
	// ::/0 has every address of its family and none of the other.
	assert_true(gw_prefix_parse("::/0", &p));
	assert_true(gw_ip_parse("10.2.0.1", &ip) && !gw_prefix_has(&p, &ip));
	assert_true(gw_ip_parse("ff02::1", &ip) && gw_prefix_has(&p, &ip));
	assert_true(gw_prefix_parse("0.0.0.0/0", &p) && !gw_prefix_has(&p, &ip));
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_false(gw_prefix_parse(wrong[i], &p));
}

static void prefixes_in_order(void **)
{
	static const char *const order[] = {"0.0.0.0/0", "10.0.0.0/8", "10.0.0.0/9", "200.0.0.0/8",
		"::/0", "::/128", "2001:db8::/32", "2001:db8::/64", "2001:db8::1/64"};
	const int n = sizeof(order) / sizeof(order[0]);

	for (int i = 0; i < n; i++) {
		for (int k = 0; k < n; k++) {
			struct gw_prefix a, b;
			int cmp;

			assert_true(gw_prefix_parse(order[i], &a) && gw_prefix_parse(order[k], &b));
			cmp = gw_prefix_cmp(&a, &b);
			assert_int_equal((cmp > 0) - (cmp < 0), (i > k) - (i < k));
		}
	}
}

static void zone(void **)
{
	static const char *const wrong[] = {"", "%a", "fe80::1%", "192.0.2.1%a", "fe80::1%a%b",
		"fe80::1%a b", "fe80::1%aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "::ffff:192.0.2.1%a"};
	struct gw_ip_zone v;
	char text[GW_IP_ZONE_LEN];

	assert_true(gw_ip_zone_parse("192.0.2.1", &v));
	assert_true(gw_ip_is4(&v.ip));
	assert_string_equal(v.zone, "");
	assert_true(gw_ip_zone_parse("FE80::1%acc0.100-x_", &v));
	assert_string_equal(v.zone, "acc0.100-x_");
	assert_string_equal(gw_ip_zone_str(&v, text), "fe80::1%acc0.100-x_");
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_false(gw_ip_zone_parse(wrong[i], &v));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ip4),
		cmocka_unit_test(prefix4),
		cmocka_unit_test(mac),
		cmocka_unit_test(ip6),
		cmocka_unit_test(prefix),
		cmocka_unit_test(prefixes_in_order),
		cmocka_unit_test(zone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
