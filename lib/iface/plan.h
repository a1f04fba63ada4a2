// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// The interfaces that a configuration in hand asks for: those of section "interfaces", untagged
// ones of ports with addresses or of role network, those that hosts name by port and VLANs. With
// their VRFs and own addresses, for the checks of other sections. Lives as long as the gw_conf;
// says nothing of the running interfaces but `index`.

#include <stdbool.h>
#include <stdint.h>

#include "base/hash32.h"
#include "config/config.h"
#include "iface/iface.h"
#include "port/plan.h"

struct gw_iface_plan {
	char name[GW_NAME_LEN];
	const struct gw_port_plan *port;
	const char *vrf_name;
	const char *fallback; // NULL none
	json_t *value;	      // the element of "interfaces", NULL: implicit
	json_t *neighbors[2]; // of the port and of the element; either may be NULL
	const char *section;  // where it stands: "interfaces", "ports" or "hosts"
	uint32_t at;	      // and at which index there
	uint16_t vrf;	      // gw_ifaces_plan.vrfs
	uint16_t vlans[2];
	uint8_t vlan_count;
	uint8_t addr_count;
	uint16_t tpid, mtu;
	bool no_proxy_arp;
	enum gw_half half;
	struct gw_iface_addr *addrs;
	uint8_t addr6_count;
	struct gw_iface_addr6 *addrs6;
	uint16_t index; // of the running one, 0: not known yet
};

struct gw_vrf_plan {
	const char *name;
	struct gw_hash32 own; // own address -> plan index of its interface + 1
	json_t *own6;	      // own IPv6 address as text -> plan index; NULL: none
};

// A subnet with neighbours.
struct gw_subnet_plan {
	struct gw_prefix4 p;
	uint32_t iface; // plan index
};

struct gw_subnet6_plan {
	struct gw_prefix6 p;
	uint32_t iface;
};

struct gw_ifaces_plan {
	bool done;
	struct gw_ports_plan *ports;
	struct gw_iface_plan **v;
	uint32_t count, size;
	json_t *names;		// name -> plan index
	struct gw_hash32 vlans; // gw_iface_vlan_key() of the port's plan index -> plan index + 1
	struct gw_vrf_plan *vrfs;
	uint16_t vrf_count;
	struct gw_subnet_plan *subnets;
	uint32_t subnet_count;
	struct gw_subnet6_plan *subnets6;
	uint32_t subnet6_count;
};

// Made and checked at the first call, but for fallbacks.
int gw_ifaces_plan(struct gw_conf *conf, struct gw_ifaces_plan **plan, struct gw_err *err);
struct gw_iface_plan *gw_iface_plan_find(const struct gw_ifaces_plan *plan, const char *name);
struct gw_iface_plan *gw_iface_plan_by_vlans(
	const struct gw_ifaces_plan *plan, const char *port, uint16_t outer, uint16_t inner);
// The interface of that port with these tags, made when missing, for the element `at` of "hosts".
int gw_iface_plan_of_host(struct gw_conf *conf, struct gw_ifaces_plan *plan, const char *port,
	const uint32_t *vlans, uint32_t vlan_count, size_t at, struct gw_iface_plan **out,
	struct gw_err *err);
// The interface of that name, else the untagged one of the port of that name, made when missing for
// the element `at` of `section`. `path`: where the name stands.
int gw_iface_plan_of_name(struct gw_conf *conf, struct gw_ifaces_plan *plan, const char *name,
	const char *path, const char *section, size_t at, struct gw_iface_plan **out,
	struct gw_err *err);
// "/interfaces/3".
const char *gw_iface_plan_path(struct gw_conf *conf, const struct gw_iface_plan *p);
const char *gw_iface_plan_place(struct gw_conf *conf, const struct gw_iface_plan *p);

// The VRF of that name, -1: no port, interface or tunnel is in one.
int gw_vrf_plan_find(const struct gw_ifaces_plan *plan, const char *name);
int gw_vrf_plan_get(struct gw_conf *conf, struct gw_ifaces_plan *plan, const char *name,
	const char *path, uint16_t *vrf, struct gw_err *err); // made when missing
// "blue, default"
const char *gw_vrf_plan_names(const struct gw_ifaces_plan *plan, char *buf, size_t room);

// plan_addr.c
int gw_iface_plan_addrs(struct gw_conf *conf, struct gw_ifaces_plan *plan, uint32_t i,
	struct gw_err *err); // fill p->addrs and what is looked up by address
// Whose own address this is, NULL nobody's.
const struct gw_iface_plan *gw_iface_plan_own(
	const struct gw_ifaces_plan *plan, uint16_t vrf, uint32_t ip);
// Where the address stands: "/ports/0/addresses/1 (line 7)".
const char *gw_iface_plan_addr_place(
	struct gw_conf *conf, const struct gw_iface_plan *p, uint32_t ip);
// The interface with the longest connected subnet that holds the address, NULL none.
const struct gw_iface_plan *gw_iface_plan_connected(
	const struct gw_ifaces_plan *plan, uint16_t vrf, uint32_t ip);
// plan_addr6.c: the same of IPv6.
const struct gw_iface_plan *gw_iface_plan_own6(
	const struct gw_ifaces_plan *plan, uint16_t vrf, const struct in6_addr *ip);
const char *gw_iface_plan_addr6_place(
	struct gw_conf *conf, const struct gw_iface_plan *p, const struct in6_addr *ip);
const struct gw_iface_plan *gw_iface_plan_connected6(
	const struct gw_ifaces_plan *plan, uint16_t vrf, const struct in6_addr *ip);
// plan_neigh.c: that neighbours of the interface lie in its subnets.
int gw_iface_plan_neighbors(
	struct gw_conf *conf, const struct gw_ifaces_plan *plan, uint32_t i, struct gw_err *err);

static inline uint16_t gw_iface_plan_outer(const struct gw_iface_plan *p)
{
	return p->vlan_count > 0 ? p->vlans[0] : 0;
}

static inline uint16_t gw_iface_plan_inner(const struct gw_iface_plan *p)
{
	return p->vlan_count > 1 ? p->vlans[1] : 0;
}
