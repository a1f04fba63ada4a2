#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors
#
# Changes of routes and trees under traffic. BUILD: build directory; SOAK=1: a hundred times as many.
set -u
cd "$(dirname "$0")/../.."
build=${BUILD:-build}
changes=1000000
[ "${SOAK:-0}" = 1 ] && changes=100000000
setarch -R "$build/tests/churn" "$changes"
routes=$?
setarch -R "$build/tests/tree_churn" $((changes / 50))
trees=$?
exit $((routes | trees))
