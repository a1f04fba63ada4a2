// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "iface/iface.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_byteorder.h>
#include <rte_ether.h>

#include "base/log.h"
#include "base/reserve.h"
#include "dp/rcu.h"
#include "fib/vrf.h"
#include "group/group.h"
#include "host/publish.h"
#include "iface/addr.h"
#include "iface/marks.h"
#include "iface/save.h"
#include "neigh/neigh.h"
#include "port/port.h"
#include "slow/slow.h"
#include "sr_mcast/ifaces.h"
#include "tunnel/tunnel.h"

GW_LOG_MODULE("iface");

#define ANNOUNCE_POLL_US 100000

static bool announce_poll(uint64_t now_us);
static bool announcing; // some interface has repeats to come

struct gw_iface *gw_ifaces;
struct gw_iface_info *gw_iface_infos;
struct gw_hash32 gw_iface_vlans;
void (*gw_iface_announce_hook)(uint16_t iface);

static struct gw_hash32 iface_names; // hash of a name -> first interface
static uint16_t iface_top;	     // highest index ever used
static uint16_t iface_free[GW_MAX_IFACES];
static uint32_t iface_free_n;

static void vlans_reclaim(void *table)
{
	gw_hash32_table_free(table);
}

static void vlans_retire(struct gw_hash32_table *old)
{
	gw_rcu_defer(vlans_reclaim, old);
}

int gw_iface_init(void)
{
	gw_slow_every(ANNOUNCE_POLL_US, announce_poll);
	gw_ifaces = gw_reserve(GW_MAX_IFACES * sizeof(*gw_ifaces));
	gw_iface_infos = gw_reserve(GW_MAX_IFACES * sizeof(*gw_iface_infos));
	if (gw_ifaces == NULL || gw_iface_infos == NULL)
		return -ENOMEM;
	if (gw_hash32_init(&iface_names, 64, gw_hash32_table_free) < 0)
		return -ENOMEM;
	return gw_hash32_init(&gw_iface_vlans, 64, vlans_retire);
}

void gw_iface_fini(void)
{
	for (uint32_t i = 1; i <= iface_top; i++) {
		free(gw_iface_infos[i].addrs);
		free(gw_iface_infos[i].addrs6);
		free((void *)gw_ifaces[i].subnets6);
	}
	gw_hash32_fini(&gw_iface_vlans);
	gw_hash32_fini(&iface_names);
	gw_unreserve(gw_ifaces, GW_MAX_IFACES * sizeof(*gw_ifaces));
	gw_unreserve(gw_iface_infos, GW_MAX_IFACES * sizeof(*gw_iface_infos));
	gw_ifaces = NULL;
	gw_iface_infos = NULL;
	iface_top = 0;
	iface_free_n = 0;
}

uint16_t gw_iface_next(uint16_t after)
{
	for (uint32_t i = after + 1u; i <= iface_top; i++) {
		if (gw_iface_infos[i].name[0] != '\0')
			return (uint16_t)i;
	}
	return 0;
}

// Names: a million hosts name their interface.
static uint32_t name_key(const char *name)
{
	uint32_t h = 2166136261u; // FNV-1a

	for (; *name != '\0'; name++)
		h = (h ^ (uint8_t)*name) * 16777619u;
	return h;
}

uint16_t gw_iface_find(const char *name)
{
	uint16_t i = (uint16_t)gw_hash32_get(iface_names.table, name_key(name));

	while (i != 0 && strcmp(gw_iface_infos[i].name, name) != 0)
		i = gw_iface_infos[i].same_hash;
	return i;
}

static int name_insert(uint16_t i, const char *name)
{
	uint32_t key = name_key(name);
	int ret;

	gw_iface_infos[i].same_hash = (uint16_t)gw_hash32_get(iface_names.table, key);
	ret = gw_hash32_set(&iface_names, key, i);
	if (ret == 0)
		snprintf(gw_iface_infos[i].name, GW_NAME_LEN, "%s", name);
	return ret;
}

static void name_remove(uint16_t i)
{
	uint32_t key = name_key(gw_iface_infos[i].name);
	uint16_t at = (uint16_t)gw_hash32_get(iface_names.table, key);
	uint16_t after = gw_iface_infos[i].same_hash;

	gw_iface_infos[i].name[0] = '\0';
	if (at == i && after == 0) {
		gw_hash32_del(&iface_names, key);
	} else if (at == i) {
		gw_hash32_set(&iface_names, key, after); // replaces: cannot fail
	} else {
		while (gw_iface_infos[at].same_hash != i)
			at = gw_iface_infos[at].same_hash;
		gw_iface_infos[at].same_hash = after;
	}
}

uint16_t gw_iface_by_vlans(uint16_t port, uint16_t outer, uint16_t inner)
{
	return (uint16_t)gw_hash32_get(gw_iface_vlans.table, gw_iface_vlan_key(port, outer, inner));
}

static void index_reclaim(void *index)
{
	iface_free[iface_free_n++] = (uint16_t)(uintptr_t)index;
}

static uint16_t index_alloc(void)
{
	if (iface_free_n > 0)
		return iface_free[--iface_free_n];
	return iface_top < GW_MAX_IFACES - 2 ? ++iface_top : 0;
}

// One key goes and one comes: there is room for it.
void gw_iface_rename(uint16_t iface, const char *name)
{
	name_remove(iface);
	name_insert(iface, name);
}

static uint64_t mac_word(const struct gw_mac *mac)
{
	uint64_t w = 0;

	memcpy(&w, mac->b, sizeof(mac->b));
	return w;
}

// What stands before every packet out of the interface, right-aligned; returns its length.
static uint8_t template_build(uint8_t l2[static GW_L2_MAX], const struct gw_mac *src, uint16_t tpid,
	uint16_t outer, uint16_t inner)
{
	uint8_t frame[GW_L2_MAX] = {0}, right[GW_L2_MAX];
	uint8_t n = 12;
	uint16_t words[5];
	unsigned w = 0;

	memcpy(frame + 6, src->b, sizeof(src->b));
	if (outer != 0) {
		words[w++] = tpid;
		words[w++] = outer;
	}
	if (inner != 0) {
		words[w++] = RTE_ETHER_TYPE_VLAN;
		words[w++] = inner;
	}
	words[w++] = RTE_ETHER_TYPE_IPV4;
	for (unsigned i = 0; i < w; i++) {
		frame[n++] = (uint8_t)(words[i] >> 8);
		frame[n++] = (uint8_t)words[i];
	}
	// Workers may be sending by it: what does not change is never anything else in between.
	memset(right, 0, sizeof(right));
	memcpy(right + GW_L2_MAX - n, frame, n);
	if (memcmp(l2, right, sizeof(right)) != 0)
		memcpy(l2, right, sizeof(right));
	return n;
}

static int spec_check(const struct gw_iface_spec *spec, uint16_t port, struct gw_err *err)
{
	uint16_t other = gw_iface_by_vlans(port, spec->vlans[0], spec->vlans[1]);

	for (unsigned i = 0; i < spec->vlan_count; i++) {
		if (spec->vlans[i] < 1 || spec->vlans[i] > 4094)
			return gw_err_set(err, EINVAL,
				"interface %s: VLAN %u is out of range (1..4094)", spec->name,
				spec->vlans[i]);
	}
	if (other != 0 && strcmp(gw_iface_infos[other].name, spec->name) != 0)
		return gw_err_set(err, EEXIST,
			"interface %s: port %s with these VLANs is interface %s already",
			spec->name, spec->port, gw_iface_infos[other].name);
	for (unsigned i = 0; i < spec->addr6_count; i++) {
		const char *wrong = gw_iface_addr6_wrong(&spec->addrs6[i].p.addr);
		char text[GW_IP6_LEN];

		if (wrong != NULL)
			return gw_err_set(err, EINVAL,
				"interface %s: %s is no address that a device can have: %s",
				spec->name, gw_ip6_str(&spec->addrs6[i].p.addr, text), wrong);
	}
	return 0;
}

// Workers compare with it: what does not change is never anything else in between.
static void link_local_set(struct gw_iface_info *info)
{
	struct in6_addr ip = gw_iface_link_local_of(&info->src);

	if (!gw_ip6_eq(&info->link_local, &ip))
		info->link_local = ip;
}

// Everything about the interface that a change may touch, but for addresses.
static void iface_fill(struct gw_iface *ifc, struct gw_iface_info *info,
	const struct gw_iface_spec *spec, uint16_t port, uint16_t vrf, uint16_t fallback)
{
	const struct gw_port *pt = &gw_ports[port];

	info->outer = spec->vlan_count > 0 ? spec->vlans[0] : 0;
	info->inner = spec->vlan_count > 1 ? spec->vlans[1] : 0;
	info->tpid = spec->tpid != 0 ? spec->tpid : gw_iface_tpid(spec->vlan_count > 1);
	info->proxy_arp = !spec->no_proxy_arp;
	info->implicit = spec->implicit;
	info->src = gw_port_has_gateways(pt) && gw_gateway_mac_set ? gw_gateway_mac : pt->mac;
	link_local_set(info);
	ifc->l2_len = template_build(ifc->l2, &info->src, info->tpid, info->outer, info->inner);
	ifc->role = pt->role;
	ifc->transit = pt->transit;
	ifc->sr_domain = pt->sr_domain;
	ifc->mlag = pt->mlag;
	ifc->split = pt->split;
	ifc->no_mcast = pt->no_mcast;
	ifc->port = port;
	ifc->vrf = vrf;
	ifc->mtu = spec->mtu != 0 ? spec->mtu : pt->mtu;
	ifc->fallback = fallback;
	// Most frames are to the first: hosts behind a member send to the pair's.
	ifc->mac[0] = mac_word(pt->has_virtual_mac ? &pt->virtual_mac : &info->src);
	ifc->mac[1] = mac_word(&pt->mac);
}

static int names_resolve(const struct gw_iface_spec *spec, uint16_t *port, uint16_t *vrf,
	uint16_t *fallback, struct gw_err *err)
{
	int ret;

	if (!gw_port_find(spec->port, port))
		return gw_err_set(err, ENOENT, "interface %s: no port \"%s\" (show port info all)",
			spec->name, spec->port);
	*vrf = gw_ports[*port].vrf;
	if (spec->vrf != NULL) {
		ret = gw_vrf_get(spec->vrf, vrf, err);
		if (ret < 0)
			return ret;
	}
	*fallback = 0;
	if (spec->fallback != NULL) {
		*fallback = gw_path_find(spec->fallback);
		if (*fallback == 0)
			return gw_err_set(err, ENOENT,
				"interface %s: fallback: no tunnel \"%s\" (show tunnel)",
				spec->name, spec->fallback);
		if (gw_path_vrf(*fallback) != *vrf)
			return gw_err_set(err, EINVAL,
				"interface %s: fallback %s carries VRF %s, the interface is in VRF "
				"%s",
				spec->name, spec->fallback, gw_vrfs[gw_path_vrf(*fallback)].name,
				gw_vrfs[*vrf].name);
	}
	return spec_check(spec, *port, err);
}

uint32_t gw_iface_generation;

static int addresses_set(uint16_t i, const struct gw_iface_spec *spec, struct gw_err *err)
{
	struct gw_iface_info *info = &gw_iface_infos[i];
	struct gw_iface_addr6 old[UINT8_MAX];
	uint8_t old_count = info->addr6_count;
	int ret;

	if (old_count > 0)
		for (uint8_t k = 0; k < old_count; k++)
			old[k] = info->addrs6[k];
	gw_iface_generation++;
	ret = gw_iface_addrs6_set(i, spec->addrs6, spec->addr6_count, err);
	if (ret < 0)
		return ret;
	ret = gw_iface_addrs_set(i, spec->addrs, spec->addr_count, err);
	if (ret < 0)
		gw_iface_addrs6_set(i, old, old_count, NULL);
	return ret;
}

// Only takes away: cannot fail.
static void addresses_clear(uint16_t i)
{
	gw_iface_generation++;
	gw_iface_addrs_set(i, NULL, 0, NULL);
	gw_iface_addrs6_set(i, NULL, 0, NULL);
}

// An interface of that name is there: what may change, changes; what may not, is an error.
static int iface_change(uint16_t i, const struct gw_iface_spec *spec, uint16_t port, uint16_t vrf,
	uint16_t fallback, struct gw_err *err)
{
	struct gw_iface *ifc = &gw_ifaces[i];
	struct gw_iface_info *info = &gw_iface_infos[i];
	uint16_t outer = spec->vlan_count > 0 ? spec->vlans[0] : 0;
	uint16_t inner = spec->vlan_count > 1 ? spec->vlans[1] : 0;
	uint16_t old = ifc->fallback;
	int ret;

	if (ifc->port != port || ifc->vrf != vrf || info->outer != outer || info->inner != inner)
		return gw_err_set(err, EBUSY,
			"interface %s: port, VLANs and VRF of an interface do not change; delete "
			"it "
			"first",
			spec->name);
	ret = addresses_set(i, spec, err);
	if (ret < 0)
		return ret;
	gw_path_hold(fallback);
	iface_fill(ifc, info, spec, port, vrf, fallback);
	gw_path_release(old);
	if (ifc->half != spec->half)
		return gw_iface_switch(spec->name, spec->half, err);
	return 0;
}

int gw_iface_add(const struct gw_iface_spec *spec, struct gw_err *err)
{
	uint16_t port, vrf, fallback = 0, i;
	struct gw_iface_info *info;
	struct gw_iface *ifc;
	int ret;

	ret = names_resolve(spec, &port, &vrf, &fallback, err);
	if (ret < 0)
		return ret;
	i = gw_iface_find(spec->name);
	if (i != 0)
		return iface_change(i, spec, port, vrf, fallback, err);
	i = index_alloc();
	if (i == 0)
		return gw_err_set(err, ENOSPC, "interface %s: there are %u already", spec->name,
			GW_MAX_IFACES - 2);
	ifc = &gw_ifaces[i];
	info = &gw_iface_infos[i];
	iface_fill(ifc, info, spec, port, vrf, fallback);
	ifc->half = spec->half;
	info->hosts = 0;
	info->redirect = 0;
	gw_io_clear(gw_iface_stats, i);
	ret = name_insert(i, spec->name);
	if (ret == 0)
		ret = addresses_set(i, spec, err);
	if (ret == 0)
		ret = gw_hash32_set(
			&gw_iface_vlans, gw_iface_vlan_key(port, info->outer, info->inner), i);
	if (ret < 0) {
		addresses_clear(i);
		if (info->name[0] != '\0')
			name_remove(i);
		index_reclaim((void *)(uintptr_t)i);
		return gw_err_set(err, -ret, "interface %s: no memory", spec->name);
	}
	gw_path_hold(fallback);
	if (info->outer == 0)
		gw_port_untagged[port] = i;
	gw_tunnel_routes_changed();
	return 0;
}

int gw_iface_del(const char *name, struct gw_err *err)
{
	uint16_t i = gw_iface_find(name);
	struct gw_iface_info *info = &gw_iface_infos[i];
	struct gw_iface *ifc = &gw_ifaces[i];

	if (i == 0)
		return gw_err_set(err, ENOENT, "no interface \"%s\" (show interface)", name);
	if (info->hosts > 0)
		return gw_err_set(err, EBUSY, "interface %s: %u hosts are on it; delete them first",
			name, info->hosts);
	if (gw_mcast_iface_free(i, err) < 0)
		return -EBUSY;
	gw_mcast_iface_gone(i);
	gw_hash32_del(&gw_iface_vlans, gw_iface_vlan_key(ifc->port, info->outer, info->inner));
	if (gw_port_untagged[ifc->port] == i)
		gw_port_untagged[ifc->port] = 0;
	gw_group_iface_gone(i);
	gw_neigh_iface_gone(i);
	addresses_clear(i);
	gw_path_release(ifc->fallback);
	ifc->fallback = 0;
	name_remove(i);
	gw_rcu_defer(index_reclaim, (void *)(uintptr_t)i);
	gw_tunnel_routes_changed();
	return 0;
}

// A frame of the old half that was still on its way teaches the switches the old place again: the
// gateway is announced again after 1 s and after 3 s (RFC 5227 2.3 announces twice, too).
static bool announce_poll(uint64_t now_us)
{
	static const uint64_t after_us[] = {0, 1000000, 3000000};
	uint16_t i = 0;
	bool again = false;

	if (!announcing)
		return false;
	while ((i = gw_iface_next(i)) != 0) {
		struct gw_iface_info *info = &gw_iface_infos[i];

		if (info->announced == 0)
			continue;
		if (gw_ifaces[i].half != GW_HALF_ACTIVE) {
			info->announced = 0;
			continue;
		}
		if (now_us - info->last_switch_us >= after_us[info->announced]) {
			gw_iface_announce_hook(i);
			info->announced++;
		}
		if (info->announced == RTE_DIM(after_us))
			info->announced = 0;
		again |= info->announced != 0;
	}
	announcing = again;
	return true;
}

int gw_iface_switch(const char *name, enum gw_half half, struct gw_err *err)
{
	uint16_t i = gw_iface_find(name);

	if (i == 0)
		return gw_err_set(err, ENOENT, "no interface \"%s\" (show interface)", name);
	if (gw_ifaces[i].half == half)
		return 0;
	if (half == GW_HALF_STANDBY && gw_ifaces[i].role != GW_ROLE_ACCESS)
		return gw_err_set(err, EINVAL,
			"interface %s: port %s is not of role access: only interfaces of clients "
			"have a standby half",
			name, gw_ports[gw_ifaces[i].port].name);
	__atomic_store_n(&gw_ifaces[i].half, (uint8_t)half, __ATOMIC_RELEASE);
	gw_iface_infos[i].last_switch_us = gw_slow_now_us();
	gw_host_publish_switched(i);
	LOG(INFO, "%s is %s", name, half == GW_HALF_ACTIVE ? "active" : "standby");
	if (half == GW_HALF_ACTIVE && gw_iface_announce_hook != NULL) {
		gw_iface_announce_hook(i);
		gw_iface_infos[i].announced = 1;
		announcing = true;
	}
	return 0;
}

json_t *gw_iface_json(uint16_t i)
{
	const struct gw_iface *ifc = &gw_ifaces[i];
	const struct gw_iface_info *info = &gw_iface_infos[i];
	struct gw_io_stats s = gw_io_sum(gw_iface_stats, i);
	json_t *vlans = json_array(), *addrs = json_array();
	char text[GW_PREFIX6_LEN], link_local[GW_IP6_LEN], mac[GW_MAC_LEN];

	if (info->outer != 0)
		json_array_append_new(vlans, json_integer(info->outer));
	if (info->inner != 0)
		json_array_append_new(vlans, json_integer(info->inner));
	for (unsigned a = 0; a < info->addr_count; a++)
		json_array_append_new(addrs,
			json_string(
				gw_prefix4_str(info->addrs[a].p.addr, info->addrs[a].p.len, text)));
	for (unsigned a = 0; a < info->addr6_count; a++)
		json_array_append_new(addrs,
			json_string(gw_prefix6_str(
				&info->addrs6[a].p.addr, info->addrs6[a].p.len, text)));
	return json_pack(
		"{s:s, s:s, s:o, s:s, s:s, s:s, s:o, s:s, s:s, s:i, s:s?, s:i, s:I, s:I, s:I, s:I}",
		"name", info->name, "port", gw_ports[ifc->port].name, "vlans", vlans, "role",
		ifc->role == GW_ROLE_ACCESS ? "access" : "network", "state",
		ifc->half == GW_HALF_ACTIVE ? "active" : "standby", "vrf", gw_vrfs[ifc->vrf].name,
		"addresses", addrs, "link_local", gw_ip6_str(&info->link_local, link_local), "mac",
		gw_mac_str(&info->src, mac), "mtu", ifc->mtu, "fallback",
		ifc->fallback != 0 ? gw_path_name(ifc->fallback) : NULL, "hosts", info->hosts,
		"rx_packets", (json_int_t)s.rx_packets, "rx_octets", (json_int_t)s.rx_octets,
		"tx_packets", (json_int_t)s.tx_packets, "tx_octets", (json_int_t)s.tx_octets);
}
