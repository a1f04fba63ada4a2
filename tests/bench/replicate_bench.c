// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// What a copy of a multicast packet costs: bursts through the data path of one worker, from
// gw_input() to the transmit queues, in this process. Ports are rings that the benchmark empties
// (chains of segments go out as they are) or null devices (no chains: everything is copied).
// Emptying and freeing is timed beside it. Prints JSON.

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_cycles.h>

#include "sr_mcast/node_fixture.h"
#include "sr_mcast/replicate.h"
#include "sr_mcast/sr_mcast.h"

#define COPIES 1920 // of one burst, where it has more than one packet: what the rings take
#define RUNS   9

enum role { TRANSIT, INGRESS, LEAF, ROLES };

struct scene {
	enum role role;
	uint32_t trees, fanout, octets;
};

static const char *const role_names[] = {"transit", "ingress", "leaf"};
static const uint32_t fanouts[] = {1, 2, 4, 8, 16, 64, 256, 1024};
static const uint32_t sizes[] = {64, 512, 1400};
static const char *const rings[] = {"net_ring", "net_ring", "net_ring", "net_ring"};
static const char *const nulls[] = {"net_null", "net_null", "net_null", "net_null"};

static bool quick;
static const char *port = "net_ring", *way = "chosen";

static void drain(void)
{
	struct rte_mbuf *m[256];
	uint32_t n;

	for (uint16_t i = 0; i < FIXTURE_OUT; i++) {
		while ((n = fixture_take(i, m, RTE_DIM(m))) > 0)
			rte_pktmbuf_free_bulk(m, n);
	}
}

// Cycles of forwarding, and of freeing afterwards, per copy.
static void run(const struct scene *s, double *forward, double *freeing)
{
	const uint32_t burst = RTE_MAX(1u, RTE_MIN(32u, COPIES / s->fanout));
	const uint32_t rounds = RTE_MAX(4u, (quick ? 60000u : 300000u) / (burst * s->fanout));
	const uint64_t copies = (uint64_t)rounds * burst * s->fanout;
	const struct gw_lcore_stats *stats = fixture_worker->stats;
	uint64_t sent = stats->sent, cycles[2] = {0};
	static uint32_t random = 1;
	struct rte_mbuf *m[32];

	for (uint32_t round = 0; round < rounds; round++) {
		uint64_t t;

		for (uint32_t i = 0; i < burst; i++) {
			struct fixture_frame f = {
				.outer = s->role != INGRESS, .size = s->octets, .hop_limit = 64};

			random = random * 1664525u + 1013904223u;
			f.tree = (random >> 8) % s->trees;
			m[i] = fixture_frame(&f);
		}
		t = rte_rdtsc_precise();
		fixture_input(m, burst);
		cycles[0] += rte_rdtsc_precise() - t;
		t = rte_rdtsc_precise();
		drain();
		cycles[1] += rte_rdtsc_precise() - t;
	}
	if (stats->sent - sent != copies) {
		fprintf(stderr, "gw_replicate_bench: %lu of %lu copies were sent\n",
			(unsigned long)(stats->sent - sent), (unsigned long)copies);
		exit(1);
	}
	*forward = (double)cycles[0] / (double)copies;
	*freeing = (double)cycles[1] / (double)copies;
}

static int double_cmp(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void measure(const struct scene *s)
{
	const double ns = 1e9 / (double)rte_get_tsc_hz();
	double forward[RUNS], freeing[RUNS];
	static bool more;

	for (int i = 0; i < RUNS; i++)
		run(s, &forward[i], &freeing[i]);
	qsort(forward, RUNS, sizeof(forward[0]), double_cmp);
	qsort(freeing, RUNS, sizeof(freeing[0]), double_cmp);
	printf("%s  {\"port\": \"%s\", \"payload\": \"%s\", \"role\": \"%s\", \"trees\": %u, "
	       "\"fanout\": %u, \"octets\": %u, \"ns_min\": %.1f, \"ns_median\": %.1f, "
	       "\"ns_max\": %.1f, \"ns_free\": %.1f}",
		more ? ",\n" : "", port, way, role_names[s->role], s->trees, s->fanout, s->octets,
		forward[0] * ns, forward[RUNS / 2] * ns, forward[RUNS - 1] * ns,
		freeing[RUNS / 2] * ns);
	fflush(stdout);
	more = true;
}

static void role_measure(enum role role, uint32_t trees, unsigned step)
{
	for (unsigned f = 0; f < RTE_DIM(fanouts); f += step) {
		struct scene s = {.role = role, .trees = trees, .fanout = fanouts[f]};

		if (trees * s.fanout > 2000000)
			break; // more branches than a node has
		fixture_trees(trees, s.fanout, role == LEAF);
		if (role == INGRESS)
			fixture_flows(RTE_MIN(trees, 256u));
		for (unsigned i = 0; i < RTE_DIM(sizes); i++) {
			s.octets = sizes[i];
			measure(&s);
		}
		fixture_clear(trees);
	}
}

static void usage(const char *name)
{
	fprintf(stderr,
		"usage: %s [--quick] [--huge] [--null] [--share | --copy]\n"
		"  --null   ports that take no chains\n"
		"  --share  share payloads of every size; --copy: copy them\n",
		name);
	exit(1);
}

int main(int argc, char **argv)
{
	struct fixture_conf conf = {
		.in = "net_null", .device = rings, .mtu = 1600, .mbufs = 16383, .lcores = "-l1"};

	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--quick") == 0) {
			quick = true;
		} else if (strcmp(argv[i], "--huge") == 0) {
			conf.huge = true;
		} else if (strcmp(argv[i], "--null") == 0) {
			conf.device = nulls;
			port = "net_null";
		} else if (strcmp(argv[i], "--share") == 0) {
			gw_copy_max = 0;
			way = "shared";
		} else if (strcmp(argv[i], "--copy") == 0) {
			gw_copy_max = UINT32_MAX;
			way = "copied";
		} else {
			usage(argv[0]);
		}
	}
	fixture_start(argv[0], &conf);
	printf("[\n");
	for (enum role role = TRANSIT; role < ROLES; role++)
		role_measure(role, 1000, 1);
	role_measure(TRANSIT, 65535, 2);
	printf("\n]\n");
	fixture_stop();
	return 0;
}
