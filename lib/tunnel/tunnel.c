// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "tunnel/tunnel.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include <rte_byteorder.h>
#include <rte_ip.h>
#include <rte_udp.h>

#include "base/reserve.h"
#include "dp/rcu.h"
#include "dp/worker.h"
#include "fib/multipath.h"
#include "fib/nexthop.h"
#include "fib/vrf.h"
#include "iface/addr.h"
#include "ip4/ip4.h"
#include "neigh/neigh.h"
#include "slow/slow.h"
#include "tunnel/error.h"
#include "tunnel/path.h"

#define OUTER_TTL      64
#define TCP_IP_HEADERS 40
#define SOLICIT_US     500000

struct gw_tunnel *gw_tunnels;
struct gw_tunnel_info *gw_tunnel_infos;
struct gw_hash32 gw_tunnel_keys;

static uint16_t tunnel_top;
static bool routes_changed;

static void keys_reclaim(void *table)
{
	gw_hash32_table_free(table);
}

static void keys_retire(struct gw_hash32_table *old)
{
	gw_rcu_defer(keys_reclaim, old);
}

static bool resolve_poll(uint64_t)
{
	return gw_tunnel_resolve();
}

// A tunnel is ready before the first client moves into it: what waits for an ARP reply at full
// rate is lost. A replay sends nothing unasked.
static bool nexthops_poll(uint64_t)
{
	uint16_t i = 0;

	if (!gw_running || gw_worker_conf.replay)
		return false;
	while ((i = gw_tunnel_next(i)) != 0) {
		if (gw_tunnels[i].nh != 0)
			gw_neigh_solicit(gw_tunnels[i].nh);
	}
	return false;
}

int gw_tunnel_init(void)
{
	gw_slow_every(SOLICIT_US, nexthops_poll);
	gw_slow_every(0, resolve_poll);
	gw_tunnel_errors_init();
	gw_tunnels = gw_reserve(GW_MAX_TUNNELS * sizeof(*gw_tunnels));
	gw_tunnel_infos = gw_reserve(GW_MAX_TUNNELS * sizeof(*gw_tunnel_infos));
	if (gw_tunnels == NULL || gw_tunnel_infos == NULL || gw_paths_init() < 0)
		return -ENOMEM;
	return gw_hash32_init(&gw_tunnel_keys, 64, keys_retire);
}

void gw_tunnel_fini(void)
{
	gw_hash32_fini(&gw_tunnel_keys);
	gw_paths_fini();
	gw_unreserve(gw_tunnels, GW_MAX_TUNNELS * sizeof(*gw_tunnels));
	gw_unreserve(gw_tunnel_infos, GW_MAX_TUNNELS * sizeof(*gw_tunnel_infos));
	gw_tunnels = NULL;
	gw_tunnel_infos = NULL;
	tunnel_top = 0;
}

uint16_t gw_tunnel_next(uint16_t after)
{
	for (uint32_t i = after + 1u; i <= tunnel_top; i++) {
		if (gw_tunnel_infos[i].name[0] != '\0')
			return (uint16_t)i;
	}
	return 0;
}

uint16_t gw_tunnel_find(const char *name)
{
	uint16_t i = 0;

	while ((i = gw_tunnel_next(i)) != 0) {
		if (strcmp(gw_tunnel_infos[i].name, name) == 0)
			return i;
	}
	return 0;
}

// `used` outlives the name until no worker can hold the index.
static uint16_t index_alloc(void)
{
	for (uint16_t i = 1; i <= tunnel_top; i++) {
		if (!gw_tunnels[i].used)
			return i;
	}
	return tunnel_top < GW_MAX_TUNNELS - 1 ? ++tunnel_top : 0;
}

static void index_reclaim(void *index)
{
	memset(&gw_tunnels[(uintptr_t)index], 0, sizeof(gw_tunnels[0]));
}

static void header_build(struct gw_tunnel *t)
{
	struct rte_ipv4_hdr *ip = (struct rte_ipv4_hdr *)t->hdr;
	struct rte_udp_hdr *udp = (struct rte_udp_hdr *)(ip + 1);
	uint8_t *gpe = (uint8_t *)(udp + 1);
	uint32_t sum;
	uint16_t word;

	memset(t->hdr, 0, sizeof(t->hdr));
	ip->version_ihl = RTE_IPV4_VHL_DEF;
	ip->fragment_offset = RTE_BE16(RTE_IPV4_HDR_DF_FLAG); // RFC 6864: the id then says nothing
	ip->time_to_live = OUTER_TTL;
	ip->next_proto_id = IPPROTO_UDP;
	ip->src_addr = rte_cpu_to_be_32(t->local);
	ip->dst_addr = rte_cpu_to_be_32(t->remote);
	udp->dst_port = RTE_BE16(GW_GPE_PORT);
	gpe[0] = 0x0c; // version 0, I: the VNI counts, P: next protocol is there
	gpe[3] = 1;    // IPv4
	gpe[4] = (uint8_t)(t->vni >> 16);
	gpe[5] = (uint8_t)(t->vni >> 8);
	gpe[6] = (uint8_t)t->vni;
	sum = 0;
	for (unsigned i = 0; i < sizeof(*ip); i += sizeof(word)) {
		memcpy(&word, t->hdr + i, sizeof(word));
		sum += word;
	}
	sum = (sum & UINT16_MAX) + (sum >> 16);
	t->csum = (uint16_t)(sum + (sum >> 16));
}

static void key_insert(uint16_t i)
{
	uint32_t key = gw_tunnel_key(gw_tunnels[i].local, gw_tunnels[i].remote, gw_tunnels[i].vni);

	gw_tunnels[i].next = (uint16_t)gw_hash32_get(gw_tunnel_keys.table, key);
	gw_hash32_set(&gw_tunnel_keys, key, i);
}

static void key_remove(uint16_t i)
{
	uint32_t key = gw_tunnel_key(gw_tunnels[i].local, gw_tunnels[i].remote, gw_tunnels[i].vni);
	uint16_t at = (uint16_t)gw_hash32_get(gw_tunnel_keys.table, key);

	if (at == i) {
		if (gw_tunnels[i].next != 0)
			gw_hash32_set(&gw_tunnel_keys, key, gw_tunnels[i].next);
		else
			gw_hash32_del(&gw_tunnel_keys, key);
		return;
	}
	while (at != 0 && gw_tunnels[at].next != i)
		at = gw_tunnels[at].next;
	if (at != 0)
		__atomic_store_n(&gw_tunnels[at].next, gw_tunnels[i].next, __ATOMIC_RELEASE);
}

// The VRF in which `local` is an own address: the default one if it is there.
static bool outer_vrf_find(uint32_t local, uint16_t *vrf)
{
	for (uint16_t v = 0; v < gw_vrf_count; v++) {
		uint16_t i = gw_iface_addr_owner(v, local);

		if (i != 0 && gw_ifaces[i].role == GW_ROLE_NETWORK) {
			*vrf = v;
			return true;
		}
	}
	return false;
}

static int spec_check(
	const struct gw_tunnel_spec *spec, uint16_t *vrf, uint16_t *outer_vrf, struct gw_err *err)
{
	char text[GW_IP4_LEN];
	uint16_t other;

	if (spec->vni >= 1u << 24)
		return gw_err_set(err, EINVAL, "tunnel %s: VNI %u is out of range (0..16777215)",
			spec->name, spec->vni);
	if (!outer_vrf_find(spec->local, outer_vrf))
		return gw_err_set(err, EADDRNOTAVAIL,
			"tunnel %s: local %s is no address of a network port (show interface)",
			spec->name, gw_ip4_str(spec->local, text));
	if (spec->remote == spec->local || !gw_ip4_source_ok(spec->remote))
		return gw_err_set(err, EINVAL,
			"tunnel %s: remote %s is no address of another device", spec->name,
			gw_ip4_str(spec->remote, text));
	other = gw_tunnel_lookup(spec->local, spec->remote, spec->vni);
	if (other != 0 && strcmp(gw_tunnel_infos[other].name, spec->name) != 0)
		return gw_err_set(err, EEXIST,
			"tunnel %s: local, remote and VNI are those of tunnel %s", spec->name,
			gw_tunnel_infos[other].name);
	return gw_vrf_get(spec->vrf != NULL ? spec->vrf : "default", vrf, err);
}

int gw_tunnel_add(const struct gw_tunnel_spec *spec, struct gw_err *err)
{
	uint16_t i = gw_tunnel_find(spec->name);
	uint16_t vrf = 0, outer_vrf = 0;
	struct gw_tunnel *t = &gw_tunnels[i];
	struct gw_tunnel_info *info;
	bool fresh = i == 0;
	int ret;

	if (fresh && gw_path_find(spec->name) != 0)
		return gw_err_set(
			err, EEXIST, "tunnel %s: a tunnel group has that name", spec->name);
	ret = spec_check(spec, &vrf, &outer_vrf, err);
	if (ret < 0)
		return ret;
	if (!fresh &&
		(t->local != spec->local || t->remote != spec->remote || t->vni != spec->vni ||
			t->vrf != vrf))
		return gw_err_set(err, EBUSY,
			"tunnel %s: addresses, VNI and VRF of a tunnel do not change; delete it "
			"first",
			spec->name);
	if (fresh) {
		i = index_alloc();
		if (i == 0)
			return gw_err_set(err, ENOSPC, "tunnel %s: there are %u already",
				spec->name, GW_MAX_TUNNELS - 1);
		t = &gw_tunnels[i];
		info = &gw_tunnel_infos[i];
		memset(info, 0, sizeof(*info));
		info->path = gw_path_alloc(i);
		if (info->path == 0)
			return gw_err_set(err, ENOSPC, "tunnel %s: no path left", spec->name);
		*t = (struct gw_tunnel){.local = spec->local,
			.remote = spec->remote,
			.vni = spec->vni,
			.vrf = vrf,
			.used = 1};
		header_build(t);
		snprintf(info->name, sizeof(info->name), "%s", spec->name);
		gw_io_clear(gw_tunnel_stats, i);
		key_insert(i);
	}
	t->symmetric = spec->symmetric;
	gw_tunnel_infos[i].outer_vrf = outer_vrf;
	gw_tunnel_infos[i].mss_clamp = spec->mss_clamp;
	gw_tunnel_routes_changed();
	return 0;
}

int gw_tunnel_del(const char *name, struct gw_err *err)
{
	uint16_t i = gw_tunnel_find(name);
	struct gw_tunnel_info *info = &gw_tunnel_infos[i];

	if (i == 0)
		return gw_err_set(err, ENOENT, "no tunnel \"%s\" (show tunnel)", name);
	if (info->refs > 0)
		return gw_err_set(err, EBUSY,
			"tunnel %s: %u routes, groups or interfaces use it; delete them first",
			name, info->refs);
	key_remove(i);
	if (gw_tunnels[i].nh != 0)
		gw_neigh_release(gw_tunnels[i].nh);
	gw_path_free(info->path);
	info->name[0] = '\0';
	gw_rcu_defer(index_reclaim, (void *)(uintptr_t)i);
	return 0;
}

void gw_tunnel_routes_changed(void)
{
	routes_changed = true;
}

// The next hop that the route to the remote names; on a connected subnet the remote itself.
static uint32_t remote_nexthop(uint16_t vrf, uint32_t remote)
{
	uint32_t res = gw_rib_lookup(&gw_vrfs[vrf].rib, remote);

	switch (gw_fib_kind(res)) {
	case GW_FIB_MULTIPATH: // a tunnel stays with one of them
		return gw_multipath_pick(gw_fib_index(res), remote);
	case GW_FIB_ROUTE:
	case GW_FIB_NEIGH:
		return gw_fib_index(res);
	case GW_FIB_CONNECTED:
		return gw_neigh_get((uint16_t)gw_fib_index(res), gw_ip_of4(remote));
	default:
		return 0;
	}
}

bool gw_tunnel_resolve(void)
{
	uint16_t i = 0;

	if (!routes_changed)
		return false;
	routes_changed = false;
	while ((i = gw_tunnel_next(i)) != 0) {
		struct gw_tunnel *t = &gw_tunnels[i];
		uint32_t old = t->nh;
		uint32_t nh = remote_nexthop(gw_tunnel_infos[i].outer_vrf, t->remote);
		uint16_t mtu;

		if (nh != old) {
			if (nh != 0)
				gw_neigh_hold(nh);
			__atomic_store_n(&t->nh, nh, __ATOMIC_RELEASE);
			if (old != 0)
				gw_neigh_release(old);
		}
		mtu = gw_tunnel_mtu(i);
		t->mss = gw_tunnel_infos[i].mss_clamp && mtu > TCP_IP_HEADERS
			? (uint16_t)(mtu - TCP_IP_HEADERS)
			: 0;
	}
	return true;
}

uint16_t gw_tunnel_mtu(uint16_t i)
{
	uint32_t nh = gw_tunnels[i].nh;
	uint16_t mtu = nh != 0 ? gw_ifaces[gw_nexthops[nh].iface].mtu : 0;
	uint16_t path = gw_tunnels[i].path_mtu;

	if (path != 0 && path < mtu)
		mtu = path;

	return mtu > GW_GPE_OVERHEAD ? mtu - GW_GPE_OVERHEAD : 0;
}

json_t *gw_tunnel_json(uint16_t i)
{
	const struct gw_tunnel *t = &gw_tunnels[i];
	const struct gw_tunnel_info *info = &gw_tunnel_infos[i];
	struct gw_io_stats s = gw_io_sum(gw_tunnel_stats, i);
	char local[GW_IP4_LEN], remote[GW_IP4_LEN], hop[GW_IP_LEN];
	struct gw_ip via = gw_neigh_ip(t->nh);
	const char *state = "no-route";

	if (t->nh != 0)
		state = gw_nexthop_mac(t->nh) & GW_NH_RESOLVED ? "up" : "unresolved";
	return json_pack("{s:s, s:s, s:i, s:s, s:s, s:s, s:s, s:s?, s:i, s:b, s:b, s:i, s:I, s:I, "
			 "s:I, s:I, s:I}",
		"name", info->name, "type", "vxlan-gpe", "vni", t->vni, "local",
		gw_ip4_str(t->local, local), "remote", gw_ip4_str(t->remote, remote), "vrf",
		gw_vrfs[t->vrf].name, "state", state, "next_hop",
		t->nh != 0 ? gw_ip_str(&via, hop) : NULL, "mtu", gw_tunnel_mtu(i), "symmetric",
		t->symmetric, "mss_clamp", info->mss_clamp, "references", info->refs, "rx_packets",
		(json_int_t)s.rx_packets, "rx_octets", (json_int_t)s.rx_octets, "tx_packets",
		(json_int_t)s.tx_packets, "tx_octets", (json_int_t)s.tx_octets, "icmp_errors",
		(json_int_t)info->errors);
}
