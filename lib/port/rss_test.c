// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Receive queues by the client's address, on NICs of several kinds: where the NIC can, every packet
// of a client comes to the worker that owns it; where it cannot, or refuses, workers hand over, and
// nothing is lost.

#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include <rte_eal.h>
#include <rte_ethdev.h>
#include <rte_ip.h>

#include "base/log.h"
#include "dp/mbuf.h"
#include "dp/rcu.h"
#include "dp/worker.h"
#include "fib/route.h"
#include "host/host.h"
#include "neigh/neigh.h"
#include "neigh/static.h"
#include "port/nic_fixture.h"
#include "port/port.h"
#include "slow/slow.h"
#include "slow/tables.h"

#define CLIENTS 192
#define KINDS	4 // of packets, for each client and direction
#define WORKERS 4 // at most
#define CORE	0 // port
#define ACCESS	1

static const struct fixture_nic good = {.reta_size = 128, .key_size = 40};
static unsigned polled[WORKERS + 1], strangers; // packets by worker; those of another's clients

static uint32_t client(uint32_t i)
{
	return 0x0a010000 + i * 2654435761u % 65521;
}

static struct gw_mac client_mac(uint32_t i)
{
	return (struct gw_mac){{2, 0, 0, 5, (uint8_t)(i >> 8), (uint8_t)i}};
}

static void iface_make(const char *name, const char *addr)
{
	struct gw_iface_addr a = {0};
	const struct gw_iface_spec spec = {
		.name = name, .port = name, .addrs = &a, .addr_count = addr != NULL};
	struct gw_err err = {0};

	if (addr != NULL)
		gw_prefix4_parse(addr, &a.p);
	assert_int_equal(gw_iface_add(&spec, &err), 0);
}

static void start(const struct fixture_nic *nic, unsigned workers)
{
	const struct gw_mbuf_conf mbuf = {.count = 8192};
	const struct gw_worker_conf conf = {0};
	const struct gw_mac router = {{2, 0, 0, 0, 0, 0xfe}};
	const struct gw_ip_zone via = {.ip = gw_ip_of4(0xc00002fe)};
	const struct gw_prefix all = gw_prefix_of4(0, 0);
	struct gw_err err = {0};

	assert_int_equal(gw_tables_init(workers), 0);
	assert_int_equal(gw_mbuf_init(&mbuf, &err), 0);
	assert_int_equal(gw_worker_init(workers, &conf, &err), 0);
	fixture_nic_set(nic);
	assert_int_equal(fixture_nic_port("core0", GW_ROLE_NETWORK, workers, &err), 0);
	assert_int_equal(fixture_nic_port("acc0", GW_ROLE_ACCESS, workers, &err), 0);
	iface_make("core0", "192.0.2.1/24");
	iface_make("acc0", NULL);
	assert_int_equal(gw_neigh_static_add(gw_iface_find("core0"), via.ip, &router, &err), 0);
	assert_int_equal(gw_route_add(0, &all, &via, 1, &err), 0);
	for (uint32_t i = 0; i < CLIENTS; i++) {
		const struct gw_host_spec host = {
			.ip = client(i), .mac = client_mac(i), .iface = gw_iface_find("acc0")};

		assert_int_equal(gw_host_add(&host, &err), 0);
	}
	assert_int_equal(gw_ports_start(&err), 0);
	assert_int_equal(gw_worker_ports_assign(&err), 0);
	for (unsigned id = 1; id <= workers; id++) {
		rte_rcu_qsbr_thread_register(gw_rcu, id - 1);
		rte_rcu_qsbr_thread_online(gw_rcu, id - 1);
	}
	gw_slow_once();
	memset(polled, 0, sizeof(polled));
	strangers = 0;
}

static void stop(void)
{
	for (unsigned id = 1; id <= gw_worker_count; id++) {
		rte_rcu_qsbr_thread_offline(gw_rcu, id - 1);
		rte_rcu_qsbr_thread_unregister(gw_rcu, id - 1);
	}
	gw_worker_fini();
	gw_ports_stop();
	fixture_nic_fini();
	gw_tables_fini();
	gw_mbuf_fini();
}

// UDP, TCP, ICMP, a fragment; the other end differs with each.
static struct rte_mbuf *packet(uint16_t port, uint32_t i, unsigned kind)
{
	static const uint8_t proto[KINDS] = {IPPROTO_UDP, IPPROTO_TCP, IPPROTO_ICMP, IPPROTO_UDP};
	const struct gw_mac from = client_mac(i);
	const uint32_t other = 0xc6330000 + (i * KINDS + kind) * 31;
	struct rte_mbuf *m = rte_pktmbuf_alloc(gw_pool);
	struct rte_ether_hdr *eth;
	const uint32_t ports = i * 0x9e3779b9u;
	struct rte_ipv4_hdr *ip;

	assert_non_null(m);
	eth = (void *)rte_pktmbuf_append(m, sizeof(*eth) + sizeof(*ip) + 40);
	memset(eth, 0, m->data_len);
	memcpy(&eth->dst_addr, &gw_ports[port].mac, sizeof(eth->dst_addr));
	memcpy(&eth->src_addr, &from, sizeof(eth->src_addr));
	eth->ether_type = RTE_BE16(RTE_ETHER_TYPE_IPV4);
	ip = (struct rte_ipv4_hdr *)(eth + 1);
	*ip = (struct rte_ipv4_hdr){.version_ihl = RTE_IPV4_VHL_DEF,
		.total_length = RTE_BE16(sizeof(*ip) + 40),
		.fragment_offset = kind == 3 ? RTE_BE16(RTE_IPV4_HDR_MF_FLAG) : 0,
		.time_to_live = 64,
		.next_proto_id = proto[kind],
		.src_addr = rte_cpu_to_be_32(port == ACCESS ? client(i) : other),
		.dst_addr = rte_cpu_to_be_32(port == ACCESS ? other : client(i))};
	ip->hdr_checksum = rte_ipv4_cksum(ip);
	memcpy(ip + 1, &ports, sizeof(ports));
	return m;
}

static void flush(struct gw_worker *w)
{
	for (uint16_t port = 0; port <= ACCESS; port++) {
		if (w->tx[port].n > 0)
			gw_tx_flush(w, port);
		w->tx[port].listed = 0;
	}
	w->tx_ports_n = 0;
	gw_drop_flush(w);
}

static void burst(struct gw_worker *w, const struct gw_rxq *q)
{
	struct rte_mbuf *m[GW_BURST];
	uint16_t n;

	while ((n = rte_eth_rx_burst(q->port, q->queue, m, GW_BURST)) > 0) {
		polled[w->id] += n;
		for (uint16_t i = 0; i < n; i++) {
			const struct rte_ipv4_hdr *ip = rte_pktmbuf_mtod_offset(
				m[i], const void *, sizeof(struct rte_ether_hdr));
			rte_be32_t of = q->port == ACCESS ? ip->src_addr : ip->dst_addr;

			strangers += gw_owner(rte_be_to_cpu_32(of)) != w->id;
		}
		gw_input(w, q->port, m, n);
		flush(w);
	}
}

// Every worker in its turn, until no ring has anything left.
static void workers_run(void)
{
	for (unsigned id = 1; id <= gw_worker_count; id++) {
		for (uint32_t i = 0; i < gw_workers[id].rxq_n; i++)
			burst(&gw_workers[id], &gw_workers[id].rxq[i]);
	}
	while (gw_rings_held() > 0) {
		for (unsigned id = 1; id <= gw_worker_count; id++) {
			gw_rings_poll(&gw_workers[id]);
			flush(&gw_workers[id]);
		}
	}
}

// Packets of every kind for every client, both ways: all of them are forwarded and counted on the
// client's account. Returns how many were handed over.
static uint64_t traffic(void)
{
	struct gw_lcore_stats before, after;

	gw_lcore_stats_sum(&before);
	for (uint32_t i = 0; i < CLIENTS; i++) {
		for (unsigned kind = 0; kind < KINDS; kind++) {
			fixture_nic_receive(CORE, packet(CORE, i, kind));
			fixture_nic_receive(ACCESS, packet(ACCESS, i, kind));
		}
	}
	workers_run();
	assert_int_equal(fixture_nic_sent(ACCESS), CLIENTS * KINDS);
	assert_int_equal(fixture_nic_sent(CORE), CLIENTS * KINDS);
	for (uint32_t i = 0; i < CLIENTS; i++) {
		uint32_t h = gw_host_find(0, client(i));

		assert_int_equal(
			gw_host_counts(&gw_host_down[h], &gw_host_down_extra[h]).packets, KINDS);
		assert_int_equal(
			gw_host_counts(&gw_host_up[h], &gw_host_up_extra[h]).packets, KINDS);
	}
	gw_lcore_stats_sum(&after);
	return after.event[GW_EV_handoff] - before.event[GW_EV_handoff];
}

static void agrees(const struct fixture_nic *nic, unsigned workers)
{
	start(nic, workers);
	assert_int_equal(gw_ports[CORE].rx_queues, workers);
	assert_int_equal(gw_ports[ACCESS].rx_queues, workers);
	assert_int_equal(traffic(), 0);
	assert_int_equal(strangers, 0);
	for (unsigned id = 1; id <= workers; id++) // nobody has less than half of a fair share
		assert_true(polled[id] > CLIENTS * KINDS / workers);
	stop();
}

static void each_packet_comes_to_the_owner(void **)
{
	static const uint16_t reta[] = {64, 128, 512};
	static const uint8_t key[] = {40, 52};

	for (unsigned workers = 1; workers <= WORKERS; workers++) {
		for (unsigned i = 0; i < RTE_DIM(reta) * RTE_DIM(key) * 2; i++) {
			const struct fixture_nic nic = {.reta_size = reta[i / 4],
				.key_size = key[i / 2 % 2],
				.other_side_zero = i % 2 != 0};

			agrees(&nic, workers);
		}
	}
}

// 3 workers: a table that the NIC has made by itself says something else than ours.
static uint64_t handed_over(const struct fixture_nic *nic, uint16_t queues)
{
	uint64_t n;

	start(nic, 3);
	assert_int_equal(gw_ports[CORE].rx_queues, queues);
	assert_int_equal(gw_ports[ACCESS].rx_queues, queues);
	n = traffic();
	assert_int_equal(n, strangers);
	assert_true(n > 0);
	stop();
	return n;
}

static void a_nic_that_cannot_has_one_queue(void **)
{
	struct fixture_nic nic = good;

	nic.no_side = true;
	handed_over(&nic, 1);
	nic = good;
	nic.key_size = 0;
	handed_over(&nic, 1);
	nic.key_size = 200;
	handed_over(&nic, 1);
}

static void a_nic_that_refuses_has_one_queue(void **)
{
	struct fixture_nic nic = good;

	nic.refuses_rss = true;
	handed_over(&nic, 1);
	nic = good;
	nic.refuses_queues = true;
	handed_over(&nic, 1);
}

static void a_nic_keeps_its_table(void **)
{
	struct fixture_nic nic = good;

	nic.refuses_reta = true;
	handed_over(&nic, 3);
	nic = good;
	nic.reta_size = 0;
	handed_over(&nic, 3);
}

// UDP and TCP go to the first queue; fragments and ICMP come to the owner.
static void a_nic_has_types_apart(void **)
{
	struct fixture_nic nic = good;
	uint64_t n;

	nic.types_apart = true;
	n = handed_over(&nic, 3);
	assert_true(n < CLIENTS * KINDS); // of twice as many: half of them are UDP or TCP
}

static int group_setup(void **)
{
	static char *argv[] = {(char *)"test", (char *)"--no-huge", (char *)"--no-pci",
		(char *)"--no-shconf", (char *)"--no-telemetry", (char *)"-m", (char *)"256",
		(char *)"-l", (char *)"0", (char *)"--log-level=error"};

	assert_true(rte_eal_init(RTE_DIM(argv), argv) >= 0);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_packet_comes_to_the_owner),
		cmocka_unit_test(a_nic_that_cannot_has_one_queue),
		cmocka_unit_test(a_nic_that_refuses_has_one_queue),
		cmocka_unit_test(a_nic_keeps_its_table),
		cmocka_unit_test(a_nic_has_types_apart),
	};

	return cmocka_run_group_tests(tests, group_setup, NULL);
}
