#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors

# One control socket, one godwit: a second is refused and does no harm; what a killed one left is
# no obstacle.

# shellcheck disable=SC2317 # functions that are called by name
. "$(dirname "$0")/lib.sh"

cat >"$TEST_DIR/up.json" <<'JSON'
{
  "name": "up",
  "eal": ["--no-pci", "--no-huge"],
  "lcores": { "slow": 0, "workers": [0] },
  "ports": [ { "name": "core0", "device": "net_null0,no-rx=1", "addresses": ["192.0.2.1/24"] } ]
}
JSON
start_godwit - up "$TEST_DIR/up.json"
first=${PID_OF[up]}

# refused NAME SOCKET TEXT: a godwit with this socket ends with an error that has TEXT
refused() {
	spawn - "$1" "$BUILD/app/godwit" -c "$TEST_DIR/up.json" -s "$2"
	ended "$1" 15
	[ $? = 1 ] && grep -F "$3" "$TEST_DIR/$1.log"
}
says() { tail -n 1 "$TEST_DIR/$1.log"; }

check "a second one with the same socket is refused, which is named" \
	refused second "$TEST_DIR/up.sock" "$TEST_DIR/up.sock"
note "$(says second)"
is_first() { json up "r['pid'] == $first" show version; }
check "the first one goes on" is_first
start_godwit - other "$TEST_DIR/up.json"
ok "beside it one with another socket runs"
stop other
check "ended by SIGTERM it leaves no socket" [ ! -e "$TEST_DIR/other.sock" ]

stop up KILL
check "killed it leaves its socket" [ -S "$TEST_DIR/up.sock" ]
nobody_there() {
	ctl up show version && return 1
	[ $? = 2 ]
}
check "godwitctl says that nobody is there: status 2" nobody_there
start_godwit - up "$TEST_DIR/up.json"
ok "the next one starts all the same"
stop up INT
check "ended by SIGINT: status 0" [ $? = 0 ]

echo text >"$TEST_DIR/file"
check "a file that is no socket is refused" refused third "$TEST_DIR/file" "$TEST_DIR/file"
note "$(says third)"
check "and not touched" grep -q text "$TEST_DIR/file"
finish
