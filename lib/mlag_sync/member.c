// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Members: their subnets, their ports here and at the peer.

#include <errno.h>
#include <stdlib.h>

#include "base/wire.h"
#include "mlag_sync/mlag_int.h"

struct mlag_member *mlag_member(const struct gw_mlag *m, uint16_t mlag)
{
	uint16_t at = m->by_mlag[mlag];

	return at != 0 ? &m->member[at - 1] : NULL;
}

int gw_mlag_member_add(
	struct gw_mlag *m, const struct gw_mlag_member_conf *conf, struct gw_err *err)
{
	struct mlag_member *grown, *mb;

	if (conf->mlag == 0)
		return gw_err_set(err, EINVAL, "MLAG id 0: ids are 1..65535");
	if (m->by_mlag[conf->mlag] != 0)
		return gw_err_set(err, EEXIST, "MLAG id %u is a member already", conf->mlag);
	grown = m->members < UINT16_MAX - 1 ? realloc(m->member, (m->members + 1) * sizeof(*grown))
					    : NULL;
	if (grown == NULL)
		return gw_err_set(err, ENOMEM, "MLAG id %u: no memory for a member", conf->mlag);
	m->member = grown;
	mb = &m->member[m->members++];
	*mb = (struct mlag_member){.conf = *conf, .own = {.mlag = conf->mlag}};
	mlag_tokens_init(
		&mb->unknown, m->conf.packets_per_s, m->conf.packets_per_s / 10 + 1, m->now_us);
	mlag_tokens_init(&mb->claims, MLAG_CLAIMS_PER_S, MLAG_CLAIMS_BURST, m->now_us);
	mlag_tokens_init(&mb->strays, MLAG_STRAYS_PER_S, MLAG_STRAYS_BURST, m->now_us);
	// What was asked comes back, and some of it twice.
	mlag_tokens_init(
		&mb->known, 2 * m->conf.asks_per_s, m->conf.asks_per_s / 10 + 1, m->now_us);
	m->by_mlag[conf->mlag] = (uint16_t)m->members;
	mb->state.enable = true; // so that the first update says what is not
	mlag_member_update(m, mb);
	return 0;
}

static void subnet_forget(struct gw_mlag *m, struct mlag_member *mb, uint32_t i)
{
	mlag_address_count(&m->pair, mb->conf.vrf, &mb->subnet[i].addr, -1);
	mb->subnet[i] = mb->subnet[--mb->subnets];
}

static void twin_addresses_count(struct gw_mlag *m, struct mlag_member *mb, int by)
{
	for (uint32_t i = 0; i < mb->twin_addresses; i++) {
		struct gw_ip ip;

		memcpy(&ip, mb->twin_address[i].ip, sizeof(ip));
		mlag_address_count(&m->pair, mb->conf.vrf, &ip, by);
	}
}

static void twin_forget(struct gw_mlag *m, struct mlag_member *mb)
{
	twin_addresses_count(m, mb, -1);
	mb->twin_addresses = mb->part_addresses = 0;
	mb->twin_known = false;
	mb->twin = (struct gw_mlag_twin){.mlag = mb->conf.mlag};
}

int gw_mlag_member_del(struct gw_mlag *m, uint16_t mlag, struct gw_err *err)
{
	struct mlag_member *mb = mlag_member(m, mlag);

	if (mb == NULL)
		return gw_err_set(err, ENOENT, "MLAG id %u is no member", mlag);
	for (uint32_t i = 1; i <= m->table.top; i++) {
		struct gw_mlag_entry *e = &m->table.entry[i];

		if (e->list != GW_MLAG_FREE && e->known && e->mlag == mlag)
			mlag_entry_drop(m, e);
	}
	while (mb->subnets > 0)
		subnet_forget(m, mb, 0);
	twin_forget(m, mb);
	free(mb->subnet);
	free(mb->own_address);
	free(mb->twin_address);
	free(mb->part_address);
	m->hello_address = 0;
	m->by_mlag[mlag] = 0;
	*mb = m->member[--m->members];
	if (mb != &m->member[m->members])
		m->by_mlag[mb->conf.mlag] = (uint16_t)(mb - m->member + 1);
	return 0;
}

static bool subnet_is(const struct gw_mlag_subnet *a, const struct gw_mlag_subnet *b)
{
	return a->vlan == b->vlan && a->len == b->len && gw_ip_eq(&a->addr, &b->addr);
}

// What hellos say of this device's own addresses; from the first one on again.
static int own_addresses_make(struct gw_mlag *m, struct mlag_member *mb)
{
	struct gw_mlag_tlv_address *a = realloc(mb->own_address, (mb->subnets + 1) * sizeof(*a));

	if (a == NULL)
		return -ENOMEM;
	m->hello_address = 0;
	mb->own_address = a;
	mb->own_addresses = 0;
	for (uint32_t i = 0; i < mb->subnets; i++) {
		if (mb->subnet[i].is_virtual)
			continue;
		gw_put16(a->vlan, mb->subnet[i].vlan);
		memcpy(a->ip, &mb->subnet[i].addr, sizeof(a->ip));
		a++;
		mb->own_addresses++;
	}
	return 0;
}

int gw_mlag_subnet_add(struct gw_mlag *m, const struct gw_mlag_subnet *subnet, struct gw_err *err)
{
	struct mlag_member *mb = mlag_member(m, subnet->mlag);
	struct gw_mlag_subnet *grown;
	char ip[GW_IP_LEN];

	gw_ip_str(&subnet->addr, ip);
	if (mb == NULL)
		return gw_err_set(err, ENOENT, "%s: MLAG id %u is no member", ip, subnet->mlag);
	if (subnet->len > (gw_ip_is4(&subnet->addr) ? 32 : 128))
		return gw_err_set(err, EINVAL, "%s/%u: prefixes have 0..%u bits", ip, subnet->len,
			gw_ip_is4(&subnet->addr) ? 32 : 128);
	for (uint32_t i = 0; i < mb->subnets; i++) {
		if (subnet_is(&mb->subnet[i], subnet))
			return gw_err_set(err, EEXIST, "%s/%u: MLAG id %u has it already", ip,
				subnet->len, subnet->mlag);
	}
	grown = realloc(mb->subnet, (mb->subnets + 1) * sizeof(*grown));
	if (grown == NULL)
		return gw_err_set(err, ENOMEM, "%s: no memory", ip);
	mb->subnet = grown;
	if (mlag_address_count(&m->pair, mb->conf.vrf, &subnet->addr, 1) < 0)
		return gw_err_set(err, ENOMEM, "%s: no memory", ip);
	mb->subnet[mb->subnets++] = *subnet;
	if (own_addresses_make(m, mb) < 0) {
		subnet_forget(m, mb, mb->subnets - 1);
		return gw_err_set(err, ENOMEM, "%s: no memory", ip);
	}
	return 0;
}

int gw_mlag_subnet_del(struct gw_mlag *m, const struct gw_mlag_subnet *subnet, struct gw_err *err)
{
	struct mlag_member *mb = mlag_member(m, subnet->mlag);
	char ip[GW_IP_LEN];

	for (uint32_t i = 0; mb != NULL && i < mb->subnets; i++) {
		if (!subnet_is(&mb->subnet[i], subnet))
			continue;
		subnet_forget(m, mb, i);
		own_addresses_make(m, mb); // shorter: cannot fail
		return 0;
	}
	return gw_err_set(err, ENOENT, "%s/%u: no address of MLAG id %u",
		gw_ip_str(&subnet->addr, ip), subnet->len, subnet->mlag);
}

void gw_mlag_subnets_clear(struct gw_mlag *m, uint16_t mlag)
{
	struct mlag_member *mb = mlag_member(m, mlag);

	while (mb != NULL && mb->subnets > 0)
		subnet_forget(m, mb, 0);
	if (mb != NULL)
		own_addresses_make(m, mb); // shorter: cannot fail
}

void mlag_twin_set(struct gw_mlag *m, const struct gw_mlag_twin *twin)
{
	struct mlag_member *mb = mlag_member(m, twin->mlag);

	if (mb == NULL)
		return;
	if (mb->twin_known && mb->twin.up != twin->up)
		mlag_event(m, "MLAG id %u: the peer's port is %s", twin->mlag,
			twin->up ? "up" : "down");
	mb->twin = *twin;
	mb->twin_known = true;
	mb->twin_us = m->now_us;
	mlag_member_update(m, mb);
}

// What was heard of a set until now is all of it.
static void twin_addresses_whole(struct gw_mlag *m, struct mlag_member *mb)
{
	struct gw_mlag_tlv_address *old = mb->twin_address;

	twin_addresses_count(m, mb, -1);
	mb->twin_address = mb->part_address;
	mb->twin_addresses = mb->part_addresses;
	twin_addresses_count(m, mb, 1);
	mb->part_address = old;
	mb->part_addresses = 0;
}

// When a hello with some of them is lost, they are heard from the first one on again.
void mlag_twin_addresses(struct gw_mlag *m, const struct gw_mlag_addresses *part)
{
	struct mlag_member *mb = mlag_member(m, part->mlag);
	struct gw_mlag_tlv_address *grown;

	if (mb == NULL)
		return;
	if (part->first == 0) {
		mb->part_addresses = 0;
		mb->part_total = part->total;
	}
	if (part->first != mb->part_addresses || part->total != mb->part_total)
		return;
	grown = realloc(mb->part_address, (part->first + part->count + 1) * sizeof(*grown));
	if (grown == NULL)
		return;
	mb->part_address = grown;
	if (part->count > 0)
		memcpy(grown + part->first, part->address, part->count * sizeof(*grown));
	mb->part_addresses += part->count;
	if (mb->part_addresses == mb->part_total)
		twin_addresses_whole(m, mb);
}

void mlag_twins_forget(struct gw_mlag *m, uint64_t before_us)
{
	for (uint32_t i = 0; i < m->members; i++) {
		if (!m->member[i].twin_known || m->member[i].twin_us >= before_us)
			continue;
		twin_forget(m, &m->member[i]);
		mlag_member_update(m, &m->member[i]);
	}
}
