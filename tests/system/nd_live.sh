#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors

# Neighbour discovery with Linux neighbours: answering, resolving, ageing with unicast probes, a next
# hop whose MAC address changes, duplicate addresses, the gateway of clients and its announcement;
# the kernel's own neighbour discovery beside it.

# shellcheck disable=SC2317 # functions that are called by name
. "$(dirname "$0")/lib.sh"
. "$LIB/one_up.sh"
needs ip ethtool ping python3

ip6_on() {
	in_ns "$1" sh -c "cd /proc/sys/net/ipv6/conf && echo 0 >all/disable_ipv6 &&
		echo 0 >$2/accept_ra && echo 0 >$2/router_solicitations && echo 0 >$2/disable_ipv6"
}
one_up_net
ip6_on router eth0
ip6_on client eth0
in_ns router ip address add 2001:db8::fe/64 dev eth0 nodad
in_ns client ip address add 2001:db8:1::5/64 dev eth0 nodad
one_up_config "$TEST_DIR/up.json" '{"arp": {"age_s": 1, "retry_ms": 200}, "ports": [
	{ "name": "core0", "device": "af_xdp:core0", "role": "network", "mac": "02:00:00:00:0a:01",
	  "mtu": 1500, "addresses": ["192.0.2.1/24", "2001:db8::1/64"] },
	{ "name": "acc0", "device": "af_xdp:acc0", "role": "access", "mac": "02:00:00:00:0a:02" } ],
	"interfaces": [ { "name": "a1", "port": "acc0",
		"gateways": ["10.1.1.1/24", "2001:db8:1::1/64"] } ] }'
start_godwit up up "$TEST_DIR/up.json"

# sees NAME NS INTERFACE CONDITION: from now on somebody waits for a frame; saw NAME: it came
sees() { spawn_ready "$2" "$1" "$LIB/frames.py" see "$3" 8 "$4"; }
saw() { ended "$1" 10; }
neighbor() { json up "next(n for n in r if n['ip'] == '$1')['$2']" show neighbor; }
neighbor_is() { [ "$(neighbor "$1" "$2")" = "$3" ]; }
linux_neighbor() { in_ns "$1" ip -6 neighbour show to "$2" dev eth0 | grep "$3"; }
pings() { in_ns "$1" ping -6 -c 1 -W 1 "$2"; }

# Answering.
soon "Linux reaches godwit's address" 5 pings router 2001:db8::1
check "it knows the MAC address" linux_neighbor router 2001:db8::1 02:00:00:00:0a:01
check "and that it is a router" linux_neighbor router 2001:db8::1 router
check "the link-local address too" pings router fe80::ff:fe00:a01%eth0
check "and that MAC address" linux_neighbor router fe80::ff:fe00:a01 02:00:00:00:0a:01

# Resolving and ageing.
check "the neighbor is known" neighbor_is 2001:db8::fe mac 02:00:00:00:00:fe
sees probe router eth0 'ICMPv6ND_NS in p and p[ICMPv6ND_NS].tgt == p[IPv6].dst == "2001:db8::fe"
	and p[Ether].dst == "02:00:00:00:00:fe" and p[IPv6].hlim == 255'
check "after its age it is probed, at the address that is known" saw probe
soon "and confirmed" 5 neighbor_is 2001:db8::fe state reachable
sees asked router eth0 'ICMPv6ND_NS in p and p[ICMPv6ND_NS].tgt == "2001:db8::77" and
	p[IPv6].dst == "ff02::1:ff00:77" and p[IPv6].src == "2001:db8::1" and
	p[Ether].dst == "33:33:ff:00:00:77" and p[ICMPv6NDOptSrcLLAddr].lladdr == "02:00:00:00:0a:01"'
spawn_ready router unreachable "$LIB/frames.py" see eth0 8 'ICMPv6DestUnreach in p and
	p[ICMPv6DestUnreach].code == 3 and p[IPv6].dst == "2001:db8::fe"'
in_ns router "$LIB/frames.py" send eth0 'Ether(src="02:00:00:00:00:fe", dst="02:00:00:00:0a:01") /
	IPv6(src="2001:db8::fe", dst="2001:db8::77") / UDP(sport=1, dport=2)'
check "a neighbor nobody knows is asked for in its group" saw asked
check "and its sender told that it does not answer" ended unreachable 10
unresolved() { json up 'r["reasons"]["drop_neigh_unresolved"] >= 1' show drop; }
check "which is counted" unresolved

# The router gets another MAC address, and says so.
in_ns router sh -c 'echo 0 >/proc/sys/net/ipv6/conf/eth0/ndisc_notify'
in_ns router ip link set dev eth0 address 02:00:00:00:00:fc
in_ns router "$LIB/frames.py" send eth0 'Ether(src="02:00:00:00:00:fc", dst="33:33:00:00:00:01") /
	IPv6(src="2001:db8::fe", dst="ff02::1", hlim=255) /
	ICMPv6ND_NA(tgt="2001:db8::fe", R=0, S=0, O=1) /
	ICMPv6NDOptDstLLAddr(lladdr="02:00:00:00:00:fc")'
soon "an unsolicited advertisement is believed" 2 neighbor_is 2001:db8::fe mac 02:00:00:00:00:fc
soon "and what it says is asked about" 8 neighbor_is 2001:db8::fe state reachable
in_ns router "$LIB/frames.py" send eth0 'Ether(src="02:00:00:00:00:fc", dst="33:33:00:00:00:01") /
	IPv6(src="2001:db8::fe", dst="ff02::1", hlim=254) /
	ICMPv6ND_NA(tgt="2001:db8::fe", R=0, S=0, O=1) /
	ICMPv6NDOptDstLLAddr(lladdr="02:00:00:00:00:01")'
invalid() { json up 'r["reasons"].get("drop_nd_invalid", 0) == 1 or sys.exit(str(r))' show drop; }
soon "one that a router forwarded is not" 5 invalid
check "whose word changes nothing" neighbor_is 2001:db8::fe mac 02:00:00:00:00:fc

# Duplicate addresses (RFC 4862 5.4).
in_ns router ip address add 2001:db8::1/64 dev eth0
duplicate() { in_ns router ip -6 address show dev eth0 | grep "2001:db8::1/64.*dadfailed"; }
soon "Linux finds that godwit's address is taken" 5 duplicate
in_ns router ip address del 2001:db8::1/64 dev eth0

# Clients.
check "a client reaches its gateway's MAC address" sh -c "ip netns exec $(ns client) \
	ping -6 -c 1 -W 1 2001:db8:1::1; ip -n $(ns client) -6 neighbour show to 2001:db8:1::1 |
	grep 00:00:5e:00:01:01"
check "and its link-local address" pings client fe80::200:5eff:fe00:101%eth0
check "switch to standby" ctl up switch interface a1 standby
silent() { ! pings client fe80::200:5eff:fe00:101%eth0; }
check "a standby half is silent" silent
sees announced client eth0 'ICMPv6ND_NA in p and p[ICMPv6ND_NA].tgt == "2001:db8:1::1" and
	p[IPv6].dst == "ff02::1" and p[ICMPv6ND_NA].S == 0 and p[ICMPv6ND_NA].O == 1 and
	p[ICMPv6NDOptDstLLAddr].lladdr == "00:00:5e:00:01:01"'
check "switch to active" ctl up switch interface a1 active
check "a half that becomes active announces the gateway" saw announced
soon "packets balance" 5 balanced up

# The kernel's own neighbour discovery, with addresses that are not godwit's.
stop up
ip6_on up core0
in_ns up ip -6 address flush dev core0
in_ns up ip address add fe80::10/64 dev core0 nodad
in_ns up ip address add 2001:db8::10/64 dev core0 nodad
/usr/bin/python3 - "$TEST_DIR/up.json" <<'PYTHON'
import json, sys
c = json.load(open(sys.argv[1]))
c["ports"][0]["pass"] = ["nd", "ssh"]
json.dump(c, open(sys.argv[1], "w"))
PYTHON
start_godwit up up "$TEST_DIR/up.json"
in_ns router ip -6 neighbour flush dev eth0
soon "godwit answers for its own address beside the kernel" 5 pings router 2001:db8::1
spawn_ready up echo "$LIB/tcp.py" echo 2001:db8::10 22
spawn router talk "$LIB/tcp.py" talk 2001:db8::10 22
connected() { in_ns router ss -Htn state established dst '[2001:db8::10]' | grep -q :22; }
soon "the kernel resolves and is resolved with its own" 10 connected
stop talk
soon "packets balance" 5 balanced up
finish
