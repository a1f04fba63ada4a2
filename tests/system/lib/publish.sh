# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors
# shellcheck shell=bash
# shellcheck disable=SC2317 # functions that are called by name

# What every way of publishing must do, seen on the gateway's kernel; sourced after routers.sh. The
# test that sources it defines
#
#   routers FILE            start the daemons of gw, a and b
#   routers_stop NS         kill those of a user plane
#   routers_again NS        and start them again
#   metric_is PREFIX VIA N  what the gateway's daemon makes of cost N by that way
#   PUBLISH                 section "publish"
#   FIXED_METRIC, NOT_HEARD costs do not travel; user planes do not hear of each other

VIA_A=10.0.1.3
VIA_B=10.0.2.3

# host NAME LAST [COST]
host() { ctl "$1" add host "10.10.10.$2" mac "02:00:00:00:10:0$2" interface acc0 publish cost "${3:-20}"; }
unhost() { ctl "$1" del host "10.10.10.$2"; }
hears_gateway() { in_ns "$1" ip route show default | grep -q via; }
gw_count() { [ "$(in_ns gw ip route | grep -c '^10.1.')" = "$1" ] || in_ns gw ip route | grep -c '^10.1.'; }
many() {
	local i
	for i in $(seq 0 999); do
		echo "$1 host 10.1.$((i / 250)).$((i % 250 + 1))${2:-}"
	done
}

heard_at_b() { in_ns b ip route show 10.10.10.6 | grep -q via; }

# Two godwits, each with a host in its configuration.
publish_start() {
	local up n=0
	routers_net a b
	routers
	for up in a b; do
		n=$((n + 1))
		up_config $up "$PUBLISH" | /usr/bin/python3 "$LIB/merge.py" "{\"hosts\": [{
			\"ip\": \"10.10.10.$n\", \"mac\": \"02:00:00:00:10:01\",
			\"interface\": \"acc0\", \"publish\": true}]}" >"$TEST_DIR/$up.json"
		start_godwit $up $up "$TEST_DIR/$up.json"
	done
	soon "a hears the gateway" 40 hears_gateway a
	soon "b hears the gateway" 40 hears_gateway b
}

publish_checks() {
	soon "the gateway sends to a's host by a" 20 gw_route 10.10.10.1/32 $VIA_A
	soon "and to b's by b" 20 gw_route 10.10.10.2/32 $VIA_B
	host a 5
	soon "a host that is added is known there" 5 gw_route 10.10.10.5/32 $VIA_A
	soon "at its cost" 5 metric_is 10.10.10.5/32 $VIA_A 20
	if [ -z "${FIXED_METRIC:-}" ]; then
		host a 5 30
		soon "another cost arrives" 5 metric_is 10.10.10.5/32 $VIA_A 30
		check "and the route stays" gw_route 10.10.10.5/32 $VIA_A
	fi
	unhost a 5
	soon "a host that is deleted is withdrawn" 5 gw_route 10.10.10.5/32

	# It moves, the new way first.
	host a 6 30
	soon "a host at a" 5 gw_route 10.10.10.6/32 $VIA_A
	in_ns gw ip monitor route >"$TEST_DIR/gw_monitor" &
	MONITOR=$!
	[ -n "${NOT_HEARD:-}" ] || soon "which b hears of" 5 heard_at_b
	host b 6
	[ -n "${FIXED_METRIC:-}" ] || soon "at b, at a lower cost" 5 gw_route 10.10.10.6/32 $VIA_B
	[ -z "${FIXED_METRIC:-}" ] || soon "at b as well" 5 gw_route 10.10.10.6/32 $VIA_A $VIA_B
	unhost a 6
	soon "then at b only" 5 gw_route 10.10.10.6/32 $VIA_B
	no_hole() { ! grep -q "^Deleted 10.10.10.6" "$TEST_DIR/gw_monitor"; }
	check "the gateway had a way all the time" no_hole

	many add " mac 02:00:00:00:20:01 interface acc0 publish" >"$TEST_DIR/many"
	ctl a load "$TEST_DIR/many" >/dev/null
	soon "1,000 hosts are known" 20 gw_count 1000
	many del >"$TEST_DIR/many"
	ctl a load "$TEST_DIR/many" >/dev/null
	soon "and withdrawn, none left" 20 gw_count 0

	# A user plane is killed. What it wants stays, what it no longer knows of goes.
	host a 7
	soon "a host that only its memory knows" 5 gw_route 10.10.10.7/32 $VIA_A
	: >"$TEST_DIR/gw_monitor"
	stop a KILL
	check "kill -9: the routing daemon goes on" gw_route 10.10.10.1/32 $VIA_A
	start_godwit a a "$TEST_DIR/a.json"
	soon "within a second of its restart that host is unknown" 2 gw_route 10.10.10.7/32
	check "its other one is known" gw_route 10.10.10.1/32 $VIA_A
	no_flap() { ! grep "10.10.10.1 \|10.10.10.2 " "$TEST_DIR/gw_monitor"; }
	check "the gateway never lost it" no_flap
	kill $MONITOR

	# The routing daemon is killed.
	routers_stop a
	soon "without a's routing daemon the gateway loses its hosts" 15 gw_route 10.10.10.1/32
	routers_again a
	soon "they are back with it" 40 gw_route 10.10.10.1/32 $VIA_A
	refusals() { json a 'r["refusals"] == 0' show publish summary &&
		json b 'r["refusals"] == 0' show publish summary; }
	check "the kernel refused nothing" refusals
	stop a
	soon "a clean stop withdraws at once" 2 gw_route 10.10.10.1/32
}
