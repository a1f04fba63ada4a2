#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors

# The Linux kernel's VXLAN-GPE at the other end of a tunnel, both directions.
#
#   client 10.1.1.5 --- acc0 [godwit] core0 === VXLAN-GPE, VNI 100 === [Linux] 10.1.1.7 on lo
#                                192.0.2.1                   192.0.2.2
#
# In "external" mode the kernel takes packets of any VNI; routes say how it sends.

# shellcheck disable=SC2317 # functions that are called by name
. "$(dirname "$0")/lib.sh"
needs ip ethtool tcpdump tshark python3

ns_add client up linux
link client eth0 up acc0 1500
link up core0 linux core 1600 # 36 octets more than the access side's, at least
in_ns up ip link set acc0 address 02:00:00:00:0a:02
in_ns up ip link set core0 address 02:00:00:00:0a:01

in_ns client ip address add 10.1.1.5/24 dev eth0
in_ns client ip route add default via 10.1.1.1
in_ns linux ip address add 192.0.2.2/24 dev core
in_ns linux ip address add 10.1.1.7/32 dev lo
in_ns linux ip link add vxlan0 type vxlan external gpe dstport 4790
in_ns linux ip link set vxlan0 up

# linux_route DESTINATION VNI [csum]
linux_route() {
	in_ns linux ip route replace "$1" encap ip id "$2" dst 192.0.2.1 ${3:+"$3"} dev vxlan0 \
		src 10.1.1.7
}
linux_route 10.1.1.5 100 || fail "route into vxlan0"
linux_route 10.1.1.6 101 || fail "route into vxlan0"

cat >"$TEST_DIR/up.json" <<JSON
{
  "name": "up",
  "eal": ["--no-pci", "--no-huge", "-m", "512"],
  "lcores": { "slow": 0, "workers": [0] },
  "gateway": { "mac": "00:00:5e:00:01:01" },
  "ports": [
    { "name": "core0", "device": "af_xdp:core0", "role": "network", "mac": "02:00:00:00:0a:01",
      "mtu": 1600, "addresses": ["192.0.2.1/24"] },
    { "name": "acc0", "device": "af_xdp:acc0", "role": "access", "mac": "02:00:00:00:0a:02" }
  ],
  "interfaces": [
    { "name": "a1", "port": "acc0", "vlans": [], "gateways": ["10.1.1.1/24"] }
  ],
  "tunnels": [
    { "name": "to-linux", "type": "vxlan-gpe", "vni": 100,
      "local": "192.0.2.1", "remote": "192.0.2.2" }
  ],
  "client_prefixes": ["10.1.1.0/24"],
  "hosts": [ { "ip": "10.1.1.5", "mac": "$(mac_of client eth0)", "interface": "a1" } ],
  "host_tunnels": [ { "ip": "10.1.1.7", "tunnel": "to-linux" } ]
}
JSON
start_godwit up up "$TEST_DIR/up.json"

spawn linux dump tcpdump -i core -U -w "$TEST_DIR/core.pcap" udp port 4790
wait_for 10 grep -q "listening on" "$TEST_DIR/dump.log" || fail "capture"

check "client to Linux" in_ns client ping -c 5 -i 0.2 -W 2 10.1.1.7
check "Linux to client" in_ns linux ping -c 5 -i 0.2 -W 2 10.1.1.5
check "1500 octets, not to be fragmented" \
	in_ns client ping -c 3 -i 0.2 -W 2 -M "do" -s 1472 10.1.1.7

# transfer FROM ADDRESS TO NAME: 8 MiB over TCP
transfer() {
	spawn "$1" "http_$1" python3 -m http.server --bind "$2" --directory "$TEST_DIR/www" 8000
	check "$4" wait_for 20 fetched "$3" "http://$2:8000/data"
	stop "http_$1"
}
fetched() {
	in_ns "$1" timeout 15 python3 -c '
import sys, urllib.request
sys.stdout.buffer.write(urllib.request.urlopen(sys.argv[1], timeout=5).read())
' "$2" | cmp - "$TEST_DIR/www/data"
}
mkdir "$TEST_DIR/www"
head -c 8388608 /dev/urandom >"$TEST_DIR/www/data"
transfer linux 10.1.1.7 client "TCP from Linux"
transfer client 10.1.1.5 linux "TCP from the client"

linux_route 10.1.1.5 100 csum
check "outer UDP checksum" in_ns linux ping -c 3 -i 0.2 -W 2 10.1.1.5
in_ns linux ping -c 1 -W 1 10.1.1.6 >/dev/null
unknown_counted() { ctl up show drop | grep -q 'tunnel_unknown[^0-9]*[1-9]'; }
check "unknown VNI is counted" wait_for 5 unknown_counted

# What godwit sent, as a third party reads it.
stop dump
sent() {
	tshark -r "$TEST_DIR/core.pcap" -Y "ip.src == 192.0.2.1 && !icmp.type == 3" -T fields \
		-E occurrence=f "$@" 2>/dev/null | sort | uniq -c
}
only() {
	local want=$1 got
	shift
	got=$(sent "$@" | sed 's/^ *[0-9]* //')
	[ "$got" = "$want" ] || { echo "sent: $got, expected: $want"; return 1; }
}
tab=$'\t'
check "flags, next protocol, VNI" only "0x0c${tab}1${tab}100" \
	-e vxlan.flags -e vxlan.next_proto -e vxlan.vni
check "outer header: port, DF, checksum" only "4790${tab}1${tab}0x0000" \
	-e udp.dstport -e ip.flags.df -e udp.checksum
several_ports() { [ "$(sent -e udp.srcport | wc -l)" -ge 3 ]; }
check "source port follows the inner flow" several_ports
finish
