// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// set log, show log: modules of ours, and those of DPDK.

#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_log.h>

#include "base/log.h"
#include "cli/cli.h"

static const uint32_t dpdk_levels[] = {
	[GW_LOG_ERR] = RTE_LOG_ERR,
	[GW_LOG_WARNING] = RTE_LOG_WARNING,
	[GW_LOG_NOTICE] = RTE_LOG_NOTICE,
	[GW_LOG_INFO] = RTE_LOG_INFO,
	[GW_LOG_DEBUG] = RTE_LOG_DEBUG,
};

// Calls fn for DPDK's modules, which it only prints: "id 0: lib.eal, level is info".
static void dpdk_each(void (*fn)(void *arg, const char *name, const char *level), void *arg)
{
	char *text = NULL, *rest, *line;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	if (f == NULL)
		return;
	rte_log_dump(f);
	fclose(f);
	rest = text;
	while (text != NULL && (line = strsep(&rest, "\n")) != NULL) {
		char name[64], level[16];

		if (sscanf(line, "id %*d: %63[^,], level is %15s", name, level) == 2)
			fn(arg, name, level);
	}
	free(text);
}

struct count {
	const char *pattern;
	unsigned n;
};

static void count_match(void *arg, const char *name, const char *level)
{
	struct count *c = arg;

	c->n += fnmatch(c->pattern, name, 0) == 0;
}

static int dpdk_set(const char *module, enum gw_log_level level)
{
	struct count c = {.pattern = module};

	dpdk_each(count_match, &c);
	if (c.n == 0)
		return -ENOENT;
	return rte_log_set_level_pattern(module, dpdk_levels[level]) == 0 ? 0 : -EINVAL;
}

static int log_set(struct gw_cli *cli)
{
	const char *module = gw_cli_arg(cli, "MODULE");
	enum gw_log_level level = GW_LOG_ERR;
	int ret;

	while (level < GW_LOG_DEBUG && !gw_cli_has(cli, gw_log_level_str(level)))
		level++;
	ret = gw_log_set(module, level);
	if (ret == -ENOENT)
		ret = dpdk_set(module, level);
	if (ret < 0)
		return gw_cli_fail(
			cli, -ret, "no log module \"%s\" (show log), nor \"all\"", module);
	return 0;
}

static bool is_first(const struct gw_log_module *m)
{
	const struct gw_log_module *x = gw_log_modules();

	while (strcmp(x->name, m->name) != 0)
		x = x->next;
	return x == m;
}

static void module_row(void *rows, const char *name, const char *level)
{
	json_array_append_new(rows, json_pack("{s:s, s:s}", "module", name, "level", level));
}

static int log_show(struct gw_cli *cli)
{
	json_t *rows = json_array();

	// Several files share a module's name.
	for (const struct gw_log_module *m = gw_log_modules(); m != NULL; m = m->next) {
		if (is_first(m))
			module_row(rows, m->name, gw_log_level_str((enum gw_log_level)m->level));
	}
	dpdk_each(module_row, rows);
	gw_cli_put(cli, rows);
	return 0;
}

struct emit {
	gw_cli_emit_fn fn;
	void *arg;
};

static void dpdk_emit(void *arg, const char *name, const char *level)
{
	const struct emit *e = arg;

	e->fn(e->arg, name);
}

static void module_list(gw_cli_emit_fn emit, void *arg, const char *prefix)
{
	struct emit e = {.fn = emit, .arg = arg};

	emit(arg, "all");
	for (const struct gw_log_module *m = gw_log_modules(); m != NULL; m = m->next) {
		if (is_first(m))
			emit(arg, m->name);
	}
	dpdk_each(dpdk_emit, &e);
}

GW_CLI_TYPE("log-module", module_list);
GW_CLI_COMMAND(log_set, "set log MODULE:log-module {error|warning|notice|info|debug}",
	"set from which level on a module, or \"all\" of godwit's, writes log lines; of DPDK's, "
	"as \"pmd.net.*\", too",
	log_set);
GW_CLI_COMMAND(log_show, "show log", "log modules and their levels", log_show);
