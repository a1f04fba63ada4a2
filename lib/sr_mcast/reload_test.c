// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Section "sr_mcast" over one that runs: what stays is not touched, what is not named goes, and
// what is saved loads to the same.

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <rte_eal.h>

#include "config/config.h"
#include "dp/mbuf.h"
#include "dp/rcu.h"
#include "dp/worker.h"
#include "fib/vrf.h"
#include "iface/iface.h"
#include "port/port.h"
#include "slow/tables.h"
#include "sr_mcast/conf_save.h"
#include "sr_mcast/flow.h"
#include "sr_mcast/receiver.h"
#include "sr_mcast/tree.h"

#define PORTS                                                                                   \
	"{'name':'up','ports':[{'name':'core0','device':'net_null0','sr_domain':true,"          \
	"'addresses':['2001:db8::1/64']},{'name':'acc0','device':'net_null1','role':'access'}," \
	"{'name':'acc1','device':'net_null2','role':'access','vrf':'blue'}]"
#define OWN                                                                                 \
	",'sr_mcast':{'first_address':'fd00:0:3::','first_block':'fd00::/32','tree_block':" \
	"'fd00:ffff::/32'"
#define TREE(n, branches) "{'source':'fd00:ffff::" n "','branches':[" branches "]}"
#define FLOW(vrf, group, n) \
	"{'vrf':'" vrf "','source':'198.51.100.1','group':'" group "','tree':'fd00:ffff::" n "'}"

static int load(const char *text, struct gw_err *err)
{
	struct gw_conf *conf;
	char *json = strdup(text);
	int ret;

	for (char *s = json; (s = strchr(s, '\'')) != NULL;)
		*s = '"';
	memset(err, 0, sizeof(*err));
	ret = gw_conf_open_mem(json, strlen(json), "c.json", &conf, err);
	free(json);
	if (ret < 0)
		return ret;
	ret = gw_conf_check(conf, err);
	if (ret == 0)
		ret = gw_conf_apply(conf, err);
	gw_conf_close(conf);
	gw_rcu_reclaim();
	return ret;
}

static void loads(const char *text)
{
	struct gw_err err;

	load(text, &err);
	assert_string_equal(err.text, "");
}

static uint32_t tree(const char *source)
{
	struct in6_addr ip;

	assert_true(gw_ip6_parse(source, &ip));
	return gw_mcast_tree_find(&ip);
}

static uint32_t flow(const char *vrf, const char *group)
{
	struct gw_ip s, g;
	uint16_t v;

	assert_int_equal(gw_vrf_find(vrf, &v, NULL), 0);
	assert_true(gw_ip_parse("198.51.100.1", &s));
	assert_true(gw_ip_parse(group, &g));
	return gw_mcast_flow_find(v, &s, &g);
}

static void nothing_is_left(void)
{
	loads(PORTS "}");
	assert_false(gw_sr_mcast_on);
	assert_int_equal(gw_mcast_tree_count(), 0);
	assert_int_equal(gw_mcast_flow_count(), 0);
	assert_int_equal(gw_mcast_group_map.count, 0);
	assert_null(gw_mcast_conf_save());
}

static void difference(void **)
{
	const struct gw_mcast_branches *one;
	uint32_t at;

	loads(PORTS OWN ",'trees':[" TREE("1", "'fd00:0:5::'") "," TREE("2",
		"'fd00:0:5::'") "],"
				"'flows':[" FLOW("default", "232.1.1.1", "1") "," FLOW(
					"default", "232.1.1.2", "2") "],'receivers':[{'group':'232."
								     "1.1.1','ports':['acc0']}]}}");
	assert_true(gw_sr_mcast_on);
	assert_int_equal(gw_mcast_group_map.count, 1);
	assert_int_not_equal(gw_iface_find("acc0"), 0); // made for the receiver
	at = tree("fd00:ffff::1");
	one = gw_mcast_branches(at);
	loads(PORTS OWN ",'hop_limit':9,'trees':[" TREE("1", "'fd00:0:5::'") "," TREE(
		"3", "'fd00:0:6::'") "],'flows':[" FLOW("default", "232.1.1.1", "3") "]}}");
	assert_int_equal(gw_sr_conf.hop_limit, 9);
	assert_int_equal(tree("fd00:ffff::1"), at);
	assert_ptr_equal(gw_mcast_branches(at), one);
	assert_int_equal(tree("fd00:ffff::2"), 0);
	assert_int_equal(gw_mcast_flow_tree(flow("default", "232.1.1.1")), tree("fd00:ffff::3"));
	assert_int_equal(flow("default", "232.1.1.2"), 0);
	assert_int_equal(gw_mcast_group_map.count, 0);
	nothing_is_left();
}

// Two trees change their VRFs: none may carry both meanwhile.
static void trees_change_vrfs(void **)
{
	loads(PORTS OWN ",'trees':[" TREE("1", "'fd00:0:5::'") "," TREE(
		"2", "'fd00:0:5::'") "],"
				     "'flows':[" FLOW("default", "232.1.1.1", "1") "," FLOW(
					     "blue", "232.1.1.1", "2") "]}}");
	loads(PORTS OWN ",'trees':[" TREE("1", "'fd00:0:5::'") "," TREE(
		"2", "'fd00:0:5::'") "],"
				     "'flows':[" FLOW("default", "232.1.1.1", "2") "," FLOW(
					     "blue", "232.1.1.1", "1") "]}}");
	assert_int_equal(gw_mcast_flow_tree(flow("default", "232.1.1.1")), tree("fd00:ffff::2"));
	assert_int_equal(gw_mcast_flow_tree(flow("blue", "232.1.1.1")), tree("fd00:ffff::1"));
	nothing_is_left();
}

static void node_moves(void **)
{
	loads(PORTS OWN ",'trees':[" TREE("1", "'fd00:0:5::'") "]}}");
	loads(PORTS ",'sr_mcast':{'first_address':'fd01::3','first_block':'fd01::/32','tree_block':"
		    "'fd01:ffff::/32','trees':[{'source':'fd01:ffff::1','decap':'blue'}]}}");
	assert_true(gw_sr_mcast_on);
	assert_int_equal(gw_sr_conf.first_address.s6_addr[1], 1);
	assert_int_equal(gw_sr_conf.first_address.s6_addr[15], 3);
	assert_int_equal(gw_mcast_tree_count(), 1);
	nothing_is_left();
}

static void saved_loads_to_the_same(void **)
{
	json_t *before, *after;
	char *text, *whole;

	loads(PORTS OWN
		",'hop_limit':'copy','traffic_class':8,'trees':[{'source':'fd00:ffff::1',"
		"'branches':['fd00:0:5::','fd00:0:6::'],'decap':'blue','hop_limit_threshold':7}],"
		"'flows':[{'group':'ff3e::5','tree':'fd00:ffff::1','ports':['acc0','core0']}],"
		"'receivers':[{'group':'232.1.1.1','ports':['acc0','core0'],'sources':"
		"['10.0.0.1','10.0.0.2']}]}}");
	before = gw_mcast_conf_save();
	assert_non_null(before);
	text = json_dumps(before, 0);
	assert_true(asprintf(&whole, "%s,'sr_mcast':%s}", PORTS, text) > 0);
	nothing_is_left();
	loads(whole);
	after = gw_mcast_conf_save();
	assert_true(json_equal(before, after));
	json_decref(before);
	json_decref(after);
	free(text);
	free(whole);
	nothing_is_left();
}

static void refused_whole(void **)
{
	struct gw_err err;

	loads(PORTS OWN ",'trees':[" TREE("1", "'fd00:0:5::'") "]}}");
	assert_true(load(PORTS OWN ",'trees':[" TREE("2", "'fd00:0:5::'") "," TREE("3", "") "]}}",
			    &err) < 0);
	assert_string_equal(err.text,
		"c.json:1: /sr_mcast/trees/1: tree fd00:ffff::3 has neither "
		"branches nor decap: one of them, or both");
	assert_int_not_equal(tree("fd00:ffff::1"), 0);
	assert_int_equal(gw_mcast_tree_count(), 1);
	nothing_is_left();
}

static int group_setup(void **)
{
	static char *argv[] = {(char *)"test", (char *)"--no-huge", (char *)"--no-pci",
		(char *)"--no-shconf", (char *)"--no-telemetry", (char *)"-m", (char *)"128",
		(char *)"-l", (char *)"0", (char *)"--log-level=error"};
	const struct gw_mbuf_conf conf = {.count = 4096};
	const struct gw_worker_conf worker = {0};
	struct gw_err err = {0};

	assert_true(rte_eal_init(RTE_DIM(argv), argv) >= 0);
	assert_int_equal(gw_tables_init(1), 0);
	assert_int_equal(gw_mbuf_init(&conf, &err), 0);
	assert_int_equal(gw_worker_init(1, &worker, &err), 0);
	loads(PORTS "}");
	assert_int_equal(gw_ports_start(&err), 0);
	assert_int_equal(gw_worker_ports_assign(&err), 0);
	return 0;
}

static int group_teardown(void **)
{
	gw_worker_fini();
	gw_ports_stop();
	gw_tables_fini();
	gw_mbuf_fini();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(difference),
		cmocka_unit_test(trees_change_vrfs),
		cmocka_unit_test(node_moves),
		cmocka_unit_test(saved_loads_to_the_same),
		cmocka_unit_test(refused_whole),
	};

	return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
