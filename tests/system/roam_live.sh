#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors

# A client roams from a to b and home again, again and again, with UDP both ways and TCP going on;
# then the interface half on a is switched to b's and back. The network is in lib/roam.sh. A soft
# handover loses nothing; a hard one what is on its way.

# shellcheck disable=SC2317 # functions that are called by name
. "$(dirname "$0")/lib.sh"
. "$LIB/roam.sh"
needs ip ethtool bridge ping

MOVES=5 # out and home again, each
RATE=2000

roam_net
roam_start

# counter NS NAME: counts UDP packets to port 9000 in NS
counter() { spawn_ready "$1" "$2" "$LIB/udp.py" count 9000 "$TEST_DIR/$2.json"; }
result() { /usr/bin/python3 -c '
import json, sys
r = json.load(open(sys.argv[1]))
print(r)
sys.exit(not eval(sys.argv[2]))' "$TEST_DIR/$1.json" "$2"; }

counter client down
counter router up
spawn_ready router echo "$LIB/tcp.py" echo $INTERNET 9001
spawn client talk "$LIB/tcp.py" talk $INTERNET 9001
spawn router send_down "$LIB/udp.py" send $CLIENT 9000 $RATE 1000000
spawn client send_up "$LIB/udp.py" send $INTERNET 9000 $RATE 1000000

# Both directions go on at each place for a while.
stays() { sleep 0.3; }
moves() {
	local i
	for ((i = 0; i < MOVES; i++)); do
		stays
		go_to_b || return
		stays
		go_home 1000 || return
	done
	stays
}

# One store on a moves every client of a1 to the half that is ready for it, through the fallback.
switches() {
	local i
	ctl b add host $CLIENT mac $CLIENT_MAC interface b1
	for ((i = 0; i < 3; i++)); do
		attach b && arrived_at_b && ctl a switch interface a1 standby || return
		stays
		ctl a switch interface a1 active && attach a || return
		stays
	done
}

soon "the tunnel's next hop is known before it is needed" 5 json a \
	'any(n["ip"] == "192.0.2.2" and n["state"] == "reachable" for n in r)' show neighbor
check "$((2 * MOVES)) moves" moves
check "6 switches of the interface" switches
stop send_down
stop send_up
stop talk
check "a TCP connection lives on" grep "^[1-9]" "$TEST_DIR/talk.log"
note "TCP, lines there and back and longest wait in ms: $(tail -n 1 "$TEST_DIR/talk.log")"
stop down
stop up
check "soft handover: to the client nothing lost, nothing twice" \
	result down 'r["received"] > 4000 and r["lost"] == r["twice"] == 0'
# A packet that a has in its queue when the client's entry goes, or the half becomes standby, is not
# taken any more: that is counted.
drops_are() {
	json "$1" "set(r['reasons']) <= set([$2]) or sys.exit(str(r['reasons']))" show drop
}
late=$(json a 'r["reasons"].get("drop_source_moved", 0)' show drop)
standby=$(json a 'r["reasons"].get("drop_standby", 0)' show drop)
late=$((late + standby))
note "soft handover, $((2 * MOVES + 6)) moves: $late packets still in a's queue when the entry went"
check "soft handover: from the client nothing lost but those, nothing twice" \
	result up "r['received'] > 4000 and r['lost'] <= $late and r['twice'] == 0"
check "soft handover: they are few" [ "$late" -le $((2 * MOVES * 5)) ]
check "soft handover: a dropped nothing else" drops_are a "'drop_source_moved', 'drop_standby'"
check "soft handover: b dropped nothing" drops_are b ""

tunnel_count() { json "$1" "r['$3']" show tunnel "$2"; }
carried() {
	local sent received
	sent=$(tunnel_count a to-b tx_packets)
	received=$(tunnel_count b to-a rx_packets)
	echo "a sent $sent, b received $received"
	[ "$sent" -gt 1000 ] && [ "$sent" = "$received" ]
}
soon "what a put into the tunnel came out at b" 5 carried

hard_handover
spawn client ping ping -i 0.01 $INTERNET
check "$((2 * MOVES)) moves, hard handover" moves
stop ping INT
summary=$(grep transmitted "$TEST_DIR/ping.log")
note "hard handover, $((2 * MOVES)) moves: $summary"
few_lost() {
	local sent received rest
	read -r sent rest rest received rest <<<"$summary"
	[[ $summary != *duplicates* ]] && [ $((sent - received)) -le $((2 * MOVES * 3)) ]
}
check "hard handover: at most 3 packets lost a move, none twice" few_lost
check "hard handover: a dropped only what came too early" \
	drops_are a "'drop_source_moved', 'drop_standby'"
check "hard handover: b dropped nothing" drops_are b ""
soon "a's packets balance" 5 json a 'r["balanced"]' show drop
soon "b's packets balance" 5 json b 'r["balanced"]' show drop
gone_after_lifetime() { json b 'len(r) == 0' show host-tunnel; }
soon "nothing is left at b" 5 gone_after_lifetime
finish
