// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Section "ports" of a configuration in hand, for the sections that refer to ports. Says nothing
// of the running ports. Lives as long as the gw_conf, texts are borrowed from it.

#include <stdbool.h>
#include <stdint.h>

#include "base/addr.h"
#include "config/config.h"
#include "dp/stats.h"
#include "iface/iface.h"

struct gw_port_plan {
	const char *name, *device, *vrf;
	json_t *value; // the element of "ports"
	json_t *pass;  // NULL: the default list
	enum gw_role role;
	enum gw_mlag_port mlag;
	bool has_virtual_mac; // of the MLAG pair, of a member
	struct gw_mac virtual_mac;
	bool transit, sr_domain, no_source_guard, host_routes, has_mac;
	struct gw_mac mac;
	uint16_t mtu;	   // octets of an IP packet
	int idle_sleep_us; // -1: not said
};

struct gw_ports_plan {
	bool done;
	unsigned count;
	struct gw_port_plan v[GW_MAX_PORTS];
};

// Made and checked at the first call. -EINVAL and what else may be wrong with a port.
int gw_ports_plan(struct gw_conf *conf, struct gw_ports_plan **plan, struct gw_err *err);
// Index of the port, -1 none.
int gw_port_plan_find(const struct gw_ports_plan *plan, const char *name);
// "acc0, core0", for errors about a port that is not there.
const char *gw_port_plan_names(const struct gw_ports_plan *plan, char *buf, size_t room);
// The interface of "af_xdp:IFNAME", NULL for other devices.
const char *gw_port_plan_af_xdp(const struct gw_port_plan *p);

// One device's: unicast and not all zeros.
static inline bool gw_mac_is_device(const struct gw_mac *mac)
{
	const uint8_t *b = mac->b;

	return (b[0] & 1) == 0 && (b[0] | b[1] | b[2] | b[3] | b[4] | b[5]) != 0;
}
