// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// show group.

#include <errno.h>

#include "cli/cli.h"
#include "cli/columns.h"
#include "fib/vrf.h"
#include "group/group.h"
#include "iface/iface.h"

struct cursor {
	uint32_t at;
	uint16_t iface; // 0: all
	bool begun;
};

static const char *const igmp[] = {"", "igmpv1", "igmpv2", "igmpv3"};
static const char *const mld[] = {"", "", "mldv1", "mldv2"};
static const char *const states[] = {
	[GW_QUERIER_OFF] = "no address",
	[GW_QUERIER_SELF] = "querier",
	[GW_QUERIER_OTHER] = "not querier",
};

// Seconds until then, null: never.
static json_t *seconds(uint64_t us)
{
	uint64_t now = gw_group_now();

	if (us == 0)
		return json_null();
	return json_real(us > now ? (double)((us - now) / 1000) / 1000 : 0);
}

static json_t *querier_json(const struct gw_querier *q)
{
	struct gw_ip ip = q->other;
	char text[GW_IP_LEN];

	if (q->state == GW_QUERIER_OFF ||
		(q->state == GW_QUERIER_SELF && !gw_querier_address(q->iface, q->ip6, &ip)))
		return json_null();
	return json_string(gw_ip_str(&ip, text));
}

static json_t *member_json(const struct gw_member *m)
{
	const struct gw_group_iface *gi = gw_group_iface(m->iface);
	bool ip6 = !gw_ip_is4(&m->group);
	json_t *sources = json_array(), *excluded = json_array();
	char text[GW_IP_LEN];

	for (uint32_t i = 0; i < m->n; i++) {
		const struct gw_member_source *s = &m->sources[i];

		gw_ip_str(&s->addr, text);
		if (s->expires_us == 0)
			json_array_append_new(excluded, json_string(text));
		else
			json_array_append_new(sources,
				json_pack("{s:s, s:o}", "source", text, "expires_s",
					seconds(s->expires_us)));
	}
	return json_pack("{s:s, s:s, s:s, s:s, s:o, s:o, s:o, s:s, s:o}", "interface",
		gw_iface_infos[m->iface].name, "vrf", gw_vrfs[gi->vrf].name, "group",
		gw_ip_str(&m->group, text), "mode", m->exclude ? "exclude" : "include", "sources",
		sources, "excluded", excluded, "expires_s", seconds(m->exclude ? m->expires_us : 0),
		"version", (ip6 ? mld : igmp)[gw_member_version(m)], "querier",
		querier_json(&gi->q[ip6]));
}

static struct cursor *cursor_get(struct gw_cli *cli)
{
	struct cursor *c = gw_cli_state(cli, sizeof(*c), NULL);
	const char *name = gw_cli_arg(cli, "NAME");

	if (c == NULL) {
		gw_cli_fail(cli, ENOMEM, "no memory");
		return NULL;
	}
	if (c->begun)
		return c;
	c->begun = true;
	c->iface = name != NULL ? gw_iface_find(name) : 0;
	if (name != NULL && c->iface == 0) {
		gw_cli_fail(cli, ENOENT, "no interface \"%s\" (show interface)", name);
		return NULL;
	}
	return c;
}

// In text, sources stand in one column.
static void row_text(json_t *row)
{
	static const char *const keys[] = {"sources", "excluded"};
	json_t *list, *s;
	size_t i;

	for (unsigned k = 0; k < 2; k++) {
		char text[128] = "-";
		size_t n = 0;

		list = json_object_get(row, keys[k]);
		json_array_foreach (list, i, s) {
			const char *ip = json_string_value(
				json_is_object(s) ? json_object_get(s, "source") : s);

			if (n + GW_IP_LEN + 8 > sizeof(text)) {
				snprintf(text + n, sizeof(text) - n, ",+%zu",
					json_array_size(list) - i);
				break;
			}
			n += (size_t)snprintf(
				text + n, sizeof(text) - n, "%s%s", i > 0 ? "," : "", ip);
		}
		json_object_set_new(row, keys[k], json_string(text));
	}
}

static int group_show(struct gw_cli *cli)
{
	static const char *const columns[] = {"interface", "group", "mode", "sources", "excluded",
		"expires_s", "version", "querier", NULL};
	struct cursor *c = cursor_get(cli);

	if (c == NULL)
		return -gw_cli_err(cli)->code;
	gw_cli_list(cli);
	while ((c->at = gw_member_next(c->at)) != 0) {
		const struct gw_member *m = &gw_members[c->at];
		json_t *row;

		if (c->iface != 0 && c->iface != m->iface)
			continue;
		row = member_json(m);
		if (!gw_cli_json(cli))
			row_text(row);
		gw_cli_row_columns(cli, row, columns);
		if (gw_cli_full(cli))
			return GW_CLI_AGAIN;
	}
	return 0;
}

static json_t *family_json(const struct gw_group_iface *gi, const struct gw_querier *q)
{
	uint32_t groups = 0;

	for (uint32_t i = gi->first; i != 0; i = gw_members[i].next)
		groups += q->ip6 == !gw_ip_is4(&gw_members[i].group);
	return json_pack("{s:s, s:s, s:s, s:o, s:o, s:i, s:i, s:i, s:I}", "interface",
		gw_iface_infos[gi->iface].name, "version",
		(q->ip6 ? mld : igmp)[gw_querier_version(q->ip6)], "state", states[q->state],
		"querier", querier_json(q), "next_s",
		q->timer.at != 0 ? seconds(q->timer.key) : json_null(), "interval_s",
		(int)q->interval_s, "robustness", (int)q->robustness, "groups", (int)groups,
		"refused", (json_int_t)gi->refused);
}

static int querier_show(struct gw_cli *cli)
{
	struct cursor *c = cursor_get(cli);

	if (c == NULL)
		return -gw_cli_err(cli)->code;
	gw_cli_list(cli);
	while ((c->at = gw_iface_next((uint16_t)c->at)) != 0) {
		const struct gw_group_iface *gi = gw_group_iface((uint16_t)c->at);

		if (gi == NULL || (c->iface != 0 && c->iface != gi->iface))
			continue;
		gw_cli_row(cli, family_json(gi, &gi->q[0]));
		gw_cli_row(cli, family_json(gi, &gi->q[1]));
		if (gw_cli_full(cli))
			return GW_CLI_AGAIN;
	}
	return 0;
}

GW_CLI_COMMAND(group_show, "show group [interface NAME:interface]",
	"multicast groups that hosts have joined", group_show);
GW_CLI_COMMAND(group_querier_show, "show group querier [interface NAME:interface]",
	"who asks for members of groups, per interface", querier_show);
