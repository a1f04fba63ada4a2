// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Addresses as text and as bytes. IPv4 addresses are uint32_t in host byte order unless a name
// ends in _be; MAC and IPv6 addresses are bytes in wire order. Any thread.

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

struct gw_mac {
	uint8_t b[6];
};

// An address of either family, as bytes in wire order; IPv4 as ::ffff:a.b.c.d (RFC 4291 2.5.5.2).
struct gw_ip {
	struct in6_addr a;
};

struct gw_prefix4 {
	uint32_t addr; // as written, host bits kept
	uint8_t len;   // 0..32
};

struct gw_prefix6 {
	struct in6_addr addr;
	uint8_t len; // 0..128
};

// A prefix of either family; `len` as that family counts, 0..32 or 0..128.
struct gw_prefix {
	struct gw_ip addr;
	uint8_t len;
};

#define GW_ZONE_LEN 32

// An address and, of a link-local one, the interface that it is meant on (RFC 4007 11), else "".
struct gw_ip_zone {
	struct gw_ip ip;
	char zone[GW_ZONE_LEN];
};

// Parsers take the whole string; true when it is exactly one such value.
bool gw_ip4_parse(const char *s, uint32_t *ip);
bool gw_ip6_parse(const char *s, struct in6_addr *ip);
bool gw_prefix4_parse(const char *s, struct gw_prefix4 *p); // "/LEN" required
bool gw_prefix6_parse(const char *s, struct gw_prefix6 *p); // "/LEN" required
bool gw_mac_parse(const char *s, struct gw_mac *mac);	    // six octets, ':' between

bool gw_ip_parse(const char *s, struct gw_ip *ip);	    // either family
bool gw_prefix_parse(const char *s, struct gw_prefix *p);   // either family
bool gw_ip_zone_parse(const char *s, struct gw_ip_zone *v); // ADDRESS or ADDRESS%INTERFACE

// Formatters return `buf`.
#define GW_IP4_LEN     16
#define GW_PREFIX4_LEN 19
#define GW_MAC_LEN     18
#define GW_IP6_LEN     INET6_ADDRSTRLEN
#define GW_PREFIX6_LEN (INET6_ADDRSTRLEN + 4)
#define GW_IP_LEN      INET6_ADDRSTRLEN
#define GW_PREFIX_LEN  GW_PREFIX6_LEN
#define GW_IP_ZONE_LEN (GW_IP_LEN + GW_ZONE_LEN)
char *gw_ip4_str(uint32_t ip, char buf[static GW_IP4_LEN]);
char *gw_prefix4_str(uint32_t ip, uint8_t len, char buf[static GW_PREFIX4_LEN]);
char *gw_mac_str(const struct gw_mac *mac, char buf[static GW_MAC_LEN]);
char *gw_ip6_str(const struct in6_addr *ip, char buf[static GW_IP6_LEN]); // RFC 5952
char *gw_prefix6_str(const struct in6_addr *ip, uint8_t len, char buf[static GW_PREFIX6_LEN]);
char *gw_ip_str(const struct gw_ip *ip, char buf[static GW_IP_LEN]); // of either family, as such
char *gw_prefix_str(const struct gw_prefix *p, char buf[static GW_PREFIX_LEN]);
char *gw_ip_zone_str(const struct gw_ip_zone *v, char buf[static GW_IP_ZONE_LEN]);

static inline uint32_t gw_mask4(uint8_t len)
{
	return len == 0 ? 0 : UINT32_MAX << (32 - len);
}

static inline bool gw_prefix4_has(const struct gw_prefix4 *p, uint32_t ip)
{
	return ((p->addr ^ ip) & gw_mask4(p->len)) == 0;
}

static inline bool gw_ip6_eq(const struct in6_addr *a, const struct in6_addr *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}

// `ip` with the bits after `len` zero.
struct in6_addr gw_ip6_masked(const struct in6_addr *ip, uint8_t len);
bool gw_prefix6_has(const struct gw_prefix6 *p, const struct in6_addr *ip);
struct gw_prefix gw_prefix_masked(const struct gw_prefix *p);
bool gw_prefix_has(const struct gw_prefix *p, const struct gw_ip *ip); // and is of that family

static inline struct gw_ip gw_ip_of4(uint32_t ip)
{
	struct gw_ip v = {.a.s6_addr = {[10] = 0xff,
				  [11] = 0xff,
				  [12] = (uint8_t)(ip >> 24),
				  [13] = (uint8_t)(ip >> 16),
				  [14] = (uint8_t)(ip >> 8),
				  [15] = (uint8_t)ip}};

	return v;
}

static inline struct gw_ip gw_ip_of6(const struct in6_addr *ip)
{
	return (struct gw_ip){.a = *ip};
}

static inline bool gw_ip_is4(const struct gw_ip *ip)
{
	return IN6_IS_ADDR_V4MAPPED(&ip->a);
}

static inline uint32_t gw_ip_to4(const struct gw_ip *ip)
{
	const uint8_t *b = ip->a.s6_addr;

	return (uint32_t)b[12] << 24 | (uint32_t)b[13] << 16 | (uint32_t)b[14] << 8 | b[15];
}

static inline bool gw_ip_eq(const struct gw_ip *a, const struct gw_ip *b)
{
	return gw_ip6_eq(&a->a, &b->a);
}

static inline bool gw_prefix_is4(const struct gw_prefix *p)
{
	return gw_ip_is4(&p->addr);
}

static inline struct gw_prefix gw_prefix_of4(uint32_t ip, uint8_t len)
{
	return (struct gw_prefix){.addr = gw_ip_of4(ip), .len = len};
}

static inline bool gw_prefix_eq(const struct gw_prefix *a, const struct gw_prefix *b)
{
	return a->len == b->len && gw_ip_eq(&a->addr, &b->addr);
}

// Below, at or above 0: IPv4 before IPv6, then by address, then the shorter one first.
int gw_prefix_cmp(const struct gw_prefix *a, const struct gw_prefix *b);
