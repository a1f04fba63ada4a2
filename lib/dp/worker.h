// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// A worker lcore: polls its receive queues and rings, moves bursts through the stages, sends.
//
//   port ---> ip4 input ---> source guard ---> look-up ---> output ---> port
//               |    |        (access only)      ^            |
//               |    +--- ARP, errors: punt      +-- decap <--+-- to an own address: punt
//               +---> ip6 input ---> look-up ---> output ---> port
//
// The packets under way in a stage are a `struct gw_lane`. A stage takes a lane, disposes of the
// packets that leave (gw_send, gw_drop, gw_punt) and keeps the others in order. Data of a packet
// in a lane begins at its IP header.

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include <rte_cycles.h>
#include <rte_ethdev.h>
#include <rte_mbuf.h>
#include <rte_prefetch.h>
#include <rte_ring.h>

#include "capture/capture.h"
#include "dp/mbuf.h"
#include "dp/reason.h"
#include "dp/stats.h"
#include "dp/tsan.h"

#define GW_BURST    64
#define GW_LANE_MAX GW_BURST

// Where a packet came from decides what it may match (no-loop rules).
enum gw_origin {
	GW_FROM_NETWORK,  // a port of role network
	GW_FROM_ACCESS,	  // an interface with clients
	GW_FROM_TUNNEL,	  // downstream tunnel
	GW_FROM_UPSTREAM, // upstream (symmetric) tunnel: like an interface
	GW_FROM_SELF,	  // made by the slow path
};

struct gw_pkt {
	struct rte_mbuf *m;
	uint32_t dst, src; // IPv4, host order; IPv6 packets have theirs in the header
	uint32_t res;	   // result of the look-up
	uint16_t len;	   // IP total length
	uint16_t iface;	   // ingress interface, 0 none
	uint16_t tunnel;   // ingress tunnel, 0 none
	uint16_t vrf;
	uint8_t origin;	 // enum gw_origin
	uint8_t l2_len;	 // of the headers that still stand before the data (trace, errors)
	uint16_t traced; // trace record, 0 none
};

struct gw_lane {
	uint32_t n;
	struct gw_pkt p[GW_LANE_MAX];
};

// Classes of packets for the slow path, each with a token bucket; and the stages of hand-over.
enum gw_class {
	GW_PUNT_ARP,
	GW_PUNT_ND,	// ICMPv6 133 to 137
	GW_PUNT_GROUP,	// IGMP, MLD
	GW_PUNT_MEMBER, // ARP, ND, IGMP and MLD of an MLAG member
	GW_PUNT_LACP,	// of MLAG members; each port has a bucket of its own
	GW_PUNT_MLAG,	// messages of the MLAG peer
	GW_PUNT_RESOLVE,
	GW_PUNT_LOCAL,
	GW_PUNT_ERROR,
	GW_PUNT_COUNT
};
enum gw_stage { GW_STAGE_GUARD, GW_STAGE_LOOKUP, GW_STAGE_TREE, GW_STAGE_TX };

// Tokens in cycles: one packet costs `cost`, up to `burst` are saved.
struct gw_bucket {
	uint64_t level;
	uint64_t last;
	uint64_t cost;
	uint64_t burst;
};

struct gw_txbuf {
	uint16_t n;
	uint16_t listed; // in tx_ports
	uint16_t queue;	 // UINT16_MAX: another worker sends for this port
	struct rte_ring *via;
	uint64_t octets;
	struct rte_mbuf *m[GW_BURST];
};

struct gw_rxq {
	uint16_t port;
	uint16_t queue;
};

struct gw_worker {
	unsigned id; // 1.. : index of its counters; thread id - 1 in gw_rcu
	unsigned lcore;
	struct gw_lcore_stats *stats;
	struct gw_io_stats *port_stats;
	struct gw_io_stats *iface_stats;
	struct gw_io_stats *tunnel_stats;
	struct gw_lane *next;	 // decapsulated packets, for the next pass
	bool tracing, capturing; // copied once per loop
	uint64_t now;		 // TSC at the start of the burst
	uint16_t ip_id;
	uint32_t drop_n;
	struct rte_mbuf *drops[GW_BURST * 2];
	uint32_t tx_ports_n; // ports to flush at the end of the loop
	uint16_t tx_ports[GW_MAX_PORTS];
	struct gw_txbuf tx[GW_MAX_PORTS];
	struct gw_bucket bucket[GW_PUNT_COUNT];
	struct gw_bucket lacp_bucket[GW_MAX_PORTS];
	struct gw_bucket error_bucket[GW_DROP_COUNT];
	struct rte_ring *inject;  // from the slow path
	struct rte_ring *handoff; // from other workers
	uint32_t rxq_n;
	struct gw_rxq rxq[GW_MAX_PORTS * 4];
	uint32_t idle_loops; // loops without a packet since the last one
	struct gw_lane lane[2];
	struct gw_lane lane6; // IPv6 packets of the burst; empty between bursts
} __attribute__((aligned(64)));

struct gw_worker_conf {
	uint32_t idle_sleep_us; // most that an idle worker sleeps; 0: polls always
	bool shared_cpu; // with the slow path: who finds nothing to do leaves the CPU at once
	bool replay;	 // lockstep with the slow path, ends when ports have no more
};

extern struct gw_worker gw_workers[GW_MAX_LCORES]; // [1..gw_worker_count]
extern unsigned gw_worker_count;
extern struct gw_worker_conf gw_worker_conf;
extern struct rte_ring *gw_punt_ring[GW_PUNT_COUNT]; // many workers to the slow path

// Set by the slow path, read by workers.
extern atomic_bool gw_stop;
extern atomic_bool gw_running;

int gw_worker_init(unsigned workers, const struct gw_worker_conf *conf, struct gw_err *err);
int gw_worker_ports_assign(struct gw_err *err); // receive and transmit queues to workers
void gw_worker_fini(void);
int gw_worker_main(void *arg); // lcore function; arg: struct gw_worker *
// Slow path: frames or packets into the data path. TX: a whole frame out of `port`.
// LOOKUP: an IP packet of ours, sent as its look-up in `vrf` says.
void gw_inject_tx(uint16_t port, struct rte_mbuf *m);
void gw_inject_lookup(uint16_t vrf, struct rte_mbuf *m);
// TREE: an IPv6 packet of ours over the branches of a multicast tree.
void gw_inject_tree(uint32_t tree, struct rte_mbuf *m);
// An IPv6 packet of ours, whose destination is a neighbour on `iface`, link-local or not, or a
// group (RFC 2464 7): out of there, without a look-up. (ip6/link.c)
void gw_inject_link6(uint16_t iface, struct rte_mbuf *m);
unsigned gw_rings_held(void); // packets in rings between lcores; drained workers: none
// Which worker owns a client's meters and counters.
void gw_owner_init(unsigned workers);
void gw_owner_key(uint8_t *key, unsigned len); // the Toeplitz key that a NIC needs to agree

extern uint8_t gw_owner_table[4][256];
extern uint8_t gw_owner_reta[128];

static inline unsigned gw_owner(uint32_t ip)
{
	return gw_owner_reta[gw_owner_table[0][ip & 255] ^ gw_owner_table[1][ip >> 8 & 255] ^
		gw_owner_table[2][ip >> 16 & 255] ^ gw_owner_table[3][ip >> 24]];
}

// Rings between lcores (dp/ring.c, dp/punt.c).
unsigned gw_rings_poll(struct gw_worker *w);
int gw_punt_init(struct gw_err *err);
void gw_punt_fini(void);
bool gw_punts_under_way(void); // that the slow path has not handled yet
extern uint64_t gw_punt_done;  // packets that the slow path has taken off its rings and handled

// Stages. Each takes packets of one VRF or several, origin as marked.
void gw_input(struct gw_worker *w, uint16_t port, struct rte_mbuf **m, uint32_t n);
void gw_guard(struct gw_worker *w, struct gw_lane *lane);
// Of an IPv6 packet that is to be forwarded: its source stands in a subnet of the access interface
// that it came from. True: the packet is gone.
bool gw_guard_ip6(struct gw_worker *w, struct gw_pkt *p);
void gw_output(struct gw_worker *w, struct gw_lane *lane);
void gw_lane_run(
	struct gw_worker *w, struct gw_lane *lane); // look-up, output, decapsulated ones again

// Ends of a packet's way. `p->m` belongs to them from then on.
void gw_tx_flush(struct gw_worker *w, uint16_t port);
void gw_drop_flush(struct gw_worker *w);
void gw_punt(struct gw_worker *w, struct gw_pkt *p, enum gw_class class, uint32_t nh, uint16_t mtu,
	enum gw_drop reason);
// Drop with an ICMP error: the slow path answers when the reason's bucket has a token.
void gw_drop_error(struct gw_worker *w, struct gw_pkt *p, enum gw_drop reason, uint16_t mtu);
void gw_handoff(struct gw_worker *w, struct gw_pkt *p, unsigned owner, enum gw_stage stage);
// Trace: a packet was received; a packet ended (or left the lane) by `what`.
void gw_trace_begin(struct gw_worker *w, struct gw_pkt *p, uint16_t port);
void gw_trace_end(struct gw_worker *w, const struct gw_pkt *p, const char *what, uint32_t arg);

bool gw_bucket_take(struct gw_bucket *b, uint64_t now);
void gw_bucket_init(struct gw_bucket *b, uint32_t per_second, uint32_t burst);

static inline void gw_drop_mbuf(struct gw_worker *w, struct rte_mbuf *m, enum gw_drop reason)
{
	w->stats->drop[reason]++;
	if (unlikely(w->drop_n == RTE_DIM(w->drops)))
		gw_drop_flush(w);
	w->drops[w->drop_n++] = m;
}

// A whole frame that came in by the port, or was to leave by it.
static inline void gw_drop_frame(
	struct gw_worker *w, uint16_t port, struct rte_mbuf *m, enum gw_drop reason)
{
	if (unlikely(w->capturing))
		gw_capture_frame_drop(w->id, port, m, reason);
	gw_drop_mbuf(w, m, reason);
}

// A packet whose trace has ended already.
static inline void gw_drop_traced(struct gw_worker *w, struct gw_pkt *p, enum gw_drop reason)
{
	if (unlikely(w->capturing))
		gw_capture_packet_drop(w->id, p->iface, p->m, p->l2_len, reason);
	gw_drop_mbuf(w, p->m, reason);
}

static inline void gw_drop(struct gw_worker *w, struct gw_pkt *p, enum gw_drop reason)
{
	if (unlikely(w->tracing))
		gw_trace_end(w, p, gw_drop_name(reason), 0);
	gw_drop_traced(w, p, reason);
}

// The port's buffer is flushed at the end of the burst.
static inline void gw_tx_list(struct gw_worker *w, uint16_t port)
{
	if (!w->tx[port].listed) {
		w->tx[port].listed = 1;
		w->tx_ports[w->tx_ports_n++] = port;
	}
}

// A whole frame into the port's buffer.
static inline void gw_tx(struct gw_worker *w, uint16_t port, struct rte_mbuf *m)
{
	struct gw_txbuf *b = &w->tx[port];

	gw_tx_list(w, port);
	b->octets += m->pkt_len;
	b->m[b->n++] = m;
	if (unlikely(b->n == GW_BURST))
		gw_tx_flush(w, port);
}
