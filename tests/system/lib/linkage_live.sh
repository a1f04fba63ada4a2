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
		ROUTING_DAEMON=bird ROUTING_FILE=$ROUTER_CONF/bird/bgp.conf
		return
		;;
	esac
	frr_start gw "$ROUTER_CONF/frr/gateway-${daemon%d}.conf" "$daemon"
	frr_start a "$ROUTER_CONF/frr/$file.conf" "$daemon"
	frr_start b "$(of_b "$ROUTER_CONF/frr/$file.conf")" "$daemon"
	ROUTING_DAEMON=$daemon ROUTING_FILE=$ROUTER_CONF/frr/$file.conf
}
# The routing daemon of a is stopped, and started again.
routing_stop() { stop "${ROUTING_DAEMON}_a"; }
routing_again() {
	[ "$ROUTING_DAEMON" != bird ] || { bird_start a "$ROUTING_FILE" && return; }
	frr_daemon a "$ROUTING_DAEMON"
	in_ns a vtysh --vty_socket "$TEST_DIR/frr_a" -f "$ROUTING_FILE" >/dev/null 2>&1
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

# far_end SWITCH INTERFACE: namespace and interface
far_end() { [ "$2" = core0 ] && echo "gw up-$1" || echo "s${2#d} p$1"; }

# What either switch sends and receives, on every link, at its other end: a capture beside AF_XDP sees
# nothing of what goes that way.
captures_start() {
	local up dev far
	links_up
	for up in a b; do
		for dev in core0 d1 d2 d4 d5; do
			read -ra far <<<"$(far_end $up $dev)"
			spawn "${far[0]}" "capture_${up}_$dev" tcpdump -i "${far[1]}" -U \
				-w "$TEST_DIR/$up-$dev.pcap" -s 128
		done
	done
	for up in a b; do
		for dev in core0 d1 d2 d4 d5; do
			wait_for 10 test -s "$TEST_DIR/$up-$dev.pcap" || fail "capture on $dev of $up"
		done
	done
}

# What on a link of one switch was sent by the other or to it: its addresses and MAC addresses; and the
# address that both have, from elsewhere.
exchanged() {
	local up other dev n
	for up in a b; do
		other=$([ "$up" = a ] && echo b || echo a)
		n=$([ "$other" = a ] && echo 1 || echo 2)
		for dev in core0 d1 d2 d4 d5; do
			tcpdump -nner "$TEST_DIR/$up-$dev.pcap" "ether host $(mac_of "$other" core0) or
				host 10.0.$n.1 or host 10.0.$n.3 or
				(src host 10.10.10.254 and not ether src 00:00:5e:00:01:01 and
					not ether src $(mac_of "$up" core0))" 2>/dev/null
		done
	done
}
exchanged_something() { [ -n "$(exchanged)" ]; }
exchanged_nothing() { ! exchanged_something; }
captured_on() {
	local name
	for name in "$@"; do
		[ "$(tcpdump -nr "$TEST_DIR/$name.pcap" udp port 9000 2>/dev/null | wc -l)" -gt 20 ] ||
			{ echo "$name"; return 1; }
	done
}
captures_end() {
	local up dev
	check "each link that was used was captured" captured_on {a,b}-core0 {a,b}-d1 {a,b}-d2 b-d4 b-d5
	check "the switches exchange nothing with each other" exchanged_nothing || exchanged | head -n 5 >&3
	# And it would have been seen.
	ctl a ping 10.0.2.1 count 1 >/dev/null
	soon "a packet from one to the other is found" 5 exchanged_something
	for up in a b; do
		for dev in core0 d1 d2 d4 d5; do stop "capture_${up}_$dev"; done
	done
}
