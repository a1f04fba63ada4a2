// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Neighbour discovery (RFC 4861) and group membership (RFC 2236, RFC 3376, RFC 2710, RFC 3810).

#include "base/wire.h"
#include "mlag_sync/packet.h"

#define PROTO_IGMP     2
#define PROTO_ICMP6    58
#define HOP_BY_HOP     0
#define IP6_LEN	       40
#define ND_HOP_LIMIT   255
#define ND_SOLICIT     135
#define ND_ADVERT      136
#define ND_LEN	       24 // up to the options
#define ND_SOLICITED   0x40
#define OPT_SOURCE_MAC 1
#define OPT_TARGET_MAC 2

struct ip6 {
	uint8_t word[4];
	uint8_t length[2];
	uint8_t next, hop_limit;
	uint8_t src[16], dst[16];
};
static_assert(sizeof(struct ip6) == IP6_LEN, "wire format");

static uint64_t sum16(uint64_t sum, const uint8_t *p, uint32_t len)
{
	for (; len > 1; p += 2, len -= 2)
		sum += gw_get16(p);
	return len == 1 ? sum + (uint64_t)(p[0] << 8) : sum;
}

static bool sum_ok(uint64_t sum)
{
	while (sum >> 16 != 0)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum == 0xffff;
}

static bool igmp_is_report(uint8_t type)
{
	return type == 0x12 || type == 0x16 || type == 0x17 || type == 0x22;
}

bool gw_mlag_ip4_parse(const uint8_t *ip, uint32_t len, struct gw_mlag_claim *c)
{
	uint32_t head, total;

	if (len < 20 || ip[0] >> 4 != 4)
		return false;
	head = (ip[0] & 15) * 4u;
	total = gw_get16(ip + 2);
	if (head < 20 || total > len || total < head + 8 || !sum_ok(sum16(0, ip, head)))
		return false;
	// A fragment is no whole report.
	if (ip[9] != PROTO_IGMP || (gw_get16(ip + 6) & 0x3fff) != 0)
		return false;
	if (!igmp_is_report(ip[head]) || !sum_ok(sum16(0, ip + head, total - head)))
		return false;
	c->kind = GW_MLAG_REPORT;
	c->sub = GW_MLAG_GROUP;
	return true;
}

// RFC 4861 4.6: the options of an ND message; false when one is malformed.
static bool options_parse(const uint8_t *opt, uint32_t len, uint8_t want, struct gw_mlag_claim *c)
{
	while (len > 0) {
		uint32_t n = len >= 2 ? opt[1] * 8u : 0;

		if (n == 0 || n > len)
			return false;
		if (opt[0] == want && n == 8) {
			memcpy(c->mac.b, opt + 2, sizeof(c->mac.b));
			c->has_mac = true;
		}
		opt += n;
		len -= n;
	}
	return true;
}

static bool nd_parse(
	const struct ip6 *ip, const uint8_t *icmp, uint32_t len, struct gw_mlag_claim *c)
{
	struct in6_addr target, src;
	bool solicit = icmp[0] == ND_SOLICIT;

	// RFC 4861 7.1.1, 7.1.2
	if (ip->hop_limit != ND_HOP_LIMIT || icmp[1] != 0 || len < ND_LEN)
		return false;
	memcpy(&target, icmp + 8, sizeof(target));
	memcpy(&src, ip->src, sizeof(src));
	if (IN6_IS_ADDR_MULTICAST(&target) || IN6_IS_ADDR_MULTICAST(&src))
		return false;
	// Tables hold IPv4 addresses in that form.
	if (IN6_IS_ADDR_V4MAPPED(&target) || IN6_IS_ADDR_V4MAPPED(&src))
		return false;
	if (!solicit && ip->dst[0] == 0xff && (icmp[4] & ND_SOLICITED) != 0)
		return false;
	if (!options_parse(
		    icmp + ND_LEN, len - ND_LEN, solicit ? OPT_SOURCE_MAC : OPT_TARGET_MAC, c))
		return false;
	if (solicit && IN6_IS_ADDR_UNSPECIFIED(&src) && c->has_mac)
		return false;
	c->sub = GW_MLAG_ND;
	c->kind = solicit ? GW_MLAG_REQUEST : GW_MLAG_REPLY;
	c->ip = gw_ip_of6(solicit ? &src : &target);
	c->has_ip = !IN6_IS_ADDR_UNSPECIFIED(&c->ip.a);
	c->announces = !solicit && (icmp[4] & ND_SOLICITED) == 0;
	return c->has_ip || solicit;
}

static bool mld_is_report(uint8_t type)
{
	return type == 131 || type == 132 || type == 143;
}

bool gw_mlag_ip6_parse(const uint8_t *data, uint32_t len, struct gw_mlag_claim *c)
{
	const struct ip6 *ip = (const struct ip6 *)data;
	const uint8_t *icmp = data + sizeof(*ip);
	uint32_t left;
	uint8_t next;

	if (len < sizeof(*ip) || data[0] >> 4 != 6 || gw_get16(ip->length) > len - sizeof(*ip))
		return false;
	left = gw_get16(ip->length);
	next = ip->next;
	if (next == HOP_BY_HOP) {
		uint32_t n = left >= 8 ? (icmp[1] + 1u) * 8 : 0;

		if (n == 0 || n > left)
			return false;
		next = icmp[0];
		icmp += n;
		left -= n;
	}
	if (next != PROTO_ICMP6 || left < 8)
		return false;
	if (!sum_ok(sum16(sum16(left + PROTO_ICMP6, ip->src, 32), icmp, left)))
		return false;
	if (icmp[0] == ND_SOLICIT || icmp[0] == ND_ADVERT)
		return nd_parse(ip, icmp, left, c);
	// RFC 2710 3: hop limit 1, link-local source. Only behind a Router Alert option.
	if (!mld_is_report(icmp[0]) || ip->next != HOP_BY_HOP || ip->hop_limit != 1)
		return false;
	c->kind = GW_MLAG_REPORT;
	c->sub = GW_MLAG_GROUP;
	return true;
}
