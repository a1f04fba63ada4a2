// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

#include "base/err.h"
#include "host/host.h"

// Fill in what a rate limit leaves open: CBS a tenth of a second's traffic and at least 65,536
// octets, PIR and PBS those of CIR. -EINVAL: it cannot be. Pure; any thread.
int gw_rate_complete(struct gw_rate *rate, struct gw_err *err);
