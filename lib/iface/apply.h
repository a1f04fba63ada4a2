// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Brings the running interfaces to what a configuration asks for, as a difference. The state of an
// interface follows the file only when the file's word has changed since it was loaded last: what
// was switched by command stays switched. Slow path.

#include "iface/plan.h"

// Before any change: the running interfaces with the port, VLANs and VRF of a planned one are
// that one and get its name; those that are not planned lose theirs.
void gw_ifaces_match(const struct gw_ifaces_plan *plan);
// Add the interface or change what differs, with its static neighbours; fills p->index.
int gw_iface_apply(struct gw_conf *conf, struct gw_iface_plan *p, struct gw_err *err);
// After every change: remember what the file said.
void gw_ifaces_applied(const struct gw_ifaces_plan *plan);
