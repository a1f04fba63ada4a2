#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors

# Made-up ARP replies on the links of an MLAG pair, as many as the machine can make: who is there
# stays known, hellos and LACP go on, the command line answers. A million of them: the benchmark
# mlag_live_flood.

# shellcheck disable=SC2317 # functions that are called by name
. "$(dirname "$0")/lib.sh"
. "$LIB/mlag.sh"
needs ip ethtool ping python3 ovs-vswitchd ovsdb-server ovs-vsctl
mlag_net
mlag_config a '{"mlag": {"arp_timeout_s": 3}}'
mlag_config b '{"mlag": {"arp_timeout_s": 3}}'
switch_start fast
start_godwit a a "$TEST_DIR/a.json"
start_godwit b b "$TEST_DIR/b.json"
soon "the pair is up" 40 members_up
soon "the router reaches the hosts" 10 pings
soon "both have learned all of them" 10 tables_equal

before_a=$(mlag a 'sum(1 for e in r["events"])')
before_b=$(mlag b 'sum(1 for e in r["events"])')
# LACPDUs of either device, as the partner gets them: one a second.
for link in l1 l2; do spawn_ready switch "lacp-$link" "$LIB/gaps.py" $link 0x8809; done
# With what the pair leaves of the machine: this is about the protocol, not about who gets a CPU.
for link in l1 l2; do
	spawn switch "flood-$link" nice -n 19 "$LIB/arp_flood.py" $link "${COUNT:-100000}" 10 \
		02:00:00:00:aa:01 02:00:00:00:aa:02 00:00:5e:00:01:0a
done

# Answers of the command line while it lasts, the slowest one, in milliseconds.
flooding() { ! gone "${PID_OF[flood-l1]}"; }
slowest=0
lost=0
silence=0
most=0
while flooding; do
	start=${EPOCHREALTIME/./}
	hosts=$(table a | grep -cE '10\.2\.0\.1[0-5] ')
	took=$(((${EPOCHREALTIME/./} - start) / 1000))
	[ "$took" -le "$slowest" ] || slowest=$took
	[ "$hosts" = 6 ] || lost=$((lost + 1))
	read -r heard unconfirmed < <(mlag a '"%d %d" % (r["peer_heard_s"] * 1000,
		max(m["unconfirmed"] for m in r["members"]))')
	[ "${heard:-0}" -le "$silence" ] || silence=$heard
	[ "${unconfirmed:-0}" -le "$most" ] || most=$unconfirmed
	sleep 0.2
done
ended flood-l1 >/dev/null
ended flood-l2 >/dev/null
stop lacp-l1
stop lacp-l2
gap() { tail -n 1 "$TEST_DIR/lacp-$1.log"; }
note "l1: $(gap l1), l2: $(gap l2) of LACPDUs; peer silent for $silence ms at most; \
at most $most unconfirmed"
note "$(cat "$TEST_DIR/flood-l1.log"); slowest answer $slowest ms, two processes to start among it"
check "every host stays known" [ "$lost" = 0 ]
check "the command line answers" [ "$slowest" -lt 10000 ]
# Three in a row may be missing before the partner gives up.
ontime() { gap "$1" | /usr/bin/python3 -c 'import json, sys
r = json.load(sys.stdin)
sys.exit(r["frames"] == 0 or r["longest_s"] >= 3)'; }
check "LACPDUs of a go on" ontime l1
check "LACPDUs of b go on" ontime l2
check "unconfirmed entries are bounded all the time" [ "$most" -le 1024 ]
check "nothing happened on a" [ "$(mlag a 'sum(1 for e in r["events"])')" = "$before_a" ]
check "nothing happened on b" [ "$(mlag b 'sum(1 for e in r["events"])')" = "$before_b" ]
flooded() { mlag "$1" 'r["counters"].get("sender_off_link", 0) > 1000'; }
check "the flood arrived at a" flooded a
check "the flood arrived at b" flooded b
bounded() { mlag "$1" 'all(m["unconfirmed"] <= 1024 for m in r["members"])'; }
check "unconfirmed entries are bounded" bounded a
soon "what was made up is gone" 10 tables_equal
check "the hosts are reached" pings
soon "packets balance on a" 5 json a 'r["balanced"]' show drop
soon "packets balance on b" 5 json b 'r["balanced"]' show drop
finish
