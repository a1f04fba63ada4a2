#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors

# linkage_live with FRR's bgpd.

exec "$(dirname "$0")/linkage_live.sh" bgp
