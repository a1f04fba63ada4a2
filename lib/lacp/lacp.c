// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "lacp/lacp_int.h"

static const char *const rx_names[] = {"port-disabled", "expired", "defaulted", "current"};
static const char *const mux_names[] = {"detached", "waiting", "attached", "distributing"};
static const char *const refusal_names[] = {"selected", "no partner", "held back",
	"the partner does not aggregate", "the partner is this pair itself",
	"the partner is another than at the peer"};

const char *gw_lacp_rx_name(enum gw_lacp_rx rx)
{
	return rx_names[rx];
}

const char *gw_lacp_mux_name(enum gw_lacp_mux mux)
{
	return mux_names[mux];
}

const char *gw_lacp_refusal_name(enum gw_lacp_refusal refusal)
{
	return refusal_names[refusal];
}

void gw_lacp_init(struct gw_lacp *p, const struct gw_lacp_conf *conf, const struct gw_lacp_ops *ops,
	void *ctx, uint64_t now_us)
{
	*p = (struct gw_lacp){
		.conf = *conf,
		.ops = ops,
		.ctx = ctx,
		.now_us = now_us,
		.refusal = GW_LACP_NO_PARTNER,
		.current_us = LACP_NEVER,
		.periodic_us = LACP_NEVER,
		.wait_us = LACP_NEVER,
	};
	p->actor = (struct gw_lacp_info){
		.system_priority = conf->system_priority,
		.system = conf->system,
		.key = conf->key,
		.port_priority = conf->port_priority,
		.port = conf->port,
		.state = (uint8_t)(GW_LACP_AGGREGATION | GW_LACP_DEFAULTED |
			(conf->passive ? 0 : GW_LACP_ACTIVITY) |
			(conf->fast ? GW_LACP_TIMEOUT : 0)),
	};
}

struct seen {
	enum gw_lacp_rx rx;
	enum gw_lacp_mux mux;
	enum gw_lacp_refusal refusal;
	struct gw_lacp_info actor, partner;
};

static struct seen see(const struct gw_lacp *p)
{
	struct seen s;

	memset(&s, 0, sizeof(s)); // compared as octets
	s.rx = p->rx;
	s.mux = p->mux;
	s.refusal = p->refusal;
	s.actor = p->actor;
	s.partner = p->partner;
	return s;
}

// The machines one after the other, then what came of it is told.
static void run(struct gw_lacp *p, const struct seen *before)
{
	struct seen after;

	lacp_select(p);
	lacp_mux_run(p);
	lacp_transmit_run(p);
	after = see(p);
	if (memcmp(&after, before, sizeof(after)) != 0)
		p->ops->changed(p->ctx);
}

void gw_lacp_enable(struct gw_lacp *p, uint64_t now_us, bool up)
{
	const struct seen before = see(p);

	p->now_us = now_us;
	if (up == p->enabled)
		return;
	p->enabled = up;
	lacp_receive_port(p);
	run(p, &before);
}

void gw_lacp_hold(struct gw_lacp *p, uint64_t now_us, bool held)
{
	const struct seen before = see(p);

	p->now_us = now_us;
	p->held = held;
	run(p, &before);
}

void gw_lacp_recheck(struct gw_lacp *p, uint64_t now_us)
{
	const struct seen before = see(p);

	p->now_us = now_us;
	run(p, &before);
}

static void marker(struct gw_lacp *p, const uint8_t *data)
{
	uint8_t answer[GW_LACP_LEN];

	p->count.marker++;
	if (!p->enabled)
		return;
	gw_lacp_marker_answer(data, answer);
	p->ops->send(p->ctx, answer);
	p->count.marker_sent++;
}

void gw_lacp_input(struct gw_lacp *p, uint64_t now_us, const uint8_t *data, uint32_t len)
{
	const struct seen before = see(p);
	struct gw_lacp_pdu pdu;

	p->now_us = now_us;
	switch (gw_lacp_decode(data, len, &pdu)) {
	case GW_LACP_PDU:
		p->count.rx++;
		if (p->enabled)
			lacp_receive_pdu(p, &pdu);
		break;
	case GW_LACP_MARKER:
		marker(p, data);
		return;
	default:
		p->count.rx_malformed++;
		return;
	}
	run(p, &before);
}

void gw_lacp_tick(struct gw_lacp *p, uint64_t now_us)
{
	const struct seen before = see(p);

	p->now_us = now_us;
	lacp_receive_tick(p);
	run(p, &before);
}

uint64_t gw_lacp_next(const struct gw_lacp *p)
{
	uint64_t next = p->current_us < p->wait_us ? p->current_us : p->wait_us;
	uint64_t transmit = lacp_transmit_next(p);

	return transmit < next ? transmit : next;
}
