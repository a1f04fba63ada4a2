#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors
#
# A network of namespaces for config/up-a.json and config/up-b.json, on one machine. As root.
# usage: lab.sh up|down
#
#   lab-client --- lab-site1 --- acc0 [lab-a] core0 ---+
#       |              +-------- acc0 [lab-b] core0 ---+--- lab-core: router 192.0.2.254,
#       +--------- lab-site2 --- acc1 [lab-a]          |              server 198.51.100.9
#                      +-------- acc1 [lab-b]
set -eu

all="lab-core lab-site1 lab-site2 lab-client lab-a lab-b"

# link NAMESPACE DEVICE MTU BRIDGE_NAMESPACE PORT: a veth from a device to a port of a bridge.
# Checksums and VLAN tags are not left to hardware that a veth does not have.
link() {
	ip -n "$1" link add "$2" mtu "$3" type veth peer name "$5" mtu "$3" netns "$4"
	ip netns exec "$1" ethtool -K "$2" tx off txvlan off >/dev/null
	ip netns exec "$4" ethtool -K "$5" tx off txvlan off >/dev/null
	ip -n "$1" link set dev "$2" up
	ip -n "$4" link set dev "$5" master br0 up
}

up() {
	for n in $all; do
		ip netns add "$n"
		ip netns exec "$n" sysctl -qw net.ipv6.conf.all.disable_ipv6=1
		ip -n "$n" link set dev lo up
	done
	for n in lab-core lab-site1 lab-site2 lab-client; do
		ip -n "$n" link add br0 mtu 1500 type bridge mcast_snooping 0
		ip -n "$n" link set dev br0 up
	done
	for n in a b; do
		link "lab-$n" core0 1536 lab-core "$n"
		link "lab-$n" acc0 1500 lab-site1 "$n"
		link "lab-$n" acc1 1500 lab-site2 "$n"
	done
	ip -n lab-core address add 192.0.2.254/24 dev br0
	ip -n lab-core address add 198.51.100.9/32 dev lo
	ip netns exec lab-core sysctl -qw net.ipv4.ip_forward=1
	# What a routing protocol would do: the segment is where A is.
	ip -n lab-core route add 10.1.1.0/24 via 192.0.2.1
	# The client: one address and MAC, in reach of site 1 or of site 2.
	for s in 1 2; do
		link lab-site$s client 1500 lab-client site$s
		ip -n lab-site$s link set dev client master br0
	done
	ip -n lab-client link set dev br0 address 02:00:00:00:05:05
	ip -n lab-client link set dev site2 down
	ip -n lab-client address add 10.1.1.5/24 dev br0
	ip -n lab-client route add default via 10.1.1.1
}

down() {
	for n in $all; do
		ip netns delete "$n" 2>/dev/null || true
	done
}

case ${1:-} in
up | down) "$1" ;;
*)
	echo "usage: $0 up|down" >&2
	exit 2
	;;
esac
