// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// What a tunnel has learned of its way. The messages are functional cases, tunnel-error-*.

#include "neigh/fixture.h"

#include "tunnel/error.h"
#include "tunnel/tunnel.h"

// RFC 1191 6.3
static void a_learned_mtu_is_forgotten(void **state)
{
	const struct gw_tunnel_spec spec = {.name = "t",
		.vni = 1,
		.local = IP(192, 0, 2, 1),
		.remote = IP(192, 0, 2, 2),
		.mss_clamp = true};
	uint16_t t;

	assert_int_equal(gw_tunnel_add(&spec, NULL), 0);
	t = gw_tunnel_find("t");
	gw_tunnels[t].path_mtu = 1400;
	gw_tunnel_infos[t].path_mtu_until_us = 600000000;
	gw_tunnel_routes_changed();
	gw_tunnel_resolve();
	assert_int_equal(gw_tunnel_mtu(t), 1364);
	assert_int_equal(gw_tunnels[t].mss, 1324);
	gw_tunnel_mtu_forget(599999999);
	assert_int_equal(gw_tunnel_mtu(t), 1364);
	gw_tunnel_mtu_forget(600000000);
	assert_int_equal(gw_tunnel_mtu(t), 1464);
	gw_tunnel_resolve();
	assert_int_equal(gw_tunnels[t].mss, 1424);
	assert_int_equal(gw_tunnel_del("t", NULL), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {TEST(a_learned_mtu_is_forgotten)};

	return FIXTURE_RUN(tests);
}
