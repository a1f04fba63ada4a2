// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Hosts whose routes are published: as long as neither they nor their interface are standby. Slow
// path.

#include "host/host.h"

// That it can be done: before the host is changed to `spec`. -ENOMEM, and as gw_publish_set().
int gw_host_publish_prepare(uint16_t vrf, const struct gw_host_spec *spec, struct gw_err *err);
// The host is as prepared; or it could not be made, or goes.
void gw_host_published(uint32_t host);
void gw_host_unpublish(uint16_t vrf, uint32_t ip);
void gw_host_publish_fini(void); // none of them any more
// The state of the interface changed.
void gw_host_publish_switched(uint16_t iface);
