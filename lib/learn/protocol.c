// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "learn/protocol.h"

#include <stdio.h>

static const struct {
	uint8_t number;
	const char *name;
} protocols[] = {
	{2, "kernel"},
	{3, "boot"},
	{4, "static"},
	{9, "ra"},
	{11, "zebra"},
	{12, "bird"},
	{16, "dhcp"},
	{42, "babel"},
	{186, "bgp"},
	{187, "isis"},
	{188, "ospf"},
	{189, "rip"},
	{190, "ripng"},
	{191, "nhrp"},
	{192, "eigrp"},
	{193, "ldp"},
	{194, "sharp"},
	{195, "pbr"},
	{196, "zstatic"},
	{197, "openfabric"},
};

const char *gw_protocol_name(uint8_t protocol)
{
	static char number[8];

	for (unsigned i = 0; i < sizeof(protocols) / sizeof(protocols[0]); i++) {
		if (protocols[i].number == protocol)
			return protocols[i].name;
	}
	snprintf(number, sizeof(number), "%u", protocol);
	return number;
}

bool gw_protocol_is_routing(uint8_t protocol)
{
	return protocol == 11 || protocol == 12 || protocol == 42 ||
		(protocol >= 186 && protocol <= 197);
}
