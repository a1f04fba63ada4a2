// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

#include <jansson.h>

// One running host after the other as elements of section "hosts", NULL at the end. Slow path.
json_t *gw_host_save_next(size_t *cursor);
