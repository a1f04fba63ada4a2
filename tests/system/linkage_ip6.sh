#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors

# A Linux server with an IPv6 address (/128) and two links, behind two switches and a gateway with
# BIRD's BGP: heard by neighbour discovery, published, moved by each failure, withdrawn.

. "$(dirname "$0")/lib.sh"
. "$LIB/routers.sh"
. "$LIB/linkage.sh"
. "$LIB/linkage_live.sh"
needs ip ethtool ping python3 bird birdcl

SERVER=2001:db8:10::1
GATEWAY=2001:db8:10::fe
INTERNET=2001:db8::9
six_on() { in_ns "$1" sysctl -qw "net.ipv6.conf.$2.disable_ipv6=0" "net.ipv6.conf.$2.accept_dad=0"; }
# both NAME: the configuration of BIRD with its IPv6 half
both() {
	cat "$ROUTER_CONF/bird/$1.conf" "$ROUTER_CONF/bird/$1-ipv6.conf" >"$TEST_DIR/$1.conf"
	echo "$TEST_DIR/$1.conf"
}

linkage_net
links_up
for dev in lo up-a up-b; do six_on gw $dev; done
in_ns gw sysctl -qw net.ipv6.conf.all.forwarding=1
in_ns gw ip address add $INTERNET/128 dev lo
for up in a b; do
	n=$([ $up = a ] && echo 1 || echo 2)
	six_on $up core0
	in_ns gw ip address add 2001:db8:$n::2/64 dev up-$up nodad
	in_ns $up ip address add 2001:db8:$n::3/64 dev core0 nodad
done
for dev in pa pb; do
	six_on s1 $dev
	in_ns s1 sysctl -qw net.ipv6.conf.$dev.ndisc_notify=1
done
bird_start gw "$(both gateway-bgp)"
bird_start a "$(both bgp)"
bird_start b "$(of_b "$(both bgp)")"
LEARN='"learn": {}'
for up in a b; do
	n=$([ $up = a ] && echo 1 || echo 2)
	switch_config $up '{ "table": 100 }' ', "delay_up_ms": 300, "adjacency": "route"' |
		sed "s|\"10.10.10.254/24\"|&, \"$GATEWAY/64\"|; s|\"10.0.$n.1/29\"|&, \"2001:db8:$n::1/64\"|
			s|\"arp\", \"ospf\"|\"arp\", \"nd\", \"ospf\"|" >"$TEST_DIR/$up.json"
	start_godwit $up $up "$TEST_DIR/$up.json"
	spawn $up watchdog_$up "$BUILD/app/godwit-watchdog" -f "$TEST_DIR/$up.heartbeat" -t 3000
done
for up in a b; do soon "$up: adjacency and delay, then up" 40 group_is $up up; done
spawn_ready s1 server1 /usr/bin/python3 "$LIB/failover.py" $SERVER/128 $GATEWAY pa pb

# behind SWITCH: at the gateway; nowhere
gateway_has() { in_ns gw ip -6 route show $SERVER | grep -o 'via [0-9a-f:]*' | sort -u | tr '\n' ' '; }
behind() { [ "$(gateway_has)" = "via 2001:db8:$([ "$1" = a ] && echo 1 || echo 2)::3 " ] || { gateway_has && false; }; }
nowhere() { [ -z "$(gateway_has)" ] || { gateway_has && false; }; }
answers_ping() { in_ns gw ping -6 -c 1 -W 1 -I $INTERNET $SERVER; }
is_published() { in_ns "$1" ip -6 route show table 100 proto 200 | grep -q "^blackhole $SERVER "; }
is_not_published() { ! is_published "$1"; }
# is_at SWITCH WHAT
is_at() {
	soon "$2: behind $1 at the gateway" 15 behind "$1"
	soon "$2: it answers" 10 answers_ping
	check "$2: published by $1" is_published "$1"
	soon "$2: not by the other one" 5 is_not_published "$([ "$1" = a ] && echo b || echo a)"
}
is_at a "server with IPv6"
check "as a server of its port" json a "[s['port'] for s in r if s['server'] == '$SERVER'] == ['d1']" \
	show host-route
check "its link-local address is not published" json a "[s for s in r if s['server'][:4] == 'fe80'] == []" \
	show host-route

in_ns a ip link set d1 down
is_at b "server link down"
in_ns a ip link set d1 up
is_at a "server link up again"

in_ns gw ip link set up-a down
is_at b "uplink down"
in_ns gw ip link set up-a up
in_ns gw ip address replace 2001:db8:1::2/64 dev up-a nodad # the kernel takes it away with the link
is_at a "uplink up again"

stop a KILL
is_at b "kill -9 of a, under its watchdog"
start_godwit a a "$TEST_DIR/a.json"
is_at a "a is started again"

# --- it says nothing any more
stop server1
in_ns s1 ip -6 address flush scope global
soon "silent: withdrawn after the probes" 10 is_not_published a
soon "everywhere" 10 nowhere
spawn_ready s1 server1 /usr/bin/python3 "$LIB/failover.py" $SERVER/128 $GATEWAY pa pb
is_at a "it speaks"
stop a
is_at b "clean stop of a"
finish
