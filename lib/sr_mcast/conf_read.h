// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Inside of lib/sr_mcast: what stands in section "sr_mcast", which has passed validation. Texts are
// borrowed from the section.

#include <jansson.h>

#include "base/addr.h"
#include "sr_mcast/check.h"

struct gw_mcast_tree_row {
	struct gw_mcast_tree_spec spec; // but for decap
	struct in6_addr branches[GW_MAX_BRANCHES];
	const char *decap; // VRF, NULL none
};

struct gw_mcast_flow_row {
	struct gw_ip source, group; // source all zero: any
	struct in6_addr tree;
	const char *vrf;
	const json_t *ports;
};

struct gw_mcast_receiver_row {
	struct gw_ip group;
	const char *vrf;
	const json_t *ports;
	uint32_t n;
	struct gw_ip *sources; // to be freed; NULL: none, or no memory
};

// False: a number is out of its range, *key says of what.
bool gw_sr_conf_read(const json_t *section, struct gw_sr_conf *conf, const char **key);
void gw_mcast_tree_read(const json_t *o, struct gw_mcast_tree_row *row);
void gw_mcast_flow_read(const json_t *o, struct gw_mcast_flow_row *row);
int gw_mcast_receiver_read(const json_t *o, struct gw_mcast_receiver_row *row); // -ENOMEM
