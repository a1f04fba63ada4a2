// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "dp/tsc.h"

#include <stdint.h>
#include <time.h>
#include <unistd.h>

#include <rte_cycles.h>

#define SPAN_NS 20000000ull
#define TRIES	16

// Both clocks at one moment.
struct moment {
	uint64_t ns, cycles;
};

static struct moment start;

static uint64_t clock_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

// The closest of some tries: any of them may be interrupted.
static struct moment moment_read(void)
{
	struct moment best = {0};
	uint64_t least = UINT64_MAX;

	for (int i = 0; i < TRIES; i++) {
		uint64_t before = rte_rdtsc(), ns = clock_ns(), took = rte_rdtsc() - before;

		if (took < least) {
			least = took;
			best = (struct moment){ns, before + took / 2};
		}
	}
	return best;
}

// Most of the time has passed when somebody asks.
__attribute__((constructor)) static void start_set(void)
{
	start = moment_read();
}

double gw_tsc_hz(void)
{
	static double hz;

	if (hz == 0) {
		struct moment end;
		uint64_t passed;

		while ((passed = clock_ns() - start.ns) < SPAN_NS)
			usleep((useconds_t)((SPAN_NS - passed) / 1000) + 1);
		end = moment_read();
		hz = (double)(end.cycles - start.cycles) * 1e9 / (double)(end.ns - start.ns);
	}
	return hz;
}
