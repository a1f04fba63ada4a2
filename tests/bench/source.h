// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// What the files of the packet source share; source.c says what it is and how it is used.

#include "hosts.h"

#include <rte_common.h>
#include <rte_mbuf.h>
#include <rte_mempool.h>
#include <stdbool.h>
#include <stdint.h>

#define GW_SRC_PORTS  16
#define GW_SRC_QUEUES 8
#define GW_SRC_CHUNK  48  // random packets made at once: vector lanes and the IMIX cycle divide it
#define GW_SRC_HEAD   128 // octets of a packet that are restored, two cache lines

enum gw_src_role {
	GW_SRC_NONE,  // the port stays as its driver made it
	GW_SRC_DOWN,  // from the network to the hosts
	GW_SRC_UP,    // from the hosts to the network
	GW_SRC_DECAP, // DOWN inside VXLAN-GPE
	GW_SRC_SINK,  // receives nothing; every port but NONE swallows what is sent to it
};

enum gw_src_stress {
	GW_SRC_PLAIN,
	GW_SRC_OPTIONS,	  // an IPv4 header with options
	GW_SRC_FRAGMENTS, // later fragments, without a UDP header
	GW_SRC_UNKNOWN,	  // destinations without a route
};

struct gw_src_conf {
	enum gw_src_role role[GW_SRC_PORTS];
	uint32_t hosts;
	bool sparse;
	bool turns;
	bool imix;
	bool nic_flags;
	bool latency;
	bool times;
	bool rated;
	enum gw_src_stress stress;
	uint32_t size;	// octets on the wire with FCS, when not IMIX
	uint64_t limit; // packets per queue, UINT64_MAX for none
	double rate;	// packets per second and queue
	double warmup;
	double seconds; // 0: no window
	double timeout;
	bool trigger_rx;
	int signal;
	uint32_t tunnels; // DECAP: number of outer sources, from tunnel_remote on
	uint32_t vni;
	uint32_t tunnel_local, tunnel_remote; // outer destination and first outer source, x.x.0.0
	uint8_t gateway_mac[6];		      // destination MAC of UP
	uint8_t port_mac[6];		      // destination MAC of DOWN and DECAP
	const char *out;
	const char *shm;
};

extern struct gw_src_conf gw_src_conf;

// Reads the environment; exits with a message on a wrong value. False: GW_SOURCE_PORTS is not set.
bool gw_src_conf_read(void);

// One direction of one queue. A single lcore writes; every field may be read at any time. bench.py
// reads this layout from the file that GW_SOURCE_SHM names.
struct gw_src_count {
	uint64_t packets;
	uint64_t bursts;
	uint64_t missed;  // receive: due, but the queue was full; transmit: not ours to recycle
	uint64_t no_mbuf; // receive: polls without a free mbuf
	uint64_t
		first_ns; // transmit with GW_SOURCE_TIMES: CLOCK_MONOTONIC of the first IPv4 packet
	uint64_t last_ns; // since a reader set this to 0, and of the last one
	uint64_t tid;	  // receive: thread that polls
	uint64_t reserved;
} __rte_cache_aligned;

struct gw_src_shared {
	struct gw_src_count rx[GW_SRC_PORTS][GW_SRC_QUEUES];
	struct gw_src_count tx[GW_SRC_PORTS][GW_SRC_QUEUES];
};
static_assert(sizeof(struct gw_src_count) == 64);
static_assert(sizeof(struct gw_src_shared) == 2 * 64 * GW_SRC_PORTS * GW_SRC_QUEUES);

extern struct gw_src_shared *gw_src_shared;

// A packet before the variable fields are set: what the receive function stores into mbuf and data.
struct gw_src_template {
	uint8_t head[GW_SRC_HEAD];
	uint32_t packet_type; // these four as in the mbuf, stored at once
	uint32_t pkt_len;
	uint16_t data_len;
	uint16_t vlan_tci;
	uint32_t rss;
	uint32_t sum;	    // of the (inner) IPv4 header without addresses, not folded
	uint32_t outer_sum; // DECAP: of the outer one without the low half of the source
	uint32_t tail;	    // the two octets after the addresses, in the upper half of a dword
} __rte_cache_aligned;

// The octets that vary from packet to packet, in memory order.
struct gw_src_varying {
	uint32_t m; // UP: last four octets of the host's MAC; DECAP: outer checksum, outer source
		    // low
	uint32_t a; // checksum, source high
	uint32_t b; // source low, destination high
	uint32_t c; // destination low, tail
};

// A receive queue. Used by the one lcore that polls it.
struct gw_src_queue {
	struct gw_src_varying var[GW_SRC_CHUNK] __rte_cache_aligned;
	uint32_t seed[GW_SRC_CHUNK] __rte_cache_aligned;
	uint32_t turn[GW_SRC_CHUNK];
	uint32_t sum[GW_SRC_CHUNK]; // per slot, from its template
	uint32_t outer_sum[GW_SRC_CHUNK];
	uint32_t tail[GW_SRC_CHUNK];
	const struct gw_src_template *slot[GW_SRC_CHUNK];
	struct rte_mempool *pool;
	struct gw_src_count *count;
	uint64_t rearm; // data_off, refcnt, nb_segs, port
	uint64_t ol_flags;
	uint32_t pos; // next of var[]
	uint32_t hosts;
	uint64_t left;	   // until the limit
	uint64_t arrival;  // when the next packet is due, 1/256 clk; 0 before the first poll
	uint64_t interval; // between packets, 1/256 clk
	struct gw_src_template template[3];
} __rte_cache_aligned;

// Sets up templates, random state and counters of a queue. The pool is set before.
void gw_src_queue_init(struct gw_src_queue *q, uint16_t port, uint16_t queue);

// Latency of the packets of a burst that carry a stamp. One lcore.
#define GW_SRC_MAGIC 0x74697767u
void gw_src_latency_add(struct rte_mbuf **pkts, uint16_t n);

// Starts the thread that measures, once.
void gw_src_report_start(void);
