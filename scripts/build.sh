#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors
#
# Configure (once) and compile one build directory; says only what went wrong.
# usage: build.sh DIRECTORY [meson options]
set -eu
cd "$(dirname "$0")/.."

dir=$1
shift
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if [ ! -f "$dir/build.ninja" ]; then
	meson setup "$dir" "$@" >"$log" 2>&1 || { cat "$log" >&2; exit 1; }
fi
ninja -C "$dir" >"$log" 2>&1 || { grep -v '^\[[0-9]*/[0-9]*\] Compiling' "$log" >&2; exit 1; }
