# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors
# shellcheck shell=bash

# The first part of the demo: godwit --replay on pcap files.

OUT=$PWD/demo-out
DEMO=$PWD/tests/demo
PCAP=$PWD/tests/functional/pcap.py

replay_part() {
	title "1. On pcap files"
	rm -rf "$OUT"
	mkdir -p "$OUT"
	/usr/bin/python3 "$PCAP" demo "$OUT/internet.pcap" --count 3000 --server $INTERNET \
		--clients "$CLIENT,10.1.1.6,10.1.1.8" || fail "internet.pcap"
	/usr/bin/python3 "$PCAP" demo "$OUT/client.pcap" --count 600 --server $CLIENT \
		--clients $INTERNET --src $CLIENT_MAC --dst 00:00:5e:00:01:01 || fail "client.pcap"
	/usr/bin/python3 "$PCAP" demo "$OUT/nothing.pcap" --count 0 || fail "nothing.pcap"
	say "The internet sends 3000 packets to clients; the network brings them to user plane A."
	"$DEMO/where.py" count "$OUT/internet.pcap" "    "
	say "The client $CLIENT sends 600."
	state on-a "the client is on A" client.pcap nothing.pcap
	state on-b "the client is on B" nothing.pcap client.pcap
	compare_client
	[ -z "${SUDO_UID:-}" ] || chown -R "$SUDO_UID" "$OUT"
}

# state NAME TITLE FROM_CLIENTS_OF_A FROM_CLIENTS_OF_B
state() {
	local dir=$OUT/$1
	title "1. On pcap files: $2"
	mkdir -p "$dir/a" "$dir/b"
	cp "$OUT/internet.pcap" "$dir/a/core0-in.pcap"
	cp "$OUT/$3" "$dir/a/acc0-in.pcap"
	cp "$OUT/$4" "$dir/b/acc0-in.pcap"
	replay "$1" a
	# The wire between them: B gets what A sent to B's MAC address.
	"$DEMO/where.py" deliver "$dir/a/core0-out.pcap" 02:00:00:00:0b:01 "$dir/b/core0-in.pcap" ||
		fail "from A to B"
	replay "$1" b
}

# replay STATE UP
replay() {
	local dir=$OUT/$1/$2 commands=$DEMO/$1-$2.cmd port
	say "User plane ${2^^}$([ -s "$commands" ] || echo ", without an entry of a client")"
	sed 's/^/  godwit> /' "$commands"
	(cd "$dir" && exec "$BUILD/app/godwit" -c "$DEMO/$2.json" -x "$commands" --replay \
		--stats-json stats.json) >"$dir/output" 2>"$dir/log" ||
		fail "godwit --replay of $2" "$(tail -n 1 "$dir/log")"
	for port in core0 acc0; do
		say "  sent by $port, ${dir#"$PWD/"}/$port-out.pcap:"
		"$DEMO/where.py" count "$dir/$port-out.pcap" "  "
	done
	say "  counters:"
	grep -v "device:" "$dir/output" | indent
}

# Wherever the client is, it gets the same packets; the way is one hop longer when it is away.
compare_client() {
	local a b
	a=$("$DEMO/where.py" count "$OUT/on-a/a/acc0-out.pcap" "" | grep " $CLIENT\$")
	b=$("$DEMO/where.py" count "$OUT/on-b/b/acc0-out.pcap" "" | grep " $CLIENT\$")
	say "Packets to $CLIENT: on A $((${a%packets*})) from A's acc0, on B $((${b%packets*})) from B's"
	[ "$a" = "$b" ] || fail "packets to $CLIENT" "not the same number on A and on B"
	say "The pcap files are in demo-out/: on-a/a, on-a/b, on-b/a, on-b/b have what went in and out"
}
