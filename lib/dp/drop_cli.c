// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// show drop, show events.

#include "cli/cli.h"
#include "dp/reason.h"
#include "dp/stats_json.h"

static json_int_t number(const json_t *o, const char *key)
{
	return json_integer_value(json_object_get(o, key));
}

static enum gw_listed which(struct gw_cli *cli)
{
	return gw_cli_has(cli, "all") ? GW_LIST_ALL : GW_LIST_COUNTED;
}

// "received 10 + originated 2 + copied 0 = 12"
static json_int_t side_text(struct gw_cli *cli, const json_t *o, const char *const *keys)
{
	json_int_t sum = 0;

	for (unsigned i = 0; keys[i] != NULL; i++) {
		sum += number(o, keys[i]);
		gw_cli_text(cli, "%s%s %lld", i > 0 ? " + " : "", keys[i], number(o, keys[i]));
	}
	gw_cli_text(cli, " = %lld\n", sum);
	return sum;
}

static int drop_show(struct gw_cli *cli)
{
	static const char *const in[] = {"received", "originated", "copied", NULL};
	static const char *const out[] = {"sent", "dropped", "consumed", "held", NULL};
	json_t *o = gw_drop_json(which(cli));
	const json_t *reasons = json_object_get(o, "reasons");
	json_int_t difference;

	difference = side_text(cli, o, in);
	difference -= side_text(cli, o, out);
	if (difference != 0)
		gw_cli_text(cli,
			"difference %+lld: packets were under way while counters were read\n",
			difference);
	for (int r = GW_DROP_NONE; r < GW_DROP_COUNT; r++) {
		const char *name = gw_drop_name((enum gw_drop)r);

		if (json_object_get(reasons, name) != NULL)
			gw_cli_text(cli, "%-24s %12lld  %s\n", name, number(reasons, name),
				gw_drop_help((enum gw_drop)r));
	}
	gw_cli_put(cli, o);
	return 0;
}

static int events_show(struct gw_cli *cli)
{
	json_t *o = gw_events_json(which(cli));

	for (int e = 0; e < GW_EV_COUNT; e++) {
		const char *name = gw_event_name((enum gw_event)e);

		if (json_object_get(o, name) != NULL)
			gw_cli_text(cli, "%-24s %12lld  %s\n", name, number(o, name),
				gw_event_help((enum gw_event)e));
	}
	gw_cli_put(cli, o);
	return 0;
}

GW_CLI_COMMAND(drop_show, "show drop [all]",
	"what became of every packet, and the reasons of those dropped", drop_show);
GW_CLI_COMMAND(
	events_show, "show events [all]", "what happened beside the fate of packets", events_show);
