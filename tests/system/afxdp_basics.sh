#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors

# AF_XDP ports by name: what is listed goes to the kernel, also while godwit is not running; a
# missing interface is named; what a killed godwit left is taken off by the next one.

# shellcheck disable=SC2317 # functions that are called by name
. "$(dirname "$0")/lib.sh"
. "$LIB/one_up.sh"
needs ip ethtool ping python3

# The kernel has an address of its own beside godwit's.
one_up_net
in_ns up ip address add 192.0.2.10/24 dev core0
one_up_config "$TEST_DIR/up.json"
/usr/bin/python3 - "$TEST_DIR/up.json" <<'PYTHON'
import json, sys
c = json.load(open(sys.argv[1]))
c["ports"][0]["pass"] = ["arp", "ospf", "bgp", "ssh", "lacp"]
json.dump(c, open(sys.argv[1], "w"))
PYTHON
start_godwit up up "$TEST_DIR/up.json"
soon "client reaches the internet" 10 client_pings

passed() {
	json up "r['xdp']['passed']['$1'] >= $2 or sys.exit(str(r['xdp']))" show port stats core0
}
kernel_sees() { spawn_ready up "see_$1" "$LIB/frames.py" see core0 10 "$2"; }
saw() { ended "see_$1" 10; }
from_router() { in_ns router "$LIB/frames.py" send eth0 "$@"; }

# talk PORT NAME: TCP with the kernel, both programs' own
talk() {
	spawn_ready up "echo_$1" "$LIB/tcp.py" echo 192.0.2.10 "$1"
	spawn router "talk_$1" "$LIB/tcp.py" talk 192.0.2.10 "$1"
	soon "$2 reaches the kernel and its answers the router" 10 passed "$2" 8
	stop "talk_$1"
	check "$2 connection" grep -q "^[1-9]" "$TEST_DIR/talk_$1.log"
	ended "echo_$1"
}
talk 22 ssh
talk 179 bgp

kernel_sees ospf 'IP in p and p[IP].proto == 89'
from_router 'Ether(src="02:00:00:00:00:fe", dst="01:00:5e:00:00:05") /
	IP(src="192.0.2.254", dst="224.0.0.5", proto=89, ttl=1) / Raw(bytes(44))'
check "OSPF to 224.0.0.5 reaches the kernel" saw ospf
check "OSPF is counted" passed ospf 1
kernel_sees lacp 'p.type == 0x8809'
from_router 'Ether(src="02:00:00:00:00:fe", dst="01:80:c2:00:00:02", type=0x8809) / Raw(bytes(50))'
check "LACP reaches the kernel" saw lacp
check "LACP is counted" passed lacp 1
own_arp() { in_ns router ping -c 1 -W 1 192.0.2.1; }
check "godwit answers for its own address on the same interface" own_arp

# Port 22 of somebody else is data, not the kernel's.
in_ns client "$LIB/frames.py" send eth0 "Ether(src='$CLIENT_MAC', dst='00:00:5e:00:01:01') /
	IP(src='$CLIENT', dst='$INTERNET') / TCP(sport=40000, dport=22)"
data_ssh() {
	json up 'r["xdp"]["passed"]["ssh"] == 0 and r["rx_packets"] > 0' show port stats acc0
}
check "a client's SSH to somebody else is forwarded" data_ssh

attached() { in_ns up ip link show dev core0 | grep -q "prog/xdp"; }
not_attached() { ! attached; }
check "the program is on the interface" attached
stop up KILL
check "killed, godwit leaves it there" attached
in_ns router ping -c 1 -W 1 192.0.2.10 >/dev/null
spawn_ready up echo_down "$LIB/tcp.py" echo 192.0.2.10 22
spawn router talk_down "$LIB/tcp.py" talk 192.0.2.10 22
connected() { in_ns router ss -Htn state established dst 192.0.2.10 | grep -q :22; }
soon "while godwit is dead, SSH reaches the kernel" 10 connected
stop talk_down
start_godwit up up "$TEST_DIR/up.json"
soon "the next one forwards" 10 client_pings
# Every buffer of the pool takes its turn, and the kernel knows them all.
flooded() {
	in_ns router ping -q -f -l 50 -c 60000 -w 60 192.0.2.1 >"$TEST_DIR/flood"
	grep -q " 0% packet loss" "$TEST_DIR/flood" || tail -n 2 "$TEST_DIR/flood"
}
check "more packets than there are buffers" flooded
stop up
check "ended in order, godwit takes it off" not_attached

refused() {
	one_up_config "$TEST_DIR/bad.json" '{"ports": [
		{ "name": "core0", "device": "af_xdp:nosuch0", "addresses": ["192.0.2.1/24"] },
		{ "name": "acc0", "device": "af_xdp:acc0", "role": "access" } ]}'
	spawn_godwit up bad "$TEST_DIR/bad.json"
	ended bad 15
	[ $? = 1 ] && grep -F "nosuch0" "$TEST_DIR/bad.log" | grep -F "core0"
}
check "an interface that is not there is named, with its port" refused
note "$(tail -n 1 "$TEST_DIR/bad.log")"
check "and nothing is left of the attempt" not_attached
finish
