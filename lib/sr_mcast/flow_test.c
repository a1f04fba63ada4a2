// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Flows: what is refused, and that a switch to another tree is one store.

#include <errno.h>

#include "dp/rcu.h"
#include "fib/vrf.h"
#include "sr_mcast/fixture.h"
#include "sr_mcast/flow.h"

#define T1 "fd00:ffff:1::1"
#define T2 "fd00:ffff:1::2"

static struct gw_err err;

static struct gw_mcast_flow_spec spec_of(
	uint16_t vrf, const char *source, const char *group, const char *tree)
{
	return (struct gw_mcast_flow_spec){
		.vrf = vrf, .source = ip_of(source), .group = ip_of(group), .tree = ip6_of(tree)};
}

static int put(uint16_t vrf, const char *source, const char *group, const char *tree)
{
	struct gw_mcast_flow_spec spec = spec_of(vrf, source, group, tree);

	err = (struct gw_err){0};
	return gw_mcast_flow_set(&spec, &err);
}

static uint32_t find(uint16_t vrf, const char *source, const char *group)
{
	struct gw_ip s = ip_of(source), g = ip_of(group);

	return gw_mcast_flow_find(vrf, &s, &g);
}

static void refusals(void **)
{
	static const struct {
		const char *source, *group, *error;
	} cases[] = {
		{"198.51.100.1", "10.0.0.1",
			"10.0.0.1 is no multicast group (224.0.1.0 to 239.255.255.255, ff03::/16 "
			"and up)"},
		{"2001:db8::1", "fd00::1",
			"fd00::1 is no multicast group (224.0.1.0 to 239.255.255.255, ff03::/16 "
			"and up)"},
		{"198.51.100.1", "224.0.0.251",
			"group 224.0.0.251 is never forwarded (224.0.0.0/24, ff01::/16, "
			"ff02::/16)"},
		{"2001:db8::1", "ff02::fb",
			"group ff02::fb is never forwarded (224.0.0.0/24, ff01::/16, ff02::/16)"},
		{"2001:db8::1", "ff31::5",
			"group ff31::5 is never forwarded (224.0.0.0/24, ff01::/16, ff02::/16)"},
		{"232.1.1.1", "232.1.1.1", "source 232.1.1.1 is no unicast address of a host"},
		{"fe80::1", "ff3e::5", "source fe80::1 is no unicast address of a host"},
		{"2001:db8::1", "232.1.1.1",
			"source 2001:db8::1 and group 232.1.1.1 are of different families: both "
			"IPv4 or both IPv6"},
	};

	tree_put(T1, "fd00:0:5::", 0);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(put(0, cases[i].source, cases[i].group, T1), -EINVAL);
		assert_string_equal(err.text, cases[i].error);
	}
	assert_int_equal(put(0, "198.51.100.1", "232.1.1.1", T2), -ENOENT);
	assert_string_equal(err.text, "no tree fd00:ffff:1::2 (show mcast tree)");
	assert_int_equal(gw_mcast_flow_count(), 0);
	assert_false(gw_mcast_trees[1].own);
}

static void one_vrf_per_tree(void **)
{
	uint16_t blue = vrf_of("blue");
	uint32_t tree = tree_put(T1, "fd00:0:5::", 0);

	assert_int_equal(put(0, "198.51.100.1", "232.1.1.1", T1), 0);
	assert_int_equal(put(blue, "198.51.100.1", "232.1.1.1", T1), -EINVAL);
	assert_string_equal(err.text,
		"tree fd00:ffff:1::1 carries flows of VRF default (show "
		"mcast flow), not of VRF blue: a tree carries one VRF");
	assert_int_equal(put(0, "*", "232.1.1.2", T1), 0);
	assert_int_equal(gw_mcast_tree_infos[tree].flows, 2);
	assert_int_equal(find(blue, "198.51.100.1", "232.1.1.1"), 0);
	assert_int_not_equal(find(0, "*", "232.1.1.2"), find(0, "198.51.100.1", "232.1.1.1"));
}

static void switched_by_one_store(void **)
{
	uint32_t one = tree_put(T1, "fd00:0:5::", 0), two = tree_put(T2, "fd00:0:5::", 0), flow;
	struct in6_addr t1 = ip6_of(T1);
	struct gw_rib6 *rib = &gw_vrfs[0].rib6;

	assert_int_equal(put(0, "198.51.100.1", "232.1.1.1", T1), 0);
	flow = find(0, "198.51.100.1", "232.1.1.1");
	assert_true(gw_mcast_tree_own(one));
	assert_int_equal(
		gw_rib6_lookup(rib, &t1), gw_fib_result(GW_FIB_LOCAL, core6)); // answers come here
	assert_int_equal(put(0, "198.51.100.1", "232.1.1.1", T2), 0);
	assert_int_equal(find(0, "198.51.100.1", "232.1.1.1"), flow);
	assert_int_equal(gw_mcast_flow_tree(flow), two);
	assert_false(gw_mcast_tree_own(one));
	assert_true(gw_mcast_tree_own(two));
	assert_int_equal(gw_rib6_lookup(rib, &t1), 0);
	assert_int_equal(gw_mcast_tree_del(&t1, &err), 0);
}

static void ports(void **)
{
	struct gw_mcast_flow_spec spec = spec_of(0, "198.51.100.1", "232.1.1.1", T1);
	uint32_t flow;

	tree_put(T1, "fd00:0:5::", 0);
	spec.n_ifaces = 2;
	spec.iface[0] = spec.iface[1] = a1;
	assert_int_equal(gw_mcast_flow_set(&spec, &err), -EINVAL);
	assert_string_equal(err.text, "interface a1 is named twice");
	spec.iface[1] = a2;
	assert_int_equal(gw_mcast_flow_set(&spec, NULL), 0);
	flow = find(0, "198.51.100.1", "232.1.1.1");
	assert_int_equal(gw_mcast_flows[flow].n_ifaces, 2);
	err = (struct gw_err){0};
	assert_int_equal(gw_iface_del("a2", &err), -EBUSY);
	assert_string_equal(err.text,
		"interface a2: 1 multicast flows or receivers name it (show mcast flow, show mcast "
		"receiver); delete them first");
	spec.n_ifaces = 1; // other ports: another object, published whole
	assert_int_equal(gw_mcast_flow_set(&spec, NULL), 0);
	assert_int_not_equal(find(0, "198.51.100.1", "232.1.1.1"), flow);
	assert_int_equal(gw_mcast_flow_count(), 1);
	assert_int_equal(gw_iface_del("a2", NULL), 0);
	assert_int_equal(gw_mcast_flow_del(0, &spec.source, &spec.group, NULL), 0);
	assert_int_equal(gw_mcast_flow_del(0, &spec.source, &spec.group, &err), -ENOENT);
	assert_false(gw_mcast_trees[1].own);
}

static void ports_of_another_vrf(void **)
{
	struct gw_mcast_flow_spec spec = spec_of(vrf_of("blue"), "*", "232.1.1.1", T1);

	tree_put(T1, "fd00:0:5::", 0);
	spec.n_ifaces = 1;
	spec.iface[0] = a1;
	err = (struct gw_err){0};
	assert_int_equal(gw_mcast_flow_set(&spec, &err), -EINVAL);
	assert_string_equal(err.text, "interface a1 is in VRF default, the flow in VRF blue");
}

static void swept(void **)
{
	tree_put(T1, "fd00:0:5::", 0);
	assert_int_equal(put(0, "*", "232.1.1.1", T1), 0);
	assert_int_equal(put(0, "*", "232.1.1.2", T1), 0);
	gw_mcast_flow_marks_begin();
	assert_int_equal(put(0, "*", "232.1.1.2", T1), 0);
	gw_mcast_flow_marks_sweep();
	assert_int_equal(gw_mcast_flow_count(), 1);
	assert_int_not_equal(find(0, "*", "232.1.1.2"), 0);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, sr_setup, sr_teardown)
	const struct CMUnitTest tests[] = {
		CASE(refusals),
		CASE(one_vrf_per_tree),
		CASE(switched_by_one_store),
		CASE(ports),
		CASE(ports_of_another_vrf),
		CASE(swept),
	};

	return cmocka_run_group_tests(tests, fixture_group, NULL);
}
