#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors

# Linux hosts join multicast groups and leave them, by IGMPv1 to IGMPv3 and MLDv1 and MLDv2: what
# show group knows, when it is gone, and what of a tree's packets they get.

# shellcheck disable=SC2317 # functions that are called by name
. "$(dirname "$0")/lib.sh"
. "$LIB/one_up.sh"
needs ip ethtool ping python3
SR='{"ports": [
		{"name": "core0", "device": "af_xdp:core0", "role": "network", "sr_domain": true,
		 "mac": "02:00:00:00:0a:01", "addresses": ["192.0.2.1/24"]},
		{"name": "acc0", "device": "af_xdp:acc0", "role": "access", "mac": "02:00:00:00:0a:02"}],
	"sr_mcast": {"first_address": "fd00:0:3::", "first_block": "fd00::/32",
		"tree_block": "fd00:ffff::/32",
		"trees": [{"source": "fd00:ffff:1::1", "branches": [], "decap": "default"}]}}'
one_up "$SR" '{"group_membership": {"query_interval_s": 2, "query_response_ms": 500,
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
knows() {
	json up "any(g['group'] == '$1' and g['interface'] == 'a1' and ($2) for g in r)" show group
}
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
soon "MLDv2: a group is joined" 2 knows ff3e::1:1 \
	"g['mode'] == 'exclude' and g['version'] == 'mldv2'"
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

# The stream: a tree's packets reach who joined, from the sources that he wants.
arrives() { # arrives INNER_HEADER COUNT
	in_ns router "$LIB/frames.py" send eth0 "Ether(src='02:00:00:00:00:fe', dst='02:00:00:00:0a:01') /
		IPv6(src='fd00:ffff:1::1', dst='fd00:0:3::') / $1 / UDP(sport=5000, dport=5000) /
		Raw(bytes(100))" "$2"
}
from4() { arrives "IP(src='$1', dst='232.1.1.1', ttl=9)" "$2"; }
from6() { arrives "IPv6(src='$1', dst='ff3e::1', hlim=9)" "$2"; }
seen() { [ "$(tail -n 1 "$TEST_DIR/$1.log")" = "seen $2" ]; }
receive() { # receive NAME GROUP [SOURCE]
	spawn_ready client "$1" "$LIB/mcast.py" join "$2" 5000 eth0 "$TEST_DIR/$1.json" "${@:3}"
	soon "$1: joined" 2 receives "$2"
}
receives() { json up "any('$1' == x['group'] for x in r)" show mcast receiver; }
unwanted() { json up "r['reasons'].get('drop_mcast_no_receiver', 0) == $1" show drop; }
from4 198.51.100.1 5
soon "nobody has joined" 2 unwanted 5
receive stream 232.1.1.1
from4 198.51.100.1 50
from4 198.51.100.2 50
soon "IGMPv3: who joins has the stream" 5 seen stream 100
leave stream
soon "left" 2 unknown 232.1.1.1
from4 198.51.100.1 5
soon "who has left has it no more" 2 unwanted 10
receive ssm 232.1.1.1 198.51.100.1
from4 198.51.100.2 5
soon "a source that nobody wants" 2 unwanted 15
from4 198.51.100.1 50
soon "IGMPv3: the source that was asked for" 5 seen ssm 50
leave ssm
receive stream6 ff3e::1
from6 2001:db8::77 50
soon "MLDv2: who joins has the stream" 5 seen stream6 50
leave stream6
soon "left" 2 unknown ff3e::1
from6 2001:db8::77 5
soon "MLDv2: who has left has it no more" 2 unwanted 20

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
one_up_config "$TEST_DIR/up.json" "$SR" '{"group_membership": {"query_interval_s": 2,
	"query_response_ms": 500, "fast_leave": true}}'
check "reload with fast leave" ctl up reload
check "the membership stays" knows 239.5.5.5 True
check "save" ctl up save "$TEST_DIR/saved.json"
same() { python3 -c 'import json, sys
a, b = (json.load(open(f))["group_membership"] for f in sys.argv[1:])
sys.exit(0 if a == b else f"{a} {b}")' "$TEST_DIR/up.json" "$TEST_DIR/saved.json"; }
check "what is saved is what was loaded" same
leave half
soon "fast leave" 1 unknown 239.5.5.5
one_up_config "$TEST_DIR/up.json" "$SR" '{"group_membership": {"enabled": false}}'
check "reload without" ctl up reload
silent() { json up 'r == []' show group querier; }
check "nobody is asked any more" silent
soon "packets balance" 5 balanced up
finish
