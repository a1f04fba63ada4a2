#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors

# Neighbour discovery over an MLAG pair: hosts that speak IPv6 behind a bond of Open vSwitch, whose
# hash decides at which device an advertisement lands: of three hosts at a, of three at b. A device is
# killed and comes back.

# shellcheck disable=SC2317 # functions that are called by name
. "$(dirname "$0")/lib.sh"
. "$LIB/mlag.sh"
needs ip ethtool ping python3 ovs-vswitchd ovsdb-server ovs-vsctl
NET6=2001:db8:2::
mlag_net
mlag_net6
mlag_config a '{"mlag": {"arp_timeout_s": 4}}'
mlag_config b '{"mlag": {"arp_timeout_s": 4}}'
switch_start fast balance-slb
start_godwit a a "$TEST_DIR/a.json"
start_godwit b b "$TEST_DIR/b.json"
soon "the pair is up" 40 members_up
check "what half of the hosts send lands on a" lands l1 0 1 2
check "that of the others on b" lands l2 3 4 5

# The router's packets come by a, so that a asks; half of the answers are for it to hear by b.
soon "the router reaches the hosts through a" 20 pings 1 $NET6
soon "both have learned all of them" 10 tables_equal 6 $NET6
way6 b
soon "and through b" 5 pings 1 $NET6
gateway_mac() {
	in_ns h0 ip -6 neighbour show to 2001:db8:2::1 dev eth0 | grep -q 00:00:5e:00:01:0a
}
pings_start 2001:db8:9::9
mark
soon "every host pings through the pair" 10 pongs 3
check "hosts know the gateway at the pair's MAC address" gateway_mac
# What is sent to a device's own MAC address is relayed by whom it lands on: no IPv4 is spoken here.
relays() { mlag "$1" 'r["counters"].get("record_sent", 0) > 0'; }
soon "advertisements land on a, which relays them" 20 relays a
soon "and on b, which relays them" 20 relays b
check "nothing was malformed" mlag a 'not any(k.startswith("malformed") for k in r["counters"])'

# Who lives is asked again when its time is over, and stays (T2).
refreshed=$(mlag a 'r["counters"].get("refreshed", 0)')
again() { mlag a "r['counters'].get('refreshed', 0) >= $refreshed + 6"; }
soon "every host is asked again" 30 again
soon "and stays known to both" 10 tables_equal 6 $NET6

way6 a
stop b KILL
soon "with b dead the hosts are reached through a" 10 pings 1 $NET6
soon "a is alone" 10 mlag a 'r["peer"] == "down"'
mark
soon "the pings of every host go on" 10 pongs 10
knows_all() { [ "$(table a $NET6 | wc -l)" = 6 ]; }
soon "all hosts are known to a" 20 knows_all
start_godwit b b "$TEST_DIR/b.json"
soon "b is back and in use" 40 members_up
soon "with the table of a" 5 tables_equal 6 $NET6
way6 b
soon "and forwards" 5 pings 1 $NET6
mark
soon "the pings of every host go on by both" 10 pongs 10

stop a KILL
soon "with a dead the hosts are reached through b" 10 pings 1 $NET6
mark
soon "pings go on without a" 10 pongs 10
start_godwit a a "$TEST_DIR/a.json"
soon "a is back and in use" 40 members_up
soon "with the table of b" 5 tables_equal 6 $NET6
mark
soon "pings go on" 10 pongs 10
pings_stop

# A host dies: both forget it, and neither keeps the other's entry alive (T3).
in_ns h5 ip link set eth0 down
soon "a host that died is forgotten by both" 40 tables_equal 5 $NET6
soon "packets balance on a" 5 json a 'r["balanced"]' show drop
soon "packets balance on b" 5 json b 'r["balanced"]' show drop
finish
