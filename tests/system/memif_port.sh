#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors

# Two godwits, a net_memif port between them, and a tunnel. No root.

# shellcheck disable=SC2317 # functions that are called by name
. "$(dirname "$0")/lib.sh"

# config NAME ROLE ADDRESS OTHER OTHER_ADDRESS
config() {
	cat >"$TEST_DIR/$1.json" <<JSON
{
  "name": "$1",
  "eal": ["--no-pci", "--no-huge"],
  "lcores": { "slow": 0, "workers": [0], "idle_sleep_us": 50 },
  "ports": [
    { "name": "core0",
      "device": "net_memif0,role=$2,id=0,socket=$TEST_DIR/memif.sock,socket-abstract=no",
      "mac": "02:00:00:00:0$1:01", "addresses": ["$3/24"] } ],
  "tunnels": [ { "name": "to-$4", "type": "vxlan-gpe", "vni": 7, "local": "$3", "remote": "$5" } ]
}
JSON
}
config a server 192.0.2.1 b 192.0.2.2
config b client 192.0.2.2 a 192.0.2.1
start_godwit - a "$TEST_DIR/a.json"
start_godwit - b "$TEST_DIR/b.json"
linked() { json "$1" 'r["link"] == "up"' show port info core0; }
soon "a has a link" 10 linked a
soon "b has a link" 10 linked b
answered() {
	json a "r[-1]['received'] == $1 or sys.exit(str(r))" ping 192.0.2.2 count "$1" interval 10
}
soon "a reaches b" 10 answered 1
check "20 pings, none lost" answered 20
resolved() { json b 'r[0]["mac"] == "02:00:00:00:0a:01"' show neighbor; }
check "b learned a's MAC address" resolved
soon "a's packets balance" 5 json a 'r["balanced"]' show drop
soon "b's packets balance" 5 json b 'r["balanced"]' show drop
stop b
no_link() { json a 'r["link"] == "down"' show port info core0; }
soon "a notices that b is gone" 10 no_link
start_godwit - b "$TEST_DIR/b.json"
soon "and that it is back" 10 linked a
soon "a reaches b again" 10 answered 1
finish
