// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Receivers: static and learned ones apart, their union for workers.

#include <errno.h>

#include "dp/rcu.h"
#include "sr_mcast/fixture.h"
#include "sr_mcast/receiver.h"

#define G "232.1.1.1"

static struct gw_err err;

static int put(const char *group, uint16_t iface, enum gw_receiver_origin origin, bool exclude,
	const char *sources)
{
	struct gw_ip g = ip_of(group), list[8];
	char text[200], *word, *rest = text;
	uint32_t n = 0;

	snprintf(text, sizeof(text), "%s", sources);
	while ((word = strsep(&rest, " ")) != NULL) {
		if (*word != '\0')
			list[n++] = ip_of(word);
	}
	err = (struct gw_err){0};
	return gw_receiver_set(0, &g, iface, origin, exclude, list, n, &err);
}

static int del(const char *group, uint16_t iface, enum gw_receiver_origin origin)
{
	struct gw_ip g = ip_of(group);

	return gw_receiver_del(0, &g, iface, origin);
}

static const struct gw_mcast_member *member(const char *group, uint16_t iface)
{
	struct gw_ip g = ip_of(group);
	uint32_t i = gw_mcast_group_find(0, &g);
	const struct gw_mcast_members *members = gw_mcast_members(i);

	for (uint32_t k = 0; i != 0 && k < members->n; k++) {
		if (members->m[k].iface == iface)
			return &members->m[k];
	}
	return NULL;
}

// "1+ 2-": 10.0.0.1 is wanted, 10.0.0.2 is not.
static void expect(uint16_t iface, const char *wants)
{
	const struct gw_mcast_member *m = member(G, iface);

	assert_non_null(m);
	for (; *wants != '\0'; wants += 2 + (wants[2] == ' ')) {
		struct gw_ip source = gw_ip_of4(0x0a000000u + (uint32_t)(wants[0] - '0'));

		assert_int_equal(gw_member_wants(m, &source), wants[1] == '+');
	}
}

static void includes_and_excludes(void **)
{
	assert_int_equal(put(G, a1, GW_RECEIVER_STATIC, true, ""), 0);
	expect(a1, "1+ 2+ 9+");
	assert_int_equal(put(G, a1, GW_RECEIVER_STATIC, true, "10.0.0.2"), 0);
	expect(a1, "1+ 2- 3+");
	assert_int_equal(
		put(G, a2, GW_RECEIVER_STATIC, false, "10.0.0.3 10.0.0.1 10.0.0.3 10.0.0.2"), 0);
	expect(a2, "0- 1+ 2+ 3+ 4-");
	assert_int_equal(member(G, a2)->n, 3);
	expect(a1, "1+ 2- 3+");
}

// RFC 3376 3.2
static void union_of_origins(void **)
{
	assert_int_equal(put(G, a1, GW_RECEIVER_STATIC, false, "10.0.0.1 10.0.0.2"), 0);
	assert_int_equal(put(G, a1, GW_RECEIVER_LEARNED, false, "10.0.0.2 10.0.0.3"), 0);
	expect(a1, "1+ 2+ 3+ 4-");
	assert_int_equal(put(G, a1, GW_RECEIVER_LEARNED, true, "10.0.0.2 10.0.0.5 10.0.0.6"), 0);
	expect(a1, "1+ 2+ 3+ 5- 6- 7+");
	assert_int_equal(put(G, a1, GW_RECEIVER_STATIC, true, "10.0.0.1 10.0.0.5"), 0);
	expect(a1, "1+ 2+ 5- 6+");
	assert_int_equal(del(G, a1, GW_RECEIVER_LEARNED), 0);
	expect(a1, "1- 2+ 5- 6+");
	assert_int_equal(del(G, a1, GW_RECEIVER_LEARNED), -ENOENT);
	assert_int_equal(del(G, a1, GW_RECEIVER_STATIC), 0);
	assert_null(member(G, a1));
	assert_int_equal(gw_mcast_group_map.count, 0);
}

static void refusals(void **)
{
	struct gw_ip g = ip_of(G);

	assert_int_equal(put("224.0.0.5", a1, GW_RECEIVER_LEARNED, true, ""), -EINVAL);
	assert_string_equal(err.text,
		"group 224.0.0.5 is never forwarded (224.0.0.0/24, ff01::/16, ff02::/16)");
	assert_int_equal(put(G, a1, GW_RECEIVER_STATIC, false, "2001:db8::1"), -EINVAL);
	assert_string_equal(err.text,
		"group 232.1.1.1: source 2001:db8::1 is no unicast address "
		"of a host of its family");
	assert_int_equal(put(G, a1, GW_RECEIVER_STATIC, false, ""), -EINVAL);
	assert_int_equal(
		gw_receiver_set(vrf_of("blue"), &g, a1, GW_RECEIVER_STATIC, true, NULL, 0, &err),
		-EINVAL);
	assert_int_equal(gw_mcast_group_map.count, 0);
}

static void interface_goes(void **)
{
	assert_int_equal(put(G, a1, GW_RECEIVER_LEARNED, true, ""), 0);
	assert_int_equal(put("ff3e::5", a1, GW_RECEIVER_LEARNED, true, ""), 0);
	assert_int_equal(put(G, a2, GW_RECEIVER_STATIC, true, ""), 0);
	assert_int_equal(gw_iface_del("a2", &err), -EBUSY);
	assert_int_equal(gw_iface_del("a1", &err), 0);
	assert_null(member(G, a1));
	assert_non_null(member(G, a2));
	assert_int_equal(gw_mcast_group_map.count, 1);
}

static void reader_keeps_old_members(void **)
{
	const struct gw_mcast_member *old;
	struct gw_ip one = ip_of("10.0.0.1");

	assert_int_equal(put(G, a1, GW_RECEIVER_STATIC, false, "10.0.0.1"), 0);
	rte_rcu_qsbr_thread_register(gw_rcu, 0);
	rte_rcu_qsbr_thread_online(gw_rcu, 0);
	old = member(G, a1);
	assert_int_equal(del(G, a1, GW_RECEIVER_STATIC), 0);
	gw_rcu_reclaim();
	assert_true(gw_member_wants(old, &one));
	rte_rcu_qsbr_quiescent(gw_rcu, 0);
	gw_rcu_reclaim();
	assert_int_equal(gw_rcu_pending(), 0);
	rte_rcu_qsbr_thread_offline(gw_rcu, 0);
	rte_rcu_qsbr_thread_unregister(gw_rcu, 0);
}

// A reload takes away what the file does not name, and nothing that was learned.
static void swept(void **)
{
	assert_int_equal(put(G, a1, GW_RECEIVER_STATIC, true, ""), 0);
	assert_int_equal(put(G, a2, GW_RECEIVER_STATIC, true, ""), 0);
	assert_int_equal(put(G, a2, GW_RECEIVER_LEARNED, false, "10.0.0.7"), 0);
	gw_receiver_marks_begin();
	assert_int_equal(put(G, a1, GW_RECEIVER_STATIC, true, ""), 0);
	gw_receiver_marks_sweep();
	expect(a1, "1+");
	expect(a2, "1- 7+");
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, sr_setup, sr_teardown)
	const struct CMUnitTest tests[] = {
		CASE(includes_and_excludes),
		CASE(union_of_origins),
		CASE(refusals),
		CASE(interface_goes),
		CASE(reader_keeps_old_members),
		CASE(swept),
	};

	return cmocka_run_group_tests(tests, fixture_group, NULL);
}
