// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// What a copy of a multicast packet costs: frames of one burst through the data path of one worker,
// from gw_input() to the transmit queues, in this process. Ports are rings that the benchmark
// empties (chains of segments go out as they are) or null devices (no chains: everything is
// copied). Emptying and freeing is timed beside it. Prints JSON.
// usage: gw_replicate_bench [--quick] [--share-from OCTETS] [--huge]

#include <inttypes.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_cycles.h>
#include <rte_eal.h>
#include <rte_ethdev.h>
#include <rte_ether.h>
#include <rte_ip.h>
#include <rte_lcore.h>

#include "config/config.h"
#include "dp/mbuf.h"
#include "dp/rcu.h"
#include "dp/worker.h"
#include "fib/vrf.h"
#include "port/port.h"
#include "slow/slow.h"
#include "slow/tables.h"
#include "sr_mcast/flow.h"
#include "sr_mcast/receiver.h"
#include "sr_mcast/replicate.h"
#include "sr_mcast/tree.h"

#define OUT_PORTS  4 // a ring takes 1,023 packets: copies are spread over several
#define MAX_FANOUT 1024
#define DESTS	   1024
#define COPIES	   1920 // of one burst, at most, where a burst has more than one packet
#define RUNS	   9

enum role { TRANSIT, INGRESS, LEAF };

static const char *const role_names[] = {"transit", "ingress", "leaf"};
static struct gw_worker *w;
static bool quick;

static void fail(const char *what, const struct gw_err *err)
{
	fprintf(stderr, "gw_replicate_bench: %s: %s\n", what, err == NULL ? "" : err->text);
	exit(1);
}

// Ports in0 and out0 to out3; the VLANs of out0 to out3 are receivers of the leaf.
static char *configuration(const char *device)
{
	size_t size = 1 << 20, n = 0;
	char *s = malloc(size);

	if (s == NULL)
		fail("no memory", NULL);
#define ADD(...) n += (size_t)snprintf(s + n, size - n, __VA_ARGS__)
	ADD("{\"name\": \"bench\", \"ports\": ["
	    "{\"name\": \"in0\", \"device\": \"net_null9\", \"role\": \"network\","
	    " \"mac\": \"02:00:00:00:00:01\", \"sr_domain\": true, \"mtu\": 1600,"
	    " \"addresses\": [\"2001:db8:9::1/64\", \"198.51.100.254/24\"]}");
	for (int i = 0; i < OUT_PORTS; i++)
		ADD(", {\"name\": \"out%d\", \"device\": \"%s%d\", \"role\": \"network\","
		    " \"mac\": \"02:00:00:00:01:%02x\", \"sr_domain\": true, \"mtu\": 1600,"
		    " \"addresses\": [\"2001:db8:%d::1/64\"],"
		    " \"neighbors\": {\"2001:db8:%d::2\": \"02:00:00:00:02:%02x\"}}",
			i, device, i, i, i, i, i);
	ADD("], \"interfaces\": [");
	for (int i = 0; i < MAX_FANOUT; i++)
		ADD("%s{\"name\": \"v%d\", \"port\": \"out%d\", \"vlans\": [%d]}", i == 0 ? "" : ",", i,
			i % OUT_PORTS, 2 + i / OUT_PORTS);
	ADD("], \"routes\": [");
	for (int i = 0; i < OUT_PORTS; i++)
		ADD("%s{\"prefix\": \"fd00:0:%d::/48\", \"via\": \"2001:db8:%d::2\"}",
			i == 0 ? "" : ",", i + 1, i);
	ADD("], \"sr_mcast\": {\"first_address\": \"fd00:0:ff::\", \"first_block\": \"fd00::/32\","
	    " \"tree_block\": \"fd00:ffff::/32\"}}");
#undef ADD
	return s;
}

static struct in6_addr first_address(uint32_t i)
{
	struct in6_addr a = {.s6_addr = {0xfd, 0, 0, 0, 0, (uint8_t)(1 + i % OUT_PORTS)}};

	a.s6_addr[14] = (uint8_t)(i >> 8);
	a.s6_addr[15] = (uint8_t)i;
	return a;
}

static struct in6_addr tree_source(uint32_t i)
{
	struct in6_addr a = {.s6_addr = {0xfd, 0, 0xff, 0xff, 0, 1}};

	a.s6_addr[12] = 1;
	a.s6_addr[13] = (uint8_t)(i >> 16);
	a.s6_addr[14] = (uint8_t)(i >> 8);
	a.s6_addr[15] = (uint8_t)i;
	return a;
}

static const struct gw_ip group = {.a.s6_addr = {[10] = 0xff, [11] = 0xff, 232, 1, 1, 1}};

static struct gw_ip stream(uint32_t i)
{
	return gw_ip_of4(0xc6336400 + (i & 255)); // 198.51.100.0/24
}

static void trees_set(enum role role, uint32_t trees, uint32_t fanout)
{
	struct in6_addr branch[MAX_FANOUT];
	struct gw_err err = {0};

	for (uint32_t t = 0; t < trees; t++) {
		struct gw_mcast_tree_spec spec = {
			.source = tree_source(t), .branches = branch, .n = fanout};

		for (uint32_t b = 0; b < fanout; b++)
			branch[b] = first_address((t * 7 + b) % DESTS);
		if (role == LEAF) {
			spec.n = 0;
			spec.decap = 1;
		}
		if (gw_mcast_tree_set(&spec, &err) < 0)
			fail("tree", &err);
	}
	for (uint32_t t = 0; role == INGRESS && t < RTE_MIN(trees, 256u); t++) {
		struct gw_mcast_flow_spec flow = {
			.source = stream(t), .group = group, .tree = tree_source(t)};

		if (gw_mcast_flow_set(&flow, &err) < 0)
			fail("flow", &err);
	}
	for (uint32_t i = 0; role == LEAF && i < fanout; i++) {
		char name[GW_NAME_LEN];

		snprintf(name, sizeof(name), "v%u", i);
		if (gw_receiver_set(0, &group, gw_iface_find(name), GW_RECEIVER_STATIC, true, NULL,
			    0, &err) < 0)
			fail("receiver", &err);
	}
	for (int i = 0; i < 2000; i++) // resolved, and nothing waits for a grace period
		gw_slow_once();
}

static void trees_clear(enum role role, uint32_t trees)
{
	for (uint32_t t = 0; role == INGRESS && t < RTE_MIN(trees, 256u); t++) {
		struct gw_ip source = stream(t);

		gw_mcast_flow_del(0, &source, &group, NULL);
	}
	for (uint32_t t = 0; t < trees; t++) {
		struct in6_addr source = tree_source(t);

		gw_mcast_tree_del(&source, NULL);
	}
	for (uint32_t i = 0; role == LEAF && i < MAX_FANOUT; i++) {
		char name[GW_NAME_LEN];

		snprintf(name, sizeof(name), "v%u", i);
		gw_receiver_del(0, &group, gw_iface_find(name), GW_RECEIVER_STATIC);
	}
	for (int i = 0; i < 2000; i++)
		gw_slow_once();
}

// The native IPv4 packet has `size` octets.
static struct rte_mbuf *frame(enum role role, uint32_t tree, uint32_t size)
{
	const struct gw_port *in = &gw_ports[0];
	struct rte_mbuf *m = rte_pktmbuf_alloc(gw_pool);
	bool outer = role != INGRESS;
	struct rte_ether_hdr *eth;
	struct rte_ipv6_hdr *ip6;
	struct rte_ipv4_hdr *ip4;

	if (m == NULL)
		fail("no packet buffer", NULL);
	eth = (struct rte_ether_hdr *)rte_pktmbuf_append(
		m, (uint16_t)(sizeof(*eth) + (outer ? sizeof(*ip6) : 0) + size));
	if (eth == NULL)
		fail("packet too large", NULL);
	memcpy(&eth->dst_addr, in->mac.b, 6);
	memset(&eth->src_addr, 2, 6);
	ip6 = (struct rte_ipv6_hdr *)(eth + 1);
	ip4 = (struct rte_ipv4_hdr *)(outer ? (void *)(ip6 + 1) : ip6);
	if (outer) {
		struct in6_addr source = tree_source(tree);

		eth->ether_type = RTE_BE16(RTE_ETHER_TYPE_IPV6);
		*ip6 = (struct rte_ipv6_hdr){.vtc_flow = RTE_BE32(0x60012345),
			.payload_len = rte_cpu_to_be_16((uint16_t)size),
			.proto = IPPROTO_IPIP,
			.hop_limits = 64};
		memcpy(ip6->src_addr, &source, 16);
		memcpy(ip6->dst_addr, &gw_sr_conf.first_address, 16);
	} else {
		const uint8_t mac[] = {0x01, 0x00, 0x5e, 0x01, 0x01, 0x01};

		memcpy(&eth->dst_addr, mac, 6);
		eth->ether_type = RTE_BE16(RTE_ETHER_TYPE_IPV4);
	}
	*ip4 = (struct rte_ipv4_hdr){.version_ihl = RTE_IPV4_VHL_DEF,
		.total_length = rte_cpu_to_be_16((uint16_t)size),
		.time_to_live = 64,
		.next_proto_id = IPPROTO_UDP};
	{
		struct gw_ip s = stream(tree);

		ip4->src_addr = rte_cpu_to_be_32(gw_ip_to4(&s));
		ip4->dst_addr = rte_cpu_to_be_32(gw_ip_to4(&group));
	}
	ip4->hdr_checksum = rte_ipv4_cksum(ip4);
	return m;
}

static void flush(void)
{
	for (uint32_t i = 0; i < w->tx_ports_n; i++) {
		uint16_t port = w->tx_ports[i];

		if (w->tx[port].n > 0)
			gw_tx_flush(w, port);
		w->tx[port].listed = 0;
	}
	w->tx_ports_n = 0;
	if (w->drop_n > 0)
		gw_drop_flush(w);
}

static uint32_t drain(void)
{
	struct rte_mbuf *m[256];
	uint32_t total = 0;

	for (uint16_t port = 1; port <= OUT_PORTS; port++) {
		uint16_t n;

		while ((n = rte_eth_rx_burst(port, 0, m, RTE_DIM(m))) > 0) {
			rte_pktmbuf_free_bulk(m, n);
			total += n;
		}
	}
	return total;
}

struct figures {
	double clk, with_free; // per copy, medians of runs
};

static int double_cmp(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static struct figures measure(enum role role, uint32_t trees, uint32_t fanout, uint32_t size)
{
	const uint32_t burst = RTE_MAX(1u, RTE_MIN(32u, COPIES / fanout));
	const uint32_t rounds = RTE_MAX(4u, (quick ? 60000u : 300000u) / (burst * fanout));
	double clk[RUNS], with_free[RUNS];
	struct rte_mbuf *m[32];
	uint32_t random = 1;

	for (int run = 0; run < RUNS; run++) {
		uint64_t forward = 0, freeing = 0, copies;
		uint64_t before = w->stats->sent, dropped = gw_drop_sum(w->stats);

		for (uint32_t round = 0; round < rounds; round++) {
			uint64_t t;

			for (uint32_t i = 0; i < burst; i++) {
				random = random * 1664525u + 1013904223u;
				m[i] = frame(role, (random >> 8) % trees, size);
			}
			t = rte_rdtsc_precise();
			w->now = t;
			gw_input(w, 0, m, burst);
			flush();
			forward += rte_rdtsc_precise() - t;
			rte_rcu_qsbr_quiescent(gw_rcu, 0);
			t = rte_rdtsc_precise();
			drain();
			freeing += rte_rdtsc_precise() - t;
		}
		copies = w->stats->sent - before;
		if (copies != (uint64_t)rounds * burst * fanout ||
			gw_drop_sum(w->stats) != dropped) {
			fprintf(stderr, "gw_replicate_bench: %" PRIu64 " copies, not %" PRIu64
					", %" PRIu64 " dropped\n",
				copies, (uint64_t)rounds * burst * fanout,
				gw_drop_sum(w->stats) - dropped);
			exit(1);
		}
		clk[run] = (double)forward / (double)copies;
		with_free[run] = (double)(forward + freeing) / (double)copies;
	}
	qsort(clk, RUNS, sizeof(clk[0]), double_cmp);
	qsort(with_free, RUNS, sizeof(clk[0]), double_cmp);
	return (struct figures){clk[RUNS / 2], with_free[RUNS / 2]};
}

static void report(const char *device, const char *way, enum role role, uint32_t trees,
	uint32_t fanout, uint32_t size)
{
	static bool first = true;
	struct figures f = measure(role, trees, fanout, size);
	double ns = 1e9 / (double)rte_get_tsc_hz();

	printf("%s  {\"port\": \"%s\", \"payload\": \"%s\", \"role\": \"%s\", \"trees\": %u, "
	       "\"fanout\": %u, \"octets\": %u, \"ns_per_copy\": %.1f, \"ns_with_free\": %.1f}",
		first ? "" : ",\n", device, way, role_names[role], trees, fanout, size, f.clk * ns,
		f.with_free * ns);
	fflush(stdout);
	first = false;
}

int main(int argc, char **argv)
{
	static const uint32_t fanouts[] = {1, 2, 4, 8, 16, 64, 256, 1024};
	static const uint32_t sizes[] = {64, 512, 1400};
	const struct gw_mbuf_conf mbuf = {.count = 32767};
	const struct gw_worker_conf conf = {0};
	const char *device = "net_ring", *way = "chosen";
	bool huge = false;
	char *eal[] = {argv[0], (char *)"--no-huge", (char *)"--no-pci", (char *)"--no-shconf",
		(char *)"--no-telemetry", (char *)"-m512", (char *)"--log-level=error",
		(char *)"-l1"};
	char *eal_huge[] = {argv[0], (char *)"--in-memory", (char *)"--no-pci",
		(char *)"--log-level=error", (char *)"-l1"};
	struct gw_err err = {0};
	struct gw_conf *file;
	char *text;

	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--quick") == 0) {
			quick = true;
		} else if (strcmp(argv[i], "--huge") == 0) {
			huge = true;
		} else if (strcmp(argv[i], "--null") == 0) {
			device = "net_null";
		} else if (strcmp(argv[i], "--share") == 0) {
			gw_copy_max = 0;
			way = "shared";
		} else if (strcmp(argv[i], "--copy") == 0) {
			gw_copy_max = UINT32_MAX;
			way = "copied";
		} else {
			fprintf(stderr, "usage: %s [--quick] [--huge] [--null] [--share|--copy]\n",
				argv[0]);
			return 1;
		}
	}
	if ((huge ? rte_eal_init(RTE_DIM(eal_huge), eal_huge)
		  : rte_eal_init(RTE_DIM(eal), eal)) < 0)
		return 1;
	if (gw_tables_init(1) < 0 || gw_mbuf_init(&mbuf, &err) < 0 ||
		gw_worker_init(1, &conf, &err) < 0)
		fail("start", &err);
	text = configuration(device);
	if (gw_conf_open_mem(text, strlen(text), "bench", &file, &err) < 0 ||
		gw_conf_check(file, &err) < 0 || gw_conf_apply(file, &err) < 0)
		fail("configuration", &err);
	gw_conf_close(file);
	free(text);
	if (gw_ports_start(&err) < 0 || gw_worker_ports_assign(&err) < 0)
		fail("ports", &err);
	w = &gw_workers[1];
	rte_rcu_qsbr_thread_register(gw_rcu, 0);
	printf("[\n");
	for (int role = TRANSIT; role <= LEAF; role++) {
		for (unsigned f = 0; f < RTE_DIM(fanouts); f++) {
			trees_set((enum role)role, 1000, fanouts[f]);
			for (unsigned s = 0; s < RTE_DIM(sizes); s++)
				report(device, way, (enum role)role, 1000, fanouts[f], sizes[s]);
			trees_clear((enum role)role, 1000);
		}
	}
	for (unsigned f = 0; f < 5; f += 2) {
		trees_set(TRANSIT, 65535, fanouts[f]);
		report(device, way, TRANSIT, 65535, fanouts[f], 512);
		trees_clear(TRANSIT, 65535);
	}
	printf("\n]\n");
	return 0;
}
