// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

#include <jansson.h>

// Section "sr_mcast" as it runs; NULL: none. Slow path.
json_t *gw_mcast_conf_save(void);
