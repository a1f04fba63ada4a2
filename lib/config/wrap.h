// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// For apply hooks: what a function of the running system refused, at the place in the file that
// asked for it. Returns -inner->code.

#include "config/config.h"

static inline int gw_conf_wrap(
	struct gw_conf *conf, struct gw_err *err, const char *path, const struct gw_err *inner)
{
	return gw_conf_fail(conf, err, inner->code, path, "%s", inner->text);
}
