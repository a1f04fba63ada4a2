#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors

# Publishing through FRR's bgpd, with the shipped configurations: the cost is the MED.

# shellcheck disable=SC2034,SC2317 # for, and called by, lib/publish.sh
. "$(dirname "$0")/lib.sh"
. "$LIB/routers.sh"
. "$LIB/publish.sh"
needs ip ethtool python3 vtysh

PUBLISH='{"table": 254}'
routers() {
	frr_start gw "$ROUTER_CONF/frr/gateway-bgp.conf" bgpd
	routers_again a
	routers_again b
}
routers_again() {
	local file=$ROUTER_CONF/frr/bgp.conf
	[ "$1" = a ] || file=$(of_b "$file")
	frr_start "$1" "$file" bgpd
}
routers_stop() { frr_stop "$1" bgpd zebra; }
metric_is() { frr gw show bgp ipv4 unicast "$1" json | grep -Eq "\"(metric|med)\":$3,"; }

publish_start
publish_checks
finish
