#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors

# Publishing through FRR's ospfd, with the shipped configurations: import-table, where the cost is the
# metric, and redistribute kernel with a route-map (publish_frr_redistribute).

# shellcheck disable=SC2034,SC2317 # for, and called by, lib/publish.sh
. "$(dirname "$0")/lib.sh"
. "$LIB/routers.sh"
. "$LIB/publish.sh"
needs ip ethtool python3 vtysh

WAY=${WAY:-ospf-import-table}
if [ "$WAY" = ospf-import-table ]; then
	PUBLISH='{"table": 101, "cost_tables": {"10": 110, "20": 101, "30": 102}}'
else
	PUBLISH='{"table": 254}'
	FIXED_METRIC=1
fi
routers() {
	frr_start gw "$ROUTER_CONF/frr/gateway-ospf.conf" ospfd
	routers_again a
	routers_again b
}
routers_again() {
	local file=$ROUTER_CONF/frr/$WAY.conf
	[ "$1" = a ] || file=$(of_b "$file")
	frr_start "$1" "$file" ospfd
}
routers_stop() { frr_stop "$1" ospfd zebra; }
# Type 1: the cost and that of the link, 10.
metric_is() { frr gw show ip route "${1%/32}" json | grep -q "\"metric\":$(($3 + 10)),"; }

publish_start
publish_checks
finish
