// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Inside of lib/mlag: what a configuration in hand says. Slow path.

#include "config/config.h"
#include "mlag/mlag.h"

int gw_mlag_conf_check(struct gw_conf *conf, json_t *value, struct gw_err *err);
// All but sync.must and sync.should of a value that was checked.
void gw_mlag_conf_read(const json_t *value, struct gw_mlag_spec *spec);
// Of what must be the same on both devices, and of what should be. `spec`: as read from `value`;
// `vrf`: name of the pair's.
void gw_mlag_conf_digests(const json_t *value, const struct gw_mlag_spec *spec, const char *vrf,
	uint64_t *must, uint64_t *should);
