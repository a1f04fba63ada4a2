// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "icmp/message.h"

#include <netinet/in.h>
#include <string.h>

#include <rte_byteorder.h>
#include <rte_ip.h>

#include "dp/mbuf.h"
#include "dp/worker.h"
#include "slow/slow.h"

#define TTL	 64
#define HEADERS	 (sizeof(struct rte_ipv4_hdr) + sizeof(struct rte_icmp_hdr))
#define HEADROOM 256 // of gw_slow_packet()

static_assert(sizeof(struct rte_icmp_hdr) == 8, "RFC 792");

uint32_t gw_icmp_room(void)
{
	return rte_pktmbuf_data_room_size(gw_own_pool) - HEADROOM - HEADERS;
}

uint16_t gw_icmp_next_id(void)
{
	static uint16_t id;

	return ++id;
}

struct rte_mbuf *gw_icmp_make(const struct gw_icmp_message *msg, uint8_t **data)
{
	uint32_t len = HEADERS + msg->room;
	struct rte_mbuf *m = gw_slow_packet();
	struct rte_ipv4_hdr *ip;
	struct rte_icmp_hdr *icmp;

	if (m == NULL)
		return NULL;
	ip = (struct rte_ipv4_hdr *)rte_pktmbuf_append(m, (uint16_t)len); // at most gw_icmp_room()
	icmp = (struct rte_icmp_hdr *)(ip + 1);
	*ip = (struct rte_ipv4_hdr){
		.version_ihl = RTE_IPV4_VHL_DEF,
		.type_of_service = msg->tos,
		.total_length = rte_cpu_to_be_16((uint16_t)len),
		.packet_id = rte_cpu_to_be_16(msg->id),
		.time_to_live = TTL,
		.next_proto_id = IPPROTO_ICMP,
		.src_addr = rte_cpu_to_be_32(msg->src),
		.dst_addr = rte_cpu_to_be_32(msg->dst),
	};
	ip->hdr_checksum = rte_ipv4_cksum(ip);
	*icmp = (struct rte_icmp_hdr){
		.icmp_type = msg->type,
		.icmp_code = msg->code,
		.icmp_ident = msg->word[0],
		.icmp_seq_nb = msg->word[1],
	};
	*data = (uint8_t *)(icmp + 1);
	return m;
}

// Not rte_raw_cksum_mbuf(): that of DPDK 22.11 loses carries behind a segment of odd length.
uint16_t gw_icmp_sum(const struct rte_mbuf *m, uint32_t at)
{
	uint32_t sum = 0, done = 0;

	for (; m != NULL; m = m->next) {
		uint32_t len = m->data_len;
		uint16_t part;

		if (at >= len) {
			at -= len;
			continue;
		}
		part = rte_raw_cksum(rte_pktmbuf_mtod_offset(m, const void *, at), len - at);
		sum += done & 1 ? rte_bswap16(part) : part;
		done += len - at;
		at = 0;
	}
	sum = (sum & UINT16_MAX) + (sum >> 16);
	return (uint16_t)(sum + (sum >> 16));
}

void gw_icmp_send(uint16_t vrf, struct rte_mbuf *m)
{
	struct rte_icmp_hdr *icmp =
		rte_pktmbuf_mtod_offset(m, struct rte_icmp_hdr *, sizeof(struct rte_ipv4_hdr));
	uint32_t len = m->data_len - sizeof(struct rte_ipv4_hdr);

	icmp->icmp_cksum = (rte_be16_t)~rte_raw_cksum(icmp, len);
	gw_inject_lookup(vrf, m);
}
