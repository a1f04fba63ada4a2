// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Inside of lib/iface: how planned interfaces are made.

#include "iface/plan.h"

// An untagged one of the port, not added yet; free() it or add it.
struct gw_iface_plan *gw_iface_plan_new(const struct gw_port_plan *port);
// That no other interface has the name, which stands at `path`, and no port but the one whose
// untagged interface it is.
int gw_iface_plan_name_check(struct gw_conf *conf, const struct gw_ifaces_plan *plan,
	const struct gw_iface_plan *p, const char *path, struct gw_err *err);
// Takes `p` over, also when it fails.
int gw_iface_plan_add(struct gw_conf *conf, struct gw_ifaces_plan *plan, struct gw_iface_plan *p,
	const char *path, struct gw_err *err);
// plan_addr6.c: one address more of interface `i`, which stands at `path`.
int gw_iface_plan_addr6_add(struct gw_conf *conf, struct gw_ifaces_plan *plan, uint32_t i,
	const struct gw_iface_addr6 *a, const char *path, struct gw_err *err);
struct gw_iface_plan *gw_iface_plan_by_key(const struct gw_ifaces_plan *plan,
	const struct gw_port_plan *port, uint16_t outer, uint16_t inner);
// plan_make.c: element `at` of "interfaces".
int gw_iface_plan_named(struct gw_conf *conf, struct gw_ifaces_plan *plan, json_t *value,
	uint32_t at, struct gw_err *err);
// The untagged interface of port `at`, when that has a use for one and it is not there.
int gw_iface_plan_untagged(
	struct gw_conf *conf, struct gw_ifaces_plan *plan, uint32_t at, struct gw_err *err);
