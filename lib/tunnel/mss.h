// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

#include <stdint.h>

#include "dp/worker.h"

// Lower the MSS option of a TCP SYN to `mss` (RFC 9293 3.7.1), checksum by RFC 1624.
void gw_mss_clamp(struct gw_worker *w, struct gw_pkt *p, uint16_t mss);
