// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "port/rss.h"

#include <errno.h>

#include "dp/worker.h"

// Types whose hash has no ports in it, whatever a driver makes of one side alone: with TCP and UDP
// some add them. Fragments and other protocols are of IPv4 for some NICs and types of their own
// for others.
#define MUST RTE_ETH_RSS_IPV4
#define MAY  (RTE_ETH_RSS_FRAG_IPV4 | RTE_ETH_RSS_NONFRAG_IPV4_OTHER)

uint16_t gw_rss_ask(const struct rte_eth_dev_info *info, enum gw_role role, unsigned workers,
	struct rte_eth_conf *conf)
{
	static uint8_t key[64]; // 40 and 52 octets are usual
	uint64_t side = role == GW_ROLE_ACCESS ? RTE_ETH_RSS_L3_SRC_ONLY : RTE_ETH_RSS_L3_DST_ONLY;
	uint64_t offered = info->flow_type_rss_offloads;

	if (workers == 1 || info->max_rx_queues < workers ||
		(offered & (MUST | side)) != (MUST | side) || info->hash_key_size == 0 ||
		info->hash_key_size > sizeof(key))
		return 1;
	gw_owner_key(key, sizeof(key));
	conf->rxmode.mq_mode = RTE_ETH_MQ_RX_RSS;
	conf->rx_adv_conf.rss_conf.rss_hf = (offered & MAY) | MUST | side;
	conf->rx_adv_conf.rss_conf.rss_key = key;
	conf->rx_adv_conf.rss_conf.rss_key_len = info->hash_key_size;
	return (uint16_t)workers;
}

int gw_rss_reta_write(uint16_t port)
{
	struct rte_eth_rss_reta_entry64 reta[RTE_ETH_RSS_RETA_SIZE_512 / RTE_ETH_RETA_GROUP_SIZE] =
		{0};
	struct rte_eth_dev_info info;
	int ret = rte_eth_dev_info_get(port, &info);

	if (ret < 0)
		return ret;
	if (info.reta_size == 0 || info.reta_size > RTE_ETH_RSS_RETA_SIZE_512)
		return -ENOTSUP;
	for (uint16_t i = 0; i < info.reta_size; i++) {
		struct rte_eth_rss_reta_entry64 *e = &reta[i / RTE_ETH_RETA_GROUP_SIZE];

		e->mask |= 1ull << i % RTE_ETH_RETA_GROUP_SIZE;
		e->reta[i % RTE_ETH_RETA_GROUP_SIZE] =
			gw_owner_reta[i % RTE_DIM(gw_owner_reta)] - 1;
	}
	return rte_eth_dev_rss_reta_update(port, reta, info.reta_size);
}
