// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// show publish, show publish summary.

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/columns.h"
#include "netlink/routes.h"
#include "publish/kernel.h"

static const char *const state_names[] = {
	[GW_PUBLISH_OFF] = "off",
	[GW_PUBLISH_DONE] = "published",
	[GW_PUBLISH_WAITING] = "waiting",
	[GW_PUBLISH_REFUSED] = "refused",
	[GW_PUBLISH_GOING] = "withdrawing",
};

static const char *const origin_names[] = {
	[GW_PUBLISH_HOST] = "host",
	[GW_PUBLISH_SEGMENT] = "segment",
	[GW_PUBLISH_SERVER] = "server",
};

// Prefixes as they were at the first call; what is gone since is left out.
struct list {
	struct gw_prefix *prefix;
	uint32_t n, at;
};

static void list_drop(void *state)
{
	free(((struct list *)state)->prefix);
}

static void list_append(const struct gw_publish_entry *e, void *arg)
{
	struct list *list = arg;

	list->prefix[list->n++] = e->prefix;
}

static json_t *origins_json(const struct gw_publish_entry *e)
{
	json_t *list = json_array();

	for (int o = 0; o < GW_PUBLISH_ORIGINS; o++) {
		if (e->cost[o] != GW_PUBLISH_NO_COST)
			json_array_append_new(list, json_string(origin_names[o]));
	}
	return list;
}

static json_t *kernel_json(const struct gw_publish_entry *e)
{
	json_t *list = json_array();

	for (const struct gw_publish_have *h = e->have; h != NULL; h = h->next)
		json_array_append_new(list,
			json_pack("{s:I, s:I}", "table", (json_int_t)h->key.table, "metric",
				(json_int_t)h->key.metric));
	return list;
}

static json_t *entry_json(const struct gw_publish_entry *e)
{
	const struct gw_publish_table *t = &gw_publish_table;
	char text[GW_PREFIX_LEN];
	struct gw_publish_key key;
	json_t *o = json_pack("{s:s, s:s, s:o, s:o}", "prefix", gw_prefix_str(&e->prefix, text),
		"state", state_names[gw_publish_entry_state(t, e)], "origins", origins_json(e),
		"kernel", kernel_json(e));
	uint32_t cost = gw_publish_entry_cost(e);

	if (cost != GW_PUBLISH_NO_COST)
		json_object_set_new(o, "cost", json_integer(cost));
	if (gw_publish_entry_key(t, e, &key))
		json_object_set_new(o, "table", json_integer(key.table));
	if (e->error != 0)
		json_object_set_new(o, "error", json_string(strerror(e->error)));
	return o;
}

static int publish_show(struct gw_cli *cli)
{
	static const char *const columns[] = {
		"prefix", "cost", "table", "state", "origins", "error", NULL};
	struct list *list = gw_cli_state(cli, sizeof(*list), list_drop);

	if (list != NULL && list->prefix == NULL) {
		list->prefix = calloc(gw_publish_table.entries.count + 1, sizeof(*list->prefix));
		if (list->prefix != NULL)
			gw_publish_table_walk(&gw_publish_table, list_append, list);
	}
	if (list == NULL || list->prefix == NULL)
		return gw_cli_fail(cli, ENOMEM, "no memory");
	gw_cli_list(cli);
	while (list->at < list->n) {
		const struct gw_publish_entry *e =
			gw_publish_table_find(&gw_publish_table, &list->prefix[list->at++]);

		if (e == NULL)
			continue;
		gw_cli_row_columns(cli, entry_json(e), columns);
		if (gw_cli_full(cli))
			return GW_CLI_AGAIN;
	}
	return 0;
}

static void state_count(const struct gw_publish_entry *e, void *arg)
{
	uint32_t *n = arg;

	n[gw_publish_entry_state(&gw_publish_table, e)]++;
}

static json_t *tables_json(const struct gw_publish_conf *c)
{
	json_t *o = json_object();
	char cost[16];

	for (uint32_t i = 0; i < c->n_costs; i++) {
		snprintf(cost, sizeof(cost), "%u", c->cost[i].cost);
		json_object_set_new(o, cost, json_integer(c->cost[i].table));
	}
	return o;
}

static int summary_show(struct gw_cli *cli)
{
	const struct gw_publish_table *t = &gw_publish_table;
	uint32_t n[sizeof(state_names) / sizeof(state_names[0])] = {0};
	json_t *o = json_pack("{s:b}", "enabled", t->conf.on);

	gw_publish_table_walk(t, state_count, n);
	if (t->conf.on) {
		json_object_set_new(o, "protocol", json_integer(t->conf.protocol));
		json_object_set_new(o, "table", json_integer(t->conf.table));
		json_object_set_new(o, "cost_tables", tables_json(&t->conf));
		json_object_set_new(o, "max_prefixes", json_integer(t->conf.max_prefixes));
	}
	json_object_set_new(o, "prefixes", json_integer(t->wanted));
	for (unsigned i = 0; i < sizeof(n) / sizeof(n[0]); i++)
		json_object_set_new(o, state_names[i], json_integer(n[i]));
	json_object_set_new(o, "routes_added", json_integer((json_int_t)t->added));
	json_object_set_new(o, "routes_deleted", json_integer((json_int_t)t->deleted));
	json_object_set_new(o, "refusals", json_integer((json_int_t)t->refusals));
	json_object_set_new(o, "mended", json_integer((json_int_t)t->mended));
	json_object_set_new(o, "longest_write_us", json_integer((json_int_t)gw_publish_longest_us));
	if (t->last_error != 0)
		json_object_set_new(o, "last_error", json_string(strerror(t->last_error)));
	json_object_set_new(o, "kernel_reads", json_integer((json_int_t)gw_nl_routes_stats.reads));
	json_object_set_new(
		o, "kernel_overruns", json_integer((json_int_t)gw_nl_routes_stats.overruns));
	gw_cli_put(cli, o);
	return 0;
}

GW_CLI_COMMAND(publish_show, "show publish",
	"prefixes that are made known to the network router, as the kernel has them", publish_show);
GW_CLI_COMMAND(publish_summary, "show publish summary",
	"how many there are, and what the kernel was asked and said", summary_show);
