// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Messages of routes: those that we write are read back; wrong ones are refused.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>

#include "netlink/route.h"

static uint8_t buf[1024] __attribute__((aligned(8)));

static struct nlmsghdr *begin(uint8_t family, uint8_t len)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct rtmsg *rtm;

	nlh->nlmsg_type = RTM_NEWROUTE;
	rtm = mnl_nlmsg_put_extra_header(nlh, sizeof(*rtm));
	rtm->rtm_family = family;
	rtm->rtm_dst_len = len;
	rtm->rtm_table = RT_TABLE_MAIN;
	rtm->rtm_protocol = RTPROT_ZEBRA;
	rtm->rtm_type = RTN_UNICAST;
	return nlh;
}

static void there_and_back(const char *text, uint32_t table, uint32_t metric)
{
	struct gw_nl_route r = {.table = table, .metric = metric, .protocol = 200}, back;
	struct nlmsghdr *nlh = (struct nlmsghdr *)buf;

	assert_true(gw_prefix_parse(text, &r.prefix));
	gw_nl_route_put(buf, true, &r);
	assert_true(nlh->nlmsg_len <= 128);
	assert_int_equal((nlh->nlmsg_flags & NLM_F_EXCL) != 0, table != RT_TABLE_MAIN);
	assert_true(gw_nl_route_parse(nlh, &back));
	assert_true(gw_prefix_eq(&back.prefix, &r.prefix));
	assert_int_equal(back.table, table);
	assert_int_equal(back.metric, metric);
	assert_int_equal(back.protocol, 200);
	assert_int_equal(back.type, RTN_BLACKHOLE);
	assert_int_equal(back.n, 0);
	gw_nl_route_put(buf, false, &r);
	assert_int_equal(nlh->nlmsg_type, RTM_DELROUTE);
}

static void own_ones(void **)
{
	there_and_back("10.1.1.5/32", 100, 20);
	there_and_back("10.1.1.0/24", 254, 16777215);
	there_and_back("0.0.0.0/0", 100000, 1);
	there_and_back("2001:db8::5/128", 101, 30);
	there_and_back("::/0", 101, 30);
}

static void one_next_hop(void **)
{
	struct nlmsghdr *nlh = begin(AF_INET, 24);
	struct gw_nl_route r;

	mnl_attr_put_u32(nlh, RTA_DST, htonl(0x0a010105)); // bits behind the length
	mnl_attr_put_u32(nlh, RTA_GATEWAY, htonl(0xc0000201));
	mnl_attr_put_u32(nlh, RTA_OIF, 7);
	assert_true(gw_nl_route_parse(nlh, &r));
	assert_int_equal(gw_ip_to4(&r.prefix.addr), 0x0a010100);
	assert_int_equal(r.n, 1);
	assert_int_equal(gw_ip_to4(&r.hop[0].via), 0xc0000201);
	assert_int_equal(r.hop[0].ifindex, 7);
	assert_false(r.special);
}

static void hop_put(struct nlmsghdr *nlh, int ifindex, uint32_t via, uint8_t flags)
{
	struct rtnexthop nh = {
		.rtnh_len = sizeof(nh) + 8, .rtnh_flags = flags, .rtnh_ifindex = ifindex};
	const struct nlattr a = {.nla_len = 8, .nla_type = RTA_GATEWAY};
	uint8_t *at = mnl_nlmsg_get_payload_tail(nlh);

	via = htonl(via);
	memcpy(at, &nh, sizeof(nh));
	memcpy(at + sizeof(nh), &a, sizeof(a));
	memcpy(at + sizeof(nh) + sizeof(a), &via, 4);
	nlh->nlmsg_len += nh.rtnh_len;
}

static void several_next_hops(void **)
{
	struct nlmsghdr *nlh = begin(AF_INET, 0);
	struct nlattr *nest = mnl_attr_nest_start(nlh, RTA_MULTIPATH);
	struct rtnexthop *first = mnl_nlmsg_get_payload_tail(nlh);
	struct gw_nl_route r;

	hop_put(nlh, 2, 0xc0000201, 0);
	hop_put(nlh, 3, 0xc0000301, RTNH_F_LINKDOWN);
	mnl_attr_nest_end(nlh, nest);
	assert_true(gw_nl_route_parse(nlh, &r));
	assert_int_equal(r.n, 2);
	assert_int_equal(r.hop[1].ifindex, 3);
	assert_false(r.hop[0].dead);
	assert_true(r.hop[1].dead);
	first->rtnh_len = 4; // shorter than itself
	assert_false(gw_nl_route_parse(nlh, &r));
	first->rtnh_len = 64; // longer than the rest
	assert_false(gw_nl_route_parse(nlh, &r));
}

// As the kernel says it: with none of the flags of a new one.
static void in_place_of_another(void **)
{
	struct nlmsghdr *nlh = begin(AF_INET, 24);
	struct gw_nl_route r;

	nlh->nlmsg_flags = NLM_F_CREATE | NLM_F_EXCL;
	assert_true(gw_nl_route_parse(nlh, &r));
	assert_false(r.replaces);
	nlh->nlmsg_flags = NLM_F_REPLACE;
	assert_true(gw_nl_route_parse(nlh, &r));
	assert_true(r.replaces);
	nlh->nlmsg_type = RTM_DELROUTE;
	assert_true(gw_nl_route_parse(nlh, &r));
	assert_false(r.replaces);
}

static void wrong_ones(void **)
{
	struct nlmsghdr *nlh = begin(AF_INET, 33);
	struct gw_nl_route r;

	assert_false(gw_nl_route_parse(nlh, &r));
	nlh = begin(AF_INET6, 129);
	assert_false(gw_nl_route_parse(nlh, &r));
	nlh = begin(AF_BRIDGE, 0);
	assert_false(gw_nl_route_parse(nlh, &r));
	nlh = begin(AF_INET, 24);
	nlh->nlmsg_len -= 4;
	assert_false(gw_nl_route_parse(nlh, &r));
	nlh = begin(AF_INET, 24);
	nlh->nlmsg_type = RTM_NEWLINK;
	assert_false(gw_nl_route_parse(nlh, &r));
	nlh = begin(AF_INET6, 64);
	mnl_attr_put_u32(nlh, RTA_DST, 1); // of the other family's length
	assert_false(gw_nl_route_parse(nlh, &r));
	nlh = begin(AF_INET, 24);
	mnl_attr_put_u16(nlh, RTA_PRIORITY, 1);
	assert_false(gw_nl_route_parse(nlh, &r));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(own_ones),
		cmocka_unit_test(one_next_hop),
		cmocka_unit_test(several_next_hops),
		cmocka_unit_test(in_place_of_another),
		cmocka_unit_test(wrong_ones),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
