#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors

# Published routes as the kernel has them: what is published and what is not, costs, changes while it
# runs, somebody who deletes them, a kernel that refuses, kill -9, restart and restart in service.

# shellcheck disable=SC2317 # functions that are called by name
. "$(dirname "$0")/lib.sh"
. "$LIB/one_up.sh"
needs ip ethtool ping python3

routes() { in_ns up ip -4 route show table all proto 200; in_ns up ip -6 route show table all proto 200; }
# published PREFIX TABLE METRIC: this route and no other to the prefix
published() {
	local all table=" table $2"
	[ "$2" != 254 ] || table= # main, which ip does not say
	all=$(in_ns up ip route show "$1" table all proto 200)
	[ "$(grep -c . <<<"$all")" = 1 ] && grep -q "^blackhole ${1%/32}$table metric $3 *$" <<<"$all" ||
		{ echo "${all:-no route}"; false; }
}
unpublished() { [ -z "$(in_ns up ip route show "$1" table all proto 200)" ]; }
summary() { json up "$1" show publish summary; }

PUBLISH='{"publish": {"cost_tables": {"20": 101, "30": 102}},
	"segments": [{"prefix": "10.1.1.0/24", "cost": 20, "publish": true},
		{"prefix": "10.1.2.0/24", "cost": 30}],
	"hosts": [{"ip": "10.1.1.5", "mac": "02:00:0a:01:01:05", "interface": "a1"},
		{"ip": "10.9.0.1", "mac": "02:00:0a:09:00:01", "interface": "a1", "publish": true, "cost": 7},
		{"ip": "10.9.0.2", "mac": "02:00:0a:09:00:02", "interface": "a1", "publish": true,
			"standby": true}]}'
one_up "$PUBLISH"

soon "a host is published in the table of all costs" 5 published 10.9.0.1/32 100 7
check "a segment in that of its cost" published 10.1.1.0/24 101 20
count() { [ "$(routes | grep -c .)" = "$1" ]; }
check "a host without publish, a standby one and a standby segment are not" count 2

ctl up add host 10.9.0.3 mac 02:00:0a:09:00:03 interface a1 publish cost 20
soon "a host that is added is published" 2 published 10.9.0.3/32 101 20
ctl up add host 10.9.0.3 mac 02:00:0a:09:00:03 interface a1 publish cost 30
soon "with another cost it is in another table, and only there" 2 published 10.9.0.3/32 102 30
ctl up add segment 10.1.2.0/24 discard cost 30 publish
soon "a segment whose publishing begins" 2 published 10.1.2.0/24 102 30
ctl up switch interface a1 standby
soon "with its interface in standby a host is not published" 2 unpublished 10.9.0.3/32
check "segments are" published 10.1.1.0/24 101 20
ctl up switch interface a1 active
soon "active again it is" 2 published 10.9.0.3/32 102 30
ctl up del host 10.9.0.3
soon "a host that is deleted is withdrawn" 2 unpublished 10.9.0.3/32

# Behind its back.
in_ns up ip route del 10.9.0.1/32 table 100
soon "a route that somebody deletes is put back" 2 published 10.9.0.1/32 100 7
in_ns up ip route add blackhole 10.9.9.9/32 table 100 proto 200 metric 7
soon "one that somebody adds in our name goes" 2 unpublished 10.9.9.9/32
in_ns up ip route add blackhole 10.9.9.9/32 table 100 proto 201 metric 7
foreign() { in_ns up ip route show 10.9.9.9/32 table 100 proto 201 | grep -q blackhole; }
check "another's stays" foreign
check "the summary counts that" summary 'r["mended"] == 1 and r["refusals"] == 0'

# A kernel that refuses: the place is taken by another's route.
ctl up add host 10.9.0.5 mac 02:00:0a:09:00:05 interface a1 publish cost 7
soon "one more host" 2 published 10.9.0.5/32 100 7
ctl up add host 10.9.9.9 mac 02:00:0a:09:09:09 interface a1 publish cost 7
refused() { json up '[e for e in r if e["prefix"] == "10.9.9.9/32" and e["state"] == "refused" and
	e["error"] == "File exists"] != []' show publish; }
soon "a refused route is shown as refused, with the reason" 3 refused
tried() { summary 'r["refusals"] > 2'; }
soon "it is tried again" 5 tried
check "the others are as they were" published 10.9.0.1/32 100 7
in_ns up ip route replace blackhole 10.9.0.5/32 table 100 proto 201 metric 7
displaced() { json up '[e for e in r if e["prefix"] == "10.9.0.5/32" and e["state"] == "refused"] != []' \
	show publish; }
soon "one in whose place somebody puts another is missed" 3 displaced
in_ns up ip route del 10.9.0.5/32 table 100 proto 201
soon "and put back when that goes" 12 published 10.9.0.5/32 100 7
taken() { for i in $(seq 100 119); do in_ns up ip route "$1" blackhole "10.9.8.$i/32" table 100 proto 201 metric 7; done; }
taken add
for i in $(seq 100 119); do
	echo "add host 10.9.8.$i mac 02:00:0a:09:08:$(printf '%02x' "$i") interface a1 publish cost 7"
done >"$TEST_DIR/taken"
ctl up load "$TEST_DIR/taken"
tried() { summary 'r["refusals"] > 60'; }
soon "many that are refused, again and again" 10 tried
ctl up del host 10.9.0.5
soon "hold up nobody's withdrawal" 1 unpublished 10.9.0.5/32
sed -i 's/^add/del/; s/ publish.*//' "$TEST_DIR/taken"
ctl up load "$TEST_DIR/taken"
taken del
in_ns up ip route del 10.9.9.9/32 table 100 proto 201
soon "and is there when the kernel takes it" 12 published 10.9.9.9/32 100 7
ctl up del host 10.9.9.9

# Bad asks change nothing.
bad() { ! ctl up add host 10.9.0.4 mac 02:00:0a:09:00:04 interface a1 publish cost 16777216; }
check "a cost that cannot be is refused" bad
nobody() { ! ctl up show host 10.9.0.4; }
check "and the host with it" nobody

# 10,000 at once.
for i in $(seq 0 9999); do
	echo "add host 10.20.$((i / 250)).$((i % 250 + 1)) mac 02:00:00:00:$(printf '%02x:%02x' $((i >> 8)) $((i & 255))) interface a1 publish cost 30"
done >"$TEST_DIR/many"
ctl up load "$TEST_DIR/many"
many() { [ "$(in_ns up ip route show table 102 proto 200 | grep -c '^blackhole 10.20.')" = "$1" ]; }
soon "10,000 hosts are published" 20 many 10000
check "none was refused" summary 'r["published"] == r["prefixes"] and r["waiting"] == 0'
in_ns up ip route flush table 102
soon "they are there again after somebody flushed the table" 20 many 10000
sed -i 's/^add/del/; s/ publish.*//' "$TEST_DIR/many"
ctl up load "$TEST_DIR/many"
soon "and withdrawn with them" 20 many 0

# A reload.
one_up_config "$TEST_DIR/up.json" "$PUBLISH" '{"publish": {"table": 254, "cost_tables": null}}'
ctl up reload
soon "a reload moves them to another table" 3 published 10.9.0.1/32 254 7
in_main() { in_ns up ip route show proto 200 | grep -q "^blackhole 10.1.1.0/24 metric 20 *$"; }
check "all of them" in_main

# It is killed, and another one starts: what is right is not touched.
in_ns up ip monitor route >"$TEST_DIR/monitor" &
MONITOR=$!
stop up KILL
in_ns up ip route add blackhole 10.9.8.8/32 proto 200 metric 5
start_godwit up up "$TEST_DIR/up.json"
soon "after kill -9 and a restart, what nobody wants is gone within a second" 1 unpublished 10.9.8.8/32
check "what is wanted is there" published 10.9.0.1/32 254 7
untouched() { ! grep -q "10.9.0.1\|10.1.1.0/24" "$TEST_DIR/monitor"; }
check "and was never touched" untouched
ctl up restart-in-service
ended up
check "a restart in service leaves them" published 10.9.0.1/32 254 7
start_godwit up up "$TEST_DIR/up.json"
settled() { summary 'r["published"] == 2 and r["withdrawing"] == 0 and r["routes_added"] == 0'; }
soon "the next one finds them right" 3 settled
check "untouched" untouched
kill $MONITOR
stop up
none() { [ -z "$(routes)" ]; }
check "a clean stop withdraws all" none

# Without the right to change routes.
cat >"$TEST_DIR/noright.json" <<JSON
{ "name": "noright", "eal": ["--no-pci", "--no-huge"], "lcores": { "slow": 0, "workers": [0] },
  "ports": [ { "name": "p0", "device": "net_null0,no-rx=1" } ], "publish": {},
  "segments": [ { "prefix": "10.1.1.0/24", "publish": true } ] }
JSON
spawn up noright setpriv --bounding-set -net_admin --inh-caps -net_admin "$BUILD/app/godwit" \
	-c "$TEST_DIR/noright.json" -s "$TEST_DIR/noright.sock"
perm() { json noright 'r[0]["state"] == "refused" and "permitted" in r[0]["error"]' show publish; }
soon "without CAP_NET_ADMIN the reason is shown" 10 perm
stop noright
finish
