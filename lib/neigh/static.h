// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Static neighbours as a whole. Slow path.

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "base/addr.h"

// Goes up whenever one comes or goes, but for those that go with their interface.
extern uint32_t gw_neigh_static_generation;
// Delete those that `keep` does not want.
void gw_neigh_statics_sweep(bool (*keep)(uint16_t iface, struct gw_ip ip, void *arg), void *arg);
// {"INTERFACE": {"192.0.2.254": "02:00:00:00:00:fe"}}, new reference.
json_t *gw_neigh_statics_json(void);
