// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Periodic transmission, 6.4.13, and transmit machine, 6.4.16.

#include "lacp/lacp_int.h"

// 0: none, because nobody is there to hear it.
static uint64_t period_us(const struct gw_lacp *p)
{
	if (!p->enabled || ((p->actor.state | p->partner.state) & GW_LACP_ACTIVITY) == 0)
		return 0;
	return (p->partner.state & GW_LACP_TIMEOUT) != 0 ? LACP_FAST_US : LACP_SLOW_US;
}

static void periodic_run(struct gw_lacp *p)
{
	uint64_t period = period_us(p);

	if (period == 0) {
		p->periodic_us = LACP_NEVER;
	} else if (p->periodic_us == LACP_NEVER) {
		p->periodic_us = p->now_us + period; // that first one the others bring about
		p->ntt = true;
	} else if (p->now_us >= p->periodic_us) {
		p->periodic_us = p->now_us + period;
		p->ntt = true;
	} else if (p->periodic_us > p->now_us + period) {
		// From slow to fast: one at once, for the partner that is in a hurry.
		p->periodic_us = p->now_us + period;
		p->ntt = true;
	}
}

static bool may_send(const struct gw_lacp *p)
{
	return p->count.tx < LACP_PER_SECOND || p->now_us >= p->sent_us[0] + LACP_FAST_US;
}

static void pdu_send(struct gw_lacp *p)
{
	const struct gw_lacp_pdu pdu = {.actor = p->actor, .partner = p->partner};
	uint8_t data[GW_LACP_LEN];

	gw_lacp_encode(&pdu, data);
	p->ops->send(p->ctx, data);
	p->count.tx++;
	memmove(p->sent_us, p->sent_us + 1, sizeof(p->sent_us) - sizeof(p->sent_us[0]));
	p->sent_us[LACP_PER_SECOND - 1] = p->now_us;
	p->ntt = false;
}

void lacp_transmit_run(struct gw_lacp *p)
{
	periodic_run(p);
	// Without a period nothing is sent, and what would have been is forgotten.
	if (p->periodic_us == LACP_NEVER)
		p->ntt = false;
	else if (p->ntt && may_send(p))
		pdu_send(p);
}

uint64_t lacp_transmit_next(const struct gw_lacp *p)
{
	if (p->ntt)
		return may_send(p) ? p->now_us : p->sent_us[0] + LACP_FAST_US;
	return p->periodic_us;
}
