// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "fib/fib.h"

#include "fib/vrf.h"

int gw_fib_set(uint16_t vrf, const struct gw_prefix *p, enum gw_fib_kind kind, uint32_t index)
{
	struct gw_vrf *v = &gw_vrfs[vrf];

	if (gw_prefix_is4(p))
		return gw_rib_set(&v->rib, gw_ip_to4(&p->addr), p->len, kind, index);
	return gw_rib6_set(&v->rib6, &p->addr.a, p->len, kind, index);
}

bool gw_fib_del(uint16_t vrf, const struct gw_prefix *p, enum gw_fib_kind kind)
{
	struct gw_vrf *v = &gw_vrfs[vrf];

	if (gw_prefix_is4(p))
		return gw_rib_del(&v->rib, gw_ip_to4(&p->addr), p->len, kind);
	return gw_rib6_del(&v->rib6, &p->addr.a, p->len, kind);
}

uint32_t gw_fib_get(uint16_t vrf, const struct gw_prefix *p, enum gw_fib_kind kind)
{
	const struct gw_vrf *v = &gw_vrfs[vrf];
	uint32_t res;

	if (gw_prefix_is4(p))
		res = gw_rib_get(&v->rib, gw_ip_to4(&p->addr), p->len, kind);
	else
		res = gw_rib6_get(&v->rib6, &p->addr.a, p->len, kind);
	return res;
}

uint16_t gw_fib_connected(uint16_t vrf, const struct gw_ip *ip)
{
	struct gw_prefix p = {.addr = *ip, .len = gw_ip_is4(ip) ? 32 : 128};

	while (p.len-- > 0) {
		const struct gw_prefix subnet = gw_prefix_masked(&p);
		uint32_t res = gw_fib_get(vrf, &subnet, GW_FIB_CONNECTED);

		if (res != 0)
			return (uint16_t)gw_fib_index(res);
	}
	return 0;
}
