#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors

# A switch with 800 servers that is killed: under its watchdog, started anew beside it, and without
# one. More routes than fit into one message of netlink, or one of its batches.

. "$(dirname "$0")/lib.sh"
. "$LIB/linkage.sh"
needs ip ethtool

MANY=800
ns_add gw a s
link gw up-a a core0
link a d1 s pa
in_ns a sysctl -qw net.ipv4.ip_forward=0
# They announce themselves when their link is set up; the first of them may go without the others.
in_ns s sysctl -qw net.ipv4.conf.pa.arp_notify=1 net.ipv4.conf.pa.promote_secondaries=1
servers() { seq "$1" "$2" | awk '{ printf "10.11.%d.%d\n", $1 / 250, $1 % 250 + 1 }'; } # FIRST LAST
addresses() { # ADD|DEL FIRST LAST
	servers "$2" "$3" | sed "s|.*|address $1 &/20 dev pa|" | in_ns s ip -batch - ||
		fail "addresses of the servers"
}
cat >"$TEST_DIR/a.json" <<'JSON'
{ "name": "a", "eal": ["--no-pci", "--no-huge"], "lcores": { "slow": 0, "workers": [0] },
  "ports": [
    { "name": "core0", "device": "af_xdp:core0", "addresses": ["10.0.1.1/29"] },
    { "name": "d1", "device": "af_xdp:d1", "host_routes": true, "addresses": ["10.11.15.254/20"] } ],
  "linkage": [ { "name": "g1", "uplinks": ["core0"], "downlinks": ["d1"], "delay_up_ms": 100 } ],
  "publish": { "table": 101 } }
JSON

# The servers FIRST to LAST are published, each once, and nobody else.
publishes_range() {
	local want have
	want=$(servers "$1" "$2" | sed 's/$/ 101/' | sort)
	have=$(in_ns a ip route show table all proto 200 | sed 's/^blackhole \([^ ]*\) table \([0-9]*\) .*/\1 \2/' |
		sort)
	[ "$have" = "$want" ] || { echo "$(grep -c . <<<"$have") of $(($2 - $1 + 1))"; false; }
}
publishes_none() { [ -z "$(in_ns a ip route show table all proto 200)" ]; }
announce() { in_ns s ip link set pa down && in_ns s ip link set pa up; }
# A burst may be more than is taken at once: those that were not heard say it again.
announced() {
	publishes_range "$@" && return
	announce
	wait_for 2 publishes_range "$@"
}
watchdog_start() {
	spawn a watchdog "$BUILD/app/godwit-watchdog" -f "$TEST_DIR/a.heartbeat" -t 3000
	wait_for 5 json a "r['watchdog'] > 0" show linkage
}
fenced() { [ "$(grep -c "downlinks were set down" "$TEST_DIR/watchdog.log")" = "$1" ]; }

addresses add 0 $((MANY - 1))
start_godwit a a "$TEST_DIR/a.json"
soon "up after the delay" 10 group_is a up
check "the watchdog is there" watchdog_start
soon "$MANY servers are published" 30 announced 0 $((MANY - 1))

# --- killed, for good
stop a KILL
soon "kill -9: all routes are withdrawn" 5 publishes_none
soon "the watchdog has finished" 5 fenced 1
check "none was refused" grep -q "$MANY routes withdrawn, 0 were refused" "$TEST_DIR/watchdog.log"
check "the servers see it" no_carrier s pa
check "none is left" publishes_none

# --- and started again; meanwhile some have gone
addresses del 0 99
start_godwit a a "$TEST_DIR/a.json"
soon "started after that: up after the delay" 5 carrier s pa
soon "those that are there are published" 30 announced 100 $((MANY - 1))

# --- killed and started at once, whether the watchdog has acted by then or is at it
for i in 1 2 3; do
	kill -9 "${PID_OF[a]}"
	ended a
	spawn_godwit a a "$TEST_DIR/a.json"
	wait_for 30 answers a || fail "start of a"
	soon "killed and started at once ($i): up" 10 group_is a up
	soon "its servers are published, no other" 30 announced 100 $((MANY - 1))
done

# --- without a watchdog: what is left by the one before is swept, and who is there is asked
stop watchdog
stop a KILL
check "without a watchdog all stay" publishes_range 100 $((MANY - 1))
addresses del 100 299
spawn_godwit a a "$TEST_DIR/a.json"
wait_for 30 answers a || fail "start of a"
from=${EPOCHREALTIME/./}
soon "of the routes before, those are there again whose servers answer" 5 publishes_range 300 $((MANY - 1))
note "within $(((${EPOCHREALTIME/./} - from) / 1000)) ms"
finish
