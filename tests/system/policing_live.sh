#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors

# A client's rate limits over ten seconds, each direction sent at twice its limit: what arrives is
# the limit within 1 %, and what does not arrive is counted.

# shellcheck disable=SC2317 # functions that are called by name
. "$(dirname "$0")/lib.sh"
. "$LIB/one_up.sh"
needs ip ethtool ping python3

SECONDS_MEASURED=10
OCTETS=1000  # of an IP packet
DOWN=16000   # kbit/s
UP=8000
BURST=250000 # a worker that waits for a CPU loses no tokens for 125 ms
one_up "{\"hosts\": [ { \"ip\": \"$CLIENT\", \"mac\": \"$CLIENT_MAC\", \"interface\": \"a1\",
	\"egress\": { \"cir_kbps\": $DOWN, \"cbs_bytes\": $BURST },
	\"ingress\": { \"cir_kbps\": $UP, \"cbs_bytes\": $BURST } } ]}"

# per_second KBPS: packets a second at twice the rate
per_second() { echo $((2 * $1 * 1000 / 8 / OCTETS)); }
counter() { spawn_ready "$1" "$2" "$LIB/udp.py" count 9000 "$TEST_DIR/$2.json"; }
counter client got_down
counter router got_up
count=1000000
spawn router send_down "$LIB/udp.py" send $CLIENT 9000 "$(per_second $DOWN)" $count $OCTETS
spawn client send_up "$LIB/udp.py" send $INTERNET 9000 "$(per_second $UP)" $count $OCTETS

# Both buckets are empty: from now on the rate alone counts.
policed() {
	json up 'r["policed_rx_packets"] > 100 and r["policed_tx_packets"] > 100' show host $CLIENT
}
soon "more than the limit comes, both ways" 10 policed

# A worker that shares its CPU is not there for some milliseconds now and then: the burst is several
# times that. What the machines at both ends received, and when: sampled at the start and the end.
cat >"$TEST_DIR/sample.py" <<'PYTHON'
import sys, time
# octets of IP packets: without Ethernet headers
def read(interface):
    with open("/proc/net/dev") as f:
        fields = next(l for l in f if l.strip().startswith(interface + ":")).split(":")[1].split()
    return time.monotonic(), int(fields[0]) - 14 * int(fields[1])
seconds = float(sys.argv[2])
t0, o0 = read(sys.argv[1])
time.sleep(seconds)
t1, o1 = read(sys.argv[1])
print("kbps", round((o1 - o0) * 8 / 1000 / (t1 - t0), 1))
PYTHON
sampled() {
	local pid=${PID_OF[rate_$1]}
	wait_for $((SECONDS_MEASURED + 10)) gone "$pid"
	awk '/kbps/ { print $2 }' "$TEST_DIR/rate_$1.log"
}
spawn client rate_client python3 "$TEST_DIR/sample.py" eth0 $SECONDS_MEASURED
spawn router rate_router python3 "$TEST_DIR/sample.py" eth0 $SECONDS_MEASURED
down=$(sampled client)
up=$(sampled router)
within() {
	awk -v got="$1" -v want="$2" 'BEGIN { d = (got - want) / want; exit d < -0.01 || d > 0.01 }'
}
check "egress limit $DOWN kbit/s: $down kbit/s over $SECONDS_MEASURED s" within "$down" $DOWN
check "ingress limit $UP kbit/s: $up kbit/s over $SECONDS_MEASURED s" within "$up" $UP

stop send_down
stop send_up
stop got_down
stop got_up
# missing FILE: what the receiver misses up to the last it got
missing() {
	/usr/bin/python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["lost"])' \
		"$TEST_DIR/$1.json"
}
# The counter has those behind the last that arrived as well.
counted() { # DIRECTION FILE
	local policed missing
	policed=$(json up "r['policed_$1_packets']" show host $CLIENT)
	missing=$(missing "$2")
	echo "policed $policed, missing $missing"
	[ "$policed" -ge "$missing" ] && [ $((policed - missing)) -le 100 ]
}
check "what is missing downstream is counted as policed" counted tx got_down
check "what is missing upstream is counted as policed" counted rx got_up
same() {
	local client
	client=$(json up 'r["policed_tx_packets"]' show host $CLIENT)
	json up "r['reasons']['drop_policed_egress'] == $client or sys.exit(str(r))" show drop
}
check "per client and in total" same
only_policed() {
	json up 'set(r["reasons"]) == {"drop_policed_egress", "drop_policed_ingress"} or
		sys.exit(str(r))' show drop
}
check "nothing else was dropped" only_policed
soon "packets balance" 5 balanced up
finish
