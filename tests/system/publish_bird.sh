#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors

# Publishing through BIRD's BGP, with the shipped configurations: the cost is the MED.

# shellcheck disable=SC2034,SC2317 # for, and called by, lib/publish.sh
. "$(dirname "$0")/lib.sh"
. "$LIB/routers.sh"
. "$LIB/publish.sh"
needs ip ethtool python3 bird birdcl

PUBLISH='{}'
NOT_HEARD=1 # the gateway tells them the way out only
routers() {
	bird_start gw "$ROUTER_CONF/bird/gateway-bgp.conf"
	routers_again a
	routers_again b
}
routers_again() {
	local file=$ROUTER_CONF/bird/bgp.conf
	[ "$1" = a ] || file=$(of_b "$file")
	bird_start "$1" "$file"
}
routers_stop() { stop "bird_$1" KILL; }
metric_is() { birdcl_in gw show route all "$1" | grep -q "BGP.med: $3$"; }

publish_start
publish_checks
finish
