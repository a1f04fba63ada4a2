// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Tables change at full rate while packets are forwarded. Two ring ports, two workers; this thread
// is the slow path and changes routes, another one feeds packets and checks what comes out:
//
// - stable hosts have their route all the time: every packet comes out, once, with the right MAC;
// - a moving host changes MAC and interface with every change: none of its packets is lost, each
//   has one of its two MACs and the VLAN that belongs to it;
// - churning hosts come and go: a packet comes out with the host's MAC or is dropped for a route
//   that is not there, never to anybody else;
// - segments and ordinary prefixes come and go around the stable ones.
//
// usage: churn [CHANGES]; exit status 0 and "ok" lines when all holds.

#include <inttypes.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <rte_eal.h>
#include <rte_eth_ring.h>
#include <rte_ethdev.h>
#include <rte_ip.h>
#include <rte_launch.h>
#include <rte_udp.h>

#include "dp/rcu.h"
#include "dp/worker.h"
#include "fib/host_tunnel.h"
#include "fib/route.h"
#include "fib/segment.h"
#include "fib/vrf.h"
#include "host/host.h"
#include "iface/iface.h"
#include "neigh/neigh.h"
#include "port/port.h"
#include "slow/slow.h"
#include "slow/tables.h"
#include "tunnel/tunnel.h"

#define WORKERS	    2
#define STABLE	    1024
#define CHURNING    65536
#define STABLE_NET  0x0a000000u // 10.0.0.0: host i is 10.0.0.0 + 3 * i + 1
#define CHURN_NET   0x0b000000u
#define MOVING_HOST 0x0c000001u
#define RING	    4096
#define BATCH	    32
#define WINDOW	    1024 // packets under way at most: no queue on the way overflows
#define VLAN	    100
#define ENOUGH	    100000 // packets to stable hosts at least

struct tag {
	uint32_t seq;
	uint32_t kind;
} __attribute__((packed));
enum { KIND_STABLE, KIND_MOVING, KIND_CHURNING, KINDS };

static struct rte_ring *core_in, *core_out, *acc_in, *acc_out;
static atomic_bool feed_stop;
static struct {
	uint64_t in[KINDS], out[KINDS];
	uint64_t wrong_mac, wrong_vlan, unknown;
} seen;

static void fail(const char *what)
{
	fprintf(stderr, "not ok churn: %s\n", what);
	printf("not ok churn: %s\n", what);
	exit(1);
}

static void must(int ret, const struct gw_err *err)
{
	if (ret < 0)
		fail(err->text[0] != '\0' ? err->text : strerror(-ret));
}

static struct gw_mac mac_of(uint32_t ip, uint8_t variant)
{
	return (struct gw_mac){{2, variant, (uint8_t)(ip >> 24), (uint8_t)(ip >> 16),
		(uint8_t)(ip >> 8), (uint8_t)ip}};
}

static struct rte_mbuf *packet(uint32_t dst, uint32_t kind, uint32_t seq)
{
	struct rte_mbuf *m = rte_pktmbuf_alloc(gw_pool);
	struct rte_ether_hdr *eth;
	struct rte_ipv4_hdr *ip;
	struct rte_udp_hdr *udp;
	struct tag *tag;

	if (m == NULL)
		return NULL;
	GW_TSAN_ACQUIRE(gw_pool);
	eth = (struct rte_ether_hdr *)rte_pktmbuf_append(
		m, sizeof(*eth) + sizeof(*ip) + sizeof(*udp) + sizeof(*tag));
	memset(eth, 0, m->data_len);
	memcpy(eth->dst_addr.addr_bytes, gw_ports[0].mac.b, 6);
	eth->src_addr.addr_bytes[0] = 2;
	eth->ether_type = RTE_BE16(RTE_ETHER_TYPE_IPV4);
	ip = (struct rte_ipv4_hdr *)(eth + 1);
	ip->version_ihl = RTE_IPV4_VHL_DEF;
	ip->total_length = rte_cpu_to_be_16(sizeof(*ip) + sizeof(*udp) + sizeof(*tag));
	ip->time_to_live = 64;
	ip->next_proto_id = IPPROTO_UDP;
	ip->src_addr = RTE_BE32(0xc6336401);
	ip->dst_addr = rte_cpu_to_be_32(dst);
	ip->hdr_checksum = rte_ipv4_cksum(ip);
	udp = (struct rte_udp_hdr *)(ip + 1);
	udp->dgram_len = RTE_BE16(sizeof(*udp) + sizeof(*tag));
	tag = (struct tag *)(udp + 1);
	tag->kind = kind;
	tag->seq = seq;
	return m;
}

static void check(struct rte_mbuf *m)
{
	const uint8_t *data = rte_pktmbuf_mtod(m, const uint8_t *);
	bool tagged = data[12] == 0x81;
	const struct rte_ipv4_hdr *ip = (const void *)(data + 14 + (tagged ? 4 : 0));
	const struct tag *tag =
		(const void *)((const uint8_t *)(ip + 1) + sizeof(struct rte_udp_hdr));
	uint16_t type = (uint16_t)(data[tagged ? 16 : 12] << 8 | data[tagged ? 17 : 13]);
	uint32_t dst = rte_be_to_cpu_32(ip->dst_addr);
	struct gw_mac want = mac_of(dst, tag->kind == KIND_MOVING && tagged ? 1 : 0);

	if (type == RTE_ETHER_TYPE_ARP) {
		; // a client that left is announced
	} else if (tag->kind >= KINDS) {
		seen.unknown++;
	} else {
		seen.out[tag->kind]++;
		seen.wrong_mac += memcmp(data, want.b, 6) != 0;
		seen.wrong_vlan += tagged && tag->kind != KIND_MOVING;
	}
	rte_pktmbuf_free(m);
}

static unsigned drain(void)
{
	struct rte_mbuf *m[BATCH];
	unsigned n = rte_ring_sc_dequeue_burst(acc_out, (void **)m, BATCH, NULL);
	unsigned other;

	GW_TSAN_ACQUIRE(&gw_ports[0]);
	GW_TSAN_ACQUIRE(&gw_ports[1]);
	for (unsigned i = 0; i < n; i++)
		check(m[i]);
	other = rte_ring_sc_dequeue_burst(core_out, (void **)m, BATCH, NULL);
	rte_pktmbuf_free_bulk(m, other);
	return n + other;
}

// Of what was fed. Read without a lock while workers count: only a bound on what is under way.
static uint64_t finished(void)
{
	struct gw_lcore_stats sum;

	gw_lcore_stats_sum(&sum);
	return gw_drop_sum(&sum) + sum.sent - sum.originated;
}

static int feed(void *)
{
	uint32_t seq = 0, x = 1;

	while (!feed_stop) {
		struct rte_mbuf *m[BATCH];
		unsigned n = 0;

		while (drain() > 0)
			;
		if (seen.in[0] + seen.in[1] + seen.in[2] > finished() + WINDOW) {
			sched_yield();
			continue;
		}
		for (; n < BATCH; n++, seq++) {
			uint32_t kind = seq % 8 < 4 ? KIND_STABLE
				: seq % 8 == 4	    ? KIND_MOVING
						    : KIND_CHURNING;
			uint32_t dst = MOVING_HOST;

			x = x * 1664525 + 1013904223;
			if (kind == KIND_STABLE)
				dst = STABLE_NET + (x >> 8) % STABLE * 3 + 1;
			else if (kind == KIND_CHURNING)
				dst = CHURN_NET + (x >> 8) % CHURNING;
			m[n] = packet(dst, kind, seq);
			if (m[n] == NULL)
				break;
			// The other thread reads it, too.
			__atomic_store_n(&seen.in[kind], seen.in[kind] + 1, __ATOMIC_RELAXED);
		}
		GW_TSAN_RELEASE(&gw_ports[0]);
		if (rte_ring_sp_enqueue_bulk(core_in, (void **)m, n, NULL) != n)
			fail("input ring is full");
	}
	return 0;
}

static void port_make(
	const char *name, struct rte_ring **in, struct rte_ring **out, enum gw_role role)
{
	struct gw_port_spec spec = {.name = name, .role = role};
	char text[RTE_ETH_NAME_MAX_LEN];
	struct gw_err err = {0};
	int port;

	snprintf(text, sizeof(text), "%s_in", name);
	*in = rte_ring_create(text, RING, SOCKET_ID_ANY, RING_F_SP_ENQ | RING_F_SC_DEQ);
	snprintf(text, sizeof(text), "%s_out", name);
	*out = rte_ring_create(text, RING, SOCKET_ID_ANY, RING_F_SC_DEQ);
	port = rte_eth_from_rings(name, in, 1, out, 1, 0);
	if (port < 0)
		fail("rte_eth_from_rings");
	rte_eth_dev_get_name_by_port((uint16_t)port, text);
	spec.device = text;
	must(gw_port_add(&spec, WORKERS, &err), &err);
}

static void iface_make(const char *name, const char *port, uint16_t vlan, const char *addr)
{
	struct gw_iface_addr a = {0};
	struct gw_iface_spec spec = {.name = name,
		.port = port,
		.vlan_count = vlan != 0,
		.vlans = {vlan},
		.addrs = &a,
		.addr_count = addr != NULL};
	struct gw_err err = {0};

	if (addr != NULL)
		gw_prefix4_parse(addr, &a.p);
	must(gw_iface_add(&spec, &err), &err);
}

static void host_set(uint32_t ip, const char *iface, uint8_t variant)
{
	struct gw_host_spec spec = {
		.ip = ip, .mac = mac_of(ip, variant), .iface = gw_iface_find(iface)};
	struct gw_err err = {0};

	must(gw_host_add(&spec, &err), &err);
}

// One change of each sort in turn.
static void change(uint32_t i)
{
	static bool present[CHURNING];
	uint32_t h = i * 2654435761u % CHURNING;
	struct gw_prefix4 seg = {.addr = 0x0d000000 + (i % 512 << 8), .len = 24};
	struct gw_prefix route = gw_prefix_of4(0x0a000000 + (i % 16 << 6), 26);
	const struct gw_ip_zone vias[] = {
		{.ip = gw_ip_of4(0xc00002fe)}, {.ip = gw_ip_of4(0xc00002fd)}};
	struct gw_segment s = {.prefix = seg.addr, .len = 24};
	struct gw_err err = {0};

	switch (i % 16) {
	case 0: // a covering prefix around the stable hosts
		must(gw_route_add(0, &route, vias, 1 + i / 16 % 2, &err), &err);
		break;
	case 8:
		route = gw_prefix_of4(0x0a000000 + ((i - 8) % 16 << 6), 26);
		must(gw_route_del(0, &route, NULL, 0, &err), &err);
		break;
	case 1:
		must(gw_segment_add(&s, &err), &err);
		break;
	case 9:
		seg.addr = 0x0d000000 + ((i - 8) % 512 << 8);
		must(gw_segment_del(0, &seg, &err), &err);
		break;
	case 2:
	case 10:
		host_set(MOVING_HOST, i % 32 < 16 ? "acc0" : "acc0.100", i % 32 < 16 ? 0 : 1);
		break;
	case 3: // a second candidate behind a stable host's route comes and goes
	case 11:
		if (i % 32 < 16)
			must(gw_host_tunnel_add(0, STABLE_NET + 1, gw_path_find("t"), 0, &err),
				&err);
		else
			gw_host_tunnel_del(0, STABLE_NET + 1, NULL);
		break;
	default:
		if (present[h])
			must(gw_host_del(0, CHURN_NET + h, &err), &err);
		else
			host_set(CHURN_NET + h, "acc0", 0);
		present[h] = !present[h];
	}
}

static void start(void)
{
	const struct gw_worker_conf conf = {.idle_sleep_us = 50};
	const struct gw_mbuf_conf mbuf = {.count = 16384};
	const struct gw_mac neigh = {{2, 0, 0, 0, 0, 0xfe}};
	struct gw_tunnel_spec tunnel = {.name = "t", .vni = 1};
	struct gw_err err = {0};
	unsigned id = 1, lcore;
	uint32_t ip;

	if (gw_tables_init(WORKERS) < 0)
		fail("tables");
	must(gw_mbuf_init(&mbuf, &err), &err);
	must(gw_worker_init(WORKERS, &conf, &err), &err);
	port_make("core0", &core_in, &core_out, GW_ROLE_NETWORK);
	port_make("acc0", &acc_in, &acc_out, GW_ROLE_ACCESS);
	iface_make("core0", "core0", 0, "192.0.2.1/24");
	iface_make("acc0", "acc0", 0, NULL);
	iface_make("acc0.100", "acc0", VLAN, NULL);
	gw_ip4_parse("192.0.2.254", &ip);
	must(gw_neigh_static_add(gw_iface_find("core0"), gw_ip_of4(ip), &neigh, &err), &err);
	gw_ip4_parse("192.0.2.1", &tunnel.local);
	tunnel.remote = ip;
	must(gw_tunnel_add(&tunnel, &err), &err);
	for (uint32_t i = 0; i < STABLE; i++)
		host_set(STABLE_NET + i * 3 + 1, "acc0", 0);
	host_set(MOVING_HOST, "acc0", 0);
	must(gw_ports_start(&err), &err);
	must(gw_worker_ports_assign(&err), &err);
	gw_slow_once();
	RTE_LCORE_FOREACH_WORKER (lcore) {
		if (id <= WORKERS)
			rte_eal_remote_launch(gw_worker_main, &gw_workers[id++], lcore);
		else
			rte_eal_remote_launch(feed, NULL, lcore);
	}
	gw_running = true;
}

static uint64_t fed(int kind)
{
	return __atomic_load_n(&seen.in[kind], __ATOMIC_RELAXED);
}

static void result(bool good, const char *what, uint64_t a, uint64_t b)
{
	printf("%s churn: %s (%" PRIu64 ", %" PRIu64 ")\n", good ? "ok" : "not ok", what, a, b);
	if (!good)
		exit(1);
}

int main(int argc, char **argv)
{
	char *eal[] = {argv[0], "--no-huge", "--no-pci", "--no-shconf", "--no-telemetry", "-m256",
		"--log-level=lib.eal:error", "--lcores=0@0,1@1,2@1,3@0"};
	uint32_t changes = argc > 1 ? (uint32_t)atoi(argv[1]) : 1000000;
	struct gw_lcore_stats sum;
	uint64_t lost;

	if (rte_eal_init(sizeof(eal) / sizeof(eal[0]), eal) < 0)
		fail("EAL");
	start();
	for (uint32_t i = 0; i < changes || fed(KIND_STABLE) < ENOUGH; i++) {
		change(i);
		gw_slow_once();
	}
	feed_stop = true;
	rte_eal_wait_lcore(
		rte_get_next_lcore(rte_get_next_lcore(rte_get_next_lcore(-1, 1, 0), 1, 0), 1, 0));
	for (int quiet = 0; quiet < 2000; quiet++) { // until nothing comes any more
		if (drain() > 0)
			quiet = 0;
		gw_slow_once();
		usleep(50);
	}
	gw_stop = true;
	rte_eal_mp_wait_lcore();
	for (unsigned id = 1; id <= WORKERS; id++)
		GW_TSAN_ACQUIRE(&gw_workers[id]);
	gw_lcore_stats_sum(&sum);
	result(seen.in[KIND_STABLE] > 10000 && seen.in[KIND_STABLE] == seen.out[KIND_STABLE],
		"packets to stable hosts in and out", seen.in[KIND_STABLE], seen.out[KIND_STABLE]);
	result(seen.in[KIND_MOVING] > 1000 && seen.in[KIND_MOVING] == seen.out[KIND_MOVING],
		"packets to the moving host in and out", seen.in[KIND_MOVING],
		seen.out[KIND_MOVING]);
	// The ICMP errors for them have no route either.
	lost = seen.in[KIND_CHURNING] - seen.out[KIND_CHURNING] +
		sum.event[GW_EV_icmp_sent_unreachable];
	result(lost == sum.drop[GW_DROP_no_route], "packets to absent hosts, drops without route",
		lost, sum.drop[GW_DROP_no_route]);
	result(seen.wrong_mac == 0 && seen.wrong_vlan == 0 && seen.unknown == 0,
		"to a wrong MAC, by a wrong VLAN", seen.wrong_mac, seen.wrong_vlan);
	result(sum.received + sum.originated + sum.copied ==
			sum.sent + gw_drop_sum(&sum) + sum.consumed + gw_rings_held() +
				gw_neigh_held(),
		"received, dropped", sum.received, gw_drop_sum(&sum));
	result(sum.event[GW_EV_handoff] > 0, "handed over, changes", sum.event[GW_EV_handoff],
		changes);
	// The leak checker does not look into the tables' reserved memory: what they point to goes.
	gw_tables_fini();
	return 0;
}
