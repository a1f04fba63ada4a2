// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "icmp/icmp6_message.h"

#include <string.h>

#include <rte_byteorder.h>
#include <rte_ip.h>

#include "icmp/icmp.h"
#include "icmp/message.h"
#include "ip6/ip6.h"
#include "slow/slow.h"

#define HOP_LIMIT 64
#define HEADERS	  (GW_IP6_HEADER + sizeof(struct gw_icmp6_hdr))
#define HEADROOM  256 // of gw_slow_packet()

static_assert(sizeof(struct gw_icmp6_hdr) == 8, "RFC 4443 2.1");

uint32_t gw_icmp6_room(void)
{
	return rte_pktmbuf_data_room_size(gw_own_pool) - HEADROOM - (uint32_t)HEADERS;
}

struct rte_mbuf *gw_icmp6_make(const struct gw_icmp6_message *msg, uint8_t **data)
{
	uint32_t len = HEADERS + msg->room; // at most gw_icmp6_room()
	struct rte_mbuf *m = gw_slow_packet();
	struct rte_ipv6_hdr *ip;
	struct gw_icmp6_hdr *icmp;

	if (m == NULL)
		return NULL;
	ip = (struct rte_ipv6_hdr *)rte_pktmbuf_append(m, (uint16_t)len);
	icmp = (struct gw_icmp6_hdr *)(ip + 1);
	*ip = (struct rte_ipv6_hdr){
		.vtc_flow = rte_cpu_to_be_32(6u << 28 | msg->class_label),
		.payload_len = rte_cpu_to_be_16((uint16_t)(len - GW_IP6_HEADER)),
		.proto = IPPROTO_ICMPV6,
		.hop_limits = HOP_LIMIT,
	};
	memcpy(ip->src_addr, &msg->src, sizeof(msg->src));
	memcpy(ip->dst_addr, &msg->dst, sizeof(msg->dst));
	*icmp = (struct gw_icmp6_hdr){
		.type = msg->type,
		.code = msg->code,
		.word = {msg->word[0], msg->word[1]},
	};
	*data = (uint8_t *)(icmp + 1);
	return m;
}

// RFC 8200 8.1: with the pseudo-header of addresses, length and protocol.
static uint16_t sum_from(const struct rte_mbuf *m, uint32_t at)
{
	const struct rte_ipv6_hdr *ip = rte_pktmbuf_mtod(m, const struct rte_ipv6_hdr *);
	uint32_t len = m->pkt_len - at;
	uint32_t sum = rte_raw_cksum(ip->src_addr, 32);

	sum += gw_icmp_sum(m, at);
	sum += rte_cpu_to_be_16((uint16_t)(len >> 16)) + rte_cpu_to_be_16((uint16_t)len);
	sum += RTE_BE16(IPPROTO_ICMPV6);
	sum = (sum & UINT16_MAX) + (sum >> 16);
	return (uint16_t)(sum + (sum >> 16));
}

bool gw_icmp6_sum_ok(const struct rte_mbuf *m, uint32_t at)
{
	return sum_from(m, at) == UINT16_MAX;
}

void gw_icmp6_sum_set(struct rte_mbuf *m)
{
	struct gw_icmp6_hdr *icmp =
		rte_pktmbuf_mtod_offset(m, struct gw_icmp6_hdr *, GW_IP6_HEADER);

	icmp->checksum = (uint16_t)~sum_from(m, GW_IP6_HEADER);
}

void gw_icmp6_send(uint16_t vrf, uint16_t iface, struct rte_mbuf *m)
{
	const struct rte_ipv6_hdr *ip = rte_pktmbuf_mtod(m, const struct rte_ipv6_hdr *);

	gw_icmp6_sum_set(m);
	if (gw_ip6_is_link_local(ip->src_addr) || gw_ip6_is_link_local(ip->dst_addr))
		gw_inject_link6(iface, m);
	else
		gw_inject_lookup(vrf, m);
}
