// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// The kernel network interface under an AF_XDP port. Any thread.

#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/err.h"

struct gw_netdev {
	char name[IFNAMSIZ];
	int index;
	char driver[32]; // "" when it does not say
	struct gw_mac mac;
	uint32_t mtu;
	unsigned rx_queues;  // in use
	unsigned pmd_queues; // of these net_af_xdp can serve
	bool up;	     // administratively
	bool running;	     // carrier
};

// -ENODEV: no such interface in this namespace (the text lists those that exist); -EINVAL: not an
// Ethernet interface.
int gw_netdev_read(const char *name, struct gw_netdev *dev, struct gw_err *err);
int gw_netdev_mac_set(const struct gw_netdev *dev, const struct gw_mac *mac, struct gw_err *err);
// Carrier now: IFF_RUNNING, and the notification, may follow up to a second later when it comes.
bool gw_netdev_carrier(const char *name);
int gw_netdev_up_set(const char *name, bool up); // administratively; -errno
// Whether the interface keeps VLAN tags from an XDP program; then switch that off.
int gw_netdev_vlan_strip_off(const struct gw_netdev *dev, struct gw_err *err);
// The kernel's own addresses on this interface and, without loopback addresses, on lo; IPv4 as
// ::ffff:a.b.c.d. How many, `max` at most; -errno.
int gw_kernel_addrs(const char *ifname, struct in6_addr *out, unsigned max);
