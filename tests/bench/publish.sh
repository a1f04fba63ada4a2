#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors
#
# usage: publish.sh WAY RUNS MANY
# Two user planes and a gateway with the routing daemons of WAY, from the shipped configurations;
# what publish_time.py measures there is on standard output.
#   frr-ospf-import-table frr-ospf-redistribute frr-bgp bird-bgp bird-ospf-slow
set -u
here=$(dirname "$(realpath "$0")")
fail() {
	echo "publish.sh: $*" >&2
	exit 1
}
at_end() { return "$1"; }
exec 3>/dev/null
. "$here/../system/lib/net.sh"
. "$here/../system/lib/routers.sh"

case $1 in
frr-ospf-import-table) publish='{"table": 101, "cost_tables": {"10": 110, "20": 101, "30": 102}}' ;;
frr-*) publish='{"table": 254}' ;;
bird-*) publish='{}' ;;
*) fail "unknown way $1" ;;
esac
frr_way() {
	frr_start gw "$ROUTER_CONF/frr/gateway-$2.conf" "${2}d"
	frr_start a "$ROUTER_CONF/frr/$1.conf" "${2}d"
	frr_start b "$(of_b "$ROUTER_CONF/frr/$1.conf")" "${2}d"
}
hears_gateway() { in_ns "$1" ip route show default | grep -q via; }

routers_net a b
case $1 in
frr-ospf-*) frr_way "${1#frr-}" ospf ;;
frr-bgp) frr_way bgp bgp ;;
bird-bgp)
	bird_start gw "$ROUTER_CONF/bird/gateway-bgp.conf"
	bird_start a "$ROUTER_CONF/bird/bgp.conf"
	bird_start b "$(of_b "$ROUTER_CONF/bird/bgp.conf")"
	;;
bird-ospf-slow)
	frr_start gw "$ROUTER_CONF/frr/gateway-ospf.conf" ospfd
	bird_start a "$ROUTER_CONF/bird/ospf-slow.conf"
	bird_start b "$(of_b "$ROUTER_CONF/bird/ospf-slow.conf")"
	;;
esac
for up in a b; do
	up_config $up "$publish" >"$TEST_DIR/$up.json"
	start_godwit $up $up "$TEST_DIR/$up.json"
done
for up in a b; do wait_for 40 hears_gateway $up || fail "$up does not hear the gateway"; done
/usr/bin/python3 "$here/publish_time.py" "$2" "$3" "$(ns a)" "$(ns b)" "$(ns gw)" \
	"$TEST_DIR/a.sock" "$TEST_DIR/b.sock"
