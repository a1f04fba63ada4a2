#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors

# ICMP as Linux understands it: path MTU, also before a tunnel, hops, unreachable destinations.

# shellcheck disable=SC2317 # functions that are called by name
. "$(dirname "$0")/lib.sh"
. "$LIB/one_up.sh"
needs ip ethtool ping python3

CORE_MTU=1400
one_up_net $CORE_MTU
one_up_config "$TEST_DIR/up.json" '{
	"tunnels": [ { "name": "to-b", "type": "vxlan-gpe", "vni": 100,
	               "local": "192.0.2.1", "remote": "192.0.2.254" } ],
	"host_tunnels": [ { "ip": "10.1.1.7", "tunnel": "to-b" } ],
	"routes": [ { "prefix": "198.51.100.0/24", "via": "192.0.2.254" } ] }'
sed -i "s/\"mtu\": 1500/\"mtu\": $CORE_MTU/" "$TEST_DIR/up.json"
start_godwit up up "$TEST_DIR/up.json"
soon "client reaches the internet" 10 client_pings

pings() { in_ns client ping -c 1 -W 2 "$@" >"$TEST_DIR/ping" 2>&1; }
# refused TEXT PING_ARGUMENT...
refused() {
	local text=$1
	shift
	! pings "$@" && grep -E "$text" "$TEST_DIR/ping"
}
# route_mtu ADDRESS MTU: the client's kernel believes it
route_mtu() { in_ns client ip route get "$1" | grep -q "mtu $2\b"; }
# A packet larger than the MTU that the kernel knows is refused before it is sent.
forget() { in_ns client ip route flush cache; }

check "1400 octets fit, not to be fragmented" pings -M "do" -s $((CORE_MTU - 28)) $INTERNET
check "1401 do not: fragmentation needed, from the gateway, with the MTU" \
	refused "From 10.1.1.1 .*Frag needed.*mtu = $CORE_MTU" -M "do" -s $((CORE_MTU - 27)) $INTERNET
check "Linux takes the MTU over" route_mtu $INTERNET $CORE_MTU
check "1500 octets that may be fragmented" pings -M dont -s 1472 $INTERNET
inner=$((CORE_MTU - 36))
check "into a tunnel: the MTU is that of the core less 36" \
	refused "From 10.1.1.1 .*Frag needed.*mtu = $inner" -M "do" -s $((inner - 27)) 10.1.1.7
check "Linux takes that one over" route_mtu 10.1.1.7 $inner

# TCP finds its way, whatever the MSS says.
forget
head -c 1000000 /dev/urandom >"$TEST_DIR/data"
spawn client serve python3 -m http.server --bind $CLIENT --directory "$TEST_DIR" 8000
fetched() { in_ns router timeout 10 python3 -c '
import sys, urllib.request
sys.stdout.buffer.write(urllib.request.urlopen(sys.argv[1], timeout=5).read())
' "http://$CLIENT:8000/data" | cmp - "$TEST_DIR/data"; }
soon "TCP from the client finds the path MTU" 15 fetched
stop serve

check "TTL 1: time exceeded, from the gateway" \
	refused "From 10.1.1.1 .*Time to live exceeded" -t 1 $INTERNET
check "TTL 2 arrives" pings -t 2 $INTERNET
check "no route: net unreachable" refused "From 10.1.1.1 .*Destination Net Unreachable" 203.0.113.1
in_ns router ip route add 203.0.113.0/24 via 192.0.2.1
from_router() {
	! in_ns router ping -c 1 -W 2 "$1" >"$TEST_DIR/ping" 2>&1 && grep -E "$2" "$TEST_DIR/ping"
}
check "from the network side too, from the port's address" \
	from_router 203.0.113.1 "From 192.0.2.1 .*Destination Net Unreachable"
check "the gateway answers pings" pings 10.1.1.1
check "large ones in fragments it does not take" refused "100% packet loss" -W 0.3 -s 2000 10.1.1.1

# A flood of errors: the limit holds, and godwit says what it held back.
in_ns client "$LIB/frames.py" send eth0 "Ether(src='$CLIENT_MAC', dst='00:00:5e:00:01:01') /
	IP(src='$CLIENT', dst='203.0.113.9') / UDP(sport=1, dport=2) / Raw(bytes(20))" 5000
limited() {
	json up 'r["icmp_rate_limited"] > 0 and r["icmp_sent_unreachable"] < 4000 or sys.exit(str(r))' \
		show events all
}
check "errors are rate-limited" limited
# What a worker without a CPU for a while did not take in, the device has counted.
counted() {
	local no_route missed
	no_route=$(json up 'r["reasons"]["drop_no_route"]' show drop)
	missed=$(json up 'r["rx_missed"]' show port stats acc0)
	echo "$no_route without a route, $missed missed by the port"
	[ $((no_route + missed)) -ge 5000 ]
}
soon "all of them are counted" 5 counted
soon "packets balance" 5 balanced up
finish
