// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Inside of lib/mlag.

#include <rte_mbuf.h>

#include "dp/stats.h"
#include "mlag/mlag.h"

struct pair_member {
	struct gw_mlag_member_spec spec;
	struct gw_lacp lacp;
	struct gw_mlag_member_state want; // as the protocol has it
	bool dirty;			  // and the ports have not yet
	bool carrier;
	bool lacp_changed;
	enum gw_lacp_refusal refusal; // as last logged
};

struct pair {
	struct gw_mlag *m; // NULL: none
	struct gw_mlag_spec spec;
	uint16_t peer_iface; // untagged one of the peer link
	uint64_t polled_us;
	uint32_t ifaces_seen, statics_seen; // generations that the protocol has been told of
	struct pair_member member[GW_MLAG_MEMBERS_MAX];
	uint8_t by_port[GW_MAX_PORTS]; // member + 1
};

extern struct pair pair;

// Members and the peer link are in one VRF. Its number is each device's own, and stands in no
// message.
#define PAIR_VRF 0

// The partner is not the one that the peer has, or takes one link at a time.
static inline bool pair_refused(enum gw_lacp_refusal refusal)
{
	return refusal == GW_LACP_WRONG_PARTNER || refusal == GW_LACP_INDIVIDUAL;
}

// ports.c
struct pair_member *pair_member_of(uint16_t port);   // NULL: none
struct pair_member *pair_member_find(uint16_t mlag); // likewise
void pair_ports_poll(uint64_t now_us);
void pair_ports_apply(void); // what the protocol wants of them
void pair_member_changed(void *ctx, uint16_t mlag, const struct gw_mlag_member_state *state);
extern const struct gw_lacp_ops pair_lacp_ops;

// frames.c
void pair_frame_send(
	uint16_t port, const struct gw_mac *to, uint16_t type, const uint8_t *data, uint32_t len);
void pair_member_input(struct rte_mbuf *m);
void pair_lacp_input(struct rte_mbuf *m);
void pair_message_input(struct rte_mbuf *m);

// digest.c
uint64_t pair_subnets_digest(void); // of what is on link of members

// learn.c
bool pair_input(void *ctx, const struct gw_mlag_packet *packet, unsigned how);
void pair_ask(void *ctx, const struct gw_mlag_query *query);
void pair_addresses_look(void);
void pair_gone(void *ctx, const struct gw_mlag_query *entry);
extern const struct gw_neigh_mlag pair_neigh;

// keepalive.c
void pair_keepalive_send(void *ctx, const uint8_t *message, uint32_t len);
bool pair_keepalive_input(struct rte_mbuf *m, uint32_t at); // false: not for us
