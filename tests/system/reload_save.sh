#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors

# reload applies the difference and loses no packet, a bad file is refused whole, save writes what a
# start makes the same of.

# shellcheck disable=SC2317 # functions that are called by name
. "$(dirname "$0")/lib.sh"
. "$LIB/one_up.sh"
needs ip ethtool ping python3
CONFIG=$TEST_DIR/up.json
one_up
spawn client ping ping -i 0.005 $INTERNET

# change CHANGE: of the file, as merge.py
change() {
	/usr/bin/python3 "$LIB/merge.py" "$1" <"$CONFIG" >"$CONFIG.new" && mv "$CONFIG.new" "$CONFIG"
}
client_packets() { json up 'r["rx_packets"]' show host $CLIENT; }

before=$(client_packets)
change '{
	"tunnels": [ { "name": "to-b", "type": "vxlan-gpe", "vni": 100, "local": "192.0.2.1",
	               "remote": "192.0.2.2" },
	             { "name": "to-c", "type": "vxlan-gpe", "vni": 100, "local": "192.0.2.1",
	               "remote": "192.0.2.3" } ],
	"tunnel_groups": [ { "name": "g", "active": "to-b", "backup": "to-c" } ],
	"interfaces": [ { "name": "a1", "port": "acc0", "fallback": "to-b",
	                  "gateways": ["10.1.1.1/24", "10.1.2.1/24"] },
	                { "name": "a2", "port": "acc0", "vlans": [100, 200],
	                  "gateways": ["10.1.1.1/24"] } ],
	"segments": [ { "prefix": "10.1.1.0/24", "tunnel": "to-b", "cost": 20, "publish": true } ],
	"routes": [ { "prefix": "0.0.0.0/0", "via": "192.0.2.254" },
	            { "prefix": "203.0.113.0/24", "via": "192.0.2.253" } ],
	"hosts": [ { "ip": "10.1.1.5", "mac": "02:00:0a:01:01:05", "interface": "a1" },
	           { "ip": "10.1.1.6", "mac": "02:00:0a:01:01:06", "interface": "a2",
	             "egress": { "cir_kbps": 50000, "cbs_bytes": 65536 } } ],
	"host_tunnels": [ { "ip": "10.1.1.7", "tunnel": "g" } ] }'
check "reload" ctl up reload
check "a new host" json up 'r["interface"] == "a2"' show host 10.1.1.6
check "a new host-tunnel" json up 'r[0]["ip"] == "10.1.1.7"' show host-tunnel
check "new tunnels" json up '[t["name"] for t in r] == ["to-b", "to-c"]' show tunnel
interfaces() {
	json up "[i['name'] for i in r] == '$*'.split() or sys.exit(str(r))" show interface
}
check "a new interface" interfaces core0 a1 a2
check "a new route" json up '"203.0.113.0/24" in [e["prefix"] for e in r]' show route
check "a changed interface" json up 'r["fallback"] == "to-b"' show interface a1
counts_on() { [ "$(client_packets)" -gt "$before" ]; }
check "the counters of a host that is the same go on" counts_on
check "reload of the same file" ctl up reload

# What the last reload must leave alone.
state() {
	local what
	for what in config interface route host-tunnel tunnel tunnel-group segment; do
		ctl up -j show "$what"
	done | sed -E 's/"(rx|tx)_(packets|octets)": [0-9]+/"\1_\2": N/g'
}
state >"$TEST_DIR/state"
unchanged() { state | diff "$TEST_DIR/state" -; }
cp "$CONFIG" "$CONFIG.good"

# refused LINE TEXT CHANGE: reload says where, and nothing changes
refused() {
	local text=$1 line
	change "$2"
	line=$(grep -n -m 1 "$3" "$CONFIG" | cut -d: -f1)
	! ctl up reload >"$TEST_DIR/why" 2>&1 &&
		grep -F "$CONFIG:$line:" "$TEST_DIR/why" && grep -F "$text" "$TEST_DIR/why" &&
		! "$BUILD/app/godwit" --check -c "$CONFIG" >"$TEST_DIR/why_check" 2>&1 &&
		grep -F "$CONFIG:$line:" "$TEST_DIR/why_check"
}
check "an unknown key is refused, with file and line" \
	refused nosuch '{"nosuch": 1}' '"nosuch"'
note "$(tail -n 1 "$TEST_DIR/why")"
cp "$CONFIG.good" "$CONFIG"
check "a host on an interface that is not there" refused a9 \
	'{"hosts": [ { "ip": "10.1.1.8", "mac": "02:00:0a:01:01:08", "interface": "a9" } ]}' '"a9"'
note "$(tail -n 1 "$TEST_DIR/why")"
cp "$CONFIG.good" "$CONFIG"
check "a tunnel that names no local address" refused 192.0.2.99 \
	'{"tunnels": [ { "name": "to-b", "vni": 1, "local": "192.0.2.99", "remote": "192.0.2.2" } ]}' \
	'192.0.2.99'
cp "$CONFIG.good" "$CONFIG"
echo "{" >"$CONFIG"
not_json() { ! ctl up reload >"$TEST_DIR/why" 2>&1 && grep -F "$CONFIG:" "$TEST_DIR/why"; }
check "no JSON" not_json
rm "$CONFIG"
check "no file" bash -c '! "$@"' - "$BUILD/app/godwitctl" -s "$TEST_DIR/up.sock" reload
check "what runs is as it was" unchanged

# SIGHUP is a reload; what the file does not name any more goes.
change_back() {
	cp "$CONFIG.good" "$CONFIG"
	change '{"hosts": [ { "ip": "10.1.1.5", "mac": "02:00:0a:01:01:05", "interface": "a1" } ],
		"host_tunnels": [], "interfaces": [ { "name": "a1", "port": "acc0",
		"gateways": ["10.1.1.1/24"] } ]}'
}
change_back
kill -HUP "${PID_OF[up]}"
soon "SIGHUP reloads" 5 json up 'r["hosts"] == 1 and r["host_tunnels"] == 0' show host count
check "an interface that is not named goes" interfaces core0 a1

# save: the running configuration, also what came by commands.
check "add by commands" ctl up add host 10.1.1.9 mac 02:00:0a:01:01:09 interface a1
ctl up add host-tunnel 10.1.1.7 group g
ctl up switch tunnel-group g backup
check "save" ctl up save "$TEST_DIR/saved.json"
check "what was saved is valid" "$BUILD/app/godwit" --check -c "$TEST_DIR/saved.json"
stop ping INT
summary=$(grep transmitted "$TEST_DIR/ping.log")
check "reloads cost no packet: $summary" all_answered "$summary"
soon "packets balance" 5 balanced up
state >"$TEST_DIR/state"
stop up
start_godwit up up "$TEST_DIR/saved.json"
soon "a start from it forwards" 10 client_pings
check "and has made the same" unchanged
finish
