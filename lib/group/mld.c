// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// MLDv1 (RFC 2710), MLDv2 (RFC 3810).

#include <assert.h>
#include <string.h>

#include <rte_ip.h>

#include "group/message.h"
#include "sr_mcast/group.h"

#define TYPE_QUERY     130
#define TYPE_REPORT_V1 131
#define TYPE_DONE      132
#define TYPE_REPORT_V2 143

#define OPTION_PAD1   0
#define OPTION_PADN   1
#define ROUTER_ALERT  5 // RFC 2711
#define FLAG_SUPPRESS 8

struct mld {
	uint8_t type;
	uint8_t code;
	rte_be16_t checksum;
	rte_be16_t response; // milliseconds; MLDv2: a code
	rte_be16_t reserved;
	uint8_t group[16];
};

struct mld_query {
	struct mld h;
	uint8_t flags; // reserved, S, QRV
	uint8_t qqic;
	rte_be16_t n;
};

struct mld_report {
	uint8_t type;
	uint8_t reserved;
	rte_be16_t checksum;
	rte_be16_t reserved2;
	rte_be16_t n;
};

struct hop_by_hop {
	uint8_t next, len; // len: of 8 octets, without the first
	uint8_t option, option_len;
	uint16_t value; // RFC 2711 2.1: 0 is MLD
	uint8_t pad[2];
};

static_assert(sizeof(struct mld) == 24, "RFC 2710 3");
static_assert(sizeof(struct mld_query) == 28, "RFC 3810 5.1");
static_assert(sizeof(struct mld_report) == 8, "RFC 3810 5.2");
static_assert(sizeof(struct hop_by_hop) == 8, "RFC 8200 4.3");

static const uint8_t all_nodes[16] = {0xff, 2, [15] = 1};
static const uint8_t all_routers_v2[16] = {0xff, 2, [15] = 0x16};

// RFC 4443 2.3: with the pseudo-header of the upper layer.
static uint16_t checksum(const struct rte_ipv6_hdr *ip, const uint8_t *at, uint32_t len)
{
	uint8_t tail[8] = {0, 0, (uint8_t)(len >> 8), (uint8_t)len, 0, 0, 0, IPPROTO_ICMPV6};
	uint32_t sum = rte_raw_cksum(ip->src_addr, 32);

	sum += rte_raw_cksum(tail, sizeof(tail));
	sum += rte_raw_cksum(at, len);
	sum = (sum & UINT16_MAX) + (sum >> 16);
	return (uint16_t)((sum & UINT16_MAX) + (sum >> 16));
}

// The options of a Hop-by-Hop header name MLD as what routers are alerted of.
static bool has_router_alert(const uint8_t *at, const uint8_t *end)
{
	for (at += 2; at < end;) {
		if (*at == OPTION_PAD1) {
			at++;
			continue;
		}
		if (end - at < 2 || at[1] > end - at - 2)
			return false;
		if (*at == ROUTER_ALERT)
			return at[1] == 2 && at[2] == 0 && at[3] == 0;
		at += 2 + at[1];
	}
	return false;
}

// RFC 3810 8.1: the version of a query is in its length; lengths between are none's.
static enum gw_drop query_parse(const struct mld *h, uint32_t len, struct gw_group_msg *msg)
{
	const struct mld_query *q = (const struct mld_query *)h;

	msg->kind = GW_GROUP_QUERY;
	msg->version = 2;
	msg->response_ms = rte_be_to_cpu_16(h->response);
	if (len >= sizeof(*q)) {
		msg->version = 3;
		msg->response_ms = gw_group_value16(rte_be_to_cpu_16(h->response));
		msg->suppress = q->flags & FLAG_SUPPRESS;
		msg->robustness = q->flags & 7;
		msg->interval_s = gw_group_value8(q->qqic);
		msg->n = rte_be_to_cpu_16(q->n);
		msg->at = (const uint8_t *)(q + 1);
		if (msg->n > (len - sizeof(*q)) / sizeof(struct in6_addr))
			return GW_DROP_group_invalid;
	} else if (len != sizeof(*h)) {
		return GW_DROP_group_invalid;
	}
	if (IN6_IS_ADDR_UNSPECIFIED(&msg->group.a))
		return msg->n == 0 ? GW_DROP_NONE : GW_DROP_group_invalid;
	return gw_group_is_multicast(&msg->group) ? GW_DROP_NONE : GW_DROP_group_invalid;
}

static enum gw_drop message_parse(
	const uint8_t *at, uint32_t len, const uint8_t *dst, struct gw_group_msg *msg)
{
	const struct mld *h = (const struct mld *)at;
	const struct mld_report *r = (const struct mld_report *)at;

	if (h->type == TYPE_REPORT_V2) {
		msg->kind = GW_GROUP_RECORDS;
		msg->version = 3;
		msg->n = rte_be_to_cpu_16(r->n);
		msg->at = (const uint8_t *)(r + 1);
		// RFC 3810 5.2.14
		if (memcmp(dst, all_routers_v2, sizeof(all_routers_v2)) != 0 ||
			!gw_group_records_fit(msg->at, at + len, msg->n, true))
			return GW_DROP_group_invalid;
		return GW_DROP_NONE;
	}
	if (h->type != TYPE_QUERY && h->type != TYPE_REPORT_V1 && h->type != TYPE_DONE)
		return GW_DROP_group_ignored;
	if (len < sizeof(*h)) // RFC 2710 3.7 allows more
		return GW_DROP_group_invalid;
	msg->group = gw_group_address(h->group, true);
	if (h->type == TYPE_QUERY)
		return query_parse(h, len, msg);
	msg->kind = h->type == TYPE_DONE ? GW_GROUP_LEAVE : GW_GROUP_REPORT;
	msg->version = 2;
	return gw_group_is_multicast(&msg->group) ? GW_DROP_NONE : GW_DROP_group_invalid;
}

enum gw_drop gw_mld_parse(const uint8_t *packet, uint32_t len, struct gw_group_msg *msg)
{
	const struct rte_ipv6_hdr *ip = (const struct rte_ipv6_hdr *)packet;
	const struct hop_by_hop *hop = (const struct hop_by_hop *)(ip + 1);
	const uint8_t *at, *end;
	struct in6_addr src;

	*msg = (struct gw_group_msg){.ip6 = true};
	if (len < sizeof(*ip) + sizeof(*hop))
		return GW_DROP_group_invalid;
	if (packet[0] >> 4 != 6 || rte_be_to_cpu_16(ip->payload_len) > len - sizeof(*ip))
		return GW_DROP_group_invalid;
	end = packet + sizeof(*ip) + rte_be_to_cpu_16(ip->payload_len);
	at = (const uint8_t *)hop;
	if (end - at < (int)sizeof(*hop) || ip->proto != IPPROTO_HOPOPTS ||
		hop->next != IPPROTO_ICMPV6 || end - at < 8 + hop->len * 8)
		return GW_DROP_group_invalid;
	at += 8 + hop->len * 8;
	memcpy(&src, ip->src_addr, sizeof(src));
	// RFC 3810 6.2, 7.4: from a link-local address, hop limit 1, router alert. Who has no
	// address yet may report from none (5.2.13), for switches only.
	if (ip->hop_limits != 1 ||
		!(IN6_IS_ADDR_LINKLOCAL(&src) || IN6_IS_ADDR_UNSPECIFIED(&src)) ||
		!has_router_alert((const uint8_t *)hop, at))
		return GW_DROP_group_invalid;
	if (end - at < (int)sizeof(struct mld_report) ||
		checksum(ip, at, (uint32_t)(end - at)) != UINT16_MAX)
		return GW_DROP_group_invalid;
	if (IN6_IS_ADDR_UNSPECIFIED(&src))
		return GW_DROP_group_ignored;
	msg->source = gw_ip_of6(&src);
	return message_parse(at, (uint32_t)(end - at), ip->dst_addr, msg);
}

static uint32_t message_build(
	const struct gw_group_query *q, const struct rte_ipv6_hdr *ip, uint8_t *at)
{
	struct mld_query *m = (struct mld_query *)at;
	uint32_t ms = q->response_ms, len = sizeof(m->h);

	m->h = (struct mld){.type = TYPE_QUERY};
	memcpy(m->h.group, &q->group, sizeof(m->h.group));
	if (q->version == 3) {
		m->h.response = rte_cpu_to_be_16(gw_group_code16(ms));
		m->flags = (uint8_t)((q->suppress ? FLAG_SUPPRESS : 0) |
			(q->robustness <= 7 ? q->robustness : 0));
		m->qqic = gw_group_code8(q->interval_s);
		m->n = rte_cpu_to_be_16((uint16_t)q->n);
		len = (uint32_t)sizeof(*m) + q->n * (uint32_t)sizeof(struct in6_addr);
		if (q->n > 0)
			memcpy(m + 1, q->sources, q->n * sizeof(struct in6_addr));
	} else {
		m->h.response = rte_cpu_to_be_16((uint16_t)(ms < UINT16_MAX ? ms : UINT16_MAX));
	}
	m->h.checksum = (rte_be16_t)~checksum(ip, at, len);
	return len;
}

static_assert(sizeof(struct gw_ip) == sizeof(struct in6_addr), "sources are copied as they are");

uint32_t gw_mld_query_build(const struct gw_group_query *q, uint8_t *to)
{
	const struct hop_by_hop hop = {IPPROTO_ICMPV6, 0, ROUTER_ALERT, 2, 0, {OPTION_PADN, 0}};
	struct rte_ipv6_hdr *ip = (struct rte_ipv6_hdr *)to;
	uint32_t len;

	*ip = (struct rte_ipv6_hdr){
		.vtc_flow = RTE_BE32(6u << 28),
		.proto = IPPROTO_HOPOPTS,
		.hop_limits = 1,
	};
	memcpy(ip->src_addr, &q->source, sizeof(ip->src_addr));
	// RFC 3810 5.1.15
	if (IN6_IS_ADDR_UNSPECIFIED(&q->group.a))
		memcpy(ip->dst_addr, all_nodes, sizeof(ip->dst_addr));
	else
		memcpy(ip->dst_addr, &q->group, sizeof(ip->dst_addr));
	memcpy(ip + 1, &hop, sizeof(hop));
	len = (uint32_t)sizeof(hop) + message_build(q, ip, to + sizeof(*ip) + sizeof(hop));
	ip->payload_len = rte_cpu_to_be_16((uint16_t)len);
	return (uint32_t)sizeof(*ip) + len;
}
