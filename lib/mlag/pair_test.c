// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// A device of a pair between ports that lead nowhere: what the protocol and commands want of ports
// and interfaces, and floods that keep nothing else away.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>
#include <rte_eal.h>
#include <rte_ip.h>
#include <rte_udp.h>

#include "base/wire.h"
#include "dp/worker.h"
#include "iface/iface.h"
#include "mlag/pair.h"
#include "port/port.h"
#include "slow/slow.h"
#include "slow/tables.h"

#define DEADLINE_S 20
#define FLOOD	   6000 // more than any burst that a bucket allows

static const struct gw_mac own = {{2, 0, 0, 0, 0xaa, 1}}, peer = {{2, 0, 0, 0, 0xaa, 2}};
static uint16_t peer_port, mem0, mem1;

static uint16_t port_make(const char *name, const char *device, enum gw_mlag_port mlag)
{
	const struct gw_port_spec spec = {.name = name,
		.device = device,
		.role = GW_ROLE_NETWORK,
		.mlag = mlag,
		.mtu = mlag == GW_MLAG_PEER_LINK ? 1564 : 1500,
		.has_mac = true,
		.mac = mlag == GW_MLAG_MEMBER ? own : (struct gw_mac){{2, 0, 0, 0, 0, 9}}};
	uint16_t port = 0;

	assert_int_equal(gw_port_add(&spec, 1, NULL), 0);
	assert_true(gw_port_find(name, &port));
	return port;
}

static void iface_make(const char *name, const char *port, uint16_t vlan)
{
	const struct gw_iface_spec spec = {
		.name = name, .port = port, .vlans = {vlan}, .vlan_count = vlan != 0};

	assert_int_equal(gw_iface_add(&spec, NULL), 0);
}

static int group_setup(void **)
{
	char *eal[] = {"test", "--no-huge", "--no-pci", "--no-shconf", "--no-telemetry", "-m128",
		"--log-level=lib.eal:error", "--lcores=0@0"};
	const struct gw_worker_conf conf = {0};
	const struct gw_mbuf_conf mbuf = {.count = 16384};

	assert_true(rte_eal_init(sizeof(eal) / sizeof(eal[0]), eal) >= 0);
	assert_int_equal(gw_tables_init(1), 0);
	assert_int_equal(gw_mbuf_init(&mbuf, NULL), 0);
	assert_int_equal(gw_worker_init(1, &conf, NULL), 0);
	peer_port = port_make("peer", "net_null0", GW_MLAG_PEER_LINK);
	mem0 = port_make("mem0", "net_null1", GW_MLAG_MEMBER);
	mem1 = port_make("mem1", "net_null2", GW_MLAG_MEMBER);
	port_make("core", "net_null3", GW_MLAG_NO_PORT);
	iface_make("peer", "peer", 0);
	iface_make("mem0", "mem0", 0);
	iface_make("mem1", "mem1", 0);
	iface_make("core", "core", 0);
	assert_int_equal(gw_ports_start(NULL), 0);
	assert_int_equal(gw_worker_ports_assign(NULL), 0);
	return 0;
}

static void start(bool lacp, uint32_t restore_max_us)
{
	static struct gw_mlag_spec spec;

	memset(&spec, 0, sizeof(spec));
	spec.peer_link = peer_port;
	spec.member_count = 2;
	spec.member[0] = (struct gw_mlag_member_spec){.mlag = 1, .port = mem0};
	spec.member[1] = (struct gw_mlag_member_spec){.mlag = 2, .port = mem1};
	spec.lacp = lacp;
	spec.lacp_conf = (struct gw_lacp_conf){.system = {{2, 0, 0, 0, 0xaa, 0}}, .fast = true};
	gw_mlag_conf_default(&spec.sync);
	spec.sync.system = own;
	spec.sync.peer_system = peer;
	spec.sync.restore_max_us = restore_max_us;
	assert_int_equal(gw_mlag_start(&spec, NULL), 0);
	gw_slow_once();
}

// What was sent into nowhere goes back to its pool.
static void sent_forget(void)
{
	struct gw_worker *w = &gw_workers[1];

	gw_rings_poll(w);
	for (uint16_t p = 0; p < GW_MAX_PORTS; p++) {
		if (w->tx[p].n > 0)
			gw_tx_flush(w, p);
		w->tx[p].listed = 0;
	}
	w->tx_ports_n = 0;
	gw_drop_flush(w);
}

// A frame into the worker, as received from a port.
static void frame(
	uint16_t port, const struct gw_mac *to, uint16_t type, const uint8_t *data, uint32_t len)
{
	struct gw_worker *w = &gw_workers[1];
	struct rte_mbuf *m = rte_pktmbuf_alloc(gw_pool);
	uint8_t *at;

	assert_non_null(m);
	at = (uint8_t *)rte_pktmbuf_append(m, (uint16_t)(14 + len));
	assert_non_null(at);
	memcpy(at, to, 6);
	memcpy(at + 6, &peer, 6);
	gw_put16(at + 12, type);
	memcpy(at + 14, data, len);
	w->now = rte_rdtsc();
	gw_input(w, port, &m, 1);
	gw_drop_flush(w);
}

// A hello of the peer that hears this run; its ports are up.
static void hello(uint32_t sequence)
{
	struct gw_mlag_hello h = {.role = GW_MLAG_PRIMARY, .tables = 0xe};
	struct gw_mlag_status st;
	struct gw_mlag_out out;
	uint8_t data[1500];

	gw_mlag_status(pair.m, &st);
	h.hears = st.epoch;
	gw_mlag_out_begin(&out, data, sizeof(data), GW_MLAG_HELLO, 0, &peer, 7);
	gw_mlag_out_hello(&out, &h);
	for (uint16_t i = 1; i <= 2; i++)
		gw_mlag_out_twin(&out, &(struct gw_mlag_twin){.mlag = i, .up = true});
	gw_mlag_out_end(&out, 0, sequence);
	frame(peer_port, &own, GW_MLAG_ETHERTYPE, data, out.len);
}

static void lacpdu(uint16_t port)
{
	const struct gw_lacp_pdu pdu = {.actor = {.key = 1, .port = 1, .system = {{2, 1}}}};
	uint8_t data[GW_LACP_LEN];

	gw_lacp_encode(&pdu, data);
	frame(port, &gw_lacp_group, GW_LACP_ETHERTYPE, data, sizeof(data));
}

static void all_handled(void)
{
	while (gw_rings_held() > 0) {
		gw_slow_once();
		sent_forget();
	}
}

static uint64_t lacp_heard(unsigned member)
{
	return pair.member[member].lacp.count.rx;
}

static uint64_t hellos_heard(void)
{
	struct gw_mlag_status st;

	gw_mlag_status(pair.m, &st);
	return st.count[GW_MLAG_N_hello_received];
}

static void flood_of_lacp_keeps_neither_hellos_nor_other_members_away(void **)
{
	start(true, 0);
	for (unsigned i = 0; i < FLOOD; i++)
		lacpdu(mem0);
	hello(0);
	lacpdu(mem1);
	all_handled();
	assert_int_equal(hellos_heard(), 1);
	assert_int_equal(lacp_heard(1), 1);
	assert_true(lacp_heard(0) < FLOOD / 2);
	gw_mlag_stop();
}

static void flood_on_the_peer_link_keeps_no_lacp_away(void **)
{
	start(true, 0);
	for (unsigned i = 0; i < FLOOD; i++)
		hello(i);
	lacpdu(mem1);
	all_handled();
	assert_int_equal(lacp_heard(1), 1);
	gw_mlag_stop();
}

// The cable to mem1 is plugged in wrongly: nobody is learned there.
static void who_is_plugged_in_wrongly_is_not_heard(void **)
{
	const uint64_t *drop = GW_SLOW_STATS->drop, before = drop[GW_DROP_mlag_partner];
	uint8_t arp[28] = {0, 1, 8, 0, 6, 4, 0, 2};

	start(true, 0);
	pair.member[1].lacp.refusal = GW_LACP_WRONG_PARTNER;
	frame(mem1, &own, 0x0806, arp, sizeof(arp));
	all_handled();
	assert_int_equal(drop[GW_DROP_mlag_partner], before + 1);
	frame(mem0, &own, 0x0806, arp, sizeof(arp));
	all_handled();
	assert_int_equal(drop[GW_DROP_mlag_partner], before + 1);
	lacpdu(mem1); // LACP is, or it would never be put right
	all_handled();
	assert_int_equal(lacp_heard(1), 1);
	gw_mlag_stop();
}

static void interface_that_comes_is_redirected_while_its_port_is_down(void **)
{
	const uint16_t out = gw_iface_find("peer");

	start(false, 0);
	assert_int_equal(gw_port_set("mem0", false, NULL), 0);
	for (uint32_t i = 0; i < 3; i++) {
		pair.polled_us = 0; // look at the ports now
		hello(i);
		all_handled();
		gw_slow_once();
	}
	assert_int_equal(gw_iface_infos[gw_iface_find("mem0")].redirect, out);
	assert_int_equal(gw_iface_infos[gw_iface_find("mem1")].redirect, 0);
	iface_make("mem0.7", "mem0", 7);
	gw_slow_once();
	assert_int_equal(gw_iface_infos[gw_iface_find("mem0.7")].redirect, out);
	assert_int_equal(gw_iface_del("mem0.7", NULL), 0);
	assert_int_equal(gw_port_set("mem0", true, NULL), 0);
	gw_mlag_stop();
}

// As long as no peer is heard, until that is said to be for good.
static void released_wait(void)
{
	const time_t end = time(NULL) + DEADLINE_S;

	while ((gw_ports[mem1].held & GW_PORT_HELD_MLAG) != 0) {
		assert_true(time(NULL) < end);
		gw_slow_once();
		sent_forget();
	}
}

static void what_is_set_while_ports_are_held_is_so_afterwards(void **)
{
	assert_int_equal(gw_port_set("mem1", false, NULL), 0);
	start(false, 30000000); // delay restore
	assert_false(gw_ports[mem0].up);
	assert_int_equal(gw_port_set("mem0", false, NULL), 0);
	assert_int_equal(gw_port_set("mem1", true, NULL), 0);
	assert_false(gw_ports[mem1].up); // it is held
	released_wait();
	assert_false(gw_ports[mem0].up);
	assert_true(gw_ports[mem1].up);
	assert_int_equal(gw_port_set("mem0", true, NULL), 0);
	assert_true(gw_ports[mem0].up);
	gw_mlag_stop();
}

// A keepalive of the peer as received by an interface.
static bool keepalive(const char *iface, uint32_t sequence)
{
	const struct gw_mlag_hello hello = {.role = GW_MLAG_PRIMARY};
	struct rte_mbuf *m = rte_pktmbuf_alloc(gw_pool);
	struct rte_ipv4_hdr *ip;
	struct rte_udp_hdr *udp;
	struct gw_mlag_out out;
	uint8_t data[64];
	bool taken;

	gw_mlag_out_begin(&out, data, sizeof(data), GW_MLAG_KEEPALIVE, 0, &peer, 7);
	gw_mlag_out_role(&out, &hello);
	gw_mlag_out_end(&out, 0, sequence);
	assert_non_null(m);
	ip = (struct rte_ipv4_hdr *)rte_pktmbuf_append(
		m, (uint16_t)(sizeof(*ip) + sizeof(*udp) + out.len));
	*ip = (struct rte_ipv4_hdr){.version_ihl = RTE_IPV4_VHL_DEF,
		.src_addr = rte_cpu_to_be_32(pair.spec.keepalive_remote),
		.dst_addr = rte_cpu_to_be_32(pair.spec.keepalive_local)};
	udp = (struct rte_udp_hdr *)(ip + 1);
	*udp = (struct rte_udp_hdr){.dst_port = rte_cpu_to_be_16(pair.spec.keepalive_port),
		.dgram_len = rte_cpu_to_be_16((uint16_t)(sizeof(*udp) + out.len))};
	memcpy(udp + 1, data, out.len);
	*gw_meta(m) = (struct gw_meta){.iface = gw_iface_find(iface)};
	taken = pair_keepalive_input(m, sizeof(*ip));
	rte_pktmbuf_free(m);
	return taken;
}

// With the peer's address a host behind a member could say that the peer lives.
static void keepalives_by_a_member_or_the_peer_link_are_refused(void **)
{
	struct gw_mlag_status st;

	start(false, 0);
	pair.spec.sync.keepalive = true;
	pair.spec.keepalive_local = 0xc0000201;
	pair.spec.keepalive_remote = 0xc0000202;
	pair.spec.keepalive_port = GW_MLAG_KEEPALIVE_PORT;
	assert_false(keepalive("mem0", 1));
	assert_false(keepalive("peer", 2));
	gw_mlag_status(pair.m, &st);
	assert_int_equal(st.count[GW_MLAG_N_keepalive_refused], 2);
	assert_int_equal(st.count[GW_MLAG_N_keepalive_received], 0);
	assert_true(keepalive("core", 3));
	gw_mlag_status(pair.m, &st);
	assert_int_equal(st.count[GW_MLAG_N_keepalive_refused], 2);
	assert_int_equal(st.count[GW_MLAG_N_keepalive_received], 1);
	gw_mlag_stop();
}

static uint8_t partner_announced(void)
{
	struct gw_mlag_member_view v;

	assert_true(gw_mlag_member_view(pair.m, 0, &v));
	return v.own.lacp & GW_MLAG_LACP_PARTNER;
}

// The peer would go on comparing its own partner with one that is there no more.
static void partner_is_announced_while_its_port_is_up(void **)
{
	start(true, 0);
	gw_lacp_enable(&pair.member[0].lacp, gw_slow_now_us(), true);
	lacpdu(mem0);
	all_handled();
	assert_int_equal(partner_announced(), GW_MLAG_LACP_PARTNER);
	assert_int_equal(gw_port_set("mem0", false, NULL), 0);
	pair.polled_us = 0; // look at the ports now
	gw_slow_once();
	assert_int_equal(partner_announced(), 0);
	assert_int_equal(gw_port_set("mem0", true, NULL), 0);
	gw_mlag_stop();
}

static void address_set(const char *iface, const struct gw_iface_addr *addrs, uint8_t count)
{
	const struct gw_iface_spec spec = {.name = iface,
		.port = "mem0",
		.vlans = {9},
		.vlan_count = 1,
		.addrs = addrs,
		.addr_count = count};

	gw_iface_del(iface, NULL);
	assert_int_equal(gw_iface_add(&spec, NULL), 0);
}

static void subnets_of_both_should_agree_and_not_their_addresses(void **)
{
	static const struct gw_iface_addr here[] = {{{0x0a090002, 24}}},
					  there[] = {{{0x0a090004, 24}}, {{0x0a090003, 24}},
						  {{0x0a090001, 24}, .gateway = true}},
					  wider[] = {{{0x0a090003, 16}}};
	uint64_t none, digest;

	start(false, 0);
	none = pair_subnets_digest();
	address_set("mem0.9", here, 1);
	digest = pair_subnets_digest();
	assert_int_not_equal(digest, none);
	address_set("mem0.9", there, 3);
	assert_int_equal(pair_subnets_digest(), digest);
	address_set("mem0.9", wider, 1);
	assert_int_not_equal(pair_subnets_digest(), digest);
	assert_int_equal(gw_iface_del("mem0.9", NULL), 0);
	assert_int_equal(pair_subnets_digest(), none);
	gw_mlag_stop();
}

// Lines of the log that one loop writes, with `text` in them.
static unsigned logged_in_a_loop(const char *text)
{
	FILE *file = tmpfile();
	int was = dup(STDERR_FILENO);
	unsigned count = 0;
	char line[256];

	assert_non_null(file);
	assert_true(was >= 0 && dup2(fileno(file), STDERR_FILENO) >= 0);
	gw_slow_once();
	dup2(was, STDERR_FILENO);
	close(was);
	rewind(file);
	while (fgets(line, sizeof(line), file) != NULL)
		count += strstr(line, text) != NULL;
	fclose(file);
	return count;
}

static void what_happens_in_one_loop_is_all_logged(void **)
{
	start(false, 0);
	for (unsigned i = 0; i < 20; i++)
		gw_mlag_link(pair.m, gw_slow_now_us(), 1, i % 2 != 0);
	assert_true(logged_in_a_loop("MLAG id 1: port is") >= 20);
	for (unsigned i = 0; i < 100; i++)
		gw_mlag_link(pair.m, gw_slow_now_us(), 1, i % 2 != 0);
	assert_int_equal(logged_in_a_loop("more that are not kept"), 1);
	assert_int_equal(logged_in_a_loop("mlag"), 0);
	gw_mlag_stop();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(flood_of_lacp_keeps_neither_hellos_nor_other_members_away),
		cmocka_unit_test(flood_on_the_peer_link_keeps_no_lacp_away),
		cmocka_unit_test(who_is_plugged_in_wrongly_is_not_heard),
		cmocka_unit_test(interface_that_comes_is_redirected_while_its_port_is_down),
		cmocka_unit_test(what_is_set_while_ports_are_held_is_so_afterwards),
		cmocka_unit_test(partner_is_announced_while_its_port_is_up),
		cmocka_unit_test(subnets_of_both_should_agree_and_not_their_addresses),
		cmocka_unit_test(what_happens_in_one_loop_is_all_logged),
		cmocka_unit_test(keepalives_by_a_member_or_the_peer_link_are_refused),
	};

	return cmocka_run_group_tests(tests, group_setup, NULL);
}
