# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors
# shellcheck shell=bash

# One user plane between a client and a router; sourced after lib.sh.
#
#   client 10.1.1.5 --- acc0 [up] core0 --- router 192.0.2.254, internet 198.51.100.9 on its lo
#              10.1.1.1         192.0.2.1

CLIENT=10.1.1.5
CLIENT_MAC=02:00:0a:01:01:05
INTERNET=198.51.100.9

# one_up_net [CORE_MTU]
one_up_net() {
	ns_add client up router
	link client eth0 up acc0 1500
	link up core0 router eth0 "${1:-1600}"
	in_ns client ip link set eth0 address $CLIENT_MAC
	in_ns client ip address add $CLIENT/24 dev eth0
	in_ns client ip route add default via 10.1.1.1
	in_ns router ip link set eth0 address 02:00:00:00:00:fe
	in_ns router ip address add 192.0.2.254/24 dev eth0
	in_ns router ip address add $INTERNET/32 dev lo
	in_ns router ip route add 10.1.0.0/16 via 192.0.2.1
}

# one_up_config FILE [CHANGE...]: changes are JSON, see merge.py
one_up_config() {
	local file=$1
	shift
	/usr/bin/python3 "$LIB/merge.py" "$@" >"$file" <<JSON
{
  "name": "up",
  "eal": ["--no-pci", "--no-huge"],
  "lcores": { "slow": 0, "workers": [0] },
  "gateway": { "mac": "00:00:5e:00:01:01" },
  "ports": [
    { "name": "core0", "device": "af_xdp:core0", "role": "network", "mac": "02:00:00:00:0a:01",
      "mtu": 1500, "addresses": ["192.0.2.1/24"] },
    { "name": "acc0", "device": "af_xdp:acc0", "role": "access", "mac": "02:00:00:00:0a:02" } ],
  "interfaces": [ { "name": "a1", "port": "acc0", "gateways": ["10.1.1.1/24"] } ],
  "routes": [ { "prefix": "0.0.0.0/0", "via": "192.0.2.254" } ],
  "client_prefixes": ["10.1.0.0/16"],
  "hosts": [ { "ip": "$CLIENT", "mac": "$CLIENT_MAC", "interface": "a1" } ]
}
JSON
}

# one_up [CHANGE...]: network and godwit "up", which has forwarded its first packet
one_up() {
	one_up_net
	one_up_config "$TEST_DIR/up.json" "$@"
	start_godwit up up "$TEST_DIR/up.json"
	wait_for 10 client_pings || fail "client reaches the internet" "no answer from $INTERNET"
}

client_pings() { in_ns client ping -c 1 -W 1 ${1:-$INTERNET}; }

balanced() { json "$1" 'r["balanced"]' show drop; }
