// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Carrier of ports: from the kernel where it has an interface under the port, by the driver's
// interrupt where there is one, else it is asked for.

#include <errno.h>
#include <net/if.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <rte_ethdev.h>

#include "base/log.h"
#include "netlink/link.h"
#include "port/port.h"
#include "slow/slow.h"
#include "xdp/netdev.h"
#include "xdp/xdp.h"

GW_LOG_MODULE("port");

#define POLL_US 10000 // of devices that do not tell

static int interrupts = -1; // eventfd: some driver had one
static bool asks[GW_MAX_PORTS];

static void carrier_is(uint16_t port, bool carrier)
{
	struct gw_port *p = &gw_ports[port];

	if (p->carrier == carrier)
		return;
	p->carrier = carrier;
	if (p->xdp != NULL)
		p->link_down = !carrier;
	LOG(INFO, "%s %s carrier", p->name, carrier ? "has" : "has lost its");
	gw_port_changed(port);
}

static bool driver_says(uint16_t port)
{
	struct rte_eth_link link = {.link_status = RTE_ETH_LINK_UP};

	rte_eth_link_get_nowait(port, &link);
	return link.link_status == RTE_ETH_LINK_UP;
}

void gw_port_carrier_look(uint16_t port)
{
	char ifname[IF_NAMESIZE];

	if (gw_ports[port].ifindex == 0)
		carrier_is(port, driver_says(port));
	else
		carrier_is(port,
			if_indextoname((unsigned)gw_ports[port].ifindex, ifname) != NULL &&
				gw_netdev_carrier(ifname));
}

static void on_link(int ifindex, bool up, bool running)
{
	for (uint16_t i = 0; i < GW_MAX_PORTS; i++) {
		if (!gw_ports[i].used || gw_ports[i].ifindex != ifindex)
			continue;
		if (up && running)
			carrier_is(i, true);
		else
			gw_port_carrier_look(i);
	}
}

static bool drivers_ask(uint64_t)
{
	for (uint16_t i = 0; i < GW_MAX_PORTS; i++) {
		if (gw_ports[i].used && asks[i])
			carrier_is(i, driver_says(i));
	}
	return false;
}

// In the thread of EAL's interrupts.
static int on_interrupt(uint16_t, enum rte_eth_event_type, void *, void *)
{
	uint64_t one = 1;
	ssize_t ignored = write(interrupts, &one, sizeof(one));

	(void)ignored; // full: it is readable
	return 0;
}

static bool interrupts_read(void)
{
	uint64_t n;

	if (read(interrupts, &n, sizeof(n)) < 0)
		return false;
	for (uint16_t i = 0; i < GW_MAX_PORTS; i++) {
		if (gw_ports[i].used && gw_ports[i].ifindex == 0)
			carrier_is(i, driver_says(i));
	}
	return true;
}

static int interrupts_open(uint16_t port)
{
	int ret = 0;

	if (interrupts < 0) {
		interrupts = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
		if (interrupts < 0)
			return -errno;
		ret = gw_slow_watch(interrupts, interrupts_read);
	}
	return ret < 0
		? ret
		: rte_eth_dev_callback_register(port, RTE_ETH_EVENT_INTR_LSC, on_interrupt, NULL);
}

int gw_port_carrier_start(struct gw_err *err)
{
	bool kernel = false, asked = false;

	for (uint16_t i = 0; i < GW_MAX_PORTS; i++) {
		struct gw_port *p = &gw_ports[i];
		struct rte_eth_dev_info info;
		struct rte_eth_conf conf;

		if (!p->used || rte_eth_dev_info_get(i, &info) < 0)
			continue;
		p->ifindex = (int)info.if_index;
		asks[i] = false;
		if (p->ifindex != 0) {
			kernel = true;
			continue;
		}
		p->carrier = driver_says(i);
		if (rte_eth_dev_conf_get(i, &conf) == 0 && conf.intr_conf.lsc != 0 &&
			interrupts_open(i) == 0)
			continue;
		asks[i] = asked = true;
	}
	if (kernel)
		gw_link_watch(on_link);
	if (asked)
		gw_slow_every(POLL_US, drivers_ask);
	return 0;
}
