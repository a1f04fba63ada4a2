// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "fib/segment.h"

#include <errno.h>
#include <stdlib.h>

#include "base/tree.h"
#include "fib/vrf.h"
#include "publish/publish.h"
#include "tunnel/tunnel.h"

static uint32_t mark;

static int segment_cmp(const void *a, const void *b)
{
	const struct gw_segment *x = a, *y = b;

	if (x->vrf != y->vrf)
		return x->vrf < y->vrf ? -1 : 1;
	if (x->prefix != y->prefix)
		return x->prefix < y->prefix ? -1 : 1;
	return (int)x->len - (int)y->len;
}

static struct gw_tree segments = {.cmp = segment_cmp};

static struct gw_segment *segment_find(uint16_t vrf, uint32_t prefix, uint8_t len)
{
	const struct gw_segment key = {.vrf = vrf, .prefix = prefix, .len = len};

	return gw_tree_find(&segments, &key);
}

static struct gw_segment *segment_new(const struct gw_segment *spec)
{
	struct gw_segment *s = gw_tree_put(&segments, spec, sizeof(*spec));

	if (s == NULL)
		return NULL;
	s->path = 0;
	if (gw_client_prefix_add(s->vrf, s->prefix, s->len) < 0) {
		gw_tree_drop(&segments, s);
		return NULL;
	}
	return s;
}

int gw_segment_add(const struct gw_segment *spec, struct gw_err *err)
{
	struct gw_segment *s = segment_find(spec->vrf, spec->prefix, spec->len);
	const struct gw_prefix prefix = gw_prefix_of4(spec->prefix, spec->len);
	bool fresh = s == NULL;
	char text[GW_PREFIX4_LEN];
	int ret;

	gw_prefix4_str(spec->prefix, spec->len, text);
	if (spec->prefix & ~gw_mask4(spec->len))
		return gw_err_set(
			err, EINVAL, "segment %s: bits are set after the prefix length", text);
	if (spec->path != 0 && gw_path_vrf(spec->path) != spec->vrf)
		return gw_err_set(err, EINVAL, "segment %s: %s carries VRF %s, not %s", text,
			gw_path_name(spec->path), gw_vrfs[gw_path_vrf(spec->path)].name,
			gw_vrfs[spec->vrf].name);
	if (spec->publish) {
		ret = gw_publish_set(GW_PUBLISH_SEGMENT, spec->vrf, &prefix, spec->cost, err);
		if (ret < 0)
			return ret;
	}
	if (fresh)
		s = segment_new(spec);
	if (s == NULL) {
		gw_publish_del(GW_PUBLISH_SEGMENT, spec->vrf, &prefix);
		return gw_err_set(err, ENOMEM, "segment %s: no memory", text);
	}
	ret = gw_rib_set(
		&gw_vrfs[spec->vrf].rib, spec->prefix, spec->len, GW_FIB_SEGMENT, spec->path);
	if (ret < 0) {
		if (fresh) {
			gw_publish_del(GW_PUBLISH_SEGMENT, spec->vrf, &prefix);
			gw_client_prefix_del(spec->vrf, spec->prefix, spec->len);
			gw_tree_drop(&segments, s);
		}
		return gw_err_set(err, -ret, "segment %s: no memory", text);
	}
	if (!spec->publish)
		gw_publish_del(GW_PUBLISH_SEGMENT, spec->vrf, &prefix);
	gw_path_hold(spec->path);
	gw_path_release(s->path);
	s->path = spec->path;
	s->cost = spec->cost;
	s->publish = spec->publish;
	s->mark = mark;
	return 0;
}

static void segment_delete(struct gw_segment *s)
{
	const struct gw_prefix prefix = gw_prefix_of4(s->prefix, s->len);

	gw_publish_del(GW_PUBLISH_SEGMENT, s->vrf, &prefix);
	gw_rib_del(&gw_vrfs[s->vrf].rib, s->prefix, s->len, GW_FIB_SEGMENT);
	gw_client_prefix_del(s->vrf, s->prefix, s->len);
	gw_path_release(s->path);
	gw_tree_drop(&segments, s);
}

int gw_segment_del(uint16_t vrf, const struct gw_prefix4 *prefix, struct gw_err *err)
{
	struct gw_segment *s = segment_find(vrf, prefix->addr, prefix->len);
	char text[GW_PREFIX4_LEN];

	if (s == NULL)
		return gw_err_set(err, ENOENT, "no segment %s in VRF %s (show segment)",
			gw_prefix4_str(prefix->addr, prefix->len, text), gw_vrfs[vrf].name);
	segment_delete(s);
	return 0;
}

struct walk {
	void (*fn)(const struct gw_segment *s, void *arg);
	void *arg;
};

static void walk_one(void *item, void *arg)
{
	const struct walk *w = arg;

	w->fn(item, w->arg);
}

void gw_segment_walk(void (*fn)(const struct gw_segment *s, void *arg), void *arg)
{
	struct walk w = {.fn = fn, .arg = arg};

	gw_tree_walk(&segments, walk_one, &w);
}

uint32_t gw_segment_count(void)
{
	return segments.count;
}

void gw_segment_marks_begin(void)
{
	mark++;
}

static bool is_stale(void *item, void *)
{
	return ((const struct gw_segment *)item)->mark != mark;
}

void gw_segment_marks_sweep(void)
{
	uint32_t n;
	void **stale = gw_tree_pick(&segments, is_stale, NULL, &n);

	// Without memory they stay until the next reload.
	for (uint32_t i = 0; i < n; i++)
		segment_delete(stale[i]);
	free(stale);
}

static void unpublish(const struct gw_segment *s, void *)
{
	const struct gw_prefix prefix = gw_prefix_of4(s->prefix, s->len);

	gw_publish_del(GW_PUBLISH_SEGMENT, s->vrf, &prefix);
}

void gw_segment_fini(void)
{
	gw_segment_walk(unpublish, NULL);
	gw_tree_fini(&segments, free);
}
