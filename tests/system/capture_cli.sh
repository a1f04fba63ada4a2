#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors

# capture start and stop while packets flow: what tshark reads in the files is what went over the
# ports, and why packets were dropped.

# shellcheck disable=SC2317 # functions that are called by name
. "$(dirname "$0")/lib.sh"
. "$LIB/one_up.sh"
needs ip ethtool ping tshark
one_up

file=$TEST_DIR/capture.pcapng
# shown FIELDS.. [-Y FILTER]: of the packets of the file
shown() { tshark -r "$file" -T fields "$@" 2>/dev/null; }
many() { json up "r['packets'] >= $1" show capture; }

spawn client ping ping -i 0.02 $INTERNET
check "capture start" ctl up capture start "$file"
soon "packets come" 10 many 40
check "a second one is refused" grep -q "runs (capture stop)" <<<"$(ctl up capture start /tmp/x 2>&1)"
check "capture stop" json up '(r["running"], r["lost"], r["error"]) == (False, 0, None)' capture stop
complete() { json up "r['packets'] == $(shown -e frame.number | wc -l)" show capture; }
check "tshark finds as many packets" complete
check "of both ports" test "$(shown -e frame.interface_name | sort -u | tr '\n' ' ')" = "acc0 core0 "
# Each request came in by the one port and left by the other, a hop later.
requests() { # PORT DIRECTION TTL
	[ -n "$(shown -Y "icmp.type == 8 && frame.interface_name == $1 &&
		frame.packet_flags_direction == $2 && ip.ttl == $3" -e frame.number)" ]
}
check "requests came in" requests acc0 1 64
check "and left" requests core0 2 63

check "of one port, so many" ctl up capture start "$file" port core0 count 5
ended() { json up 'not r["running"] and r["packets"] == 5' show capture; }
soon "it ends by itself" 10 ended
check "no packet more" test "$(shown -e frame.interface_name | sort | uniq -c | tr -d ' ')" = 5core0

check "what is dropped" ctl up capture start "$file" drop
in_ns client ping -c 3 -i 0.2 -W 1 -t 1 $INTERNET >/dev/null
soon "three packets" 10 many 3
check "capture stop" ctl up capture stop
reasons() { shown -e frame.comment | sort | uniq -c | tr -s ' ' | sed 's/^ //'; }
check "with their reason" test "$(reasons)" = "3 drop_ttl_exceeded"
check "whole, from the Ethernet header" test "$(shown -e eth.src | sort -u)" = "$CLIENT_MAC"

stop ping INT
summary=$(grep transmitted "$TEST_DIR/ping.log")
check "capturing costs no packet: $summary" all_answered "$summary"
finish
