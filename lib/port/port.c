// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "port/port.h"

#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>

#include <rte_dev.h>
#include <rte_ethdev.h>

#include "base/log.h"
#include "dp/worker.h"
#include "fib/vrf.h"
#include "port/device.h"
#include "slow/slow.h"
#include "xdp/netdev.h"
#include "xdp/xdp.h"

GW_LOG_MODULE("port");

#define XDP_POLL_US  500000
#define RETRY_US     1000000 // of what a device refused
#define MAX_WATCHERS 8

struct gw_port gw_ports[GW_MAX_PORTS];
uint16_t gw_port_untagged[GW_MAX_PORTS];
struct gw_mac gw_gateway_mac;
bool gw_gateway_mac_set;
void (*gw_ports_leaving)(void);

static void (*watchers[MAX_WATCHERS])(uint16_t port);
static unsigned watcher_count;

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
	p->host_routes = spec->host_routes;
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

void gw_port_watch(void (*fn)(uint16_t port))
{
	for (unsigned i = 0; i < watcher_count; i++) {
		if (watchers[i] == fn)
			return;
	}
	RTE_VERIFY(watcher_count < MAX_WATCHERS);
	watchers[watcher_count++] = fn;
}

void gw_port_changed(uint16_t port)
{
	for (unsigned i = 0; i < watcher_count; i++)
		watchers[i](port);
}

bool gw_port_is_up(uint16_t port)
{
	const struct gw_port *p = &gw_ports[port];

	return p->used && p->up && p->carrier;
}

// AF_XDP: the steering program needs the kernel's addresses.
static bool xdp_poll(uint64_t)
{
	for (uint16_t i = 0; i < GW_MAX_PORTS; i++) {
		struct gw_port *p = &gw_ports[i];
		struct gw_err err = {0};

		if (!p->used || p->xdp == NULL)
			continue;
		if (gw_xdp_addr_sync(p->xdp, &err) < 0)
			LOG(DEBUG, "%s: %s", p->name, err.text);
	}
	return false;
}

// What the administrator of the machine has set down stays down.
static bool is_left_down(const struct gw_port *p)
{
	char ifname[IF_NAMESIZE];
	struct gw_netdev dev;

	return p->ifindex != 0 && if_indextoname((unsigned)p->ifindex, ifname) != NULL &&
		gw_netdev_read(ifname, &dev, NULL) == 0 && !dev.up;
}

// Real: the other end loses its carrier. Of virtual devices net_tap and net_ring know how.
static int link_set(uint16_t port, bool up)
{
	const struct gw_port *p = &gw_ports[port];
	char ifname[IF_NAMESIZE];
	int ret = up ? rte_eth_dev_set_link_up(port) : rte_eth_dev_set_link_down(port);

	if (ret != -ENOTSUP)
		return ret;
	if (p->ifindex == 0 || (up && p->left_down))
		return 0;
	if (if_indextoname((unsigned)p->ifindex, ifname) == NULL)
		return -ENODEV;
	return gw_netdev_up_set(ifname, up);
}

// The device is to be what `up` says.
static int device_tell(uint16_t port)
{
	struct gw_port *p = &gw_ports[port];
	int ret = p->untold ? link_set(port, p->up) : 0;

	p->untold = ret < 0;
	return ret;
}

void gw_ports_retry(void)
{
	for (uint16_t i = 0; i < GW_MAX_PORTS; i++) {
		if (gw_ports[i].used && gw_ports[i].untold && device_tell(i) == 0)
			LOG(NOTICE, "%s: is set %s now", gw_ports[i].name,
				gw_ports[i].up ? "up" : "down");
	}
}

static bool retry_poll(uint64_t)
{
	gw_ports_retry();
	return false;
}

int gw_ports_start(struct gw_err *err)
{
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
		LOG(INFO, "%s: %s, %u receive and %u transmit queues", p->name, p->device,
			p->rx_queues, p->tx_queues);
	}
	gw_slow_every(XDP_POLL_US, xdp_poll);
	gw_slow_every(RETRY_US, retry_poll);
	return gw_port_carrier_start(err);
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

// Down to everybody else before the devices are, which may take milliseconds each: routes go first.
static void ports_leave(const uint16_t *port, uint32_t n)
{
	bool look[GW_MAX_PORTS] = {false}, some = false;

	for (uint32_t i = 0; i < n; i++) {
		struct gw_port *p = &gw_ports[port[i]];

		if (!p->up)
			continue;
		look[i] = !p->untold;
		p->up = false;
		p->untold = some = true;
		gw_port_changed(port[i]);
	}
	if (some && gw_ports_leaving != NULL)
		gw_ports_leaving();
	for (uint32_t i = 0; i < n; i++) {
		if (look[i])
			gw_ports[port[i]].left_down = is_left_down(&gw_ports[port[i]]);
	}
}

static int state_apply(uint16_t port)
{
	struct gw_port *p = &gw_ports[port];
	bool up = !p->admin_down && p->held == 0, rises = up && !p->up;
	int ret;

	if (!up)
		ports_leave(&port, 1);
	p->up = up; // what the device receives as soon as it is up counts
	p->untold |= rises;
	ret = device_tell(port);
	if (rises)
		gw_port_changed(port);
	return ret;
}

void gw_ports_leave(const uint16_t *port, uint32_t n, enum gw_port_hold why)
{
	for (uint32_t i = 0; i < n; i++)
		gw_ports[port[i]].held |= (uint8_t)why;
	ports_leave(port, n);
}

int gw_port_held(uint16_t port, enum gw_port_hold why)
{
	struct gw_port *p = &gw_ports[port];

	p->held |= (uint8_t)why;
	p->up = false;
	p->untold = true;
	p->left_down = false; // whoever finds it down: it was ours
	gw_port_changed(port);
	return device_tell(port);
}

int gw_port_hold(uint16_t port, enum gw_port_hold why, bool hold)
{
	struct gw_port *p = &gw_ports[port];

	p->held = (uint8_t)(hold ? p->held | why : p->held & ~why);
	return state_apply(port);
}

int gw_port_set(const char *name, bool up, struct gw_err *err)
{
	uint16_t i;
	int ret;

	if (!gw_port_find(name, &i))
		return gw_err_set(err, ENOENT, "no port \"%s\" (show port info all)", name);
	gw_ports[i].admin_down = !up;
	ret = state_apply(i);
	if (ret < 0)
		return gw_err_set(err, -ret, "port %s: link: %s", name, strerror(-ret));
	LOG(NOTICE, "%s is set %s", name, up ? "up" : "down");
	return 0;
}
