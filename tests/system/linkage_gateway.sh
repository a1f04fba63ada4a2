#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors

# A gateway that is a godwit: which switch and port lead to each server, with the states of uplink
# and downlink, all of it derived from what FRR gives the kernel. The server .1 is an Open vSwitch bond
# in active-backup mode, which says nothing when it moves: the switch that hears its route go asks.

. "$(dirname "$0")/lib.sh"
. "$LIB/routers.sh"
. "$LIB/linkage.sh"
. "$LIB/linkage_live.sh"
needs ip ethtool ping python3 vtysh ovs-vsctl ovs-vswitchd ovsdb-server

# sees SERVER FIELD VALUE
sees() {
	json gw "[s['$2'] for s in r['servers'] if s['server'] == '10.10.10.$1'] == ['$3']" show linkage
}
view() { json gw "[s for s in r['servers'] if s['server'] == '10.10.10.$1']" show linkage; }

linkage_net
links_up
routing_start ospf
for up in a b; do
	switch_config "$up" "$PUBLISH" ', "delay_up_ms": 300, "adjacency": "route"' \
		>"$TEST_DIR/$up.json"
	start_godwit "$up" "$up" "$TEST_DIR/$up.json"
done
cat >"$TEST_DIR/gw.json" <<JSON
{ "name": "gw", "eal": ["--no-pci", "--no-huge"], "lcores": { "slow": 0, "workers": [0] },
  "ports": [
    { "name": "to-a", "device": "af_xdp:up-a", "addresses": ["10.0.1.4/29"], "pass": ["arp", "ospf"] },
    { "name": "to-b", "device": "af_xdp:up-b", "addresses": ["10.0.2.4/29"], "pass": ["arp", "ospf"] } ] }
JSON
start_godwit gw gw "$TEST_DIR/gw.json"
for up in a b; do soon "$up: adjacency and delay, then up" 40 group_is "$up" up; done

bond_start s1 pa pb 10.10.10.1/24
soon "the bond reaches its gateway" 10 in_ns s1 ping -c 1 -W 1 10.10.10.254
server_start 4
soon "the bond is behind a" 10 sees 1 switch 10.0.1.3
soon "the other one behind b" 10 sees 4 switch 10.0.2.3
check "by this port of the gateway" sees 1 port to-a
check "whose uplink is up" sees 1 uplink up
check "and so is the downlink" sees 1 downlink up
check "with a cause" sees 1 cause "advertised by 10.0.1.3"

in_ns a ip link set d1 down
soon "the bond takes its other link, b asks for it and has it" 5 sees 1 switch 10.0.2.3
soon "which the gateway knows" 1 sees 1 port to-b
note "$(view 1)"
in_ns a ip link set d1 up
soon "back on its primary link" 10 sees 1 switch 10.0.1.3

in_ns b ip link set d4 down
in_ns a ip link set d4 down
soon "a server that is nowhere" 5 sees 4 downlink down
check "while the uplink to its switch is up or without routes" json gw \
	"[s['uplink'] for s in r['servers'] if s['server'] == '10.10.10.4'][0] in ('up', 'no routes')" \
	show linkage
note "$(view 4)"
in_ns b ip link set d4 up
soon "comes back" 10 sees 4 downlink up

in_ns a ip link set core0 down
soon "uplink of a lost: the bond is behind b" 10 sees 1 switch 10.0.2.3
check "as text" sh -c "'$BUILD/app/godwitctl' -s '$TEST_DIR/gw.sock' show linkage | grep -E '^10.10.10.1 +10.0.2.3 +to-b +up +up'"
finish
