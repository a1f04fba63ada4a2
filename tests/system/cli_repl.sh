#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors

# The prompts of godwit -i and of godwitctl, typed at on a terminal; exit codes; JSON everywhere. No
# root.

# shellcheck disable=SC2317 # functions that are called by name
. "$(dirname "$0")/lib.sh"
needs_commands python3

cat >"$TEST_DIR/up.json" <<'JSON'
{
  "name": "up",
  "eal": ["--no-pci", "--no-huge"],
  "lcores": { "slow": 0, "workers": [0] },
  "ports": [ { "name": "core0", "device": "net_null0,no-rx=1", "addresses": ["192.0.2.1/24"],
               "neighbors": { "192.0.2.2": "02:00:00:00:0b:01" } },
             { "name": "acc0", "device": "net_null1,no-rx=1", "role": "access" } ],
  "interfaces": [ { "name": "a1", "port": "acc0", "vlans": [100], "gateways": ["10.1.1.1/24"] } ],
  "tunnels": [ { "name": "to-b", "type": "vxlan-gpe", "vni": 100, "local": "192.0.2.1",
                 "remote": "192.0.2.2" } ],
  "tunnel_groups": [ { "name": "g", "active": "to-b", "backup": "to-b" } ],
  "segments": [ { "prefix": "10.1.1.0/24", "tunnel": "to-b" } ],
  "hosts": [ { "ip": "10.1.1.5", "mac": "02:00:0a:01:01:05", "interface": "a1" } ],
  "host_tunnels": [ { "ip": "10.1.1.7", "tunnel": "g" } ],
  "routes": [ { "prefix": "0.0.0.0/0", "via": "192.0.2.254" } ],
  "sr_mcast": {
    "first_address": "fd00:0:3::", "first_block": "fd00::/32", "tree_block": "fd00:ffff::/32",
    "trees": [ { "source": "fd00:ffff:1::1", "branches": ["fd00:0:5::"], "decap": "default" } ],
    "flows": [ { "source": "10.1.1.5", "group": "232.1.1.1", "tree": "fd00:ffff:1::1" } ],
    "receivers": [ { "group": "232.1.1.1", "ports": ["a1"] } ] }
}
JSON
export HOME=$TEST_DIR # history
start_godwit - up "$TEST_DIR/up.json"

check "godwitctl's prompt: completion, history, Ctrl-C, Ctrl-D" \
	"$LIB/repl.py" godwitctl "$BUILD/app/godwitctl" -s "$TEST_DIR/up.sock"
check "history is kept" grep -q nosuch "$TEST_DIR/.godwit_history"
check "godwit -i: prompt, completion, quit" \
	"$LIB/repl.py" godwit "$BUILD/app/godwit" -i -c "$TEST_DIR/up.json" -s "$TEST_DIR/other.sock"
check "which leaves no socket" [ ! -e "$TEST_DIR/other.sock" ]
check "every show command as text and as JSON" \
	"$LIB/shows.py" "$BUILD/app/godwitctl" "$TEST_DIR/up.sock"

# status WANT COMMAND...
status() {
	local want=$1 got
	shift
	"$@"
	got=$?
	[ $got = "$want" ] || { echo "status $got, not $want"; return 1; }
}
ctl_up() { ctl up "$@"; }
check "status 0: done" status 0 ctl_up add host-tunnel 10.1.1.8 tunnel to-b
check "status 1: refused" status 1 ctl_up add host-tunnel 10.1.1.8 tunnel nosuch
check "status 1: not understood" status 1 ctl_up add hots 10.1.1.8
check "status 2: nobody there" \
	status 2 "$BUILD/app/godwitctl" -s "$TEST_DIR/nosuch.sock" show version
check "status 2: wrong option" status 2 "$BUILD/app/godwitctl" --nosuch
check "status 2: godwit without a configuration" status 2 "$BUILD/app/godwit"
check "status 1: godwit with one that is not there" \
	status 1 "$BUILD/app/godwit" -c "$TEST_DIR/nosuch.json"

# error_json EXPRESSION COMMAND...: what an error with -j says
error_json() {
	local expression=$1
	shift
	ctl up -j "$@" | /usr/bin/python3 -c '
import json, sys
r = json.load(sys.stdin)
sys.exit(None if eval(sys.argv[1]) else str(r))' "$expression"
}
check "an error as JSON: errno and text" \
	error_json 'r["errno"] == 2 and r["name"] == "ENOENT" and "nosuch" in r["error"]' \
	add host-tunnel 10.1.1.8 tunnel nosuch
check "and what was expected" \
	error_json 'r["errno"] == 22 and r["position"] == 5 and "host" in r["expected"]' add hots 10.1.1.8

# One command per line on stdin, up to the first error.
several() {
	! printf '%s\n' "add host-tunnel 10.1.1.20 tunnel to-b" "add nosuch" \
		"add host-tunnel 10.1.1.21 tunnel to-b" | ctl up && shows 10.1.1.20 && ! shows 10.1.1.21
}
shows() { json up "any(e['ip'] == '$1' for e in r)" show host-tunnel; }
check "commands on stdin, up to the first error" several
printf '%s\n' "# a comment" "add host-tunnel 10.1.1.22 tunnel to-b" "" "add nosuch" \
	>"$TEST_DIR/commands"
loads() {
	! ctl up load "$TEST_DIR/commands" 2>"$TEST_DIR/why" &&
		grep -F "$TEST_DIR/commands:4" "$TEST_DIR/why"
}
check "load names file and line of the first error" loads
check "and has carried out what stands before it" shows 10.1.1.22
only_one() { GODWIT_SOCKET=$TEST_DIR/up.sock "$BUILD/app/godwitctl" show version; }
check "the socket from \$GODWIT_SOCKET" only_one
options() {
	local program
	for program in godwit godwitctl; do
		"$BUILD/app/$program" --help | grep -q usage && "$BUILD/app/$program" --version || return
	done
}
check "--help and --version" options
schema() {
	"$BUILD/app/godwit" --print-schema | /usr/bin/python3 -c '
import json, sys
json.load(sys.stdin)["properties"]["hosts"]'
}
check "--print-schema is JSON" schema
check "shutdown" ctl up shutdown
check "ends with status 0" ended up
finish
