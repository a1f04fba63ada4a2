#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors
#
# Godwit's main job, shown twice: a client roams from user plane A to B and stays reachable. First
# on pcap files, which stay in demo-out/, then live, with ping as the client. `make demo`.

cd "$(dirname "$0")/../.." || exit
if [ "$(id -u)" != 0 ]; then
	if ! command -v sudo >/dev/null; then
		echo "demo: needs root for network namespaces and AF_XDP, and there is no sudo here" >&2
		exit 1
	fi
	echo "demo: needs root for network namespaces and AF_XDP: going on with sudo"
	exec sudo BUILD="${BUILD:-build}" KEEP="${KEEP:-0}" "$0" "$@"
fi

. tests/system/lib/net.sh
. tests/system/lib/roam.sh
. tests/demo/replay.sh
. tests/demo/live.sh

title() { printf '\n=== %s\n' "$*"; }
say() { printf '%s\n' "$*"; }
indent() { sed 's/^/    /'; }

# fail WHAT [WHY]
fail() {
	say "demo: failed: $1${2:+: $2}" >&2
	exit 1
}

# at_end STATUS: called by the trap on exit
at_end() {
	[ "$1" = 0 ] || say "demo: ended early; everything that it made is taken away" >&2
	return "$1"
}

replay_part
live_part
title "Done in $SECONDS s"
say "demo-out/ has the pcap files of the first part."
