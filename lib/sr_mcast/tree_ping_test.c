// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Tree ping, root and leaf: what leaves the root is brought to the leaf as branches would. And what
// routers say of a tree's packets.

#include <errno.h>

#include <rte_ip.h>

#include "cli/cli.h"
#include "icmp/icmp.h"
#include "icmp/icmp6_message.h"
#include "neigh/neigh.h"
#include "sr_mcast/fixture.h"
#include "sr_mcast/tree_ping.h"

#define T1    "fd00:ffff:1::1"
#define SELF  "fd00:0:3::"
#define OTHER "fd00:0:7::"

static struct gw_ping ping;
static struct gw_err err;

static int start(const char *source, const char *leaf, uint32_t count)
{
	struct in6_addr s = ip6_of(source), l = ip6_of(leaf);

	gw_ping_stop(&ping); // of a case that failed
	ping = (struct gw_ping){.count = count, .interval_us = 10000};
	err = (struct gw_err){0};
	return gw_tree_ping_start(&ping, &s, &l, &err);
}

// The request as a leaf gets it whose first address is SELF.
static struct rte_mbuf *request(uint32_t tree)
{
	struct in6_addr self = ip6_of(SELF);
	struct rte_mbuf *m = NULL;
	struct rte_ipv6_hdr *ip;

	assert_int_equal(rte_ring_dequeue(gw_workers[1].inject, (void **)&m), 0);
	assert_int_equal(gw_meta(m)->what, GW_STAGE_TREE);
	assert_int_equal(gw_meta(m)->nh, tree);
	ip = rte_pktmbuf_mtod(m, struct rte_ipv6_hdr *);
	assert_memory_equal(ip->src_addr, &gw_mcast_trees[tree].source, 16);
	assert_int_equal(ip->proto, IPPROTO_ICMPV6);
	assert_int_equal(ip->hop_limits, 64);
	memcpy(ip->dst_addr, &self, sizeof(self));
	*gw_meta(m) = (struct gw_meta){.iface = core6};
	return m;
}

static void refusals(void **)
{
	static const struct in6_addr any;
	uint32_t nh = gw_neigh_get(core6, ip_of("2001:db8::2")), tree;
	struct in6_addr block = ip6_of("fd00:ffff:1::");
	struct gw_rib6 *rib = &gw_vrfs[0].rib6;

	assert_int_equal(start(T1, OTHER, 1), -ENOENT);
	assert_string_equal(err.text, "no tree fd00:ffff:1::1 (show mcast tree)");
	tree = tree_put(T1, "fd00:0:5::", 0);
	assert_int_equal(start(T1, "fd01::7", 1), -EINVAL);
	assert_string_equal(
		err.text, "leaf fd01::7 is no first address: those are in first_block fd00::/32");
	assert_int_equal(start(T1, "ff0e::7", 1), -EINVAL);
	// a node on the way: a route leads to the root
	gw_rib6_set(rib, &block, 48, GW_FIB_ROUTE, nh);
	assert_int_equal(start(T1, OTHER, 1), -EINVAL);
	assert_string_equal(err.text,
		"this node is not the root of tree fd00:ffff:1::1: ping it from there, where flows "
		"lead into it (add mcast flow)");
	gw_rib6_del(rib, &block, 48, GW_FIB_ROUTE);
	// or it sees the tree's packets, and has no more than a default route
	gw_rib6_set(rib, &any, 0, GW_FIB_ROUTE, nh);
	gw_tree_stats[1][tree].rx_packets = 1;
	assert_int_equal(start(T1, OTHER, 1), -EINVAL);
	assert_false(gw_mcast_tree_own(tree));
	assert_int_equal(gw_mcast_tree_flow_hold(tree, 0, NULL), 0);
	assert_int_equal(start(T1, OTHER, 1), 0);
	gw_tree_ping_stop(&ping);
	gw_mcast_tree_flow_release(tree);
	drain();
}

static void leaf_answers(void **)
{
	uint32_t tree = tree_put(T1, "fd00:0:5::", 0);
	struct in6_addr source = ip6_of(T1), self = ip6_of(SELF);
	struct gw_ping_event ev;
	struct rte_ipv6_hdr *ip;
	struct rte_mbuf *m;

	assert_int_equal(start(T1, SELF, 1), 0);
	assert_true(gw_mcast_tree_own(tree));
	assert_int_equal(gw_fib_kind(gw_rib6_lookup(&gw_vrfs[0].rib6, &source)), GW_FIB_LOCAL);
	assert_int_equal(gw_mcast_tree_del(&source, &err), -EBUSY);
	assert_string_equal(err.text, "tree fd00:ffff:1::1: a tree ping runs on it");
	assert_true(gw_ping_step(&ping, gw_ping_clock()));
	gw_icmp_local_input(request(tree));
	assert_int_equal(events(GW_EV_icmp_echo_replied), 1);
	m = expect_lookup(0);
	ip = rte_pktmbuf_mtod(m, struct rte_ipv6_hdr *);
	assert_memory_equal(ip->src_addr, &self, sizeof(self));
	assert_memory_equal(ip->dst_addr, &source, sizeof(source));
	assert_true(gw_icmp6_sum_ok(m, sizeof(*ip)));
	*gw_meta(m) = (struct gw_meta){.iface = core6};
	gw_icmp_local_input(m);
	assert_int_equal(events(GW_EV_icmp_echo_received), 1);
	assert_true(gw_ping_take(&ping, &ev));
	assert_int_equal(ev.seq, 1);
	assert_true(gw_ip6_eq(&ev.from.a, &self));
	assert_int_equal(ping.received, 1);
	assert_false(gw_ping_step(&ping, gw_ping_clock()));
	gw_tree_ping_stop(&ping);
	assert_false(gw_mcast_tree_own(tree));
	assert_int_equal(gw_rib6_lookup(&gw_vrfs[0].rib6, &source), 0);
	gw_tree_ping_stop(&ping); // again: nothing
}

static void other_leaves_do_not(void **)
{
	uint32_t tree = tree_put(T1, "fd00:0:5::", 0);

	assert_int_equal(start(T1, OTHER, 1), 0);
	gw_ping_step(&ping, gw_ping_clock());
	gw_icmp_local_input(request(tree));
	assert_int_equal(drops(GW_DROP_ping_not_mine), 1);
	expect_nothing();
	gw_tree_ping_stop(&ping);
}

// A request of the root, which is itself a leaf, as its worker hands it to its own leaf's part.
static void to_own_leaf(uint32_t tree, const char *leaf)
{
	struct gw_pkt p = {.origin = GW_FROM_SELF};
	struct rte_mbuf *m = NULL;

	assert_int_equal(start(T1, leaf, 1), 0);
	gw_ping_step(&ping, gw_ping_clock());
	assert_int_equal(rte_ring_dequeue(gw_workers[1].inject, (void **)&p.m), 0);
	p.len = (uint16_t)p.m->pkt_len;
	gw_tree_forward(&gw_workers[1], &p, tree);
	assert_int_equal(rte_ring_dequeue(gw_punt_ring[GW_PUNT_LOCAL], (void **)&m), 0);
	gw_icmp_local_input(m);
	gw_tree_ping_stop(&ping);
}

static void root_is_a_leaf_like_others(void **)
{
	uint32_t tree = tree_put(T1, "", vrf_of("red") + 1);

	to_own_leaf(tree, OTHER);
	assert_int_equal(drops(GW_DROP_ping_not_mine), 1);
	expect_nothing();
	to_own_leaf(tree, SELF);
	assert_int_equal(events(GW_EV_icmp_echo_replied), 1);
	sent_free(expect_lookup(0));
}

static void what_is_no_request(void **)
{
	uint32_t tree = tree_put(T1, "fd00:0:5::", 0);
	struct gw_icmp6_hdr *icmp;
	struct rte_mbuf *m;

	assert_int_equal(start(T1, SELF, 3), 0);
	gw_ping_step(&ping, gw_ping_clock());
	gw_ping_step(&ping, gw_ping_clock() + 20000);
	gw_ping_step(&ping, gw_ping_clock() + 40000);
	m = request(tree);
	icmp = rte_pktmbuf_mtod_offset(m, struct gw_icmp6_hdr *, 40);
	icmp->type = GW_ICMP6_ECHO_REPLY;
	icmp->checksum -= rte_cpu_to_be_16(0x100); // right again
	gw_icmp_local_input(m);
	assert_int_equal(drops(GW_DROP_local_protocol), 1);
	m = request(tree);
	rte_pktmbuf_trim(m, GW_PING_DATA + 1);
	gw_icmp_local_input(m);
	assert_int_equal(drops(GW_DROP_icmp_invalid), 1);
	m = request(tree);
	rte_pktmbuf_mtod(m, struct rte_ipv6_hdr *)->proto = IPPROTO_UDP;
	gw_icmp_local_input(m);
	assert_int_equal(drops(GW_DROP_local_protocol), 2);
	expect_nothing();
	gw_tree_ping_stop(&ping);
}

static void command(void **)
{
	struct gw_err why = {0};
	char *text;
	size_t len;
	FILE *f = open_memstream(&text, &len);
	uint32_t tree = tree_put(T1, "fd00:0:5::", 0);

	assert_int_equal(gw_cli_run("tree-ping " T1 " " OTHER " count 2 interval 10", false, f,
				 NULL, NULL, &why),
		-ETIMEDOUT);
	fclose(f);
	assert_string_equal(why.text, "no answer from fd00:0:7:: to 2 requests");
	assert_non_null(strstr(text, "PING fd00:0:7:: over tree fd00:ffff:1::1: 56 octets"));
	assert_non_null(strstr(text, "2 packets transmitted, 0 received, 100% packet loss"));
	free(text);
	assert_false(gw_mcast_tree_own(tree));
	drain();
}

// RFC 4443 3.2, about a copy of an own tree, from inside of the domain; not about others.
static void too_big(void **)
{
	uint32_t tree = tree_put(T1, "fd00:0:5::", 0);
	struct in6_addr source = ip6_of(T1), branch = ip6_of("fd00:0:5::"),
			host = ip6_of("2001::9");

	assert_false(gw_icmp6_too_big_hook(core6, &branch, &source, 1400)); // not its root
	assert_int_equal(gw_mcast_tree_mtu(tree), 0);
	assert_int_equal(gw_mcast_tree_flow_hold(tree, 0, NULL), 0);
	assert_false(gw_icmp6_too_big_hook(core6, &host, &source, 1400));
	assert_false(gw_icmp6_too_big_hook(core6, &branch, &host, 1400));
	gw_ifaces[core6].sr_domain = false;
	assert_false(gw_icmp6_too_big_hook(core6, &branch, &source, 1400));
	gw_ifaces[core6].sr_domain = true;
	assert_int_equal(gw_mcast_tree_mtu(tree), 0);
	assert_true(gw_icmp6_too_big_hook(core6, &branch, &source, 1400));
	assert_int_equal(gw_mcast_tree_mtu(tree), 1400);
	assert_int_equal(events(GW_EV_mcast_mtu_lowered), 1);
	gw_mcast_tree_flow_release(tree);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, sr_setup, sr_teardown)
	const struct CMUnitTest tests[] = {
		CASE(refusals),
		CASE(leaf_answers),
		CASE(other_leaves_do_not),
		CASE(root_is_a_leaf_like_others),
		CASE(what_is_no_request),
		CASE(command),
		CASE(too_big),
	};

	return cmocka_run_group_tests(tests, fixture_group, NULL);
}
