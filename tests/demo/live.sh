# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors
# shellcheck shell=bash

# The second part of the demo: two godwits on AF_XDP ports, a client that roams between them.

MOVES=3 # out and home again, each
PER_SECOND=100

live_part() {
	title "2. Live: namespaces, veth pairs, AF_XDP ports"
	sed -n '/^#   client/,/^# leaves one/s/^# *//p' "$LIB/roam.sh" | head -n 3 >/dev/null
	sed -n 's/^#   /    /p' "$LIB/roam.sh" | head -n 3
	roam_net
	roam_start
	say
	say "The client on A pings the internet ($INTERNET):"
	in_ns client ping -c 3 -i 0.2 $INTERNET | sed -n 2,4p | indent
	ctl a show host $CLIENT | indent
	moving
	say
	counters
}

moving() {
	local i
	say
	say "Now it pings $PER_SECOND times a second and moves $MOVES times from A to B and home again."
	spawn client ping ping -i "0.0$((100 / (PER_SECOND / 10) ))" -O $INTERNET
	for ((i = 1; i <= MOVES; i++)); do
		replies 50
		go_to_b || fail "move to B"
		replies 50
		((i > 1)) || way "after the first move"
		go_home || fail "move home"
	done
	replies 50
	stop ping INT
	summary
}

# replies N: as many more than there are now
replies() {
	local want=$(($(replies_n) + $1))
	wait_for 10 replies_reach "$want" || fail "the client gets no answers" "$(tail -n 1 "$TEST_DIR/ping.log")"
}
replies_n() { grep -c "bytes from" "$TEST_DIR/ping.log"; }
replies_reach() { [ "$(replies_n)" -ge "$1" ]; }

way() {
	say "  $1:"
	say "    A: $(ctl a show route $CLIENT | head -n 1)"
	say "    B: $(ctl b show route $CLIENT | head -n 1)"
}

summary() {
	local line
	line=$(grep "packets transmitted" "$TEST_DIR/ping.log")
	say "  $line"
}

counters() {
	local up
	for up in a b; do
		say "User plane ${up^^}:"
		ctl "$up" show drop | indent
		ctl "$up" show tunnel | indent
	done
}
