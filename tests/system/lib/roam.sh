# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors
# shellcheck shell=bash

# Two user planes and a client that moves between them; sourced after net.sh.
#
#   client 10.1.1.5 --- site1 --- acc0 [a] core0 --+
#                         :                        +-- br0 --- internet 198.51.100.9 (router)
#                       site2 --- acc0 [b] core0 --+
#
# The client notices nothing of a move: address, MAC and sessions stay. The segment 10.1.1.0/24 is
# a's: the router sends it there. The access network, bridges in "air", hands the client over in one
# of two ways:
#
#   soft  a and b are on site1: the client hears both, and what it sends goes from one moment to the
#         next to the other one
#   hard  b is on site2: the client's link leaves the one bridge and joins the other

CLIENT=10.1.1.5
CLIENT_MAC=02:00:0a:01:01:05
GATEWAY_MAC=00:00:5e:00:01:01
INTERNET=198.51.100.9
declare -A SITE_OF=([a]=site1 [b]=site2)

HANDOVER=soft

roam_net() {
	local port
	ns_add client air a b router
	link client eth0 air client 1500
	link air a a acc0 1500
	link air b b acc0 1500
	link a core0 router a 1600
	link b core0 router b 1600
	bridge_add air site1 client a b
	bridge_add air site2
	for port in a b; do
		in_ns air ip link set dev $port type bridge_slave isolated on learning off
	done
	bridge_add router br0 a b
	in_ns client ip link set eth0 address $CLIENT_MAC
	in_ns client ip address add $CLIENT/24 dev eth0
	in_ns client ip route add default via 10.1.1.1
	in_ns router ip link set br0 address 02:00:00:00:00:fe
	in_ns router ip address add 192.0.2.254/24 dev br0
	in_ns router ip address add $INTERNET/32 dev lo
	in_ns router ip route add 10.1.1.0/24 via 192.0.2.1
}

# roam_config NAME ADDRESS OTHER ADDRESS_OF_OTHER COST
roam_config() {
	cat >"$TEST_DIR/$1.json" <<JSON
{
  "name": "$1",
  "eal": ["--no-pci", "--no-huge"],
  "lcores": { "slow": 0, "workers": [0] },
  "gateway": { "mac": "$GATEWAY_MAC" },
  "ports": [
    { "name": "core0", "device": "af_xdp:core0", "role": "network", "mac": "02:00:00:00:0$1:01",
      "mtu": 1600, "addresses": ["$2/24"] },
    { "name": "acc0", "device": "af_xdp:acc0", "role": "access", "mac": "02:00:00:00:0$1:02" } ],
  "tunnels": [
    { "name": "to-$3", "type": "vxlan-gpe", "vni": 100, "local": "$2", "remote": "$4" } ],
  "interfaces": [
    { "name": "${1}1", "port": "acc0", "fallback": "to-$3", "gateways": ["10.1.1.1/24"] } ],
  "routes": [ { "prefix": "0.0.0.0/0", "via": "192.0.2.254" } ],
  "segments": [ { "prefix": "10.1.1.0/24", "tunnel": "to-$3", "cost": $5 } ],
  "client_prefixes": ["10.1.0.0/16"]
}
JSON
}

# roam_start: both godwits, the client on a
roam_start() {
	roam_config a 192.0.2.1 b 192.0.2.2 20
	roam_config b 192.0.2.2 a 192.0.2.1 30
	start_godwit a a "$TEST_DIR/a.json"
	start_godwit b b "$TEST_DIR/b.json"
	attach a && ctl a add host $CLIENT mac $CLIENT_MAC interface a1 || fail "client on a"
	wait_for 10 client_pings || fail "client reaches the internet" "no answer from $INTERNET"
	# b's first packets would wait for its next hop's answer, of which only some have room.
	ctl b ping 192.0.2.254 count 1 >/dev/null || fail "b reaches the router" "no answer"
}

client_pings() { in_ns client ping -c 1 -W 1 $INTERNET; }

# hard_handover: from now on; the client is on a
hard_handover() {
	HANDOVER=hard
	in_ns air ip link set dev b master site2
}

# attach a|b: the client's packets go there. Of the ways into a namespace -n is the quick one.
attach() {
	if [ $HANDOVER = soft ]; then
		bridge -n "$(ns air)" fdb replace $GATEWAY_MAC dev "$1" master static
	else
		ip -n "$(ns air)" link set dev client master "${SITE_OF[$1]}"
	fi
}

# The order of a seamless move: the new place, then the home, then the old place. Here a is the
# client's home, and both are programmed as far as possible before the client comes.
go_to_b() {
	ctl b add host $CLIENT mac $CLIENT_MAC interface b1 &&
		ctl a add host-tunnel $CLIENT tunnel to-b && # comes after the host route
		attach b && arrived_at_b &&
		ctl a del host $CLIENT
}

# A soft handover ends when the client is heard at the new place; a hard one has ended already.
arrived_at_b() { [ $HANDOVER = hard ] || wait_for 5 heard_by_b; }
heard_by_b() { json b 'r["rx_packets"] > 0' show host $CLIENT; }

# go_home [LIFETIME]: the old place sends what still comes there after the client, for a while
go_home() {
	ctl a add host $CLIENT mac $CLIENT_MAC interface a1 && # comes before the host-tunnel route
		attach a &&
		ctl b add host-tunnel $CLIENT tunnel to-a lifetime "${1:-10000}" &&
		ctl b del host $CLIENT &&
		ctl a del host-tunnel $CLIENT
}
