#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors

# IPv6 between Linux hosts: own addresses, routes, path MTU, hop limit, unreachable destinations.
#
#   left 2001:db8:1::2 --- core0 [up] core1 --- 2001:db8:2::2 right, 2001:db8:9::9 and 8::8 on its lo
#              2001:db8:1::1     2001:db8:2::1, MTU 1400

# shellcheck disable=SC2317 # functions that are called by name
. "$(dirname "$0")/lib.sh"
needs ip ethtool ping python3

MTU=1400
FAR=2001:db8:9::9
LINK_CORE0=fe80::ff:fe00:a01
LINK_RIGHT=fe80::ff:fe00:b

ns_add left up right
link left eth0 up core0 1500
link up core1 right eth0
for host in left right; do
	in_ns $host sh -c 'cd /proc/sys/net/ipv6/conf && for f in all lo eth0; do
		echo 0 >$f/accept_ra && echo 0 >$f/router_solicitations && echo 0 >$f/disable_ipv6
	done'
done
in_ns left ip link set eth0 address 02:00:00:00:00:0a
in_ns right ip link set eth0 address 02:00:00:00:00:0b
in_ns left ip address add 2001:db8:1::2/64 dev eth0 nodad
in_ns right ip address add 2001:db8:2::2/64 dev eth0 nodad
in_ns right ip address add fe80::ff:fe00:b/64 dev eth0 nodad
in_ns right ip address add $FAR/128 dev lo
in_ns right ip address add 2001:db8:8::8/128 dev lo
in_ns left ip route add default via 2001:db8:1::1
# By godwit's link-local address on core1; the MSS says nothing of the MTU.
in_ns right ip route add default via fe80::ff:fe00:a02 dev eth0 mtu $MTU advmss 1440
cat >"$TEST_DIR/up.json" <<JSON
{
  "name": "up",
  "eal": ["--no-pci", "--no-huge"],
  "lcores": { "slow": 0, "workers": [0] },
  "arp": { "retry_ms": 200 },
  "ports": [
    { "name": "core0", "device": "af_xdp:core0", "role": "network", "mac": "02:00:00:00:0a:01",
      "addresses": ["2001:db8:1::1/64"] },
    { "name": "core1", "device": "af_xdp:core1", "role": "network", "mac": "02:00:00:00:0a:02",
      "mtu": $MTU, "addresses": ["2001:db8:2::1/64"] } ],
  "interfaces": [],
  "routes": [ { "prefix": "2001:db8:9::/48", "via": "2001:db8:2::2" },
              { "prefix": "2001:db8:8::/48", "via": "$LINK_RIGHT%core1" } ]
}
JSON
start_godwit up up "$TEST_DIR/up.json"

pings() { in_ns left ping -6 -c 1 -W 2 "$@" >"$TEST_DIR/ping" 2>&1; }
# refused TEXT PING_ARGUMENT...
refused() {
	local text=$1
	shift
	! pings "$@" && grep -E "$text" "$TEST_DIR/ping"
}
route_mtu() { in_ns left ip -6 route get "$1" | grep -q "mtu $2\b"; }
balanced() { json "$1" 'r["balanced"]' show drop; }
hops() { grep -q "ttl=$1 " "$TEST_DIR/ping"; }

# Own addresses.
soon "godwit answers at its address" 10 pings 2001:db8:1::1
check "and at its link-local address" pings $LINK_CORE0%eth0
check "and at the address of its other port" pings 2001:db8:2::1
check "with data of odd length" pings -s 1001 2001:db8:1::1
check "what comes in fragments it does not take" refused "100% packet loss" -W 0.3 -s 2000 2001:db8:1::1
check "a wrong checksum is not answered" in_ns left "$LIB/frames.py" send eth0 \
	"Ether(src='02:00:00:00:00:0a', dst='02:00:00:00:0a:01') /
	IPv6(src='2001:db8:1::2', dst='2001:db8:1::1', nh=58) / Raw(bytes([128, 0, 1, 2, 0, 1, 0, 1]))"
invalid() { json up 'r["reasons"]["drop_icmp_invalid"] == 1' show drop; }
soon "and counted" 5 invalid

# Through godwit.
soon "a neighbour of the other port answers" 10 pings 2001:db8:2::2
soon "and an address behind it" 5 pings $FAR
check "over one hop" hops 63
soon "and one whose next hop is link-local" 5 pings 2001:db8:8::8
check "hop limit 1: exceeded, says godwit" \
	refused "From 2001:db8:1::1.* Time exceeded: Hop limit" -t 1 $FAR
check "hop limit 2 arrives" pings -t 2 $FAR
check "no route" refused "From 2001:db8:1::1.* Destination unreachable: No route" 2001:db8:77::1
check "nobody at the address" \
	refused "From 2001:db8:1::1.* Destination unreachable: Address unreachable" -W 3 2001:db8:2::77

# Path MTU.
check "1400 octets fit" pings -M "do" -s $((MTU - 48)) $FAR
check "1401 do not: packet too big, with the MTU" \
	refused "From 2001:db8:1::1.* Packet too big: mtu=$MTU" -M "do" -s $((MTU - 47)) $FAR
check "Linux takes the MTU over" route_mtu $FAR $MTU
check "fragments of the host pass" pings -s 3000 $FAR
in_ns left ip -6 route flush cache
head -c 1000000 /dev/urandom >"$TEST_DIR/data"
spawn left serve python3 -m http.server --bind 2001:db8:1::2 --directory "$TEST_DIR" 8000
fetched() { in_ns right timeout 10 python3 -c '
import sys, urllib.request
sys.stdout.buffer.write(urllib.request.urlopen(sys.argv[1], timeout=5).read())
' "http://[2001:db8:1::2]:8000/data" | cmp - "$TEST_DIR/data"; }
soon "TCP finds the path MTU" 15 fetched
stop serve
too_big() { json up 'r["reasons"]["drop_packet_too_big"] >= 2' show drop; }
check "of which godwit told the host" too_big

# godwit asks.
check "godwit pings a host" ctl up ping 2001:db8:2::2 count 2 interval 10
check "and what is behind it" ctl up ping $FAR count 2 interval 10
check "and a link-local address" ctl up ping $LINK_RIGHT%core1 count 2 interval 10
sender() { ctl up ping 2001:db8:2::2 count 1 | grep "from 2001:db8:2::1:"; }
check "from the address of the port" sender
no_route() { ! ctl up ping 2001:db8:77::1 2>"$TEST_DIR/said6" && grep "no route" "$TEST_DIR/said6"; }
check "without a route it says so" no_route
unanswered() { ctl up ping 2001:db8:2::77 count 1 | grep "address unreachable"; }
check "and when nobody is there" unanswered
rtt() { json up 'r[-1]["received"] == 3 and r[0]["from"] == "2001:db8:9::9"' ping $FAR count 3 interval 10; }
check "as JSON" rtt

# Trace knows IPv6.
ctl up trace start count 20 host $FAR
pings $FAR
traced() { ctl up trace show | grep "2001:db8:1::2 > $FAR, 104 octets.*next-hop"; }
soon "the trace shows the way of a packet" 5 traced
soon "packets balance" 5 balanced up
finish
