// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Frames of a LACP port in records of (milliseconds, length, octets): decoded ones come out of the
// encoder as they were, and a port is in use only with a partner that is in sync.

#include <stdlib.h>
#include <string.h>

#include "lacp/lacp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(bool holds)
{
	if (!holds)
		abort();
}

static void codec(const uint8_t *data, uint32_t len)
{
	struct gw_lacp_pdu pdu, back;
	uint8_t copy[GW_LACP_LEN];

	memset(&pdu, 0, sizeof(pdu));
	memset(&back, 0, sizeof(back));
	if (gw_lacp_decode(data, len, &pdu) != GW_LACP_PDU)
		return;
	gw_lacp_encode(&pdu, copy);
	expect(gw_lacp_decode(copy, sizeof(copy), &back) == GW_LACP_PDU);
	expect(memcmp(&pdu, &back, sizeof(pdu)) == 0);
}

static void pdu_send(void *ctx, const uint8_t pdu[static GW_LACP_LEN])
{
	codec(pdu, GW_LACP_LEN);
}

static bool partner_ok(void *ctx, const struct gw_lacp_info *partner)
{
	return partner->key != 13;
}

static void changed(void *ctx)
{
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct gw_lacp_ops ops = {pdu_send, partner_ok, changed};
	static const struct gw_lacp_conf conf = {.system = {{2, 0, 0, 0, 0xaa, 0}},
		.system_priority = 100,
		.key = 7,
		.port = 1,
		.fast = true};
	struct gw_lacp p;
	uint64_t now = 1000000;

	gw_lacp_init(&p, &conf, &ops, NULL, now);
	gw_lacp_enable(&p, now, true);
	while (size >= 2) {
		uint32_t n = data[1] < size - 2 ? data[1] : (uint32_t)size - 2;

		now += data[0] * 50000ull;
		for (unsigned i = 0; i < 64 && gw_lacp_next(&p) <= now; i++)
			gw_lacp_tick(&p, now);
		codec(data + 2, n);
		gw_lacp_input(&p, now, data + 2, n);
		expect(!gw_lacp_up(&p) || (p.partner.state & GW_LACP_SYNC) != 0);
		data += 2 + n;
		size -= 2 + n;
	}
	return 0;
}
