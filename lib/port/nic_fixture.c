// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "port/nic_fixture.h"

#include <dlfcn.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include <rte_eth_ring.h>
#include <rte_ethdev.h>
#include <rte_ip.h>
#include <rte_thash.h>

#include "port/port.h"

#define RING  2048
#define SIDES (RTE_ETH_RSS_L3_SRC_ONLY | RTE_ETH_RSS_L3_DST_ONLY)
#define OFFERED                                                                    \
	(RTE_ETH_RSS_IPV4 | RTE_ETH_RSS_FRAG_IPV4 | RTE_ETH_RSS_NONFRAG_IPV4_TCP | \
		RTE_ETH_RSS_NONFRAG_IPV4_UDP | RTE_ETH_RSS_NONFRAG_IPV4_OTHER)

// What the program has set, by port.
static struct {
	struct fixture_nic nic;
	uint64_t types;
	uint8_t key[64];
	uint16_t reta[RTE_ETH_RSS_RETA_SIZE_512];
	uint16_t queues;
	struct rte_ring *in[FIXTURE_QUEUES], *out[FIXTURE_QUEUES];
} ports[GW_MAX_PORTS];
static struct fixture_nic fresh;

// The function of ethdev that has been put aside.
#define REAL(function) ((typeof(&function))dlsym(RTLD_NEXT, #function))

int rte_eth_dev_info_get(uint16_t port, struct rte_eth_dev_info *info)
{
	int ret = REAL(rte_eth_dev_info_get)(port, info);
	const struct fixture_nic *nic = &fresh;

	if (ret < 0)
		return ret;
	if (port < GW_MAX_PORTS && ports[port].in[0] != NULL)
		nic = &ports[port].nic;
	info->reta_size = nic->reta_size;
	info->hash_key_size = nic->key_size;
	info->flow_type_rss_offloads = OFFERED | (nic->no_side ? 0 : SIDES);
	return 0;
}

int rte_eth_dev_configure(uint16_t port, uint16_t rx, uint16_t tx, const struct rte_eth_conf *conf)
{
	const struct rte_eth_rss_conf *rss = &conf->rx_adv_conf.rss_conf;
	const struct fixture_nic *nic = &ports[port].nic;

	ports[port].types = 0;
	ports[port].queues = rx;
	if (conf->rxmode.mq_mode == RTE_ETH_MQ_RX_RSS) {
		if (nic->refuses_rss || rss->rss_key_len != nic->key_size)
			return -EINVAL;
		ports[port].types = rss->rss_hf;
		memcpy(ports[port].key, rss->rss_key, rss->rss_key_len);
		for (unsigned i = 0; i < RTE_DIM(ports[port].reta); i++)
			ports[port].reta[i] = (uint16_t)(rx - 1 - i % rx);
	}
	return REAL(rte_eth_dev_configure)(port, rx, tx, conf);
}

int rte_eth_rx_queue_setup(uint16_t port, uint16_t queue, uint16_t descriptors, unsigned socket,
	const struct rte_eth_rxconf *conf, struct rte_mempool *pool)
{
	if (queue > 0 && ports[port].nic.refuses_queues)
		return -ENOSPC;
	return REAL(rte_eth_rx_queue_setup)(port, queue, descriptors, socket, conf, pool);
}

int rte_eth_dev_rss_reta_update(uint16_t port, struct rte_eth_rss_reta_entry64 *reta, uint16_t size)
{
	if (ports[port].nic.refuses_reta)
		return -ENOTSUP;
	if (ports[port].types == 0 || size != ports[port].nic.reta_size)
		return -EINVAL;
	for (uint16_t i = 0; i < size; i++) {
		const struct rte_eth_rss_reta_entry64 *e = &reta[i / RTE_ETH_RETA_GROUP_SIZE];
		unsigned bit = i % RTE_ETH_RETA_GROUP_SIZE;

		if (e->mask & 1ull << bit)
			ports[port].reta[i] = e->reta[bit];
	}
	return 0;
}

void fixture_nic_set(const struct fixture_nic *nic)
{
	fresh = *nic;
}

int fixture_nic_port(const char *name, enum gw_role role, unsigned workers, struct gw_err *err)
{
	struct gw_port_spec spec = {.name = name, .role = role};
	struct rte_ring *in[FIXTURE_QUEUES], *out[FIXTURE_QUEUES];
	char text[RTE_ETH_NAME_MAX_LEN];
	int port;

	for (int i = 0; i < FIXTURE_QUEUES; i++) {
		snprintf(text, sizeof(text), "%s_in%d", name, i);
		in[i] = rte_ring_create(text, RING, SOCKET_ID_ANY, 0);
		snprintf(text, sizeof(text), "%s_out%d", name, i);
		out[i] = rte_ring_create(text, RING, SOCKET_ID_ANY, 0);
		if (in[i] == NULL || out[i] == NULL)
			return -ENOMEM;
	}
	port = rte_eth_from_rings(name, in, FIXTURE_QUEUES, out, FIXTURE_QUEUES, 0);
	if (port < 0 || port >= GW_MAX_PORTS)
		return -ENODEV;
	ports[port].nic = fresh;
	memcpy(ports[port].in, in, sizeof(in));
	memcpy(ports[port].out, out, sizeof(out));
	rte_eth_dev_get_name_by_port((uint16_t)port, text);
	spec.device = text;
	return gw_port_add(&spec, workers, err);
}

static uint64_t type_of(const struct rte_ipv4_hdr *ip)
{
	if (ip->fragment_offset & RTE_BE16(RTE_IPV4_HDR_MF_FLAG | RTE_IPV4_HDR_OFFSET_MASK))
		return RTE_ETH_RSS_FRAG_IPV4;
	if (ip->next_proto_id == IPPROTO_UDP)
		return RTE_ETH_RSS_NONFRAG_IPV4_UDP;
	if (ip->next_proto_id == IPPROTO_TCP)
		return RTE_ETH_RSS_NONFRAG_IPV4_TCP;
	return RTE_ETH_RSS_NONFRAG_IPV4_OTHER;
}

// Addresses, then ports where the packet's type has some and was asked for by name.
static uint16_t queue_of(uint16_t port, const struct rte_ipv4_hdr *ip)
{
	const uint64_t types = ports[port].types, type = type_of(ip);
	const struct fixture_nic *nic = &ports[port].nic;
	uint32_t src = rte_be_to_cpu_32(ip->src_addr), dst = rte_be_to_cpu_32(ip->dst_addr);
	uint32_t tuple[3], n = 0, hash;

	if (!(types & (nic->types_apart ? type : type | RTE_ETH_RSS_IPV4)))
		return 0;
	if (!(types & RTE_ETH_RSS_L3_DST_ONLY))
		tuple[n++] = src;
	else if (nic->other_side_zero)
		tuple[n++] = 0;
	if (!(types & RTE_ETH_RSS_L3_SRC_ONLY))
		tuple[n++] = dst;
	else if (nic->other_side_zero)
		tuple[n++] = 0;
	if (types & type & (RTE_ETH_RSS_NONFRAG_IPV4_UDP | RTE_ETH_RSS_NONFRAG_IPV4_TCP))
		tuple[n++] = rte_be_to_cpu_32(*(const rte_be32_t *)(ip + 1));
	hash = rte_softrss(tuple, n, ports[port].key);
	return ports[port].reta[hash % (nic->reta_size != 0 ? nic->reta_size : 128)];
}

void fixture_nic_receive(uint16_t port, struct rte_mbuf *m)
{
	const struct rte_ipv4_hdr *ip =
		rte_pktmbuf_mtod_offset(m, const void *, sizeof(struct rte_ether_hdr));

	RTE_VERIFY(rte_ring_enqueue(ports[port].in[queue_of(port, ip)], m) == 0);
}

unsigned fixture_nic_sent(uint16_t port)
{
	unsigned n = 0;
	void *m;

	for (int i = 0; i < FIXTURE_QUEUES; i++) {
		for (; rte_ring_dequeue(ports[port].out[i], &m) == 0; n++)
			rte_pktmbuf_free(m);
	}
	return n;
}

void fixture_nic_fini(void)
{
	for (unsigned p = 0; p < GW_MAX_PORTS; p++) {
		for (int i = 0; i < FIXTURE_QUEUES; i++) {
			rte_ring_free(ports[p].in[i]);
			rte_ring_free(ports[p].out[i]);
		}
	}
	memset(ports, 0, sizeof(ports));
}
