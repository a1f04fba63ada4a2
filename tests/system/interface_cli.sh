#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors

# Commands about interfaces that what stands on them does not allow: each is refused with both
# places, and changes nothing. What is left saved passes --check. No root.

# shellcheck disable=SC2317 # functions that are called by name
. "$(dirname "$0")/lib.sh"
needs_commands python3

cat >"$TEST_DIR/up.json" <<'JSON'
{
  "name": "up",
  "eal": ["--no-pci", "--no-huge"],
  "lcores": { "slow": 0, "workers": [0] },
  "ports": [ { "name": "core0", "device": "net_null0,no-rx=1", "addresses": ["192.0.2.1/24"] },
             { "name": "acc0", "device": "net_null1,no-rx=1", "role": "access" } ],
  "interfaces": [ { "name": "a1", "port": "acc0", "gateways": ["10.1.1.1/24"] },
                  { "name": "m", "port": "core0", "vlans": [9], "vrf": "blue",
                    "addresses": ["203.0.113.1/24"] } ],
  "routes": [ { "prefix": "0.0.0.0/0", "via": "192.0.2.254" },
              { "prefix": "10.0.0.0/8", "via": "203.0.113.2", "vrf": "blue" } ],
  "tunnels": [ { "name": "to-b", "vni": 1, "local": "192.0.2.1", "remote": "192.0.2.2" } ],
  "hosts": [ { "ip": "10.1.1.5", "mac": "02:00:0a:01:01:05", "interface": "a1",
               "ingress": { "cir_kbps": 1000 } } ],
  "host_tunnels": [ { "ip": "10.1.1.7", "tunnel": "to-b" } ]
}
JSON
cat >"$TEST_DIR/pair.json" <<'JSON'
{
  "name": "pair",
  "eal": ["--no-pci", "--no-huge"],
  "lcores": { "slow": 0, "workers": [0] },
  "ports": [ { "name": "core0", "device": "net_null0,no-rx=1", "addresses": ["192.0.2.1/24"] },
             { "name": "peer0", "device": "net_null1,no-rx=1", "role": "peer-link", "mtu": 1564 },
             { "name": "mem0", "device": "net_null2,no-rx=1", "role": "member",
               "addresses": ["10.2.0.2/24"] } ],
  "mlag": {
    "mode": "peer-link",
    "system_id": "02:00:00:00:aa:01", "peer_system_id": "02:00:00:00:aa:02", "priority": 100,
    "virtual_mac": "00:00:5e:00:01:0a", "peer_link": "peer0",
    "keepalive": { "local": "192.0.2.1", "remote": "192.0.2.2" },
    "lacp": { "system": "02:00:00:00:aa:00", "priority": 100 },
    "members": [ { "id": 1, "port": "mem0", "virtual_addresses": ["10.2.0.1/24"] } ] }
}
JSON
start_godwit - up "$TEST_DIR/up.json"
start_godwit - pair "$TEST_DIR/pair.json"

valid() { "$BUILD/app/godwit" --check -c "$1"; }
saved() { ctl "$1" save "$TEST_DIR/$1.saved" && valid "$TEST_DIR/$1.saved"; }

# refused WHO TEXT COMMAND...: with TEXT in what it says, and the configuration stays
refused() {
	local who=$1 text=$2
	shift 2
	check "refused: $who: $*" stays "$who" "$text" "$@"
}
stays() {
	local who=$1 text=$2
	shift 2
	saved "$who" && cp "$TEST_DIR/$who.saved" "$TEST_DIR/$who.before" || return
	! ctl "$who" "$@" >"$TEST_DIR/why" 2>&1 || { echo "not refused"; return 1; }
	saved "$who" || return
	diff "$TEST_DIR/$who.before" "$TEST_DIR/$who.saved" || return
	grep -F -e "$text" "$TEST_DIR/why" || { cat "$TEST_DIR/why"; return 1; }
}

refused up "/tunnels/0/local (to-b)" del interface core0
refused up "/tunnels/0/local (to-b)" add interface core0 port core0 address 198.18.0.1/24
refused up "/tunnels/0/local (to-b)" add interface core0 port core0 address none
refused up "/tunnels/0/remote (to-b)" add interface n port core0 vlan 4 address 192.0.2.2/24
refused up "/ports/0/addresses/0 (core0)" add interface n port core0 vlan 4 address 192.0.2.1/32
refused up "(0.0.0.0/0)" add interface core0 port core0 address 192.0.2.1/30
refused up "(0.0.0.0/0)" add interface n port core0 vlan 4 address 192.0.2.254/32
refused up '"blue"' del interface m
refused up "(10.0.0.0/8)" add interface m port core0 address 203.0.114.1/24
refused up "more than the port's 1500" add interface z2 port acc0 vlan 51 mtu 9000
refused up "host-tunnel" add interface z2 port acc0 vlan 51 gateway 10.1.1.7/24
refused up "is a host's" add interface z2 port acc0 vlan 51 gateway 10.1.1.5/24
refused up "standby half" add interface n port core0 vlan 4 standby
refused up "standby half" switch interface core0 standby
refused up "hosts are on it" del interface a1
refused up "no port" add interface n port nosuch
refused pair "MLAG pair" del interface mem0
refused pair "MLAG pair" del interface peer0
refused pair "/mlag/keepalive/local" del interface core0
refused pair "10.2.0.1" add interface n port core0 vlan 4 address 10.2.0.1/32
refused pair "standby half" switch interface mem0 standby

# What is not given is kept.
is() { json up "$1 or sys.exit(str(r))" show interface "${2:-a1}"; }
check "a change" ctl up add interface a1 port acc0 fallback to-b mtu 1400
check "keeps gateways" is 'r["addresses"] == ["10.1.1.1/24"] and r["fallback"] == "to-b"'
check "another" ctl up add interface a1 port acc0 gateway 10.1.1.1/24,10.1.2.1/24
check "keeps fallback and MTU" is 'r["fallback"] == "to-b" and r["mtu"] == 1400'
check "and has new gateways" is 'r["addresses"] == ["10.1.1.1/24", "10.1.2.1/24"]'
ctl up switch interface a1 standby
check "none takes away" ctl up add interface a1 port acc0 fallback none gateway none
check "what it names, and the half stays" \
	is 'r["addresses"] == [] and r["fallback"] is None and r["state"] == "standby"'
check "an address beside another" \
	ctl up add interface core0 port core0 address 192.0.2.1/24,198.51.100.1/24
check "is saved with its port" saved up
check "as such" grep -q 198.51.100.1/24 "$TEST_DIR/up.saved"
check "a member's address beside the pair's" \
	ctl pair add interface mem0 port mem0 address 10.2.0.3/24
check "which it keeps" json pair '"10.2.0.1/24" in r["addresses"]' show interface mem0
check "and saves once" saved pair
check "a new VLAN of VRF blue" ctl up add interface m2 port core0 vlan 10 vrf blue
check "and it goes" ctl up del interface m2

# Whole addresses have routes, too.
check "a host by its prefix" json up '[e["kind"] for e in r] == ["host"]' show route 10.1.1.5/32
check "a host-tunnel by its prefix" \
	json up '[e["kind"] for e in r] == ["host-tunnel"]' show route 10.1.1.7/32
check "a list of everything" json up \
	'{"host", "host-tunnel"} <= {e["kind"] for e in r} and len({e["prefix"] for e in r}) == len(r)' \
	show route all
check "next hops have one shape" json up \
	'[v["via"] for v in r[0]["vias"]] == ["192.0.2.254"] and r[0]["via"] == "192.0.2.254"' \
	show route 0.0.0.0/0

# What the file refuses, a command does.
host="add host 10.1.1.6 mac 02:00:0a:01:01:06 interface a1"
# shellcheck disable=SC2086
{
	refused up "ingress-kbps is 0" $host ingress-kbps 0
	refused up "ingress-kbps is missing" $host ingress-burst 65536
	refused up "cost 0 is out of range (1..16777215)" $host cost 0
	refused up "cost 16777216 is out of range" add segment 10.3.0.0/24 discard cost 16777216
}
check "no peak rate where none was given" \
	json up 'set(r["ingress"]) == {"cir_kbps", "cbs_bytes"}' show host 10.1.1.5
finish
