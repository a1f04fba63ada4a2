// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Protocol numbers of routes (rtnetlink(7), RTPROT_...) by name. Any thread.

#include <stdbool.h>
#include <stdint.h>

const char *gw_protocol_name(uint8_t protocol); // the number where it has none; for one call
bool gw_protocol_is_routing(uint8_t protocol);	// that FRR and BIRD give their routes
