// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

#include "base/err.h"

// Whether this process may load and attach an XDP program, open AF_XDP sockets and lock memory for
// them; -EPERM with the capabilities that are missing.
int gw_xdp_privilege_check(const char *ifname, struct gw_err *err);
