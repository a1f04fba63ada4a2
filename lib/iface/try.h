// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Whether an interface may come, change or go by a command: what stands on it must be as right in
// the configuration after it as before. The rules are those of the configuration's checks. Slow
// path.

#include "iface/iface.h"

// What gw_iface_add() would make of it on its port, of that index.
int gw_iface_try_add(const struct gw_iface_spec *spec, uint16_t port, struct gw_err *err);
int gw_iface_try_del(uint16_t iface, struct gw_err *err);
