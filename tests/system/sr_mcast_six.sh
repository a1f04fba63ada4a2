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
RATE=400

six_net
six_start

# What each node's buffers are before the first stream.
in_use() { json "$1" 'sum(p["in_use"] for p in r.values())' show mbuf; }
declare -A BEFORE=()
for n in $NODES; do BEFORE[$n]=$(in_use "r$n"); done

streams() { spawn s "send_$1" "$LIB/mcast.py" send "$2" 5000 "$3" $RATE 1000000 -i "$4"; }
streams one $G1 1 s1
streams two $G2 2 s2
streams six $G1_6 61 s1

# --- joining and leaving
for n in $LEAVES; do joins "h$n" c1 $G1 "one$n"; done
for n in $LEAVES; do joins "h$n" c2 $G2 "two$n"; done
joins h6 c1 $G2 other_vrf
joins h7 c1 $G1_6 six7
for n in $LEAVES; do soon "vrf1's stream reaches R$n" 10 seen "one$n" 100; done
for n in 6 7; do soon "vrf2's stream reaches R$n" 10 seen "two$n" 100; done
soon "IPv6 reaches R7" 10 seen six7 100
check "R8 is no leaf of tree 2" eval '! seen two8'
check "a receiver in the other VRF has nothing" eval '! seen other_vrf'
stop other_vrf
stop two8

# What an access port sends: nothing more of the group after the last one has left.
group_tx() { json "$1" 'r["tx_packets"]' show port stats "$2"; }
quiet() {
	local before
	before=$(group_tx "$1" "$2")
	sleep 0.2
	[ $(($(group_tx "$1" "$2") - before)) -lt 20 ]
}
stop one8
soon "who leaves has the stream no more" 10 quiet r8 acc1
check "others have" eval 'before=$(tail -n 1 "$TEST_DIR/one7.log"); sleep 0.2
	[ "$(tail -n 1 "$TEST_DIR/one7.log")" != "$before" ]'
stop six7
joins h8 c1 $G1 one8
soon "who comes again has it again" 10 seen one8 100
finish
