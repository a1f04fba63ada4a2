#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors
#
# All system tests, or those named: run.sh [NAME...]
#
# They live with real peers, timers of the kernel and whoever else wants the CPUs: of all of them,
# one that fails is run once more, and that it failed at first is said at the end. Those named are
# run once, and what they say is seen as they say it.
#
#   BUILD   build directory (default: build)
#   KEEP=1  leave what they made (lib/net.sh)
#   SOAK=1  longer, those that know how
set -u
cd "$(dirname "$0")/../.." || exit
export BUILD=${BUILD:-build}

if [ "$(id -u)" != 0 ] && command -v sudo >/dev/null; then
	echo "# system tests need root for network namespaces: going on with sudo"
	exec sudo BUILD="$BUILD" KEEP="${KEEP:-0}" SOAK="${SOAK:-0}" "$0" "$@"
fi
[ -x "$BUILD/app/godwit" ] || { echo "not ok system: no $BUILD/app/godwit: make build"; exit 1; }

limit=$([ "${SOAK:-0}" = 1 ] && echo 900 || echo 180)

# A test that hangs is asked to clean up, and killed if it does not. So is one at Ctrl-C.
run() {
	local start=$SECONDS status
	timeout --kill-after=20 "$limit" "$1" &
	child=$!
	wait $child
	status=$?
	[ $status != 124 ] || echo "not ok $(basename "$1" .sh): out of time"
	[ $status != 137 ] || echo "not ok $(basename "$1" .sh): killed"
	echo "# $(basename "$1" .sh): $((SECONDS - start)) s"
	return $status
}
stop_all() {
	trap '' INT TERM
	kill $child 2>/dev/null
	wait $child
	exit 130
}
child=
trap stop_all INT TERM

# What it says goes to $log.
quietly() {
	run "$1" >"$log" 2>&1
}
log=$(mktemp)
trap 'rm -f "$log"' EXIT

failed=0
again=()
for path in tests/system/*.sh; do
	name=$(basename "$path" .sh)
	case $name in lib | run) continue ;; esac
	if [ $# != 0 ]; then
		[[ " $* " != *" $name "* ]] || run "$path" || failed=1
		continue
	fi
	if quietly "$path"; then
		cat "$log"
		continue
	fi
	grep -v '^ok ' "$log" | sed 's/^/# at first: /'
	quietly "$path" && again+=("$name") || failed=1
	cat "$log"
done
[ ${#again[@]} = 0 ] || echo "# failed at first, and passed when run again: ${again[*]}"
exit $failed
