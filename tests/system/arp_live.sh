#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors

# ARP with Linux neighbours: resolving, ageing with unicast probes, a next hop whose MAC address
# changes, proxy ARP and announcements towards clients.

# shellcheck disable=SC2317 # functions that are called by name
. "$(dirname "$0")/lib.sh"
. "$LIB/one_up.sh"
needs ip ethtool ping python3
one_up '{"arp": {"age_s": 1, "retry_ms": 200},
	"segments": [{"prefix": "10.1.1.0/24", "discard": true}]}'

# sees NAME NS INTERFACE CONDITION: from now on somebody waits for a frame; saw NAME: it came
sees() { spawn_ready "$2" "$1" "$LIB/frames.py" see "$3" 8 "$4"; }
saw() { ended "$1" 10; }
neighbor() { json up "next(n for n in r if n['ip'] == '192.0.2.254')['$1']" show neighbor; }
neighbor_is() { [ "$(neighbor "$1")" = "$2" ]; }

check "the next hop is resolved" neighbor_is mac 02:00:00:00:00:fe
sees probe router eth0 'ARP in p and p[ARP].op == 1 and p[Ether].dst == "02:00:00:00:00:fe"'
check "after its age it is probed, at the MAC address that is known" saw probe
soon "and confirmed" 5 neighbor_is state reachable

# The router gets another MAC address and says nothing.
in_ns router sh -c 'echo 0 >/proc/sys/net/ipv4/conf/eth0/arp_notify'
in_ns router ip link set dev eth0 address 02:00:00:00:00:fd
sees broadcast router eth0 'ARP in p and p[ARP].op == 1 and p[Ether].dst == "ff:ff:ff:ff:ff:ff"'
soon "a next hop with a new MAC address is found again" 10 client_pings
check "by broadcast, as probes stay unanswered" saw broadcast
check "the new address is known" neighbor_is mac 02:00:00:00:00:fd

# And says so: a gratuitous ARP moves the entry at once.
in_ns router sh -c 'echo 1 >/proc/sys/net/ipv4/conf/eth0/arp_notify'
in_ns router ip link set dev eth0 address 02:00:00:00:00:fc
in_ns router "$LIB/frames.py" send eth0 'Ether(src="02:00:00:00:00:fc", dst="ff:ff:ff:ff:ff:ff") /
	ARP(op=1, hwsrc="02:00:00:00:00:fc", psrc="192.0.2.254", pdst="192.0.2.254")'
soon "a gratuitous ARP is believed" 2 neighbor_is mac 02:00:00:00:00:fc
check "packets follow" client_pings

# A next hop that is not there.
in_ns client ping -c 1 -W 3 192.0.2.77 >"$TEST_DIR/nobody" 2>&1
check "an unresolved neighbor ends in host unreachable" \
	grep -q "From 10.1.1.1 .*Destination Host Unreachable" "$TEST_DIR/nobody"
unresolved() { json up 'r["reasons"]["drop_neigh_unresolved"] >= 1' show drop; }
check "and is counted" unresolved

# Clients.
arp_of() { in_ns client ip neighbour show to "$1" dev eth0; }
check "the client knows the gateway's MAC address" \
	grep -q 00:00:5e:00:01:01 <<<"$(arp_of 10.1.1.1)"
in_ns client ping -c 1 -W 1 10.1.1.99 >/dev/null 2>&1
check "a neighbor of the client's segment has it too (local proxy ARP)" \
	grep -q 00:00:5e:00:01:01 <<<"$(arp_of 10.1.1.99)"
in_ns client "$LIB/frames.py" send eth0 "Ether(src='$CLIENT_MAC', dst='ff:ff:ff:ff:ff:ff') /
	ARP(op=1, hwsrc='$CLIENT_MAC', psrc='0.0.0.0', pdst='$CLIENT')"
ignored() { json up 'r["reasons"].get("drop_arp_ignored", 0) >= 1 or sys.exit(str(r))' show drop; }
soon "a duplicate-address probe is not answered" 5 ignored

check "switch to standby" ctl up switch interface a1 standby
silent() { ! in_ns client ping -c 1 -W 0.3 10.1.1.1; }
check "a standby half is silent" silent
sees announced client eth0 'ARP in p and p[ARP].op == 1 and
	p[ARP].psrc == p[ARP].pdst == "10.1.1.1" and
	p[ARP].hwsrc == "00:00:5e:00:01:01" and p[Ether].dst == "ff:ff:ff:ff:ff:ff"'
check "switch to active" ctl up switch interface a1 active
check "a half that becomes active announces the gateway" saw announced
check "and forwards" client_pings
soon "packets balance" 5 balanced up
finish
