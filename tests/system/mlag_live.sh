#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors

# An MLAG pair with a bond of Open vSwitch as its partner: answers land on either device as its hash
# decides. A device is killed and comes back, ports and links fail.

# shellcheck disable=SC2317 # functions that are called by name
. "$(dirname "$0")/lib.sh"
. "$LIB/mlag.sh"
needs ip ethtool ping python3 ovs-vswitchd ovsdb-server ovs-vsctl
mlag_net
mlag_config a
mlag_config b
switch_start fast
start_godwit a a "$TEST_DIR/a.json"
start_godwit b b "$TEST_DIR/b.json"

soon "the peers hear each other" 10 peers_up
soon "the partner sees one system on both links" 20 members_up
partners() { [ "$(ovs_app lacp/show bond0 | grep -c 'partner sys_id: 02:00:00:00:aa:00')" = 2 ]; }
check "and it is the pair's" partners
ids() { [ "$(ovs_app lacp/show bond0 | grep 'partner port_id' | sort -u | wc -l)" = 2 ]; }
check "with two port ids" ids
roles() { mlag a 'r["role"] == "primary"' && mlag b 'r["role"] == "secondary"'; }
check "the lower system id is primary" roles

soon "the router reaches the hosts through a" 10 pings
soon "both have learned all of them" 10 tables_equal
way b
soon "and through b" 10 pings
gateway_mac() { in_ns h0 ip neighbour show to 10.2.0.1 dev eth0 | grep -q 00:00:5e:00:01:0a; }
check "hosts know the gateway at the pair's MAC address" gateway_mac

pings_start 198.51.100.9
mark
soon "every host pings through the pair" 10 pongs 3

# A device dies (T9, T11 of the list of what users of others met; the rest is in lib/mlag_sync).
way a
stop b KILL
soon "with b dead the hosts are reached through a" 10 pings
soon "a is alone" 10 mlag a 'r["peer"] == "down"'
mark
soon "the pings of every host go on" 10 pongs 10
start_godwit b b "$TEST_DIR/b.json"
soon "b is back and in use" 40 members_up
check "with the table of a" tables_equal
way b
check "and forwards at once" pings
check "a is primary as before" mlag a 'r["role"] == "primary" and r["peer_role"] == "secondary"'
mark
soon "the pings of every host go on by both" 10 pongs 10

# The primary dies: the other one takes over, and keeps it.
stop a KILL
soon "with a dead the hosts are reached through b" 10 pings
soon "b is primary" 10 mlag b 'r["role"] == "primary"'
mark
soon "pings go on without the primary" 10 pongs 10
start_godwit a a "$TEST_DIR/a.json"
soon "a is back and in use" 40 members_up
check "with the table of b" tables_equal
check "b stays primary" mlag b 'r["role"] == "primary" and r["peer_role"] == "secondary"'
mark
soon "pings go on" 10 pongs 10
pings_stop
way b

# A member port fails.
in_ns switch ip link set l2 down
soon "b lost its port: traffic takes the peer link" 10 \
	mlag b 'r["members"][0]["traffic"] == "over the peer link"'
soon "the hosts are reached through b all the same" 10 pings 3
in_ns switch ip link set l2 up
soon "the port is back" 20 members_up
soon "and used" 10 pings 3
check "nothing was forgotten" tables_equal

# The peer link fails, the peer lives.
in_ns a ip link set peer down
soon "a, now the secondary, leaves the hosts to b" 20 mlag a 'r["dual_active"]'
soon "and takes its port out of sync" 5 mlag a 'r["members"][0]["here"] == "down"'
way b
soon "they are reached through b" 10 pings
in_ns a ip link set peer up
soon "the peer link is back" 40 members_up
soon "and the tables are equal" 10 tables_equal

# Somebody plugs the link of the secondary into another switch.
way b
check "the link of a is in another switch" switch_other_a
soon "a keeps its port out of sync and says why" 20 \
	mlag a 'r["members"][0]["held"] == "the peer has another partner"'
named() { grep -q "does not take this port and the peer.s together" "$TEST_DIR/a.log"; }
check "and the log has it" named
soon "hosts are reached through b" 10 pings 3

screen() { ctl a show mlag detail | grep -q "peer link    up"; }
check "show mlag says it on one screen" screen
soon "packets balance on a" 5 json a 'r["balanced"]' show drop
soon "packets balance on b" 5 json b 'r["balanced"]' show drop
finish
