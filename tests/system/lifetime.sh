#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors

# A host-tunnel route with a lifetime goes by itself; one that replaces it stays. No traffic, no
# root.

# shellcheck disable=SC2317 # functions that are called by name
. "$(dirname "$0")/lib.sh"

cat >"$TEST_DIR/up.json" <<'JSON'
{
  "name": "up",
  "eal": ["--no-pci", "--no-huge"],
  "lcores": { "slow": 0, "workers": [0] },
  "ports": [
    { "name": "core0", "device": "net_null0,no-rx=1", "addresses": ["192.0.2.1/24"] } ],
  "tunnels": [ { "name": "to-b", "vni": 100, "local": "192.0.2.1", "remote": "192.0.2.2" } ],
  "segments": [ { "prefix": "10.1.1.0/24", "tunnel": "to-b" } ]
}
JSON
start_godwit - up "$TEST_DIR/up.json"

has() { json up "'$1' in [e['ip'] for e in r]" show host-tunnel; }
has_not() { json up "'$1' not in [e['ip'] for e in r]" show host-tunnel; }
left() { json up "next(e['lifetime_ms'] for e in r if e['ip'] == '$1')" show host-tunnel; }
is_between() { [ "$1" -ge "$2" ] && [ "$1" -le "$3" ]; }
now_ms() { echo $((${EPOCHREALTIME/./} / 1000)); }

ctl up add host-tunnel 10.1.1.7 tunnel to-b lifetime 800 || fail "add host-tunnel"
start=$(now_ms)
ctl up add host-tunnel 10.1.1.8 tunnel to-b lifetime 800
ctl up add host-tunnel 10.1.1.9 tunnel to-b lifetime 30000
ctl up add host-tunnel 10.1.1.10 tunnel to-b
check "is there" has 10.1.1.7
check "says how long it lives" is_between "$(left 10.1.1.9)" 20000 30000
check "is replaced by one without a lifetime" ctl up add host-tunnel 10.1.1.8 tunnel to-b
soon "goes by itself" 5 has_not 10.1.1.7
check "in its time: $(($(now_ms) - start)) ms of 800" is_between $(($(now_ms) - start)) 750 2500
check "what replaced it stays" has 10.1.1.8
check "one that lives longer stays" has 10.1.1.9
check "one without a lifetime stays" has 10.1.1.10
check "the expiry is counted" json up 'r["lifetime_expired"] == 1' show events all
check "the segment route carries again" json up 'r[0]["kind"] == "segment"' show route 10.1.1.7
check "a newer lifetime replaces an older" ctl up add host-tunnel 10.1.1.9 tunnel to-b lifetime 100
soon "and counts" 5 has_not 10.1.1.9
finish
