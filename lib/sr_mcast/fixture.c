// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "sr_mcast/fixture.h"

#include "fib/vrf.h"
#include "iface/iface.h"
#include "port/port.h"
#include "slow/slow.h"

uint16_t core6;

struct in6_addr ip6_of(const char *text)
{
	struct in6_addr ip;

	assert_true(gw_ip6_parse(text, &ip));
	return ip;
}

struct gw_ip ip_of(const char *text)
{
	struct gw_ip ip = {0};

	if (strcmp(text, "*") != 0)
		assert_true(gw_ip_parse(text, &ip));
	return ip;
}

uint16_t vrf_of(const char *name)
{
	uint16_t vrf;

	assert_int_equal(gw_vrf_get(name, &vrf, NULL), 0);
	return vrf;
}

static void core6_make(void)
{
	const struct gw_iface_addr6 addr = {.p = {ip6_of("2001:db8::1"), 64}};
	const struct gw_iface_spec spec = {.name = "core6",
		.port = "core",
		.vlans = {66},
		.vlan_count = 1,
		.addrs6 = &addr,
		.addr6_count = 1};
	struct gw_err err = {0};

	gw_ports[1].sr_domain = true;
	assert_int_equal(gw_iface_add(&spec, &err), 0);
	core6 = gw_iface_find("core6");
}

int sr_setup(void **state)
{
	struct gw_sr_conf conf = {.first_address = ip6_of("fd00:0:3::"),
		.first_block = {ip6_of("fd00::"), 32},
		.tree_block = {ip6_of("fd00:ffff::"), 32},
		.hop_limit = 64};
	struct gw_err err = {0};

	fixture_setup(state);
	core6_make();
	assert_int_equal(gw_sr_mcast_init(1), 0);
	assert_int_equal(gw_sr_conf_set(&conf, &err), 0);
	assert_true(gw_sr_mcast_on);
	return 0;
}

int sr_teardown(void **state)
{
	fixture_teardown(state);
	gw_sr_mcast_fini();
	return 0;
}

int tree_try(const char *source, const char *branches, uint16_t decap, struct gw_err *err)
{
	struct gw_mcast_tree_spec spec = {.source = ip6_of(source), .decap = decap};
	struct in6_addr list[8];
	char text[400], *word, *rest = text;

	snprintf(text, sizeof(text), "%s", branches);
	while ((word = strsep(&rest, " ")) != NULL) {
		if (*word != '\0')
			list[spec.n++] = ip6_of(word);
	}
	spec.branches = list;
	return gw_mcast_tree_set(&spec, err);
}

uint32_t tree_put(const char *source, const char *branches, uint16_t decap)
{
	struct in6_addr ip = ip6_of(source);
	struct gw_err err = {0};

	tree_try(source, branches, decap, &err);
	assert_string_equal(err.text, "");
	return gw_mcast_tree_find(&ip);
}
