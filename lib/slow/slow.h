// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// The slow-path lcore: single writer of every table, owner of ARP, ICMP, timers and the control
// socket.

#include <stdbool.h>
#include <stdint.h>

#include <rte_mbuf.h>

#include "dp/mbuf.h"
#include "dp/reason.h"
#include "dp/stats.h"
#include "dp/tsan.h"
#include "dp/worker.h"

#define GW_SLOW_STATS (&gw_lcore_stats[0])

// Time of the loop, read once per loop; microseconds of the monotonic clock.
uint64_t gw_slow_now_us(void);

static inline void gw_slow_drop(struct rte_mbuf *m, enum gw_drop reason)
{
	GW_SLOW_STATS->drop[reason]++;
	if (unlikely(gw_capture_on))
		gw_capture_packet_drop(0, gw_meta(m)->iface, m, gw_meta(m)->l2_len, reason);
	GW_TSAN_RELEASE(gw_pool);
	rte_pktmbuf_free(m);
}

static inline void gw_slow_consume(struct rte_mbuf *m)
{
	GW_SLOW_STATS->consumed++;
	GW_TSAN_RELEASE(gw_pool);
	rte_pktmbuf_free(m);
}

static inline void gw_slow_event(enum gw_event ev)
{
	GW_SLOW_STATS->event[ev]++;
}

// A new packet of ours, counted as originated; NULL: no buffer (nothing counted).
struct rte_mbuf *gw_slow_packet(void);
// Something done at an interval, or each loop (interval 0): registered at start, the first time
// counts; returns true
// when it did work.
void gw_slow_every(uint32_t interval_us, bool (*fn)(uint64_t now_us));
// Who takes the punted packets of a class, each owned from the call on; registered at start.
// Without anybody they are dropped as local_protocol.
void gw_slow_input(enum gw_class class, void (*fn)(struct rte_mbuf *m));
// A descriptor that ends the idle sleep when it is readable. `fn`, NULL for none, is called from
// the loop as long as it is: at once out of the sleep, within a tenth of a millisecond when there
// is other work; returns true when it did work. -ENOSPC, -errno.
int gw_slow_watch(int fd, bool (*fn)(void));
void gw_slow_unwatch(int fd); // before it is closed; also one that is not watched
// The process ends for one that is started in its place: routes stay published, ports stay up.
extern bool gw_stop_in_service;
bool gw_slow_once(void); // one loop; true when it did something
void gw_slow_main(void); // until gw_stop
