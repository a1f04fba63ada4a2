// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Templates of the packets that the source hands out.

#include "source.h"

#include <netinet/in.h>
#include <rte_cycles.h>
#include <rte_ether.h>
#include <rte_ip.h>
#include <rte_udp.h>
#include <string.h>

#define FCS	    4
#define GPE_PORT    4790
#define MORE_OFFSET 185 // of a later fragment, in 8 octets
#define OPTIONS_LEN 4

struct gpe_hdr {
	uint8_t flags;
	uint8_t reserved[2];
	uint8_t next;
	uint32_t vni_be;
} __rte_packed;

// Simple IMIX 7:4:1, sizes on the wire with FCS, interleaved so that every burst sees the mix.
static const uint16_t imix_size[3] = {64, 570, 1518};
static const uint8_t imix_cycle[12] = {0, 1, 0, 0, 1, 0, 2, 0, 1, 0, 1, 0};
static_assert(GW_SRC_CHUNK % sizeof(imix_cycle) == 0);

static uint32_t words_sum(const void *data, size_t len)
{
	const uint8_t *p = data;
	uint32_t sum = 0;

	for (size_t i = 0; i + 1 < len; i += 2) {
		uint16_t w;

		memcpy(&w, p + i, sizeof(w));
		sum += w;
	}
	return sum;
}

static void ipv4_put(struct rte_ipv4_hdr *ip, uint8_t ihl, uint16_t total)
{
	*ip = (struct rte_ipv4_hdr){
		.version_ihl = RTE_IPV4_VHL_DEF + ihl - RTE_IPV4_MIN_IHL,
		.total_length = htons(total),
		.time_to_live = 64,
		.next_proto_id = IPPROTO_UDP,
	};
}

static void udp_put(struct rte_udp_hdr *udp, uint16_t src, uint16_t dst, uint16_t len)
{
	*udp = (struct rte_udp_hdr){
		.src_port = htons(src), .dst_port = htons(dst), .dgram_len = htons(len)};
}

// The host's packet without Ethernet header, `len` octets long.
static void inner_put(struct gw_src_template *t, uint8_t *p, uint16_t len)
{
	struct rte_ipv4_hdr *ip = (struct rte_ipv4_hdr *)p;
	bool options = gw_src_conf.stress == GW_SRC_OPTIONS;
	uint8_t ihl = RTE_IPV4_MIN_IHL + (options ? OPTIONS_LEN / 4 : 0);
	uint16_t tail;

	ipv4_put(ip, ihl, len);
	if (gw_src_conf.stress == GW_SRC_FRAGMENTS)
		ip->fragment_offset = htons(MORE_OFFSET);
	if (options)
		memset(ip + 1, 1, OPTIONS_LEN); // no operation
	udp_put((struct rte_udp_hdr *)(p + ihl * 4), 1024, 9, len - ihl * 4);
	t->sum = words_sum(p, ihl * 4);
	memcpy(&tail, p + sizeof(*ip), sizeof(tail));
	t->tail = (uint32_t)tail << 16;
}

// Outer headers up to the inner IPv4 header; the low half of the source and the checksum vary.
static uint8_t *outer_put(struct gw_src_template *t, uint8_t *p, uint16_t inner_len)
{
	struct rte_ipv4_hdr *ip = (struct rte_ipv4_hdr *)p;
	struct rte_udp_hdr *udp = (struct rte_udp_hdr *)(ip + 1);
	struct gpe_hdr *gpe = (struct gpe_hdr *)(udp + 1);
	uint16_t udp_len = sizeof(*udp) + sizeof(*gpe) + inner_len;

	ipv4_put(ip, RTE_IPV4_MIN_IHL, sizeof(*ip) + udp_len);
	ip->fragment_offset = htons(RTE_IPV4_HDR_DF_FLAG);
	ip->src_addr = htonl(gw_src_conf.tunnel_remote & 0xffff0000);
	ip->dst_addr = htonl(gw_src_conf.tunnel_local);
	t->outer_sum = words_sum(ip, sizeof(*ip));
	udp_put(udp, 0xc000, GPE_PORT, udp_len);
	*gpe = (struct gpe_hdr){.flags = 0x0c, .next = 1, .vni_be = htonl(gw_src_conf.vni << 8)};
	return (uint8_t *)(gpe + 1);
}

static void template_put(struct gw_src_template *t, enum gw_src_role role, uint16_t wire)
{
	struct rte_ether_hdr *eth = (struct rte_ether_hdr *)t->head;
	static const uint8_t router[6] = {0x02, 0, 0, 0, 0, 0xfe};
	uint16_t inner_len = wire - FCS - sizeof(*eth);
	uint8_t *inner = (uint8_t *)(eth + 1);

	memset(t, 0, sizeof(*t));
	memcpy(&eth->dst_addr, role == GW_SRC_UP ? gw_src_conf.gateway_mac : gw_src_conf.port_mac,
		sizeof(eth->dst_addr));
	memcpy(&eth->src_addr, router, sizeof(eth->src_addr));
	if (role == GW_SRC_UP) {
		eth->src_addr.addr_bytes[0] = GW_HOSTS_MAC_0;
		eth->src_addr.addr_bytes[1] = GW_HOSTS_MAC_1;
	}
	eth->ether_type = htons(RTE_ETHER_TYPE_IPV4);
	if (role == GW_SRC_DECAP)
		inner = outer_put(t, inner, inner_len);
	inner_put(t, inner, inner_len);
	t->data_len = (uint16_t)(inner - t->head) + inner_len;
	t->pkt_len = t->data_len;
	if (gw_src_conf.nic_flags)
		t->packet_type = RTE_PTYPE_L2_ETHER | RTE_PTYPE_L3_IPV4 | RTE_PTYPE_L4_UDP;
}

void gw_src_queue_init(struct gw_src_queue *q, uint16_t port, uint16_t queue)
{
	const struct gw_src_conf *c = &gw_src_conf;
	struct rte_mbuf m = {.data_off = RTE_PKTMBUF_HEADROOM, .nb_segs = 1, .port = port};
	uint32_t x = 0x9e3779b9u * (port * GW_SRC_QUEUES + queue + 1);

	rte_mbuf_refcnt_set(&m, 1);
	memcpy(&q->rearm, &m.rearm_data, sizeof(q->rearm));
	q->ol_flags = c->nic_flags ? RTE_MBUF_F_RX_IP_CKSUM_GOOD | RTE_MBUF_F_RX_L4_CKSUM_GOOD : 0;
	q->hosts = c->hosts;
	q->left = c->limit;
	q->interval = c->rated && c->rate > 0 ? rte_get_tsc_hz() * 256.0 / c->rate : 0;
	q->count = &gw_src_shared->rx[port][queue];
	q->pos = GW_SRC_CHUNK;
	for (int i = 0; i < 3; i++)
		template_put(
			&q->template[i], c -> role[port], c -> imix ? imix_size[i] : c -> size);
	for (int i = 0; i < GW_SRC_CHUNK; i++) {
		const struct gw_src_template *t = &q->template[imix_cycle[i % sizeof(imix_cycle)]];

		x = x * 1664525u + 1013904223u;
		q->seed[i] = x | 1; // xorshift never leaves 0
		q->slot[i] = t;
		q->sum[i] = t->sum;
		q->outer_sum[i] = t->outer_sum;
		q->tail[i] = t->tail;
	}
}
