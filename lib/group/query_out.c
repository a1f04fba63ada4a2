// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Queries out.

#include <rte_ether.h>

#include "dp/worker.h"
#include "group/group.h"
#include "iface/iface.h"
#include "ip4/ip4.h"
#include "slow/slow.h"

// RFC 1112 6.4, RFC 2464 7
static uint64_t group_mac(const uint8_t *ip_dst, bool ip6)
{
	uint8_t mac[8] = {0x01, 0x00, 0x5e};
	uint64_t word;

	if (ip6) {
		mac[0] = mac[1] = 0x33;
		memcpy(mac + 2, ip_dst + 12, 4);
	} else {
		memcpy(mac + 3, ip_dst + 1, 3);
		mac[3] &= 0x7f;
	}
	memcpy(&word, mac, sizeof(word));
	return word;
}

static bool query_send(uint16_t iface, bool ip6, const struct gw_group_query *query)
{
	const struct gw_iface *ifc = &gw_ifaces[iface];
	const rte_be16_t type = RTE_BE16(ip6 ? RTE_ETHER_TYPE_IPV6 : RTE_ETHER_TYPE_IPV4);
	struct gw_io_stats *s = &gw_iface_stats[0][iface];
	struct rte_mbuf *m = gw_slow_packet();
	uint64_t mac;
	uint8_t *to;

	if (m == NULL) // the next one, or a retransmission, will do
		return false;
	to = rte_pktmbuf_mtod(m, uint8_t *);
	// cannot be too long: the sources were counted by the MTU
	m->pkt_len = ip6 ? gw_mld_query_build(query, to) : gw_igmp_query_build(query, to);
	m->data_len = (uint16_t)m->pkt_len;
	s->tx_packets++;
	s->tx_octets += m->pkt_len;
	mac = group_mac(to +
			(ip6 ? offsetof(struct rte_ipv6_hdr, dst_addr)
			     : offsetof(struct rte_ipv4_hdr, dst_addr)),
		ip6);
	gw_l2_write(m, ifc, mac);
	memcpy(rte_pktmbuf_mtod_offset(m, uint8_t *, ifc->l2_len - 2), &type, sizeof(type));
	gw_inject_tx(ifc->port, m);
	gw_slow_event(GW_EV_group_query_sent);
	return true;
}

bool gw_group_ask(const struct gw_querier *q, const struct gw_ip *group,
	const struct gw_ip *sources, uint32_t n, bool suppress)
{
	const struct gw_group_conf *conf = &gw_group_conf;
	const struct gw_ip none = gw_group_none(q->ip6);
	bool general = gw_ip_eq(group, &none);
	struct gw_group_query query = {
		.version = gw_querier_version(q->ip6),
		.suppress = suppress,
		.robustness = (uint8_t)conf->robustness,
		.interval_s = conf->query_interval_s,
		.response_ms = general ? conf->query_response_ms : conf->last_member_ms,
		.group = *group,
	};
	uint32_t room = gw_group_query_room(q->ip6, gw_ifaces[q->iface].mtu), done = 0;

	if (q->state != GW_QUERIER_SELF || gw_ifaces[q->iface].half != GW_HALF_ACTIVE ||
		!gw_querier_address(q->iface, q->ip6, &query.source))
		return false;
	// RFC 2236, RFC 2710: older queries say nothing of sources; RFC 1112: the oldest ask for
	// all.
	if ((query.version < 3 && n > 0) || (query.version < 2 && !general))
		return false;
	if (n > 0 && room == 0)
		return false;
	do {
		query.n = RTE_MIN(n - done, room);
		query.sources = n > 0 ? sources + done : NULL;
		if (!query_send(q->iface, q->ip6, &query))
			return false;
		done += query.n;
	} while (done < n);
	return true;
}
