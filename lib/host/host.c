// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "host/host.h"

#include <errno.h>
#include <string.h>

#include "base/reserve.h"
#include "dp/rcu.h"
#include "dp/worker.h"
#include "fib/host_tunnel.h"
#include "fib/vrf.h"
#include "host/publish.h"
#include "host/rate.h"
#include "ip4/ip4.h"
#include "neigh/neigh.h"
#include "tunnel/tunnel.h"

struct gw_host_dir *gw_host_up, *gw_host_down;
struct gw_host_extra *gw_host_up_extra, *gw_host_down_extra;
struct gw_host_policed *gw_host_policed_up, *gw_host_policed_down;
struct gw_host_info *gw_host_infos;

#define RUN 64 // indices given to one owner at a time: whole cache lines of every table

static uint32_t host_top; // highest index ever used
static uint32_t host_count;
static uint32_t mark;
static struct {
	uint32_t free;	    // list through infos[].mark, 0 ends
	uint32_t next, end; // of the run under way
} owners[GW_MAX_LCORES];

int gw_host_init(void)
{
	gw_host_up = gw_reserve(GW_MAX_HOSTS * sizeof(*gw_host_up));
	gw_host_down = gw_reserve(GW_MAX_HOSTS * sizeof(*gw_host_down));
	gw_host_up_extra = gw_reserve(GW_MAX_HOSTS * sizeof(*gw_host_up_extra));
	gw_host_down_extra = gw_reserve(GW_MAX_HOSTS * sizeof(*gw_host_down_extra));
	gw_host_policed_up = gw_reserve(GW_MAX_HOSTS * sizeof(*gw_host_policed_up));
	gw_host_policed_down = gw_reserve(GW_MAX_HOSTS * sizeof(*gw_host_policed_down));
	gw_host_infos = gw_reserve(GW_MAX_HOSTS * sizeof(*gw_host_infos));
	if (gw_host_up == NULL || gw_host_down == NULL || gw_host_up_extra == NULL ||
		gw_host_down_extra == NULL || gw_host_policed_up == NULL ||
		gw_host_policed_down == NULL || gw_host_infos == NULL)
		return -ENOMEM;
	host_top = RUN - 1; // index 0 is none, and its run nobody's
	host_count = 0;
	memset(owners, 0, sizeof(owners));
	return gw_rates_init();
}

void gw_host_fini(void)
{
	gw_host_publish_fini();
	gw_rates_fini();
	gw_unreserve(gw_host_up, GW_MAX_HOSTS * sizeof(*gw_host_up));
	gw_unreserve(gw_host_down, GW_MAX_HOSTS * sizeof(*gw_host_down));
	gw_unreserve(gw_host_up_extra, GW_MAX_HOSTS * sizeof(*gw_host_up_extra));
	gw_unreserve(gw_host_down_extra, GW_MAX_HOSTS * sizeof(*gw_host_down_extra));
	gw_unreserve(gw_host_policed_up, GW_MAX_HOSTS * sizeof(*gw_host_policed_up));
	gw_unreserve(gw_host_policed_down, GW_MAX_HOSTS * sizeof(*gw_host_policed_down));
	gw_unreserve(gw_host_infos, GW_MAX_HOSTS * sizeof(*gw_host_infos));
}

uint32_t gw_host_total(void)
{
	return host_count;
}

uint32_t gw_host_find(uint16_t vrf, uint32_t ip)
{
	return gw_fib_index(gw_rib_get(&gw_vrfs[vrf].rib, ip, 32, GW_FIB_HOST));
}

uint32_t gw_host_next(uint32_t after)
{
	for (uint32_t i = after + 1; i <= host_top; i++) {
		if (gw_host_infos[i].used)
			return i;
	}
	return 0;
}

static uint32_t index_alloc(uint32_t ip)
{
	unsigned o = gw_owner(ip);
	uint32_t i = owners[o].free;

	if (i != 0) {
		owners[o].free = gw_host_infos[i].mark;
		return i;
	}
	if (owners[o].next == owners[o].end) {
		if (host_top + RUN >= GW_MAX_HOSTS)
			return 0;
		owners[o].next = host_top + 1;
		owners[o].end = owners[o].next + RUN;
		host_top += RUN;
	}
	return owners[o].next++;
}

static void index_reclaim(void *index)
{
	uint32_t i = (uint32_t)(uintptr_t)index;
	unsigned o = gw_owner(gw_host_infos[i].ip);

	gw_host_infos[i].mark = owners[o].free;
	owners[o].free = i;
}

static uint64_t where_word(const struct gw_mac *mac, uint16_t iface)
{
	uint64_t w = 0;

	memcpy(&w, mac->b, sizeof(mac->b));
	return w | (uint64_t)iface << 48;
}

static int spec_check(const struct gw_host_spec *spec, struct gw_err *err)
{
	char ip[GW_IP4_LEN], mac[GW_MAC_LEN];
	const struct gw_iface *ifc = &gw_ifaces[spec->iface];
	uint32_t own;

	if (!gw_ip4_source_ok(spec->ip))
		return gw_err_set(
			err, EINVAL, "host %s: no address of a host", gw_ip4_str(spec->ip, ip));
	if ((spec->mac.b[0] & 1) || where_word(&spec->mac, 0) == 0)
		return gw_err_set(err, EINVAL, "host %s: MAC %s is not one device's",
			gw_ip4_str(spec->ip, ip), gw_mac_str(&spec->mac, mac));
	if (ifc->role != GW_ROLE_ACCESS)
		return gw_err_set(err, EINVAL,
			"host %s: interface %s is of role network; hosts are on access ports",
			gw_ip4_str(spec->ip, ip), gw_iface_infos[spec->iface].name);
	own = gw_rib_get(&gw_vrfs[ifc->vrf].rib, spec->ip, 32, GW_FIB_LOCAL);
	if (own != 0)
		return gw_err_set(err, EEXIST, "host %s: is an own address of interface %s",
			gw_ip4_str(spec->ip, ip), gw_iface_infos[gw_fib_index(own)].name);
	if (spec->symmetric != 0 && gw_path_vrf(spec->symmetric) != ifc->vrf)
		return gw_err_set(err, EINVAL, "host %s: symmetric: %s carries VRF %s, not %s",
			gw_ip4_str(spec->ip, ip), gw_path_name(spec->symmetric),
			gw_vrfs[gw_path_vrf(spec->symmetric)].name, gw_vrfs[ifc->vrf].name);
	return 0;
}

// Meter and profile of a direction. A worker may be using the meter: a profile is exchanged, the
// tokens stay and settle to the new rate within one burst.
static void profile_set(struct gw_host_extra *e, uint16_t profile)
{
	uint16_t old = e->profile;

	if (profile == old) {
		gw_rate_put(profile); // counted twice
		return;
	}
	if (old == 0)
		gw_rate_meter_init(&e->meter, profile);
	__atomic_store_n(&e->profile, profile, __ATOMIC_RELEASE);
	gw_rate_put(old);
}

// Everything that makes a client special stands before the bit that says so.
static void dir_set(struct gw_host_dir *d, struct gw_host_extra *e, uint64_t where,
	uint16_t profile, uint8_t flags)
{
	bool special = profile != 0 || flags != 0;

	if (special || (d->where & GW_HOST_SPECIAL)) {
		profile_set(e, profile);
		__atomic_store_n(&e->flags, flags, __ATOMIC_RELEASE);
	}
	__atomic_store_n(&d->where, where | (special ? GW_HOST_SPECIAL : 0), __ATOMIC_RELEASE);
}

static void host_fill(uint32_t i, const struct gw_host_spec *spec, uint16_t up, uint16_t down)
{
	struct gw_host_info *info = &gw_host_infos[i];
	uint8_t flags = spec->standby ? GW_HOST_STANDBY : 0;
	uint64_t where = where_word(&spec->mac, spec->iface);

	info->cost = spec->cost;
	info->publish = spec->publish;
	info->mark = mark;
	gw_path_hold(spec->symmetric);
	gw_path_release(info->symmetric);
	info->symmetric = spec->symmetric;
	dir_set(&gw_host_down[i], &gw_host_down_extra[i], where, down, flags);
	if (spec->symmetric != 0)
		flags |= GW_HOST_SYMMETRIC;
	dir_set(&gw_host_up[i], &gw_host_up_extra[i], where, up, flags);
}

// Others share the interface that the client leaves: they learn that its address is reached by the
// gateway from now on.
static void host_left(uint16_t iface, uint32_t ip)
{
	gw_iface_infos[iface].hosts--;
	if (gw_iface_infos[iface].hosts > 0 && gw_ifaces[iface].half == GW_HALF_ACTIVE)
		gw_arp_announce(iface, ip);
}

// What another client left; untouched memory stays untouched.
static void index_clean(uint32_t i)
{
	struct gw_host_extra *const extra[] = {&gw_host_up_extra[i], &gw_host_down_extra[i]};

	gw_host_up[i] = gw_host_down[i] = (struct gw_host_dir){0};
	for (int d = 0; d < 2; d++) {
		if (extra[d]->carries != 0 || extra[d]->profile != 0 || extra[d]->flags != 0)
			*extra[d] = (struct gw_host_extra){0};
	}
	if (gw_host_policed_up[i].packets + gw_host_policed_down[i].packets > 0)
		gw_host_policed_up[i] = gw_host_policed_down[i] = (struct gw_host_policed){0};
}

// Filled before it is published: a worker that finds it finds it whole.
static int host_new(const struct gw_host_spec *spec, uint16_t up, uint16_t down, struct gw_err *err)
{
	uint16_t vrf = gw_ifaces[spec->iface].vrf;
	uint32_t i = index_alloc(spec->ip);
	int ret;

	if (i == 0)
		return gw_err_set(err, ENOSPC, "there are %u hosts already", GW_MAX_HOSTS - 1);
	index_clean(i);
	gw_host_infos[i] = (struct gw_host_info){.ip = spec->ip, .vrf = vrf, .used = 1};
	host_fill(i, spec, up, down);
	ret = gw_rib_set(&gw_vrfs[vrf].rib, spec->ip, 32, GW_FIB_HOST, i);
	if (ret < 0) {
		gw_host_infos[i].used = 0;
		gw_path_release(spec->symmetric);
		index_reclaim((void *)(uintptr_t)i);
		return gw_err_set(err, -ret, "no memory for another host");
	}
	host_count++;
	gw_iface_infos[spec->iface].hosts++;
	gw_host_published(i);
	return 0;
}

int gw_host_add(const struct gw_host_spec *spec, struct gw_err *err)
{
	uint16_t vrf = gw_ifaces[spec->iface].vrf;
	uint16_t up = 0, down = 0, old_iface = 0;
	uint32_t i;
	int ret;

	ret = spec_check(spec, err);
	if (ret == 0)
		ret = gw_rate_get(&spec->ingress, &up, err);
	if (ret == 0)
		ret = gw_rate_get(&spec->egress, &down, err);
	i = gw_host_find(vrf, spec->ip);
	if (ret == 0)
		ret = gw_host_publish_prepare(vrf, spec, err);
	if (ret == 0 && i == 0)
		ret = host_new(spec, up, down, err);
	if (ret < 0) {
		if (i == 0)
			gw_host_unpublish(vrf, spec->ip);
		gw_rate_put(up);
		gw_rate_put(down);
		return ret;
	}
	if (i != 0) {
		uint64_t old = gw_host_place(i);

		old_iface = gw_where_iface(old);
		host_fill(i, spec, up, down);
		gw_host_published(i);
		if (gw_host_place(i) == old)
			return 0;
		if (old_iface != spec->iface) {
			gw_iface_infos[spec->iface].hosts++;
			host_left(old_iface, spec->ip);
		}
	}
	gw_host_tunnel_superseded(vrf, spec->ip); // the client is here now
	return 0;
}

static void host_delete(uint32_t i)
{
	struct gw_host_info *info = &gw_host_infos[i];
	uint16_t iface = gw_where_iface(gw_host_down[i].where);
	uint32_t ip = info->ip;

	gw_host_unpublish(info->vrf, ip);
	gw_rib_del(&gw_vrfs[info->vrf].rib, ip, 32, GW_FIB_HOST);
	info->used = 0;
	if ((gw_host_up[i].where | gw_host_down[i].where) & GW_HOST_SPECIAL) {
		gw_rate_put(gw_host_up_extra[i].profile);
		gw_rate_put(gw_host_down_extra[i].profile);
	}
	gw_path_release(info->symmetric);
	host_count--;
	gw_rcu_defer(index_reclaim, (void *)(uintptr_t)i);
	host_left(iface, ip);
}

int gw_host_del(uint16_t vrf, uint32_t ip, struct gw_err *err)
{
	uint32_t i = gw_host_find(vrf, ip);
	char text[GW_IP4_LEN];

	if (i == 0)
		return gw_err_set(err, ENOENT, "no host %s in VRF %s", gw_ip4_str(ip, text),
			gw_vrfs[vrf].name);
	host_delete(i);
	return 0;
}

void gw_host_marks_begin(void)
{
	mark++;
}

void gw_host_marks_sweep(void)
{
	uint32_t i = 0;

	while ((i = gw_host_next(i)) != 0) {
		if (gw_host_infos[i].mark != mark)
			host_delete(i);
	}
}

uint64_t gw_host_memory(void)
{
	uint64_t each = sizeof(*gw_host_up) + sizeof(*gw_host_down) + sizeof(*gw_host_infos);
	uint64_t special = sizeof(*gw_host_up_extra) + sizeof(*gw_host_down_extra);
	uint64_t octets = (uint64_t)host_top * each;
	uint32_t i = 0;

	while ((i = gw_host_next(i)) != 0)
		octets += (gw_host_up[i].where | gw_host_down[i].where) & GW_HOST_SPECIAL ? special
											  : 0;
	return octets;
}

void gw_host_carry(struct gw_host_dir *d, struct gw_host_extra *e)
{
	__atomic_store_n(&e->carries, e->carries + 1, __ATOMIC_RELEASE);
	__atomic_thread_fence(__ATOMIC_RELEASE);
	e->packets += d->count >> GW_HOST_COUNT_BITS;
	e->octets += d->count & (GW_HOST_ONE - 1);
	d->count = 0;
	__atomic_store_n(&e->carries, e->carries + 1, __ATOMIC_RELEASE);
}

struct gw_host_counts gw_host_counts(const struct gw_host_dir *d, const struct gw_host_extra *e)
{
	struct gw_host_counts c;
	uint32_t before;
	uint64_t count;

	do {
		before = __atomic_load_n(&e->carries, __ATOMIC_ACQUIRE);
		count = __atomic_load_n(&d->count, __ATOMIC_ACQUIRE);
		c.packets = __atomic_load_n(&e->packets, __ATOMIC_ACQUIRE) +
			(count >> GW_HOST_COUNT_BITS);
		c.octets =
			__atomic_load_n(&e->octets, __ATOMIC_ACQUIRE) + (count & (GW_HOST_ONE - 1));
	} while ((before & 1) || before != __atomic_load_n(&e->carries, __ATOMIC_ACQUIRE));
	return c;
}
