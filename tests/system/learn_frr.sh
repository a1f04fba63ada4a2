#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors

# Ordinary routes out of the kernel: what FRR's ospfd puts there is learned and carries traffic, both
# families, one next hop and several; configured ones win; what is published is never learned back.

# shellcheck disable=SC2317 # functions that are called by name
. "$(dirname "$0")/lib.sh"
. "$LIB/routers.sh"
needs ip ethtool ping python3 vtysh

INTERNET=198.51.100.9
routers_net a
ns_add client
link client eth0 a acc0
in_ns gw ip address add $INTERNET/32 dev lo
in_ns client ip link set eth0 address 02:00:00:00:10:02
in_ns client ip address add 10.10.10.2/24 dev eth0
in_ns client ip route add default via 10.10.10.254
in_ns a sysctl -qw net.ipv6.conf.core0.disable_ipv6=0
frr_start gw "$ROUTER_CONF/frr/gateway-ospf.conf" ospfd
frr_start a "$ROUTER_CONF/frr/ospf-import-table.conf" ospfd
up_config a '{"table": 101, "cost_tables": {"20": 101, "30": 102}}' |
	/usr/bin/python3 "$LIB/merge.py" '{"learn": {"max_routes": 30000},
		"ports": [{"name": "core0", "device": "af_xdp:core0", "role": "network",
			"addresses": ["10.0.1.1/29", "2001:db8::1/64"],
			"pass": ["arp", "nd", "ospf", "bgp"]},
		{"name": "acc0", "device": "af_xdp:acc0", "role": "access",
			"addresses": ["10.10.10.254/24"]}],
		"hosts": [{"ip": "10.10.10.2", "mac": "02:00:00:00:10:02", "interface": "acc0",
			"publish": true}]}' >"$TEST_DIR/a.json"
start_godwit a a "$TEST_DIR/a.json"

# route PREFIX EXPRESSION: over what is known of it
route() { json a "[e for e in r if e['kind'] == 'route' and e['prefix'] == '$1'] != [] and
	[$2 for e in r if e['kind'] == 'route' and e['prefix'] == '$1'][0]" show route "$1"; }
no_route() { json a "not [e for e in r if e['kind'] == 'route' and e['prefix'] == '$1']" show route "$1"; }
learn() { json a "$1" show learn; }
DEFAULT='e["via"] == "10.0.1.2" and e["origin"] == "learned" and e["protocol"] == "ospf"'

soon "the gateway's default route is learned" 40 route 0.0.0.0/0 "$DEFAULT"
soon "the gateway knows the client" 20 gw_route 10.10.10.2/32 10.0.1.3
reaches() { in_ns client ping -c 1 -W 1 $INTERNET; }
soon "the client reaches the internet over it" 10 reaches

# Not in a circle.
copied() { in_ns a ip route show 10.10.10.2 proto zebra | grep -q blackhole; }
check "zebra has a copy of the published route in its main table" copied
check "it is not learned" no_route 10.10.10.2/32
check "but counted" learn 'r["ignored_type"] >= 1'
in_ns a ip route add 10.10.10.77/32 via 10.0.1.2 proto ospf
soon "a route to another's host is learned" 2 route 10.10.10.77/32 'e["protocol"] == "ospf"'
ctl a add host 10.10.10.77 mac 02:00:00:00:10:77 interface acc0 publish
soon "no longer when the host is published here" 2 no_route 10.10.10.77/32
check "which is counted" learn 'r["published_here"] == 1'
ctl a del host 10.10.10.77
soon "again when it has gone" 2 route 10.10.10.77/32 'e["protocol"] == "ospf"'
in_ns a ip route del 10.10.10.77/32 proto ospf
soon "a route that leaves the kernel is forgotten" 2 no_route 10.10.10.77/32
in_ns a ip route add 203.0.113.0/24 via 10.0.1.2 proto 200
in_ns a ip route add 203.0.113.0/24 via 10.0.1.2 table 101 proto ospf metric 5
in_ns a ip route add 203.0.114.0/24 via 10.0.1.2 proto static
in_ns a ip route add 203.0.115.0/24 via 10.0.1.2 proto bgp
soon "others are learned" 2 route 203.0.115.0/24 'e["protocol"] == "bgp"'
check "our protocol's, our tables' are not" no_route 203.0.113.0/24
check "nor those that no routing daemon made" no_route 203.0.114.0/24

# The configuration's come first.
ctl a add route 203.0.115.0/24 via 10.0.1.4
check "a configured route wins" route 203.0.115.0/24 'e["via"] == "10.0.1.4" and e["origin"] == "static"'
ctl a save "$TEST_DIR/saved.json"
saved() { [ "$(/usr/bin/python3 -c "import json; print([e['prefix'] for e in json.load(open('$TEST_DIR/saved.json'))['routes']])")" = "['203.0.115.0/24']" ]; }
check "and only that one is saved" saved
ctl a del route 203.0.115.0/24
check "without it the learned one counts" route 203.0.115.0/24 'e["via"] == "10.0.1.2"'
not_deleted() { ctl a del route 203.0.115.0/24 2>&1 | grep -q "learned from the kernel"; }
check "which is deleted in the kernel only" not_deleted

# Several next hops, metrics, families, interfaces.
in_ns a ip route replace 203.0.115.0/24 proto bgp nexthop via 10.0.1.2 nexthop via 10.0.1.4
soon "several next hops" 2 route 203.0.115.0/24 'sorted(v["via"] for v in e["vias"]) == ["10.0.1.2", "10.0.1.4"]'
in_ns a ip route add 203.0.115.0/24 via 10.0.1.5 proto ospf metric 7
in_ns a ip route del 203.0.115.0/24 proto bgp
soon "the next metric when the best goes" 2 route 203.0.115.0/24 'e["via"] == "10.0.1.5" and e["metric"] == 7'
in_ns a ip -6 route add 2001:db8:9::/48 via fe80::2 dev core0 proto bgp metric 20
soon "IPv6 by a link-local next hop" 2 route 2001:db8:9::/48 'e["via"] == "fe80::2" and e["interface"] == "core0"'
in_ns a ip -6 route append 2001:db8:9::/48 via fe80::3 dev core0 proto bgp metric 20
soon "and by two" 2 route 2001:db8:9::/48 '[v["via"] for v in e["vias"]] == ["fe80::2", "fe80::3"]'
in_ns a ip -6 route del 2001:db8:9::/48 via fe80::2 dev core0 metric 20
soon "of which one goes" 2 route 2001:db8:9::/48 'e["via"] == "fe80::3"'
in_ns a ip link add name other type bridge
in_ns a ip address add 192.0.2.1/24 dev other
in_ns a ip link set other up
in_ns a ip route add 203.0.116.0/24 via 192.0.2.2 proto bgp
soon "a route over an interface that is no port is counted" 2 learn 'r["over_other_interfaces"] == 1'
check "and not learned" no_route 203.0.116.0/24

# More at once than the socket holds.
for i in $(seq 0 19999); do echo "route add 100.64.$((i / 250)).$((i % 250))/32 via 10.0.1.2 proto bgp"; done >"$TEST_DIR/batch"
in_ns a ip -batch "$TEST_DIR/batch"
soon "20,000 routes" 20 learn 'r["learned"] >= 20000 and r["learned"] == r["kernel_routes"] - 1'
sed -i 's/add/del/' "$TEST_DIR/batch"
in_ns a ip -batch "$TEST_DIR/batch"
soon "and none of them" 20 learn 'r["learned"] < 10'

# What the kernel does without saying so.
in_ns gw ip link set up-a down
soon "without carrier no route leads there" 5 no_route 0.0.0.0/0
in_ns gw ip link set up-a up
soon "with it and the routing protocol it is back" 40 route 0.0.0.0/0 "$DEFAULT"
soon "and carries" 20 reaches
frr_stop a ospfd zebra
in_ns a ip route flush proto ospf
soon "without a routing daemon and its routes" 5 no_route 0.0.0.0/0
frr_start a "$ROUTER_CONF/frr/ospf-import-table.conf" ospfd
soon "and with it again" 40 route 0.0.0.0/0 "$DEFAULT"
stop a
start_godwit a a "$TEST_DIR/a.json"
soon "what was there before the start is learned" 2 route 0.0.0.0/0 "$DEFAULT"
soon "the client reaches the internet" 20 reaches
soon "packets balance" 5 json a 'r["balanced"]' show drop
finish
