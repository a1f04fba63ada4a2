// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "sr_mcast/flow_check.h"

#include <errno.h>

#include "fib/vrf.h"
#include "iface/iface.h"
#include "sr_mcast/group.h"
#include "sr_mcast/tree.h"

int gw_mcast_flow_check_addrs(
	const struct gw_ip *source, const struct gw_ip *group, const char **key, struct gw_err *err)
{
	char s[GW_IP_LEN], g[GW_IP_LEN];
	int ret;

	*key = "group";
	ret = gw_group_check(group, err);
	*key = ret < 0 ? "group" : "source";
	if (ret < 0 || gw_ip_is_any(source))
		return ret;
	if (!gw_group_source_ok(source))
		return gw_err_set(err, EINVAL, "source %s is no unicast address of a host",
			gw_ip_str(source, s));
	if (gw_ip_is4(source) != gw_ip_is4(group))
		return gw_err_set(err, EINVAL,
			"source %s and group %s are of different families: both IPv4 or both IPv6",
			gw_ip_str(source, s), gw_ip_str(group, g));
	return 0;
}

static int ifaces_check(const struct gw_mcast_flow_spec *spec, struct gw_err *err)
{
	if (spec->n_ifaces > GW_MAX_FLOW_PORTS)
		return gw_err_set(err, EINVAL, "a flow with %u ports; at most %u will do",
			spec->n_ifaces, GW_MAX_FLOW_PORTS);
	for (unsigned i = 0; i < spec->n_ifaces; i++) {
		const char *name = gw_iface_infos[spec->iface[i]].name;

		if (gw_ifaces[spec->iface[i]].vrf != spec->vrf)
			return gw_err_set(err, EINVAL,
				"interface %s is in VRF %s, the flow in VRF %s", name,
				gw_vrfs[gw_ifaces[spec->iface[i]].vrf].name,
				gw_vrfs[spec->vrf].name);
		for (unsigned k = 0; k < i; k++) {
			if (spec->iface[k] == spec->iface[i])
				return gw_err_set(err, EINVAL, "interface %s is named twice", name);
		}
	}
	return 0;
}

int gw_mcast_flow_check(const struct gw_mcast_flow_spec *spec, uint32_t *tree, struct gw_err *err)
{
	char text[GW_IP6_LEN];
	const char *key;
	int ret = gw_mcast_flow_check_addrs(&spec->source, &spec->group, &key, err);

	if (ret == 0)
		ret = ifaces_check(spec, err);
	if (ret < 0)
		return ret;
	*tree = gw_mcast_tree_find(&spec->tree);
	if (*tree == 0)
		return gw_err_set(
			err, ENOENT, "no tree %s (show mcast tree)", gw_ip6_str(&spec->tree, text));
	return 0;
}
