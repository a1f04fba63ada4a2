#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors

# Multicast over an MLAG pair: hosts behind a bond of Open vSwitch join groups by IGMP and MLD, their
# reports land on either device, both know. A stream comes to both and is delivered once, whichever
# port or device fails, until the host leaves.

# shellcheck disable=SC2317 # functions that are called by name
. "$(dirname "$0")/lib.sh"
. "$LIB/mlag.sh"
needs ip ethtool ping python3 ovs-vswitchd ovsdb-server ovs-vsctl
G4=239.1.1.1
G6=ff3e::8000:1
mlag_net
mlag_net6
# shellcheck disable=SC2034 # for mlag_config
CORE='"sr_domain": true,'
for name in a b; do
	n=$([ $name = a ] && echo 1 || echo 2)
	mlag_config $name '{"group_membership": {"interfaces": ["mem"], "query_interval_s": 4,
			"query_response_ms": 500, "last_member_ms": 300},
		"sr_mcast": {"first_address": "fd00:0:'$n'::", "first_block": "fd00::/32",
			"tree_block": "fd00:ffff::/32",
			"trees": [{"source": "fd00:ffff:1::1", "branches": [], "decap": "default"}]}}'
done
switch_start fast
start_godwit a a "$TEST_DIR/a.json"
start_godwit b b "$TEST_DIR/b.json"
soon "the pair is up" 40 members_up

knows() { json "$1" "any(g['group'] == '$2' and g['interface'] == 'mem' for g in r)" show group; }
forgot() { json "$1" "not any(g['group'] == '$2' for g in r)" show group; }
both() { "$1" a "$2" && "$1" b "$2"; }
join() { # join NAME HOST GROUP
	spawn_ready "$2" "$1" "$LIB/mcast.py" join "$3" 5000 eth0 "$TEST_DIR/$1.json"
}
seen() { sed -n 's/^seen //p' "$TEST_DIR/$1.log" | tail -n 1; }
# goes_on NAME NUMBER: so many more than at the last `since NAME`
since() { SEEN[$1]=$(seen "$1"); }
goes_on() { [ "$(seen "$1")" -ge $((${SEEN[$1]:-0} + $2)) ]; }
all_go_on() { goes_on h0 "$1" && goes_on h1 "$1" && goes_on h2 "$1"; }
all_since() { since h0; since h1; since h2; }
declare -A SEEN=()

join h0 h0 $G4
join h1 h1 $G4
join h2 h2 $G6
soon "IGMP: both devices know" 10 both knows $G4
soon "MLD: both devices know" 10 both knows $G6
relayed() {
	mlag "$1" "r['counters'].get('record_sent', 0) + r['counters'].get('record_received', 0) > 0"
}
check "reports were relayed" relayed a

stream() { # stream NAME GROUP MARK
	spawn_ready router "$1" "$LIB/twin_stream.py" "$2" 5000 "$3" 200 \
		ra,02:00:00:00:0c:01,fd00:0:1:: rb,02:00:00:00:0c:02,fd00:0:2::
}
stream s4 $G4 4
stream s6 $G6 6
soon "the streams arrive" 10 all_go_on 200

check "a is primary, and delivers" mlag a 'r["role"] == "primary"'
in_ns switch ip link set l1 down
soon "the port of a is down" 10 mlag a 'r["members"][0]["here"] == "down"'
all_since
soon "the streams go on by b" 10 all_go_on 200
in_ns switch ip link set l1 up
soon "the port is back" 20 members_up
all_since
soon "the streams go on by a" 10 all_go_on 200

stop a KILL
all_since
soon "with a dead the streams go on by b" 20 all_go_on 200
check "b knows both groups" knows b $G4
start_godwit a a "$TEST_DIR/a.json"
soon "a is back and in use" 40 members_up
soon "IGMP: both know again" 20 both knows $G4
soon "MLD: both know again" 20 both knows $G6
all_since
soon "the streams go on" 10 all_go_on 200

# One of two hosts leaves: the other one still listens.
stop h1
all_since
soon "a host left, the other one has the stream" 10 goes_on h0 400
check "both still know" both knows $G4
stop h0
stop h2
soon "IGMP: the last one left, both forget" 10 both forgot $G4
soon "MLD: the last one left, both forget" 10 both forgot $G6
undelivered() { json "$1" 'r["reasons"].get("drop_mcast_no_receiver", 0)' show drop; }
declare -A BEFORE=([a]=$(undelivered a) [b]=$(undelivered b))
# 400 of 400 packets a second: neither of the streams has a receiver any more.
quiet() { [ "$(undelivered "$1")" -ge $((BEFORE[$1] + 400)) ]; }
soon "a delivers to nobody" 10 quiet a
soon "b delivers to nobody" 10 quiet b

# report NAME MARK EXPRESSION: of what a host has received of a stream
report() {
	/usr/bin/python3 -c '
import json, sys
m = json.load(open(sys.argv[1]))["marks"][sys.argv[2]]
print({k: m[k] for k in ("received", "lost", "twice", "gaps")})
sys.exit(not eval(sys.argv[3]))' "$TEST_DIR/$1.json" "$2" "$3"
}
for host in "h0 4" "h1 4" "h2 6"; do
	set -- $host
	note "$1: $(report "$1" "$2" True)"
	check "$1 got nothing twice" report "$1" "$2" 'm["twice"] == 0'
done
soon "packets balance on a" 5 json a 'r["balanced"]' show drop
soon "packets balance on b" 5 json b 'r["balanced"]' show drop
finish
