// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Trees change at full rate while their packets are replicated. A worker forwards; this thread is
// the slow path, feeds numbered packets and looks at every copy:
//
// - a tree through this node whose branches come and go: each packet goes over exactly the
//   branches of one version of the list, each once; the branches that stay get every packet;
// - a flow that is led into a second tree and back, the tree that it left being deleted: each
//   packet goes over the branches of one of the two, each once.
//
// Short packets are copied, long ones shared. No buffer is lost.
//
// usage: tree_churn [CHANGES]; exit status 0 and "ok" lines when all holds.

#include <inttypes.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_ethdev.h>
#include <rte_ether.h>

#include "dp/mbuf.h"
#include "dp/rcu.h"
#include "dp/tsan.h"
#include "port/port.h"
#include "slow/slow.h"
#include "sr_mcast/flow.h"
#include "sr_mcast/node_fixture.h"
#include "sr_mcast/replicate.h"
#include "sr_mcast/tree.h"

#define BRANCHES 16u
#define STAY	 0xfu // branches 0 to 3
#define ROUND	 256u // packets between two looks
#define BURST	 16u
#define TRANSIT	 9u // tree that changes
#define FIRST	 2u // trees of the flow
#define SECOND	 3u
#define BEYOND	 4u // branch that only the second has; the first has the next one

static uint32_t version = 1; // of the list of TRANSIT
static uint32_t mask_of_packet[ROUND];
static bool twice;
static uint64_t copies, packets;

static void result(bool good, const char *what, uint64_t a, uint64_t b)
{
	printf("%s churn: %s (%" PRIu64 ", %" PRIu64 ")\n", good ? "ok" : "not ok", what, a, b);
	if (!good)
		exit(1);
}

static uint32_t version_mask(uint32_t v)
{
	return STAY | (v * 2654435761u >> 20 & ((1u << BRANCHES) - 1) & ~STAY);
}

static void tree_set(uint32_t tree, uint32_t mask)
{
	struct in6_addr branch[BRANCHES];
	struct gw_mcast_tree_spec spec = {.source = fixture_source(tree), .branches = branch};
	struct gw_err err = {0};

	for (uint32_t b = 0; b < BRANCHES; b++) {
		if (mask & 1u << b)
			branch[spec.n++] = fixture_first(b);
	}
	if (gw_mcast_tree_set(&spec, &err) < 0)
		result(false, err.text, tree, mask);
}

static void flow_set(uint32_t tree)
{
	struct gw_mcast_flow_spec flow = {.source = fixture_stream(0),
		.group = gw_ip_of4(FIXTURE_GROUP),
		.tree = fixture_source(tree)};
	struct gw_err err = {0};

	if (gw_mcast_flow_set(&flow, &err) < 0)
		result(false, err.text, tree, 0);
}

// No packet is on its way into a tree that was left.
static void drained(void)
{
	uint64_t token = rte_rcu_qsbr_start(gw_rcu);

	while (rte_rcu_qsbr_check(gw_rcu, token, false) == 0)
		sched_yield();
}

// Another list; or the flow moves on, and the tree that it left is deleted when it has drained.
static void change(uint32_t i)
{
	static uint32_t in_use = FIRST;
	uint32_t other = in_use == FIRST ? SECOND : FIRST;
	struct in6_addr left = fixture_source(in_use);
	struct gw_err err = {0};

	if (i % 4 != 0) {
		tree_set(TRANSIT, version_mask(++version));
		return;
	}
	tree_set(other, STAY | 1u << (other == FIRST ? BEYOND : BEYOND + 1));
	flow_set(other);
	drained();
	if (gw_mcast_tree_del(&left, &err) < 0)
		result(false, err.text, in_use, 0);
	in_use = other;
}

// Even numbers are of the tree that changes, odd ones of the flow.
static void feed(uint32_t at)
{
	struct rte_mbuf *m[BURST];

	for (uint32_t i = 0; i < BURST; i++) {
		uint32_t n = at + i;
		const struct fixture_frame f = {.outer = n % 2 == 0,
			.tree = n % 2 == 0 ? TRANSIT : 0,
			.size = n % 4 < 2 ? 100 : 800,
			.segment = n % 16 < 8 ? 0 : 300,
			.hop_limit = 64,
			.number = n};

		m[i] = fixture_frame(&f);
	}
	GW_TSAN_RELEASE(&gw_ports[0]);
	if (rte_eth_tx_burst(0, 0, m, BURST) != BURST)
		result(false, "input ring takes a burst", at, BURST);
	packets += BURST;
}

static void look(struct rte_mbuf *m)
{
	const uint32_t at = RTE_ETHER_HDR_LEN + sizeof(struct rte_ipv6_hdr) + FIXTURE_NUMBER;
	uint8_t room[64];
	const uint8_t *ip = rte_pktmbuf_read(m, RTE_ETHER_HDR_LEN, 40, room);
	uint32_t branch = (uint32_t)ip[38] << 8 | ip[39], number;

	memcpy(&number, rte_pktmbuf_read(m, at, sizeof(number), room), sizeof(number));
	if (number >= ROUND)
		rte_pktmbuf_dump(stderr, m, 120);
	if (branch >= BRANCHES || number >= ROUND)
		result(false, "copy to a branch of a packet", branch, number);
	twice |= mask_of_packet[number] >> branch & 1;
	mask_of_packet[number] |= 1u << branch;
	copies++;
	rte_pktmbuf_free(m);
}

static bool drain(void)
{
	struct rte_mbuf *m[64];
	bool any = false;

	for (uint16_t port = 0; port < FIXTURE_OUT; port++) {
		uint32_t n = fixture_take(port, m, 64);

		GW_TSAN_ACQUIRE(&gw_ports[port + 1]);
		for (uint32_t i = 0; i < n; i++)
			look(m[i]);
		any |= n > 0;
	}
	return any;
}

static void round_check(uint32_t from)
{
	for (uint32_t n = 0; n < ROUND; n++) {
		uint32_t mask = mask_of_packet[n];
		bool good = mask == (STAY | 1u << BEYOND) || mask == (STAY | 1u << (BEYOND + 1));

		if (n % 2 == 0) {
			good = false;
			for (uint32_t v = from; v <= version && !good; v++)
				good = mask == version_mask(v);
		}
		if (!good)
			result(false,
				n % 2 == 0 ? "branches of one version" : "branches of one tree", n,
				mask);
	}
	memset(mask_of_packet, 0, sizeof(mask_of_packet));
}

// The worker has sent or dropped all that was fed.
static bool settled(uint64_t fed)
{
	struct gw_lcore_stats sum;

	gw_lcore_stats_sum(&sum);
	return sum.received == fed &&
		sum.received + sum.originated + sum.copied ==
		sum.sent + gw_drop_sum(&sum) + sum.consumed;
}

// Feeds a round while changes go on, waits until all of it has come out.
static uint32_t round_run(uint32_t changes)
{
	const uint32_t from = version;
	uint64_t want = packets + ROUND;

	for (uint32_t at = 0; at < ROUND; at += BURST) {
		feed(at);
		change(changes++);
		gw_slow_once();
		drain();
	}
	for (uint32_t quiet = 0; quiet < 3; quiet++) {
		bool all = settled(want);

		sched_yield();
		if (drain() || !all)
			quiet = 0;
	}
	round_check(from);
	return changes;
}

int main(int argc, char **argv)
{
	static const char *const rings[] = {"net_ring", "net_ring", "net_ring", "net_ring"};
	const struct fixture_conf conf = {.in = "net_ring",
		.device = rings,
		.mtu = 1600,
		.mbufs = 8191,
		.lcores = "--lcores=0@0,1@1"};
	uint32_t changes = argc > 1 ? (uint32_t)atoi(argv[1]) : 100000, done = 1;
	const struct gw_lcore_stats *s;
	uint32_t lost;

	fixture_start(argv[0], &conf);
	s = fixture_worker->stats;
	tree_set(TRANSIT, version_mask(version));
	tree_set(FIRST, STAY | 1u << BEYOND);
	flow_set(FIRST);
	fixture_settle();
	fixture_launch();
	while (done < changes)
		done = round_run(done);
	for (int i = 0; i < 2000; i++) {
		gw_slow_once();
		drain();
	}
	gw_stop = true;
	rte_eal_mp_wait_lcore();
	GW_TSAN_ACQUIRE(fixture_worker);
	result(true, "changes of trees, versions of one list", done, version);
	result(!twice, "packets over the branches of one version, copies", packets, copies);
	result(s->received + s->copied == s->sent + gw_drop_sum(s), "received and copied, sent",
		s->received + s->copied, s->sent);
	result(gw_drop_sum(s) == 0, "dropped", gw_drop_sum(s), 0);
	lost = rte_mempool_in_use_count(gw_pool) + rte_mempool_in_use_count(gw_heads) +
		rte_mempool_in_use_count(gw_own_pool);
	result(lost == 0, "packet buffers lost", lost, 0);
	fixture_stop();
	return 0;
}
