// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "mlag_sync/packet.h"

#include "base/wire.h"

#define MAC_LEN	     6
#define TYPE_VLAN    0x8100
#define TYPE_QINQ    0x88a8
#define TYPE_ARP     0x0806
#define TYPE_IP4     0x0800
#define TYPE_IP6     0x86dd
#define ARP_REQUEST  1
#define ARP_REPLY    2
#define ARP_ETHERNET 1
#define MAX_TAGS     2

struct arp {
	uint8_t hardware[2], protocol[2];
	uint8_t hardware_len, protocol_len;
	uint8_t operation[2];
	uint8_t sha[6], spa[4], tha[6], tpa[4];
};
static_assert(sizeof(struct arp) == 28, "wire format");

// RFC 1812 5.3.7: what can be the address of a host.
static bool ip4_ok(uint32_t ip)
{
	return ip >> 24 != 0 && ip >> 24 != 127 && ip >> 28 < 14;
}

static bool arp_parse(const uint8_t *data, uint32_t len, struct gw_mlag_claim *c)
{
	const struct arp *a = (const struct arp *)data;
	uint16_t operation;
	uint32_t spa;

	if (len < sizeof(*a) || gw_get16(a->hardware) != ARP_ETHERNET ||
		gw_get16(a->protocol) != TYPE_IP4 || a->hardware_len != sizeof(a->sha) ||
		a->protocol_len != sizeof(a->spa))
		return false;
	operation = gw_get16(a->operation);
	spa = gw_get32(a->spa);
	if (operation != ARP_REQUEST && operation != ARP_REPLY)
		return false;
	// RFC 5227 2.1.1: who probes has no address yet.
	if (!ip4_ok(spa) && (spa != 0 || operation != ARP_REQUEST))
		return false;
	c->kind = operation == ARP_REQUEST ? GW_MLAG_REQUEST : GW_MLAG_REPLY;
	c->sub = GW_MLAG_ARP;
	c->has_ip = spa != 0;
	c->has_mac = true;
	memcpy(c->mac.b, a->sha, sizeof(c->mac.b));
	c->ip = gw_ip_of4(spa);
	c->announces = c->has_ip && gw_get32(a->tpa) == spa;
	return true;
}

static bool body_parse(uint16_t type, const uint8_t *data, uint32_t len, struct gw_mlag_claim *c)
{
	switch (type) {
	case TYPE_ARP:
		return arp_parse(data, len, c);
	case TYPE_IP4:
		return gw_mlag_ip4_parse(data, len, c);
	case TYPE_IP6:
		return gw_mlag_ip6_parse(data, len, c);
	default:
		return false;
	}
}

bool gw_mlag_packet_parse(const uint8_t *frame, uint32_t len, struct gw_mlag_claim *c)
{
	uint32_t at = 2 * MAC_LEN;
	uint16_t type;

	if (len < at + sizeof(type))
		return false;
	*c = (struct gw_mlag_claim){0};
	memcpy(c->to.b, frame, MAC_LEN);
	c->broadcast = gw_mac_is_group(&c->to);
	type = gw_get16(frame + at);
	for (unsigned tags = 0; type == TYPE_VLAN || type == TYPE_QINQ; tags++) {
		if (tags == MAX_TAGS || len < at + 6)
			return false;
		if (tags == 0)
			c->vlan = gw_get16(frame + at + 2) & 0xfff;
		at += 4;
		type = gw_get16(frame + at);
	}
	at += sizeof(type);
	if (!body_parse(type, frame + at, len - at, c))
		return false;
	// RFC 1812 3.3.2: no group address is anybody's MAC.
	return !c->has_mac || !(gw_mac_is_group(&c->mac) || gw_mac_is_none(&c->mac));
}
