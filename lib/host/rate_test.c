// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Rate limits on a simulated clock. While a client is sent more than its rate and its bucket never
// fills up, what passed until a packet is dropped is the burst and the rate times the time, less
// than that packet short (RFC 2698): for each client, at each packet dropped.

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "dp/tsc.h"
#include "host/host.h"
#include "host/rate.h"

#define SECONDS	 10
#define CLIENTS	 400   // of each rate limit
#define STEP_S	 20e-6 // tokens may come in steps of so long
#define ROUNDING 5e-5  // of the rate: a period of 20,000 cycles is a whole number of them

static uint64_t seed = 1;

static double draw(void) // 0 < .. < 1
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return ((double)(seed >> 40) + 0.5) / (1 << 24);
}

// Sizes of packets, octets, and the time to the next one.
#define MEAN_SIZE 782u

static uint32_t size_draw(bool even)
{
	return even ? MEAN_SIZE : 64 + (uint32_t)(draw() * 1437);
}

static double gap_draw(bool even, double mean)
{
	return even ? mean * (0.5 + draw()) : -mean * log(draw());
}

// One client for ten seconds at twice its rate. A full bucket takes no more tokens: it is emptied
// at first, and a small one has even packets.
static void client_run(uint16_t profile, uint64_t kbps, uint64_t burst)
{
	const double hz = gw_tsc_hz(), rate = (double)kbps * 125, mean = MEAN_SIZE / rate / 2;
	struct gw_host_extra e = {.profile = profile};
	const bool even = burst < 65536;
	uint64_t passed = 0, begin;
	unsigned dropped = 0;
	double t = 0;

	gw_rate_meter_init(&e.meter, profile);
	begin = e.meter.time_tc;
	while (t < SECONDS) {
		uint32_t size = size_draw(even);
		double due = (double)burst + rate * t;

		if (gw_host_police(&e, begin + (uint64_t)(t * hz), size)) {
			passed += size;
			assert_true((double)passed <= due + rate * t * ROUNDING);
		} else {
			assert_true(
				(double)(passed + size) > due - rate * (t * ROUNDING + STEP_S) - 1);
			dropped++;
		}
		if (dropped > 0)
			t += gap_draw(even, mean);
	}
	assert_true(dropped > SECONDS / mean / 8);
}

static void limit_run(const struct gw_rate *rate)
{
	const bool peak = rate->pir_kbps != 0;
	uint16_t profile;

	assert_int_equal(gw_rate_get(rate, &profile, NULL), 0);
	for (unsigned i = 0; i < CLIENTS; i++)
		client_run(profile, peak ? rate->pir_kbps : rate->cir_kbps,
			peak ? rate->pbs_bytes : rate->cbs_bytes);
}

static void committed(void **)
{
	limit_run(&(struct gw_rate){.cir_kbps = 64, .cbs_bytes = 65536});
	limit_run(&(struct gw_rate){.cir_kbps = 1000, .cbs_bytes = 65536});
	limit_run(&(struct gw_rate){.cir_kbps = 10000, .cbs_bytes = 125000});
	limit_run(&(struct gw_rate){.cir_kbps = 1777, .cbs_bytes = 3000});
}

// The peak rate is what drops; what is over the committed one only is yellow, and passes.
static void peak(void **)
{
	limit_run(&(struct gw_rate){
		.cir_kbps = 500, .cbs_bytes = 3000, .pir_kbps = 2000, .pbs_bytes = 65536});
	limit_run(&(struct gw_rate){
		.cir_kbps = 2000, .cbs_bytes = 65536, .pir_kbps = 2000, .pbs_bytes = 3000});
}

// A limit of 10 Gbit/s takes a second only: it has many packets.
static void fast(void **)
{
	const struct gw_rate rate = {.cir_kbps = 10000000, .cbs_bytes = 12500000};
	struct gw_host_extra e = {0};
	uint64_t passed = 0, begin, clock;
	const double hz = gw_tsc_hz();

	assert_int_equal(gw_rate_get(&rate, &e.profile, NULL), 0);
	gw_rate_meter_init(&e.meter, e.profile);
	begin = e.meter.time_tc;
	for (clock = 0; (double)clock < hz; clock += (uint64_t)(1500 * 8 / 2e10 * hz))
		passed += gw_host_police(&e, begin + clock, 1500) ? 1500 : 0;
	assert_true(fabs((double)passed - 12500000 - 1.25e9) < 1.25e9 * (ROUNDING + STEP_S));
}

static int setup(void **)
{
	return gw_rates_init();
}

static int teardown(void **)
{
	gw_rates_fini();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(committed),
		cmocka_unit_test(peak),
		cmocka_unit_test(fast),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
