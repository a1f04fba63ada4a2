#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors

# A peer link that loses one in three messages, hosts that die and come back, devices that are killed
# and started: no entry differs between the devices for longer than twice the settling time while the
# peer link is up. SOAK=1: two minutes for each of the kills.

# shellcheck disable=SC2317 # functions that are called by name
. "$(dirname "$0")/lib.sh"
. "$LIB/mlag.sh"
needs ip ethtool python3
SETTLE_S=3
ROUND_S=$([ "${SOAK:-0}" = 1 ] && echo 120 || echo 10)
ns_add a b wire hosts
link a core hosts ra
link b core hosts rb
link a mem hosts l1
link b mem hosts l2
link a peer wire wa 1600
link b peer wire wb 1600
# What differs is mended by repair, long before it is asked again for its age.
ALONE='{"mlag": {"keepalive": null, "lacp": null, "delay_restore_s": 0, "arp_timeout_s": 20,
	"settle_ms": '$((SETTLE_S * 1000))'}}'
mlag_config a "$ALONE"
mlag_config b "$ALONE"
links_up
spawn_ready wire wire "$LIB/lossy.py" wa wb 1
start_godwit a a "$TEST_DIR/a.json"
start_godwit b b "$TEST_DIR/b.json"
soon "the peers hear each other" 20 peers_up
spawn_ready hosts hosts "$LIB/mortals.py" 60 1
spawn_ready - differ "$LIB/differ.py" "$BUILD/app/godwitctl" "$TEST_DIR/a.sock" "$TEST_DIR/b.sock"

# said WORD: the number after it in the last line
said() { tail -n 1 "$TEST_DIR/differ.log" | sed -n "s/.*$1 \\([0-9.]*\\).*/\\1/p"; }
# watched SECONDS: the tables were looked at for that long, or as long as it takes to look 10 times
watched() {
	local end=$((SECONDS + $1)) looks
	looks=$(said looks)
	until [ $SECONDS -ge $end ] && [ "$(said looks)" -ge $((${looks:-0} + 10)) ]; do
		[ $SECONDS -lt $((end + 60)) ] || return 1
		sleep 0.1
	done
}
check "both are watched" watched "$ROUND_S"
for victim in b a; do
	stop $victim KILL
	start_godwit $victim $victim "$TEST_DIR/$victim.json"
	soon "$victim was killed, and the peers hear each other" 20 peers_up
	check "both are watched" watched "$ROUND_S"
done
note "$(tail -n 1 "$TEST_DIR/differ.log")"
check "entries did differ" [ "$(said differences)" -gt 0 ]
check "no entry differed for longer than twice the settling time" \
	awk "BEGIN {exit !($(said longest) <= 2 * $SETTLE_S)}"
stop differ
stop hosts
stop wire
note "$(tail -n 1 "$TEST_DIR/hosts.log"); messages: $(tail -n 1 "$TEST_DIR/wire.log")"
lost() { awk '/^lost/ {exit !($2 > $4 / 5 && $2 < $4 / 2)}' "$TEST_DIR/wire.log"; }
check "one in three messages was lost" lost
check "hosts died" grep -Eq '^[1-9][0-9]* died, [1-9]' "$TEST_DIR/hosts.log"
soon "packets balance on a" 5 json a 'r["balanced"]' show drop
soon "packets balance on b" 5 json b 'r["balanced"]' show drop
finish
