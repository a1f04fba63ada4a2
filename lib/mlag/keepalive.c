// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Keepalives over another path than the peer link: UDP in the default VRF.

#include <netinet/in.h>

#include <rte_ip.h>
#include <rte_udp.h>

#include "dp/worker.h"
#include "iface/iface.h"
#include "mlag/pair.h"
#include "slow/slow.h"

#define TTL	64
#define LARGEST 256
#define VRF	0

void pair_keepalive_send(void *ctx, const uint8_t *message, uint32_t len)
{
	struct rte_mbuf *m = gw_worker_count > 0 ? gw_slow_packet() : NULL;
	const uint16_t port = rte_cpu_to_be_16(pair.spec.keepalive_port);
	struct rte_ipv4_hdr *ip;
	struct rte_udp_hdr *udp;

	if (m == NULL)
		return;
	// cannot fail: our buffers hold 9,000 octets
	ip = (struct rte_ipv4_hdr *)rte_pktmbuf_append(
		m, (uint16_t)(sizeof(*ip) + sizeof(*udp) + len));
	*ip = (struct rte_ipv4_hdr){
		.version_ihl = RTE_IPV4_VHL_DEF,
		.type_of_service = 0xc0, // network control
		.total_length = rte_cpu_to_be_16((uint16_t)(sizeof(*ip) + sizeof(*udp) + len)),
		.fragment_offset = RTE_BE16(RTE_IPV4_HDR_DF_FLAG),
		.time_to_live = TTL,
		.next_proto_id = IPPROTO_UDP,
		.src_addr = rte_cpu_to_be_32(pair.spec.keepalive_local),
		.dst_addr = rte_cpu_to_be_32(pair.spec.keepalive_remote),
	};
	ip->hdr_checksum = rte_ipv4_cksum(ip);
	udp = (struct rte_udp_hdr *)(ip + 1);
	*udp = (struct rte_udp_hdr){
		.src_port = port,
		.dst_port = port,
		.dgram_len = rte_cpu_to_be_16((uint16_t)(sizeof(*udp) + len)),
	};
	memcpy(udp + 1, message, len);
	udp->dgram_cksum = rte_ipv4_udptcp_cksum(ip, udp);
	gw_inject_lookup(VRF, m);
}

// What comes in by a member is a host's, and what comes over the peer link says nothing of another
// path.
static bool other_path(struct rte_mbuf *m)
{
	return gw_ifaces[gw_meta(m)->iface].mlag == GW_MLAG_NO_PORT;
}

bool pair_keepalive_input(struct rte_mbuf *m, uint32_t at)
{
	const struct rte_ipv4_hdr *ip;
	const struct rte_udp_hdr *udp;
	uint8_t copy[LARGEST];
	uint32_t len;

	if (m->pkt_len > sizeof(copy) || m->pkt_len < at + sizeof(*udp) || gw_meta(m)->vrf != VRF)
		return false;
	ip = rte_pktmbuf_read(m, 0, m->pkt_len, copy);
	udp = (const struct rte_udp_hdr *)((const uint8_t *)ip + at);
	len = rte_be_to_cpu_16(udp->dgram_len);
	if (pair.m == NULL || !pair.spec.sync.keepalive ||
		udp->dst_port != rte_cpu_to_be_16(pair.spec.keepalive_port) ||
		ip->src_addr != rte_cpu_to_be_32(pair.spec.keepalive_remote) ||
		ip->dst_addr != rte_cpu_to_be_32(pair.spec.keepalive_local) || len < sizeof(*udp) ||
		len > m->pkt_len - at)
		return false;
	if (udp->dgram_cksum != 0 && rte_ipv4_udptcp_cksum_verify(ip, udp) != 0)
		return false;
	if (!other_path(m)) {
		gw_mlag_keepalive_refuse(pair.m);
		return false;
	}
	gw_mlag_keepalive(
		pair.m, gw_slow_now_us(), (const uint8_t *)(udp + 1), len - (uint32_t)sizeof(*udp));
	return true;
}
