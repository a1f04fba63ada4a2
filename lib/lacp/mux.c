// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Selection, 6.4.14, of the only aggregator that there is, and the mux machine with coupled
// control, 6.4.15.

#include "lacp/lacp_int.h"

static enum gw_lacp_refusal refusal(const struct gw_lacp *p)
{
	if (!p->enabled || (p->actor.state & GW_LACP_DEFAULTED) != 0)
		return GW_LACP_NO_PARTNER;
	if (memcmp(&p->partner.system, &p->actor.system, sizeof(p->actor.system)) == 0)
		return GW_LACP_LOOP;
	// 6.4.14.1: a link of a partner that does not aggregate is used alone.
	if (!p->ops->partner_ok(p->ctx, &p->partner))
		return (p->partner.state & GW_LACP_AGGREGATION) == 0 ? GW_LACP_INDIVIDUAL
								     : GW_LACP_WRONG_PARTNER;
	return p->held ? GW_LACP_HELD : GW_LACP_SELECTED;
}

void lacp_select(struct gw_lacp *p)
{
	p->refusal = refusal(p);
}

static void state_set(struct gw_lacp *p, enum gw_lacp_mux mux, uint8_t bits)
{
	const uint8_t all = GW_LACP_SYNC | GW_LACP_COLLECTING | GW_LACP_DISTRIBUTING;

	p->mux = mux;
	p->ntt |= (p->actor.state & all) != bits;
	p->actor.state = (uint8_t)((p->actor.state & ~all) | bits);
	p->wait_us = mux == GW_LACP_MUX_WAITING ? p->now_us + LACP_WAIT_US : LACP_NEVER;
}

static void detach(struct gw_lacp *p)
{
	state_set(p, GW_LACP_MUX_DETACHED, 0);
}

void lacp_unselect(struct gw_lacp *p)
{
	if (p->mux != GW_LACP_MUX_DETACHED)
		detach(p);
}

static bool step(struct gw_lacp *p)
{
	bool selected = p->refusal == GW_LACP_SELECTED;
	bool in_sync = (p->partner.state & GW_LACP_SYNC) != 0;

	switch (p->mux) {
	case GW_LACP_MUX_DETACHED:
		if (!selected)
			return false;
		state_set(p, GW_LACP_MUX_WAITING, 0);
		return true;
	case GW_LACP_MUX_WAITING:
		if (!selected)
			detach(p);
		else if (p->now_us >= p->wait_us)
			state_set(p, GW_LACP_MUX_ATTACHED, GW_LACP_SYNC);
		else
			return false;
		return true;
	case GW_LACP_MUX_ATTACHED:
		if (!selected)
			detach(p);
		else if (in_sync)
			state_set(p, GW_LACP_MUX_DISTRIBUTING,
				GW_LACP_SYNC | GW_LACP_COLLECTING | GW_LACP_DISTRIBUTING);
		else
			return false;
		return true;
	default:
		if (selected && in_sync)
			return false;
		state_set(p, GW_LACP_MUX_ATTACHED, GW_LACP_SYNC);
		return true;
	}
}

void lacp_mux_run(struct gw_lacp *p)
{
	while (step(p)) {
	}
}
