// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// add, set and del mcast tree.

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fib/vrf.h"
#include "sr_mcast/cli_read.h"
#include "sr_mcast/dest.h"
#include "sr_mcast/tree.h"

// What a command says, and the tree of that source as it is.
struct words {
	struct in6_addr *branches;
	uint32_t n;
	uint16_t decap; // VRF + 1, 0: not said
	uint32_t tree;	// 0: none of that source
	struct gw_mcast_tree_spec spec;
	struct in6_addr *list; // room for both
};

static void words_free(struct words *w)
{
	free(w->branches);
	free(w->list);
}

static int words_read(struct gw_cli *cli, struct words *w)
{
	const char *vrf = gw_cli_arg(cli, "V");
	uint16_t index;
	int ret;

	*w = (struct words){0};
	ret = gw_mcast_cli_ip6(cli, "SOURCE", &w->spec.source);
	if (ret == 0)
		ret = gw_mcast_cli_ip6s(cli, "ADDRS", &w->branches, &w->n);
	if (ret == 0 && vrf != NULL) {
		ret = gw_vrf_find(vrf, &index, gw_cli_err(cli));
		w->decap = ret == 0 ? index + 1 : 0;
	}
	if (ret < 0)
		return ret;
	w->tree = gw_mcast_tree_find(&w->spec.source);
	w->list = calloc(w->n + GW_MAX_BRANCHES, sizeof(*w->list));
	if (w->list == NULL)
		return gw_cli_fail(cli, ENOMEM, "no memory");
	w->spec.branches = w->list;
	if (w->tree != 0)
		w->spec.hop_limit_threshold = gw_mcast_tree_threshold(w->tree);
	return 0;
}

static bool named(const struct words *w, const struct in6_addr *addr)
{
	for (uint32_t i = 0; i < w->n; i++) {
		if (gw_ip6_eq(&w->branches[i], addr))
			return true;
	}
	return false;
}

static void append(struct words *w, const struct in6_addr *addr)
{
	w->list[w->spec.n++] = *addr;
}

static int threshold_read(struct gw_cli *cli, struct words *w)
{
	uint32_t threshold = gw_cli_u32(cli, "N", w->spec.hop_limit_threshold);

	if (threshold > UINT8_MAX)
		return gw_cli_fail(cli, EINVAL, "threshold %u: 0 to 255 will do", threshold);
	w->spec.hop_limit_threshold = (uint8_t)threshold;
	return 0;
}

// The tree as it is, but for branches that the command names.
static void keep_others(struct words *w)
{
	const struct gw_mcast_branches *b;

	if (w->tree == 0)
		return;
	b = gw_mcast_branches(w->tree);
	for (uint32_t i = 0; i < b->n; i++) {
		if (!named(w, &gw_mcast_dests[b->b[i].dest].addr))
			append(w, &gw_mcast_dests[b->b[i].dest].addr);
	}
	w->spec.decap = b->decap;
}

static int tree_put(struct gw_cli *cli, bool whole)
{
	struct words w;
	int ret = words_read(cli, &w);

	if (ret == 0)
		ret = threshold_read(cli, &w);
	if (ret == 0 && !whole && w.tree != 0 && w.n == 0 && w.decap == 0 &&
		gw_cli_arg(cli, "N") == NULL)
		ret = gw_cli_fail(
			cli, EINVAL, "tree %s: nothing to add", gw_cli_arg(cli, "SOURCE"));
	if (ret == 0) {
		if (!whole)
			keep_others(&w);
		for (uint32_t i = 0; i < w.n; i++)
			append(&w, &w.branches[i]);
		if (whole || w.decap != 0)
			w.spec.decap = w.decap;
		ret = gw_mcast_tree_set(&w.spec, gw_cli_err(cli));
	}
	words_free(&w);
	return ret;
}

static int tree_add(struct gw_cli *cli)
{
	return tree_put(cli, false);
}

static int tree_set(struct gw_cli *cli)
{
	return tree_put(cli, true);
}

// That all of it is there.
static int part_check(struct gw_cli *cli, const struct words *w)
{
	const struct gw_mcast_branches *b = gw_mcast_branches(w->tree);
	char source[GW_IP6_LEN], text[GW_IP6_LEN];

	gw_ip6_str(&w->spec.source, source);
	if (w->decap != 0 && w->decap != b->decap)
		return gw_cli_fail(cli, ENOENT, "tree %s does not decap into VRF %s", source,
			gw_vrfs[w->decap - 1].name);
	for (uint32_t i = 0; i < w->n; i++) {
		uint32_t dest = gw_mcast_dest_find(&w->branches[i]), k = 0;

		while (k < b->n && b->b[k].dest != dest)
			k++;
		if (dest == 0 || k == b->n)
			return gw_cli_fail(cli, ENOENT,
				"tree %s has no branch %s (show mcast tree %s)", source,
				gw_ip6_str(&w->branches[i], text), source);
	}
	return 0;
}

static int part_del(struct gw_cli *cli, struct words *w)
{
	int ret = part_check(cli, w);

	if (ret < 0)
		return ret;
	keep_others(w);
	if (w->decap != 0)
		w->spec.decap = 0;
	// Nothing of it is left.
	if (w->spec.n == 0 && w->spec.decap == 0)
		return gw_mcast_tree_del(&w->spec.source, gw_cli_err(cli));
	return gw_mcast_tree_set(&w->spec, gw_cli_err(cli));
}

static int tree_del(struct gw_cli *cli)
{
	struct words w;
	int ret = words_read(cli, &w);

	if (ret == 0 && (w.tree == 0 || (w.n == 0 && w.decap == 0)))
		ret = gw_mcast_tree_del(&w.spec.source, gw_cli_err(cli));
	else if (ret == 0)
		ret = part_del(cli, &w);
	words_free(&w);
	return ret;
}

GW_CLI_COMMAND(mcast_tree_add,
	"add mcast tree SOURCE:mcast-tree [branch ADDRS] [decap V:vrf] [threshold N]",
	"add a tree, or branches (A,B,C: first addresses) and the VRF of this leaf to one that is "
	"there",
	tree_add);
GW_CLI_COMMAND(mcast_tree_set,
	"set mcast tree SOURCE:mcast-tree [branch ADDRS] [decap V:vrf] [threshold N]",
	"give a tree these branches and this VRF and no others, at once", tree_set);
GW_CLI_COMMAND(mcast_tree_del, "del mcast tree SOURCE:mcast-tree [branch ADDRS] [decap V:vrf]",
	"delete branches or the leaf of a tree, or without them the tree", tree_del);
