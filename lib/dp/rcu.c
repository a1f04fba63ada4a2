// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "dp/rcu.h"

#include <errno.h>
#include <stdlib.h>

#include <rte_pause.h>

struct deferred {
	uint64_t token;
	void (*fn)(void *arg);
	void *arg;
};

struct rte_rcu_qsbr *gw_rcu;

// A ring that doubles: deferred objects wait in the order of their tokens.
static struct deferred *queue;
static uint32_t queue_size, queue_head, queue_count;

int gw_rcu_init(unsigned workers)
{
	size_t size = rte_rcu_qsbr_get_memsize(workers);

	gw_rcu = aligned_alloc(RTE_CACHE_LINE_SIZE, RTE_ALIGN_CEIL(size, RTE_CACHE_LINE_SIZE));
	if (gw_rcu == NULL || rte_rcu_qsbr_init(gw_rcu, workers) != 0)
		return -ENOMEM;
	return 0;
}

static struct deferred *queue_at(uint32_t i)
{
	return &queue[(queue_head + i) & (queue_size - 1)];
}

static bool queue_grow(void)
{
	uint32_t size = queue_size == 0 ? 1024 : queue_size * 2;
	struct deferred *bigger = malloc(size * sizeof(*bigger));

	if (bigger == NULL)
		return false;
	for (uint32_t i = 0; i < queue_count; i++)
		bigger[i] = *queue_at(i);
	free(queue);
	queue = bigger;
	queue_size = size;
	queue_head = 0;
	return true;
}

void gw_rcu_flush(void)
{
	while (queue_count > 0) {
		if (!gw_rcu_reclaim())
			rte_pause();
	}
}

void gw_rcu_defer(void (*fn)(void *arg), void *arg)
{
	if (queue_count == queue_size && !queue_grow()) {
		gw_rcu_flush(); // no memory to remember it: wait here instead
		rte_rcu_qsbr_synchronize(gw_rcu, RTE_QSBR_THRID_INVALID);
		fn(arg);
		return;
	}
	*queue_at(queue_count) =
		(struct deferred){.token = rte_rcu_qsbr_start(gw_rcu), .fn = fn, .arg = arg};
	queue_count++;
}

bool gw_rcu_reclaim(void)
{
	bool freed = false;

	// Tokens rise along the queue: one check that passes covers all up to its token.
	while (queue_count > 0) {
		struct deferred d = *queue_at(0);

		if (rte_rcu_qsbr_check(gw_rcu, d.token, false) == 0)
			break;
		queue_head = (queue_head + 1) & (queue_size - 1);
		queue_count--;
		d.fn(d.arg);
		freed = true;
	}
	return freed;
}

unsigned gw_rcu_pending(void)
{
	return queue_count;
}

void gw_rcu_fini(void)
{
	while (queue_count > 0) {
		struct deferred d = *queue_at(0);

		queue_head = (queue_head + 1) & (queue_size - 1);
		queue_count--;
		d.fn(d.arg);
	}
	free(queue);
	queue = NULL;
	queue_size = 0;
	free(gw_rcu);
	gw_rcu = NULL;
}
