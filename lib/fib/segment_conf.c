// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Section "segments".

#include <errno.h>

#include "config/wrap.h"
#include "fib/prefix_plan.h"
#include "fib/segment.h"
#include "fib/vrf.h"
#include "publish/publish.h"
#include "publish/publish_conf.h"
#include "tunnel/plan.h"

#define ORDER 60

struct row {
	struct gw_conf_prefix prefix;
	char tunnel[GW_CONF_NAME_LEN], group[GW_CONF_NAME_LEN], vrf[GW_CONF_NAME_LEN];
	bool discard, publish;
	uint32_t cost;
};

static const struct row row_default = {.vrf = "default", .cost = GW_SEGMENT_COST};

static const struct gw_conf_field fields[] = {
	{"prefix", "the segment", GW_CONF_PREFIX, GW_CONF_TO(struct row, prefix), .required = true},
	{"tunnel", "tunnel or tunnel group to the other user plane of the pair; none: discard",
		GW_CONF_NAME, GW_CONF_TO(struct row, tunnel)},
	{"group", "the same, but a tunnel group only", GW_CONF_NAME, GW_CONF_TO(struct row, group)},
	{"discard", "drop what no host or host-tunnel route takes; not with a tunnel", GW_CONF_BOOL,
		GW_CONF_TO(struct row, discard)},
	{"cost", "metric when it is published, default 20", GW_CONF_U32,
		GW_CONF_TO(struct row, cost), .min = 1, .max = GW_PUBLISH_COST_MAX},
	{"publish", "make it known to the network router, default false", GW_CONF_BOOL,
		GW_CONF_TO(struct row, publish)},
	{"vrf", "default \"default\"", GW_CONF_NAME, GW_CONF_TO(struct row, vrf)},
	{},
};

static const char *out_name(const struct row *r)
{
	return r->group[0] != '\0' ? r->group : r->tunnel;
}

static int out_check(struct gw_conf *conf, const struct row *r, struct gw_err *err)
{
	const char *key = r->group[0] != '\0' ? "group" : "tunnel";
	struct gw_path_plan *p;

	if (r->group[0] != '\0' && r->tunnel[0] != '\0')
		return gw_conf_fail(conf, err, EINVAL, "group", "not together with \"tunnel\", %s",
			gw_conf_place(conf, "tunnel"));
	if (out_name(r)[0] == '\0')
		return 0;
	if (r->discard)
		return gw_conf_fail(conf, err, EINVAL, "discard", "not together with \"%s\", %s",
			key, gw_conf_place(conf, key));
	return gw_path_plan_of(conf, out_name(r), r->group[0] != '\0', key, r->vrf, "vrf", &p, err);
}

static int segment_check(struct gw_conf *conf, const void *row, size_t index, struct gw_err *err)
{
	const struct row *r = row;
	struct gw_ifaces_plan *plan;
	uint16_t vrf = 0;
	int ret = gw_ifaces_plan(conf, &plan, err);

	if (ret == 0)
		ret = out_check(conf, r, err);
	if (ret == 0)
		ret = gw_prefix_plan_vrf(conf, plan, r->vrf, &vrf, err);
	if (ret == 0)
		ret = gw_prefix_plan_check(
			conf, "segments", "prefix", vrf, &r->prefix, index, "IPv6 segments", err);
	if (ret == 0 && r->publish)
		ret = gw_publish_conf_check(conf, r->vrf, err);
	return ret;
}

static int segments_begin(struct gw_conf *conf, struct gw_err *err)
{
	gw_segment_marks_begin();
	return 0;
}

static int segment_apply(struct gw_conf *conf, const void *row, size_t index, struct gw_err *err)
{
	const struct row *r = row;
	struct gw_segment s = {
		.prefix = r->prefix.p4.addr,
		.len = r->prefix.p4.len,
		.cost = r->cost,
		.publish = r->publish,
		.path = out_name(r)[0] != '\0' ? gw_path_find(out_name(r)) : 0,
	};
	struct gw_err why = {0};

	if (gw_vrf_find(r->vrf, &s.vrf, &why) < 0 || gw_segment_add(&s, &why) < 0)
		return gw_conf_wrap(conf, err, "", &why);
	return 0;
}

static int segments_end(struct gw_conf *conf, struct gw_err *err)
{
	gw_segment_marks_sweep();
	return 0;
}

static void segment_save(const struct gw_segment *s, void *list)
{
	char prefix[GW_PREFIX4_LEN];
	json_t *o = json_pack("{s:s, s:I, s:b, s:s}", "prefix",
		gw_prefix4_str(s->prefix, s->len, prefix), "cost", (json_int_t)s->cost, "publish",
		s->publish, "vrf", gw_vrfs[s->vrf].name);

	if (s->path != 0)
		json_object_set_new(o, "tunnel", json_string(gw_path_name(s->path)));
	else
		json_object_set_new(o, "discard", json_true());
	json_array_append_new(list, o);
}

static json_t *segments_save(void)
{
	json_t *list = json_array();

	gw_segment_walk(segment_save, list);
	return list;
}

GW_CONF_SECTION(segments,
	{.value = {"segments",
		 "prefixes of clients, each of a pair of user planes; a reload removes those that "
		 "the file does not name",
		 GW_CONF_ARRAY, .of = GW_CONF_OF(GW_CONF_OBJECT, .fields = fields)},
		.order = ORDER,
		.streamed = true,
		.row_size = sizeof(struct row),
		.row_default = &row_default,
		.check_row = segment_check,
		.begin = segments_begin,
		.apply_row = segment_apply,
		.end = segments_end,
		.save = segments_save});
