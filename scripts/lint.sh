#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors
#
# Formatting, static analysis, spelling, licence lines. One "ok" or "not ok" line a check.
set -u
cd "$(dirname "$0")/.."
export BUILD=${BUILD:-build}
log=$(mktemp)
trap 'rm -f "$log"' EXIT
failed=0

check() {
	local name=$1
	shift
	if "$@" >"$log" 2>&1; then
		echo "ok $name"
	else
		echo "not ok $name"
		head -40 "$log"
		failed=1
	fi
}

sources() {
	git ls-files '*.c' '*.h'
}

licence() {
	local bad
	bad=$(git ls-files '*.c' '*.h' '*.sh' '*.py' 'meson.build' '**/meson.build' Makefile |
		while read -r f; do
			head -3 "$f" | grep -q 'SPDX-License-Identifier: BSD-3-Clause' || echo "$f: no SPDX line"
		done)
	[ -z "$bad" ] || { echo "$bad"; return 1; }
}

format() {
	sources | xargs clang-format --dry-run --Werror
}

static_analysis() {
	cppcheck --quiet --error-exitcode=1 --std=c11 --enable=warning,portability \
		--inline-suppr --suppressions-list=scripts/cppcheck.txt -Ilib -j2 lib app
}

spelling() {
	codespell --ignore-words scripts/codespell.txt README.md docs lib app bpf tests/*.py \
		tests/functional tests/system tests/demo scripts config
}

check clang-format format
check licence licence
check cppcheck static_analysis
check codespell spelling
check docs scripts/check-docs.py
exit $failed
