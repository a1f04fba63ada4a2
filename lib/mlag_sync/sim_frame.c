// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// What hosts say.

#include "base/wire.h"
#include "mlag_sync/sim.h"

static const struct gw_mac broadcast = {{255, 255, 255, 255, 255, 255}};

static uint32_t ethernet(
	uint8_t *f, const struct sim_host *h, const struct gw_mac *to, uint16_t type)
{
	uint32_t at = 12;

	memcpy(f, to, 6);
	memcpy(f + 6, &h->mac, 6);
	if (h->vlan != 0) {
		gw_put16(f + at, 0x8100);
		gw_put16(f + at + 2, h->vlan);
		at += 4;
	}
	gw_put16(f + at, type);
	return at + 2;
}

static uint32_t arp(const struct sim_host *h, const struct gw_mac *to, uint16_t operation,
	uint32_t target, uint8_t *f)
{
	uint32_t at = ethernet(f, h, to, 0x0806);
	uint8_t *a = f + at;

	memset(a, 0, 28);
	gw_put16(a, 1);
	gw_put16(a + 2, 0x0800);
	a[4] = 6;
	a[5] = 4;
	gw_put16(a + 6, operation);
	memcpy(a + 8, &h->mac, 6);
	gw_put32(a + 14, gw_ip_to4(&h->ip));
	if (operation == 2)
		memcpy(a + 18, to, 6);
	gw_put32(a + 24, target);
	return at + 28;
}

static uint32_t advertisement(
	const struct sim_host *h, const struct gw_mac *to, bool solicited, uint8_t *f)
{
	const struct gw_mac group = {{0x33, 0x33, 0, 0, 0, 1}};
	uint32_t at = ethernet(f, h, to != NULL ? to : &group, 0x86dd), sum = 32 + 58;
	uint8_t *ip = f + at, *icmp = ip + 40;

	memset(ip, 0, 72);
	ip[0] = 0x60;
	gw_put16(ip + 4, 32);
	ip[6] = 58;
	ip[7] = 255;
	memcpy(ip + 8, &h->ip, 16);
	if (to == NULL)
		memcpy(ip + 24, &(struct in6_addr){{{0xff, 2, [15] = 1}}}, 16);
	else
		memcpy(ip + 24, &(struct in6_addr){{{0x20, 1, 0xd, 0xb8, [15] = to->b[5]}}}, 16);
	icmp[0] = 136;
	icmp[4] = solicited ? 0x60 : 0x20;
	memcpy(icmp + 8, &h->ip, 16);
	icmp[24] = 2;
	icmp[25] = 1;
	memcpy(icmp + 26, &h->mac, 6);
	for (uint32_t i = 8; i < 72; i += 2)
		sum += gw_get16(ip + i);
	sum = (sum & 0xffff) + (sum >> 16);
	gw_put16(icmp + 2, (uint16_t) ~((sum & 0xffff) + (sum >> 16)));
	return at + 72;
}

uint32_t sim_reply(const struct sim_host *h, const struct gw_mac *to, uint8_t *frame)
{
	if (!gw_ip_is4(&h->ip))
		return advertisement(h, to, true, frame);
	return arp(h, to != NULL ? to : &broadcast, 2, 0x0a010001, frame);
}

uint32_t sim_announce(const struct sim_host *h, uint8_t *frame)
{
	if (!gw_ip_is4(&h->ip))
		return advertisement(h, NULL, false, frame);
	return arp(h, &broadcast, 1, gw_ip_to4(&h->ip), frame);
}

uint32_t sim_request(const struct sim_host *h, const struct gw_ip *target, uint8_t *frame)
{
	return arp(h, &broadcast, 1, gw_ip_to4(target), frame);
}
