#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors

# Linux hosts join multicast groups and leave them, by IGMPv1 to IGMPv3 and MLDv1 and MLDv2: what
# show group knows, and when it is gone.

# shellcheck disable=SC2317 # functions that are called by name
. "$(dirname "$0")/lib.sh"
. "$LIB/one_up.sh"
needs ip ethtool ping python3
one_up '{"group_membership": {"query_interval_s": 2, "query_response_ms": 500,
	"last_member_ms": 300}}'
in_ns client sh -c 'echo 0 >/proc/sys/net/ipv6/conf/eth0/disable_ipv6'
tentative() { in_ns client ip -6 address show dev eth0 scope link | grep -q "link tentative"; }
settled() { in_ns client ip -6 address show dev eth0 scope link | grep inet6 && ! tentative; }
wait_for 10 settled || fail "the client has a link-local address"

join() { # join NAME WHAT...
	local name=$1
	shift
	spawn_ready client "$name" "$LIB/member.py" eth0 "$@"
}
leave() { stop "$1"; true; }
# knows GROUP EXPRESSION: of its row in show group, g; unknown GROUP: there is none
knows() { json up "any(g['group'] == '$1' and g['interface'] == 'a1' and ($2) for g in r)" show group; }
unknown() { json up "not any(g['group'] == '$1' for g in r)" show group; }
sources() { echo "sorted(s['source'] for s in g['sources']) == $1"; }
version() { in_ns client sh -c "echo $2 >/proc/sys/net/$1/conf/eth0/force_$3_version"; }
queriers() { json up 'len(r) == 2 and all(q["state"] == "querier" for q in r)' \
	show group querier interface a1; }

check "asks on the access interface, in both families" queriers
not_on_core() { json up 'not any(q["interface"] == "core0" for q in r)' show group querier; }
check "and not on the network" not_on_core

# IGMPv3, MLDv2
join any 239.1.1.1
soon "IGMPv3: a group is joined" 2 knows 239.1.1.1 \
	"g['mode'] == 'exclude' and g['version'] == 'igmpv3' and g['querier'] == '10.1.1.1'"
join any6 ff3e::1:1
soon "MLDv2: a group is joined" 2 knows ff3e::1:1 "g['mode'] == 'exclude' and g['version'] == 'mldv2'"
refreshed() { knows 239.1.1.1 "g['expires_s'] > 4.0" && knows ff3e::1:1 "g['expires_s'] > 4.0"; }
older() { knows 239.1.1.1 "g['expires_s'] < 3.9"; }
wait_for 5 older
soon "hosts answer the queries" 5 refreshed
leave any
leave any6
soon "IGMPv3: it is left" 2 unknown 239.1.1.1
soon "MLDv2: it is left" 2 unknown ff3e::1:1

# Sources
join one 198.51.100.1@232.1.1.1 2001:db8::1@ff3e::2:2
soon "IGMPv3: one source is joined" 2 knows 232.1.1.1 \
	"g['mode'] == 'include' and $(sources "['198.51.100.1']")"
soon "MLDv2: one source is joined" 2 knows ff3e::2:2 \
	"g['mode'] == 'include' and $(sources "['2001:db8::1']")"
join two 198.51.100.2@232.1.1.1
soon "and another, by another program" 2 knows 232.1.1.1 \
	"$(sources "['198.51.100.1', '198.51.100.2']")"
leave one
soon "the first is left, the second stays" 2 knows 232.1.1.1 "$(sources "['198.51.100.2']")"
soon "MLDv2: a group goes with its last source" 2 unknown ff3e::2:2
join but 232.1.1.1 -198.51.100.9@232.1.1.1
soon "all but one" 2 knows 232.1.1.1 "g['mode'] == 'exclude' and g['excluded'] == ['198.51.100.9']"
leave but
soon "back to the one source" 8 knows 232.1.1.1 \
	"g['mode'] == 'include' and $(sources "['198.51.100.2']")"
leave two
soon "the last leaves" 2 unknown 232.1.1.1

# Older hosts
version ipv4 2 igmp
version ipv6 1 mld
join old 239.2.2.2 ff3e::3:3
soon "IGMPv2: a group is joined" 2 knows 239.2.2.2 "g['version'] == 'igmpv2'"
soon "MLDv1: a group is joined" 2 knows ff3e::3:3 "g['version'] == 'mldv1'"
leave old
soon "IGMPv2: it is left" 2 unknown 239.2.2.2
soon "MLDv1: it is left" 2 unknown ff3e::3:3
version ipv4 1 igmp
join oldest 239.3.3.3
soon "IGMPv1: a group is joined" 2 knows 239.3.3.3 "g['version'] == 'igmpv1'"
leave oldest
soon "IGMPv1: it times out" 8 unknown 239.3.3.3
version ipv4 0 igmp
version ipv6 0 mld

# A host that vanishes
join lost 239.4.4.4
soon "joined" 2 knows 239.4.4.4 True
in_ns client ip link set dev eth0 down
soon "a host that vanishes times out" 10 unknown 239.4.4.4
leave lost
in_ns client ip link set dev eth0 up
wait_for 10 client_pings

# Standby halves
join half 239.5.5.5
soon "joined again" 4 knows 239.5.5.5 True
check "switch to standby" ctl up switch interface a1 standby
soon "a standby half forgets" 2 unknown 239.5.5.5
check "switch to active" ctl up switch interface a1 active
soon "an active one asks at once" 2 knows 239.5.5.5 True

# Reload
one_up_config "$TEST_DIR/up.json" '{"group_membership": {"query_interval_s": 2,
	"query_response_ms": 500, "fast_leave": true}}'
check "reload with fast leave" ctl up reload
check "the membership stays" knows 239.5.5.5 True
leave half
soon "fast leave" 1 unknown 239.5.5.5
one_up_config "$TEST_DIR/up.json" '{"group_membership": {"enabled": false}}'
check "reload without" ctl up reload
silent() { json up 'r == []' show group querier; }
check "nobody is asked any more" silent
soon "packets balance" 5 balanced up
finish
