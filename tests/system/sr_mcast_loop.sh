#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors

# Two nodes whose parts of a tree lead to each other: a packet goes round exactly as often as its hop
# limit says, then there is silence.
#
#   s eth0 --- in0 [a] x --- x [b]

# shellcheck disable=SC2317 # functions that are called by name
. "$(dirname "$0")/lib.sh"
. "$LIB/six.sh"
needs ip ethtool python3

ns_add s a b
link s eth0 a in0
link a x b x

# node NAME NUMBER OTHER OTHER_NUMBER [PORT]
node() {
	cat >"$TEST_DIR/$1.json" <<JSON
{
  "name": "$1",
  "eal": ["--no-pci", "--no-huge"],
  "lcores": { "slow": $(($2 % $(nproc))), "workers": [$(($2 % $(nproc)))] },
  "ports": [ ${5:-}
    { "name": "x", "device": "af_xdp:x", "role": "network", "mac": "02:00:00:00:0$2:01",
      "addresses": ["2001:db8:12::$2/64"], "sr_domain": true,
      "neighbors": { "2001:db8:12::$4": "02:00:00:00:0$4:01" } } ],
  "routes": [ { "prefix": "fd00:0:$4::/48", "via": "2001:db8:12::$4" } ],
  "sr_mcast": {
    "first_address": "fd00:0:$2::", "first_block": "fd00::/32", "tree_block": "fd00:ffff::/32",
    "trees": [ { "source": "fd00:ffff:9::1", "branches": ["fd00:0:$4::"] } ] }
}
JSON
	spawn_godwit "$1" "$1" "$TEST_DIR/$1.json"
}
links_up
node a 1 b 2 '{ "name": "in0", "device": "af_xdp:in0", "role": "network",
	"mac": "02:00:00:00:01:02", "addresses": ["2001:db8:10::1/64"], "sr_domain": true },'
node b 2 a 1
wait_for 30 answers a && wait_for 30 answers b || fail "start" "no answer of a or b"

# What came in on the loop's link, at both ends.
rounds() {
	local of n=0
	for of in a b; do n=$((n + $(json $of 'r["rx_packets"]' show port stats x))); done
	echo $n
}
rounds_are() { [ "$(rounds)" = "$1" ] || { rounds; return 1; }; }
all_balanced() { balanced a && balanced b; }
before_a=$(in_use a)
before_b=$(in_use b)
total=0
for hop_limit in 64 255 255 255 2 1; do
	in_ns s "$LIB/frames.py" send eth0 "Ether(src='02:00:00:00:00:99', dst='02:00:00:00:01:02') /
		IPv6(src='fd00:ffff:9::1', dst='fd00:0:1::', hlim=$hop_limit) /
		IP(src='$S1', dst='232.1.1.1', ttl=9) / UDP(sport=1, dport=2) / Raw(bytes(100))"
	total=$((total + hop_limit - 1))
	soon "hop limit $hop_limit: $((hop_limit - 1)) times over the link" 5 rounds_are $total
done
soon "all are dropped for their hop limit" 5 eval 'all_balanced &&
	[ $(($(drops a mcast_hop_limit) + $(drops b mcast_hop_limit))) = 6 ]'
sleep 0.3
check "then there is silence" rounds_are $total
check "a has its packet buffers back" no_more_in_use a "$before_a"
check "b has its packet buffers back" no_more_in_use b "$before_b"
finish
