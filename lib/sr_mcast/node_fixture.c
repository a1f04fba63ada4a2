// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "sr_mcast/node_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_cycles.h>
#include <rte_eal.h>
#include <rte_ethdev.h>
#include <rte_ether.h>
#include <rte_ip.h>
#include <rte_launch.h>
#include <rte_lcore.h>

#include "config/config.h"
#include "dp/mbuf.h"
#include "dp/rcu.h"
#include "port/port.h"
#include "slow/slow.h"
#include "slow/tables.h"
#include "sr_mcast/flow.h"
#include "sr_mcast/receiver.h"
#include "sr_mcast/replicate.h"
#include "sr_mcast/tree.h"

struct gw_worker *fixture_worker;

static const char *program;
static bool launched; // another lcore runs the worker

static void fail(const char *what, const struct gw_err *err)
{
	fprintf(stderr, "%s: %s%s%s\n", program, what, err == NULL ? "" : ": ",
		err == NULL ? "" : err->text);
	exit(1);
}

static char *configuration(const struct fixture_conf *conf)
{
	char *text = NULL;
	size_t size = 0;
	FILE *f = open_memstream(&text, &size);

	if (f == NULL)
		fail("no memory", NULL);
	fprintf(f,
		"{\"name\": \"fixture\", \"ports\": [{\"name\": \"in0\", \"device\": \"%s9\","
		" \"role\": \"network\", \"mac\": \"02:00:00:00:00:01\", \"sr_domain\": true,"
		" \"mtu\": %u, \"addresses\": [\"2001:db8:9::1/64\", \"198.51.101.254/23\"]}",
		conf->in, conf->mtu);
	for (int i = 0; i < FIXTURE_OUT; i++)
		fprintf(f,
			", {\"name\": \"out%d\", \"device\": \"%s%d\", \"role\": \"network\","
			" \"mac\": \"02:00:00:00:01:%02x\", \"sr_domain\": true, \"mtu\": %u,"
			" \"addresses\": [\"2001:db8:%d::1/64\"],"
			" \"neighbors\": {\"2001:db8:%d::2\": \"02:00:00:00:02:%02x\"}}",
			i, conf->device[i], i, i, conf->mtu, i, i, i);
	fprintf(f, "], \"interfaces\": [");
	for (int i = 0; i < FIXTURE_VLANS; i++)
		fprintf(f, "%s{\"name\": \"v%d\", \"port\": \"out%d\", \"vlans\": [%d]}",
			i == 0 ? "" : ",", i, i % FIXTURE_OUT, 2 + i / FIXTURE_OUT);
	fprintf(f, "], \"routes\": [");
	for (int i = 0; i < FIXTURE_OUT; i++)
		fprintf(f, "%s{\"prefix\": \"fd00:0:%d::/48\", \"via\": \"2001:db8:%d::2\"}",
			i == 0 ? "" : ",", i + 1, i);
	fprintf(f, "]}");
	fclose(f);
	return text;
}

static void configure(const struct fixture_conf *conf)
{
	struct gw_sr_conf sr = {.hop_limit = 64,
		.first_block = {.addr.s6_addr = {0xfd}, .len = 32},
		.tree_block = {.addr.s6_addr = {0xfd, 0, 0xff, 0xff}, .len = 32}};
	char *text = configuration(conf);
	struct gw_err err = {0};
	struct gw_conf *file;

	sr.first_address.s6_addr[0] = 0xfd;
	sr.first_address.s6_addr[5] = 0xff;

	if (gw_conf_open_mem(text, strlen(text), "fixture", &file, &err) < 0 ||
		gw_conf_check(file, &err) < 0 || gw_conf_apply(file, &err) < 0)
		fail("configuration", &err);
	gw_conf_close(file);
	free(text);
	if (gw_sr_conf_set(&sr, &err) < 0)
		fail("sr_mcast", &err);
}

void fixture_start(const char *name, const struct fixture_conf *conf)
{
	const struct gw_mbuf_conf mbuf = {
		.count = conf->mbufs, .data_room = RTE_PKTMBUF_HEADROOM + conf->mtu + 64};
	const struct gw_worker_conf worker = {0};
	char *eal[] = {(char *)name, (char *)"--no-pci", (char *)conf->lcores,
		(char *)"--log-level=error", (char *)(conf->huge ? "--in-memory" : "--no-huge"),
		(char *)"--no-telemetry", (char *)"--no-shconf", (char *)"-m512"};
	struct gw_err err = {0};

	program = name;
	if (rte_eal_init(RTE_DIM(eal) - (conf->huge ? 2 : 0), eal) < 0)
		fail("EAL does not start", NULL);
	if (gw_tables_init(1) < 0 || gw_mbuf_init(&mbuf, &err) < 0 ||
		gw_worker_init(1, &worker, &err) < 0)
		fail("start", &err);
	configure(conf);
	if (gw_ports_start(&err) < 0 || gw_worker_ports_assign(&err) < 0)
		fail("ports", &err);
	fixture_worker = &gw_workers[1];
	rte_rcu_qsbr_thread_register(gw_rcu, 0);
	rte_rcu_qsbr_thread_online(gw_rcu, 0);
	fixture_settle();
}

void fixture_launch(void)
{
	// A ring gives back what is sent to it: that is for the caller.
	fixture_worker->rxq[0] = (struct gw_rxq){.port = 0};
	fixture_worker->rxq_n = 1;
	rte_rcu_qsbr_thread_offline(gw_rcu, 0);
	rte_rcu_qsbr_thread_unregister(gw_rcu, 0);
	launched = true;
	if (rte_eal_remote_launch(gw_worker_main, fixture_worker, rte_get_next_lcore(-1, 1, 0)) !=
		0)
		fail("no lcore for the worker", NULL);
	gw_running = true;
}

void fixture_stop(void)
{
	gw_stop = true;
	rte_eal_mp_wait_lcore();
	GW_TSAN_ACQUIRE(fixture_worker);
	gw_worker_fini();
	gw_ports_stop();
	gw_tables_fini();
	gw_mbuf_fini();
}

struct in6_addr fixture_first(uint32_t i)
{
	struct in6_addr a = {.s6_addr = {0xfd, [5] = (uint8_t)(1 + i % FIXTURE_OUT)}};

	a.s6_addr[14] = (uint8_t)(i >> 8);
	a.s6_addr[15] = (uint8_t)i;
	return a;
}

struct in6_addr fixture_source(uint32_t i)
{
	struct in6_addr a = {.s6_addr = {0xfd, 0, 0xff, 0xff, [12] = 1}};

	a.s6_addr[13] = (uint8_t)(i >> 16);
	a.s6_addr[14] = (uint8_t)(i >> 8);
	a.s6_addr[15] = (uint8_t)i;
	return a;
}

struct gw_ip fixture_stream(uint32_t i)
{
	return gw_ip_of4((FIXTURE_SOURCE & ~255u) | (i & 255));
}

static uint16_t receiver(uint32_t i)
{
	char name[GW_NAME_LEN];

	snprintf(name, sizeof(name), "v%u", i);
	return gw_iface_find(name);
}

void fixture_trees(uint32_t n, uint32_t fanout, bool leaf)
{
	const struct gw_ip group = gw_ip_of4(FIXTURE_GROUP);
	struct in6_addr branch[GW_MAX_BRANCHES];
	struct gw_err err = {0};

	for (uint32_t t = 0; t < n; t++) {
		struct gw_mcast_tree_spec spec = {
			.source = fixture_source(t), .branches = branch, .n = leaf ? 0 : fanout};

		spec.decap = leaf ? 1 : 0;
		for (uint32_t b = 0; b < fanout; b++)
			branch[b] = fixture_first((t * 7 + b) % FIXTURE_DESTS);
		if (gw_mcast_tree_set(&spec, &err) < 0)
			fail("tree", &err);
	}
	for (uint32_t i = 0; leaf && i < fanout; i++) {
		if (gw_receiver_set(
			    0, &group, receiver(i), GW_RECEIVER_STATIC, true, NULL, 0, &err) < 0)
			fail("receiver", &err);
	}
	fixture_settle();
}

void fixture_flows(uint32_t n)
{
	struct gw_err err = {0};

	for (uint32_t t = 0; t < n; t++) {
		struct gw_mcast_flow_spec flow = {.source = fixture_stream(t),
			.group = gw_ip_of4(FIXTURE_GROUP),
			.tree = fixture_source(t)};

		if (gw_mcast_flow_set(&flow, &err) < 0)
			fail("flow", &err);
	}
	fixture_settle();
}

void fixture_clear(uint32_t trees)
{
	const struct gw_ip group = gw_ip_of4(FIXTURE_GROUP);

	for (uint32_t t = 0; t < RTE_MIN(trees, 256u); t++) {
		struct gw_ip source = fixture_stream(t);

		gw_mcast_flow_del(0, &source, &group, NULL);
	}
	for (uint32_t t = 0; t < trees; t++) {
		struct in6_addr source = fixture_source(t);

		gw_mcast_tree_del(&source, NULL);
	}
	for (uint32_t i = 0; i < FIXTURE_VLANS; i++)
		gw_receiver_del(0, &group, receiver(i), GW_RECEIVER_STATIC);
	fixture_settle();
}

void fixture_settle(void)
{
	for (int i = 0; i < 1000; i++) {
		if (!launched)
			rte_rcu_qsbr_quiescent(gw_rcu, 0);
		gw_slow_once();
	}
}

// An IPv4 packet of a stream; its data are counted up.
static uint32_t native_write(uint8_t *at, const struct fixture_frame *f)
{
	struct gw_ip source = fixture_stream(f->tree);
	struct rte_ipv4_hdr ip = {.version_ihl = RTE_IPV4_VHL_DEF,
		.total_length = rte_cpu_to_be_16((uint16_t)f->size),
		.time_to_live = 64,
		.next_proto_id = IPPROTO_UDP,
		.src_addr = rte_cpu_to_be_32(gw_ip_to4(&source)),
		.dst_addr = RTE_BE32(FIXTURE_GROUP)};

	ip.hdr_checksum = rte_ipv4_cksum(&ip);
	memcpy(at, &ip, sizeof(ip));
	for (uint32_t i = sizeof(ip); i < f->size; i++)
		at[i] = (uint8_t)i;
	memcpy(at + FIXTURE_NUMBER, &f->number, sizeof(f->number));
	return f->size;
}

static uint32_t frame_write(uint8_t *at, const struct fixture_frame *f)
{
	struct rte_ether_hdr eth = {.ether_type = RTE_BE16(RTE_ETHER_TYPE_IPV4)};
	struct in6_addr source = fixture_source(f->tree);
	struct rte_ipv6_hdr ip = {.vtc_flow = RTE_BE32(0x60012345),
		.payload_len = rte_cpu_to_be_16((uint16_t)f->size),
		.proto = IPPROTO_IPIP,
		.hop_limits = f->hop_limit};

	if (!f->outer) {
		const uint8_t mac[] = {0x01, 0x00, 0x5e, 0x01, 0x01, 0x01};

		memcpy(&eth.dst_addr, mac, sizeof(mac));
		memcpy(at, &eth, sizeof(eth));
		return sizeof(eth) + native_write(at + sizeof(eth), f);
	}
	memcpy(&eth.dst_addr, gw_ports[0].mac.b, 6);
	eth.ether_type = RTE_BE16(RTE_ETHER_TYPE_IPV6);
	memcpy(ip.src_addr, &source, 16);
	memcpy(ip.dst_addr, &gw_sr_conf.first_address, 16);
	memcpy(at, &eth, sizeof(eth));
	memcpy(at + sizeof(eth), &ip, sizeof(ip));
	return sizeof(eth) + sizeof(ip) + native_write(at + sizeof(eth) + sizeof(ip), f);
}

struct rte_mbuf *fixture_frame(const struct fixture_frame *f)
{
	static uint8_t octets[65536];
	uint32_t len = frame_write(octets, f), piece = f->segment == 0 ? len : f->segment;
	struct rte_mbuf *head = NULL;

	for (uint32_t at = 0; at < len; at += piece) {
		uint16_t n = (uint16_t)RTE_MIN(piece, len - at);
		struct rte_mbuf *m = rte_pktmbuf_alloc(gw_pool);
		void *room = m == NULL ? NULL : rte_pktmbuf_append(m, n);

		if (room == NULL)
			fail("no packet buffer for a frame", NULL);
		memcpy(room, octets + at, n);
		if (head == NULL)
			head = m;
		else if (rte_pktmbuf_chain(head, m) < 0)
			fail("too many segments", NULL);
	}
	return head;
}

void fixture_input(struct rte_mbuf **m, uint32_t n)
{
	struct gw_worker *w = fixture_worker;

	w->now = rte_rdtsc();
	gw_input(w, 0, m, n);
	for (uint32_t i = 0; i < w->tx_ports_n; i++) {
		uint16_t port = w->tx_ports[i];

		if (w->tx[port].n > 0)
			gw_tx_flush(w, port);
		w->tx[port].listed = 0;
	}
	w->tx_ports_n = 0;
	if (w->drop_n > 0)
		gw_drop_flush(w);
	rte_rcu_qsbr_quiescent(gw_rcu, 0);
}

uint32_t fixture_take(uint16_t port, struct rte_mbuf **m, uint32_t n)
{
	uint32_t got = 0;

	// A null device makes packets up when asked.
	if (!gw_ports[port + 1].multi_seg)
		return 0;
	while (got < n) {
		uint16_t some = rte_eth_rx_burst(port + 1, 0, m + got, (uint16_t)(n - got));

		if (some == 0)
			break;
		got += some;
	}
	return got;
}
