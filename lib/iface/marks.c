// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "iface/marks.h"

#include <stdio.h>

#include "iface/addr.h"
#include "iface/iface.h"
#include "port/port.h"

#define VLAN_NONE 4095 // reserved by IEEE 802.1Q: in no table

static uint32_t mark;

void gw_iface_marks_begin(void)
{
	mark++;
}

void gw_iface_mark(uint16_t iface)
{
	gw_iface_infos[iface].mark = mark;
}

bool gw_iface_marked(uint16_t iface)
{
	return gw_iface_infos[iface].mark == mark;
}

void gw_iface_retire(uint16_t iface)
{
	struct gw_iface_info *info = &gw_iface_infos[iface];
	uint16_t port = gw_ifaces[iface].port;
	char name[GW_NAME_LEN];

	snprintf(name, sizeof(name), "~%u", iface); // '~' is in no name of a configuration
	gw_iface_rename(iface, name);
	gw_hash32_del(&gw_iface_vlans, gw_iface_vlan_key(port, info->outer, info->inner));
	if (gw_port_untagged[port] == iface)
		gw_port_untagged[port] = 0;
	// Deleting it later must not take the key of the interface that has these tags by then.
	info->outer = VLAN_NONE;
}

void gw_iface_marks_clear(void)
{
	for (uint16_t i = 0; (i = gw_iface_next(i)) != 0;) {
		if (gw_iface_marked(i))
			continue;
		// Both only take away: they cannot fail.
		if (gw_iface_infos[i].addr_count > 0)
			gw_iface_addrs_set(i, NULL, 0, NULL);
		if (gw_iface_infos[i].addr6_count > 0)
			gw_iface_addrs6_set(i, NULL, 0, NULL);
	}
}

int gw_iface_marks_sweep(struct gw_err *err)
{
	for (uint16_t i = 0; (i = gw_iface_next(i)) != 0;) {
		int ret;

		if (gw_iface_marked(i))
			continue;
		ret = gw_iface_del(gw_iface_infos[i].name, err);
		if (ret < 0)
			return ret;
	}
	return 0;
}
