// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Counters. Each lcore adds to a block of its own, never atomically; a reader sums the blocks.
// Nothing stops for a reader, and resetting is a baseline that the reader keeps.

#include <stdint.h>

#include "dp/reason.h"

#define GW_MAX_LCORES  32 // slow path and workers
#define GW_MAX_PORTS   64
#define GW_MAX_IFACES  (1u << 16)
#define GW_MAX_TUNNELS (1u << 14)

// Things that happen beside the fate of a packet.
#define GW_EVENTS(X)                                                         \
	X(icmp_sent_ttl_exceeded, "ICMP time exceeded sent")                 \
	X(icmp_sent_frag_needed, "ICMP fragmentation needed sent")           \
	X(icmp_sent_unreachable, "ICMP net or host unreachable sent")        \
	X(icmp_rate_limited, "ICMP errors kept back by the rate limit")      \
	X(icmp_forbidden, "ICMP errors that RFC 1812 4.3.2.7 forbids")       \
	X(icmp_echo_replied, "echo requests answered")                       \
	X(icmp_echo_received, "echo replies received")                       \
	X(arp_request_sent, "ARP requests sent")                             \
	X(arp_reply_sent, "ARP replies sent")                                \
	X(arp_announce_sent, "ARP announcements sent")                       \
	X(arp_request_received, "ARP requests received")                     \
	X(arp_reply_received, "ARP replies received")                        \
	X(icmp6_sent_time_exceeded, "ICMPv6 time exceeded sent")             \
	X(icmp6_sent_too_big, "ICMPv6 packet too big sent")                  \
	X(icmp6_sent_unreachable, "ICMPv6 destination unreachable sent")     \
	X(nd_solicit_sent, "ND neighbour solicitations sent")                \
	X(nd_advert_sent, "ND neighbour advertisements sent")                \
	X(nd_solicit_received, "ND neighbour solicitations received")        \
	X(nd_advert_received, "ND neighbour advertisements received")        \
	X(group_query_sent, "IGMP and MLD queries sent")                     \
	X(group_report_received, "IGMP and MLD reports and leaves received") \
	X(mcast_mtu_lowered, "packet too big received for an own tree")      \
	X(tunnel_mss_clamped, "TCP MSS options lowered for a tunnel")        \
	X(tunnel_error_received, "ICMP errors received about tunnels")       \
	X(tunnel_mtu_lowered, "fragmentation needed received for a tunnel")  \
	X(host_moved, "packets of known clients seen on another interface")  \
	X(lifetime_expired, "entries deleted at the end of their lifetime")  \
	X(handoff, "packets handed to the worker that owns the client")

enum gw_event {
#define X(id, help) GW_EV_##id,
	GW_EVENTS(X)
#undef X
		GW_EV_COUNT
};

const char *gw_event_name(enum gw_event ev);
const char *gw_event_help(enum gw_event ev);

// One lcore's block. received + originated + copied = sent + dropped + consumed + held.
struct gw_lcore_stats {
	uint64_t received;   // from ports
	uint64_t originated; // made by the slow path
	uint64_t copied;     // fragments beyond the first
	uint64_t sent;	     // taken by ports
	uint64_t consumed;   // taken by the slow path
	uint64_t drop[GW_DROP_COUNT];
	uint64_t event[GW_EV_COUNT];
	// run time, in TSC cycles
	uint64_t cycles_busy;  // in loops that moved packets
	uint64_t cycles_idle;  // in loops that found none
	uint64_t cycles_sleep; // asleep by the idle back-off
	uint64_t loops;
	uint64_t loops_empty;
	uint64_t handled; // packets that the busy loops handled
} __attribute__((aligned(64)));

struct gw_io_stats {
	uint64_t rx_packets;
	uint64_t rx_octets;
	uint64_t tx_packets;
	uint64_t tx_octets;
};

extern struct gw_lcore_stats gw_lcore_stats[GW_MAX_LCORES];
// [lcore][object], NULL behind the last lcore; sums by gw_io_sum().
extern struct gw_io_stats *gw_port_stats[GW_MAX_LCORES];
extern struct gw_io_stats *gw_iface_stats[GW_MAX_LCORES];
extern struct gw_io_stats *gw_tunnel_stats[GW_MAX_LCORES];

int gw_stats_init(void); // -ENOMEM
void gw_stats_fini(void);
struct gw_io_stats gw_io_sum(struct gw_io_stats *const table[], uint32_t index);
void gw_io_clear(
	struct gw_io_stats *const table[], uint32_t index); // of an index that is not in use
void gw_lcore_stats_sum(struct gw_lcore_stats *sum);
uint64_t gw_drop_sum(const struct gw_lcore_stats *s);
