// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Who may be learned at all, and how much a member may send.

#include <errno.h>

#include "mlag_sync/mlag_int.h"

static struct gw_mlag_key address_key(uint16_t vrf, const struct gw_ip *ip)
{
	return (struct gw_mlag_key){.ip = *ip, .vrf = vrf};
}

// Addresses stand there once for each that has them: two members, both devices.
int mlag_address_count(struct gw_map *map, uint16_t vrf, const struct gw_ip *ip, int by)
{
	const struct gw_mlag_key key = address_key(vrf, ip);
	uint32_t n = gw_map_get(map, &key);

	if (by < 0 && n <= 1) {
		gw_map_del(map, &key);
		return 0;
	}
	return gw_map_set(map, &key, n + (uint32_t)by);
}

int gw_mlag_reserve(struct gw_mlag *m, uint16_t vrf, const struct gw_ip *ip)
{
	const struct gw_mlag_key key = address_key(vrf, ip);

	return gw_map_set(&m->reserved, &key, 1) < 0 ? -ENOMEM : 0;
}

void gw_mlag_reserved_clear(struct gw_mlag *m)
{
	const struct gw_mlag_key *next;
	uint32_t at = 0, value;

	while ((next = gw_map_next(&m->reserved, &at, &value)) != NULL) {
		const struct gw_mlag_key key = *next;

		gw_map_del(&m->reserved, &key); // the others stay where they are
	}
}

static bool subnet_has(const struct gw_mlag_subnet *s, const struct gw_ip *ip)
{
	struct gw_prefix6 p = {s->addr.a, s->len};
	uint32_t host;

	if (gw_ip_is4(&s->addr) != gw_ip_is4(ip))
		return false;
	if (!gw_ip_is4(ip))
		return gw_prefix6_has(&p, &ip->a);
	host = gw_ip_to4(ip) & ~gw_mask4(s->len);
	// RFC 1122 3.2.1.3: a host part of all zeros or all ones is no host. RFC 3021: in a /31
	// both are.
	return ((gw_ip_to4(ip) ^ gw_ip_to4(&s->addr)) & gw_mask4(s->len)) == 0 &&
		(s->len >= 31 || (host != 0 && host != ~gw_mask4(s->len)));
}

bool mlag_on_link(const struct mlag_member *mb, uint16_t vlan, const struct gw_ip *ip)
{
	bool any6 = false;

	for (uint32_t i = 0; i < mb->subnets; i++) {
		const struct gw_mlag_subnet *s = &mb->subnet[i];

		if (s->vlan != vlan)
			continue;
		if (subnet_has(s, ip))
			return true;
		any6 |= !gw_ip_is4(&s->addr);
	}
	// RFC 4291 2.5.6: link-local addresses are on every link that speaks IPv6.
	return any6 && IN6_IS_ADDR_LINKLOCAL(&ip->a);
}

enum gw_mlag_count mlag_sender_check(const struct gw_mlag *m, const struct mlag_member *mb,
	const struct gw_mlag_packet *p, const struct gw_mlag_claim *c)
{
	const struct gw_mlag_key key = address_key(p->vrf, &c->ip);

	if (c->has_mac &&
		(gw_mac_is(&c->mac, &m->conf.system) || gw_mac_is(&c->mac, &m->conf.peer_system) ||
			gw_mac_is(&c->mac, &m->conf.virtual_mac)))
		return GW_MLAG_N_sender_pair;
	if (!c->has_ip)
		return GW_MLAG_TAKEN;
	if (gw_map_get(&m->pair, &key) != 0)
		return GW_MLAG_N_sender_pair;
	if (gw_map_get(&m->reserved, &key) != 0)
		return GW_MLAG_N_sender_reserved;
	return mlag_on_link(mb, p->vlan, &c->ip) ? GW_MLAG_TAKEN : GW_MLAG_N_sender_off_link;
}

#define TOKEN 1000000

void mlag_tokens_init(struct mlag_tokens *t, uint32_t rate, uint32_t burst, uint64_t now_us)
{
	*t = (struct mlag_tokens){
		.level = (int64_t)burst * TOKEN, .last_us = now_us, .rate = rate, .burst = burst};
}

bool mlag_tokens_take(struct mlag_tokens *t, uint64_t now_us)
{
	const int64_t full = (int64_t)t->burst * TOKEN;
	const uint64_t passed = now_us - t->last_us, missing = (uint64_t)(full - t->level);

	t->last_us = now_us;
	// A long pause fills it, and does not overflow.
	t->level = passed > missing / t->rate ? full : t->level + (int64_t)(passed * t->rate);
	if (t->level < TOKEN)
		return false;
	t->level -= TOKEN;
	return true;
}

void mlag_tokens_owe(struct mlag_tokens *t)
{
	t->level -= TOKEN;
}

uint64_t mlag_tokens_next(const struct mlag_tokens *t)
{
	if (t->level >= TOKEN)
		return t->last_us;
	return t->last_us + ((uint64_t)(TOKEN - t->level) + t->rate - 1) / t->rate;
}
