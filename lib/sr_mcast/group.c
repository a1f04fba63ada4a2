// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "sr_mcast/group.h"

#include <errno.h>

#include "ip4/ip4.h"

int gw_group_check(const struct gw_ip *group, struct gw_err *err)
{
	char text[GW_IP_LEN];

	if (!gw_group_is_multicast(group))
		return gw_err_set(err, EINVAL,
			"%s is no multicast group (224.0.1.0 to 239.255.255.255, ff03::/16 and up)",
			gw_ip_str(group, text));
	if (gw_group_is_link_local(group))
		return gw_err_set(err, EINVAL,
			"group %s is never forwarded (224.0.0.0/24, ff01::/16, ff02::/16)",
			gw_ip_str(group, text));
	return 0;
}

bool gw_group_source_ok(const struct gw_ip *source)
{
	const struct in6_addr *a = &source->a;

	if (gw_ip_is4(source))
		return gw_ip4_source_ok(gw_ip_to4(source));
	return !IN6_IS_ADDR_MULTICAST(a) && !IN6_IS_ADDR_UNSPECIFIED(a) &&
		!IN6_IS_ADDR_LOOPBACK(a) && !IN6_IS_ADDR_LINKLOCAL(a);
}
