// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// IGMP and MLD from a host into the slow path: several packets, each behind an octet that says how
// and two of length. After every input the counters balance, no packet buffer is lost, and what is
// left of the groups goes with their interface.

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <rte_ip.h>

#include "dp/rcu.h"
#include "dp/worker.h"
#include "group/group.h"
#include "iface/iface.h"
#include "node.h"
#include "port/port.h"
#include "slow/slow.h"
#include "sr_mcast/receiver.h"

#define FIXSUM 1 // make checksums right, so that more gets past them
#define CHAIN  2
#define LATER  4 // some time passes first
#define FAST   8 // fast leave

static uint64_t now = 1000000000;
static uint64_t fed;

static void check(bool ok)
{
	if (!ok)
		abort();
}

int LLVMFuzzerInitialize(int *, char ***)
{
	struct gw_iface_addr a = {.p = {0x0a010101, 24}, .gateway = true};
	struct gw_iface_spec spec = {.name = "a1", .port = "acc", .addrs = &a, .addr_count = 1};

	node_init();
	gw_ports[1] = (struct gw_port){.used = true,
		.role = GW_ROLE_ACCESS,
		.mtu = 1500,
		.tx_worker = 1,
		.name = "acc",
		.mac = {{2, 0, 0, 0, 0, 1}}};
	must(gw_iface_add(&spec, NULL));
	gw_group_conf = (struct gw_group_conf){.igmp_version = 3,
		.mld_version = 2,
		.query_interval_s = 125,
		.query_response_ms = 10000,
		.robustness = 2,
		.last_member_ms = 1000,
		.last_member_count = 2,
		.max_groups_per_interface = 8,
		.max_groups = 8,
		.max_sources_per_group = 16};
	return 0;
}

static void checksums_fix(uint8_t *p, uint32_t len)
{
	struct rte_ipv4_hdr *ip4 = (struct rte_ipv4_hdr *)p;
	struct rte_ipv6_hdr *ip6 = (struct rte_ipv6_hdr *)p;
	uint32_t at = (p[0] & 15) * 4u, hops;
	uint16_t sum;

	if (p[0] >> 4 == 4 && len >= 20 && len >= at + 8) {
		ip4->total_length = rte_cpu_to_be_16((uint16_t)len);
		memset(p + at + 2, 0, 2);
		sum = (uint16_t)~rte_raw_cksum(p + at, len - at);
		memcpy(p + at + 2, &sum, 2);
	} else if (p[0] >> 4 == 6 && len >= 56) {
		hops = 8 + p[41] * 8u;
		if (len < 40 + hops + 8)
			return;
		at = 40 + hops;
		memset(p + at + 2, 0, 2);
		ip6->payload_len = rte_cpu_to_be_16((uint16_t)(len - at));
		ip6->proto = IPPROTO_ICMPV6;
		sum = rte_ipv6_udptcp_cksum(ip6, p + at);
		ip6->payload_len = rte_cpu_to_be_16((uint16_t)(len - 40));
		ip6->proto = IPPROTO_HOPOPTS;
		memcpy(p + at + 2, &sum, 2);
	}
}

static void packet_feed(uint8_t how, uint8_t *p, uint32_t len)
{
	struct rte_mbuf *m = rte_pktmbuf_alloc(gw_pool), *second;
	uint32_t head = how & CHAIN ? len / 2 : len;

	check(m != NULL);
	if (how & FIXSUM)
		checksums_fix(p, len);
	memcpy(rte_pktmbuf_append(m, (uint16_t)head), p, head);
	if (head < len) {
		second = rte_pktmbuf_alloc(gw_pool);
		memcpy(rte_pktmbuf_append(second, (uint16_t)(len - head)), p + head, len - head);
		rte_pktmbuf_chain(m, second);
	}
	*gw_meta(m) = (struct gw_meta){.iface = gw_iface_find("a1"), .origin = GW_FROM_ACCESS};
	fed++;
	gw_group_input(m);
}

// Receivers know what the memberships say, and nothing else.
static void receivers_check(void)
{
	uint32_t members = 0, groups = 0;

	for (uint32_t i = 0; (i = gw_member_next(i)) != 0; members++) {
		const struct gw_member *m = &gw_members[i];
		uint32_t g = gw_mcast_group_find(0, &m->group), n = 0;

		check(g != 0 && m->n <= gw_group_conf.max_sources_per_group);
		for (uint32_t s = 0; s < m->n; s++) {
			n += !m->exclude || m->sources[s].expires_us == 0;
			check(s == 0 ||
				memcmp(&m->sources[s - 1].addr, &m->sources[s].addr,
					sizeof(struct gw_ip)) < 0);
		}
		check(gw_mcast_members(g)->n == 1 && gw_mcast_members(g)->m[0].n == n &&
			gw_mcast_members(g)->m[0].exclude == m->exclude);
	}
	for (uint32_t g = 0; (g = gw_mcast_group_next(g)) != 0;)
		groups++;
	check(members == groups && members <= gw_group_conf.max_groups);
}

static void sent_drain(void)
{
	struct rte_mbuf *m = NULL;

	while (rte_ring_dequeue(gw_workers[1].inject, (void **)&m) == 0) {
		GW_SLOW_STATS->sent++;
		rte_pktmbuf_free(m);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct gw_lcore_stats *s = GW_SLOW_STATS;
	uint8_t p[2000] __attribute__((aligned(8)));

	gw_group_conf.enabled = true;
	gw_group_conf.fast_leave = size > 0 && (data[0] & FAST);
	gw_group_conf_changed(NULL);
	for (uint32_t len; size >= 3; data += 3 + len, size -= 3 + len) {
		len = RTE_MIN((uint32_t)data[1] << 8 | data[2], (uint32_t)size - 3);
		len = RTE_MIN(len, (uint32_t)sizeof(p));
		memcpy(p, data + 3, len);
		now += data[0] & LATER ? (uint64_t)(data[0] >> 4) * 700000 : 0;
		gw_group_poll(now);
		packet_feed(data[0], p, len);
		sent_drain();
		receivers_check();
	}
	now += 1000000;
	gw_group_poll(now);
	gw_group_conf.enabled = false;
	gw_group_conf_changed(NULL);
	sent_drain();
	gw_rcu_reclaim();
	receivers_check();
	check(gw_mcast_group_next(0) == 0);
	check(fed + s->originated == s->sent + gw_drop_sum(s) + s->consumed);
	check(rte_mempool_in_use_count(gw_pool) == 0 && rte_mempool_in_use_count(gw_own_pool) == 0);
	return 0;
}
