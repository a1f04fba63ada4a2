// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// IGMPv1 (RFC 1112 App. I), IGMPv2 (RFC 2236), IGMPv3 (RFC 3376).

#include <assert.h>
#include <string.h>

#include <rte_ip.h>

#include "group/message.h"
#include "ip4/ip4.h"
#include "sr_mcast/group.h"

#define TYPE_QUERY     0x11
#define TYPE_REPORT_V1 0x12
#define TYPE_REPORT_V2 0x16
#define TYPE_LEAVE     0x17
#define TYPE_REPORT_V3 0x22

#define OPTION_END	0
#define OPTION_NOP	1
#define ROUTER_ALERT	0x94 // RFC 2113: copied, control, number 20
#define IHL_ALERT	6
#define TOS_CONTROL	0xc0  // RFC 3376 4: IP precedence of internetwork control
#define V1_RESPONSE_MS	10000 // RFC 3376 4.1.1, 7.2.1: the code of an IGMPv1 query is zero
#define FLAG_SUPPRESS	8
#define ALL_HOSTS	0xe0000001u
#define ALL_ROUTERS_V3	0xe0000016u
#define RESPONSE_UNIT	100u // milliseconds
#define V2_RESPONSE_MAX 255u

struct igmp {
	uint8_t type;
	uint8_t code;
	rte_be16_t checksum;
	rte_be32_t group;
};

struct igmp_query {
	struct igmp h;
	uint8_t flags; // reserved, S, QRV
	uint8_t qqic;
	rte_be16_t n;
};

struct igmp_report {
	uint8_t type;
	uint8_t reserved;
	rte_be16_t checksum;
	rte_be16_t reserved2;
	rte_be16_t n;
};

struct router_alert {
	uint8_t type, len;
	uint16_t value;
};

static_assert(sizeof(struct igmp) == 8, "RFC 2236 2");
static_assert(sizeof(struct igmp_query) == 12, "RFC 3376 4.1");
static_assert(sizeof(struct igmp_report) == 8, "RFC 3376 4.2");
static_assert(
	sizeof(struct rte_ipv4_hdr) + sizeof(struct router_alert) == IHL_ALERT * 4, "RFC 2113");

static bool has_router_alert(const struct rte_ipv4_hdr *ip)
{
	const uint8_t *at = (const uint8_t *)(ip + 1);
	const uint8_t *end = (const uint8_t *)ip + (ip->version_ihl & 15) * 4;

	while (at < end && *at != OPTION_END) {
		if (*at == OPTION_NOP) {
			at++;
			continue;
		}
		if (end - at < 2 || at[1] < 2 || at[1] > end - at)
			return false;
		if (*at == ROUTER_ALERT)
			return at[1] == sizeof(struct router_alert);
		at += at[1];
	}
	return false;
}

// RFC 3376 7.1: the version of a query is in its length and its code; lengths between are none's.
static enum gw_drop query_parse(const struct igmp *h, uint32_t len, struct gw_group_msg *msg)
{
	const struct igmp_query *q = (const struct igmp_query *)h;
	uint32_t code = h->code;

	msg->kind = GW_GROUP_QUERY;
	msg->group = gw_ip_of4(rte_be_to_cpu_32(h->group));
	msg->version = code == 0 ? 1 : 2;
	if (len >= sizeof(*q)) {
		msg->version = 3;
		code = gw_group_value8(h->code);
		msg->suppress = q->flags & FLAG_SUPPRESS;
		msg->robustness = q->flags & 7;
		msg->interval_s = gw_group_value8(q->qqic);
		msg->n = rte_be_to_cpu_16(q->n);
		msg->at = (const uint8_t *)(q + 1);
		if (msg->n > (len - sizeof(*q)) / sizeof(rte_be32_t))
			return GW_DROP_group_invalid;
	} else if (len != sizeof(*h)) {
		return GW_DROP_group_invalid;
	}
	msg->response_ms = msg->version == 1 ? V1_RESPONSE_MS : code * RESPONSE_UNIT;
	// RFC 3376 4.1.9: a general query names neither group nor sources.
	if (h->group == 0)
		return msg->n == 0 ? GW_DROP_NONE : GW_DROP_group_invalid;
	return gw_group_is_multicast(&msg->group) ? GW_DROP_NONE : GW_DROP_group_invalid;
}

static enum gw_drop message_parse(
	const uint8_t *at, uint32_t len, uint32_t dst, struct gw_group_msg *msg)
{
	const struct igmp *h = (const struct igmp *)at;
	const struct igmp_report *r = (const struct igmp_report *)at;

	msg->group = gw_ip_of4(rte_be_to_cpu_32(h->group));
	switch (h->type) {
	case TYPE_QUERY:
		return query_parse(h, len, msg);
	case TYPE_REPORT_V3:
		msg->kind = GW_GROUP_RECORDS;
		msg->version = 3;
		msg->group = gw_group_none(false);
		msg->n = rte_be_to_cpu_16(r->n);
		msg->at = (const uint8_t *)(r + 1);
		// RFC 3376 4.2.14
		if (dst != ALL_ROUTERS_V3 ||
			!gw_group_records_fit(msg->at, at + len, msg->n, false))
			return GW_DROP_group_invalid;
		return GW_DROP_NONE;
	case TYPE_REPORT_V1:
	case TYPE_REPORT_V2:
		msg->kind = GW_GROUP_REPORT;
		msg->version = h->type == TYPE_REPORT_V1 ? 1 : 2;
		break;
	case TYPE_LEAVE:
		msg->kind = GW_GROUP_LEAVE;
		msg->version = 2;
		break;
	default: // RFC 2236 2.1: silently ignored
		return GW_DROP_group_ignored;
	}
	return gw_group_is_multicast(&msg->group) ? GW_DROP_NONE : GW_DROP_group_invalid;
}

enum gw_drop gw_igmp_parse(const uint8_t *packet, uint32_t len, struct gw_group_msg *msg)
{
	const struct rte_ipv4_hdr *ip = (const struct rte_ipv4_hdr *)packet;
	uint32_t ihl, total, src, dst;
	enum gw_drop reason;

	*msg = (struct gw_group_msg){0};
	if (len < sizeof(*ip))
		return GW_DROP_group_invalid;
	ihl = (ip->version_ihl & 15) * 4u;
	total = rte_be_to_cpu_16(ip->total_length);
	if (ip->version_ihl >> 4 != 4 || ihl < sizeof(*ip) || total > len ||
		total < ihl + sizeof(struct igmp) || ip->next_proto_id != IPPROTO_IGMP)
		return GW_DROP_group_invalid;
	// A message that was cut in pieces is larger than any link's; none is put together here.
	if (ip->fragment_offset & RTE_BE16(RTE_IPV4_HDR_MF_FLAG | RTE_IPV4_HDR_OFFSET_MASK))
		return GW_DROP_group_invalid;
	src = rte_be_to_cpu_32(ip->src_addr);
	dst = rte_be_to_cpu_32(ip->dst_addr);
	// RFC 2236 2, RFC 3376 4: TTL 1. RFC 3376 4.2.13: who has no address yet reports from
	// 0.0.0.0.
	if (ip->time_to_live != 1 || (src != 0 && !gw_ip4_source_ok(src)))
		return GW_DROP_group_invalid;
	// RFC 2236 2.3: over the whole of the IP payload.
	if (rte_raw_cksum(packet + ihl, total - ihl) != UINT16_MAX)
		return GW_DROP_group_invalid;
	msg->source = gw_ip_of4(src);
	reason = message_parse(packet + ihl, total - ihl, dst, msg);
	// RFC 3376 4; hosts of RFC 1112, and some of RFC 2236, send none.
	if (reason == GW_DROP_NONE && msg->version == 3 && !has_router_alert(ip))
		return GW_DROP_group_invalid;
	return reason;
}

static uint32_t message_build(const struct gw_group_query *q, uint8_t *at)
{
	struct igmp_query *m = (struct igmp_query *)at;
	uint32_t code = (q->response_ms + RESPONSE_UNIT - 1) / RESPONSE_UNIT;
	uint32_t len = sizeof(m->h);

	m->h = (struct igmp){
		.type = TYPE_QUERY,
		.group = rte_cpu_to_be_32(gw_ip_to4(&q->group)),
	};
	if (q->version == 2)
		m->h.code = (uint8_t)(code < V2_RESPONSE_MAX ? code : V2_RESPONSE_MAX);
	if (q->version == 3) {
		m->h.code = gw_group_code8(code);
		// RFC 3376 4.1.6: a number that does not fit is zero.
		m->flags = (uint8_t)((q->suppress ? FLAG_SUPPRESS : 0) |
			(q->robustness <= 7 ? q->robustness : 0));
		m->qqic = gw_group_code8(q->interval_s);
		m->n = rte_cpu_to_be_16((uint16_t)q->n);
		for (uint32_t i = 0; i < q->n; i++)
			memcpy(at + sizeof(*m) + i * 4, q->sources[i].a.s6_addr + 12, 4);
		len = (uint32_t)sizeof(*m) + q->n * 4;
	}
	m->h.checksum = (rte_be16_t)~rte_raw_cksum(at, len);
	return len;
}

uint32_t gw_igmp_query_build(const struct gw_group_query *q, uint8_t *to)
{
	struct rte_ipv4_hdr *ip = (struct rte_ipv4_hdr *)to;
	const struct router_alert alert = {ROUTER_ALERT, sizeof(alert), 0};
	uint32_t group = gw_ip_to4(&q->group);
	uint32_t len = IHL_ALERT * 4 + message_build(q, to + IHL_ALERT * 4);

	*ip = (struct rte_ipv4_hdr){
		.version_ihl = 4 << 4 | IHL_ALERT,
		.type_of_service = TOS_CONTROL,
		.total_length = rte_cpu_to_be_16((uint16_t)len),
		.fragment_offset = RTE_BE16(RTE_IPV4_HDR_DF_FLAG),
		.time_to_live = 1,
		.next_proto_id = IPPROTO_IGMP,
		.src_addr = rte_cpu_to_be_32(gw_ip_to4(&q->source)),
		// RFC 3376 4.1.12
		.dst_addr = rte_cpu_to_be_32(group == 0 ? ALL_HOSTS : group),
	};
	memcpy(ip + 1, &alert, sizeof(alert));
	ip->hdr_checksum = (rte_be16_t)~rte_raw_cksum(ip, IHL_ALERT * 4);
	return len;
}
