// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "host/rate_limit.h"

#include <errno.h>

#define MIN_BURST     64ull
#define DEFAULT_BURST 65536ull
#define MAX_KBPS      1000000000ull
#define MAX_BURST     (1ull << 32)

int gw_rate_complete(struct gw_rate *r, struct gw_err *err)
{
	uint64_t burst = r->cir_kbps * 125 / 10; // octets of a tenth of a second

	if (r->cir_kbps > MAX_KBPS || r->pir_kbps > MAX_KBPS)
		return gw_err_set(err, EINVAL, "rate limit: more than %llu kbit/s", MAX_KBPS);
	if (r->cbs_bytes > MAX_BURST || r->pbs_bytes > MAX_BURST)
		return gw_err_set(
			err, EINVAL, "rate limit: burst of more than %llu octets", MAX_BURST);
	if (r->cbs_bytes == 0)
		r->cbs_bytes = burst > DEFAULT_BURST ? burst : DEFAULT_BURST;
	if (r->pir_kbps == 0) { // only the committed rate counts
		r->pir_kbps = r->cir_kbps;
		r->pbs_bytes = r->cbs_bytes;
	}
	if (r->pbs_bytes == 0)
		r->pbs_bytes = r->cbs_bytes;
	if (r->pir_kbps < r->cir_kbps)
		return gw_err_set(err, EINVAL,
			"rate limit: pir_kbps %llu is below cir_kbps %llu (RFC 2698: PIR >= CIR)",
			(unsigned long long)r->pir_kbps, (unsigned long long)r->cir_kbps);
	if (r->cbs_bytes < MIN_BURST || r->pbs_bytes < MIN_BURST)
		return gw_err_set(err, EINVAL,
			"rate limit: a burst below %llu octets would pass no packet", MIN_BURST);
	return 0;
}
