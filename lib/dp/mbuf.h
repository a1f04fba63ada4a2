// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Packet buffers: pools, and what travels with a packet between lcores.

#include <stdbool.h>
#include <stdint.h>

#include <rte_mbuf.h>
#include <rte_mbuf_dyn.h>

#include "base/err.h"
#include "dp/reason.h"

// With a packet in a ring; workers and the slow path. A dynamic field, so that any pool will do.
struct gw_meta {
	uint16_t iface;	 // ingress interface, 0 none
	uint16_t tunnel; // ingress tunnel, 0 none
	uint16_t vrf;
	uint16_t mtu;	 // FRAG_NEEDED: the MTU to name
	uint32_t nh;	 // next hop that is not resolved; inject: port
	uint8_t origin;	 // enum gw_origin
	uint8_t what;	 // class, drop reason or stage: what the ring's reader takes it for
	uint16_t l2_len; // length of the headers before the packet's data that are still there
} __attribute__((aligned(4)));

extern int gw_meta_offset;
extern struct rte_mempool *gw_pool;	// ports receive into it
extern struct rte_mempool *gw_own_pool; // what the slow path makes, fragments, new heads

static inline struct gw_meta *gw_meta(struct rte_mbuf *m)
{
	return RTE_MBUF_DYNFIELD(m, gw_meta_offset, struct gw_meta *);
}

struct gw_mbuf_conf {
	uint32_t count;	    // 0: by ports and workers
	uint32_t data_room; // octets per segment with headroom, 0: 2,176
	bool xdp;	    // AF_XDP ports: a pool that the kernel can map
};

int gw_mbuf_init(const struct gw_mbuf_conf *conf, struct gw_err *err);
void gw_mbuf_fini(void);

// The first `len` octets in one piece, with at least 128 octets of headroom; the packet comes back,
// maybe with another head, or NULL (no buffer: it was freed).
struct rte_mbuf *gw_mbuf_pullup(struct rte_mbuf *m, uint32_t len);
// One segment of a copy, for ports that take no chains; NULL: no buffer, `m` is untouched.
struct rte_mbuf *gw_mbuf_linear_copy(struct rte_mbuf *m);

// Cut what follows the first `len` octets of the packet.
static inline void gw_mbuf_trim(struct rte_mbuf *m, uint32_t len)
{
	uint32_t extra = m->pkt_len - len;

	if (m->nb_segs == 1) {
		m->pkt_len = len;
		m->data_len = (uint16_t)len;
		return;
	}
	while (extra > 0) {
		struct rte_mbuf *prev = NULL, *last = m;

		while (last->next != NULL) {
			prev = last;
			last = last->next;
		}
		if (last->data_len > extra || prev == NULL) {
			last->data_len -= (uint16_t)extra;
			m->pkt_len -= extra;
			return;
		}
		extra -= last->data_len;
		m->pkt_len -= last->data_len;
		prev->next = NULL;
		m->nb_segs--;
		rte_pktmbuf_free_seg(last);
	}
}
