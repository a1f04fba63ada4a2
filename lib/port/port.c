// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "port/port.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <rte_dev.h>
#include <rte_ethdev.h>

#include "base/log.h"
#include "dp/worker.h"
#include "fib/vrf.h"
#include "netlink/link.h"
#include "port/device.h"
#include "slow/slow.h"
#include "xdp/xdp.h"

GW_LOG_MODULE("port");

#define XDP_POLL_US 500000

struct gw_port gw_ports[GW_MAX_PORTS];
uint16_t gw_port_untagged[GW_MAX_PORTS];
struct gw_mac gw_gateway_mac;
bool gw_gateway_mac_set;

bool gw_port_find(const char *name, uint16_t *port)
{
	for (uint16_t i = 0; i < GW_MAX_PORTS; i++) {
		if (gw_ports[i].used && strcmp(gw_ports[i].name, name) == 0) {
			*port = i;
			return true;
		}
	}
	return false;
}

static void port_close(uint16_t id)
{
	struct gw_port *p = &gw_ports[id];
	struct rte_eth_dev_info info = {0};

	rte_eth_dev_info_get(id, &info);
	rte_eth_dev_close(id);
	if (info.device != NULL)
		rte_dev_remove(info.device); // else the name cannot be used again
	gw_xdp_close(p->xdp);
	memset(p, 0, sizeof(*p));
	gw_port_untagged[id] = 0;
}

int gw_port_add(const struct gw_port_spec *spec, unsigned workers, struct gw_err *err)
{
	struct gw_xdp *xdp;
	struct gw_port *p;
	uint16_t id, vrf;
	int ret;

	if (gw_port_find(spec->name, &id))
		return gw_err_set(err, EEXIST, "port %s: is there already", spec->name);
	ret = gw_vrf_get(spec->vrf != NULL ? spec->vrf : "default", &vrf, err);
	if (ret == 0)
		ret = gw_device_probe(spec, workers, &xdp, &id, err);
	if (ret < 0)
		return ret;
	p = &gw_ports[id];
	memset(p, 0, sizeof(*p));
	snprintf(p->name, sizeof(p->name), "%s", spec->name);
	snprintf(p->device, sizeof(p->device), "%s", spec->device);
	p->role = spec->role;
	p->transit = spec->transit;
	p->no_source_guard = spec->no_source_guard;
	p->sr_domain = spec->sr_domain;
	p->mlag = (uint8_t)spec->mlag;
	p->split = spec->mlag != GW_MLAG_NO_PORT; // until the peer says otherwise
	p->has_virtual_mac = spec->has_virtual_mac;
	p->virtual_mac = spec->virtual_mac;
	p->vrf = vrf;
	p->xdp = xdp;
	ret = gw_device_configure(id, spec, workers, err);
	if (ret < 0) {
		port_close(id);
		return ret;
	}
	p->used = true;
	return 0;
}

// AF_XDP: the driver reports no link, the kernel does.
static void xdp_link(int ifindex, bool up, bool running)
{
	for (uint16_t i = 0; i < GW_MAX_PORTS; i++) {
		struct gw_port *p = &gw_ports[i];

		if (p->used && p->xdp != NULL && gw_xdp_ifindex(p->xdp) == ifindex)
			p->link_down = !up || !running;
	}
}

// The steering program needs the kernel's addresses. Where links are not heard of, they are asked.
static bool xdp_poll(uint64_t)
{
	for (uint16_t i = 0; i < GW_MAX_PORTS; i++) {
		struct gw_port *p = &gw_ports[i];
		struct gw_err err = {0};
		bool link;

		if (!p->used || p->xdp == NULL)
			continue;
		p->link_down = gw_xdp_link(p->xdp, &link) < 0 || !link;
		if (gw_xdp_addr_sync(p->xdp, &err) < 0)
			LOG(DEBUG, "%s: %s", p->name, err.text);
	}
	return false;
}

int gw_ports_start(struct gw_err *err)
{
	bool xdp = false;

	for (uint16_t i = 0; i < GW_MAX_PORTS; i++) {
		struct gw_port *p = &gw_ports[i];
		int ret;

		if (!p->used)
			continue;
		ret = rte_eth_dev_start(i);
		if (ret < 0)
			return gw_err_set(
				err, -ret, "port %s: does not start: %s", p->name, strerror(-ret));
		p->up = true;
		xdp |= p->xdp != NULL;
		LOG(INFO, "%s: %s, %u receive and %u transmit queues", p->name, p->device,
			p->rx_queues, p->tx_queues);
	}
	gw_slow_every(XDP_POLL_US, xdp_poll);
	if (xdp)
		gw_link_watch(xdp_link);
	return 0;
}

void gw_ports_stop(void)
{
	for (uint16_t i = 0; i < GW_MAX_PORTS; i++) {
		struct gw_port *p = &gw_ports[i];

		if (!p->used)
			continue;
		rte_eth_dev_stop(i);
		port_close(i);
	}
}

int gw_port_set(const char *name, bool up, struct gw_err *err)
{
	uint16_t i;
	int ret;

	if (!gw_port_find(name, &i))
		return gw_err_set(err, ENOENT, "no port \"%s\" (show port info all)", name);
	ret = up ? rte_eth_dev_set_link_up(i) : rte_eth_dev_set_link_down(i);
	if (ret < 0 && ret != -ENOTSUP)
		return gw_err_set(err, -ret, "port %s: link: %s", name, strerror(-ret));
	gw_ports[i].up = up;
	LOG(NOTICE, "%s is set %s", name, up ? "up" : "down");
	return 0;
}
