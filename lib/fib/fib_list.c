// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "fib/fib_list.h"

#include <errno.h>
#include <stdlib.h>

#include "fib/fib.h"
#include "fib/route.h"
#include "fib/segment.h"
#include "fib/vrf.h"
#include "iface/iface.h"

const uint8_t gw_fib_many_kinds[GW_FIB_MANY_KINDS] = {
	GW_FIB_HOST, GW_FIB_HOST_TUNNEL, GW_FIB_NEIGH};

static void list_append(struct gw_fib_list *list, const struct gw_fib_item *item)
{
	struct gw_fib_item *more;

	if (list->n == list->room) {
		list->room = list->room == 0 ? 64 : list->room * 2;
		more = realloc(list->items, list->room * sizeof(*more));
		if (more == NULL) {
			list->failed = true;
			list->room = list->n;
			return;
		}
		list->items = more;
	}
	list->items[list->n++] = *item;
}

static bool wanted(const struct gw_fib_list *list, const struct gw_fib_item *item)
{
	if ((list->one_vrf || list->one_address) && item->vrf != list->vrf)
		return false;
	if (list->one_address)
		return gw_prefix_has(&item->prefix, &list->in.addr);
	return !list->one_prefix ||
		(item->prefix.len >= list->in.len && gw_prefix_has(&list->in, &item->prefix.addr));
}

static void list_offer(struct gw_fib_list *list, const struct gw_fib_item *item)
{
	if (wanted(list, item))
		list_append(list, item);
}

static void offer_route(const struct gw_route *r, void *list)
{
	list_offer(list,
		&(struct gw_fib_item){
			.vrf = r->vrf, .prefix = r->prefix, .kind = gw_fib_kind(r->res)});
}

static void offer_segment(const struct gw_segment *s, void *list)
{
	list_offer(list,
		&(struct gw_fib_item){.vrf = s->vrf,
			.prefix = gw_prefix_of4(s->prefix, s->len),
			.kind = GW_FIB_SEGMENT,
			.cost = s->cost,
			.publish = s->publish});
}

static void offer_address(
	struct gw_fib_list *list, uint16_t iface, const struct gw_prefix *p, bool gateway)
{
	const uint8_t whole = gw_prefix_is4(p) ? 32 : 128;
	struct gw_fib_item item = {.vrf = gw_ifaces[iface].vrf,
		.prefix = {.addr = p->addr, .len = whole},
		.kind = GW_FIB_LOCAL};

	list_offer(list, &item);
	if (gateway || p->len == whole)
		return;
	item.prefix = gw_prefix_masked(p);
	item.kind = GW_FIB_CONNECTED;
	list_offer(list, &item);
}

static void offer_addresses(struct gw_fib_list *list, uint16_t iface)
{
	const struct gw_iface_info *info = &gw_iface_infos[iface];

	for (unsigned i = 0; i < info->addr_count; i++) {
		const struct gw_iface_addr *a = &info->addrs[i];
		const struct gw_prefix p = gw_prefix_of4(a->p.addr, a->p.len);

		offer_address(list, iface, &p, a->gateway);
	}
	for (unsigned i = 0; i < info->addr6_count; i++) {
		const struct gw_iface_addr6 *a = &info->addrs6[i];
		const struct gw_prefix p = {.addr = gw_ip_of6(&a->p.addr), .len = a->p.len};

		offer_address(list, iface, &p, a->gateway);
	}
}

// Hosts, host-tunnels and neighbors are too many for a list; those of one address are not.
static void offer_exact(struct gw_fib_list *list)
{
	for (uint16_t v = 0; v < gw_vrf_count; v++) {
		for (unsigned i = 0; i < GW_FIB_MANY_KINDS; i++) {
			const struct gw_fib_item item = {
				.vrf = v, .prefix = list->in, .kind = gw_fib_many_kinds[i]};

			if (gw_fib_get(v, &item.prefix, item.kind) != 0)
				list_offer(list, &item);
		}
	}
}

static bool is_address(const struct gw_prefix *p)
{
	return p->len == (gw_prefix_is4(p) ? 32 : 128);
}

static int by_prefix(const void *a, const void *b)
{
	const struct gw_fib_item *x = a, *y = b;
	int order = gw_prefix_cmp(&x->prefix, &y->prefix);

	if (x->vrf != y->vrf)
		return x->vrf < y->vrf ? -1 : 1;
	return order != 0 ? order : (int)x->kind - (int)y->kind;
}

// As the look-up prefers them.
static int by_preference(const void *a, const void *b)
{
	const struct gw_fib_item *x = a, *y = b;

	if (x->prefix.len != y->prefix.len)
		return (int)y->prefix.len - (int)x->prefix.len;
	return (int)x->kind - (int)y->kind;
}

// The same address may be on several interfaces.
static void list_unique(struct gw_fib_list *list)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < list->n; i++) {
		if (kept == 0 || by_prefix(&list->items[kept - 1], &list->items[i]) != 0)
			list->items[kept++] = list->items[i];
	}
	list->n = kept;
}

int gw_fib_list_collect(struct gw_fib_list *list)
{
	uint16_t i = 0;

	gw_route_walk(offer_route, list);
	gw_segment_walk(offer_segment, list);
	while ((i = gw_iface_next(i)) != 0)
		offer_addresses(list, i);
	if (list->one_address || (list->one_prefix && is_address(&list->in)))
		offer_exact(list);
	if (list->failed)
		return -ENOMEM;
	if (list->n == 0)
		return 0;
	qsort(list->items, list->n, sizeof(*list->items),
		list->one_address ? by_preference : by_prefix);
	list_unique(list);
	return 0;
}

void gw_fib_list_free(struct gw_fib_list *list)
{
	free(list->items);
}
