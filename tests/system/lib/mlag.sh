# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors
# shellcheck shell=bash

# An MLAG pair; sourced after lib.sh.
#
#                  router
#     192.0.2.254 /      \ 192.0.3.254
#               [a]=peer=[b]          10.2.0.2, 10.2.0.3, both 10.2.0.1
#                 \      /
#      Open vSwitch, a bond of two links, LACP
#           h0 .. h5: 10.2.0.10 to 10.2.0.15

HOSTS="0 1 2 3 4 5"

mlag_net() {
	local i
	ns_add a b router switch
	link a core router ra 1500
	link b core router rb 1500
	link a peer b peer 1600
	link a mem switch l1 1500
	link b mem switch l2 1500
	in_ns router ip address add 192.0.2.254/24 dev ra
	in_ns router ip address add 192.0.3.254/24 dev rb
	in_ns router ip link set ra address 02:00:00:00:00:fa
	in_ns router ip link set rb address 02:00:00:00:00:fb
	in_ns router sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward'
	# The way back may be by the other device.
	in_ns router sh -c 'for f in /proc/sys/net/ipv4/conf/*/rp_filter; do echo 0 >$f; done'
	in_ns router ip address add 198.51.100.9/32 dev lo
	for i in $HOSTS; do
		ns_add "h$i"
		link "h$i" eth0 switch "p$i" 1500
		in_ns "h$i" ip link set eth0 address "02:00:00:00:05:1$i"
		in_ns "h$i" ip address add "10.2.0.1$i/24" dev eth0
		in_ns "h$i" ip route add default via 10.2.0.1
	done
	way a
}

# way NAME: the router's way to the hosts
way() {
	in_ns router ip route replace 10.2.0.0/24 via "$([ "$1" = a ] && echo 192.0.2.1 || echo 192.0.3.1)"
}

# After mlag_net, IPv6 as well: the hosts are 2001:db8:2::10 to ::15, the pair's address is ::1.
mlag_net6() {
	local i
	speaks6 router ra
	speaks6 router rb
	in_ns router sh -c 'echo 0 >/proc/sys/net/ipv6/conf/lo/disable_ipv6
		echo 1 >/proc/sys/net/ipv6/conf/all/forwarding'
	in_ns router ip address add 2001:db8:a::fe/64 dev ra nodad
	in_ns router ip address add 2001:db8:b::fe/64 dev rb nodad
	in_ns router ip address add 2001:db8:9::9/128 dev lo
	for i in $HOSTS; do
		speaks6 "h$i" eth0
		in_ns "h$i" ip address add "2001:db8:2::1$i/64" dev eth0 nodad
		in_ns "h$i" ip route add default via 2001:db8:2::1
	done
	way6 a
}

# speaks6 NS INTERFACE: as a host whose address somebody gave it
speaks6() {
	in_ns "$1" sh -c "cd /proc/sys/net/ipv6/conf && echo 0 >all/disable_ipv6 &&
		echo 0 >$2/accept_ra && echo 0 >$2/router_solicitations && echo 0 >$2/disable_ipv6"
}

# way6 NAME: the same for IPv6
way6() { in_ns router ip route replace 2001:db8:2::/64 via "2001:db8:$1::1"; }

ovs() { ovs-vsctl --db="unix:$TEST_DIR/ovsdb.sock" --timeout=10 "$@"; }
ovs_app() { ovs-appctl -t "$TEST_DIR/vswitchd.ctl" "$@"; }

# The partner: userspace datapath, no kernel module. switch_start TIME [MODE]: fast or slow; by what
# the bond chooses a link. balance-tcp deals its hashes out at random, balance-slb does as `lands`
# says.
switch_start() {
	local i schema=/usr/share/openvswitch/vswitch.ovsschema
	links_up
	ovsdb-tool create "$TEST_DIR/ovs.db" $schema || fail "ovsdb-tool"
	spawn switch ovsdb ovsdb-server "$TEST_DIR/ovs.db" --remote="punix:$TEST_DIR/ovsdb.sock" \
		--unixctl="$TEST_DIR/ovsdb.ctl"
	wait_for 10 ovs --no-wait init || fail "ovsdb-server"
	spawn switch vswitchd ovs-vswitchd "unix:$TEST_DIR/ovsdb.sock" \
		--unixctl="$TEST_DIR/vswitchd.ctl"
	ovs add-br br0 -- set bridge br0 datapath_type=netdev || fail "bridge of Open vSwitch"
	ovs add-bond br0 bond0 l1 l2 bond_mode="${2:-balance-tcp}" lacp=active \
		other_config:lacp-time="${1:-fast}" other_config:bond-rebalance-interval=0 ||
		fail "bond of Open vSwitch"
	for i in $HOSTS; do ovs add-port br0 "p$i" || fail "port p$i of Open vSwitch"; done
}

# lands LINK HOST...: what these hosts send takes that link (l1 to a, l2 to b) of a balance-slb bond
lands() {
	local link=$1 i
	shift
	for i in "$@"; do
		ovs_app bond/migrate bond0 "$(ovs_app bond/hash "02:00:00:00:05:1$i")" "$link" || return 1
	done
}

# The link to a is plugged into another switch.
switch_other_a() {
	ovs del-bond-iface bond0 l1 && ovs add-br br1 -- set bridge br1 datapath_type=netdev &&
		ovs add-port br1 l1 -- set port l1 lacp=active other_config:lacp-time=fast \
			other_config:lacp-system-id=02:00:00:00:99:99
}

# mlag_config NAME [CHANGE...]; CORE: more keys of the port to the router
mlag_config() {
	local name=$1 n=1 other=2 net=2 cpu
	[ "$name" = a ] || { n=2 other=1 net=3; }
	shift
	cpu=$(((n - 1) % $(nproc)))
	/usr/bin/python3 "$LIB/merge.py" "$@" >"$TEST_DIR/$name.json" <<JSON
{
  "name": "$name",
  "eal": ["--no-pci", "--no-huge"],
  "lcores": { "slow": $cpu, "workers": [$cpu] },
  "ports": [
    { "name": "core", "device": "af_xdp:core", "role": "network", "mac": "02:00:00:00:0c:0$n", ${CORE:-}
      "addresses": ["192.0.$net.1/24", "2001:db8:$name::1/64"] },
    { "name": "peer", "device": "af_xdp:peer", "role": "peer-link", "mtu": 1564,
      "mac": "02:00:00:00:0b:0$n" },
    { "name": "mem", "device": "af_xdp:mem", "role": "member",
      "addresses": ["10.2.0.$((n + 1))/24", "2001:db8:2::$((n + 1))/64"] } ],
  "routes": [ { "prefix": "0.0.0.0/0", "via": "192.0.$net.254" },
              { "prefix": "::/0", "via": "2001:db8:$name::fe" } ],
  "mlag": { "mode": "peer-link", "system_id": "02:00:00:00:aa:0$n",
            "peer_system_id": "02:00:00:00:aa:0$other", "priority": 100,
            "virtual_mac": "00:00:5e:00:01:0a", "peer_link": "peer",
            "keepalive": { "local": "192.0.$net.1", "remote": "192.0.$((5 - net)).1" },
            "lacp": { "system": "02:00:00:00:aa:00", "priority": 100 },
            "members": [ { "id": 1, "port": "mem",
                           "virtual_addresses": ["10.2.0.1/24", "2001:db8:2::1/64"] } ] }
}
JSON
}

# mlag NAME EXPRESSION: of its "show mlag"
mlag() { json "$1" "$2" show mlag detail; }
peers_up() { mlag a 'r["peer"] == "up"' && mlag b 'r["peer"] == "up"'; }
members_up() {
	mlag a 'r["members"][0]["here"] == "up" and r["members"][0]["peer"] == "up"' &&
		mlag b 'r["members"][0]["here"] == "up" and r["members"][0]["peer"] == "up"'
}

# table NAME [PREFIX]: what a device has learned behind the member, sorted
table() {
	ctl "$1" -j show neighbor | /usr/bin/python3 -c '
import json, sys
for n in sorted((n["ip"], n["mac"]) for n in json.load(sys.stdin)
                if n["ip"].startswith(sys.argv[1]) and n["mac"]):
    print(*n)' "${2:-10.2.0.}"
}
# tables_equal [COUNT [PREFIX]]: both have so many, the same
tables_equal() {
	local here there
	here=$(table a "${2:-}") && there=$(table b "${2:-}") && [ -n "$here" ] &&
		[ "$here" = "$there" ] && [ "$(wc -l <<<"$here")" = "${1:-6}" ]
}

# pings [COUNT [PREFIX]]: the router reaches every host
pings() {
	local i
	for i in $HOSTS; do
		in_ns router ping -q -i 0.05 -c "${1:-1}" -W 1 "${2:-10.2.0.}1$i" >/dev/null || return 1
	done
}

# Every host pings somebody behind the router, all the time, by either device as the bond decides.
pings_start() { # pings_start ADDRESS
	local i
	for i in $HOSTS; do spawn "h$i" "ping$i" ping -i 0.1 -W 1 "$1"; done
}
pings_stop() {
	local i
	for i in $HOSTS; do stop "ping$i"; done
}
mark() {
	local i
	for i in $HOSTS; do grep -c "bytes from" "$TEST_DIR/ping$i.log" >"$TEST_DIR/mark$i" || :; done
}
# pongs NUMBER: so many have come to every host since the last mark
pongs() {
	local i
	for i in $HOSTS; do
		[ "$(grep -c "bytes from" "$TEST_DIR/ping$i.log")" -ge $(($(cat "$TEST_DIR/mark$i") + $1)) ] ||
			return 1
	done
}
