// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

#include "config/config.h"

// Would the running configuration pass its checks, once `edit` has changed the values of its
// sections? That is what a command asks before it changes what others stand on. Nothing is
// applied. Sections that are saved by element, which may have millions, are left out: what they
// say has to be checked another way. A running configuration that does not pass as it is may be
// changed in any way. The error reads "WHAT: /json/path (name of the element): ...".
typedef void (*gw_conf_edit_fn)(const char *section, json_t *value, void *arg);
int gw_conf_try(const char *what, gw_conf_edit_fn edit, void *arg, struct gw_err *err);
