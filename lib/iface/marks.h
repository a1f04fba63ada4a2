// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// A new configuration marks the running interfaces that it names; the others go when what it
// changed is in place. Port, VLANs and VRF make an interface, its name is only a label. Slow path.

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

void gw_iface_marks_begin(void); // no interface is marked
void gw_iface_mark(uint16_t iface);
bool gw_iface_marked(uint16_t iface);
void gw_iface_rename(uint16_t iface, const char *name);
// Take name, port and VLANs from an interface that will go, for another to have; it receives
// nothing any more, its hosts stay until they are moved or deleted.
void gw_iface_retire(uint16_t iface);
// Take the addresses from those that are not marked; the same addresses on others serve on.
void gw_iface_marks_clear(void);
int gw_iface_marks_sweep(struct gw_err *err); // delete those; -EBUSY: hosts are on one
