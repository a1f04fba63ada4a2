// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Commands about segment routes.

#include <errno.h>
#include <stdlib.h>

#include "cli/cli.h"
#include "cli/columns.h"
#include "fib/cost_cli.h"
#include "fib/segment.h"
#include "fib/vrf.h"
#include "tunnel/path_cli.h"
#include "tunnel/tunnel.h"

// What is shown, copied at the first call: segments may come and go before the last one.
struct list {
	uint32_t n, at;
	struct gw_segment *segments;
};

static void list_drop(void *state)
{
	free(((struct list *)state)->segments);
}

static void list_append(const struct gw_segment *s, void *arg)
{
	struct list *list = arg;

	list->segments[list->n++] = *s;
}

static json_t *segment_json(const struct gw_segment *s, uint16_t path)
{
	char text[GW_PREFIX4_LEN];
	json_t *o;

	o = json_pack("{s:s, s:s}", "prefix", gw_prefix4_str(s->prefix, s->len, text), "vrf",
		gw_vrfs[s->vrf].name);
	gw_path_json_set(o, path);
	json_object_set_new(o, "cost", json_integer(s->cost));
	json_object_set_new(o, "publish", json_boolean(s->publish));
	return o;
}

static int segment_show(struct gw_cli *cli)
{
	static const char *const columns[] = {
		"prefix", "vrf", "tunnel", "group", "discard", "cost", "publish", NULL};
	struct list *list = gw_cli_state(cli, sizeof(*list), list_drop);

	if (list != NULL && list->segments == NULL) {
		list->segments = calloc(gw_segment_count() + 1, sizeof(*list->segments));
		if (list->segments != NULL)
			gw_segment_walk(list_append, list);
	}
	if (list == NULL || list->segments == NULL)
		return gw_cli_fail(cli, ENOMEM, "no memory");
	gw_cli_list(cli);
	while (list->at < list->n) {
		const struct gw_segment *s = &list->segments[list->at++];
		uint32_t res = gw_rib_get(&gw_vrfs[s->vrf].rib, s->prefix, s->len, GW_FIB_SEGMENT);

		if (res == 0)
			continue;
		gw_cli_row_columns(cli, segment_json(s, (uint16_t)gw_fib_index(res)), columns);
		if (gw_cli_full(cli))
			return GW_CLI_AGAIN;
	}
	return 0;
}

static int spec_read(struct gw_cli *cli, struct gw_segment *spec)
{
	struct gw_prefix4 prefix = gw_cli_prefix4(cli, "PREFIX");
	int ret;

	*spec = (struct gw_segment){
		.prefix = prefix.addr,
		.len = prefix.len,
		.publish = gw_cli_has(cli, "publish"),
	};
	ret = gw_cost_cli_read(cli, &spec->cost);
	if (ret == 0)
		ret = gw_path_cli_read(cli, &spec->path);
	return ret < 0 ? ret : gw_vrf_find(gw_cli_arg(cli, "V"), &spec->vrf, gw_cli_err(cli));
}

static int segment_add(struct gw_cli *cli)
{
	struct gw_segment spec;
	int ret = spec_read(cli, &spec);

	return ret < 0 ? ret : gw_segment_add(&spec, gw_cli_err(cli));
}

static int segment_del(struct gw_cli *cli)
{
	struct gw_prefix4 prefix = gw_cli_prefix4(cli, "PREFIX");
	bool named;
	char text[GW_PREFIX4_LEN];
	struct gw_segment spec;
	uint32_t res;
	int ret = spec_read(cli, &spec);

	if (ret < 0)
		return ret;
	named = spec.path != 0 || gw_cli_has(cli, "discard");
	res = gw_rib_get(&gw_vrfs[spec.vrf].rib, spec.prefix, spec.len, GW_FIB_SEGMENT);
	if (named && res != 0 && gw_fib_index(res) != spec.path)
		return gw_cli_fail(cli, ENOENT, "segment %s in VRF %s goes to %s, not to %s",
			gw_prefix4_str(spec.prefix, spec.len, text), gw_vrfs[spec.vrf].name,
			gw_path_name((uint16_t)gw_fib_index(res)), gw_path_name(spec.path));
	return gw_segment_del(spec.vrf, &prefix, gw_cli_err(cli));
}

GW_CLI_COMMAND(segment_show, "show segment", "segment routes", segment_show);
GW_CLI_COMMAND(segment_add,
	"add segment PREFIX:prefix4 {tunnel TUNNEL:path|group GROUP|discard} [cost COST] [publish] "
	"[vrf V:vrf]",
	"add a segment route, or change it; cost 20 unless given", segment_add);
GW_CLI_COMMAND(segment_del,
	"del segment PREFIX:prefix4 [tunnel TUNNEL:path|group GROUP|discard] [cost COST] [publish] "
	"[vrf V:vrf]",
	"delete a segment route", segment_del);
