// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "slow/slow.h"

#include <errno.h>
#include <sched.h>
#include <sys/epoll.h>
#include <time.h>

#include <rte_cycles.h>
#include <rte_ring.h>

#include "base/sched.h"
#include "dp/rcu.h"
#include "dp/replay.h"
#include "dp/worker.h"

#define PUNT_BURST	64
#define MAX_TASKS	32
#define SPIN_LOOPS	200
#define SLEEP_MAX_US	200u
#define SHARED_SLEEP_US 16  // first sleep where a worker shares the CPU
#define DATA_HEADROOM	256 // for an outer header and the link layer
#define MAX_WATCHES	16
#define WATCH_US	100 // between looks while there is other work

static struct {
	bool (*fn)(uint64_t now_us);
	uint64_t next_us;
	uint32_t interval_us;
} tasks[MAX_TASKS];
static unsigned task_count;
static uint64_t now_us;

// Descriptors that are watched, in one epoll set; a free place has fd -1.
static struct {
	int fd;
	bool (*fn)(void);
} watches[MAX_WATCHES];
static unsigned watch_count;
static int watch_set = -1;
static uint64_t watch_next_us;
bool gw_stop_in_service;

uint64_t gw_slow_now_us(void)
{
	return now_us;
}

static void clock_read(void)
{
	struct timespec ts;

	if (gw_worker_conf.replay) {
		now_us = gw_replay_clock_us();
		return;
	}
	clock_gettime(CLOCK_MONOTONIC, &ts);
	now_us = (uint64_t)ts.tv_sec * 1000000 + (uint64_t)ts.tv_nsec / 1000;
}

struct rte_mbuf *gw_slow_packet(void)
{
	struct rte_mbuf *m = rte_pktmbuf_alloc(gw_own_pool);

	if (m == NULL)
		return NULL;
	GW_TSAN_ACQUIRE(gw_pool);
	m->data_off = DATA_HEADROOM;
	*gw_meta(m) = (struct gw_meta){0};
	GW_SLOW_STATS->originated++;
	return m;
}

void gw_slow_every(uint32_t interval_us, bool (*fn)(uint64_t now_us))
{
	for (unsigned i = 0; i < task_count; i++) {
		if (tasks[i].fn == fn)
			return;
	}
	RTE_VERIFY(task_count < MAX_TASKS);
	tasks[task_count].fn = fn;
	tasks[task_count++].interval_us = interval_us;
}

int gw_slow_watch(int fd, bool (*fn)(void))
{
	struct epoll_event ev = {.events = EPOLLIN};
	unsigned i = 0;

	while (i < watch_count && watches[i].fd >= 0)
		i++;
	if (i == MAX_WATCHES)
		return -ENOSPC;
	if (watch_set < 0)
		watch_set = epoll_create1(EPOLL_CLOEXEC);
	ev.data.u32 = i;
	if (watch_set < 0 || epoll_ctl(watch_set, EPOLL_CTL_ADD, fd, &ev) < 0)
		return -errno;
	watches[i].fd = fd;
	watches[i].fn = fn;
	watch_count += i == watch_count;
	return 0;
}

void gw_slow_unwatch(int fd)
{
	for (unsigned i = 0; i < watch_count; i++) {
		if (watches[i].fd != fd)
			continue;
		epoll_ctl(watch_set, EPOLL_CTL_DEL, fd, NULL);
		watches[i].fd = -1;
	}
}

static void nobody(struct rte_mbuf *m)
{
	gw_slow_drop(m, GW_DROP_local_protocol);
}

// Counted as dropped already.
static void no_error(struct rte_mbuf *m)
{
	rte_pktmbuf_free(m);
}

static void (*inputs[GW_PUNT_COUNT])(struct rte_mbuf *m);

void gw_slow_input(enum gw_class class, void (*fn)(struct rte_mbuf *m))
{
	inputs[class] = fn;
}

static unsigned punts_poll(void)
{
	struct rte_mbuf *m[PUNT_BURST];
	unsigned done = 0;

	for (int c = 0; c < GW_PUNT_COUNT; c++) {
		void (*input)(struct rte_mbuf * m) = inputs[c];
		unsigned n =
			rte_ring_sc_dequeue_burst(gw_punt_ring[c], (void **)m, PUNT_BURST, NULL);

		if (input == NULL)
			input = c == GW_PUNT_ERROR ? no_error : nobody;
		if (n > 0) {
			GW_TSAN_ACQUIRE(gw_punt_ring[c]);
		}
		for (unsigned i = 0; i < n; i++)
			input(m[i]);
		__atomic_store_n(&gw_punt_done, gw_punt_done + n, __ATOMIC_RELEASE);
		done += n;
	}
	return done;
}

static bool tasks_run(void)
{
	bool work = false;

	for (unsigned i = 0; i < task_count; i++) {
		if (tasks[i].next_us > now_us)
			continue;
		tasks[i].next_us = now_us + tasks[i].interval_us;
		work |= tasks[i].fn(now_us);
	}
	return work;
}

static bool watched(const struct epoll_event *ev, int n)
{
	bool work = false;

	for (int i = 0; i < n; i++) {
		unsigned w = ev[i].data.u32;

		if (watches[w].fd >= 0 && watches[w].fn != NULL) // not unwatched by one before
			work |= watches[w].fn();
	}
	return work;
}

static bool watches_poll(void)
{
	struct epoll_event ev[MAX_WATCHES];

	if (watch_set < 0 || now_us < watch_next_us)
		return false;
	watch_next_us = now_us + WATCH_US;
	return watched(ev, epoll_wait(watch_set, ev, MAX_WATCHES, 0));
}

bool gw_slow_once(void)
{
	bool work;

	clock_read();
	work = (!gw_worker_conf.replay || gw_replay_punts_due()) && punts_poll() > 0;
	work |= watches_poll();
	work |= tasks_run();
	work |= gw_rcu_reclaim();
	return work;
}

// Nothing to do: sleep, but not long, and wake at once for what is watched.
static void idle(uint32_t loops)
{
	uint32_t us =
		RTE_MIN(loops * (gw_worker_conf.shared_cpu ? SHARED_SLEEP_US : 1), SLEEP_MAX_US);
	struct timespec ts = {.tv_nsec = us * 1000};
	struct epoll_event ev;

	if (gw_worker_conf.replay)
		sched_yield(); // a worker waits
	else if (watch_set < 0)
		nanosleep(&ts, NULL);
	else if (epoll_pwait2(watch_set, &ev, 1, &ts, NULL) > 0)
		watch_next_us = 0;
}

void gw_slow_main(void)
{
	const uint32_t spin = gw_worker_conf.shared_cpu ? 0 : SPIN_LOOPS;
	uint32_t quiet = 0;

	if (gw_worker_conf.shared_cpu)
		gw_sched_short_turns();
	while (!gw_stop) {
		uint64_t start = rte_rdtsc();
		bool work = gw_slow_once();
		uint64_t end = rte_rdtsc();

		GW_SLOW_STATS->loops++;
		if (work) {
			quiet = 0;
			GW_SLOW_STATS->cycles_busy += end - start;
			continue;
		}
		GW_SLOW_STATS->loops_empty++;
		GW_SLOW_STATS->cycles_idle += end - start;
		if (++quiet > spin) {
			idle(quiet - spin);
			GW_SLOW_STATS->cycles_sleep += rte_rdtsc() - end;
		}
	}
}
