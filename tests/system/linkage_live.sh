#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors

# The seed's example with real routing daemons: four servers on two switches below a gateway, each
# failure and each recovery under a stream of numbered packets to every server.
# linkage_live.sh [ospf|import|bgp|bird]; without an argument: ospf

. "$(dirname "$0")/lib.sh"
. "$LIB/routers.sh"
. "$LIB/linkage.sh"
. "$LIB/linkage_live.sh"
needs ip ethtool ping python3 tcpdump vtysh bird

WAY=${1:-ospf}
linkage_net
captures_start
routing_start "$WAY"
for up in a b; do
	switch_config "$up" "$PUBLISH" ', "delay_up_ms": 300, "adjacency": "route"' \
		>"$TEST_DIR/$up.json"
	start_godwit "$up" "$up" "$TEST_DIR/$up.json"
	spawn "$up" "watchdog_$up" "$BUILD/app/godwit-watchdog" -f "$TEST_DIR/$up.heartbeat" \
		-t 3000 # a busy machine is no hang
done
for up in a b; do soon "$up: adjacency and delay, then up" 40 group_is "$up" up; done
servers_start
for i in $SERVERS; do
	soon "10.10.10.$i is behind $(home_of "$i") at the gateway" 10 at_gateway "$i" "$(home_of "$i")"
	soon "and answers" 10 in_ns gw ping -c 1 -W 1 -I 192.0.2.9 "10.10.10.$i"
done
streams_start

# --- the link of server .2 to a: seed, example of figure 7
in_ns a ip link set d2 down
moves_to 2 b "server link down"
in_ns a ip link set d2 up
moves_to 2 a "server link up again"

# --- the uplink of a: figure 10
in_ns gw ip link set up-a down
moves_to 1 b "uplink down"
moves_to 2 b "uplink down"
soon "all downlinks of a are down" 2 no_carrier s4 pa
in_ns gw ip link set up-a up
moves_to 1 a "uplink up again"
moves_to 2 a "uplink up again"
check "the other switch's servers stayed" not_touched 4 5

# --- a is killed, and does not come back for now
stop a KILL
moves_to 1 b "kill -9 of a, under its watchdog"
moves_to 2 b "kill -9 of a, under its watchdog"
start_godwit a a "$TEST_DIR/a.json"
moves_to 1 a "a is started again"
moves_to 2 a "a is started again"
soon "no route of before is left" 2 publishes a "$TABLE" 10.10.10.1 10.10.10.2
soon "nor is one doubled at the other" 2 publishes b "$TABLE" 10.10.10.4 10.10.10.5

streams_end
captures_end

# --- the routing daemon of a starts anew: the servers see nothing of it
changes() { in_ns s1 cat /sys/class/net/pa/carrier_down_count; }
same() { [ "$(changes)" = "$before" ]; }
before=$(changes)
routing_stop
soon "the routing daemon of a is stopped: no adjacency" 15 json a \
	"r['groups'][0]['ports'][0]['reason'] == 'no adjacency'" show linkage
check "the group stays up" group_is a up
routing_again
for i in 1 2; do soon "it is back: 10.10.10.$i is behind a" 40 at_gateway "$i" a; done
check "the servers lost no carrier" same
finish
