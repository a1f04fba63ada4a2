// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Ordinary routes of both families by their commands, with one next hop and with several. The
// network is that of neigh/fixture.c and, on VLAN 60 of its network port, v6 with 2001:db8:6::1/64.

#include "fib/route.h"

#include <errno.h>
#include <stdlib.h>

#include "neigh/fixture.h"

#include "cli/cli.h"
#include "dp/rcu.h"
#include "fib/fib.h"
#include "fib/via.h"
#include "neigh/neigh.h"

static char *out;
static size_t out_len;

static int setup(void **state)
{
	struct gw_iface_addr6 addr = {.p = {.len = 64}};
	const struct gw_iface_spec spec = {.name = "v6",
		.port = "core",
		.vlans = {60},
		.vlan_count = 1,
		.addrs6 = &addr,
		.addr6_count = 1};
	struct gw_err err = {0};

	assert_true(gw_ip6_parse("2001:db8:6::1", &addr.p.addr));
	assert_int_equal(fixture_setup(state), 0);
	assert_int_equal(gw_iface_add(&spec, &err), 0);
	return 0;
}

static int teardown(void **state)
{
	int ret;

	gw_route_fini();
	ret = fixture_teardown(state);
	gw_multipath_fini();
	return ret;
}

static int run(const char *line, bool json, struct gw_err *err)
{
	FILE *f;
	int ret;

	free(out);
	out = NULL;
	f = open_memstream(&out, &out_len);
	assert_non_null(f);
	ret = gw_cli_run(line, json, f, NULL, NULL, err);
	fclose(f);
	return ret;
}

static void done(const char *line)
{
	struct gw_err err = {0};

	if (run(line, false, &err) != 0)
		fail_msg("%s: %s", line, err.text);
}

static void refused(const char *line, int code, const char *text)
{
	struct gw_err err = {0};

	if (run(line, false, &err) != -code || strstr(err.text, text) == NULL)
		fail_msg("%s: %d %s", line, err.code, err.text);
}

static json_t *shown(const char *line)
{
	struct gw_err err = {0};
	json_t *o;

	if (run(line, true, &err) != 0)
		fail_msg("%s: %s", line, err.text);
	o = json_loadb(out, out_len, 0, NULL);
	assert_non_null(o);
	return o;
}

static uint32_t look(const char *addr)
{
	struct gw_ip ip;

	assert_true(gw_ip_parse(addr, &ip));
	if (gw_ip_is4(&ip))
		return gw_rib_lookup(&gw_vrfs[0].rib, gw_ip_to4(&ip));
	return gw_rib6_lookup(&gw_vrfs[0].rib6, &ip.a);
}

// What is looked up leads to these next hops.
static void leads(const char *addr, const char *vias)
{
	struct gw_ip_zone has[GW_ROUTE_VIAS], want[GW_ROUTE_VIAS];
	uint32_t n_has = gw_vias_of(look(addr), has), n_want;
	char text[GW_VIAS_LEN];

	assert_true(gw_vias_parse(vias, want, &n_want));
	if (!gw_vias_same(has, n_has, want, n_want))
		fail_msg("%s: via %s, not %s", addr, gw_vias_str(has, n_has, text), vias);
}

static unsigned neighbors(void)
{
	unsigned n = 0;

	gw_rcu_reclaim();
	for (uint32_t nh = 0; (nh = gw_neigh_next(nh)) != 0;)
		n++;
	return n;
}

static void one_next_hop(void **state)
{
	unsigned before = neighbors();

	done("add route 2001:db8:a::/48 via 2001:db8:6::9");
	done("add route ::/0 via fe80::1%net");
	done("add route 2001:db8:a::7/128 via fe80::1%v6");
	leads("2001:db8:a::1", "2001:db8:6::9");
	leads("2001:db8:b::1", "fe80::1%net");
	leads("2001:db8:a::7", "fe80::1%v6");
	assert_int_equal(gw_nexthops[gw_fib_index(look("2001:db8:a::1"))].family, AF_INET6);
	assert_int_equal(neighbors(), before + 3);
	done("add route 2001:db8:a::/48 via fe80::2%v6");
	leads("2001:db8:a::1", "fe80::2%v6");
	assert_int_equal(gw_route_count(), 3);
	refused("del route 2001:db8:a::/48 via fe80::2%net", ENOENT,
		"route 2001:db8:a::/48 in VRF default is via fe80::2%v6, not fe80::2%net");
	done("del route 2001:db8:a::/48 via fe80::2%v6");
	leads("2001:db8:a::1", "fe80::1%net");
	refused("del route 2001:db8:a::/48", ENOENT, "no route 2001:db8:a::/48 in VRF default");
	done("del route ::/0");
	done("del route 2001:db8:a::7/128");
	assert_int_equal(neighbors(), before);
	assert_int_equal(gw_route_count(), 0);
}

static int learn(const char *prefix, const char *vias)
{
	struct gw_ip_zone v[GW_ROUTE_VIAS];
	struct gw_prefix p;
	uint32_t n;

	assert_true(gw_prefix_parse(prefix, &p) && gw_vias_parse(vias, v, &n));
	return gw_route_learn(0, &p, v, n, NULL);
}

static void unlearn(const char *prefix)
{
	struct gw_prefix p;

	assert_true(gw_prefix_parse(prefix, &p));
	gw_route_unlearn(0, &p);
}

// One of the configuration comes first, whichever came first.
static void configured_and_learned(void **state)
{
	unsigned before = neighbors();
	json_t *o;

	assert_int_equal(learn("2001:db8:a::/48", "2001:db8:6::9,fe80::1%net"), 0);
	leads("2001:db8:a::1", "2001:db8:6::9,fe80::1%net");
	refused("del route 2001:db8:a::/48", ENOENT, "learned from the kernel");
	done("add route 2001:db8:a::/48 via fe80::2%v6");
	leads("2001:db8:a::1", "fe80::2%v6");
	assert_int_equal(learn("2001:db8:a::/48", "2001:db8:6::8"), 0);
	leads("2001:db8:a::1", "fe80::2%v6");
	o = shown("show config");
	assert_int_equal(json_array_size(json_object_get(o, "routes")), 1);
	json_decref(o);
	gw_route_marks_begin();
	gw_route_marks_sweep(); // of a configuration without routes
	leads("2001:db8:a::1", "2001:db8:6::8");
	done("add route 2001:db8:a::/48 via 2001:db8:6::8"); // the same next hop
	unlearn("2001:db8:a::/48");
	leads("2001:db8:a::1", "2001:db8:6::8");
	assert_int_equal(learn("2001:db8:a::/48", "2001:db8:6::8"), 0);
	done("del route 2001:db8:a::/48");
	leads("2001:db8:a::1", "2001:db8:6::8");
	assert_int_equal(learn("2001:db8:a::/48", "192.0.2.9"), -EINVAL);
	unlearn("2001:db8:a::/48");
	unlearn("2001:db8:a::/48");
	assert_int_equal(look("2001:db8:a::1"), 0);
	assert_int_equal(neighbors(), before);
	assert_int_equal(gw_route_count(), 0);
}

static void several_of(const char *prefix, const char *addr, const char *const via[4])
{
	unsigned before = neighbors();
	char line[300];

	for (unsigned n = 0; n < 12; n++) { // from each number to each other
		static const unsigned counts[12] = {1, 2, 1, 3, 1, 4, 2, 3, 2, 4, 3, 4};
		char vias[200] = "";

		for (unsigned i = 0; i < counts[n]; i++) {
			strcat(vias, i == 0 ? "" : ",");
			strcat(vias, via[(i + n) % 4]);
		}
		snprintf(line, sizeof(line), "add route %s via %s", prefix, vias);
		done(line);
		leads(addr, vias);
		assert_int_equal(
			gw_fib_kind(look(addr)), counts[n] == 1 ? GW_FIB_ROUTE : GW_FIB_MULTIPATH);
		assert_int_equal(neighbors(), before + counts[n]);
	}
	snprintf(line, sizeof(line), "del route %s", prefix);
	done(line);
	assert_int_equal(look(addr), 0);
	assert_int_equal(neighbors(), before);
}

static void several_next_hops(void **state)
{
	static const char *const via6[] = {
		"2001:db8:6::9", "fe80::1%net", "fe80::1%v6", "2001:db8:6::a"};
	static const char *const via4[] = {"192.0.2.9", "192.0.2.10", "198.51.100.2", "192.0.2.11"};

	several_of("2001:db8:a::/48", "2001:db8:a::1", via6);
	several_of("2001:db8:a::1/128", "2001:db8:a::1", via6);
	several_of("203.0.113.0/24", "203.0.113.1", via4);
	several_of("203.0.113.1/32", "203.0.113.1", via4);
}

static void sets_are_shared(void **state)
{
	uint32_t set, nh[GW_MULTIPATH_MAX], generation;

	done("add route 2001:db8:a::/48 via 2001:db8:6::9,2001:db8:6::a");
	done("add route 2001:db8:b::/48 via 2001:db8:6::a,2001:db8:6::9");
	set = look("2001:db8:a::1");
	assert_int_equal(look("2001:db8:b::1"), set);
	done("add route 2001:db8:c::/48 via 2001:db8:6::a,2001:db8:6::b");
	assert_int_not_equal(look("2001:db8:c::1"), set);
	done("del route 2001:db8:a::/48");
	gw_rcu_reclaim();
	leads("2001:db8:b::1", "2001:db8:6::9,2001:db8:6::a");
	// Who keeps a result holds it over the end of its routes.
	gw_fib_hold(set);
	done("del route 2001:db8:b::/48");
	gw_rcu_reclaim();
	assert_int_equal(gw_fib_nexthops(set, nh), 2);
	assert_int_not_equal(gw_multipath_pick(gw_fib_index(set), 1), 0);
	generation = gw_fib_generation;
	gw_fib_release(set);
	assert_int_not_equal(gw_fib_generation, generation);
	gw_rcu_reclaim();
	assert_int_equal(gw_fib_nexthops(set, nh), 0);
	assert_int_equal(gw_multipath_pick(gw_fib_index(set), 1), 0);
	done("add route 2001:db8:d::/48 via 2001:db8:6::c,2001:db8:6::d");
	assert_int_equal(look("2001:db8:d::1"), set); // the index is used again
}

// Hashes that differ in the lower or the upper bits only, and ones all over.
static void flows_spread_evenly(void **state)
{
	enum { FLOWS = 48000 };
	char line[500] = "add route ::/0 via 2001:db8:6::10", via[40];

	for (uint32_t n = 2; n <= GW_MULTIPATH_MAX; n++) {
		uint32_t set, nh[GW_MULTIPATH_MAX];

		snprintf(via, sizeof(via), ",2001:db8:6::%x", 15 + n);
		strcat(line, via);
		done(line);
		set = look("2001:db8:e::1");
		assert_int_equal(gw_fib_nexthops(set, nh), n);
		for (unsigned way = 0; way < 3; way++) {
			uint32_t got[GW_MULTIPATH_MAX] = {0}, hit = 0;

			for (uint32_t f = 0; f < FLOWS; f++) {
				uint32_t hash = way == 0 ? f : way == 1 ? f << 16 : f * 2654435769u;
				uint32_t to = gw_multipath_pick(gw_fib_index(set), hash);

				for (uint32_t i = 0; i < n; i++)
					got[i] += nh[i] == to;
			}
			for (uint32_t i = 0; i < n; i++) {
				hit += got[i];
				assert_in_range(
					got[i], FLOWS / n * 9 / 10, FLOWS / n * 11 / 10 + 1);
			}
			assert_int_equal(hit, FLOWS);
		}
	}
}

static void refusals(void **state)
{
	static const struct {
		const char *line;
		int code;
		const char *text;
	} wrong[] = {
		{"2001:db8:a::1/48 via 2001:db8:6::9", EINVAL, "bits are set after"},
		{"2001:db8:a::/48 via 2001:db8:7::9", ENETUNREACH,
			"via 2001:db8:7::9 is on no connected subnet of VRF default"},
		{"2001:db8:a::/48 via 2001:db8:6::1", EINVAL, "is an own address"},
		{"2001:db8:a::/48 via 192.0.2.9", EINVAL, "an IPv6 address is"},
		{"10.0.0.0/8 via 2001:db8:6::9", EINVAL, "an IPv4 address is"},
		{"2001:db8:a::/48 via fe80::1", EINVAL,
			"say on which interface, fe80::1%INTERFACE"},
		{"2001:db8:a::/48 via fe80::1%nix", ENOENT, "no interface \"nix\""},
		{"2001:db8:a::/48 via fe80::ff:fe00:a01%net", EINVAL, "is an own address"},
		{"2001:db8:a::/48 via 2001:db8:6::9%v6", EINVAL, "only a link-local address"},
		{"2001:db8:a::/48 via 2001:db8:6::9,fe80::1%net,2001:db8:6::9", EINVAL,
			"via 2001:db8:6::9 stands twice"},
		{"2001:db8:a::/48 via 2001:db8:6::9,2001:db8:6::1", EINVAL, "is an own address"},
		{"10.0.0.0/8 via 192.0.2.9,192.0.3.9", ENETUNREACH, "via 192.0.3.9 is on no"},
		{"2001:db8:a::/48 via 2001:db8:6::9,", EINVAL, "IP addresses"},
		{"::ffff:10.0.0.0/104 via 192.0.2.9", EINVAL, "prefix"},
		{"10.0.0.0/8 via ::ffff:192.0.2.9", EINVAL, "IP addresses"},
		{"2001:db8:a::/48 via fe80::1%net vrf blue", ENOENT, "no VRF \"blue\""},
	};
	unsigned before = neighbors();
	char line[600], vias[500] = "2001:db8:6::9";

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		snprintf(line, sizeof(line), "add route %s", wrong[i].line);
		refused(line, wrong[i].code, wrong[i].text);
	}
	for (unsigned i = 0; i < GW_ROUTE_VIAS; i++) {
		snprintf(line, sizeof(line), ",2001:db8:6::1:%x", i);
		strcat(vias, line);
	}
	snprintf(line, sizeof(line), "add route ::/0 via %s", vias);
	refused(line, EINVAL, "more than 16 next hops");
	assert_int_equal(gw_route_count(), 0);
	assert_int_equal(neighbors(), before);
	done("add route 2001:db8:a::/48 via 2001:db8:6::9,2001:db8:6::a");
	refused("add route 2001:db8:a::/48 via 2001:db8:6::9,2001:db8:6::1", EINVAL, "own");
	leads("2001:db8:a::1", "2001:db8:6::9,2001:db8:6::a");
	refused("del route 2001:db8:a::/48 via 2001:db8:6::9", ENOENT,
		"is via 2001:db8:6::9,2001:db8:6::a, not 2001:db8:6::9");
	refused("del route 2001:db8:a::/48 via 2001:db8:6::9,2001:db8:6::9", ENOENT, "is via");
	done("del route 2001:db8:a::/48 via 2001:db8:6::a,2001:db8:6::9");
	assert_int_equal(neighbors(), before);
}

static const char *string_at(const json_t *o, size_t i, const char *key)
{
	return json_string_value(json_object_get(json_array_get(o, i), key));
}

static void lists(void **state)
{
	json_t *o, *vias;

	done("add route 2001:db8:a::/48 via 2001:db8:6::9,fe80::1%net");
	done("add route ::/0 via fe80::1%v6");
	done("add route 0.0.0.0/0 via 192.0.2.9,192.0.2.10");
	o = shown("show route 2001:db8:a::1");
	assert_int_equal(json_array_size(o), 2);
	assert_string_equal(string_at(o, 0, "prefix"), "2001:db8:a::/48");
	assert_string_equal(string_at(o, 0, "kind"), "route");
	assert_null(string_at(o, 0, "via"));
	vias = json_object_get(json_array_get(o, 0), "vias");
	assert_int_equal(json_array_size(vias), 2);
	assert_string_equal(string_at(vias, 0, "via"), "2001:db8:6::9");
	assert_string_equal(string_at(vias, 1, "via"), "fe80::1");
	assert_string_equal(string_at(vias, 1, "interface"), "net");
	assert_string_equal(string_at(o, 1, "via"), "fe80::1");
	assert_string_equal(string_at(o, 1, "interface"), "v6");
	json_decref(o);
	o = shown("show route ::/0"); // of IPv6 only: two routes, two subnets, three own addresses
	for (size_t i = 0; i < json_array_size(o); i++)
		assert_non_null(strchr(string_at(o, i, "prefix"), ':'));
	assert_int_equal(json_array_size(o), 7);
	json_decref(o);
	o = shown("show route 0.0.0.0/0");
	assert_string_equal(string_at(o, 0, "prefix"), "0.0.0.0/0");
	for (size_t i = 0; i < json_array_size(o); i++)
		assert_null(strchr(string_at(o, i, "prefix"), ':'));
	json_decref(o);
	done("show route");
	assert_non_null(strstr(out,
		"  2001:db8:a::/48     route        via 2001:db8:6::9, interface v6, unresolved; "
		"via fe80::1, interface net, unresolved, origin static\n"));
	o = shown("show route summary");
	vias = json_object_get(o, "total");
	assert_int_equal(json_integer_value(json_object_get(vias, "route")), 1);
	vias = json_object_get(o, "total6");
	assert_int_equal(json_integer_value(json_object_get(vias, "route")), 2);
	assert_int_equal(json_integer_value(json_object_get(vias, "connected")), 2);
	json_decref(o);
}

#define CASE(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(one_next_hop),
		CASE(configured_and_learned),
		CASE(several_next_hops),
		CASE(sets_are_shared),
		CASE(flows_spread_evenly),
		CASE(refusals),
		CASE(lists),
	};

	return FIXTURE_RUN(tests);
}
