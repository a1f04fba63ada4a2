// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Fragmentation (RFC 791 3.2) and the hash of a flow: the rare steps of a packet.

#include <netinet/in.h>

#include <rte_hash_crc.h>
#include <rte_ip_frag.h>

#include "ip4/ip4.h"

#define MAX_FRAGMENTS 64

uint32_t gw_ip4_flow_hash(const struct rte_mbuf *m)
{
	const struct rte_ipv4_hdr *ip = rte_pktmbuf_mtod(m, const struct rte_ipv4_hdr *);
	uint32_t ihl = (ip->version_ihl & 15) * 4u;
	uint8_t proto = ip->next_proto_id;
	uint64_t addrs;
	uint32_t ports = 0, hash;

	memcpy(&addrs, &ip->src_addr, sizeof(addrs));
	if ((proto == IPPROTO_UDP || proto == IPPROTO_TCP) && m->data_len >= ihl + sizeof(ports) &&
		!(ip->fragment_offset & RTE_BE16(RTE_IPV4_HDR_MF_FLAG | RTE_IPV4_HDR_OFFSET_MASK)))
		memcpy(&ports, (const uint8_t *)ip + ihl, sizeof(ports));
	hash = rte_hash_crc_8byte(addrs, proto);
	hash = rte_hash_crc_4byte(ports, hash);
	return hash ^ hash >> 16;
}

void gw_ip4_fragment(struct gw_worker *w, struct gw_pkt *p, uint16_t mtu,
	void (*send)(struct gw_worker *w, struct gw_pkt *p, uint32_t arg), uint32_t arg)
{
	struct rte_mbuf *out[MAX_FRAGMENTS];
	struct gw_pkt piece = *p;
	int32_t n;

	piece.l2_len = 0; // new buffers

	n = rte_ipv4_fragment_copy_nonseg_packet(p->m, out, MAX_FRAGMENTS, mtu, gw_own_pool);
	if (n <= 0) {
		gw_drop(w, p, n == -ENOMEM ? GW_DROP_no_mbuf : GW_DROP_frag_failed);
		return;
	}
	rte_pktmbuf_free(p->m);
	w->stats->copied += (uint64_t)n - 1;
	for (int32_t i = 0; i < n; i++) {
		struct rte_ipv4_hdr *ip = rte_pktmbuf_mtod(out[i], struct rte_ipv4_hdr *);

		ip->hdr_checksum = 0;
		ip->hdr_checksum = (rte_be16_t)~gw_ip4_sum(ip, ip->version_ihl & 15);
		piece.m = out[i];
		piece.len = (uint16_t)out[i]->pkt_len;
		send(w, &piece, arg);
	}
}
