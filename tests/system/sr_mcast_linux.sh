#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors

# The Linux kernel as root of a tree, and as its leaf, with godwit between and beside them.
#
#   [in] core --- net0 [g] net1 --- core [out]
#    s   src ---- src1  |  acc1 --- c1    h
#
# in    Linux pushes (ip sr tunsrc, encap seg6 mode encap.red) into trees fd00:ffff:9::4 and ::6
# g     replicates these to out and delivers to h; is the root of fd00:ffff:1::4 and ::6
# out   Linux decapsulates: End.DX4, End.DX6, End.DT6 (End.DT4 wants VRF devices, which not every
#       kernel has)

# shellcheck disable=SC2317 # functions that are called by name
. "$(dirname "$0")/lib.sh"
. "$LIB/six.sh"
needs ip ethtool tcpdump tshark python3

G4=232.1.1.1
G6=ff3e::8000:1
S6=2001:db8:51::1
ns_add in out g s h
link in core g net0 1600
link g net1 out core 1600
link g src1 s src
link g acc1 h c1
for pair in "in core" "out core" "s src" "h c1"; do speaks_ip6 $pair; done
for name in in out; do
	in_ns $name sh -c 'cd /proc/sys/net && for f in all default core; do
		echo 1 >ipv6/conf/$f/seg6_enabled && echo 1 >ipv6/conf/$f/forwarding &&
		echo 0 >ipv4/conf/$f/rp_filter; done'
done

in_ns in ip address add 2001:db8:10::2/64 dev core nodad
in_ns in ip address add $S1/32 dev core
in_ns in ip address add $S6/128 dev core nodad
in_ns in ip route add fd00::/32 via 2001:db8:10::1
in_ns out ip address add 2001:db8:20::2/64 dev core nodad
in_ns out ip address add 10.20.0.2/24 dev core
in_ns out ip route add fd00:ffff::/32 via 2001:db8:20::1
in_ns s ip address add $S1/24 dev src
in_ns s ip address add $S6/64 dev src nodad
in_ns h ip address add 10.1.1.2/24 dev c1

# pushes TREE: Linux is the root of this tree from now on
pushes() {
	in_ns in ip sr tunsrc set "$1" &&
		in_ns in ip route replace $G4 encap seg6 mode encap.red segs fd00:0:1:: dev core \
			src $S1 &&
		in_ns in ip route replace multicast $G6 encap seg6 mode encap.red segs fd00:0:1:: \
			dev core table local
}
pushes fd00:ffff:9::4 || skip "needs a kernel with seg6 encapsulation"
# pops ADDRESS ACTION...
pops() {
	local address=$1
	shift
	in_ns out ip route add "$address/128" encap seg6local action "$@" dev core
}
pops fd00:0:4:: End.DX4 nh4 0.0.0.0 || skip "needs a kernel with seg6 decapsulation"
pops fd00:0:6:: End.DX6 nh6 :: || fail "End.DX6"
pops fd00:0:7:: End.DT6 table 255 || fail "End.DT6"

cat >"$TEST_DIR/g.json" <<JSON
{
  "name": "g",
  "eal": ["--no-pci", "--no-huge"],
  "lcores": { "slow": 0, "workers": [0] },
  "gateway": { "mac": "00:00:5e:00:01:01" },
  "ports": [
    { "name": "net0", "device": "af_xdp:net0", "role": "network", "mac": "02:00:00:00:01:01",
      "addresses": ["2001:db8:10::1/64"], "sr_domain": true },
    { "name": "net1", "device": "af_xdp:net1", "role": "network", "mac": "02:00:00:00:01:02",
      "addresses": ["2001:db8:20::1/64"], "sr_domain": true },
    { "name": "src1", "device": "af_xdp:src1", "role": "network", "mac": "02:00:00:00:01:03",
      "vrf": "vrf1", "addresses": ["198.51.100.254/24", "2001:db8:51::fe/64"] },
    { "name": "acc1", "device": "af_xdp:acc1", "role": "access", "mac": "02:00:00:00:01:04",
      "vrf": "vrf1", "addresses": ["10.1.1.1/24", "2001:db8:11::1/64"] } ],
  "routes": [ { "prefix": "fd00::/32", "via": "2001:db8:20::2" },
              { "prefix": "fd00:ffff:9::/48", "via": "2001:db8:10::2" } ],
  "sr_mcast": {
    "first_address": "fd00:0:1::", "first_block": "fd00::/32", "tree_block": "fd00:ffff::/32",
    "trees": [
      { "source": "fd00:ffff:9::4", "branches": ["fd00:0:4::"], "decap": "vrf1" },
      { "source": "fd00:ffff:9::6", "branches": ["fd00:0:6::"], "decap": "vrf1" },
      { "source": "fd00:ffff:1::4", "branches": ["fd00:0:4::"] },
      { "source": "fd00:ffff:1::6", "branches": ["fd00:0:7::"] } ],
    "flows": [
      { "vrf": "vrf1", "source": "$S1", "group": "$G4", "tree": "fd00:ffff:1::4" },
      { "vrf": "vrf1", "source": "$S6", "group": "$G6", "tree": "fd00:ffff:1::6" } ] }
}
JSON
start_godwit g g "$TEST_DIR/g.json"
spawn out dump tcpdump -i core -U -w "$TEST_DIR/out.pcap" ip6
wait_for 10 grep -q "listening on" "$TEST_DIR/dump.log" || fail "capture"

N=200
port_of() { [ "$1" = h ] && echo c1 || echo core; }
# sends MARK COUNT: from $FROM to $GROUP
sends() { in_ns "$FROM" "$LIB/mcast.py" send "$GROUP" 5000 "$1" 1000 "$2" "${ARGS[@]}"; }

# arrives NAME MARK: whole, at all of $AT; what is lost while neighbours are asked for is not counted
arrives() {
	local at
	for at in $AT; do joins "$at" "$(port_of "$at")" $GROUP "$at-$2"; done
	wait_for 10 reaches_all "$2" || fail "$1" "nothing arrives at one of: $AT"
	sends "$2" $N
	for at in $AT; do
		soon "$1: at $at" 5 seen "$at-$2" $((N + 1))
		stop "$at-$2"
		check "$1: at $at each once" result "$at-$2" "r['strange'] == 0 and
			(r['marks']['$2']['received'], r['marks']['$2']['lost']) == ($N, 0)"
	done
}
reaches_all() {
	local at
	sends 0 1
	for at in $AT; do seen "$at-$1" || return; done
}

ARGS=()
FROM=in
AT="h out"
GROUP=$G4
arrives "IPv4 from Linux" 94
pushes fd00:ffff:9::6
GROUP=$G6
arrives "IPv6 from Linux" 96
FROM=s
ARGS=(-i src)
AT=out
arrives "IPv6 to Linux, End.DT6" 16
GROUP=$G4
arrives "IPv4 to Linux, End.DX4" 14

# What godwit sent, as a third party reads it: source, destination, next header, hop limit.
outer() {
	tshark -r "$TEST_DIR/out.pcap" -Y "ipv6.src == fd00:ffff::/32" -T fields -E occurrence=f \
		-e ipv6.src -e ipv6.dst -e ipv6.nxt -e ipv6.hlim 2>/dev/null | sort -u
}
tab=$'\t'
want="fd00:ffff:1::4${tab}fd00:0:4::${tab}4${tab}64
fd00:ffff:1::6${tab}fd00:0:7::${tab}41${tab}64
fd00:ffff:9::4${tab}fd00:0:4::${tab}4${tab}63
fd00:ffff:9::6${tab}fd00:0:6::${tab}41${tab}15"
same() { [ "$(outer)" = "$want" ] || { outer | tr '\n' ';'; return 1; }; }
soon "outer headers: tree, first address, next header without SRH, hop limit" 5 same
labels() {
	local n
	n=$(tshark -r "$TEST_DIR/out.pcap" -Y "ipv6.src == fd00:ffff:1::/48" -T fields \
		-E occurrence=f -e ipv6.src -e ipv6.flow 2>/dev/null | sort -u | wc -l)
	[ "$n" = 2 ] || { echo "$n flow labels for 2 flows"; return 1; }
}
check "one flow label for each flow" labels
soon "packets balance" 5 balanced g
finish
