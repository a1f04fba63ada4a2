// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "sr_mcast/check.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int gw_sr_unicast_check(const struct in6_addr *ip, const char *what, struct gw_err *err)
{
	char text[GW_IP6_LEN];

	gw_ip6_str(ip, text);
	if (IN6_IS_ADDR_LINKLOCAL(ip))
		return gw_err_set(err, EINVAL,
			"%s %s is link-local: only an address that routers forward to will do",
			what, text);
	if (IN6_IS_ADDR_MULTICAST(ip) || IN6_IS_ADDR_UNSPECIFIED(ip) || IN6_IS_ADDR_LOOPBACK(ip) ||
		IN6_IS_ADDR_V4MAPPED(ip))
		return gw_err_set(err, EINVAL, "%s %s is no unicast address of a node", what, text);
	return 0;
}

static int block_check(const struct gw_prefix6 *block, const char *what, struct gw_err *err)
{
	struct in6_addr masked = gw_ip6_masked(&block->addr, block->len);
	char text[GW_PREFIX6_LEN], right[GW_PREFIX6_LEN];

	if (gw_ip6_eq(&masked, &block->addr))
		return 0;
	return gw_err_set(err, EINVAL, "%s %s has bits set behind the prefix length; %s has none",
		what, gw_prefix6_str(&block->addr, block->len, text),
		gw_prefix6_str(&masked, block->len, right));
}

static int inside_check(const struct in6_addr *ip, const struct gw_prefix6 *block, const char *what,
	const char *block_name, struct gw_err *err)
{
	char text[GW_IP6_LEN], prefix[GW_PREFIX6_LEN];

	if (gw_prefix6_has(block, ip))
		return 0;
	return gw_err_set(err, EINVAL, "%s %s is outside of %s %s", what, gw_ip6_str(ip, text),
		block_name, gw_prefix6_str(&block->addr, block->len, prefix));
}

int gw_sr_conf_check(const struct gw_sr_conf *conf, const char **key, struct gw_err *err)
{
	int ret;

	*key = "first_block";
	ret = block_check(&conf->first_block, "first_block", err);
	if (ret < 0)
		return ret;
	*key = "tree_block";
	ret = block_check(&conf->tree_block, "tree_block", err);
	if (ret < 0)
		return ret;
	*key = "hop_limit";
	if (!conf->hop_limit_copy && conf->hop_limit == 0)
		return gw_err_set(err, EINVAL, "hop_limit 0 reaches nobody: 1 to 255, or \"copy\"");
	*key = "first_address";
	ret = gw_sr_unicast_check(&conf->first_address, "first address", err);
	if (ret < 0)
		return ret;
	return inside_check(
		&conf->first_address, &conf->first_block, "first address", "first_block", err);
}

static int source_check(const struct gw_sr_conf *conf, const struct in6_addr *source,
	struct gw_mcast_fault *fault, struct gw_err *err)
{
	char text[GW_IP6_LEN];
	int ret;

	snprintf(fault->path, sizeof(fault->path), "source");
	ret = gw_sr_unicast_check(source, "tree source", err);
	if (ret == 0)
		ret = inside_check(source, &conf->tree_block, "tree source", "tree_block", err);
	if (ret == 0 && gw_ip6_eq(source, &conf->first_address))
		ret = gw_err_set(err, EINVAL,
			"tree source %s is the first address of this node: a tree has one of its "
			"own",
			gw_ip6_str(source, text));
	return ret;
}

static int branch_check(const struct gw_sr_conf *conf, const struct gw_mcast_tree_spec *spec,
	uint32_t i, struct gw_mcast_fault *fault, struct gw_err *err)
{
	const struct in6_addr *ip = &spec->branches[i];
	char text[GW_IP6_LEN];
	int ret;

	ret = gw_sr_unicast_check(ip, "branch", err);
	if (ret == 0)
		ret = inside_check(ip, &conf->first_block, "branch", "first_block", err);
	if (ret == 0 && gw_ip6_eq(ip, &conf->first_address))
		ret = gw_err_set(err, EINVAL,
			"branch %s is this node itself: a node appears at most once in a tree",
			gw_ip6_str(ip, text));
	if (ret == 0 && gw_ip6_eq(ip, &spec->source)) {
		snprintf(fault->other, sizeof(fault->other), "source");
		ret = gw_err_set(
			err, EINVAL, "branch %s is the source of the tree", gw_ip6_str(ip, text));
	}
	if (ret < 0)
		snprintf(fault->path, sizeof(fault->path), "branches/%u", i);
	return ret;
}

static int position_cmp(const void *a, const void *b, void *arg)
{
	const struct in6_addr *branches = arg;
	uint32_t i = *(const uint32_t *)a, k = *(const uint32_t *)b;
	int c = memcmp(&branches[i], &branches[k], sizeof(*branches));

	return c != 0 ? c : (i > k) - (i < k);
}

static int twice_check(
	const struct gw_mcast_tree_spec *spec, struct gw_mcast_fault *fault, struct gw_err *err)
{
	uint32_t at[GW_MAX_BRANCHES];
	char text[GW_IP6_LEN];

	for (uint32_t i = 0; i < spec->n; i++)
		at[i] = i;
	qsort_r(at, spec->n, sizeof(*at), position_cmp, (void *)(uintptr_t)spec->branches);
	for (uint32_t i = 1; i < spec->n; i++) {
		if (!gw_ip6_eq(&spec->branches[at[i - 1]], &spec->branches[at[i]]))
			continue;
		snprintf(fault->path, sizeof(fault->path), "branches/%u", at[i]);
		snprintf(fault->other, sizeof(fault->other), "branches/%u", at[i - 1]);
		return gw_err_set(err, EINVAL,
			"branch %s stands twice: a node appears at most once in a tree",
			gw_ip6_str(&spec->branches[at[i]], text));
	}
	return 0;
}

int gw_mcast_tree_check(const struct gw_sr_conf *conf, const struct gw_mcast_tree_spec *spec,
	struct gw_mcast_fault *fault, struct gw_err *err)
{
	struct gw_mcast_fault unused;
	char text[GW_IP6_LEN];
	int ret;

	if (fault == NULL)
		fault = &unused;
	*fault = (struct gw_mcast_fault){0};
	ret = source_check(conf, &spec->source, fault, err);
	if (ret < 0)
		return ret;
	fault->path[0] = '\0';
	if (spec->n > GW_MAX_BRANCHES)
		return gw_err_set(err, EINVAL, "tree %s: %u branches; at most %u will do",
			gw_ip6_str(&spec->source, text), spec->n, GW_MAX_BRANCHES);
	if (spec->n == 0 && spec->decap == 0)
		return gw_err_set(err, EINVAL,
			"tree %s has neither branches nor decap: one of them, or both",
			gw_ip6_str(&spec->source, text));
	for (uint32_t i = 0; ret == 0 && i < spec->n; i++)
		ret = branch_check(conf, spec, i, fault, err);
	return ret == 0 ? twice_check(spec, fault, err) : ret;
}
