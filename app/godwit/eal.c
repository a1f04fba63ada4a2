// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "eal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_mbuf.h>

#include "base/log.h"

GW_LOG_MODULE("eal");

#define MAX_ARGS	 128
#define BUFFERS		 8192
#define BUFFERS_PER_PORT 4096
#define BUFFERS_PER_XDP	 12288 // net_af_xdp holds 8,192 a queue
#define MBUF_OVERHEAD	 320   // mbuf and mempool headers
#define OWN_BUFFER	 10240
#define BASE_MIB	 96 // rings, queues, caches

static struct {
	char *v[MAX_ARGS];
	int n;
	char text[8192]; // of all of them; EAL keeps pointers
	size_t used;
} args;

static void arg_add(const char *text)
{
	size_t len = strlen(text) + 1;

	if (args.n == MAX_ARGS - 1 || len > sizeof(args.text) - args.used) {
		LOG(WARNING, "too many options, left out: %s", text);
		return;
	}
	args.v[args.n++] = memcpy(args.text + args.used, text, len);
	args.used += len;
}

static bool arg_has(const char *const *names)
{
	for (int i = 1; i < args.n; i++) {
		for (const char *const *name = names; *name != NULL; name++) {
			if (strncmp(args.v[i], *name, strlen(*name)) == 0)
				return true;
		}
	}
	return false;
}

static long free_hugepages(void)
{
	FILE *f = fopen("/proc/meminfo", "r");
	char line[128];
	long n = 0;

	while (f != NULL && fgets(line, sizeof(line), f) != NULL) {
		if (sscanf(line, "HugePages_Free: %ld", &n) == 1)
			break;
	}
	if (f != NULL)
		fclose(f);
	return n;
}

static void lcores_add(const struct gw_boot *boot)
{
	char text[1024];
	int n = snprintf(text, sizeof(text), "--lcores=0@%u", boot->slow_cpu);

	for (unsigned i = 0; i < boot->worker_count && n < (int)sizeof(text); i++)
		n += snprintf(
			text + n, sizeof(text) - (size_t)n, ",%u@%u", i + 1, boot->workers[i]);
	arg_add(text);
}

static unsigned memory_mib(const struct gw_boot *boot)
{
	uint64_t room =
		boot->mbuf.data_room != 0 ? boot->mbuf.data_room : RTE_MBUF_DEFAULT_BUF_SIZE;
	uint64_t octets = boot->mbuf.count * (room + MBUF_OVERHEAD);

	octets += RTE_MIN(boot->mbuf.count / 8, 8191u) * (uint64_t)OWN_BUFFER;
	return (unsigned)(octets * 5 / 4 >> 20) + BASE_MIB;
}

// The command line stands last: it wins. What several godwits side by side need is added unless
// it is there.
static void args_build(const struct gw_boot *boot, const struct options *o)
{
	static const char *const lcores[] = {"-l", "-c", "--lcores", "-s", NULL};
	static const char *const no_huge[] = {"--no-huge", NULL};
	static const char *const in_memory[] = {"--in-memory", NULL};
	static const char *const memory[] = {"-m", "--socket-mem", NULL};
	char text[32];

	arg_add("godwit");
	arg_add("--log-level=lib.eal:warning");
	for (unsigned i = 0; i < boot->eal_count; i++)
		arg_add(boot->eal[i]);
	for (int i = 0; i < o->eal_count; i++)
		arg_add(o->eal[i]);
	if (!arg_has(lcores))
		lcores_add(boot);
	if (!arg_has(no_huge) && free_hugepages() == 0) {
		LOG(NOTICE,
			"no hugepage is free: using ordinary pages, which is slower; "
			"sysctl -w vm.nr_hugepages=512 reserves some");
		arg_add("--no-huge");
	}
	if (arg_has(no_huge)) {
		// DPDK 22.11 refuses --in-memory together with --no-huge.
		arg_add("--no-shconf");
		arg_add("--no-telemetry");
		if (!arg_has(memory)) {
			snprintf(text, sizeof(text), "-m%u", memory_mib(boot));
			arg_add(text);
		}
	} else if (!arg_has(in_memory)) {
		arg_add("--in-memory");
	}
}

int eal_start(struct gw_boot *boot, const struct options *o, struct gw_err *err)
{
	if (boot->mbuf.count == 0)
		boot->mbuf.count = BUFFERS +
			boot->port_count * (boot->mbuf.xdp ? BUFFERS_PER_XDP : BUFFERS_PER_PORT);
	args_build(boot, o);
	if (rte_eal_init(args.n, args.v) < 0)
		return gw_err_set(err, rte_errno,
			"EAL does not start: %s; its own words stand above. Check /eal, /lcores, "
			"the "
			"options after \"--\", and hugepages (sysctl vm.nr_hugepages) or --no-huge",
			rte_strerror(rte_errno));
	return 0;
}
