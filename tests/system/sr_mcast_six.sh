#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors

# The worked example of multicast with six godwits, Linux senders and receivers (lib/six.sh): who
# joins has the stream, in his VRF and no other, and who leaves has it no more; trees change under
# traffic, and leaves that stay lose nothing.

# shellcheck disable=SC2317 # functions that are called by name
. "$(dirname "$0")/lib.sh"
. "$LIB/six.sh"
needs ip ethtool python3

G1=232.1.1.1
G2=232.1.1.2
G1_6=ff3e::8000:1
RATE=200

six_net
six_start '{ "group_membership": { "last_member_ms": 200 } }'
declare -A BEFORE=() # packet buffers in use before the first stream
for n in $NODES; do BEFORE[$n]=$(in_use "r$n"); done

streams() { spawn s "send_$1" "$LIB/mcast.py" send "$2" 5000 "$3" "$4" 1000000 -i "$5"; }
streams one $G1 1 $RATE s1
streams two $G2 2 $RATE s2
streams six $G1_6 61 100 s1

# --- who joins has the stream, in his VRF

for n in $LEAVES; do joins "h$n" c1 $G1 "one$n"; done
for n in $LEAVES; do joins "h$n" c2 $G2 "two$n"; done
joins h6 c1 $G2 other_vrf
joins h7 c1 $G1_6 six7
for n in $LEAVES; do soon "VRF 1's stream reaches R$n" 10 seen "one$n" 100; done
for n in 6 7; do soon "VRF 2's stream reaches R$n" 10 seen "two$n" 100; done
soon "IPv6 reaches R7" 10 seen six7 20
check "R8 is no leaf of tree 2" eval '! seen two8'
check "a receiver in the other VRF has nothing" eval '! seen other_vrf'
stop other_vrf
stop two8

# --- who leaves has it no more

sent_by() { json "$1" 'r["tx_packets"]' show port stats "$2"; }
# quiet NODE PORT: a stream would be 40 packets
quiet() {
	local before
	before=$(sent_by "$1" "$2")
	sleep 0.2
	[ $(($(sent_by "$1" "$2") - before)) -lt 10 ]
}
goes_on() {
	local before
	before=$(tail -n 1 "$TEST_DIR/$1.log")
	sleep 0.2
	[ "$(tail -n 1 "$TEST_DIR/$1.log")" != "$before" ]
}
stop one8
soon "who leaves has the stream no more" 10 quiet r8 acc1
check "others have it all the while" goes_on one7
stop six7
joins h8 c1 $G1 of_s1 $S1
soon "who asks for the source has the stream" 10 seen of_s1 100
stop of_s1
joins h8 c1 $G1 of_other 192.0.2.9
soon "who asks for another source has it not" 10 quiet r8 acc1
stop of_other
joins h8 c1 $G1 one8
soon "who comes again has it again" 10 seen one8 100

# --- addresses on the wire

# A node that is asked for its address answers, and is not pinged: that is for trees.
ctl r3 ping fd00:0:1:: count 1 >/dev/null 2>&1
pings() {
	json r1 'r[-1]["received"] == 3 or r["received"] == 3' tree-ping "$1" "fd00:0:$2::" \
		count 3 interval 100
}
for n in $LEAVES; do check "tree ping: R$n answers over tree 1" pings $R1_1 "$n"; done
for n in 6 7; do check "tree ping: R$n answers over tree 2" pings $R1_2 "$n"; done
for n in $LEAVES; do check "R$n counts pings of others" dropped "r$n" ping_not_mine 6; done
resolved() {
	local n
	for n in $NODES; do ctl "r$n" -j show neighbor; done | /usr/bin/python3 -c '
import json, sys
text, found, at = sys.stdin.read(), set(), 0
while text[at:].strip():
	part, at = json.JSONDecoder().raw_decode(text, at)
	at += len(text[at:]) - len(text[at:].lstrip())
	found |= {n["ip"] for n in part if n["mac"] and n["ip"].startswith("fd00:")}
own = {f"fd00:0:{n}::" for n in (1, 3, 5, 6, 7, 8)} | {"fd00:ffff:1::1", "fd00:ffff:1::2"}
print("missing:", *sorted(own - found))
sys.exit(not own <= found)'
}
soon "each of the 6 + 2 addresses is resolved on the wire" 5 resolved

# --- trees change under traffic

tree_change() {
	local i
	for ((i = 0; i < 20; i++)); do
		ctl r5 del mcast tree $R1_1 branch fd00:0:8:: &&
			ctl r3 set mcast tree $R1_1 branch fd00:0:6::,fd00:0:5:: &&
			ctl r5 add mcast tree $R1_1 branch fd00:0:8:: &&
			ctl r3 set mcast tree $R1_1 branch fd00:0:5::,fd00:0:6:: || return
	done
}
check "a leaf goes and comes 20 times" tree_change
stop one8
joins h8 c1 $G1 one8
soon "and has its stream at the end" 10 seen one8 100

# R8 gets another parent, R6: by a second address of the tree, installed from the leaves up; then
# the root leads the flows into it, and what is on its way by the old one arrives.
R1_3=fd00:ffff:1::3
move() {
	ctl r8 add mcast tree $R1_3 decap vrf1 && ctl r7 add mcast tree $R1_3 decap vrf1 &&
		ctl r6 add mcast tree $R1_3 branch fd00:0:8:: decap vrf1 &&
		ctl r5 add mcast tree $R1_3 branch fd00:0:7:: &&
		ctl r3 add mcast tree $R1_3 branch fd00:0:5::,fd00:0:6:: &&
		ctl r1 add mcast tree $R1_3 branch fd00:0:3:: &&
		ctl r1 add mcast flow vrf1 $S1 $G1 tree $R1_3 &&
		ctl r1 add mcast flow vrf1 2001:db8:51::1 $G1_6 tree $R1_3
}
tree_packets() { json "$1" 'r["rx_packets"]' show mcast tree "$2"; }
drained() {
	local n before
	for n in $LEAVES; do
		before=$(tree_packets "r$n" $R1_1)
		sleep 0.1
		[ "$(tree_packets "r$n" $R1_1)" = "$before" ] || return
	done
}
old_goes() {
	local n
	for n in 1 3 5 6 7 8; do ctl "r$n" del mcast tree $R1_1 || return; done
}
check "R8 moves from R5 to R6" move
soon "the old tree drains" 5 drained
check "and is deleted" old_goes
check "R8 has the stream by its new parent" goes_on one8
branch_tx() {
	json r6 "[b['tx_packets'] for b in r['branches']][0] > 0" show mcast tree $R1_3
}
check "R6 counts its branch" branch_tx

for name in one two six; do stop "send_$name"; done
sleep 0.3
whole() { # NAME MARK
	result "$1" "r['strange'] == 0 and list(r['marks']) == ['$2'] and
		(r['marks']['$2']['lost'], r['marks']['$2']['twice']) == (0, 0)"
}
for name in one6:1 one7:1 one8:1 two6:2 two7:2; do
	stop ${name%:*}
	check "nothing lost, nothing twice at ${name%:*}" whole ${name%:*} ${name#*:}
done

# --- what is left

counts() {
	json r3 '(lambda t: t["tx_packets"] == sum(b["tx_packets"] for b in t["branches"]) ==
		2 * t["rx_packets"])(r[0] if isinstance(r, list) else r)' show mcast tree $R1_2
}
check "R3 counts two copies a packet" counts
for n in $NODES; do
	soon "R$n: packets balance" 5 balanced "r$n"
	check "R$n: packet buffers are back" no_more_in_use "r$n" "${BEFORE[$n]}"
done
finish
