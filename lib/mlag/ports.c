// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Ports of the pair: what they are, and what the protocol wants of them. Its wishes are carried out
// at the end of the loop, so that LACP and the protocol never call each other back.

#include <string.h>

#include "base/log.h"
#include "dp/worker.h"
#include "iface/iface.h"
#include "mlag/pair.h"
#include "neigh/neigh.h"
#include "port/port.h"
#include "slow/slow.h"

GW_LOG_MODULE("mlag");

#define POLL_US 20000

struct pair_member *pair_member_of(uint16_t port)
{
	return pair.m != NULL && pair.by_port[port] != 0 ? &pair.member[pair.by_port[port] - 1]
							 : NULL;
}

struct pair_member *pair_member_find(uint16_t mlag)
{
	for (uint32_t i = 0; i < pair.spec.member_count; i++) {
		if (pair.spec.member[i].mlag == mlag)
			return &pair.member[i];
	}
	return NULL;
}

void pair_member_changed(void *ctx, uint16_t mlag, const struct gw_mlag_member_state *state)
{
	struct pair_member *pm = pair_member_find(mlag);

	pm->want = *state;
	pm->dirty = true;
}

static void lacp_send(void *ctx, const uint8_t pdu[static GW_LACP_LEN])
{
	const struct pair_member *pm = ctx;

	pair_frame_send(pm->spec.port, &gw_lacp_group, GW_LACP_ETHERTYPE, pdu, GW_LACP_LEN);
}

// The machine remembers who was there while a port is down.
static bool partner_there(const struct gw_lacp *lacp)
{
	return lacp->rx == GW_LACP_RX_CURRENT || lacp->rx == GW_LACP_RX_EXPIRED;
}

static struct gw_mlag_twin partner_of(const struct pair_member *pm, const struct gw_lacp_info *p)
{
	uint8_t lacp = GW_MLAG_LACP_PARTNER;

	if (!partner_there(&pm->lacp) || (p->port == 0 && p->key == 0))
		lacp = 0;
	else if ((p->state & GW_LACP_AGGREGATION) == 0)
		lacp |= GW_MLAG_LACP_ALONE;
	if (lacp != 0 && gw_lacp_up(&pm->lacp))
		lacp |= GW_MLAG_LACP_IN_SYNC;
	return (struct gw_mlag_twin){
		.mlag = pm->spec.mlag,
		.lacp = lacp,
		.partner_priority = p->system_priority,
		.partner_key = p->key,
		.partner = p->system,
	};
}

static bool lacp_partner_ok(void *ctx, const struct gw_lacp_info *partner)
{
	const struct gw_mlag_twin twin = partner_of(ctx, partner);

	return gw_mlag_partner_ok(pair.m, &twin);
}

static void lacp_changed(void *ctx)
{
	((struct pair_member *)ctx)->lacp_changed = true;
}

const struct gw_lacp_ops pair_lacp_ops = {
	.send = lacp_send,
	.partner_ok = lacp_partner_ok,
	.changed = lacp_changed,
};

static void link_tell(struct pair_member *pm, uint64_t now_us)
{
	gw_mlag_link(pair.m, now_us, pm->spec.mlag,
		pair.spec.lacp ? gw_lacp_up(&pm->lacp) : pm->carrier);
}

void pair_ports_poll(uint64_t now_us)
{
	if (now_us < pair.polled_us + (gw_worker_conf.replay ? 0 : POLL_US))
		return;
	pair.polled_us = now_us;
	gw_mlag_peer_link(pair.m, now_us, gw_port_is_up(pair.spec.peer_link));
	for (uint32_t i = 0; i < pair.spec.member_count; i++) {
		struct pair_member *pm = &pair.member[i];

		pm->carrier = gw_port_is_up(pm->spec.port);
		if (pair.spec.lacp) {
			gw_lacp_enable(&pm->lacp, now_us, pm->carrier);
			gw_lacp_recheck(&pm->lacp, now_us); // the peer may see another partner
		}
		link_tell(pm, now_us);
	}
}

// A port that speaks LACP goes out of sync, another one down. What a command took down stays down.
static void enable(struct pair_member *pm)
{
	const bool held = (gw_ports[pm->spec.port].held & GW_PORT_HELD_MLAG) != 0;
	int ret;

	if (pair.spec.lacp) {
		gw_lacp_hold(&pm->lacp, gw_slow_now_us(), !pm->want.enable);
		return;
	}
	if (held == !pm->want.enable)
		return;
	ret = gw_port_hold(pm->spec.port, GW_PORT_HELD_MLAG, !pm->want.enable);
	if (ret < 0)
		LOG(ERR, "%s: link: %s", gw_ports[pm->spec.port].name, strerror(-ret));
	// Who held it when it was killed has left its interface down: that is no command.
	if (!pm->want.enable)
		gw_ports[pm->spec.port].left_down = false;
}

static void direct(const struct pair_member *pm)
{
	uint16_t out = pm->want.over_peer ? pair.peer_iface : 0;

	gw_ports[pm->spec.port].split = !pm->want.from_peer;
	gw_ports[pm->spec.port].no_mcast = !pm->want.deliver;
	for (uint16_t i = 0; (i = gw_iface_next(i)) != 0;) {
		if (gw_ifaces[i].port != pm->spec.port)
			continue;
		__atomic_store_n(&gw_ifaces[i].split, !pm->want.from_peer, __ATOMIC_RELEASE);
		__atomic_store_n(&gw_ifaces[i].no_mcast, !pm->want.deliver, __ATOMIC_RELEASE);
		if (gw_iface_infos[i].redirect != out)
			gw_neigh_redirect(i, out);
	}
}

// A link that is plugged in wrongly: whoever did it looks here.
static void refusal_log(struct pair_member *pm)
{
	const struct gw_lacp_info *p = &pm->lacp.partner;
	char mac[GW_MAC_LEN];

	if (pair_refused(pm->lacp.refusal) && !pair_refused(pm->refusal))
		LOG(WARNING,
			"MLAG id %u, port %s: its partner is %s key %u, and does not take this "
			"port and the peer's together",
			pm->spec.mlag, gw_ports[pm->spec.port].name, gw_mac_str(&p->system, mac),
			p->key);
	pm->refusal = pm->lacp.refusal;
}

void pair_ports_apply(void)
{
	for (uint32_t i = 0; i < pair.spec.member_count; i++) {
		struct pair_member *pm = &pair.member[i];

		if (pm->lacp_changed) {
			const struct gw_mlag_twin twin = partner_of(pm, &pm->lacp.partner);

			pm->lacp_changed = false;
			gw_mlag_partner_set(pair.m, gw_slow_now_us(), &twin);
			link_tell(pm, gw_slow_now_us());
		}
		refusal_log(pm);
		if (!pm->dirty)
			continue;
		pm->dirty = false;
		enable(pm);
		direct(pm);
	}
}
