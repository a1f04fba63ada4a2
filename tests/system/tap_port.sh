#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors

# A net_tap port: the kernel of the same machine at the other end.

# shellcheck disable=SC2317 # functions that are called by name
. "$(dirname "$0")/lib.sh"
needs ip ping
[ -c /dev/net/tun ] || skip "needs /dev/net/tun"

ns_add up
cat >"$TEST_DIR/up.json" <<'JSON'
{
  "name": "up",
  "eal": ["--no-pci", "--no-huge"],
  "lcores": { "slow": 0, "workers": [0] },
  "ports": [ { "name": "core0", "device": "net_tap0,iface=gwtap0", "mac": "02:00:00:00:0a:01",
               "addresses": ["192.0.2.1/24"] } ]
}
JSON
start_godwit up up "$TEST_DIR/up.json"
in_ns up ip address add 192.0.2.254/24 dev gwtap0
in_ns up ip link set dev gwtap0 up
# Both ends have one MAC address: the driver's, of the interface.
in_ns up ip link set dev gwtap0 address 02:00:00:00:00:fe
reached() { in_ns up ping -c 1 -W 1 192.0.2.1; }
soon "the kernel pings godwit's own address" 10 reached
check "20 pings, none lost" in_ns up ping -c 20 -i 0.01 -W 2 -q 192.0.2.1
check "1400 octets" in_ns up ping -c 3 -i 0.01 -W 2 -s 1372 192.0.2.1
pings() { json up 'r[-1]["received"] == 3' ping 192.0.2.254 count 3 interval 10; }
check "godwit pings the kernel" pings
check "the kernel is a neighbor" json up '"192.0.2.254" in [n["ip"] for n in r]' show neighbor
idle() { json up 'all("idle-sleep" in p["capabilities"] for p in r)' show port info all; }
check "the idle back-off is on" idle
soon "packets balance" 5 json up 'r["balanced"]' show drop
stop up
check "the interface goes with godwit" [ -z "$(in_ns up ip -br link show gwtap0 2>/dev/null)" ]
finish
