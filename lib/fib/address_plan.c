// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "fib/address_plan.h"

#include <errno.h>

#include "base/hash32.h"
#include "fib/vrf.h"
#include "iface/plan.h"
#include "ip4/ip4.h"

struct seen {
	struct gw_hash32 vrf[GW_MAX_VRFS]; // address -> index of its element + 1
};

static void seen_drop(void *data)
{
	struct seen *seen = data;

	for (unsigned v = 0; v < GW_MAX_VRFS; v++)
		gw_hash32_fini(&seen->vrf[v]);
}

int gw_address_plan_check(struct gw_conf *conf, const char *section, uint16_t vrf, uint32_t ip,
	size_t index, struct gw_err *err)
{
	struct seen *seen = gw_conf_scratch(conf, section, sizeof(*seen), seen_drop);
	const struct gw_iface_plan *own;
	struct gw_ifaces_plan *plan;
	struct gw_hash32 *h;
	char text[GW_IP4_LEN];
	uint32_t before;
	int ret = gw_ifaces_plan(conf, &plan, err);

	if (ret < 0)
		return ret;
	if (!gw_ip4_source_ok(ip))
		return gw_conf_fail(conf, err, EINVAL, "ip", "%s is no address of a host",
			gw_ip4_str(ip, text));
	own = gw_iface_plan_own(plan, vrf, ip);
	if (own != NULL)
		return gw_conf_fail(conf, err, EEXIST, "ip",
			"%s is an own address of interface %s, %s", gw_ip4_str(ip, text), own->name,
			gw_iface_plan_addr_place(conf, own, ip));
	h = seen == NULL ? NULL : &seen->vrf[vrf];
	if (h == NULL || (h->table == NULL && gw_hash32_init(h, 64, gw_hash32_table_free) < 0))
		return gw_err_set(err, ENOMEM, "no memory");
	before = gw_hash32_get(h->table, ip);
	if (before != 0)
		return gw_conf_fail(conf, err, EEXIST, "ip", "%s is that of %s in VRF %s already",
			gw_ip4_str(ip, text),
			gw_conf_place(conf, gw_conf_path(conf, "/%s/%u/ip", section, before - 1)),
			plan->vrfs[vrf].name);
	if (gw_hash32_set(h, ip, (uint32_t)index + 1) < 0)
		return gw_err_set(err, ENOMEM, "no memory");
	return 0;
}
