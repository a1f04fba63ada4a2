#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors

# trace start, show and stop while packets flow.

# shellcheck disable=SC2317 # functions that are called by name
. "$(dirname "$0")/lib.sh"
. "$LIB/one_up.sh"
needs ip ethtool ping
one_up

spawn client ping ping -i 0.02 $INTERNET
spawn router noise ping -i 0.02 192.0.2.1

recorded() { json up "len(r) >= $1 or sys.exit(str(len(r)))" trace show; }
all_are() { json up "all($1 for p in r) or sys.exit(str(r))" trace show; }

check "trace start" ctl up trace start count 8 host $CLIENT
soon "records as many packets as wanted" 10 recorded 8
check "and not one more" json up 'len(r) == 8' trace show
check "only the host's" all_are "any('$CLIENT' in (s['src'], s['dst']) for s in p['steps'])"
check "both directions" json up '{p["port"] for p in r} == {"core0", "acc0"}' trace show
check "downstream takes the host route" json up \
	'any(s["route"] == "host 10.1.1.5" for p in r if p["port"] == "core0" for s in p["steps"])' \
	trace show
check "upstream takes the default route" json up \
	'any("192.0.2.254" in s["route"] for p in r if p["port"] == "acc0" for s in p["steps"])' \
	trace show
text() { ctl up trace show | grep -q "$1"; }
check "as text" text "octets on port acc0"

check "a new trace, of one port" ctl up trace start count 5 port acc0
soon "records" 10 recorded 5
check "only that port's" all_are "p['port'] == 'acc0'"
check "trace stop" ctl up trace stop
refused() { ! ctl up trace start count "$1" && ! ctl up trace start port nosuch; }
check "a trace of no packet is refused" refused 0
check "an unknown port is named" \
	grep -q nosuch <<<"$(ctl up trace start port nosuch 2>&1)"
stop ping INT
summary=$(grep transmitted "$TEST_DIR/ping.log")
check "tracing costs no packet: $summary" all_answered "$summary"
finish
