// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

#include "config/config.h"

// The check hook of section "sr_mcast": all of it, with the sections that it refers to.
int gw_mcast_conf_check(struct gw_conf *conf, json_t *section, size_t index, struct gw_err *err);
