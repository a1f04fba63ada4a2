# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors
# shellcheck shell=bash

# For system tests: source it, build a network out of namespaces (lib/net.sh), start godwit in them,
# print one line per check ("ok NAME", "not ok NAME: why", "skip NAME: why"), end with `finish`.

TEST=$(basename "$0" .sh)
FAILED=0
FINISHED=

. "$(dirname "${BASH_SOURCE[0]}")/lib/net.sh"

exec 3>&1 # what tests have to say, wherever a command's output goes

ok() { echo "ok $TEST: $1" >&3; }

not_ok() {
	echo "not ok $TEST: $1: ${2:-}" >&3
	FAILED=$((FAILED + 1))
	[ "$FAILED" -gt 1 ] || evidence >&3
}

note() { echo "# $TEST: $1" >&3; }

# skip WHY: the whole test
skip() {
	echo "skip $TEST: $1" >&3
	FINISHED=1
	exit 0
}

# fail NAME [WHY]: what follows would make no sense
fail() {
	not_ok "$1" "${2:-}"
	FINISHED=1
	exit 1
}

# check NAME COMMAND...: its last line of output is the reason why not
check() {
	local name=$1 status
	shift
	"$@" >"$TEST_DIR/said" 2>&1
	status=$?
	if [ "$status" = 0 ]; then
		ok "$name"
	else
		not_ok "$name" "$* (status $status): $(tail -n 1 "$TEST_DIR/said")"
		return 1
	fi
}

# soon NAME SECONDS COMMAND...: it succeeds in that time
soon() {
	local name=$1 seconds=$2
	shift 2
	if wait_for "$seconds" "$@"; then
		ok "$name"
	else
		not_ok "$name" "not within $seconds s: $* says: $("$@" 2>&1 | tail -n 1)"
		return 1
	fi
}

finish() {
	FINISHED=1
	exit $((FAILED > 0))
}

# What running godwits have to say, as comments.
evidence() {
	local name
	for name in "${!PID_OF[@]}"; do
		[ -S "$TEST_DIR/$name.sock" ] || continue
		echo "# --- $name"
		{
			timeout 5 "$BUILD/app/godwitctl" -s "$TEST_DIR/$name.sock" show drop
			timeout 5 "$BUILD/app/godwitctl" -s "$TEST_DIR/$name.sock" show port stats all
			tail -n 40 "$TEST_DIR/$name.log"
		} 2>&1 | sed 's/^/# /'
	done
}

# at_end STATUS: called by the trap on exit
at_end() {
	[ -n "$FINISHED" ] || echo "not ok $TEST: ended before its end (status $1)" >&3
	[ -n "$FINISHED" ] && [ "$FAILED" = 0 ] || return $(($1 > 0 ? $1 : 1))
}

# needs COMMAND...: skip the test without them, and without root
needs() {
	[ "$(id -u)" = 0 ] || skip "needs root for network namespaces and AF_XDP"
	needs_commands "$@"
}

needs_commands() {
	local command
	for command in "$@"; do
		command -v "$command" >/dev/null || skip "needs $command"
	done
}
