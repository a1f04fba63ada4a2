// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// The running interfaces as configuration. Slow path.

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

// Made by a port or a host, and nothing about it needs saying: it is made again from them.
bool gw_iface_is_plain(uint16_t iface);
// IPv4 addresses with (gateway) or without (!gateway) the mark of gateways; new reference.
json_t *gw_iface_addrs_save(uint16_t iface, bool gateway);
// What stands in a list of addresses or a map of neighbours for IPv6 goes to `to`.
void gw_addrs6_copy(json_t *to, const json_t *list);
void gw_neighbors6_copy(json_t *to, json_t *map);
// Under the key, unless it is empty; takes `value`.
void gw_save_unless_empty(json_t *to, const char *key, json_t *value);
