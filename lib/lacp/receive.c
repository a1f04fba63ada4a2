// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Receive machine, 6.4.12.

#include "lacp/lacp_int.h"

static void expired_enter(struct gw_lacp *p)
{
	p->rx = GW_LACP_RX_EXPIRED;
	p->partner.state &= (uint8_t)~GW_LACP_SYNC;
	p->partner.state |= GW_LACP_TIMEOUT;
	p->actor.state |= GW_LACP_EXPIRED;
	p->current_us = p->now_us + LACP_SHORT_US;
}

// recordDefault: nobody is known.
static void defaulted_enter(struct gw_lacp *p)
{
	p->rx = GW_LACP_RX_DEFAULTED;
	p->partner = (struct gw_lacp_info){0};
	p->actor.state |= GW_LACP_DEFAULTED;
	p->actor.state &= (uint8_t)~GW_LACP_EXPIRED;
	p->current_us = LACP_NEVER;
}

void lacp_receive_port(struct gw_lacp *p)
{
	if (p->enabled) {
		expired_enter(p);
		return;
	}
	p->rx = GW_LACP_RX_PORT_DISABLED;
	p->partner.state &= (uint8_t)~GW_LACP_SYNC;
	p->actor.state &= (uint8_t)~GW_LACP_EXPIRED;
	p->current_us = LACP_NEVER;
}

static bool same_end(const struct gw_lacp_info *a, const struct gw_lacp_info *b)
{
	return a->port == b->port && a->port_priority == b->port_priority &&
		memcmp(&a->system, &b->system, sizeof(a->system)) == 0 &&
		a->system_priority == b->system_priority && a->key == b->key &&
		(a->state & GW_LACP_AGGREGATION) == (b->state & GW_LACP_AGGREGATION);
}

// 6.4.9 update_NTT: what the partner believes of us is not so.
static bool partner_errs(const struct gw_lacp *p, const struct gw_lacp_info *believed)
{
	const uint8_t bits =
		GW_LACP_ACTIVITY | GW_LACP_TIMEOUT | GW_LACP_SYNC | GW_LACP_AGGREGATION;

	return !same_end(believed, &p->actor) || ((believed->state ^ p->actor.state) & bits) != 0;
}

// One of the two will notice when the other goes.
static bool maintained(const struct gw_lacp *p, const struct gw_lacp_pdu *pdu)
{
	return (pdu->actor.state & GW_LACP_ACTIVITY) != 0 ||
		((p->actor.state & GW_LACP_ACTIVITY) != 0 &&
			(pdu->partner.state & GW_LACP_ACTIVITY) != 0);
}

// recordPDU
static void record(struct gw_lacp *p, const struct gw_lacp_pdu *pdu)
{
	bool individual = (pdu->actor.state & GW_LACP_AGGREGATION) == 0;
	bool sync = (pdu->actor.state & GW_LACP_SYNC) != 0 && maintained(p, pdu) &&
		(individual || same_end(&pdu->partner, &p->actor));

	p->partner = pdu->actor;
	if (!sync)
		p->partner.state &= (uint8_t)~GW_LACP_SYNC;
	p->actor.state &= (uint8_t) ~(GW_LACP_DEFAULTED | GW_LACP_EXPIRED);
}

void lacp_receive_pdu(struct gw_lacp *p, const struct gw_lacp_pdu *pdu)
{
	if (!same_end(&pdu->actor, &p->partner))
		lacp_unselect(p);
	p->ntt |= partner_errs(p, &pdu->partner);
	record(p, pdu);
	p->rx = GW_LACP_RX_CURRENT;
	p->current_us = p->now_us + (p->conf.fast ? LACP_SHORT_US : LACP_LONG_US);
}

void lacp_receive_tick(struct gw_lacp *p)
{
	if (p->now_us < p->current_us)
		return;
	if (p->rx == GW_LACP_RX_CURRENT)
		expired_enter(p);
	else
		defaulted_enter(p);
}
