# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors
# shellcheck shell=bash

# The second part of the demo: two godwits on AF_XDP ports, a client that roams between them.

MOVES=3 # out and home again, each

live_part() {
	title "2. Live: namespaces, veth pairs, AF_XDP ports"
	sed -n 's/^#   \(client\|  \)/    \1/p' "$LIB/roam.sh" | head -n 3
	roam_net
	roam_start
	say "The client, on A, pings the internet:"
	in_ns client ping -c 3 -i 0.2 $INTERNET | sed -n 2,4p | indent
	ctl a show host $CLIENT | indent
	title "2. Live: the client moves while it pings, 100 times a second"
	say "Heard by both A and B while it changes over (soft handover):"
	moving
	hard_handover
	say "Its link torn from one access network and put into another (hard handover):"
	moving
	say "Lost is what is on its way at the moment in which the link is nowhere."
	title "2. Live: counters"
	counters
}

moving() {
	local i
	spawn client ping ping -i 0.01 $INTERNET
	for ((i = 1; i <= MOVES; i++)); do
		replies 30
		go_to_b || fail "move to B"
		replies 30
		((i > 1)) || [ $HANDOVER = hard ] || ways
		go_home || fail "move home"
	done
	replies 30
	stop ping INT
	say "  $((2 * MOVES)) moves: $(grep "packets transmitted" "$TEST_DIR/ping.log")"
}

# replies N: as many more than there are now
replies() {
	wait_for 10 replies_reach $(($(replies_n) + $1)) ||
		fail "the client gets no answers" "$(tail -n 1 "$TEST_DIR/ping.log")"
}
replies_n() { grep -c "bytes from" "$TEST_DIR/ping.log"; }
replies_reach() { [ "$(replies_n)" -ge "$1" ]; }

# The way to the client, by what each user plane holds while it is on B.
ways() {
	say "  on B: to the client by A's $(way a), then by B's $(way b)"
}
way() { json "$1" '"%(kind)s route" % r[0]' show route $CLIENT; }

counters() {
	local up
	for up in a b; do
		say "User plane ${up^^}:"
		ctl "$up" show drop | indent
		ctl "$up" show tunnel | indent
	done
}
