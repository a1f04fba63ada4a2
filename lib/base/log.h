// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Log lines "LEVEL module: text" on stderr. A file names its module once with GW_LOG_MODULE("x")
// and writes LOG(WARNING, "..."). Levels are per module, changed at run time. Any thread but
// never from a datapath function.

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>

enum gw_log_level { GW_LOG_ERR, GW_LOG_WARNING, GW_LOG_NOTICE, GW_LOG_INFO, GW_LOG_DEBUG };

struct gw_log_module {
	const char *name;
	int level; // lines above it are not written
	struct gw_log_module *next;
};

void gw_log_register(struct gw_log_module *m);
// Set the level of a module ("all": every one); -ENOENT for an unknown name.
int gw_log_set(const char *module, enum gw_log_level level);
bool gw_log_level_parse(const char *s, enum gw_log_level *level);
const char *gw_log_level_str(enum gw_log_level level);
const struct gw_log_module *gw_log_modules(void);
void gw_log_write(enum gw_log_level level, const char *module, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

#define GW_LOG_MODULE(id)                                                               \
	static struct gw_log_module gw_log_this = {.name = id, .level = GW_LOG_NOTICE}; \
	__attribute__((constructor)) static void gw_log_register_this(void)             \
	{                                                                               \
		gw_log_register(&gw_log_this);                                          \
	}                                                                               \
	static_assert(true, "")

#define LOG(lvl, ...)                                                              \
	do {                                                                       \
		if (GW_LOG_##lvl <= gw_log_this.level)                             \
			gw_log_write(GW_LOG_##lvl, gw_log_this.name, __VA_ARGS__); \
	} while (0)
