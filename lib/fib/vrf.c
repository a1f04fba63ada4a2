// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "fib/vrf.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define HOSTS_EXPECTED 64

struct gw_vrf gw_vrfs[GW_MAX_VRFS];
uint16_t gw_vrf_count;

int gw_vrf_init(void)
{
	uint16_t vrf;

	return gw_vrf_get("default", &vrf, NULL);
}

void gw_vrf_fini(void)
{
	for (uint16_t i = 0; i < gw_vrf_count; i++) {
		gw_rib_fini(&gw_vrfs[i].rib);
		gw_rib6_fini(&gw_vrfs[i].rib6);
		gw_rib_fini(&gw_vrfs[i].clients);
	}
	gw_vrf_count = 0;
}

int gw_vrf_find(const char *name, uint16_t *vrf, struct gw_err *err)
{
	if (name == NULL)
		name = gw_vrfs[0].name;
	for (uint16_t i = 0; i < gw_vrf_count; i++) {
		if (strcmp(gw_vrfs[i].name, name) == 0) {
			*vrf = i;
			return 0;
		}
	}
	return gw_err_set(
		err, ENOENT, "no VRF \"%s\": a port or an interface brings one into being", name);
}

int gw_vrf_get(const char *name, uint16_t *vrf, struct gw_err *err)
{
	struct gw_vrf *v;

	if (gw_vrf_count > 0 && gw_vrf_find(name, vrf, NULL) == 0)
		return 0;
	if (gw_vrf_count == GW_MAX_VRFS)
		return gw_err_set(
			err, ENOSPC, "VRF \"%s\": there are %d already", name, GW_MAX_VRFS);
	v = &gw_vrfs[gw_vrf_count];
	if (gw_rib_init(&v->rib, HOSTS_EXPECTED) < 0 ||
		gw_rib6_init(&v->rib6, HOSTS_EXPECTED) < 0 ||
		gw_rib_init(&v->clients, HOSTS_EXPECTED) < 0)
		return gw_err_set(err, ENOMEM, "VRF \"%s\": no memory for its tables", name);
	snprintf(v->name, sizeof(v->name), "%s", name);
	*vrf = gw_vrf_count++;
	return 0;
}

// The index of a client prefix counts how often it is named.
int gw_client_prefix_add(uint16_t vrf, uint32_t prefix, uint8_t len)
{
	struct gw_rib *rib = &gw_vrfs[vrf].clients;
	uint32_t n = gw_fib_index(gw_rib_get(rib, prefix, len, GW_FIB_ROUTE));

	return gw_rib_set(rib, prefix, len, GW_FIB_ROUTE, n + 1);
}

void gw_client_prefix_del(uint16_t vrf, uint32_t prefix, uint8_t len)
{
	struct gw_rib *rib = &gw_vrfs[vrf].clients;
	uint32_t n = gw_fib_index(gw_rib_get(rib, prefix, len, GW_FIB_ROUTE));

	if (n > 1)
		gw_rib_set(rib, prefix, len, GW_FIB_ROUTE, n - 1); // replaces: cannot fail
	else
		gw_rib_del(rib, prefix, len, GW_FIB_ROUTE);
}
