// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "fib/prefix_plan.h"

#include <errno.h>
#include <stdlib.h>

#include "base/tree.h"

struct seen {
	struct gw_prefix prefix;
	uint32_t index;
	uint16_t vrf;
};

static int seen_cmp(const void *a, const void *b)
{
	const struct seen *x = a, *y = b;

	if (x->vrf != y->vrf)
		return x->vrf < y->vrf ? -1 : 1;
	return gw_prefix_cmp(&x->prefix, &y->prefix);
}

static void tree_drop(void *data)
{
	gw_tree_fini(data, free);
}

// The first element of the section with this prefix, `index` itself when there is none before.
static int first_with(struct gw_conf *conf, const char *section, uint16_t vrf,
	const struct gw_prefix *p, size_t index, size_t *first)
{
	struct gw_tree *tree = gw_conf_scratch(
		conf, gw_conf_path(conf, "seen in %s", section), sizeof(*tree), tree_drop);
	const struct seen key = {*p, (uint32_t)index, vrf}, *s;

	if (tree == NULL)
		return -ENOMEM;
	tree->cmp = seen_cmp;
	s = gw_tree_put(tree, &key, sizeof(key));
	if (s == NULL)
		return -ENOMEM;
	*first = s->index;
	return 0;
}

int gw_prefix_plan_vrf(struct gw_conf *conf, const struct gw_ifaces_plan *plan, const char *name,
	uint16_t *vrf, struct gw_err *err)
{
	int i = gw_vrf_plan_find(plan, name == NULL ? "default" : name);
	char names[200];

	if (i < 0)
		return gw_conf_fail(conf, err, ENOENT, "vrf",
			"no port, interface or tunnel is in VRF \"%s\" (there: %s)", name,
			gw_vrf_plan_names(plan, names, sizeof(names)));
	*vrf = (uint16_t)i;
	return 0;
}

int gw_prefix_plan_check(struct gw_conf *conf, const char *section, const char *path, uint16_t vrf,
	const struct gw_conf_prefix *prefix, size_t index, const char *what, struct gw_err *err)
{
	const struct gw_prefix p = gw_conf_prefix(prefix);
	char text[GW_PREFIX_LEN], right[GW_PREFIX_LEN];
	struct gw_prefix masked;
	size_t first;

	if (what != NULL && prefix->family != AF_INET)
		return gw_conf_fail(
			conf, err, ENOTSUP, path, "%s are not forwarded by this version", what);
	if (prefix->family == AF_INET6 && gw_prefix_is4(&p))
		return gw_conf_fail(conf, err, EINVAL, path,
			"%s stands for an IPv4 prefix: write that (RFC 4291 2.5.5.2)",
			gw_prefix6_str(&prefix->p6.addr, prefix->p6.len, text));
	gw_prefix_str(&p, text);
	masked = gw_prefix_masked(&p);
	if (!gw_prefix_eq(&p, &masked))
		return gw_conf_fail(conf, err, EINVAL, path,
			"%s has bits set behind the prefix length; %s has none", text,
			gw_prefix_str(&masked, right));
	if (first_with(conf, section, vrf, &p, index, &first) < 0)
		return gw_err_set(err, ENOMEM, "no memory");
	if (first != index)
		return gw_conf_fail(conf, err, EEXIST, path, "%s is that of %s already", text,
			gw_conf_place(conf, gw_conf_path(conf, "/%s/%zu", section, first)));
	return 0;
}
