// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// AF_XDP ports ("af_xdp:IFNAME"): a kernel interface whose frames a steering program divides
// between the kernel (routing protocols, SSH, what else is listed) and Godwit. In this order:
//
//   gw_xdp_open()             checks, takes the interface, makes the vdev arguments
//   rte_eal_hotplug_add / rte_dev_probe(gw_xdp_devargs()), configure, queue set-up with a pool of
//   gw_xdp_pool_create()      the driver loads and attaches the program at the first receive queue
//   gw_xdp_attach()           before the queues of the next port are set up
//   ... addr_set/_sync, pass_set, stats, link ...
//   rte_eth_dev_close(), gw_xdp_close()
//
// All functions belong to the slow path. Nothing is pinned: the program goes with the port, and
// what a killed process leaves on an interface is taken off by the next one.

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/err.h"
#include "xdp/pass.h"

struct gw_xdp;

struct gw_xdp_conf {
	const char *const *pass; // list of what the kernel gets; NULL: gw_xdp_pass_default
	unsigned n_pass;
	uint32_t mtu;		  // that the port will have, 0: as the interface
	uint32_t data_room;	  // of the port's packet buffers, 0: RTE_MBUF_DEFAULT_BUF_SIZE
	unsigned max_queues;	  // receive queues that will be polled, 0: any number
	const struct gw_mac *mac; // set on the interface, NULL: it keeps its own
	const char *program;	  // object file, NULL: the one that came with this program
	bool force_copy;	  // no zero copy
};

struct gw_xdp_stats {
	uint64_t redirected; // frames for Godwit, those below included
	uint64_t no_socket;  // drop: receive queue without socket
	// Drops between the program and Godwit; the driver's imissed has the first only.
	uint64_t rx_dropped; // no buffer in the fill ring, or frame larger than a buffer
	uint64_t rx_full;    // receive ring full
	uint64_t rx_invalid; // buffers outside the registered memory: never more than 0
	uint64_t tx_invalid; // likewise; the packet is lost
	unsigned n_pass;
	struct {
		const char *name; // valid until gw_xdp_pass_set() or gw_xdp_close()
		uint64_t packets;
	} pass[GW_STEER_ENTRIES];
};

// -ENODEV: no such interface; -EPERM: capability missing; -EBUSY: another process's, or another
// XDP program is attached; -EINVAL: MTU, queues, list. The text says what would do.
int gw_xdp_open(const char *ifname, const struct gw_xdp_conf *conf, struct gw_xdp **out,
	struct gw_err *err);
// "net_af_xdp_IFNAME,iface=IFNAME,..."; its name part is the port's name in DPDK.
const char *gw_xdp_devargs(const struct gw_xdp *x);
// Receive queues of the port: as many transmit queues have to be set up.
unsigned gw_xdp_queues(const struct gw_xdp *x);

// What to say when the driver refuses the device or its queues, whose own code says little.
int gw_xdp_failed(const struct gw_xdp *x, int code, struct gw_err *err);

// Fill the list and the own addresses (gw_xdp_addr_sync()). Until then every frame goes to Godwit.
int gw_xdp_attach(struct gw_xdp *x, struct gw_err *err);
int gw_xdp_pass_set(struct gw_xdp *x, const char *const *pass, unsigned n, struct gw_err *err);
// The addresses that listed protocols may be addressed to; IPv4 as ::ffff:a.b.c.d.
int gw_xdp_addr_set(struct gw_xdp *x, const struct in6_addr *addrs, unsigned n, struct gw_err *err);
// What the kernel has on this interface and, loopback addresses left out, on lo.
int gw_xdp_addr_sync(struct gw_xdp *x, struct gw_err *err);
int gw_xdp_stats(const struct gw_xdp *x, struct gw_xdp_stats *stats);
// Carrier, which the driver does not report; -ENODEV: the interface is gone for good (one made
// anew with its name is another one).
int gw_xdp_link(const struct gw_xdp *x, bool *up);
// After rte_eth_dev_close(). Also for an object that was never attached, and NULL.
void gw_xdp_close(struct gw_xdp *x);
