# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors
# shellcheck shell=bash

# Routing daemons in namespaces, each with sockets and files of its own, started from the very files
# in config/frr and config/bird; and a network of user planes below a gateway. Sourced after lib.sh
# (or lib/net.sh).
#
#        gw
#   up-a /  \ up-b        10.0.1.2, 10.0.2.2
#       |    |
#     [a]    [b]          core0: godwit 10.0.1.1 and 10.0.2.1, the kernel 10.0.1.3 and 10.0.2.3

FRR_DIR=/usr/lib/frr
# shellcheck disable=SC2034 # for those who source this
ROUTER_CONF=$(realpath "$LIB/../../../config")

# routers_net NS...: a gateway above these user planes (a, b)
routers_net() {
	local up n
	ns_add gw "$@"
	in_ns gw sysctl -qw net.ipv4.ip_forward=1 net.ipv4.fib_multipath_hash_policy=1
	for up in "$@"; do
		n=$([ "$up" = a ] && echo 1 || echo 2)
		link gw "up-$up" "$up" core0 1500
		in_ns gw ip address add "10.0.$n.2/29" dev "up-$up"
		in_ns "$up" ip address add "10.0.$n.3/29" dev core0
		in_ns "$up" sysctl -qw net.ipv4.ip_forward=0
	done
}

# frr_start NS FILE DAEMON...: zebra and these, then the commands of FILE
frr_start() {
	local space=$1 file=$2 daemon
	shift 2
	mkdir -p "$TEST_DIR/frr_$space"
	: >"$TEST_DIR/frr_$space/empty.conf"
	chmod 711 "$TEST_DIR" # they give up root
	chown -R frr:frr "$TEST_DIR/frr_$space"
	for daemon in zebra "$@"; do frr_daemon "$space" "$daemon"; done
	in_ns "$space" vtysh --vty_socket "$TEST_DIR/frr_$space" -f "$file" \
		>"$TEST_DIR/frr_$space/vtysh.log" 2>&1 ||
		fail "configuration of $space" "$(tail -n 1 "$TEST_DIR/frr_$space/vtysh.log")"
}

# frr_daemon NS DAEMON: zebra with the option that config/frr/ospf-import-table.conf asks for
frr_daemon() {
	local dir=$TEST_DIR/frr_$1 options=
	[ "$2" != zebra ] || options="-K 1"
	rm -f "$dir/$2.vty"
	# shellcheck disable=SC2086 # words
	spawn "$1" "$2_$1" "$FRR_DIR/$2" $options -f "$dir/empty.conf" -z "$dir/zserv.api" --vty_socket "$dir" \
		-i "$dir/$2.pid" -u frr -g frr -P 0 -A 127.0.0.1
	wait_for 10 test -S "$dir/$2.vty" || fail "start of $2 in $1" "$(tail -n 1 "$TEST_DIR/$2_$1.log")"
}

# frr NS COMMAND...: as on its prompt
frr() {
	local space=$1
	shift
	in_ns "$space" vtysh --vty_socket "$TEST_DIR/frr_$space" -c "$*" 2>/dev/null
}

# frr_stop NS DAEMON...: by kill -9
frr_stop() {
	local space=$1 daemon
	shift
	for daemon in "$@"; do stop "${daemon}_$space" KILL; done
}

# bird_start NS FILE
bird_start() {
	spawn "$1" "bird_$1" bird -f -c "$2" -s "$TEST_DIR/bird_$1.ctl" -P "$TEST_DIR/bird_$1.pid"
	wait_for 10 birdcl_in "$1" show status ||
		fail "start of bird in $1" "$(tail -n 1 "$TEST_DIR/bird_$1.log")"
}
birdcl_in() {
	local space=$1
	shift
	birdcl -s "$TEST_DIR/bird_$space.ctl" "$@"
}

# of_b FILE: a configuration of user plane a made that of b; prints its name
of_b() {
	local out
	out=$TEST_DIR/$(basename "$(dirname "$1")")-b-$(basename "$1")
	sed 's/10\.0\.1\./10.0.2./g; s/2001:db8:1:/2001:db8:2:/g; s/65001/65002/g; s/up-a/up-b/g' "$1" >"$out"
	echo "$out"
}

# up_config NS PUBLISH: a godwit without clients, whose "publish" is this; on standard output
up_config() {
	local n
	n=$([ "$1" = a ] && echo 1 || echo 2)
	cat <<JSON
{ "name": "$1", "eal": ["--no-pci", "--no-huge"], "lcores": { "slow": 0, "workers": [0] },
  "gateway": { "mac": "00:00:5e:00:01:01" },
  "ports": [
    { "name": "core0", "device": "af_xdp:core0", "role": "network", "addresses": ["10.0.$n.1/29"],
      "pass": ["arp", "ospf", "bgp"] },
    { "name": "acc0", "device": "net_null0,no-rx=1", "role": "access",
      "addresses": ["10.10.10.254/24"] } ],
  "publish": $2 }
JSON
}

# gw_route PREFIX [VIA...]: the gateway's kernel sends there by exactly these
gw_route() {
	local prefix=$1 have want
	shift
	have=$(in_ns gw ip route show "${prefix%/32}" | grep -o 'via [0-9.]*' | sort | tr '\n' ' ')
	want=$(printf 'via %s\n' "$@" | sort | tr '\n' ' ')
	[ $# -gt 0 ] || want=
	[ "$have" = "$want" ] || { echo "${have:-no route}"; false; }
}
