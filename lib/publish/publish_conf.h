// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

#include "config/config.h"

// For rows that have "publish": true, of the VRF of that name.
int gw_publish_conf_check(struct gw_conf *conf, const char *vrf, struct gw_err *err);
