// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "tunnel/mss.h"

#include <netinet/in.h>

#include <rte_tcp.h>

#include "ip4/ip4.h"

#define OPT_END	    0
#define OPT_NOP	    1
#define OPT_MSS	    2
#define OPT_MSS_LEN 4

// The MSS option's value among the TCP options, NULL: none, or not in the first segment.
static uint8_t *mss_find(uint8_t *opt, const uint8_t *end)
{
	while (opt < end && *opt != OPT_END) {
		if (*opt == OPT_NOP) {
			opt++;
			continue;
		}
		if (opt + 2 > end || opt[1] < 2 || opt + opt[1] > end)
			return NULL;
		if (opt[0] == OPT_MSS)
			return opt[1] == OPT_MSS_LEN ? opt + 2 : NULL;
		opt += opt[1];
	}
	return NULL;
}

void gw_mss_clamp(struct gw_worker *w, struct gw_pkt *p, uint16_t mss)
{
	struct rte_ipv4_hdr *ip = gw_pkt_ip(p);
	uint32_t ihl = (ip->version_ihl & 15) * 4u;
	struct rte_tcp_hdr *tcp = (struct rte_tcp_hdr *)((uint8_t *)ip + ihl);
	uint32_t have = RTE_MIN(p->m->data_len, p->len);
	uint32_t header, sum;
	uint8_t *value;
	uint16_t old;

	if (ip->next_proto_id != IPPROTO_TCP || have < ihl + sizeof(*tcp) ||
		(ip->fragment_offset & RTE_BE16(RTE_IPV4_HDR_OFFSET_MASK)) ||
		!(tcp->tcp_flags & RTE_TCP_SYN_FLAG))
		return;
	header = (tcp->data_off >> 4) * 4u;
	if (header < sizeof(*tcp) || have < ihl + header)
		return;
	value = mss_find((uint8_t *)(tcp + 1), (uint8_t *)tcp + header);
	if (value == NULL)
		return;
	old = (uint16_t)(value[0] << 8 | value[1]);
	if (old <= mss)
		return;
	value[0] = (uint8_t)(mss >> 8);
	value[1] = (uint8_t)mss;
	// The option may begin at an odd octet: its words then stand swapped in the sum.
	if ((value - (uint8_t *)tcp) & 1) {
		old = rte_bswap16(old);
		mss = rte_bswap16(mss);
	}
	sum = (uint16_t)~rte_be_to_cpu_16(tcp->cksum);
	sum += (uint16_t)~old + (uint32_t)mss;
	sum = (sum & UINT16_MAX) + (sum >> 16);
	sum = (sum & UINT16_MAX) + (sum >> 16);
	tcp->cksum = rte_cpu_to_be_16((uint16_t)~sum);
	w->stats->event[GW_EV_tunnel_mss_clamped]++;
}
