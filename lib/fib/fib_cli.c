// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// show route: the tables as a list, and what they hold for one address.

#include <errno.h>
#include <string.h>

#include "cli/cli.h"
#include "fib/fib_json.h"
#include "fib/fib_list.h"
#include "fib/vrf.h"

#define CALL_ADDRESSES 4096 // looked at in one call, of `all`

struct show {
	struct gw_fib_list list;
	bool begun;
	uint32_t at;
	uint16_t headed; // VRF of the last heading + 1
	int width;	 // of a prefix
	// What `all` shows beside the list, table by table.
	uint16_t vrf;
	bool six;
	uint64_t cursor4;
	uint32_t cursor6;
};

static void show_drop(void *state)
{
	gw_fib_list_free(&((struct show *)state)->list);
}

static int prefix_width(const struct gw_fib_list *list)
{
	int width = GW_PREFIX4_LEN - 1;

	for (uint32_t i = 0; i < list->n; i++) {
		char text[GW_PREFIX_LEN];
		int len = 0;

		if (!gw_prefix_is4(&list->items[i].prefix))
			len = (int)strlen(gw_prefix_str(&list->items[i].prefix, text));
		width = len > width ? len : width;
	}
	return width;
}

static int show_begin(struct gw_cli *cli, struct show *s)
{
	struct gw_fib_list *list = &s->list;
	const char *vrf = gw_cli_arg(cli, "V");
	int ret = gw_vrf_find(vrf, &list->vrf, gw_cli_err(cli));

	if (ret < 0)
		return ret;
	list->one_vrf = vrf != NULL;
	list->one_address = gw_cli_arg(cli, "IP") != NULL;
	list->one_prefix = gw_cli_arg(cli, "PREFIX") != NULL;
	list->in = gw_cli_prefix(cli, "PREFIX");
	if (list->one_address)
		list->in = (struct gw_prefix){.addr = gw_cli_ip(cli, "IP"),
			.len = gw_cli_family(cli, "IP") == AF_INET ? 32 : 128};
	s->begun = true;
	ret = gw_fib_list_collect(list);
	s->width = prefix_width(list);
	return ret < 0 ? gw_cli_fail(cli, -ret, "no memory for a list of the routes") : 0;
}

static json_t *item_json(const struct show *s, const struct gw_fib_item *item)
{
	json_t *o = gw_fib_json(item->vrf, &item->prefix, item->kind);

	if (o == NULL)
		return NULL;
	if (item->kind == GW_FIB_SEGMENT) {
		json_object_set_new(o, "cost", json_integer(item->cost));
		json_object_set_new(o, "publish", json_boolean(item->publish));
	}
	if (s->list.one_address)
		json_object_set_new(o, "best", json_boolean(item == s->list.items));
	return o;
}

// " tunnel to-b, cost 20, publish"
static void keys_text(struct gw_cli *cli, const json_t *o)
{
	const char *key, *before = "";
	json_t *value, *one;
	size_t i;

	json_object_foreach ((json_t *)o, key, value) {
		if (json_is_string(value))
			gw_cli_text(cli, "%s %s %s", before, key, json_string_value(value));
		else if (json_is_integer(value))
			gw_cli_text(cli, "%s %s %" JSON_INTEGER_FORMAT, before, key,
				json_integer_value(value));
		else if (json_is_true(value))
			gw_cli_text(cli, "%s %s", before, key);
		else if (!json_is_array(value))
			continue;
		json_array_foreach (value, i, one) {
			gw_cli_text(cli, "%s", i == 0 ? before : ";");
			keys_text(cli, one);
		}
		before = ",";
	}
}

// "10.1.1.0/24        segment      tunnel to-b, cost 20, publish"
static void item_text(struct gw_cli *cli, struct show *s, const struct gw_fib_item *item, json_t *o)
{
	if (s->headed != item->vrf + 1)
		gw_cli_text(cli, "VRF %s\n", gw_vrfs[item->vrf].name);
	s->headed = item->vrf + 1;
	gw_cli_text(cli, "%c %-*s  %-11s ", json_is_true(json_object_get(o, "best")) ? '>' : ' ',
		s->width, json_string_value(json_object_get(o, "prefix")),
		gw_fib_kind_name(item->kind));
	json_object_del(o, "prefix");
	json_object_del(o, "vrf");
	json_object_del(o, "kind");
	json_object_del(o, "best");
	if (json_object_get(o, "via") != NULL) // the same once more
		json_object_del(o, "vias");
	keys_text(cli, o);
	gw_cli_text(cli, "\n");
}

// What a list of everything leaves out.
static void rest_text(struct gw_cli *cli, const struct show *s)
{
	uint64_t n[GW_FIB_KINDS] = {0};

	for (uint16_t v = 0; v < gw_vrf_count; v++) {
		for (int k = 0; k < GW_FIB_KINDS && (!s->list.one_vrf || v == s->list.vrf); k++)
			n[k] += gw_vrfs[v].rib.count[k] + gw_vrfs[v].rib6.count[k];
	}
	gw_cli_text(cli, "not listed: %lu hosts, %lu host-tunnels, %lu neighbors\n", n[GW_FIB_HOST],
		n[GW_FIB_HOST_TUNNEL], n[GW_FIB_NEIGH]);
}

static void item_show(struct gw_cli *cli, struct show *s, const struct gw_fib_item *item)
{
	json_t *o = item_json(s, item);

	if (o == NULL)
		return;
	if (gw_cli_json(cli)) {
		gw_cli_row(cli, o);
	} else {
		item_text(cli, s, item, o);
		json_decref(o);
	}
}

// The next whole address of the tables; false: there is none. One that comes or goes meanwhile may
// be missing or stand twice.
static bool address_next(struct show *s, struct gw_prefix *p)
{
	uint16_t end = s->list.one_vrf ? s->list.vrf + 1 : gw_vrf_count;

	if (s->vrf < s->list.vrf)
		s->vrf = s->list.vrf;
	for (; s->vrf < end; s->vrf++, s->six = false) {
		uint32_t ip, res;
		const void *ip6;

		if (!s->six && gw_hash32_next(&gw_vrfs[s->vrf].rib.exact, &s->cursor4, &ip, &res)) {
			*p = gw_prefix_of4(ip, 32);
			return true;
		}
		s->six = true;
		s->cursor4 = 0;
		ip6 = gw_map_next(&gw_vrfs[s->vrf].rib6.exact, &s->cursor6, &res);
		if (ip6 != NULL) {
			*p = (struct gw_prefix){.addr = gw_ip_of6(ip6), .len = 128};
			return true;
		}
		s->cursor6 = 0;
	}
	return false;
}

static int many_show(struct gw_cli *cli, struct show *s)
{
	struct gw_fib_item item = {0};

	for (unsigned budget = CALL_ADDRESSES; address_next(s, &item.prefix);) {
		item.vrf = s->vrf;
		for (unsigned i = 0; i < GW_FIB_MANY_KINDS; i++) {
			item.kind = gw_fib_many_kinds[i];
			item_show(cli, s, &item);
		}
		if (gw_cli_full(cli) || --budget == 0)
			return GW_CLI_AGAIN;
	}
	return 0;
}

static void nothing_text(struct gw_cli *cli, const struct show *s)
{
	char ip[GW_IP_LEN];

	if (s->list.one_address)
		gw_cli_text(cli, "no route to %s in VRF %s: packets are dropped as drop_no_route\n",
			gw_ip_str(&s->list.in.addr, ip), gw_vrfs[s->list.vrf].name);
}

static int route_show(struct gw_cli *cli)
{
	struct show *s = gw_cli_state(cli, sizeof(*s), show_drop);
	int ret;

	if (s == NULL)
		return gw_cli_fail(cli, ENOMEM, "no memory");
	if (!s->begun) {
		ret = show_begin(cli, s);
		if (ret < 0)
			return ret;
	}
	gw_cli_list(cli);
	while (s->at < s->list.n) {
		item_show(cli, s, &s->list.items[s->at++]);
		if (gw_cli_full(cli))
			return GW_CLI_AGAIN;
	}
	if (gw_cli_has(cli, "all"))
		return many_show(cli, s);
	if (s->list.n == 0)
		nothing_text(cli, s);
	if (!s->list.one_address && s->list.in.len == 0) // all of a family, or of both
		rest_text(cli, s);
	return 0;
}

GW_CLI_COMMAND(route_show, "show route [vrf V:vrf] [PREFIX:prefix|IP:ip|all]",
	"routes by prefix, `all` with hosts, host-tunnels and neighbors; of an address: what its "
	"look-up finds, and what stands behind that",
	route_show);
