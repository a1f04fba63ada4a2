// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Files of captured packets in pcapng, which tcpdump, tshark and Wireshark read: packets of several
// interfaces with directions and comments. Octets in the host's order, as the format allows.

#include <stdint.h>
#include <stdio.h>

#define GW_PCAPNG_ETHERNET 1   // LINKTYPE_ETHERNET
#define GW_PCAPNG_RAW	   101 // LINKTYPE_RAW: begins at the IPv4 or IPv6 header

#define GW_PCAPNG_INBOUND  1
#define GW_PCAPNG_OUTBOUND 2

struct gw_pcapng_packet {
	uint32_t interface; // in the order of gw_pcapng_interface()
	uint64_t time_ns;   // since 1970
	uint32_t captured, length;
	uint32_t direction;  // GW_PCAPNG_..., 0: not known
	const char *comment; // NULL: none
	const void *data;
};

// 0, or -EIO as the stream's error says.
int gw_pcapng_begin(FILE *f, const char *program);
int gw_pcapng_interface(FILE *f, uint16_t link_type, const char *name);
int gw_pcapng_packet(FILE *f, const struct gw_pcapng_packet *p);
