// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// The commands of the user plane against its tables: the contract's forms, what they change, what
// they refuse. The network is that of neigh/fixture.c: core is 192.0.2.1/24, a1 and a2 are access
// interfaces with gateway 10.1.1.1/24.

#include <errno.h>
#include <stdlib.h>

#include "neigh/fixture.h"

#include "cli/cli.h"
#include "dp/stats_json.h"
#include "fib/segment.h"
#include "host/host.h"
#include "tunnel/tunnel.h"

static char *out;
static size_t out_len;

static int run(const char *line, bool json, struct gw_err *err)
{
	FILE *f;
	int ret;

	free(out);
	out = NULL;
	f = open_memstream(&out, &out_len);
	assert_non_null(f);
	ret = gw_cli_run(line, json, f, NULL, NULL, err);
	fclose(f);
	return ret;
}

static void done(const char *line)
{
	struct gw_err err = {0};

	if (run(line, false, &err) != 0)
		fail_msg("%s: %s", line, err.text);
}

static void refused(const char *line, int code, const char *text)
{
	struct gw_err err = {0};

	if (run(line, false, &err) != -code || strstr(err.text, text) == NULL)
		fail_msg("%s: %d %s", line, err.code, err.text);
}

static json_t *shown(const char *line)
{
	struct gw_err err = {0};
	json_t *o;

	if (run(line, true, &err) != 0)
		fail_msg("%s: %s", line, err.text);
	o = json_loadb(out, out_len, 0, NULL);
	assert_non_null(o);
	return o;
}

static void says(const json_t *o, const char *key, const char *value)
{
	assert_string_equal(json_string_value(json_object_get(o, key)), value);
}

static json_int_t number(const json_t *o, const char *key)
{
	assert_true(json_is_integer(json_object_get(o, key)));
	return json_integer_value(json_object_get(o, key));
}

static void tunnels_add(void)
{
	done("add tunnel to-b vxlan-gpe vni 100 local 192.0.2.1 remote 192.0.2.2");
	done("add tunnel to-c vxlan-gpe vni 100 local 192.0.2.1 remote 192.0.2.3 vrf default");
	done("add tunnel-group pair active to-b backup to-c");
}

static const char *string_at(const json_t *o, const char *key, size_t i)
{
	return json_string_value(json_array_get(json_object_get(o, key), i));
}

static void interface_forms(void **state)
{
	json_t *o;

	tunnels_add();
	done("add interface b1 port acc vlan 300,400 fallback to-b gateway 10.1.2.1/24,10.1.3.1/24 "
	     "standby");
	o = shown("show interface b1");
	says(o, "state", "standby");
	says(o, "fallback", "to-b");
	assert_int_equal(json_integer_value(json_array_get(json_object_get(o, "vlans"), 1)), 400);
	assert_string_equal(string_at(o, "addresses", 1), "10.1.3.1/24");
	json_decref(o);
	done("switch interface b1 active");
	o = shown("show interface");
	assert_int_equal(json_array_size(o), 6);
	says(json_array_get(o, 5), "state", "active");
	json_decref(o);
	refused("add interface b2 port acc vlan 300,400,500", EINVAL, "OUTER,INNER");
	refused("add interface b2 port acc vlan 0", ERANGE, "1..4094");
	refused("add interface b2 port acc vlan 7 gateway 10.1.1.1", EINVAL, "'10.1.1.1' is no");
	refused("add interface b/2 port acc vlan 7", EINVAL, "cannot be a name");
	refused("del interface b1 port core", EINVAL, "on port acc, not core");
	done("del interface b1 port acc vlan 300,400 fallback to-b");
	refused("show interface b1", ENOENT, "show interface");
}

static void interface_del_neighbors(void **state)
{
	json_t *o;

	done("add interface n1 port core vlan 300 address 10.7.0.1/16");
	done("add route 203.0.113.0/24 via 10.7.0.2");
	done("del interface n1");
	o = shown("show route 203.0.113.0/24");
	says(json_array_get(o, 0), "via", "10.7.0.2");
	assert_true(json_is_true(json_object_get(json_array_get(o, 0), "unresolved")));
	json_decref(o);
	done("del route 203.0.113.0/24");
	o = shown("show neighbor");
	assert_int_equal(json_array_size(o), 0);
	json_decref(o);
}

// Gateway addresses make no connected route, others do; on an access port all are gateways.
static void interface_addresses(void **state)
{
	done("add interface n1 port core vlan 300 address 10.7.0.1/16 gateway 10.8.0.1/16");
	done("add interface a3 port acc vlan 300 address 10.9.0.1/16");
	assert_int_not_equal(gw_rib_lookup(&gw_vrfs[0].rib, IP(10, 7, 9, 9)), 0);
	assert_int_equal(gw_rib_lookup(&gw_vrfs[0].rib, IP(10, 8, 9, 9)), 0);
	assert_int_equal(gw_rib_lookup(&gw_vrfs[0].rib, IP(10, 9, 9, 9)), 0);
}

static void host_forms(void **state)
{
	json_t *o;

	tunnels_add();
	done("add host 10.1.1.5 mac 02:00:00:00:05:05 interface a1");
	done("add host 10.1.1.5 mac 02:00:00:00:05:05 interface a1 publish cost 30 standby vrf "
	     "default "
	     "symmetric to-c ingress-kbps 1000 egress-kbps 2000 egress-burst 10000 "
	     "egress-peak-kbps 4000 egress-peak-burst 20000");
	o = shown("show host 10.1.1.5");
	says(o, "mac", "02:00:00:00:05:05");
	says(o, "interface", "a1");
	says(o, "state", "standby");
	says(o, "symmetric", "to-c");
	assert_int_equal(number(o, "cost"), 30);
	assert_int_equal(number(json_object_get(o, "ingress"), "cir_kbps"), 1000);
	assert_int_equal(number(json_object_get(o, "egress"), "pbs_bytes"), 20000);
	json_decref(o);
	refused("add host 10.1.1.6 mac 02:00:00:00:05:05 interface a9", ENOENT, "\"a9\"");
	refused("add host 10.1.1.6 mac 02:00:00:00:05:05 interface a1 egress-burst 9000", EINVAL,
		"egress-kbps");
	assert_int_equal(gw_host_total(), 1);
}

// What is not the interface's VRF names both.
static void host_vrf(void **state)
{
	done("add interface r1 port acc vlan 500 vrf red");
	refused("add host 10.1.1.5 mac 02:00:00:00:05:05 interface r1 vrf default", EINVAL,
		"interface r1 is in VRF red, not default");
	done("add host 10.1.1.5 mac 02:00:00:00:05:05 interface r1 vrf red");
	refused("show host 10.1.1.5", ENOENT, "VRF default");
	done("show host 10.1.1.5 vrf red");
	done("del host 10.1.1.5 interface r1");
	refused("del host 10.1.1.5 vrf red", ENOENT, "no host");
}

// Words behind the address of what is deleted say which one is meant.
static void del_of_another(void **state)
{
	tunnels_add();
	done("add host 10.1.1.5 mac 02:00:00:00:05:05 interface a1");
	refused("del host 10.1.1.5 interface a2", ENOENT, "on interface a1, not a2");
	refused("del host 10.1.1.5 mac 02:00:00:00:05:06", ENOENT, "has MAC 02:00:00:00:05:05");
	done("add host-tunnel 10.1.1.7 group pair lifetime 60000");
	refused("del host-tunnel 10.1.1.7 tunnel to-b", ENOENT, "goes to pair, not to to-b");
	done("add segment 10.1.1.0/24 tunnel to-b cost 20 publish");
	refused("del segment 10.1.1.0/24 discard", ENOENT, "goes to to-b");
	done("add route 0.0.0.0/0 via 192.0.2.254");
	refused("del route 0.0.0.0/0 via 192.0.2.253", ENOENT, "is via 192.0.2.254");
	refused("del tunnel-group pair active to-c", EINVAL, "active to-b");
	refused("del tunnel to-c vxlan-gpe vni 101", EINVAL, "another one");
	done("del host 10.1.1.5 mac 02:00:00:00:05:05 interface a1");
	done("del host-tunnel 10.1.1.7 group pair lifetime 60000 vrf default");
	done("del segment 10.1.1.0/24 tunnel to-b cost 20 publish vrf default");
	done("del route 0.0.0.0/0 via 192.0.2.254 vrf default");
	done("del tunnel-group pair");
	done("del tunnel to-c vxlan-gpe vni 100 local 192.0.2.1 remote 192.0.2.3");
}

// Longest first, at equal length host, host-tunnel, segment, ordinary.
static void route_of_address(void **state)
{
	static const char *const kinds[] = {"host", "host-tunnel", "segment", "route", "route"};
	json_t *o;

	tunnels_add();
	done("add route 0.0.0.0/0 via 192.0.2.254");
	done("add route 10.1.1.0/24 via 192.0.2.254");
	done("add segment 10.1.1.0/24 tunnel pair cost 30 publish");
	done("add host 10.1.1.5 mac 02:00:00:00:05:05 interface a1");
	done("add host-tunnel 10.1.1.5 tunnel to-b");
	o = shown("show route 10.1.1.5");
	assert_int_equal(json_array_size(o), 5);
	for (size_t i = 0; i < 5; i++) {
		const json_t *row = json_array_get(o, i);

		says(row, "kind", kinds[i]);
		assert_int_equal(json_is_true(json_object_get(row, "best")), i == 0);
	}
	says(json_array_get(o, 0), "interface", "a1");
	says(json_array_get(o, 1), "tunnel", "to-b");
	says(json_array_get(o, 2), "group", "pair");
	assert_int_equal(number(json_array_get(o, 2), "cost"), 30);
	says(json_array_get(o, 4), "via", "192.0.2.254");
	json_decref(o);
	o = shown("show host 10.1.1.5");
	says(json_object_get(o, "host_tunnel"), "tunnel", "to-b");
	json_decref(o);
}

static void route_list(void **state)
{
	json_t *o;

	done("add segment 10.1.1.0/24 discard cost 20");
	done("add host 10.1.1.5 mac 02:00:00:00:05:05 interface a1");
	o = shown("show route 10.1.1.0/24");
	assert_int_equal(json_array_size(o), 2); // the gateway address is on two interfaces
	says(json_array_get(o, 0), "kind", "segment");
	assert_true(json_is_true(json_object_get(json_array_get(o, 0), "discard")));
	says(json_array_get(o, 1), "kind", "local");
	json_decref(o);
	done("show route");
	assert_non_null(strstr(out, "not listed: 1 hosts"));
	refused("show route vrf blue", ENOENT, "no VRF \"blue\"");
	o = shown("show route 203.0.113.1");
	assert_int_equal(json_array_size(o), 0);
	json_decref(o);
	o = shown("show route summary");
	assert_int_equal(number(json_object_get(o, "total"), "host"), 1);
	json_decref(o);
}

// Lists that take several calls are whole.
static void host_list_long(void **state)
{
	json_t *o;

	for (int i = 0; i < 5000; i++) {
		char line[96];

		snprintf(line, sizeof(line),
			"add host 10.1.%d.%d mac 02:00:00:00:%02x:%02x interface a1", 10 + (i >> 8),
			i & 255, i >> 8, i & 255);
		done(line);
	}
	o = shown("show host all");
	assert_int_equal(json_array_size(o), 5000);
	json_decref(o);
	o = shown("show host all vrf default");
	assert_int_equal(json_array_size(o), 5000);
	json_decref(o);
	o = shown("show host count");
	assert_int_equal(number(o, "hosts"), 5000);
	json_decref(o);
	o = gw_stats_json();
	assert_null(json_object_get(o, "hosts"));
	json_decref(o);
}

static void drop_sides(void **state)
{
	json_t *o;

	sent_free(received(net, "00")); // freed without a word: received, and nothing became of it
	GW_SLOW_STATS->received += 3;
	GW_SLOW_STATS->sent += 1;
	GW_SLOW_STATS->drop[GW_DROP_no_route] += 2;
	o = shown("show drop");
	assert_int_equal(number(o, "dropped"), 2);
	assert_int_equal(number(json_object_get(o, "reasons"), "drop_no_route"), 2);
	assert_int_equal(json_object_size(json_object_get(o, "reasons")), 1);
	assert_true(json_is_true(json_object_get(o, "balanced")));
	json_decref(o);
	done("show drop");
	assert_non_null(strstr(out,
		"received 3 + originated 0 + copied 0 = 3\n"
		"sent 1 + dropped 2 + consumed 0 + held 0 = 3\n"
		"drop_no_route "));
	o = shown("show drop all");
	assert_int_equal(json_object_size(json_object_get(o, "reasons")), GW_DROP_COUNT - 1);
	json_decref(o);
	memset(gw_lcore_stats, 0, sizeof(gw_lcore_stats));
}

static void stats_file(void **state)
{
	json_t *o;

	tunnels_add();
	done("add host 10.1.1.5 mac 02:00:00:00:05:05 interface a1");
	o = gw_stats_json();
	assert_int_equal(
		number(json_object_get(json_object_get(o, "ports"), "core"), "tx_octets"), 0);
	assert_int_equal(
		number(json_object_get(json_object_get(o, "interfaces"), "a1"), "rx_packets"), 0);
	assert_int_equal(
		number(json_object_get(json_object_get(o, "tunnels"), "to-b"), "tx_packets"), 0);
	assert_int_equal(number(json_object_get(o, "events"), "arp_reply_sent"), 0);
	assert_int_equal(
		number(json_array_get(json_object_get(o, "hosts"), 0), "policed_tx_octets"), 0);
	json_decref(o);
}

static void log_levels(void **state)
{
	done("set log iface debug");
	done("set log lib.* error");
	refused("set log nothing debug", ENOENT, "show log");
	refused("set log iface loud", EINVAL, "debug");
	done("set log iface notice");
}

// Counts of entries outlive the tables of a case.
static int setup(void **state)
{
	memset(gw_vrfs, 0, sizeof(gw_vrfs));
	return fixture_setup(state);
}

#define CASE(fn) cmocka_unit_test_setup_teardown(fn, setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(interface_forms),
		CASE(interface_addresses),
		CASE(interface_del_neighbors),
		CASE(host_forms),
		CASE(host_vrf),
		CASE(del_of_another),
		CASE(route_of_address),
		CASE(route_list),
		CASE(host_list_long),
		CASE(drop_sides),
		CASE(stats_file),
		CASE(log_levels),
	};
	int ret = FIXTURE_RUN(tests);

	free(out);
	return ret;
}
