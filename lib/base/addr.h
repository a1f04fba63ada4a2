// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Addresses as text and as bytes. IPv4 addresses are uint32_t in host byte order unless a name
// ends in _be; MAC and IPv6 addresses are bytes in wire order. Any thread.

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

struct gw_mac {
	uint8_t b[6];
};

struct gw_prefix4 {
	uint32_t addr; // as written, host bits kept
	uint8_t len;   // 0..32
};

struct gw_prefix6 {
	struct in6_addr addr;
	uint8_t len; // 0..128
};

// Parsers take the whole string; true when it is exactly one such value.
bool gw_ip4_parse(const char *s, uint32_t *ip);
bool gw_ip6_parse(const char *s, struct in6_addr *ip);
bool gw_prefix4_parse(const char *s, struct gw_prefix4 *p); // "/LEN" required
bool gw_prefix6_parse(const char *s, struct gw_prefix6 *p); // "/LEN" required
bool gw_mac_parse(const char *s, struct gw_mac *mac);	    // six octets, ':' between

// Formatters return `buf`.
#define GW_IP4_LEN     16
#define GW_PREFIX4_LEN 19
#define GW_MAC_LEN     18
char *gw_ip4_str(uint32_t ip, char buf[static GW_IP4_LEN]);
char *gw_prefix4_str(uint32_t ip, uint8_t len, char buf[static GW_PREFIX4_LEN]);
char *gw_mac_str(const struct gw_mac *mac, char buf[static GW_MAC_LEN]);

static inline uint32_t gw_mask4(uint8_t len)
{
	return len == 0 ? 0 : UINT32_MAX << (32 - len);
}

static inline bool gw_prefix4_has(const struct gw_prefix4 *p, uint32_t ip)
{
	return ((p->addr ^ ip) & gw_mask4(p->len)) == 0;
}
