// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Loading a configuration over a running one: what stays the same is not touched, what is not
// named goes, what cannot be is refused whole; what is saved loads to the same.

#include <errno.h>
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
#include "fib/host_tunnel.h"
#include "fib/nexthop.h"
#include "fib/route.h"
#include "fib/segment.h"
#include "fib/vrf.h"
#include "host/host.h"
#include "iface/addr.h"
#include "neigh/neigh.h"
#include "port/port.h"
#include "slow/tables.h"
#include "tunnel/tunnel.h"

#define IP(a, b, c, d) ((uint32_t)(a) << 24 | (b) << 16 | (c) << 8 | (d))

#define PORTS_OF(more)                                                         \
	"{ 'name': 'up', 'gateway': {'mac': '00:00:5e:00:01:01'},\n"           \
	"'ports': [ {'name': 'core0', 'device': 'net_null0', 'addresses': "    \
	"['192.0.2.1/24', '2001:db8::1/64'], 'neighbors': {'192.0.2.254': "    \
	"'02:00:00:00:00:fe', '2001:db8::2': '02:00:00:00:00:02'}" more "},\n" \
	"{'name': 'acc0', 'device': 'net_null1', 'role': 'access'} ]"
#define PORTS		PORTS_OF("")
#define A1(options)	"{'name': 'a1', 'port': 'acc0', 'vlans': [100]" options "}"
#define A2(options)	"{'name': 'a2', 'port': 'acc0', 'vlans': [200, 7]" options "}"
#define IFACES		",\n'interfaces': [" A1("") ", " A2("") "]"
#define TO_B		"{'name': 'to-b', 'vni': 9, 'local': '192.0.2.1', 'remote': '192.0.2.2'}"
#define TO_C		"{'name': 'to-c', 'vni': 9, 'local': '192.0.2.1', 'remote': '192.0.2.3'}"
#define TUNNELS		",\n'tunnels': [" TO_B ", " TO_C "]"
#define GROUPS		",\n'tunnel_groups': [{'name': 'g', 'active': 'to-b', 'backup': 'to-c'}]"
#define HOST(ip, where) "{'ip': '" ip "', 'mac': '02:00:00:00:00:05', " where "}"
#define END		"}\n"

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

static char *saved(void)
{
	struct gw_err err = {0};
	char *text;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	assert_int_equal(gw_conf_write(f, &err), 0);
	fclose(f);
	return text;
}

static int text_cmp(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

// Lines of elements in any order: indices are used again in another one.
static char *sorted(const char *text)
{
	json_t *config = json_loads(text, 0, NULL), *section;
	const char *key;
	size_t len;
	char *out;
	FILE *f = open_memstream(&out, &len);

	assert_non_null(config);
	json_object_foreach (config, key, section) {
		size_t n = json_array_size(section);
		char **lines = calloc(n + 1, sizeof(*lines));

		for (size_t i = 0; i < n; i++)
			lines[i] = json_dumps(
				json_array_get(section, i), JSON_ENCODE_ANY | JSON_SORT_KEYS);
		if (n > 0)
			qsort(lines, n, sizeof(*lines), text_cmp);
		else
			lines[n++] = json_dumps(section, JSON_ENCODE_ANY | JSON_SORT_KEYS);
		for (size_t i = 0; i < n; i++) {
			fprintf(f, "%s: %s\n", key, lines[i]);
			free(lines[i]);
		}
		free(lines);
	}
	fclose(f);
	json_decref(config);
	return out;
}

static void same_config(const char *a, const char *b)
{
	char *x = sorted(a), *y = sorted(b);

	assert_string_equal(x, y);
	free(x);
	free(y);
}

static void refuses(const char *text, const char *error)
{
	char *before = saved(), *after;
	struct gw_err err;

	assert_true(load(text, &err) < 0);
	assert_string_equal(err.text, error);
	after = saved();
	same_config(before, after);
	free(before);
	free(after);
}

static uint16_t half(const char *name)
{
	uint16_t i = gw_iface_find(name);

	assert_int_not_equal(i, 0);
	return gw_ifaces[i].half;
}

static uint16_t host_iface(uint32_t ip)
{
	uint32_t i = gw_host_find(0, ip);

	return i == 0 ? 0 : gw_where_iface(gw_host_where(&gw_host_down[i]));
}

static void what_is_saved_loads_to_the_same(void **state)
{
	char *one, *two, *empty;

	loads(PORTS END);
	empty = saved();
	loads(PORTS ",'interfaces': [" A1(
		", 'state': 'standby', 'fallback': 'g', 'mtu': 1400, 'proxy_arp': false, "
		"'gateways': "
		"['10.1.1.1/24', '2001:db8:1::1/64']") ", " A2(", 'vrf': 'red', 'tpid': "
							       "'0x8100'") ", "
									   "{'name': 'n7', "
									   "'port': "
									   "'core0', "
									   "'vlans': [7], "
									   "'addresses': "
									   "['198.18.0.1/"
									   "24'], "
									   "'gateways': "
									   "['198.18.9.1/"
									   "32'], "
									   "'neighbors': "
									   "{'198.18.0.2': "
									   "'02:00:00:00:"
									   "00:02'}}"
									   "]" TUNNELS GROUPS
									   ", 'routes': "
									   "[{'prefix': "
									   "'0.0.0.0/0', "
									   "'via': "
									   "'192.0.2.254'},"
									   " "
									   "{'prefix': "
									   "'203.0.113.0/"
									   "24', 'via': "
									   "'198.18.0.2'}],"
									   "'segments': "
									   "[{'prefix': "
									   "'10.1.1.0/24', "
									   "'tunnel': "
									   "'to-b', "
									   "'cost': 30, "
									   "'publish': "
									   "true}, "
									   "{'prefix': "
									   "'10.1.2.0/"
									   "24'}, "
									   "{'prefix': "
									   "'10.1.2.0/24', "
									   "'vrf': 'red'}],"
									   "'client_"
									   "prefixes': "
									   "['10.1.0.0/"
									   "16'],"
									   "'host_tunnels':"
									   " [{'ip': "
									   "'10.1.1.7', "
									   "'group': 'g'}, "
									   "{'ip': "
									   "'10.1.1.8', "
									   "'tunnel': "
									   "'to-c'}],"
									   "'hosts': "
									   "[" HOST("10.1."
										    "1.5",
										   "'interf"
										   "ace': "
										   "'a1', "
										   "'publis"
										   "h': "
										   "true, "
										   "'cost':"
										   " 30, "
										   "'standb"
										   "y': "
										   "true, "
										   "'symmet"
										   "ric': "
										   "'to-c',"
										   " '"
										   "ingress"
										   "': "
										   "{'cir_"
										   "kbps': "
										   "1000}, "
										   "'egress"
										   "': "
										   "{'cir_"
										   "kbps': "
										   "1000, "
										   "'cbs_"
										   "bytes':"
										   " 9000, "
										   "'pir_"
										   "kbps': "
										   "2000, "
										   "'pbs_"
										   "bytes':"
										   " 18000"
										   "}") ","
											" " HOST(
												"10"
												".1"
												".1"
												"."
												"5",
												"'i"
												"nt"
												"er"
												"fa"
												"ce"
												"':"
												" '"
												"a2"
												"'") ", " HOST("10.1.1.6",
												"'p"
												"or"
												"t'"
												": "
												"'a"
												"cc"
												"0"
												"'") ", " HOST("10.1.1.9",
												"'p"
												"or"
												"t'"
												": "
												"'a"
												"cc"
												"0'"
												", "
												"'v"
												"la"
												"ns"
												"':"
												" ["
												"3,"
												" 4"
												"]") "],"
												     "'metrics': {'listen': '127.0.0.1:9720'}" END);
	assert_int_not_equal(host_iface(IP(10, 1, 1, 9)), 0);
	one = saved();
	assert_non_null(strstr(one, "\"metrics\""));
	loads(PORTS END);
	two = saved();
	same_config(two, empty);
	free(two);
	loads(one);
	two = saved();
	same_config(one, two);
	free(two);
	loads(one); // over itself
	two = saved();
	same_config(one, two);
	free(one);
	free(two);
	free(empty);
}

static void what_is_named_again_is_not_touched(void **state)
{
	static const char text[] = PORTS IFACES TUNNELS GROUPS
		", 'routes': [{'prefix': '0.0.0.0/0', 'via': '192.0.2.254'}], 'hosts': [" HOST(
			"10.1.1.5", "'interface': 'a1'") ", " HOST("10.1.1.6",
			"'port': 'acc0'") "]" END;
	uint16_t a1, core, b;
	uint32_t five, nh;

	loads(PORTS END);
	loads(text);
	a1 = gw_iface_find("a1");
	core = gw_iface_find("core0");
	b = gw_tunnel_find("to-b");
	five = gw_host_find(0, IP(10, 1, 1, 5));
	nh = gw_tunnels[b].nh;
	gw_iface_stats[0][a1].rx_packets = 77;
	loads(text);
	assert_int_equal(gw_iface_find("a1"), a1);
	assert_int_equal(gw_iface_find("core0"), core);
	assert_int_equal(gw_tunnel_find("to-b"), b);
	assert_int_equal(gw_host_find(0, IP(10, 1, 1, 5)), five);
	assert_int_equal(gw_tunnels[b].nh, nh);
	assert_int_equal(gw_io_sum(gw_iface_stats, a1).rx_packets, 77);
	assert_int_equal(gw_host_total(), 2);
}

static void what_is_not_named_goes(void **state)
{
	const struct gw_host_spec host = {
		.ip = IP(10, 1, 1, 99), .mac = {{2, 0, 0, 0, 0, 9}}, .iface = 0};
	struct gw_host_spec spec = host;
	const struct gw_prefix p = gw_prefix_of4(IP(203, 0, 113, 0), 24);
	const struct gw_ip_zone via = {.ip = gw_ip_of4(IP(192, 0, 2, 7))};
	struct gw_mac mac = {{2, 0, 0, 0, 0, 7}};
	uint16_t core;

	loads(PORTS END);
	loads(PORTS IFACES TUNNELS END);
	core = gw_iface_find("core0");
	spec.iface = gw_iface_find("a1");
	// As commands would.
	assert_int_equal(gw_host_add(&spec, NULL), 0);
	assert_int_equal(gw_route_add(0, &p, &via, 1, NULL), 0);
	assert_int_equal(gw_neigh_static_add(core, gw_ip_of4(IP(192, 0, 2, 7)), &mac, NULL), 0);
	assert_int_equal(gw_host_tunnel_add(0, IP(10, 1, 1, 8), gw_path_find("to-b"), 0, NULL), 0);
	assert_int_equal(
		gw_host_tunnel_add(0, IP(10, 1, 1, 9), gw_path_find("to-b"), 60000, NULL), 0);
	loads(PORTS ", 'interfaces': [" A1("") "], 'tunnels': [" TO_B "]" END);
	assert_int_equal(gw_host_total(), 0);
	assert_int_equal(gw_route_count(), 0);
	assert_int_equal(gw_neigh_static_del(core, gw_ip_of4(IP(192, 0, 2, 7)), NULL), -ENOENT);
	assert_int_equal(gw_iface_find("a2"), 0);
	assert_int_equal(gw_tunnel_find("to-c"), 0);
	assert_int_equal(gw_rib_get(&gw_vrfs[0].rib, IP(10, 1, 1, 8), 32, GW_FIB_HOST_TUNNEL), 0);
	// A lifetime ends by itself, or with its tunnel.
	assert_int_not_equal(gw_host_tunnel_lifetime_ms(0, IP(10, 1, 1, 9)), 0);
	loads(PORTS END);
	assert_int_equal(gw_host_tunnel_lifetime_ms(0, IP(10, 1, 1, 9)), 0);
	assert_int_equal(gw_tunnel_find("to-b"), 0);
}

static void a_state_follows_the_file_when_that_has_changed(void **state)
{
	static const char active[] = PORTS IFACES TUNNELS GROUPS END;

	loads(PORTS END);
	loads(active);
	assert_int_equal(gw_iface_switch("a1", GW_HALF_STANDBY, NULL), 0);
	assert_int_equal(gw_tunnel_group_switch("g", true, NULL), 0);
	loads(active);
	assert_int_equal(half("a1"), GW_HALF_STANDBY);
	assert_true(gw_tunnel_group_find("g")->on_backup);
	loads(PORTS ", 'interfaces': [" A1(", 'state': 'standby'") ", " A2(
		", 'state': 'standby'") "]" TUNNELS ", 'tunnel_groups': [{'name': 'g', 'active': "
					"'to-b', 'backup': 'to-c', "
					"'in_use': 'backup'}]" END);
	assert_int_equal(half("a1"), GW_HALF_STANDBY);
	assert_int_equal(half("a2"), GW_HALF_STANDBY);
	loads(active);
	assert_int_equal(half("a1"), GW_HALF_ACTIVE);
	assert_int_equal(half("a2"), GW_HALF_ACTIVE);
	assert_false(gw_tunnel_group_find("g")->on_backup);
}

static void an_interface_is_its_port_vlans_and_vrf(void **state)
{
	uint16_t a1, a2;

	loads(PORTS END);
	loads(PORTS IFACES ", 'hosts': [" HOST("10.1.1.5", "'interface': 'a1'") "]" END);
	a1 = gw_iface_find("a1");
	a2 = gw_iface_find("a2");
	gw_iface_switch("a1", GW_HALF_STANDBY, NULL);
	// Another name.
	loads(PORTS ", 'interfaces': [{'name': 'new', 'port': 'acc0', 'vlans': [100]}, " A2(
		"") "],"
		    "'hosts': [" HOST("10.1.1.5", "'interface': 'new'") "]" END);
	assert_int_equal(gw_iface_find("new"), a1);
	assert_int_equal(gw_iface_find("a1"), 0);
	assert_int_equal(host_iface(IP(10, 1, 1, 5)), a1);
	assert_int_equal(half("new"), GW_HALF_STANDBY);
	// Names exchanged.
	loads(PORTS ", 'interfaces': [{'name': 'a2', 'port': 'acc0', 'vlans': [100]}, "
		    "{'name': 'new', 'port': 'acc0', 'vlans': [200, 7]}],"
		    "'hosts': [" HOST("10.1.1.5", "'interface': 'new'") "]" END);
	assert_int_equal(gw_iface_find("a2"), a1);
	assert_int_equal(gw_iface_find("new"), a2);
	assert_int_equal(host_iface(IP(10, 1, 1, 5)), a2);
	// Another VRF: another interface.
	loads(PORTS ", 'interfaces': [{'name': 'new', 'port': 'acc0', 'vlans': [200, 7], "
		    "'vrf': 'red', 'gateways': ['10.1.1.1/24']}],"
		    "'hosts': [" HOST("10.1.1.5", "'interface': 'new'") "]" END);
	assert_int_equal(host_iface(IP(10, 1, 1, 5)), 0); // in VRF default
	assert_int_equal(gw_host_total(), 1);
	assert_int_not_equal(gw_iface_find("new"), a2);
	assert_int_equal(gw_iface_by_vlans(gw_ifaces[gw_iface_find("new")].port, 200, 7),
		gw_iface_find("new"));
	assert_int_equal(gw_iface_by_vlans(gw_ifaces[gw_iface_find("new")].port, 100, 0), 0);
}

static void an_untagged_interface_may_have_a_name_or_not(void **state)
{
	uint16_t i;

	loads(PORTS END);
	loads(PORTS ", 'hosts': [" HOST("10.1.1.5", "'port': 'acc0'") "]" END);
	i = gw_iface_find("acc0");
	assert_int_equal(host_iface(IP(10, 1, 1, 5)), i);
	assert_int_not_equal(i, 0);
	loads(PORTS ", 'interfaces': [{'name': 'bare', 'port': 'acc0'}, "
		    "{'name': 'c', 'port': 'core0', 'addresses': ['198.18.0.1/24']}],"
		    "'hosts': [" HOST("10.1.1.5", "'port': 'acc0'") "]" END);
	assert_int_equal(gw_iface_find("bare"), i);
	assert_int_equal(gw_iface_find("acc0"), 0);
	assert_int_equal(gw_iface_find("core0"), 0);
	assert_int_equal(gw_iface_infos[gw_iface_find("c")].addr_count, 2);
	loads(PORTS END);
	assert_int_equal(gw_iface_find("bare"), 0);
	assert_int_not_equal(gw_iface_find("core0"), 0);
}

static void addresses_and_hosts_change_places(void **state)
{
	loads(PORTS END);
	loads(PORTS ", 'interfaces': [" A1(", 'gateways': ['10.1.1.1/24']") ", " A2(
		"") "],"
		    "'hosts': [" HOST("10.1.1.2", "'interface': 'a2'") "]" END);
	loads(PORTS ", 'interfaces': [" A1(", 'gateways': ['10.1.1.2/24']") ", " A2(
		"") "],"
		    "'hosts': [" HOST("10.1.1.1", "'interface': 'a2'") "]" END);
	assert_int_equal(gw_iface_addr_owner(0, IP(10, 1, 1, 2)), gw_iface_find("a1"));
	assert_int_equal(host_iface(IP(10, 1, 1, 1)), gw_iface_find("a2"));
	// And when the interface goes with its address.
	loads(PORTS ", 'interfaces': [" A2("") "], 'hosts': [" HOST(
		"10.1.1.2", "'interface': 'a2'") "]" END);
	assert_int_equal(host_iface(IP(10, 1, 1, 2)), gw_iface_find("a2"));
	// An address of a network port goes to another interface of it; its route stays.
	loads("{'name': 'up', 'ports': [{'name': 'core0', 'device': 'net_null0'},"
	      "{'name': 'acc0', 'device': 'net_null1', 'role': 'access'}],"
	      "'interfaces': [{'name': 'n7', 'port': 'core0', 'vlans': [7], 'addresses': "
	      "['192.0.2.1/24']}]" TUNNELS
	      ", 'routes': [{'prefix': '0.0.0.0/0', 'via': '192.0.2.254'}]" END);
	assert_int_equal(gw_iface_addr_owner(0, IP(192, 0, 2, 1)), gw_iface_find("n7"));
	gw_tunnel_resolve(); // as the slow path's next loop does
	assert_int_equal(
		gw_nexthops[gw_tunnels[gw_tunnel_find("to-b")].nh].iface, gw_iface_find("n7"));
}

static uint16_t owner6(const char *text)
{
	struct in6_addr ip;

	assert_true(gw_ip6_parse(text, &ip));
	return gw_iface_addr6_owner(0, &ip);
}

static uint32_t static6(const char *text)
{
	struct gw_ip ip;
	uint32_t nh;

	assert_true(gw_ip_parse(text, &ip));
	nh = gw_neigh_get(gw_iface_find("core0"), ip);
	return gw_neigh_is_static(nh) ? nh : 0;
}

// What workers compare sources with is of the address at `i` of the interface.
static void assert_subnet6(const char *iface, uint32_t i, const char *addr, uint64_t low_mask)
{
	const struct gw_subnets6 *s = gw_ifaces[gw_iface_find(iface)].subnets6;
	struct in6_addr ip;

	assert_true(gw_ip6_parse(addr, &ip));
	assert_non_null(s);
	assert_true(i < s->n);
	assert_memory_equal(s->v[i].addr, &ip, sizeof(ip));
	assert_true(s->v[i].mask[0] == UINT64_MAX && s->v[i].mask[1] == low_mask);
}

static void source_subnets_follow_the_file(void **state)
{
#define ACC0(addresses)                                                                      \
	"{'name': 'up', 'ports': [{'name': 'core0', 'device': 'net_null0'},"                 \
	"{'name': 'acc0', 'device': 'net_null1', 'role': 'access', 'addresses': [" addresses \
	"]}]" END
	loads(ACC0("'2001:db8:1::1/64', '2001:db8:2::1/128'"));
	assert_int_equal(gw_ifaces[gw_iface_find("acc0")].subnets6->n, 2);
	assert_subnet6("acc0", 0, "2001:db8:1::1", 0);
	assert_subnet6("acc0", 1, "2001:db8:2::1", UINT64_MAX);
	loads(ACC0("'2001:db8:3::1/64'"));
	assert_int_equal(gw_ifaces[gw_iface_find("acc0")].subnets6->n, 1);
	assert_subnet6("acc0", 0, "2001:db8:3::1", 0);
	loads(ACC0(""));
	assert_null(gw_ifaces[gw_iface_find("acc0")].subnets6);
	loads(PORTS END);
#undef ACC0
}

static void ipv6_follows_the_file(void **state)
{
	static const char with[] = "{'name': 'up', 'ports': [{'name': 'core0', 'device': "
				   "'net_null0', 'sr_domain': true, 'addresses': "
				   "['2001:db8::1/64', '2001:DB8:5::1/64'], 'neighbors': "
				   "{'2001:DB8::0:3': '02:00:00:00:00:03'}},"
				   "{'name': 'acc0', 'device': 'net_null1', 'role': 'access', "
				   "'addresses': ['2001:db8:1::1/64']}]}";
	uint32_t nh;
	char *one;

	loads(PORTS END);
	assert_int_equal(owner6("2001:db8::1"), gw_iface_find("core0"));
	nh = static6("2001:db8::2");
	assert_int_not_equal(nh, 0);
	assert_int_equal(gw_ifaces[gw_iface_find("core0")].sr_domain, 0);
	loads(with);
	assert_int_equal(gw_ifaces[gw_iface_find("core0")].sr_domain, 1);
	assert_int_equal(owner6("2001:db8::1"), gw_iface_find("core0"));
	assert_int_equal(owner6("2001:db8:5::1"), gw_iface_find("core0"));
	assert_int_equal(owner6("2001:db8:1::1"), gw_iface_find("acc0"));
	assert_int_equal(static6("2001:db8::2"), 0);
	nh = static6("2001:db8::3");
	assert_int_not_equal(nh, 0);
	one = saved();
	loads(one);
	assert_int_equal(static6("2001:db8::3"), nh);
	assert_non_null(strstr(one, "\"2001:db8:5::1/64\""));
	assert_non_null(strstr(one, "\"sr_domain\": true"));
	free(one);
	loads(PORTS END);
	assert_int_equal(owner6("2001:db8:5::1"), 0);
	assert_int_equal(owner6("2001:db8:1::1"), 0);
	assert_int_equal(gw_ifaces[gw_iface_find("core0")].sr_domain, 0);
	// to another interface, and back
	loads("{'name': 'up', 'ports': [{'name': 'core0', 'device': 'net_null0'},"
	      "{'name': 'acc0', 'device': 'net_null1', 'role': 'access'}],"
	      "'interfaces': [{'name': 'n7', 'port': 'core0', 'vlans': [7], 'addresses': "
	      "['2001:db8::1/64']}]" END);
	assert_int_equal(owner6("2001:db8::1"), gw_iface_find("n7"));
	loads(PORTS END);
	assert_int_equal(owner6("2001:db8::1"), gw_iface_find("core0"));
}

static void the_source_guard_follows_the_file(void **state)
{
	static const char off[] = "{'name': 'up', 'ports': [{'name': 'core0', 'device': "
				  "'net_null0'}, {'name': 'acc0', 'device': 'net_null1', 'role': "
				  "'access', 'source_guard': false}]}";
	uint16_t port;
	char *one;

	loads(PORTS END);
	assert_true(gw_port_find("acc0", &port));
	assert_false(gw_ports[port].no_source_guard);
	loads(off);
	assert_true(gw_ports[port].no_source_guard);
	one = saved();
	assert_non_null(strstr(one, "\"source_guard\": false"));
	loads(PORTS END);
	assert_false(gw_ports[port].no_source_guard);
	loads(one);
	assert_true(gw_ports[port].no_source_guard);
	free(one);
	loads(PORTS END);
}

// An address that moves within its subnet takes nothing of the connected route with it.
static void an_address_moves_within_its_subnet(void **state)
{
	struct in6_addr subnet;

	assert_true(gw_ip6_parse("2001:db8::", &subnet));
	loads("{'name': 'up', 'ports': [{'name': 'core0', 'device': 'net_null0', 'addresses': "
	      "['192.0.2.1/24', '2001:db8::1/64']},"
	      "{'name': 'acc0', 'device': 'net_null1', 'role': 'access'}]}");
	loads("{'name': 'up', 'ports': [{'name': 'core0', 'device': 'net_null0', 'addresses': "
	      "['192.0.2.7/24', '2001:db8::7/64']},"
	      "{'name': 'acc0', 'device': 'net_null1', 'role': 'access'}]}");
	assert_int_not_equal(
		gw_rib_get(&gw_vrfs[0].rib, IP(192, 0, 2, 0), 24, GW_FIB_CONNECTED), 0);
	assert_int_not_equal(gw_rib6_get(&gw_vrfs[0].rib6, &subnet, 64, GW_FIB_CONNECTED), 0);
	assert_int_equal(gw_iface_addr_owner(0, IP(192, 0, 2, 1)), 0);
	assert_int_equal(owner6("2001:db8::1"), 0);
}

static void a_tunnel_is_its_ends_and_vni(void **state)
{
	uint16_t b, c;

	loads(PORTS END);
	loads(PORTS TUNNELS GROUPS
		", 'segments': [{'prefix': '10.1.1.0/24', 'tunnel': 'to-b'}]" END);
	b = gw_tunnel_find("to-b");
	c = gw_tunnel_find("to-c");
	// Names exchanged, and a tunnel becomes a group.
	loads(PORTS ", 'tunnels': [{'name': 'to-c', 'vni': 9, 'local': '192.0.2.1', 'remote': "
		    "'192.0.2.2'}, {'name': 'g', 'vni': 9, 'local': '192.0.2.1', 'remote': "
		    "'192.0.2.3'}], 'tunnel_groups': [{'name': 'to-b', 'active': 'g', 'backup': "
		    "'to-c'}],"
		    "'segments': [{'prefix': '10.1.1.0/24', 'tunnel': 'to-b'}]" END);
	assert_int_equal(gw_tunnel_find("to-c"), b);
	assert_int_equal(gw_tunnel_find("g"), c);
	assert_int_equal(gw_tunnel_find("to-b"), 0);
	assert_int_equal(gw_path_tunnel(gw_path_find("to-b")), c);
	// Another remote: another tunnel, and the routes follow.
	loads(PORTS ", 'tunnels': [{'name': 'to-b', 'vni': 9, 'local': '192.0.2.1', 'remote': "
		    "'192.0.2.9'}], 'segments': [{'prefix': '10.1.1.0/24', 'tunnel': 'to-b'}]" END);
	assert_int_equal(gw_tunnels[gw_tunnel_find("to-b")].remote, IP(192, 0, 2, 9));
	assert_int_equal(
		gw_fib_index(gw_rib_get(&gw_vrfs[0].rib, IP(10, 1, 1, 0), 24, GW_FIB_SEGMENT)),
		gw_path_find("to-b"));
	assert_int_equal(gw_tunnel_find("g"), 0);
	refuses(PORTS ",\n'tunnels': [{'name': 'to-b', 'vni': 9, 'vrf': 'red', 'local': "
		      "'192.0.2.1', 'remote': '192.0.2.9'}]" END,
		"c.json:4: /tunnels/0/vrf: the tunnel with these addresses and VNI runs for VRF "
		"default: choose another VNI, or reload without it first");
}

static void ports_do_not_change(void **state)
{
	loads(PORTS IFACES END);
	loads(PORTS_OF(", 'transit': true, 'mtu': 1500, 'role': 'network'") IFACES END);
	assert_true(gw_ports[0].transit);
	refuses(PORTS_OF(", 'mtu': 1400") IFACES END,
		"c.json:2: /ports/0/mtu: ports cannot change while godwit runs: mtu of port core0 "
		"differs; restart godwit");
	refuses("{'name': 'up',\n'ports': [{'name': 'core0', 'device': 'net_null0'},\n"
		"{'name': 'acc0', 'device': 'net_null2', 'role': 'access'}]}",
		"c.json:3: /ports/1/device: ports cannot change while godwit runs: device of port "
		"acc0 differs; restart godwit");
	refuses("{'name': 'up',\n'ports': [{'name': 'core1', 'device': 'net_null0'},\n"
		"{'name': 'acc0', 'device': 'net_null1', 'role': 'access'}]}",
		"c.json:2: /ports/0: ports cannot change while godwit runs: there is no port "
		"core1; "
		"restart godwit");
	refuses("{'name': 'up',\n'ports': []}",
		"c.json:2: /ports: ports cannot change while godwit runs: 2 are running, here are "
		"0; restart godwit");
	refuses("{'name': 'other',\n'ports': []}",
		"c.json:1: /name: differs, and cannot change while godwit runs; restart godwit");
	refuses("{'name': 'up', 'mbuf': {'count': 5000},\n'ports': []}",
		"c.json:1: /mbuf: differs, and cannot change while godwit runs; restart godwit");
}

static void a_wrong_configuration_changes_nothing(void **state)
{
	loads(PORTS END);
	loads(PORTS IFACES ", 'hosts': [" HOST("10.1.1.5", "'interface': 'a1'") "]" END);
	refuses(PORTS ", 'interfaces': [" A1("") "],\n'hosts': [" HOST("10.1.1.6",
			"'interface': 'a1'") ", " HOST("10.1.1.7", "'interface': 'a2'") "]" END,
		"c.json:4: /hosts/1/interface: no interface \"a2\" in /interfaces");
}

static int group_setup(void **state)
{
	static char *argv[] = {(char *)"test", (char *)"--no-huge", (char *)"--no-pci",
		(char *)"--no-shconf", (char *)"--no-telemetry", (char *)"-m", (char *)"128",
		(char *)"-l", (char *)"0", (char *)"--log-level=error"};
	const struct gw_mbuf_conf conf = {.count = 4096};
	const struct gw_worker_conf worker = {0};
	struct gw_err err = {0};

	assert_true(rte_eal_init(RTE_DIM(argv), argv) >= 0);
	assert_int_equal(gw_stats_init(), 0);
	assert_int_equal(gw_rcu_init(1), 0);
	assert_int_equal(gw_iface_init(), 0);
	assert_int_equal(gw_tunnel_init(), 0);
	assert_int_equal(gw_vrf_init(), 0);
	assert_int_equal(gw_host_init(), 0);
	assert_int_equal(gw_host_tunnel_init(), 0);
	assert_int_equal(gw_neigh_init(), 0);
	assert_int_equal(gw_mbuf_init(&conf, &err), 0);
	assert_int_equal(gw_worker_init(1, &worker, &err), 0);
	loads(PORTS END);
	assert_int_equal(gw_ports_start(&err), 0);
	assert_int_equal(gw_worker_ports_assign(&err), 0);
	return 0;
}

static int group_teardown(void **state)
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
		cmocka_unit_test(what_is_saved_loads_to_the_same),
		cmocka_unit_test(what_is_named_again_is_not_touched),
		cmocka_unit_test(what_is_not_named_goes),
		cmocka_unit_test(a_state_follows_the_file_when_that_has_changed),
		cmocka_unit_test(an_interface_is_its_port_vlans_and_vrf),
		cmocka_unit_test(an_untagged_interface_may_have_a_name_or_not),
		cmocka_unit_test(addresses_and_hosts_change_places),
		cmocka_unit_test(ipv6_follows_the_file),
		cmocka_unit_test(the_source_guard_follows_the_file),
		cmocka_unit_test(source_subnets_follow_the_file),
		cmocka_unit_test(an_address_moves_within_its_subnet),
		cmocka_unit_test(a_tunnel_is_its_ends_and_vni),
		cmocka_unit_test(ports_do_not_change),
		cmocka_unit_test(a_wrong_configuration_changes_nothing),
	};

	return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
