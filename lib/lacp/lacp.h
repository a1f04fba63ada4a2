// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// LACP of one port that is alone in its aggregator (IEEE 802.1AX-2014 6.4): the other ports of the
// aggregation belong to the other device of the pair, which says the same system and key of
// itself. Times are microseconds of one clock; effects go out through `struct gw_lacp_ops`. The
// caller owns the port. One thread; operations must not call back in.

#include <stdbool.h>
#include <stdint.h>

#include "lacp/pdu.h"

#define GW_LACP_PORT_BITS 14

struct gw_lacp_conf {
	struct gw_mac system; // of the pair
	uint16_t system_priority;
	uint16_t key;
	uint16_t port_priority;
	uint16_t port; // gw_lacp_port_id()
	bool fast;     // short timeout: the partner is to send each second
	bool passive;  // speaks only when spoken to
};

struct gw_lacp_ops {
	void (*send)(void *ctx, const uint8_t pdu[static GW_LACP_LEN]);
	// The port may take part: asked before it goes into sync, and again with every LACPDU.
	bool (*partner_ok)(void *ctx, const struct gw_lacp_info *partner);
	// State of the port or what is known of its partner.
	void (*changed)(void *ctx);
};

enum gw_lacp_rx {
	GW_LACP_RX_PORT_DISABLED,
	GW_LACP_RX_EXPIRED,
	GW_LACP_RX_DEFAULTED,
	GW_LACP_RX_CURRENT,
};

enum gw_lacp_mux {
	GW_LACP_MUX_DETACHED,
	GW_LACP_MUX_WAITING,
	GW_LACP_MUX_ATTACHED,
	GW_LACP_MUX_DISTRIBUTING, // and collecting: coupled control
};

// Why a port is not selected.
enum gw_lacp_refusal {
	GW_LACP_SELECTED,
	GW_LACP_NO_PARTNER,
	GW_LACP_HELD,	       // by gw_lacp_hold()
	GW_LACP_INDIVIDUAL,    // the partner does not aggregate, and `partner_ok` says no
	GW_LACP_LOOP,	       // the partner is the pair itself
	GW_LACP_WRONG_PARTNER, // `partner_ok` says no
};

struct gw_lacp_counts {
	uint64_t rx, rx_malformed, tx, marker, marker_sent;
};

struct gw_lacp {
	struct gw_lacp_conf conf;
	const struct gw_lacp_ops *ops;
	void *ctx;
	uint64_t now_us;
	bool enabled; // carrier
	bool held;
	bool ntt; // need to transmit
	enum gw_lacp_rx rx;
	enum gw_lacp_mux mux;
	enum gw_lacp_refusal refusal;
	struct gw_lacp_info actor, partner;
	uint64_t current_us, periodic_us, wait_us; // timers, UINT64_MAX: not running
	uint64_t sent_us[3];			   // when the last ones went
	struct gw_lacp_counts count;
};

void gw_lacp_init(struct gw_lacp *p, const struct gw_lacp_conf *conf, const struct gw_lacp_ops *ops,
	void *ctx, uint64_t now_us);
void gw_lacp_enable(struct gw_lacp *p, uint64_t now_us, bool up); // carrier
// Out of sync without a word less: the partner stops using the link and keeps the neighbour.
void gw_lacp_hold(struct gw_lacp *p, uint64_t now_us, bool held);
void gw_lacp_input(struct gw_lacp *p, uint64_t now_us, const uint8_t *data, uint32_t len);
// What `partner_ok` looks at has changed.
void gw_lacp_recheck(struct gw_lacp *p, uint64_t now_us);
void gw_lacp_tick(struct gw_lacp *p, uint64_t now_us); // no later than gw_lacp_next()
uint64_t gw_lacp_next(const struct gw_lacp *p);

static inline bool gw_lacp_up(const struct gw_lacp *p)
{
	return p->mux == GW_LACP_MUX_DISTRIBUTING;
}

// Ports of the two devices of a pair, 0 and 1, never have the same.
static inline uint16_t gw_lacp_port_id(unsigned device, uint16_t port)
{
	return (uint16_t)((device + 1) << GW_LACP_PORT_BITS |
		(port & ((1u << GW_LACP_PORT_BITS) - 1)));
}

const char *gw_lacp_rx_name(enum gw_lacp_rx rx);
const char *gw_lacp_mux_name(enum gw_lacp_mux mux);
const char *gw_lacp_refusal_name(enum gw_lacp_refusal refusal);
