// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// VRFs of a configuration in hand: few, and named by ports, interfaces and tunnels.

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fib/vrf.h"
#include "iface/plan.h"

int gw_vrf_plan_find(const struct gw_ifaces_plan *plan, const char *name)
{
	for (uint16_t i = 0; i < plan->vrf_count; i++) {
		if (strcmp(plan->vrfs[i].name, name) == 0)
			return i;
	}
	return -1;
}

int gw_vrf_plan_get(struct gw_conf *conf, struct gw_ifaces_plan *plan, const char *name,
	const char *path, uint16_t *vrf, struct gw_err *err)
{
	int i = gw_vrf_plan_find(plan, name);
	struct gw_vrf_plan *vrfs;

	if (i >= 0) {
		*vrf = (uint16_t)i;
		return 0;
	}
	if (plan->vrf_count == GW_MAX_VRFS)
		return gw_conf_fail(
			conf, err, ENOSPC, path, "VRF %s: more than %u VRFs", name, GW_MAX_VRFS);
	vrfs = realloc(plan->vrfs, (plan->vrf_count + 1) * sizeof(*vrfs));
	if (vrfs == NULL)
		return gw_err_set(err, ENOMEM, "no memory");
	plan->vrfs = vrfs;
	vrfs[plan->vrf_count] = (struct gw_vrf_plan){.name = name};
	*vrf = plan->vrf_count++;
	return 0;
}

const char *gw_vrf_plan_names(const struct gw_ifaces_plan *plan, char *buf, size_t room)
{
	size_t n = 0;

	buf[0] = '\0';
	for (uint16_t i = 0; i < plan->vrf_count && n + 40 < room; i++)
		n += (size_t)snprintf(
			buf + n, room - n, "%s%s", i == 0 ? "" : ", ", plan->vrfs[i].name);
	return buf;
}
