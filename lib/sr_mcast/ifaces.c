// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "sr_mcast/ifaces.h"

#include <errno.h>
#include <string.h>

#include "iface/iface.h"
#include "port/port.h"

static uint32_t named[GW_RECEIVER_ORIGINS][GW_MAX_IFACES];

void gw_mcast_ifaces_init(void)
{
	memset(named, 0, sizeof(named));
}

int gw_mcast_iface_find(const char *name, uint16_t *iface, struct gw_err *err)
{
	uint16_t port;

	*iface = gw_iface_find(name);
	if (*iface != 0)
		return 0;
	if (!gw_port_find(name, &port))
		return gw_err_set(err, ENOENT,
			"no interface or port \"%s\" (show interface, show port info all)", name);
	*iface = gw_iface_by_vlans(port, 0, 0);
	if (*iface == 0)
		return gw_err_set(err, ENOENT,
			"port %s has no untagged interface; name one of its interfaces (show "
			"interface)",
			name);
	return 0;
}

void gw_mcast_iface_hold(uint16_t iface, enum gw_receiver_origin origin)
{
	named[origin][iface]++;
}

void gw_mcast_iface_release(uint16_t iface, enum gw_receiver_origin origin)
{
	named[origin][iface]--;
}

int gw_mcast_iface_free(uint16_t iface, struct gw_err *err)
{
	if (named[GW_RECEIVER_STATIC][iface] == 0)
		return 0;
	return gw_err_set(err, EBUSY,
		"interface %s: %u multicast flows or receivers name it (show mcast flow, show "
		"mcast receiver); delete them first",
		gw_iface_infos[iface].name, named[GW_RECEIVER_STATIC][iface]);
}

void gw_mcast_iface_gone(uint16_t iface)
{
	if (named[GW_RECEIVER_LEARNED][iface] > 0)
		gw_receiver_iface_gone(iface);
}
