// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Between the protocol and the neighbours: what it lets through is learned there as ever, what it
// asks for is asked there.

#include "base/log.h"
#include "base/wire.h"
#include "dp/worker.h"
#include "fib/nexthop.h"
#include "group/group.h"
#include "iface/iface.h"
#include "mlag/pair.h"
#include "mlag/path.h"
#include "neigh/neigh.h"
#include "neigh/static.h"
#include "port/port.h"
#include "slow/slow.h"

GW_LOG_MODULE("mlag");

#define ETH_LEN	 14
#define TAG_LEN	 4
#define TYPE_ARP 0x0806

static_assert(GW_NEIGH_LEARN == GW_MLAG_LEARN && GW_NEIGH_ANSWER == GW_MLAG_ANSWER &&
		GW_NEIGH_ANSWER_OWN == GW_MLAG_ANSWER_OWN,
	"passed on as they are");

// The interface of a member with that VLAN, 0 none.
static uint16_t iface_of(uint16_t mlag, uint16_t vlan)
{
	const struct pair_member *pm = pair_member_find(mlag);

	return pm != NULL ? gw_iface_by_vlans(pm->spec.port, vlan, 0) : 0;
}

static bool is_group(const uint8_t *packet, uint32_t len, bool arp)
{
	return !arp && len > 6 && (packet[0] >> 4 == 4 || packet[6] == 0);
}

// A membership report that the peer relayed; one off the wire goes there by itself.
static bool group_input(uint16_t iface, const uint8_t *packet, uint32_t len)
{
	struct rte_mbuf *m = gw_slow_packet();
	char *to = m != NULL ? rte_pktmbuf_append(m, (uint16_t)len) : NULL;

	if (to == NULL) {
		if (m != NULL)
			gw_slow_drop(m, GW_DROP_no_mbuf);
		return false;
	}
	memcpy(to, packet, len);
	*gw_meta(m) = (struct gw_meta){
		.iface = iface, .vrf = gw_ifaces[iface].vrf, .origin = GW_FROM_NETWORK};
	gw_group_input(m);
	return true;
}

static bool is_tag(uint16_t type)
{
	return type == 0x8100 || type == 0x88a8;
}

bool pair_input(void *ctx, const struct gw_mlag_packet *p, unsigned how)
{
	uint16_t iface = iface_of(p->mlag, p->vlan);
	uint32_t at = ETH_LEN;
	bool arp;

	// The tags that gw_mlag_packet_parse() has checked; one of VLAN 0 is a priority alone.
	while (p->len > at + TAG_LEN && is_tag(gw_get16(p->data + at - 2)))
		at += TAG_LEN;
	if (iface == 0 || p->len <= at)
		return false;
	arp = gw_get16(p->data + at - 2) == TYPE_ARP;
	if (is_group(p->data + at, p->len - at, arp))
		return (how & GW_MLAG_RELAYED) == 0 ||
			group_input(iface, p->data + at, p->len - at);
	return arp ? gw_arp_learn(iface, p->data + at, p->len - at, how)
		   : gw_nd_learn(iface, p->data + at, p->len - at, how);
}

static uint64_t mac_word(const struct gw_mac *mac)
{
	uint64_t w = 0;

	if (mac != NULL)
		memcpy(&w, mac->b, sizeof(mac->b));
	return w;
}

void pair_ask(void *ctx, const struct gw_mlag_query *q)
{
	uint16_t iface = iface_of(q->mlag, q->vlan);

	if (iface != 0)
		gw_neigh_request(iface, q->ip, mac_word(q->mac));
}

void pair_gone(void *ctx, const struct gw_mlag_query *q)
{
	uint16_t iface = iface_of(q->mlag, q->vlan);

	if (iface != 0)
		gw_neigh_forget(iface, q->ip);
}

static void asked(uint16_t iface, struct gw_ip ip)
{
	gw_mlag_asked(pair.m, gw_slow_now_us(), PAIR_VRF, gw_iface_infos[iface].outer, &ip);
}

// The peer's own address on the member, in that VLAN.
static bool is_peers(const struct gw_mlag_member_view *v, uint16_t vlan, const struct gw_ip *ip)
{
	for (uint32_t i = 0; i < v->twin_addresses; i++) {
		if (gw_get16(v->twin_address[i].vlan) == vlan &&
			memcmp(v->twin_address[i].ip, ip, sizeof(*ip)) == 0)
			return true;
	}
	return false;
}

static bool elsewhere(uint16_t iface, struct gw_ip ip, uint16_t *out, uint64_t *mac)
{
	const struct pair_member *pm = pair_member_of(gw_ifaces[iface].port);
	struct gw_mlag_member_view v;

	if (pm == NULL || !gw_mlag_member_view(pair.m, (uint32_t)(pm - pair.member), &v) ||
		(gw_iface_infos[iface].redirect == 0 &&
			!is_peers(&v, gw_iface_infos[iface].outer, &ip)))
		return false;
	*out = pair.peer_iface;
	*mac = gw_mlag_peer_mac;
	return true;
}

const struct gw_neigh_mlag pair_neigh = {.asked = asked, .elsewhere = elsewhere};

// Static neighbours on members: nobody's word changes them, and nobody hears it from us.
static void statics_tell(void)
{
	gw_mlag_reserved_clear(pair.m);
	for (uint32_t nh = 0; (nh = gw_neigh_next(nh)) != 0;) {
		uint16_t iface = gw_nexthops[nh].iface;
		struct gw_ip ip = gw_neigh_ip(nh);

		if (gw_neigh_is_static(nh) && pair_member_of(gw_ifaces[iface].port) != NULL &&
			gw_mlag_reserve(pair.m, PAIR_VRF, &ip) < 0)
			LOG(ERR, "no memory to keep static neighbors as they are");
	}
}

// Whatever is on link of a member, told anew: few, and seldom. What an interface that came does
// with its traffic is said anew as well.
static void subnets_tell(void)
{
	for (uint32_t i = 0; i < pair.spec.member_count; i++) {
		gw_mlag_subnets_clear(pair.m, pair.spec.member[i].mlag);
		pair.member[i].dirty = true;
	}
	for (uint16_t i = 0; (i = gw_iface_next(i)) != 0;) {
		const struct gw_iface_info *info = &gw_iface_infos[i];
		const struct pair_member *pm = pair_member_of(gw_ifaces[i].port);
		struct gw_mlag_subnet s = {.vlan = info->outer};

		if (pm == NULL || info->inner != 0)
			continue;
		s.mlag = pm->spec.mlag;
		for (unsigned k = 0; k < info->addr_count; k++) {
			s.addr = gw_ip_of4(info->addrs[k].p.addr);
			s.len = info->addrs[k].p.len;
			s.is_virtual = info->addrs[k].gateway;
			gw_mlag_subnet_add(pair.m, &s, NULL);
		}
		for (unsigned k = 0; k < info->addr6_count; k++) {
			s.addr = gw_ip_of6(&info->addrs6[k].p.addr);
			s.len = info->addrs6[k].p.len;
			s.is_virtual = info->addrs6[k].gateway;
			gw_mlag_subnet_add(pair.m, &s, NULL);
		}
	}
	gw_mlag_should_set(pair.m, pair.spec.sync.should + pair_subnets_digest());
}

void pair_addresses_look(void)
{
	if (pair.ifaces_seen == gw_iface_generation &&
		pair.statics_seen == gw_neigh_static_generation)
		return;
	pair.ifaces_seen = gw_iface_generation;
	pair.statics_seen = gw_neigh_static_generation;
	subnets_tell();
	statics_tell();
}
