// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Ports: DPDK ethernet devices by a name of the configuration's. The index of a port is its DPDK
// port id. Slow path, but for what is marked for workers.

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "base/addr.h"
#include "base/err.h"
#include "dp/stats.h"
#include "iface/iface.h"

struct gw_xdp;

struct gw_port {
	char name[GW_NAME_LEN];
	char device[256]; // as configured
	bool used;
	bool up;	 // set up and not held; workers drop for a port that is down
	bool link_down;	 // AF_XDP: no carrier; the driver would send stale packets later
	bool carrier;	 // as heard last; slow path
	bool admin_down; // by `set port`
	uint8_t held;	 // enum gw_port_hold, one bit each
	bool untold;	 // the device is not yet what `up` says: it is told again
	bool left_down;	 // the kernel's interface was down before: it stays so
	int ifindex;	 // the kernel's interface under it, 0: none
	bool multi_seg;	 // takes chained packets
	bool sleepy;	 // polling costs system calls: the idle back-off is on by default
	uint8_t role;	 // enum gw_role
	bool transit;
	bool no_source_guard; // access: sources that are no user entry may send
	bool sr_domain;	      // inside of the segment-routing domain
	bool host_routes;     // servers are behind it, each with a host route
	uint8_t mlag;	      // enum gw_mlag_port
	bool split, no_mcast; // of its interfaces
	bool has_virtual_mac;
	struct gw_mac virtual_mac; // of the MLAG pair
	uint16_t vrf;
	uint16_t mtu; // octets of an IP packet
	struct gw_mac mac;
	uint16_t rx_queues, tx_queues;
	unsigned tx_worker; // sends what the slow path makes for the port
	struct gw_xdp *xdp; // AF_XDP ports
};

// Who keeps a port down that the administrator wants up.
enum gw_port_hold {
	GW_PORT_HELD_LINKAGE = 1,
	GW_PORT_HELD_STOP = 2, // the process ends
	GW_PORT_HELD_MLAG = 4, // delay restore, dual-active
};

struct gw_port_spec {
	const char *name;
	const char *device;
	enum gw_role role;
	enum gw_mlag_port mlag;
	bool has_virtual_mac;
	struct gw_mac virtual_mac;
	bool transit, sr_domain, no_source_guard, host_routes;
	const char *vrf;
	uint16_t mtu; // 0: 1,500
	bool has_mac;
	struct gw_mac mac;
	const char *const *pass; // AF_XDP: what the kernel gets, NULL: the default list
	unsigned pass_count;
	bool pass_given;
};

extern struct gw_port gw_ports[GW_MAX_PORTS];
extern uint16_t gw_port_untagged[GW_MAX_PORTS]; // interface without tags, 0 none; workers
extern struct gw_mac gw_gateway_mac;
extern bool gw_gateway_mac_set;

// Create and configure the device; it is started by gw_ports_start(). Errors name the device and
// what would do.
int gw_port_add(const struct gw_port_spec *spec, unsigned workers, struct gw_err *err);
int gw_ports_start(struct gw_err *err);
void gw_ports_stop(void); // and close
bool gw_port_find(const char *name, uint16_t *port);
int gw_port_set(const char *name, bool up, struct gw_err *err); // administrative state
// Keep a port down, so that the other end sees it, or no longer. -errno of the device: then only
// packets stop, and it is told again each second, and with each call.
int gw_port_hold(uint16_t port, enum gw_port_hold why, bool hold);
void gw_ports_retry(void); // each second
// The first half of it for several ports, each named once, that are to go down: they are to
// everybody but their devices, and `gw_ports_leaving` was called. gw_port_hold() of each is the
// other half.
void gw_ports_leave(const uint16_t *port, uint32_t n, enum gw_port_hold why);
// Called when ports were said to be down, before their devices are: what is behind them is
// withdrawn.
extern void (*gw_ports_leaving)(void);
// The process before or the watchdog took it down, and it is to be brought up by gw_port_hold(). A
// device that came up anew with this process goes down again. -errno of the device.
int gw_port_held(uint16_t port, enum gw_port_hold why);
// Set up, not held, and with a carrier.
bool gw_port_is_up(uint16_t port);
// Called when gw_port_is_up(), `up` or `carrier` of a port changes, in the order of registration.
void gw_port_watch(void (*fn)(uint16_t port));
// carrier.c: from the start on, by notification where the device has one.
int gw_port_carrier_start(struct gw_err *err);
void gw_port_carrier_look(uint16_t port); // now: a packet may be faster than the notification
void gw_port_changed(uint16_t port);
