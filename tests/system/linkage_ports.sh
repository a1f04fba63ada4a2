#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors

# One switch without a routing daemon: servers become host routes, uplinks bind downlinks, and
# whatever ends the switch ends in the right state.

. "$(dirname "$0")/lib.sh"
. "$LIB/linkage.sh"
needs ip ethtool ping python3

linkage_net
switch_config a '{ "table": 101 }' >"$TEST_DIR/a.json"
start_godwit a a "$TEST_DIR/a.json"
soon "the first start brings the downlinks up after the delay" 10 group_is a up
check "it was held until then" json a \
	"[e['why'] for e in r['groups'][0]['history']][-1] == 'first start'" show linkage
servers_start
soon "servers behind it are host routes" 5 publishes a 101 10.10.10.1 10.10.10.2
check "not those whose first link is elsewhere" has_not a 4
soon "a server reaches the gateway" 5 in_ns s1 ping -c 1 -W 1 10.10.10.254
soon "a server reaches another one of its subnet" 5 in_ns s1 ping -c 1 -W 1 10.10.10.2
check "the subnet itself is no route" json a \
	"[x for x in r if x['prefix'] == '10.10.10.0/24'] == []" show route

# --- a server's link
in_ns s2 ip link set pa down
soon "link down: withdrawn" 2 publishes a 101 10.10.10.1
soon "the server uses its other link" 2 server_on 2 pb
in_ns s2 ip link set pa up
soon "link up: back" 5 publishes a 101 10.10.10.1 10.10.10.2

# --- the uplink
in_ns gw ip link set up-a down
soon "uplink down: the group is down" 2 group_is a down
soon "servers lose their carrier" 2 no_carrier s1 pa
soon "host routes are withdrawn" 2 publishes a 101
check "the port says why" json a \
	"r['groups'][0]['ports'][1]['reason'] == '0 of 1 uplinks, 1 wanted: core0 has no carrier'" \
	show linkage
ctl a set port d5 down
in_ns gw ip link set up-a up
soon "uplink up: the group comes up" 5 group_is a up
soon "servers have a carrier" 2 carrier s1 pa
soon "and are host routes again" 5 publishes a 101 10.10.10.1 10.10.10.2
check "set port down wins" no_carrier s5 pa
ctl a set port d5 up
soon "set port up" 2 carrier s5 pa

# --- a server that says nothing any more
in_ns s1 ip address flush dev pa
soon "silent: withdrawn after the probes" 4 publishes a 101 10.10.10.2
in_ns s1 ip address add 10.10.10.1/24 dev pa
in_ns s1 ip route replace default via 10.10.10.254
in_ns s1 ping -c 1 -W 1 10.10.10.254 >/dev/null
soon "it speaks: back" 2 publishes a 101 10.10.10.1 10.10.10.2

# --- reload
sed -i 's/"delay_up_ms": 300/"delay_up_ms": 200, "threshold": 1/' "$TEST_DIR/a.json"
check "reload of a group" ctl a reload
check "is no flap" json a "r['groups'][0]['flaps'] == 1 and r['groups'][0]['state'] == 'up'" \
	show linkage
sed 's/"core0"\]/"core0", "d1"]/' "$TEST_DIR/a.json" >"$TEST_DIR/bad.json"
check "a port that is both is refused" sh -c \
	"'$BUILD/app/godwit' -c '$TEST_DIR/bad.json' --check 2>&1 | grep 'stands in /linkage/0/'"

# --- ends
acted() { [ "$(grep -c "downlinks were set down" "$TEST_DIR/watchdog.log")" = "$1" ]; }
not_acted() { carrier s1 pa && acted 0; }
carrier_changes() { in_ns s1 cat /sys/class/net/pa/carrier_down_count; }
before=$(carrier_changes)
ctl a restart-in-service
ended a
check "restart in service: routes stay" publishes a 101 10.10.10.1 10.10.10.2
start_godwit a a "$TEST_DIR/a.json"
soon "its servers are found again" 2 has_server a 2
sleep 1 # stale routes are swept after 500 ms
check "and stay published" publishes a 101 10.10.10.1 10.10.10.2
check "without a flap" test "$(carrier_changes)" = "$before"

stop a
check "clean stop: routes are gone" publishes a 101
check "downlinks are down" no_carrier s1 pa
start_godwit a a "$TEST_DIR/a.json"
soon "started again: up after the delay" 5 carrier s1 pa
soon "with its servers" 5 publishes a 101 10.10.10.1 10.10.10.2

spawn a watchdog "$BUILD/app/godwit-watchdog" -f "$TEST_DIR/a.heartbeat"
soon "the watchdog is seen" 5 json a "r['watchdog'] > 0" show linkage
stop a KILL
soon "kill -9: the watchdog takes the downlinks down" 1 no_carrier s1 pa
soon "and withdraws the routes" 1 publishes a 101
start_godwit a a "$TEST_DIR/a.json"
soon "started after that: up after the delay" 5 carrier s1 pa
soon "with its servers again" 5 publishes a 101 10.10.10.1 10.10.10.2
check "the reason is there" json a \
	"[e['why'] for e in r['groups'][0]['history']][-1] == 'taken down by the watchdog'" \
	show linkage

in_ns a ip link set d5 down # by the administrator of the machine: nobody's to bring up
soon "a port that somebody else set down" 2 no_carrier s5 pa
kill -STOP "${PID_OF[a]}"
soon "it hangs: the watchdog takes the downlinks down" 3 no_carrier s1 pa
soon "and withdraws the routes" 1 publishes a 101
kill -CONT "${PID_OF[a]}"
soon "it goes on: up after the delay" 5 carrier s1 pa
soon "with its servers once more" 5 publishes a 101 10.10.10.1 10.10.10.2
check "but for what somebody else had set down" no_carrier s5 pa
check "which says so" json a \
	"r['groups'][0]['ports'][4]['reason'] == 'its interface was set down'" show linkage

# --- the watchdog itself
check "a second one is refused" sh -c \
	"'$BUILD/app/godwit-watchdog' -f '$TEST_DIR/a.heartbeat' 2>&1 | grep 'another watchdog has it'"
stop a KILL
soon "kill -9 once more" 2 acted 3
stop watchdog KILL
in_ns a ip link set d1 up
spawn a watchdog "$BUILD/app/godwit-watchdog" -f "$TEST_DIR/a.heartbeat"
soon "the next watchdog has it" 5 grep -q "watching process" "$TEST_DIR/watchdog.log"
check "and does nothing a second time" not_acted
start_godwit a a "$TEST_DIR/a.json"
soon "up after the delay, though nobody wrote down who killed whom" 5 group_is a up
soon "with all servers" 5 publishes a 101 10.10.10.1 10.10.10.2
finish
