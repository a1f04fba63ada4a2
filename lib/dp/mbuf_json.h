// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Packet buffers as JSON. Slow path, or when no lcore runs any more.

#include <jansson.h>

// {POOL: {"size", "free", "in_use"}}, a new reference. Buffers in caches of lcores are free; those
// that ports hold, to receive into or to send, are in use.
json_t *gw_mbuf_json(void);
