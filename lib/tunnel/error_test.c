// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// What a tunnel has learned of its way. The messages are functional cases, tunnel-error-*.

#include "ip4/ip4.h"
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

// The MTU that the sender of a packet of 1,500 octets with DF is told.
static uint16_t told(uint16_t tunnel, uint16_t path_mtu)
{
	struct rte_mbuf *m = received_ip(net, IP(203, 0, 113, 5), IP(10, 1, 1, 5), 64, 17, 1480);
	struct gw_pkt p = {.m = m, .iface = net, .len = 1500};
	uint16_t mtu;

	gw_pkt_ip(&p)->fragment_offset = RTE_BE16(GW_IP4_DF);
	gw_tunnels[tunnel].path_mtu = path_mtu;
	gw_tunnel_output(&gw_workers[1], &p, tunnel);
	assert_int_equal(rte_ring_dequeue(gw_punt_ring[GW_PUNT_ERROR], (void **)&m), 0);
	assert_int_equal(gw_meta(m)->what, GW_DROP_frag_needed);
	mtu = gw_meta(m)->mtu;
	sent_free(m);
	return mtu;
}

// What was learned on a way with a larger MTU does not count on one with a smaller.
static void the_smaller_mtu_counts(void **state)
{
	const struct gw_tunnel_spec spec = {
		.name = "t", .vni = 1, .local = IP(192, 0, 2, 1), .remote = IP(192, 0, 2, 2)};
	uint16_t t;

	assert_int_equal(gw_tunnel_add(&spec, NULL), 0);
	t = gw_tunnel_find("t");
	gw_tunnel_resolve();
	assert_int_equal(told(t, 0), 1464);
	assert_int_equal(told(t, 1400), 1364);
	assert_int_equal(told(t, 9000), 1464);
	gw_ifaces[net].mtu = 1300;
	assert_int_equal(told(t, 1400), 1264);
	gw_ifaces[net].mtu = 1500;
	gw_tunnels[t].path_mtu = 0;
	assert_int_equal(gw_tunnel_del("t", NULL), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_learned_mtu_is_forgotten),
		TEST(the_smaller_mtu_counts),
	};

	return FIXTURE_RUN(tests);
}
