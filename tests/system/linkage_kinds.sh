#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors

# Ports of every kind as uplinks and downlinks: AF_XDP, TAP, AF_PACKET. What a group wants is real: the
# other end loses its carrier, the interface of a TAP port goes down.

. "$(dirname "$0")/lib.sh"
. "$LIB/linkage.sh"
needs ip ethtool python3
[ -c /dev/net/tun ] || skip "needs /dev/net/tun"

ns_add a far
link a up1 far fup1
link a up2 far fup2
link a dx far fdx
link a dp far fdp
cat >"$TEST_DIR/a.json" <<'JSON'
{ "name": "a", "eal": ["--no-pci", "--no-huge"], "lcores": { "slow": 0, "workers": [0] },
  "ports": [
    { "name": "up1", "device": "af_xdp:up1" },
    { "name": "up2", "device": "net_af_packet0,iface=up2" },
    { "name": "dx", "device": "af_xdp:dx" },
    { "name": "dp", "device": "net_af_packet1,iface=dp" },
    { "name": "dt", "device": "net_tap0,iface=gwtap" },
    { "name": "dn", "device": "net_null0" } ],
  "linkage": [ { "name": "g1", "uplinks": ["up1", "up2"], "downlinks": ["dx", "dp", "dt", "dn"],
                 "delay_up_ms": 100 } ] }
JSON
tap_up() { in_ns a ip -br link show gwtap | grep -qw LOWER_UP; }
tap_down() { ! tap_up; }
all_up() { carrier far fdx && carrier far fdp && tap_up; }
all_down() { no_carrier far fdx && no_carrier far fdp && tap_down; }

start_godwit a a "$TEST_DIR/a.json"
soon "up after the start" 10 group_is a up
soon "AF_XDP, AF_PACKET and TAP are up" 5 all_up
in_ns far ip link set fup1 down
soon "one uplink of two is lost" 5 json a "r['groups'][0]['ports'][0]['state'] == 'down'" show linkage
check "and nothing happens" group_is a up
in_ns far ip link set fup2 down
soon "both are lost: down" 5 group_is a down
soon "all of them" 5 all_down
check "a device without a link is set down, too" json a \
	"r['groups'][0]['ports'][5]['state'] == 'down'" show linkage
in_ns far ip link set fup2 up
soon "an AF_PACKET uplink is back: up" 5 group_is a up
soon "all are" 5 all_up

# --- what the process before held stays so, also a device that comes with the process
in_ns far ip link set fup2 down
soon "down once more" 5 group_is a down
stop a KILL
start_godwit a a "$TEST_DIR/a.json"
check "a start without uplinks leaves it down" group_is a down
soon "all of them" 5 all_down
in_ns far ip link set fup2 up
soon "up with the uplink" 5 group_is a up
soon "all are once more" 5 all_up

# --- and what no group holds any more comes up
in_ns far ip link set fup2 down
soon "down a third time" 5 group_is a down
stop a KILL
sed 's/"dx", "dp", "dt", "dn"/"dp", "dn"/' "$TEST_DIR/a.json" >"$TEST_DIR/fewer.json"
start_godwit a a "$TEST_DIR/fewer.json"
check "a start with fewer downlinks" group_is a down
soon "those that are none any more are up" 5 carrier far fdx
check "also the TAP" tap_up
check "the other one is down" no_carrier far fdp
stop a
start_godwit a a "$TEST_DIR/a.json"
in_ns far ip link set fup2 up
soon "all of them again" 5 all_up

in_ns a ip link set dx down
in_ns far ip link set fup2 down
soon "down again" 5 group_is a down
in_ns far ip link set fup1 up
soon "up again" 5 group_is a up
soon "all but what somebody else has set down" 5 carrier far fdp
check "which stays down" no_carrier far fdx
check "and says so" json a \
	"r['groups'][0]['ports'][2]['reason'] == 'its interface was set down'" show linkage

# --- both uplinks are wanted; the third time that one goes is one too many
sed -i 's/"delay_up_ms": 100/"delay_up_ms": 100, "threshold": 2, "damping": { "flaps": 2 }/' "$TEST_DIR/a.json"
why() { json a "[e['why'] for e in r['groups'][0]['history'] if '$1' in e['why']] != []" show linkage; }
in_ns far ip link set fup2 up
soon "both uplinks are there" 5 json a "r['groups'][0]['ports'][1]['state'] == 'up'" show linkage
stop a
start_godwit a a "$TEST_DIR/a.json"
for i in 1 2 3; do
	soon "threshold 2: up with both ($i)" 5 group_is a up
	in_ns far ip link set fup1 down
	soon "threshold 2: down without one ($i)" 5 group_is a down
	in_ns far ip link set fup1 up
done
check "threshold 2: the reason" why "1 of 2 uplinks, 2 wanted: up1 has no carrier"
soon "damped" 5 why "damped: 3 flaps, held for 200 ms"
soon "and up" 5 group_is a up
finish
