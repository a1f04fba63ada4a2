#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors

# Clients of the control socket that send garbage, half a request, nothing or too much, that do not
# read or are killed, with 100,000 hosts to show: godwit goes on, serves others and loses no packet.

# shellcheck disable=SC2317 # functions that are called by name
. "$(dirname "$0")/lib.sh"
. "$LIB/one_up.sh"
needs ip ethtool ping python3

HOSTS=100000
one_up_net
one_up_config "$TEST_DIR/up.json"
/usr/bin/python3 - "$TEST_DIR/up.json" $HOSTS <<'PYTHON'
import json, sys
c = json.load(open(sys.argv[1]))
def octets(i): return i >> 16, i >> 8 & 255, i & 255
c["hosts"] += [{"ip": "10.%d.%d.%d" % octets(i), "mac": "02:01:00:%02x:%02x:%02x" % octets(i),
                "interface": "a1"} for i in range(0x20000, 0x20000 + int(sys.argv[2]) - 1)]
json.dump(c, open(sys.argv[1], "w"))
PYTHON
start_godwit up up "$TEST_DIR/up.json"
soon "client reaches the internet" 10 client_pings
check "$HOSTS hosts" json up "r['hosts'] == $HOSTS or sys.exit(str(r))" show host count
spawn client ping ping -i 0.01 $INTERNET

SOCKET=$TEST_DIR/up.sock
spawn - half_line "$LIB/hostile.py" "$SOCKET" half_line # takes its time
for how in garbage commands long_line crowd not_read gone; do
	check "$how" timeout 60 "$LIB/hostile.py" "$SOCKET" $how
done

first_line() {
	local line
	line=$(ctl up show host all 2>&1 | head -n 1)
	[[ $line = IP* ]] || { echo "$line"; return 1; }
}
check "godwitctl show host all | head -n 1" first_line
all_shown() { [ "$(ctl up show host all | wc -l)" -gt $HOSTS ]; }
check "all of them, as text" all_shown
check "all of them, as JSON" json up "len(r) == $HOSTS or sys.exit(str(len(r)))" show host all

kill_clients() {
	local i
	for i in 1 2 3 4 5 6 7 8; do
		"$BUILD/app/godwitctl" -s "$SOCKET" show host all >/dev/null 2>&1 3>&- &
		PID_OF[client$i]=$!
	done
	for i in 1 2 3 4 5 6 7 8; do stop client$i KILL; done
	answers up
}
check "clients that are killed" kill_clients
check "a client that waits for a ping and is killed" \
	bash -c '"$1" -s "$2" ping 192.0.2.254 count 1000 & kill -9 $!; "$1" -s "$2" show version' \
	- "$BUILD/app/godwitctl" "$SOCKET"
ended half_line 20
check "half a line: cut off in time" [ $? = 0 ]

stop ping INT
summary=$(grep transmitted "$TEST_DIR/ping.log")
check "no packet is lost meanwhile: $summary" all_answered "$summary"
soon "packets balance" 5 balanced up
left() { ! ss -Hx state established | grep -F "$SOCKET"; }
soon "nobody is left connected" 5 left
check "it ends in order" stop up
finish
