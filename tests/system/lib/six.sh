# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors
# shellcheck shell=bash

# The worked example of multicast, live: six user planes, two sources, receivers behind three of them;
# sourced after net.sh. The network is that of the functional cases (tests/functional/mcast.py):
#
#   s  s1 --- src1 [r1] r3 --- r1 [r3] r5 --- r3 [r5] r7 --- r5 [r7] acc1 --- c1  h7
#      s2 --- src2                     r6 --+        r8 --+         acc2 --- c2
#                                           |             +- r5 [r8] acc1, acc2 - c1, c2  h8
#                                           +- r3 [r6] acc1, acc2 --------------- c1, c2  h6

NODES="1 3 5 6 7 8"
LEAVES="6 7 8"
S1=198.51.100.1
S2=203.0.113.1
R1_1=fd00:ffff:1::1
R1_2=fd00:ffff:1::2

# speaks_ip6 NS IF: a host's link, without packets that nothing asked for
speaks_ip6() {
	in_ns "$1" sh -c "cd /proc/sys/net/ipv6/conf/$2 && echo 0 >router_solicitations &&
		echo 0 >accept_dad && echo 0 >disable_ipv6"
}

six_net() {
	local pair n k
	ns_add r1 r3 r5 r6 r7 r8 s h6 h7 h8
	for pair in "1 3" "3 5" "3 6" "5 7" "5 8"; do
		set -- $pair
		link "r$1" "r$2" "r$2" "r$1" 1600
	done
	for k in 1 2; do
		link s s$k r1 src$k
		speaks_ip6 s s$k
	done
	in_ns s ip address add $S1/24 dev s1
	in_ns s ip address add $S2/24 dev s2
	in_ns s ip address add 2001:db8:51::1/64 dev s1 nodad
	in_ns s ip address add 2001:db8:52::1/64 dev s2 nodad
	for n in $LEAVES; do
		for k in 1 2; do
			link "h$n" c$k "r$n" acc$k
			in_ns "h$n" ip address add "10.$n.$k.2/24" dev c$k
			speaks_ip6 "h$n" c$k
		done
	done
}

# six_start [CHANGE...]: changes for every node, see merge.py
six_start() {
	local n
	links_up
	for n in $NODES; do
		"$LIB/six.py" "$n" $((n % $(nproc))) | /usr/bin/python3 "$LIB/merge.py" "$@" \
			>"$TEST_DIR/r$n.json"
		spawn_godwit "r$n" "r$n" "$TEST_DIR/r$n.json"
	done
	for n in $NODES; do
		wait_for 60 answers_or_ended "r$n"
		answers "r$n" && continue
		sed 's/^/# /' "$TEST_DIR/r$n.log"
		fail "start of r$n" "$(tail -n 1 "$TEST_DIR/r$n.log")"
	done
}

# joins HOST INTERFACE GROUP NAME [SOURCE...]: a receiver, $TEST_DIR/NAME.json when it is stopped
joins() {
	local host=$1 interface=$2 group=$3 name=$4
	shift 4
	spawn_ready "$host" "$name" "$LIB/mcast.py" join "$group" 5000 "$interface" \
		"$TEST_DIR/$name.json" "$@"
}
# seen NAME [AT LEAST]: a receiver that has had packets
seen() { [ "$(tail -n 1 "$TEST_DIR/$1.log" | sed 's/[^0-9]//g')" -ge "${2:-1}" ]; }
# result NAME CONDITION: of a receiver that was stopped
result() {
	/usr/bin/python3 -c '
import json, sys
r = json.load(open(sys.argv[1]))
print(r)
sys.exit(not eval(f"({sys.argv[2]})"))' "$TEST_DIR/$1.json" "$2"
}

# in_use NODE: packet buffers. Ports hold some of those that they have sent, so that a comparison of
# two moments has a tolerance (the functional cases have none).
in_use() { json "$1" 'sum(p["in_use"] for p in r.values())' show mbuf; }
# no_more_in_use NODE BEFORE
no_more_in_use() {
	local now
	now=$(in_use "$1")
	[ "$now" -le $(($2 + 64)) ] || { echo "$now packet buffers in use, $2 before"; return 1; }
}

# drops NODE REASON: how many
drops() { json "$1" "r['reasons'].get('$2', r['reasons'].get('drop_$2', 0))" show drop; }
# dropped NODE REASON AT_LEAST
dropped() { [ "$(drops "$1" "$2")" -ge "$3" ]; }
balanced() { json "$1" 'r["balanced"]' show drop; }
