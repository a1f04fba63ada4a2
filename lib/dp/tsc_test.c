// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Two clocks against each other: how fast the machine is does not matter.

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include <rte_cycles.h>

#include "dp/tsc.h"

#define SPAN_NS	 200000000ull
#define EXACT	 0.0002 // of DPDK's, 0.002 may be rounded away
#define CLOSE_NS 2000	// both clocks read within that

static uint64_t clock_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

// A reading that nothing has interrupted.
static uint64_t cycles_at(uint64_t *ns)
{
	uint64_t before, cycles;

	do {
		before = clock_ns();
		cycles = rte_rdtsc();
		*ns = clock_ns();
	} while (*ns - before > CLOSE_NS);
	return cycles;
}

static void a_second_has_that_many_cycles(void **)
{
	double hz = gw_tsc_hz();
	uint64_t begin_ns, end_ns, begin = cycles_at(&begin_ns), end;

	while (clock_ns() - begin_ns < SPAN_NS)
		usleep(1000);
	end = cycles_at(&end_ns);
	assert_true(
		fabs((double)(end - begin) * 1e9 / (double)(end_ns - begin_ns) / hz - 1) < EXACT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(a_second_has_that_many_cycles)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
