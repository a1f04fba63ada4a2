// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Multicast groups. Any thread.

#include <stdbool.h>

#include "base/addr.h"
#include "base/err.h"

static inline bool gw_group_is_multicast(const struct gw_ip *group)
{
	return gw_ip_is4(group) ? gw_ip_to4(group) >> 28 == 14 : group->a.s6_addr[0] == 0xff;
}

// 224.0.0.0/24 never leaves its link (RFC 5771 4), nor does ff01::/16 (interface-local), ff02::/16
// (link-local), whatever their flags, or scope 0 (RFC 4291 2.7).
static inline bool gw_group_is_link_local(const struct gw_ip *group)
{
	return gw_ip_is4(group) ? gw_ip_to4(group) >> 8 == 0xe00000
				: (group->a.s6_addr[1] & 15) <= 2;
}

// -EINVAL: not one that is forwarded.
int gw_group_check(const struct gw_ip *group, struct gw_err *err);
// Sources of multicast, RFC 1812 5.3.7, RFC 4291 2.5.2, 2.5.3, 2.5.6, 2.7: a host beyond its link.
bool gw_group_source_ok(const struct gw_ip *source);
