// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "base/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char *const level_names[] = {"error", "warning", "notice", "info", "debug"};
static struct gw_log_module *modules;

void gw_log_register(struct gw_log_module *m)
{
	m->next = modules;
	modules = m;
}

const struct gw_log_module *gw_log_modules(void)
{
	return modules;
}

int gw_log_set(const char *module, enum gw_log_level level)
{
	bool all = strcmp(module, "all") == 0;
	int ret = all ? 0 : -ENOENT;

	// Several files may share a module's name.
	for (struct gw_log_module *m = modules; m != NULL; m = m->next) {
		if (all || strcmp(m->name, module) == 0) {
			m->level = (int)level;
			ret = 0;
		}
	}
	return ret;
}

bool gw_log_level_parse(const char *s, enum gw_log_level *level)
{
	for (unsigned i = 0; i < sizeof(level_names) / sizeof(level_names[0]); i++) {
		if (strcmp(s, level_names[i]) == 0) {
			*level = (enum gw_log_level)i;
			return true;
		}
	}
	return false;
}

const char *gw_log_level_str(enum gw_log_level level)
{
	return level_names[level];
}

void gw_log_write(enum gw_log_level level, const char *module, const char *fmt, ...)
{
	char line[1024];
	va_list ap;
	int n;

	n = snprintf(line, sizeof(line), "%s %s: ", level_names[level], module);
	va_start(ap, fmt);
	vsnprintf(line + n, sizeof(line) - (size_t)n, fmt, ap);
	va_end(ap);
	fprintf(stderr, "%s\n", line);
}
