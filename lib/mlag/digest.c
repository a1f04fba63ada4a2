// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Digests of what both devices of a pair are to have in common: of values with their defaults, and
// of sets as sums, so that it does not matter how and in which order they are written.

#include "base/wire.h"
#include "iface/iface.h"
#include "mlag/conf_check.h"
#include "mlag/pair.h"

static uint64_t add_number(uint64_t hash, uint32_t number)
{
	uint8_t octets[4];

	gw_put32(octets, number);
	return gw_mlag_hash(hash, octets, sizeof(octets));
}

static uint64_t add_mac(uint64_t hash, const struct gw_mac *mac)
{
	return gw_mlag_hash(hash, mac->b, sizeof(mac->b));
}

static uint64_t add_ip(uint64_t hash, const struct gw_ip *ip)
{
	return gw_mlag_hash(hash, ip, sizeof(*ip));
}

static uint64_t lacp_digest(uint64_t hash, const struct gw_mlag_spec *spec)
{
	const struct gw_lacp_conf *c = &spec->lacp_conf;

	hash = add_number(hash, spec->lacp);
	if (spec->lacp)
		hash = add_number(
			add_number(add_mac(hash, &c->system), c->system_priority), c->fast);
	return hash;
}

static uint64_t virtual_digest(const json_t *member)
{
	const json_t *list = json_object_get(member, "virtual_addresses");
	uint64_t id = add_number(0, (uint32_t)json_integer_value(json_object_get(member, "id"))),
		 sum = id;

	for (size_t i = 0; i < json_array_size(list); i++) {
		struct gw_prefix p;

		gw_prefix_parse(json_string_value(json_array_get(list, i)), &p); // was checked
		sum += add_ip(id, &p.addr);
	}
	return sum;
}

void gw_mlag_conf_digests(const json_t *value, const struct gw_mlag_spec *spec, const char *vrf,
	uint64_t *must, uint64_t *should)
{
	const json_t *members = json_object_get(value, "members");

	*must = lacp_digest(add_mac(0, &spec->sync.virtual_mac), spec);
	*must = gw_mlag_hash(*must, vrf, (uint32_t)strlen(vrf));
	*should = add_number(add_number(0, spec->sync.age_s), spec->sync.learn_announced);
	for (uint32_t i = 0; i < spec->member_count; i++) {
		const struct gw_mlag_member_spec *m = &spec->member[i];

		*must += virtual_digest(json_array_get(members, i));
		*should += add_number(add_number(0, m->mlag), m->keep_up);
	}
}

// The subnet of an address of the interface. False: a virtual one, that makes none.
static bool subnet_at(const struct gw_iface_info *info, unsigned i, struct gw_prefix *subnet)
{
	struct gw_prefix p;
	bool is_virtual;

	if (i < info->addr_count) {
		p = gw_prefix_of4(info->addrs[i].p.addr, info->addrs[i].p.len);
		is_virtual = info->addrs[i].gateway;
	} else {
		const struct gw_iface_addr6 *a = &info->addrs6[i - info->addr_count];

		p = (struct gw_prefix){.addr = gw_ip_of6(&a->p.addr), .len = a->p.len};
		is_virtual = a->gateway;
	}
	*subnet = gw_prefix_masked(&p);
	return !is_virtual;
}

static bool seen(const struct gw_iface_info *info, unsigned before, const struct gw_prefix *subnet)
{
	struct gw_prefix p;

	for (unsigned i = 0; i < before; i++) {
		if (subnet_at(info, i, &p) && gw_prefix_eq(&p, subnet))
			return true;
	}
	return false;
}

static uint64_t iface_digest(uint16_t mlag, const struct gw_iface_info *info)
{
	const uint64_t hash = add_number(add_number(0, mlag), info->outer);
	struct gw_prefix p;
	uint64_t sum = 0;

	for (unsigned i = 0; i < info->addr_count + info->addr6_count; i++) {
		if (subnet_at(info, i, &p) && !seen(info, i, &p))
			sum += add_number(add_ip(hash, &p.addr), p.len);
	}
	return sum;
}

uint64_t pair_subnets_digest(void)
{
	uint64_t sum = 0;

	for (uint16_t i = 0; (i = gw_iface_next(i)) != 0;) {
		const struct pair_member *pm = pair_member_of(gw_ifaces[i].port);

		if (pm != NULL && gw_iface_infos[i].inner == 0)
			sum += iface_digest(pm->spec.mlag, &gw_iface_infos[i]);
	}
	return sum;
}
