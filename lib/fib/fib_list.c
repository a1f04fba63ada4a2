// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "fib/fib_list.h"

#include <errno.h>
#include <stdlib.h>

#include "fib/route.h"
#include "fib/segment.h"
#include "fib/vrf.h"
#include "iface/iface.h"

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
	const struct gw_prefix4 prefix = {.addr = item->prefix, .len = item->len};

	if ((list->one_vrf || list->one_address) && item->vrf != list->vrf)
		return false;
	if (list->one_address)
		return gw_prefix4_has(&prefix, list->in.addr);
	return item->len >= list->in.len && gw_prefix4_has(&list->in, item->prefix);
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
			.vrf = r->vrf, .prefix = r->prefix, .len = r->len, .kind = GW_FIB_ROUTE});
}

static void offer_segment(const struct gw_segment *s, void *list)
{
	list_offer(list,
		&(struct gw_fib_item){.vrf = s->vrf,
			.prefix = s->prefix,
			.len = s->len,
			.kind = GW_FIB_SEGMENT,
			.cost = s->cost,
			.publish = s->publish});
}

static void offer_addresses(struct gw_fib_list *list, uint16_t iface)
{
	const struct gw_iface_info *info = &gw_iface_infos[iface];

	for (unsigned i = 0; i < info->addr_count; i++) {
		const struct gw_iface_addr *a = &info->addrs[i];
		struct gw_fib_item item = {.vrf = gw_ifaces[iface].vrf,
			.prefix = a->p.addr,
			.len = 32,
			.kind = GW_FIB_LOCAL};

		list_offer(list, &item);
		if (a->gateway || a->p.len == 32)
			continue;
		item.len = a->p.len;
		item.prefix &= gw_mask4(item.len);
		item.kind = GW_FIB_CONNECTED;
		list_offer(list, &item);
	}
}

// Hosts, host-tunnels and neighbors are too many for a list.
static void offer_exact(struct gw_fib_list *list)
{
	static const uint8_t kinds[] = {GW_FIB_HOST, GW_FIB_HOST_TUNNEL, GW_FIB_NEIGH};

	for (unsigned i = 0; i < sizeof(kinds); i++) {
		const struct gw_fib_item item = {
			.vrf = list->vrf, .prefix = list->in.addr, .len = 32, .kind = kinds[i]};

		if (gw_rib_get(&gw_vrfs[list->vrf].rib, item.prefix, 32, kinds[i]) != 0)
			list_append(list, &item);
	}
}

static int by_prefix(const void *a, const void *b)
{
	const struct gw_fib_item *x = a, *y = b;

	if (x->vrf != y->vrf)
		return x->vrf < y->vrf ? -1 : 1;
	if (x->prefix != y->prefix)
		return x->prefix < y->prefix ? -1 : 1;
	if (x->len != y->len)
		return (int)x->len - (int)y->len;
	return (int)x->kind - (int)y->kind;
}

// As the look-up prefers them.
static int by_preference(const void *a, const void *b)
{
	const struct gw_fib_item *x = a, *y = b;

	if (x->len != y->len)
		return (int)y->len - (int)x->len;
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
	if (list->one_address)
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
