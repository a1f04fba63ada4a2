// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// The packet source's measuring window, latencies and report.

#include "source.h"

#include <pthread.h>
#include <rte_cycles.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define TRIGGER	 1000 // packets before the warm-up starts: more than a start announces
#define POLL_US	 1000
#define STEPS	 64 // of the latency histogram per power of two
#define BUCKETS	 (58 * STEPS + STEPS)
#define NEAR_CLK 5000 // two reads of the clock around a snapshot that lie closer were undisturbed

struct totals {
	uint64_t tsc, ns, waited_ns;
	uint64_t rx, rx_bursts, rx_missed, no_mbuf, tx, tx_bursts;
	uint64_t port_rx[GW_SRC_PORTS], port_tx[GW_SRC_PORTS];
};

static uint64_t histogram[BUCKETS]; // clk
static uint64_t worst;		    // clk
static volatile bool recording;
static bool reported;
static struct totals at_start;

void gw_src_latency_add(struct rte_mbuf **pkts, uint16_t n)
{
	uint64_t now = rte_rdtsc();

	if (!recording)
		return;
	for (uint16_t i = 0; i < n; i++) {
		const uint8_t *end = rte_pktmbuf_mtod_offset(pkts[i], uint8_t *, pkts[i]->data_len);
		uint64_t when, clk;
		uint32_t magic;
		int shift;

		if (pkts[i]->nb_segs != 1)
			continue;
		memcpy(&magic, end - 12, sizeof(magic));
		memcpy(&when, end - 8, sizeof(when));
		if (magic != GW_SRC_MAGIC)
			continue;
		clk = now > when ? now - when : 0; // the clocks of two lcores
		worst = RTE_MAX(worst, clk);
		shift = clk < STEPS ? 0 : 63 - __builtin_clzll(clk) - 6;
		histogram[(shift * STEPS) + (clk >> shift)]++;
	}
}

// Lowest latency that the given share of the packets does not exceed, to 1/64; the least for 0.
static uint64_t percentile(double share)
{
	uint64_t all = 0, seen = 0;

	for (int i = 0; i < BUCKETS; i++)
		all += histogram[i];
	for (int i = 0; i < BUCKETS; i++) {
		seen += histogram[i];
		if (seen > 0 && seen >= all * share) {
			int shift = i < 2 * STEPS ? 0 : i / STEPS - 1;

			return (uint64_t)(i - shift * STEPS) << shift;
		}
	}
	return 0;
}

static uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000ull + ts.tv_nsec;
}

// How long the thread that polls a queue has waited for a CPU that others had.
static uint64_t waited_ns(uint64_t tid)
{
	char path[64];
	uint64_t wait;
	FILE *f;
	int n;

	snprintf(path, sizeof(path), "/proc/self/task/%lu/schedstat", tid);
	f = tid != 0 ? fopen(path, "re") : NULL;
	if (f == NULL)
		return 0;
	n = fscanf(f, "%*u %lu", &wait);
	fclose(f);
	return n == 1 ? wait : 0;
}

static void totals_read(struct totals *t)
{
	uint64_t after;

	do {
		memset(t, 0, sizeof(*t));
		t->tsc = rte_rdtsc_precise();
		for (int p = 0; p < GW_SRC_PORTS; p++)
			for (int q = 0; q < GW_SRC_QUEUES; q++) {
				volatile struct gw_src_count *rx = &gw_src_shared->rx[p][q];
				volatile struct gw_src_count *tx = &gw_src_shared->tx[p][q];

				t->port_rx[p] += rx->packets;
				t->port_tx[p] += tx->packets;
				t->rx_bursts += rx->bursts;
				t->rx_missed += rx->missed;
				t->no_mbuf += rx->no_mbuf;
				t->tx_bursts += tx->bursts;
			}
		after = rte_rdtsc_precise();
		t->ns = now_ns();
	} while (after - t->tsc > NEAR_CLK);
	for (int p = 0; p < GW_SRC_PORTS; p++) {
		t->rx += t->port_rx[p];
		t->tx += t->port_tx[p];
	}
	for (int p = 0; p < GW_SRC_PORTS; p++)
		t->waited_ns = RTE_MAX(t->waited_ns, waited_ns(gw_src_shared->rx[p][0].tid));
}

static void ports_print(FILE *f, const char *name, const uint64_t *from, const uint64_t *to)
{
	const char *sep = "";

	fprintf(f, "  \"%s\": {", name);
	for (int p = 0; p < GW_SRC_PORTS; p++)
		if (gw_src_conf.role[p] != GW_SRC_NONE) {
			fprintf(f, "%s\"%d\": %lu", sep, p, to[p] - from[p]);
			sep = ", ";
		}
	fprintf(f, "},\n");
}

static void report_print(FILE *f, const struct totals *a, const struct totals *b, const char *error)
{
	uint64_t rx = b->rx - a->rx, bursts = b->rx_bursts - a->rx_bursts, clk = b->tsc - a->tsc;
	double hz = clk * 1e9 / (b->ns - a->ns), per = rx > 0 ? (double)clk / rx : 0;

	fprintf(f, "{\n");
	if (error != NULL)
		fprintf(f, "  \"error\": \"%s\",\n", error);
	fprintf(f, "  \"seconds\": %.6f,\n  \"tsc_hz\": %.0f,\n  \"clk\": %lu,\n", clk / hz, hz,
		clk);
	fprintf(f, "  \"rx\": %lu,\n  \"tx\": %lu,\n", rx, b->tx - a->tx);
	ports_print(f, "rx_ports", a->port_rx, b->port_rx);
	ports_print(f, "tx_ports", a->port_tx, b->port_tx);
	fprintf(f, "  \"rx_burst\": %.2f,\n", bursts > 0 ? (double)rx / bursts : 0);
	fprintf(f, "  \"rx_missed\": %lu,\n", b->rx_missed - a->rx_missed);
	fprintf(f, "  \"no_mbuf\": %lu,\n", b->no_mbuf - a->no_mbuf);
	fprintf(f, "  \"waited_ns\": %lu,\n", b->waited_ns - a->waited_ns);
	if (gw_src_conf.latency)
		fprintf(f,
			"  \"latency_ns\": {\"min\": %.0f, \"p50\": %.0f, \"p99\": %.0f, "
			"\"p99_9\": %.0f, \"max\": %.0f},\n",
			percentile(0) * 1e9 / hz, percentile(0.5) * 1e9 / hz,
			percentile(0.99) * 1e9 / hz, percentile(0.999) * 1e9 / hz,
			worst * 1e9 / hz);
	fprintf(f, "  \"saturated\": %s,\n", gw_src_conf.rated ? "false" : "true");
	fprintf(f, "  \"clk_per_packet\": %.3f,\n  \"ns_per_packet\": %.3f,\n", per,
		per * 1e9 / hz);
	fprintf(f, "  \"mpps\": %.4f\n}\n", rx / (clk / hz) / 1e6);
}

// Under its name only when it is complete.
static void report(const struct totals *a, const struct totals *b, const char *error)
{
	const char *path = gw_src_conf.out;
	char tmp[4096];
	FILE *f = stderr;

	if (path != NULL) {
		snprintf(tmp, sizeof(tmp), "%s.tmp", path);
		f = fopen(tmp, "we");
		if (f == NULL) {
			fprintf(stderr, "GW_SOURCE_OUT=%s: %m\n", path);
			return;
		}
	}
	report_print(f, a, b, error);
	if (path != NULL) {
		fclose(f);
		if (rename(tmp, path) != 0)
			fprintf(stderr, "GW_SOURCE_OUT=%s: %m\n", path);
	}
	reported = true;
}

static void pause_s(double s)
{
	usleep(s * 1e6);
}

static void *window_thread(void *arg)
{
	const struct gw_src_conf *c = &gw_src_conf;
	uint64_t until = now_ns() + c->timeout * 1e9;
	const char *error = NULL;
	struct totals a, b;

	for (;;) {
		totals_read(&a);
		if ((c->trigger_rx ? a.rx : a.tx) >= TRIGGER)
			break;
		if (now_ns() > until) {
			error = c->trigger_rx ? "nothing was received" : "nothing was sent";
			a = at_start;
			break;
		}
		usleep(POLL_US);
	}
	if (error == NULL) {
		pause_s(c->warmup);
		totals_read(&a);
		recording = true;
		pause_s(c->seconds);
		recording = false;
	}
	totals_read(&b);
	report(&a, &b, error);
	if (c->signal != 0)
		kill(getpid(), c->signal);
	return NULL;
}

void gw_src_report_start(void)
{
	static bool started;
	pthread_attr_t attr;
	pthread_t thread;

	if (started)
		return;
	started = true;
	totals_read(&at_start);
	recording = gw_src_conf.seconds == 0;
	if (gw_src_conf.seconds == 0)
		return;
	pthread_attr_init(&attr);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	// Inherits the CPU of the lcore that starts the ports.
	if (pthread_create(&thread, &attr, window_thread, NULL) != 0)
		fprintf(stderr, "GW_SOURCE_SECONDS: no thread to measure with\n");
	pthread_attr_destroy(&attr);
}

__attribute__((destructor)) static void source_fini(void)
{
	struct totals b;

	if (at_start.tsc == 0 || reported)
		return;
	totals_read(&b);
	report(&at_start, &b, gw_src_conf.seconds > 0 ? "ended before the window did" : NULL);
}
