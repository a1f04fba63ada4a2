#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors

# Publishing through FRR's ospfd by redistribute kernel with a route-map, with the shipped
# configuration: the metric is the route-map's.

WAY=ospf-redistribute
. "$(dirname "$0")/publish_frr_ospf.sh"
