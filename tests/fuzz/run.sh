#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors
#
# Every fuzz target for a fixed number of executions, from its corpus; SOAK=1: an hour each.
# A crash leaves its input beside the build: build-fuzz/TARGET-...; run the target with it again.
set -u
cd "$(dirname "$0")/../.." || exit
export build=build-fuzz
declare -A runs=([cli]=200000 [config]=120000 [group]=200000 [lacp]=200000 [mlag]=60000 [netlink]=200000 [packet]=200000 [pair]=12000)

CC=clang scripts/build.sh $build -Dfuzz=true -Dtests=disabled -Db_sanitize=address,undefined \
	-Db_lundef=false -Dbuildtype=debugoptimized || { echo "not ok fuzz: build"; exit 1; }
export ASAN_OPTIONS=detect_leaks=0 UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1

# One target: a line that says how it went.
fuzz() {
	local target=$1 limit=$2 corpus log status=0
	corpus=$(mktemp -d)
	log=$(mktemp)
	if setarch -R "$build/tests/fuzz/fuzz_$target" "$limit" -seed=1 -max_len=4096 -timeout=20 \
		-artifact_prefix="$build/$target-" "$corpus" "tests/fuzz/corpus/$target" >"$log" 2>&1; then
		echo "ok fuzz: $target: $(grep -o 'Done [0-9]* runs' "$log")"
	else
		printf 'not ok fuzz: %s\n%s\n' "$target" "$(tail -40 "$log")"
		status=1
	fi
	rm -rf "$corpus" "$log"
	return $status
}
export -f fuzz

# As many at a time as there are CPUs.
for target in "${!runs[@]}"; do
	[ "${SOAK:-0}" = 1 ] && limit=-max_total_time=3600 || limit=-runs=${runs[$target]}
	echo "$target $limit"
done | sort | xargs -P "$(nproc)" -L 1 bash -c 'fuzz "$@"' fuzz
