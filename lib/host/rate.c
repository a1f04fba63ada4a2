// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "host/rate.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include <rte_hash_crc.h>

#include "base/hash32.h"
#include "base/reserve.h"
#include "dp/rcu.h"
#include "dp/tsc.h"
#include "host/rate_limit.h"

#define KBPS	      125ull  // octets per second
#define PERIOD_CYCLES 20000.0 // tokens come in steps of at least this: exact to 1/40000

struct rte_meter_trtcm_profile *gw_profiles;

static struct {
	struct gw_rate rate;
	uint32_t refs;
} rates[GW_MAX_PROFILES];
static uint16_t rate_top;
static struct gw_hash32 rate_index; // CRC of a rate -> profile that has it

static void index_reclaim(void *table)
{
	gw_hash32_table_free(table);
}

static void index_retire(struct gw_hash32_table *old)
{
	gw_rcu_defer(index_reclaim, old);
}

int gw_rates_init(void)
{
	memset(rates, 0, sizeof(rates));
	rate_top = 0;
	gw_profiles = gw_reserve(GW_MAX_PROFILES * sizeof(*gw_profiles));
	if (gw_profiles == NULL)
		return -ENOMEM;
	return gw_hash32_init(&rate_index, 64, index_retire);
}

void gw_rates_fini(void)
{
	gw_hash32_fini(&rate_index);
	gw_unreserve(gw_profiles, GW_MAX_PROFILES * sizeof(*gw_profiles));
	gw_profiles = NULL;
}

// rte_meter rounds to periods of as little as 100 cycles, one percent off; longer ones are exact.
static void period_set(uint64_t kbps, uint64_t *period, uint64_t *octets)
{
	double hz = gw_tsc_hz(), rate = (double)(kbps * KBPS);
	double n = ceil(PERIOD_CYCLES * rate / hz);

	*octets = (uint64_t)n;
	*period = (uint64_t)(hz * n / rate + 0.5);
}

static int profile_fill(struct rte_meter_trtcm_profile *p, const struct gw_rate *r)
{
	struct rte_meter_trtcm_params params = {
		.cir = r->cir_kbps * KBPS,
		.pir = r->pir_kbps * KBPS,
		.cbs = r->cbs_bytes,
		.pbs = r->pbs_bytes,
	};
	int ret = rte_meter_trtcm_profile_config(p, &params);

	if (ret < 0)
		return ret;
	period_set(r->cir_kbps, &p->cir_period, &p->cir_bytes_per_period);
	period_set(r->pir_kbps, &p->pir_period, &p->pir_bytes_per_period);
	return 0;
}

int gw_rate_get(const struct gw_rate *rate, uint16_t *profile, struct gw_err *err)
{
	struct gw_rate r = *rate;
	uint16_t i, slot = 0;
	uint32_t key;
	int ret;

	*profile = 0;
	if (r.cir_kbps == 0 && r.pir_kbps == 0)
		return 0;
	ret = gw_rate_complete(&r, err);
	if (ret < 0)
		return ret;
	key = rte_hash_crc(&r, sizeof(r), 0);
	i = (uint16_t)gw_hash32_get(rate_index.table, key);
	if (i == 0 || memcmp(&rates[i].rate, &r, sizeof(r)) != 0) {
		for (i = 1; i <= rate_top; i++) {
			if (rates[i].refs > 0 && memcmp(&rates[i].rate, &r, sizeof(r)) == 0)
				break;
			if (rates[i].refs == 0 && slot == 0)
				slot = i;
		}
		if (i > rate_top) {
			i = slot != 0 ? slot : (uint16_t)(rate_top + 1);
			if (i == GW_MAX_PROFILES)
				return gw_err_set(err, ENOSPC,
					"rate limit: there are %u different ones already",
					GW_MAX_PROFILES - 1);
			if (profile_fill(&gw_profiles[i], &r) < 0)
				return gw_err_set(err, EINVAL, "rate limit: refused by the meter");
			rates[i].rate = r;
			if (i > rate_top)
				rate_top = i;
			gw_hash32_set(&rate_index, key, i); // only a short cut: may fail
		}
	}
	rates[i].refs++;
	*profile = i;
	return 0;
}

static void rate_reclaim(void *profile)
{
	rates[(uintptr_t)profile].refs--;
}

// The last user's worker may still read the profile: its count drops after a grace period.
void gw_rate_put(uint16_t profile)
{
	if (profile == 0)
		return;
	if (rates[profile].refs > 1)
		rates[profile].refs--;
	else
		gw_rcu_defer(rate_reclaim, (void *)(uintptr_t)profile);
}

const struct gw_rate *gw_rate_of(uint16_t profile)
{
	return &rates[profile].rate;
}

void gw_rate_meter_init(struct rte_meter_trtcm *meter, uint16_t profile)
{
	rte_meter_trtcm_config(meter, &gw_profiles[profile]); // both are there: cannot fail
}
