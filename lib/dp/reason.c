// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "dp/reason.h"

static const struct {
	const char *name;
	const char *help;
} reasons[GW_DROP_COUNT] = {[GW_DROP_NONE] = {"drop_none", "not dropped"},
#define X(id, text) [GW_DROP_##id] = {"drop_" #id, text},
	GW_DROP_REASONS(X)
#undef X
};

const char *gw_drop_name(enum gw_drop reason)
{
	return reasons[reason].name;
}

const char *gw_drop_help(enum gw_drop reason)
{
	return reasons[reason].help;
}
