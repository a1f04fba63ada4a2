// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Entries of the list of what an AF_XDP port leaves to the kernel, as text and as keys of the
// steering program's maps. Pure; any thread.
//
//   arp bfd bgp isis lacp lldp nd ospf ssh
//   tcp:PORT udp:PORT   either port, destination an own address, not a fragment
//   proto:N             IP protocol; destination an own address or of link scope
//   ether:0xNNNN        Ethernet type, behind up to two VLAN tags

#include "base/err.h"
#include "xdp/steer_map.h"

#define GW_XDP_PASS_LEN	 16
#define GW_XDP_PASS_KEYS 3

struct gw_xdp_pass {
	char name[GW_XDP_PASS_LEN]; // as written
	int proto;		    // IP protocol, -1: none
	unsigned n_keys;
	struct gw_steer_key keys[GW_XDP_PASS_KEYS];
};

// What ports pass when their configuration says nothing.
extern const char *const gw_xdp_pass_default[];
extern const unsigned gw_xdp_pass_n_default;

// -EINVAL: no such entry, or one that may not be passed; the text lists what may.
int gw_xdp_pass_parse(const char *text, struct gw_xdp_pass *pass, struct gw_err *err);
// Parse a list into `out[n]`; -EEXIST when two entries name the same packets, -E2BIG for more than
// GW_STEER_ENTRIES.
int gw_xdp_pass_parse_list(
	const char *const *texts, unsigned n, struct gw_xdp_pass *out, struct gw_err *err);
