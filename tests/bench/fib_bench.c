// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// How fast host routes change through the library, and what they cost in memory. Prints JSON.
// usage: gw_fib_bench [HOSTS]

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <rte_eal.h>

#include "dp/rcu.h"
#include "dp/stats.h"
#include "fib/host_tunnel.h"
#include "fib/vrf.h"
#include "host/host.h"
#include "iface/iface.h"
#include "neigh/neigh.h"
#include "port/port.h"
#include "tunnel/tunnel.h"

static double now_s(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec * 1e-9;
}

static uint64_t rss(void)
{
	uint64_t total, resident = 0;
	FILE *f = fopen("/proc/self/statm", "r");

	if (f == NULL)
		return 0;
	if (fscanf(f, "%" SCNu64 " %" SCNu64, &total, &resident) != 2)
		resident = 0;
	fclose(f);
	return resident * 4096;
}

static uint32_t host_ip(uint32_t i, bool dense)
{
	return dense ? 0x0a000000 + i : 0x0b000000 + (i * 2654435761u & 0x3fffffff);
}

static void run(uint32_t n, bool dense, bool metered, bool last)
{
	struct gw_host_spec spec = {.mac = {{2, 0, 0, 0, 0, 1}}, .iface = gw_iface_find("acc0")};
	uint64_t before = rss();
	double start, add, change, del;
	uint64_t memory;

	if (metered)
		spec.ingress = spec.egress = (struct gw_rate){.cir_kbps = 10000};
	start = now_s();
	for (uint32_t i = 0; i < n; i++) {
		spec.ip = host_ip(i, dense);
		memcpy(&spec.mac.b[2], &i, sizeof(i));
		if (gw_host_add(&spec, NULL) < 0)
			abort();
	}
	add = n / (now_s() - start);
	memory = rss() - before;
	start = now_s();
	for (uint32_t i = 0; i < n; i++) {
		spec.ip = host_ip(i, dense);
		spec.mac.b[1] = 7;
		if (gw_host_add(&spec, NULL) < 0)
			abort();
	}
	change = n / (now_s() - start);
	start = now_s();
	for (uint32_t i = 0; i < n; i++) {
		gw_host_del(0, host_ip(i, dense), NULL);
		gw_rcu_reclaim();
	}
	del = n / (now_s() - start);
	printf("  {\"hosts\": %u, \"addresses\": \"%s\", \"metered\": %s, \"add_per_s\": %.0f, "
	       "\"change_per_s\": %.0f, \"delete_per_s\": %.0f, \"octets_per_host\": %.1f}%s\n",
		n, dense ? "dense" : "sparse", metered ? "true" : "false", add, change, del,
		(double)memory / n, last ? "" : ",");
}

int main(int argc, char **argv)
{
	char *eal[] = {argv[0], "--no-huge", "--no-pci", "--no-shconf", "--no-telemetry", "-m64",
		"--log-level=lib.eal:error", "-l0"};
	uint32_t n = argc > 1 ? (uint32_t)atoi(argv[1]) : 1000000;
	// Standby: a client that leaves is announced on an active interface, and there are no
	// ports.
	struct gw_iface_spec spec = {.name = "acc0", .port = "acc0", .half = GW_HALF_STANDBY};

	if (rte_eal_init(sizeof(eal) / sizeof(eal[0]), eal) < 0 || gw_stats_init() < 0 ||
		gw_rcu_init(1) < 0 || gw_iface_init() < 0 || gw_tunnel_init() < 0 ||
		gw_vrf_init() < 0 || gw_host_init() < 0 || gw_neigh_init() < 0)
		return 1;
	gw_ports[0] =
		(struct gw_port){.name = "acc0", .used = true, .role = GW_ROLE_ACCESS, .mtu = 1500};
	gw_ports[0].mac.b[0] = 2;
	if (gw_iface_add(&spec, NULL) < 0)
		return 1;
	printf("[\n");
	// Each in fresh address space first: memory that was touched once stays.
	run(n, true, true, false);
	run(n, true, false, false);
	run(n, false, false, true);
	printf("]\n");
	return 0;
}
