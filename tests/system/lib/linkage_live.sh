# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors
# shellcheck shell=bash

# What the tests of linkage with routing daemons share; sourced after lib/linkage.sh.
# shellcheck disable=SC2034 # for those who source this

# routing_start WAY: daemons on the gateway and both switches; PUBLISH and TABLE for the switches
routing_start() {
	local up daemon=ospfd file=ospf-redistribute
	LEARN='"learn": {}'
	PUBLISH='{ "table": 254 }' TABLE=254
	case $1 in
	import)
		file=ospf-import-table
		PUBLISH='{ "table": 101, "cost_tables": { "10": 110, "20": 101, "30": 102 } }' TABLE=101
		;;
	bgp) daemon=bgpd file=bgp ;;
	bird)
		PUBLISH='{ "table": 100 }' TABLE=100
		bird_start gw "$ROUTER_CONF/bird/gateway-bgp.conf"
		bird_start a "$ROUTER_CONF/bird/bgp.conf"
		bird_start b "$(of_b "$ROUTER_CONF/bird/bgp.conf")"
		return
		;;
	esac
	frr_start gw "$ROUTER_CONF/frr/gateway-${daemon%d}.conf" "$daemon"
	frr_start a "$ROUTER_CONF/frr/$file.conf" "$daemon"
	frr_start b "$(of_b "$ROUTER_CONF/frr/$file.conf")" "$daemon"
}

home_of() { [ "$1" -lt 3 ] && echo a || echo b; }
via_of() { [ "$1" = a ] && echo 10.0.1.3 || echo 10.0.2.3; }
at_gateway() { gw_route "10.10.10.$1/32" "$(via_of "$2")"; }

# The link over which a server hears: pa or pb.
streams_start() {
	local i
	for i in $SERVERS; do
		spawn_ready "s$i" "count$i" /usr/bin/python3 "$LIB/stream.py" count 9000
		spawn gw "send$i" /usr/bin/python3 "$LIB/stream.py" send 192.0.2.9 "10.10.10.$i" 9000 500
		spawn gw "ping$i" ping -i 0.05 -I 192.0.2.9 "10.10.10.$i"
	done
}

# moves_to SERVER SWITCH WHAT: the gateway sends it there, packets arrive, and how long they did not
moves_to() {
	soon "$3: 10.10.10.$1 is behind $2" 10 at_gateway "$1" "$2" || return
	soon "$3: 10.10.10.$1 answers" 5 in_ns gw ping -c 1 -W 1 -I 192.0.2.9 "10.10.10.$1"
	lost_of "$1"
	note "$3: 10.10.10.$1 heard nothing for at most $LOST ms"
}

# The longest pause since the last question, in milliseconds.
lost_of() {
	kill -USR1 "${PID_OF[count$1]}"
	sleep 0.05
	LOST=$(tail -n 1 "$TEST_DIR/count$1.log")
}

# not_touched SERVER...: they lost nothing so far
not_touched() {
	local i
	for i in "$@"; do
		lost_of "$i"
		[ "${LOST%.*}" -lt 100 ] || { echo "10.10.10.$i: $LOST ms"; return 1; }
	done
}

# Of the pings through all of it most are answered: failures last milliseconds, tests seconds.
pinged() { awk '/transmitted/ { exit $4 < 0.8 * $1 || $1 < 100 }' "$TEST_DIR/ping$1.log"; }
streams_end() {
	local i
	for i in $SERVERS; do
		stop "send$i"
		stop "count$i"
		stop "ping$i" INT
		note "10.10.10.$i: $(tail -n 1 "$TEST_DIR/count$i.log")"
		check "10.10.10.$i: $(grep transmitted "$TEST_DIR/ping$i.log")" pinged "$i"
	done
}

# What either switch sends, on every link.
captures_start() {
	local up dev
	links_up
	for up in a b; do
		for dev in core0 d1 d2 d4 d5; do
			spawn "$up" "capture_${up}_$dev" tcpdump -i "$dev" -U -w "$TEST_DIR/$up-$dev.pcap" \
				-s 128
		done
	done
	for up in a b; do
		for dev in core0 d1 d2 d4 d5; do
			wait_for 10 test -s "$TEST_DIR/$up-$dev.pcap" || fail "capture on $dev of $up"
		done
	done
}

# Nothing on a link of one switch was sent by the other: neither from its addresses and MAC
# addresses, nor to them.
captures_end() {
	local up other dev n
	for up in a b; do
		other=$([ "$up" = a ] && echo b || echo a)
		n=$([ "$other" = a ] && echo 1 || echo 2)
		for dev in core0 d1 d2 d4 d5; do
			stop "capture_${up}_$dev"
			tcpdump -nner "$TEST_DIR/$up-$dev.pcap" "ether host $(mac_of "$other" core0) or
				host 10.0.$n.1 or host 10.0.$n.3" 2>/dev/null
		done
	done >"$TEST_DIR/exchanged"
	check "the switches exchange nothing with each other" test ! -s "$TEST_DIR/exchanged"
	check "and there was something to capture" test \
		"$(tcpdump -nr "$TEST_DIR/a-core0.pcap" 2>/dev/null | wc -l)" -gt 20
}
