# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors
# shellcheck shell=bash

# For system tests: source it, build a network out of namespaces, start godwit in them, print one
# line per check ("ok NAME", "not ok NAME: why", "skip NAME: why") and end with `finish`.
#
#   BUILD   build directory (default: build)
#   KEEP=1  leave namespaces, processes and files as they are at the end

set -u

BUILD=$(realpath "${BUILD:-build}")
TEST=$(basename "$0" .sh)
TEST_DIR=$(mktemp -d "/tmp/gwt$$_XXXXXX")
declare -A PID_OF=()
SPACES=()
FAILED=0
FINISHED=

# --- results

ok() { echo "ok $TEST: $1"; }

not_ok() {
	echo "not ok $TEST: $1: ${2:-}"
	FAILED=$((FAILED + 1))
	evidence
}

# skip WHY: the whole test
skip() {
	echo "skip $TEST: $1"
	FINISHED=1
	exit 0
}

# fail NAME WHY: what follows would make no sense
fail() {
	not_ok "$1" "${2:-}"
	FINISHED=1
	exit 1
}

# check NAME COMMAND...: its last line of output is the reason why not
check() {
	local name=$1 out
	shift
	if out=$("$@" 2>&1); then
		ok "$name"
	else
		not_ok "$name" "$* (status $?): $(tail -n 1 <<<"$out")"
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
			ctl "$name" show drop
			ctl "$name" show port stats all
			tail -n 40 "$TEST_DIR/$name.log"
		} 2>&1 | sed 's/^/# /'
	done
}

cleanup() {
	local status=$? pid space
	trap - EXIT
	[ -n "$FINISHED" ] || echo "not ok $TEST: ended before its end (status $status)"
	if [ "${KEEP:-0}" = 1 ]; then
		echo "# kept: namespaces ${SPACES[*]}, files in $TEST_DIR, processes ${PID_OF[*]}"
	else
		for pid in "${PID_OF[@]}"; do kill "$pid" 2>/dev/null; done
		for pid in "${PID_OF[@]}"; do
			wait_for 5 gone "$pid" || kill -9 "$pid" 2>/dev/null
		done
		for space in "${SPACES[@]}"; do
			# Children of ours, if any are left: nobody else is in there.
			for pid in $(ip netns pids "$space"); do kill -9 "$pid"; done
			ip netns del "$space"
		done 2>/dev/null
		rm -rf "$TEST_DIR"
	fi
	[ -n "$FINISHED" ] && [ "$FAILED" = 0 ] || exit $((status > 0 ? status : 1))
	exit "$status"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# needs COMMAND...: skip the test without them, and without root
needs() {
	local command
	[ "$(id -u)" = 0 ] || skip "needs root for network namespaces"
	for command in "$@"; do
		command -v "$command" >/dev/null || skip "needs $command"
	done
}

# --- waiting: for a condition, never for a while

# wait_for SECONDS COMMAND...: until it succeeds
wait_for() {
	local deadline=$((${EPOCHREALTIME/./} + $1 * 1000000))
	shift
	until "$@" >/dev/null 2>&1; do
		[ "${EPOCHREALTIME/./}" -lt "$deadline" ] || return 1
		sleep 0.05
	done
}

gone() { ! kill -0 "$1"; }

# --- networks

# The name that a namespace of this run has outside.
ns() { echo "gwt$$_$1"; }

# ns_add NAME...: namespaces without IPv6, whose packets of its own spoil counters
ns_add() {
	local name
	for name in "$@"; do
		ip netns add "$(ns "$name")" || fail "namespace $name"
		SPACES+=("$(ns "$name")")
		in_ns "$name" sysctl -qw net.ipv6.conf.all.disable_ipv6=1 \
			net.ipv6.conf.default.disable_ipv6=1
		in_ns "$name" ip link set lo up
	done
}

in_ns() {
	local name
	name=$(ns "$1")
	shift
	ip netns exec "$name" "$@"
}

# link NS1 IF1 NS2 IF2 [MTU]: a veth pair, up. What its ends send is whole: the kernel would leave
# checksums and VLAN tags to hardware that is not there, and AF_XDP sees frames as they were left.
link() {
	local mtu=${5:-1500}
	ip link add "$2" mtu "$mtu" netns "$(ns "$1")" type veth \
		peer name "$4" mtu "$mtu" netns "$(ns "$3")" || fail "link $2 $4"
	link_end "$1" "$2" || fail "link $2"
	link_end "$3" "$4" || fail "link $4"
}

link_end() {
	in_ns "$1" ethtool -K "$2" tx off txvlan off >/dev/null && in_ns "$1" ip link set "$2" up
}

mac_of() { in_ns "$1" cat "/sys/class/net/$2/address"; }

# --- processes

# spawn NS NAME COMMAND...: in the background, output to $TEST_DIR/NAME.log, killed at the end
spawn() {
	local space=$1 name=$2
	shift 2
	ip netns exec "$(ns "$space")" "$@" >"$TEST_DIR/$name.log" 2>&1 </dev/null &
	PID_OF[$name]=$!
}

# stop NAME: as a user would; its exit status
stop() {
	local pid=${PID_OF[$1]}
	kill "$pid"
	wait_for 10 gone "$pid" || kill -9 "$pid"
	unset "PID_OF[$1]"
	wait "$pid"
}

# start_godwit NS NAME CONFIG [ARGUMENT...]: until it answers
start_godwit() {
	local space=$1 name=$2 config=$3
	shift 3
	spawn "$space" "$name" "$BUILD/app/godwit" -c "$config" -s "$TEST_DIR/$name.sock" "$@"
	wait_for 30 answers_or_ended "$name"
	answers "$name" && return
	sed 's/^/# /' "$TEST_DIR/$name.log"
	fail "start of $name" "no answer on its socket: $(tail -n 1 "$TEST_DIR/$name.log")"
}

answers() { ctl "$1" show version >/dev/null 2>&1; }
answers_or_ended() { gone "${PID_OF[$1]}" || answers "$1"; }

# ctl NAME COMMAND...
ctl() {
	local name=$1
	shift
	"$BUILD/app/godwitctl" -s "$TEST_DIR/$name.sock" "$@"
}
