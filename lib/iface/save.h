// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// The running interfaces as configuration. Slow path.

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "iface/iface.h"
#include "port/port.h"

// The addresses of its interfaces are gateways: clients, or servers with host routes, are there.
static inline bool gw_port_has_gateways(const struct gw_port *port)
{
	return port->role == GW_ROLE_ACCESS || port->host_routes;
}

// EtherType of the outer tag unless one is given.
static inline uint16_t gw_iface_tpid(bool two_tags)
{
	return two_tags ? 0x88a8 : 0x8100;
}

// What the interface is made of: borrows its strings and addresses. What is as its port has it, or
// as it is unless said, is left out (0, NULL).
struct gw_iface_spec gw_iface_spec_of(uint16_t iface);
// Made by a port or a host, and nothing about it needs saying: it is made again from them.
bool gw_iface_spec_is_plain(const struct gw_iface_spec *spec);
bool gw_iface_is_plain(uint16_t iface);
// An element of section "interfaces", without neighbors; new reference.
json_t *gw_iface_spec_json(const struct gw_iface_spec *spec);
// Addresses with (gateway) or without (!gateway) the mark of gateways; new reference.
json_t *gw_iface_spec_addrs_json(const struct gw_iface_spec *spec, bool gateway);
json_t *gw_iface_addrs_save(uint16_t iface, bool gateway);
// Under the key, unless it is empty; takes `value`.
void gw_save_unless_empty(json_t *to, const char *key, json_t *value);
