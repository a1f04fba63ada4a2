#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors
#
# What a failure of a link costs with two switches and a gateway: linkage.sh WAY lost RUNS, or
# linkage.sh WAY move COUNT RUNS; WAY as in tests/system/linkage_live.sh. A JSON object each line.

here=$(dirname "$(realpath "$0")")
. "$here/../system/lib.sh"
. "$LIB/routers.sh"
. "$LIB/linkage.sh"
. "$LIB/linkage_live.sh"

way=$1
shift
{
	linkage_net
	links_up
	routing_start "$way"
	for up in a b; do
		switch_config "$up" "$PUBLISH" ', "delay_up_ms": 100, "adjacency": "route"
			, "damping": { "flaps": 1000 }' >"$TEST_DIR/$up.json"
		# Servers that fail on purpose are not to be damped; those that announce themselves once
		# do not answer probes.
		keepalive=$([ "$1" = move ] && echo 3600000 || echo 1000)
		sed -i "s/\"keepalive_ms\": 1000/\"damping\": { \"flaps\": 1000 }, \"max_per_port\": 20000, \"keepalive_ms\": $keepalive/" \
			"$TEST_DIR/$up.json"
		[ "$1" = lost ] || sed -i 's,"10.10.10.254/24","10.10.10.254/24"\, "10.10.127.254/18",' \
			"$TEST_DIR/$up.json"
		start_godwit "$up" "$up" "$TEST_DIR/$up.json"
	done
	for up in a b; do wait_for 40 group_is "$up" up || fail "$up" "does not come up"; done
	[ "$1" = move ] || servers_start
	[ "$1" = move ] || wait_for 20 at_gateway 2 a || fail "no route to the server"
} >&2
/usr/bin/python3 "$here/linkage_probe.py" "gwt$$_" "$@"
FAILED=$((FAILED + $?))
finish
