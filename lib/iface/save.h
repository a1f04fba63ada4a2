// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// The running interfaces as configuration. Slow path.

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

// Made by a port or a host, and nothing about it needs saying: it is made again from them.
bool gw_iface_is_plain(uint16_t iface);
// Addresses with (gateway) or without (!gateway) the mark of gateways; new reference.
json_t *gw_iface_addrs_save(uint16_t iface, bool gateway);
// Under the key, unless it is empty; takes `value`.
void gw_save_unless_empty(json_t *to, const char *key, json_t *value);
