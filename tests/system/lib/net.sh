# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors
# shellcheck shell=bash

# Networks out of namespaces and veth pairs, godwits in them, and an end that leaves nothing behind.
# Who sources it defines fail NAME [WHY], which ends the program, and at_end, called first of all.
#
#   BUILD   build directory (default: build)
#   KEEP=1  leave namespaces, processes and files as they are at the end

set -u

BUILD=$(realpath "${BUILD:-build}")
# shellcheck disable=SC2034 # for those who source this
LIB=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
TEST_DIR=$(mktemp -d "/tmp/gwt$$_XXXXXX")
declare -A PID_OF=()
SPACES=()
LINK_ENDS=()

cleanup() {
	local status=$? pid space
	trap - EXIT
	trap '' INT TERM HUP
	at_end "$status" || status=$?
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
	exit "$status"
}
trap cleanup EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

# --- waiting: for a condition, never for a while

# wait_for SECONDS COMMAND...: until it succeeds
wait_for() {
	local deadline=$((${EPOCHREALTIME/./} + $1 * 1000000))
	shift
	until "$@" >/dev/null 2>&1; do
		[ "${EPOCHREALTIME/./}" -lt "$deadline" ] || return 1
		sleep 0.02
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
		in_ns "$name" sh -c 'for f in all default; do
			f=/proc/sys/net/ipv6/conf/$f/disable_ipv6
			[ ! -e $f ] || echo 1 >$f
		done'
		in_ns "$name" ip link set lo up
	done
}

# in_ns NS COMMAND...
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
	ip link add name "$2" mtu "$mtu" netns "$(ns "$1")" type veth \
		peer name "$4" mtu "$mtu" netns "$(ns "$3")" || fail "link $2 $4"
	link_end "$1" "$2" || fail "link $2"
	link_end "$3" "$4" || fail "link $4"
	LINK_ENDS+=("$1 $2" "$3 $4")
}

# The kernel takes up to a second to say that a link has a carrier.
links_up() {
	local end
	for end in "${LINK_ENDS[@]}"; do
		wait_for 5 link_is_up $end || fail "link $end" "is not up"
	done
	LINK_ENDS=()
}
link_is_up() { ip -n "$(ns "$1")" -br link show dev "$2" | grep -w UP; }

link_end() {
	in_ns "$1" ethtool -K "$2" tx off txvlan off >/dev/null && in_ns "$1" ip link set dev "$2" up
}

# bridge_add NS NAME PORT...
bridge_add() {
	local space=$1 name=$2 port
	shift 2
	in_ns "$space" ip link add name "$name" type bridge stp_state 0 mcast_snooping 0 ||
		fail "bridge $name"
	in_ns "$space" ip link set dev "$name" up
	for port in "$@"; do in_ns "$space" ip link set dev "$port" master "$name"; done
}

mac_of() { in_ns "$1" cat "/sys/class/net/$2/address"; }

# --- processes

# spawn NS NAME COMMAND...: in the background, output to $TEST_DIR/NAME.log, killed at the end.
# NS "-": no namespace of ours.
spawn() {
	local space=$1 name=$2
	shift 2
	: >"$TEST_DIR/$name.log"
	if [ "$space" = - ]; then
		"$@" >"$TEST_DIR/$name.log" 2>&1 </dev/null 3>&- &
	else
		ip netns exec "$(ns "$space")" "$@" >"$TEST_DIR/$name.log" 2>&1 </dev/null 3>&- &
	fi
	PID_OF[$name]=$!
}

# all_answered SUMMARY: of ping's last line, when ping was interrupted: the request that was under way
# then is not lost.
all_answered() {
	[[ $1 =~ ([0-9]+)\ packets\ transmitted,\ ([0-9]+)\ received ]] || return 1
	[ "${BASH_REMATCH[2]}" -gt 0 ] && [ $((BASH_REMATCH[1] - BASH_REMATCH[2])) -le 1 ]
}

# spawn_ready NS NAME COMMAND...: until it prints "ready" or the like
spawn_ready() {
	spawn "$@"
	wait_for 10 ready_or_ended "$2"
	is_ready "$2" || fail "start of $2" "$(tail -n 1 "$TEST_DIR/$2.log")"
}
is_ready() { grep -Eq "ready|listening on" "$TEST_DIR/$1.log"; }
ready_or_ended() { gone "${PID_OF[$1]}" || is_ready "$1"; }

# stop NAME [SIGNAL]: as a user would; its exit status
stop() {
	kill "-${2:-TERM}" "${PID_OF[$1]}" 2>/dev/null
	ended "$1"
}

# ended NAME [SECONDS]: wait for its end; its exit status. What bash says of killed jobs is lost.
ended() {
	local pid=${PID_OF[$1]}
	{
		wait_for "${2:-10}" gone "$pid" || kill -9 "$pid"
		unset "PID_OF[$1]"
		wait "$pid"
	} 2>/dev/null
}

# start_godwit NS NAME CONFIG [ARGUMENT...]: until it answers
start_godwit() {
	local name=$2
	links_up
	spawn_godwit "$@"
	wait_for 30 answers_or_ended "$name"
	answers "$name" && return
	sed 's/^/# /' "$TEST_DIR/$name.log"
	fail "start of $name" "no answer on its socket: $(tail -n 1 "$TEST_DIR/$name.log")"
}

# spawn_godwit NS NAME CONFIG [ARGUMENT...]: does not wait
spawn_godwit() {
	local space=$1 name=$2 config=$3
	shift 3
	spawn "$space" "$name" "$BUILD/app/godwit" -c "$config" -s "$TEST_DIR/$name.sock" "$@"
}

answers() { ctl "$1" show version >/dev/null 2>&1; }
answers_or_ended() { gone "${PID_OF[$1]}" || answers "$1"; }

# ctl NAME [-j] COMMAND...
ctl() {
	local name=$1
	shift
	"$BUILD/app/godwitctl" -s "$TEST_DIR/$name.sock" "$@"
}

# json NAME EXPRESSION COMMAND...: a Python expression over the command's result, called r
json() {
	local name=$1 expression=$2
	shift 2
	ctl "$name" -j "$@" | /usr/bin/python3 -c '
import json, sys
r = json.load(sys.stdin)
value = eval(f"({sys.argv[1]})")
print(value)
sys.exit(value is False or value is None)' "$expression"
}
