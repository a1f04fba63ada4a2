# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors
# shellcheck shell=bash

# The seed's example of switches without a peer link; sourced after lib.sh.
#
#             gw                  192.0.2.9 on lo
#        up-a /  \ up-b           10.0.1.2, 10.0.2.2
#            |    |
#           [a]  [b]              10.0.1.1, 10.0.2.1; both 10.10.10.254 towards servers
#       d1 d2 d4 d5 on both
#           |    |
#     s1 s2 s4 s5, links pa and pb: 10.10.10.1 and .2 are behind a first, .4 and .5 behind b

SERVERS="1 2 4 5"

linkage_net() {
	local i up n
	ns_add gw a b
	in_ns gw sysctl -qw net.ipv4.ip_forward=1
	for up in a b; do
		n=$([ "$up" = a ] && echo 1 || echo 2)
		link gw "up-$up" "$up" core0
		in_ns gw ip address add "10.0.$n.2/29" dev "up-$up"
		in_ns "$up" ip address add "10.0.$n.3/29" dev core0
		in_ns "$up" sysctl -qw net.ipv4.ip_forward=0
	done
	in_ns gw ip address add 192.0.2.9/32 dev lo
	for i in $SERVERS; do
		ns_add "s$i"
		link a "d$i" "s$i" pa
		link b "d$i" "s$i" pb
		# One server, one MAC address, whichever link it uses.
		in_ns "s$i" ip link set pa address "02:00:00:00:0c:0$i"
		in_ns "s$i" ip link set pb address "02:00:00:00:0c:0$i"
		in_ns "s$i" sh -c 'echo 1 >/proc/sys/net/ipv4/conf/all/arp_ignore'
	done
}

# server_start N [quiet]: with its failover
server_start() {
	local i=$1 primary=pa backup=pb
	shift
	[ "$i" -lt 3 ] || primary=pb backup=pa
	spawn_ready "s$i" "server$i" /usr/bin/python3 "$LIB/failover.py" "10.10.10.$i/24" \
		10.10.10.254 $primary $backup "$@"
}
servers_start() {
	local i
	for i in $SERVERS; do server_start "$i" "$@"; done
}

ovs() { ovs-vsctl --db="unix:$TEST_DIR/ovsdb.sock" --timeout=10 "$@"; }

# bond_start NS PRIMARY BACKUP ADDRESS: Open vSwitch, active-backup; the address is on br0
bond_start() {
	ovsdb-tool create "$TEST_DIR/ovs.db" /usr/share/openvswitch/vswitch.ovsschema ||
		fail "ovsdb-tool"
	spawn "$1" ovsdb ovsdb-server "$TEST_DIR/ovs.db" --remote="punix:$TEST_DIR/ovsdb.sock" \
		--unixctl="$TEST_DIR/ovsdb.ctl"
	wait_for 10 ovs --no-wait init || fail "ovsdb-server"
	spawn "$1" vswitchd ovs-vswitchd "unix:$TEST_DIR/ovsdb.sock" \
		--unixctl="$TEST_DIR/vswitchd.ctl"
	ovs add-br br0 -- set bridge br0 datapath_type=netdev || fail "bridge of Open vSwitch"
	ovs add-bond br0 bond0 "$2" "$3" bond_mode=active-backup \
		-- set port bond0 other_config:bond-primary="$2" || fail "bond of Open vSwitch"
	in_ns "$1" ip link set br0 up
	in_ns "$1" ethtool -K br0 tx off >/dev/null
	in_ns "$1" ip address add "$4" dev br0
	in_ns "$1" ip route replace default via 10.10.10.254
}

# switch_config NS PUBLISH [LINKAGE]: on standard output
switch_config() {
	local n i
	n=$([ "$1" = a ] && echo 1 || echo 2)
	cat <<JSON
{ "name": "$1", "eal": ["--no-pci", "--no-huge"], "lcores": { "slow": 0, "workers": [0] },
  "gateway": { "mac": "00:00:5e:00:01:01" },
  "ports": [
$(for i in $SERVERS; do
		echo "    { \"name\": \"d$i\", \"device\": \"af_xdp:d$i\", \"host_routes\": true,"
		echo "      \"addresses\": [\"10.10.10.254/24\"] },"
	done)
    { "name": "core0", "device": "af_xdp:core0", "addresses": ["10.0.$n.1/29"],
      "pass": ["arp", "ospf", "bgp"] } ],
  ${LEARN:-\"routes\": [ { \"prefix\": \"0.0.0.0/0\", \"via\": \"10.0.$n.2\" \} ]},
  "host_routes": { "keepalive_ms": 1000, "probe_ms": 200, "probes": 3 },
  "linkage": [ { "name": "g1", "uplinks": ["core0"], "downlinks": ["d1", "d2", "d4", "d5"]
                 ${3:-, \"delay_up_ms\": 300} } ],
  "publish": $2 }
JSON
}

# has_server SWITCH N: it is behind that switch, and published
has_server() {
	json "$1" "[s for s in r if s['server'] == '10.10.10.$2' and s['state'] == 'advertised'] != []" \
		show host-route
}
has_not() { ! has_server "$@"; }

# group_is SWITCH STATE
group_is() { json "$1" "r['groups'][0]['state'] == '$2'" show linkage; }

# server_on N LINK: what its failover chose last
server_on() { tail -n 1 "$TEST_DIR/server$1.log" | grep -w "$2"; }

carrier() { [ "$(in_ns "$1" cat "/sys/class/net/$2/carrier" 2>/dev/null)" = 1 ]; }
no_carrier() { ! carrier "$@"; }

# published NS TABLE: host routes of the kernel, one each line
published() { in_ns "$1" ip route show table "$2" proto 200 | awk '{ print $2 }' | sort; }
publishes() { # NS TABLE ADDRESS...
	local space=$1 table=$2
	shift 2
	[ "$(published "$space" "$table" | tr '\n' ' ')" = "$(printf '%s ' "$@" | sed 's/^ $//')" ]
}
