#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors
#
# Every fuzz target for a fixed number of executions, from its corpus; SOAK=1: an hour each.
# A crash leaves its input beside the build: build-fuzz/TARGET-...; run the target with it again.
set -u
cd "$(dirname "$0")/../.."
build=build-fuzz
declare -A runs=([cli]=300000 [config]=200000 [group]=300000 [lacp]=300000 [mlag]=100000 [netlink]=300000 [packet]=300000 [pair]=20000)
failed=0

CC=clang scripts/build.sh $build -Dfuzz=true -Dtests=disabled -Db_sanitize=address,undefined \
	-Db_lundef=false -Dbuildtype=debugoptimized || { echo "not ok fuzz: build"; exit 1; }
export ASAN_OPTIONS=detect_leaks=0 UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
for target in cli config group lacp mlag netlink packet pair; do
	corpus=$(mktemp -d)
	log=$(mktemp)
	limit="-runs=${runs[$target]}"
	[ "${SOAK:-0}" = 1 ] && limit="-max_total_time=3600"
	if setarch -R $build/tests/fuzz/fuzz_$target $limit -seed=1 -max_len=4096 -timeout=20 \
		-artifact_prefix=$build/$target- "$corpus" tests/fuzz/corpus/$target >"$log" 2>&1; then
		echo "ok fuzz: $target: $(grep -o 'Done [0-9]* runs' "$log")"
	else
		echo "not ok fuzz: $target"
		tail -40 "$log"
		failed=1
	fi
	rm -rf "$corpus" "$log"
done
exit $failed
