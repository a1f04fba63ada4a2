// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Frames of the pair in and out.

#include <rte_ether.h>

#include "dp/worker.h"
#include "group/group.h"
#include "iface/iface.h"
#include "mlag/pair.h"
#include "port/port.h"
#include "slow/slow.h"

#define FRAME_MAX 9728

static uint8_t linear[FRAME_MAX];

// Without a packet buffer nothing is sent: the timers send again.
void pair_frame_send(
	uint16_t port, const struct gw_mac *to, uint16_t type, const uint8_t *data, uint32_t len)
{
	struct rte_mbuf *m = gw_ports[port].tx_worker != 0 ? gw_slow_packet() : NULL;
	struct rte_ether_hdr *eth;

	if (m == NULL)
		return;
	eth = (struct rte_ether_hdr *)rte_pktmbuf_append(m, (uint16_t)(sizeof(*eth) + len));
	if (eth == NULL) {
		gw_slow_drop(m, GW_DROP_no_mbuf);
		return;
	}
	memcpy(eth->dst_addr.addr_bytes, to->b, sizeof(to->b));
	memcpy(eth->src_addr.addr_bytes, gw_ports[port].mac.b, sizeof(to->b));
	eth->ether_type = rte_cpu_to_be_16(type);
	memcpy(eth + 1, data, len);
	gw_inject_tx(port, m);
}

// `len` octets of the packet in one piece, from `back` before its data on.
static const uint8_t *octets(struct rte_mbuf *m, uint16_t back, uint32_t *len)
{
	const uint8_t *data;

	*len = m->pkt_len + back;
	if (*len > sizeof(linear))
		return NULL;
	rte_pktmbuf_prepend(m, back); // the worker left it there: cannot fail
	data = rte_pktmbuf_read(m, 0, *len, linear);
	rte_pktmbuf_adj(m, back);
	return data;
}

static enum gw_drop drop_of(enum gw_mlag_count why)
{
	switch (why) {
	case GW_MLAG_TAKEN:
		return GW_DROP_NONE;
	case GW_MLAG_N_arp_reply_foreign:
		return GW_DROP_arp_reply_foreign;
	case GW_MLAG_N_rate:
		return GW_DROP_mlag_rate;
	case GW_MLAG_N_sender_pair:
	case GW_MLAG_N_sender_off_link:
	case GW_MLAG_N_sender_reserved:
		return GW_DROP_mlag_sender;
	default:
		return GW_DROP_arp_invalid;
	}
}

static bool is_ip(const struct rte_mbuf *m)
{
	uint8_t version = *rte_pktmbuf_mtod(m, const uint8_t *) >> 4;

	return version == 4 || version == 6; // ARP begins with a 0
}

// ICMPv6 135 and 136 without an extension header; membership has one, IGMP is IPv4.
static bool is_group(const struct rte_mbuf *m)
{
	const uint8_t *ip = rte_pktmbuf_mtod(m, const uint8_t *);

	return is_ip(m) && (ip[0] >> 4 == 4 || ip[6] == 0);
}

static void end(struct rte_mbuf *m, enum gw_drop reason)
{
	if (reason == GW_DROP_NONE)
		gw_slow_consume(m);
	else
		gw_slow_drop(m, reason);
}

void pair_member_input(struct rte_mbuf *m)
{
	const struct gw_meta *meta = gw_meta(m);
	const struct pair_member *pm = pair_member_of(gw_ifaces[meta->iface].port);
	struct gw_mlag_packet p = {.vlan = gw_iface_infos[meta->iface].outer, .vrf = PAIR_VRF};
	enum gw_drop reason = GW_DROP_arp_invalid;
	uint32_t len;

	// Who is plugged in wrongly would move everybody's hosts to where they are not.
	if (pm != NULL && pair.spec.lacp && pair_refused(pm->lacp.refusal)) {
		end(m, GW_DROP_mlag_partner);
		return;
	}
	p.data = pm != NULL ? octets(m, meta->l2_len, &len) : NULL;
	if (p.data != NULL && len <= UINT16_MAX) {
		p.mlag = pm->spec.mlag;
		p.len = (uint16_t)len;
		reason = drop_of(gw_mlag_wire(pair.m, gw_slow_now_us(), &p));
	}
	if (reason != GW_DROP_mlag_rate && is_group(m))
		gw_group_input(m);
	else
		end(m, reason);
}

void pair_lacp_input(struct rte_mbuf *m)
{
	struct pair_member *pm = pair_member_of(gw_ifaces[gw_meta(m)->iface].port);
	const uint8_t *data;
	uint64_t before;
	uint32_t len;

	if (pm == NULL || !pair.spec.lacp) {
		end(m, GW_DROP_eth_type); // as on other ports
		return;
	}
	before = pm->lacp.count.rx_malformed;
	data = octets(m, 0, &len);
	if (data != NULL)
		gw_lacp_input(&pm->lacp, gw_slow_now_us(), data, len);
	end(m,
		data != NULL && pm->lacp.count.rx_malformed == before ? GW_DROP_NONE
								      : GW_DROP_lacp_invalid);
}

void pair_message_input(struct rte_mbuf *m)
{
	const uint16_t port = gw_ifaces[gw_meta(m)->iface].port;
	const uint8_t *data;
	uint32_t len;

	data = pair.m != NULL ? octets(m, 0, &len) : NULL;
	if (data != NULL &&
		gw_mlag_message(pair.m, gw_slow_now_us(), port, data, len) == GW_MLAG_TAKEN)
		end(m, GW_DROP_NONE);
	else
		end(m, GW_DROP_mlag_message);
}
