// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Replication from frame to frame: every copy octet by octet, and not a buffer lost.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <rte_ether.h>
#include <rte_ip.h>

#include "cli/cli.h"
#include "dp/mbuf.h"
#include "port/port.h"
#include "sr_mcast/node_fixture.h"
#include "sr_mcast/replicate.h"
#include "sr_mcast/sr_mcast.h"
#include "sr_mcast/tree.h"

#define ALL_CHAINS ((1u << FIXTURE_OUT) - 1)
#define HEADERS	   (RTE_ETHER_HDR_LEN + sizeof(struct rte_ipv6_hdr))

static struct rte_mempool *const *const pools[] = {&gw_pool, &gw_own_pool, &gw_heads};

static uint32_t buffers(void)
{
	uint32_t n = 0;

	for (unsigned i = 0; i < RTE_DIM(pools); i++)
		n += rte_mempool_in_use_count(*pools[i]);
	return n;
}

static struct gw_lcore_stats was;

// What went in and out since the last call; the balance of all packets holds.
static void balance(uint64_t sent, uint64_t dropped, enum gw_drop reason)
{
	const struct gw_lcore_stats *s = fixture_worker->stats;

	assert_int_equal(s->received + s->copied, s->sent + gw_drop_sum(s));
	assert_int_equal(s->sent - was.sent, sent);
	assert_int_equal(gw_drop_sum(s) - gw_drop_sum(&was), dropped);
	if (dropped > 0)
		assert_int_equal(s->drop[reason] - was.drop[reason], dropped);
	was = *s;
}

static int setup(void **)
{
	assert_int_equal(buffers(), 0);
	was = *fixture_worker->stats;
	return 0;
}

static void input(const struct fixture_frame *f)
{
	struct rte_mbuf *m = fixture_frame(f);

	fixture_input(&m, 1);
}

// One hop less, another destination, everything else as it came.
static void copy_check(struct rte_mbuf *m, const struct fixture_frame *f, uint16_t port)
{
	struct fixture_frame whole = *f;
	struct rte_mbuf *in;
	const struct rte_ipv6_hdr *ip;
	static uint8_t room[65536];
	const uint8_t *got;

	whole.segment = 0;
	in = fixture_frame(&whole);
	assert_int_equal(m->pkt_len, in->pkt_len);
	got = rte_pktmbuf_read(m, 0, m->pkt_len, room);
	ip = (const struct rte_ipv6_hdr *)(got + RTE_ETHER_HDR_LEN);
	assert_int_equal(ip->hop_limits, f->hop_limit - 1);
	assert_int_equal(ip->dst_addr[5], port + 1);
	assert_memory_equal(got, ((uint8_t[]){2, 0, 0, 0, 2, (uint8_t)port}), 6);
	assert_memory_equal(
		got + HEADERS, rte_pktmbuf_mtod_offset(in, uint8_t *, HEADERS), f->size);
	assert_memory_equal(ip->src_addr, fixture_source(f->tree).s6_addr, 16);
	rte_pktmbuf_free(in);
}

// Every branch once, by its port; in one piece by ports that take no chains.
static void copies_check(const struct fixture_frame *f, uint32_t fanout, uint32_t chains)
{
	static bool seen[FIXTURE_DESTS];
	uint32_t total = 0;

	memset(seen, 0, sizeof(seen));
	for (uint16_t port = 0; port < FIXTURE_OUT; port++) {
		struct rte_mbuf *m;

		while (fixture_take(port, &m, 1) == 1) {
			const uint8_t *ip =
				rte_pktmbuf_mtod_offset(m, uint8_t *, RTE_ETHER_HDR_LEN);
			uint32_t branch = (uint32_t)ip[38] << 8 | ip[39];

			assert_true(branch < fanout && !seen[branch]);
			seen[branch] = true;
			total++;
			assert_true((chains >> port & 1) != 0 || m->nb_segs == 1);
			copy_check(m, f, port);
			rte_pktmbuf_free(m);
		}
	}
	assert_int_equal(total, fanout);
}

static void fanouts_and_sizes(void **)
{
	static const uint32_t fanouts[] = {1, 2, 3, 63, 64, 65, 255, 256, 257, 1024};
	static const uint32_t sizes[] = {28, 64, GW_COPY_MAX, GW_COPY_MAX + 1, 512, 1400, 8900};
	static const uint32_t segments[] = {0, 150, 1200};

	for (unsigned i = 0; i < RTE_DIM(fanouts); i++) {
		fixture_trees(1, fanouts[i], false);
		for (unsigned j = 0; j < RTE_DIM(sizes); j++) {
			for (unsigned k = 0; k < RTE_DIM(segments); k++) {
				const struct fixture_frame f = {.outer = true,
					.size = sizes[j],
					.segment = segments[k],
					.hop_limit = 64};

				input(&f);
				copies_check(&f, fanouts[i], ALL_CHAINS);
				balance(fanouts[i], 0, 0);
				assert_int_equal(buffers(), 0);
			}
		}
		fixture_clear(1);
	}
}

static void chains_set(uint32_t chains)
{
	for (uint16_t port = 0; port < FIXTURE_OUT; port++)
		gw_ports[port + 1].multi_seg = (chains >> port & 1) != 0;
}

// Some ports take chains, some do not, in every mixture.
static void ports_that_differ(void **)
{
	static const uint32_t fanouts[] = {1, 2, 3, 4, 63, 64, 65, 130};
	static const uint32_t sizes[] = {GW_COPY_MAX, GW_COPY_MAX + 1, 1400, 8900};

	for (unsigned i = 0; i < RTE_DIM(fanouts) * RTE_DIM(sizes); i++) {
		const uint32_t fanout = fanouts[i / RTE_DIM(sizes)];
		const struct fixture_frame f = {
			.outer = true, .size = sizes[i % RTE_DIM(sizes)], .hop_limit = 64};

		fixture_trees(1, fanout, false);
		for (uint32_t chains = 0; chains <= ALL_CHAINS; chains++) {
			chains_set(chains);
			input(&f);
			chains_set(ALL_CHAINS); // they are rings all the same
			copies_check(&f, fanout, chains);
			balance(fanout, 0, 0);
			assert_int_equal(buffers(), 0);
		}
		fixture_clear(1);
	}
}

// What is shared on a port that takes chains is one buffer, not one each.
static void payload_is_shared(void **)
{
	const struct fixture_frame f = {.outer = true, .size = 1400, .hop_limit = 2};
	struct rte_mbuf *m[64];
	uint32_t n = 0;

	fixture_trees(1, 16, false);
	input(&f);
	assert_int_equal(rte_mempool_in_use_count(gw_pool), 1);
	assert_int_equal(rte_mempool_in_use_count(gw_heads), 16);
	for (uint16_t port = 0; port < FIXTURE_OUT; port++)
		n += fixture_take(port, m + n, 64 - n);
	assert_int_equal(n, 16);
	for (uint32_t i = 0; i < n; i++) {
		assert_int_equal(m[i]->nb_segs, 2);
		assert_ptr_equal(m[i]->next, m[0]->next);
		assert_int_equal(rte_mbuf_refcnt_read(m[i]->next), 16);
	}
	rte_pktmbuf_free_bulk(m, n);
	assert_int_equal(buffers(), 0);
	balance(16, 0, 0);
	fixture_clear(1);
}

// Only the copies that got no buffer are lost, whatever way they are made.
static void pool_runs_dry(void **)
{
	static const uint32_t sizes[] = {64, 1400};
	static struct rte_mbuf *held[1 << 16];

	fixture_trees(1, 100, false);
	for (unsigned i = 0; i < RTE_DIM(sizes); i++) {
		for (uint32_t left = 0; left <= 70; left += 7) {
			const struct fixture_frame f = {
				.outer = true, .size = sizes[i], .hop_limit = 9};
			uint32_t n = 0, got = 0, expect;
			struct rte_mbuf *m[128];

			while ((held[n] = rte_pktmbuf_alloc(gw_heads)) != NULL)
				n++;
			assert_true(n > left);
			rte_pktmbuf_free_bulk(held + n - left, left);
			input(&f);
			for (uint16_t port = 0; port < FIXTURE_OUT; port++)
				got += fixture_take(port, m + got, 128 - got);
			// Short ones: the packet itself goes to the last branch.
			expect = left + (sizes[i] <= GW_COPY_MAX);
			assert_int_equal(got, expect);
			rte_pktmbuf_free_bulk(m, got);
			rte_pktmbuf_free_bulk(held, n - left);
			assert_int_equal(buffers(), 0);
			balance(expect, 100 - expect, GW_DROP_no_mbuf);
		}
	}
	fixture_clear(1);
}

static void leaf_delivers(void **)
{
	static const uint32_t fanouts[] = {1, 2, 64, 257, 1024};

	for (unsigned i = 0; i < RTE_DIM(fanouts); i++) {
		for (uint32_t size = 64; size <= 1464; size += 700) {
			const struct fixture_frame f = {
				.outer = true, .size = size, .hop_limit = 64};
			uint32_t total = 0;

			fixture_trees(1, fanouts[i], true);
			input(&f);
			for (uint16_t port = 0; port < FIXTURE_OUT; port++) {
				struct rte_mbuf *m;

				while (fixture_take(port, &m, 1) == 1) {
					uint8_t room[64];
					const uint8_t *d =
						rte_pktmbuf_read(m, 0, sizeof(room), room);

					assert_int_equal(m->pkt_len, 18 + size);
					assert_memory_equal(d, "\x01\x00\x5e\x01\x01\x01", 6);
					assert_int_equal(d[12] << 8 | d[13], 0x8100);
					assert_int_equal(d[18], 0x45);
					assert_int_equal(d[18 + 8], 63); // TTL
					assert_int_equal(rte_ipv4_cksum((const void *)(d + 18)), 0);
					total++;
					rte_pktmbuf_free(m);
				}
			}
			assert_int_equal(total, fanouts[i]);
			balance(fanouts[i], 0, 0);
			assert_int_equal(buffers(), 0);
			fixture_clear(1);
		}
	}
}

static void root_encapsulates(void **)
{
	const struct fixture_frame f = {.size = 700};

	fixture_trees(1, 40, false);
	fixture_flows(1);
	input(&f);
	for (uint16_t port = 0; port < FIXTURE_OUT; port++) {
		struct rte_mbuf *m;
		uint32_t n = 0;

		while (fixture_take(port, &m, 1) == 1) {
			const struct rte_ipv6_hdr *ip = rte_pktmbuf_mtod_offset(
				m, struct rte_ipv6_hdr *, RTE_ETHER_HDR_LEN);
			struct rte_mbuf *in = m->next;

			assert_int_equal(ip->hop_limits, 64);
			assert_int_equal(ip->proto, 4);
			assert_int_equal(rte_be_to_cpu_16(ip->payload_len), 700);
			assert_memory_equal(ip->src_addr, fixture_source(0).s6_addr, 16);
			assert_int_equal(rte_pktmbuf_mtod(in, uint8_t *)[8], 63);
			n++;
			rte_pktmbuf_free(m);
		}
		assert_int_equal(n, 10);
	}
	balance(40, 0, 0);
	assert_int_equal(buffers(), 0);
	fixture_clear(1);
}

// A list that is exchanged between two packets is never seen mixed: all branches of the old one or
// all of the new.
static void list_is_exchanged_whole(void **)
{
	const struct fixture_frame f = {.outer = true, .size = 300, .hop_limit = 64};

	for (uint32_t fanout = 1; fanout < 40; fanout += 13) {
		fixture_trees(1, fanout, false);
		input(&f);
		copies_check(&f, fanout, ALL_CHAINS);
		balance(fanout, 0, 0);
	}
	fixture_clear(1);
	assert_int_equal(buffers(), 0);
}

static void command(const char *line)
{
	struct gw_err err = {0};

	if (gw_cli_run(line, false, NULL, NULL, NULL, &err) < 0)
		fail_msg("%s: %s", line, err.text);
	fixture_settle();
}

// The port of the one copy of a packet with this flow label.
static uint16_t port_of_label(uint32_t label)
{
	const struct fixture_frame f = {.outer = true, .size = 64, .hop_limit = 64};
	struct rte_mbuf *m = fixture_frame(&f);
	uint16_t port = FIXTURE_OUT;

	rte_pktmbuf_mtod_offset(m, struct rte_ipv6_hdr *, RTE_ETHER_HDR_LEN)->vtc_flow =
		rte_cpu_to_be_32(0x60000000 | label);
	fixture_input(&m, 1);
	for (uint16_t i = 0; i < FIXTURE_OUT; i++) {
		while (fixture_take(i, &m, 1) == 1) {
			assert_int_equal(port, FIXTURE_OUT);
			port = i;
			rte_pktmbuf_free(m);
		}
	}
	assert_in_range(port, 0, FIXTURE_OUT - 1);
	return port;
}

// RFC 6438: a branch whose route has several next hops sends each flow by one of them.
static void branch_with_several_paths(void **)
{
	uint32_t by[FIXTURE_OUT] = {0};

	fixture_trees(1, 1, false);
	assert_int_equal(port_of_label(1), 0);
	command("add route fd00:0:1::/48 via 2001:db8:0::2,2001:db8:2::2");
	for (uint32_t label = 0; label < 256; label++) {
		uint16_t port = port_of_label(label);

		assert_int_equal(port_of_label(label), port);
		by[port]++;
	}
	assert_int_equal(by[0] + by[2], 256);
	assert_in_range(by[0], 64, 192);
	// One of them goes: the flows of the other stay.
	command("add route fd00:0:1::/48 via 2001:db8:0::2");
	for (uint32_t label = 0; label < 16; label++)
		assert_int_equal(port_of_label(label), 0);
	balance(1 + 512 + 16, 0, 0);
	fixture_clear(1);
}

// The branches of one packet do not all take the same of several paths.
static void branches_take_paths_apart(void **)
{
	const struct fixture_frame f = {.outer = true, .size = 64, .hop_limit = 64};
	uint32_t by[FIXTURE_OUT] = {0};
	struct rte_mbuf *m[64];

	fixture_trees(1, 64, false);
	command("add route fd00:0:1::/48 via 2001:db8:0::2,2001:db8:2::2");
	input(&f);
	for (uint16_t port = 0; port < FIXTURE_OUT; port++) {
		by[port] = fixture_take(port, m, 64);
		rte_pktmbuf_free_bulk(m, by[port]);
	}
	assert_int_equal(by[0] + by[2], 32); // 16 of them by either
	assert_in_range(by[0], 4, 12);
	command("add route fd00:0:1::/48 via 2001:db8:0::2");
	balance(64, 0, 0);
	assert_int_equal(buffers(), 0);
	fixture_clear(1);
}

int main(int argc, char **argv)
{
	static const char *const rings[] = {"net_ring", "net_ring", "net_ring", "net_ring"};
	const struct fixture_conf conf = {
		.in = "net_null", .device = rings, .mtu = 9000, .mbufs = 4095, .lcores = "-l0"};
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(fanouts_and_sizes, setup),
		cmocka_unit_test_setup(ports_that_differ, setup),
		cmocka_unit_test_setup(payload_is_shared, setup),
		cmocka_unit_test_setup(pool_runs_dry, setup),
		cmocka_unit_test_setup(leaf_delivers, setup),
		cmocka_unit_test_setup(root_encapsulates, setup),
		cmocka_unit_test_setup(list_is_exchanged_whole, setup),
		cmocka_unit_test_setup(branch_with_several_paths, setup),
		cmocka_unit_test_setup(branches_take_paths_apart, setup),
	};
	int failed;

	(void)argc;
	fixture_start(argv[0], &conf);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	fixture_stop();
	return failed;
}
