// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "base/addr.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

// Decimal number without leading zeros up to `max`; moves *s behind it.
static bool decimal_parse(const char **s, unsigned max, unsigned *out)
{
	const char *p = *s;
	unsigned v = 0;

	if (*p < '0' || *p > '9' || (p[0] == '0' && p[1] >= '0' && p[1] <= '9'))
		return false;
	for (; *p >= '0' && *p <= '9'; p++) {
		v = v * 10 + (unsigned)(*p - '0');
		if (v > max)
			return false;
	}
	*s = p;
	*out = v;
	return true;
}

static bool ip4_parse(const char **s, uint32_t *ip)
{
	unsigned octet;

	*ip = 0;
	for (int i = 0; i < 4; i++) {
		if (i > 0 && *(*s)++ != '.')
			return false;
		if (!decimal_parse(s, 255, &octet))
			return false;
		*ip = *ip << 8 | octet;
	}
	return true;
}

bool gw_ip4_parse(const char *s, uint32_t *ip)
{
	return ip4_parse(&s, ip) && *s == '\0';
}

bool gw_prefix4_parse(const char *s, struct gw_prefix4 *p)
{
	unsigned len;

	if (!ip4_parse(&s, &p->addr) || *s++ != '/' || !decimal_parse(&s, 32, &len) || *s != '\0')
		return false;
	p->len = (uint8_t)len;
	return true;
}

bool gw_ip6_parse(const char *s, struct in6_addr *ip)
{
	return inet_pton(AF_INET6, s, ip) == 1;
}

bool gw_prefix6_parse(const char *s, struct gw_prefix6 *p)
{
	const char *slash = strchr(s, '/');
	char text[INET6_ADDRSTRLEN];
	unsigned len;

	if (slash == NULL || (size_t)(slash - s) >= sizeof(text))
		return false;
	memcpy(text, s, slash - s);
	text[slash - s] = '\0';
	slash++;
	if (!gw_ip6_parse(text, &p->addr) || !decimal_parse(&slash, 128, &len) || *slash != '\0')
		return false;
	p->len = (uint8_t)len;
	return true;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

bool gw_mac_parse(const char *s, struct gw_mac *mac)
{
	for (int i = 0; i < 6; i++) {
		int hi, lo;

		if (i > 0 && *s++ != ':')
			return false;
		hi = hex_digit(s[0]);
		lo = hi < 0 ? -1 : hex_digit(s[1]);
		if (lo < 0)
			return false;
		mac->b[i] = (uint8_t)(hi << 4 | lo);
		s += 2;
	}
	return *s == '\0';
}

char *gw_ip4_str(uint32_t ip, char buf[static GW_IP4_LEN])
{
	snprintf(buf, GW_IP4_LEN, "%u.%u.%u.%u", ip >> 24, ip >> 16 & 255, ip >> 8 & 255, ip & 255);
	return buf;
}

char *gw_prefix4_str(uint32_t ip, uint8_t len, char buf[static GW_PREFIX4_LEN])
{
	char addr[GW_IP4_LEN];

	snprintf(buf, GW_PREFIX4_LEN, "%s/%u", gw_ip4_str(ip, addr), (unsigned)len & 63);
	return buf;
}

char *gw_mac_str(const struct gw_mac *mac, char buf[static GW_MAC_LEN])
{
	const uint8_t *b = mac->b;

	snprintf(buf, GW_MAC_LEN, "%02x:%02x:%02x:%02x:%02x:%02x", b[0], b[1], b[2], b[3], b[4],
		b[5]);
	return buf;
}

bool gw_ip_parse(const char *s, struct gw_ip *ip)
{
	uint32_t ip4;

	if (gw_ip4_parse(s, &ip4)) {
		*ip = gw_ip_of4(ip4);
		return true;
	}
	// ::ffff:a.b.c.d would be taken for the IPv4 address.
	return gw_ip6_parse(s, &ip->a) && !gw_ip_is4(ip);
}

char *gw_ip6_str(const struct in6_addr *ip, char buf[static GW_IP6_LEN])
{
	inet_ntop(AF_INET6, ip, buf, GW_IP6_LEN); // the room is enough: cannot fail
	return buf;
}

char *gw_prefix6_str(const struct in6_addr *ip, uint8_t len, char buf[static GW_PREFIX6_LEN])
{
	char addr[GW_IP6_LEN];

	snprintf(buf, GW_PREFIX6_LEN, "%s/%u", gw_ip6_str(ip, addr), len);
	return buf;
}

char *gw_ip_str(const struct gw_ip *ip, char buf[static GW_IP_LEN])
{
	if (gw_ip_is4(ip))
		return gw_ip4_str(gw_ip_to4(ip), buf);
	return gw_ip6_str(&ip->a, buf);
}

struct in6_addr gw_ip6_masked(const struct in6_addr *ip, uint8_t len)
{
	struct in6_addr v = {0};

	memcpy(v.s6_addr, ip->s6_addr, len / 8);
	if (len % 8 != 0)
		v.s6_addr[len / 8] = ip->s6_addr[len / 8] & (uint8_t)(0xff00 >> len % 8);
	return v;
}

bool gw_prefix6_has(const struct gw_prefix6 *p, const struct in6_addr *ip)
{
	struct in6_addr a = gw_ip6_masked(&p->addr, p->len), b = gw_ip6_masked(ip, p->len);

	return gw_ip6_eq(&a, &b);
}

bool gw_prefix_parse(const char *s, struct gw_prefix *p)
{
	struct gw_prefix4 p4;
	struct gw_prefix6 p6;

	if (gw_prefix4_parse(s, &p4)) {
		*p = gw_prefix_of4(p4.addr, p4.len);
		return true;
	}
	if (!gw_prefix6_parse(s, &p6))
		return false;
	*p = (struct gw_prefix){.addr = gw_ip_of6(&p6.addr), .len = p6.len};
	// ::ffff:a.b.c.d would be taken for the IPv4 address.
	return !gw_prefix_is4(p);
}

static bool zone_ok(const char *zone)
{
	size_t len = strlen(zone);

	return len > 0 && len < GW_ZONE_LEN &&
		strspn(zone, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-") ==
		len;
}

bool gw_ip_zone_parse(const char *s, struct gw_ip_zone *v)
{
	const char *percent = strchr(s, '%');
	char text[GW_IP_LEN];

	*v = (struct gw_ip_zone){0};
	if (percent == NULL)
		return gw_ip_parse(s, &v->ip);
	if ((size_t)(percent - s) >= sizeof(text) || !zone_ok(percent + 1))
		return false;
	memcpy(text, s, (size_t)(percent - s));
	text[percent - s] = '\0';
	memcpy(v->zone, percent + 1, strlen(percent + 1));
	return gw_ip_parse(text, &v->ip) && !gw_ip_is4(&v->ip);
}

char *gw_prefix_str(const struct gw_prefix *p, char buf[static GW_PREFIX_LEN])
{
	char addr[GW_IP_LEN];

	snprintf(buf, GW_PREFIX_LEN, "%s/%u", gw_ip_str(&p->addr, addr), p->len);
	return buf;
}

char *gw_ip_zone_str(const struct gw_ip_zone *v, char buf[static GW_IP_ZONE_LEN])
{
	char addr[GW_IP_LEN];

	snprintf(buf, GW_IP_ZONE_LEN, "%s%s%s", gw_ip_str(&v->ip, addr),
		v->zone[0] == '\0' ? "" : "%", v->zone);
	return buf;
}

struct gw_prefix gw_prefix_masked(const struct gw_prefix *p)
{
	struct gw_prefix v = *p;

	v.addr.a = gw_ip6_masked(&p->addr.a, gw_prefix_is4(p) ? 96 + p->len : p->len);
	return v;
}

int gw_prefix_cmp(const struct gw_prefix *a, const struct gw_prefix *b)
{
	int order = (int)gw_prefix_is4(b) - (int)gw_prefix_is4(a);

	if (order == 0)
		order = memcmp(&a->addr, &b->addr, sizeof(a->addr));
	return order != 0 ? order : (int)a->len - (int)b->len;
}

bool gw_prefix_has(const struct gw_prefix *p, const struct gw_ip *ip)
{
	const struct gw_prefix other = {.addr = *ip, .len = p->len};
	struct gw_prefix a = gw_prefix_masked(p), b;

	if (gw_prefix_is4(p) != gw_ip_is4(ip))
		return false;
	b = gw_prefix_masked(&other);
	return gw_ip_eq(&a.addr, &b.addr);
}
