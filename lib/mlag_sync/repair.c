// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// The peer's digests against ours: they confirm what only we heard, and tell which buckets to ask
// anew. Nothing is copied: what answers nobody is gone on both.

#include "mlag_sync/mlag_int.h"

#define ROUNDS_FAST	10
#define ROUND_MAX_SHIFT 8

void mlag_repair_reset(struct gw_mlag *m)
{
	memset(m->repair, 0, sizeof(m->repair));
	m->buckets_differ = GW_MLAG_BUCKETS;
	m->equal_us = m->compared_us = 0;
}

// Only now it counts in the digest, but if the peer does not hold it then since it was heard first.
void mlag_repair_since(struct gw_mlag *m, const struct gw_mlag_entry *e)
{
	struct mlag_repair *r = &m->repair[e->bucket];

	if (r->differ_us == 0 || r->differ_us > e->new_us)
		r->differ_us = e->new_us;
}

// The peer holds what we heard but did not ask for: all of it, or this one.
static void confirm(struct gw_mlag *m, unsigned i, uint64_t missing)
{
	const struct gw_mlag_bucket *b = &m->table.bucket[i];
	bool all = b->unconfirmed_digest == missing;
	struct gw_mlag_entry *e, *next;

	for (e = gw_mlag_bucket_first(&m->table, i); e != NULL && b->unconfirmed > 0; e = next) {
		next = gw_mlag_bucket_next(&m->table, e);
		if (e->confirmed || (!all && e->digest != missing))
			continue;
		mlag_confirm(m, e);
		m->count[GW_MLAG_N_confirmed_digest]++;
		if (!all)
			break;
	}
}

static uint32_t ask_bucket(struct gw_mlag *m, unsigned i)
{
	struct gw_mlag_entry *e;
	uint32_t n = 0;

	m->count[GW_MLAG_N_repairs]++;
	for (e = gw_mlag_bucket_first(&m->table, i); e != NULL;
		e = gw_mlag_bucket_next(&m->table, e)) {
		if (e->list != GW_MLAG_HELD && e->list != GW_MLAG_VERIFY)
			continue;
		mlag_due(m, e, true);
		n++;
	}
	return n;
}

// Again with each hello until it agrees: answers may be lost on the way to the peer. What differs
// for ever, because the configurations do, is asked for ever less often.
static uint64_t round_us(const struct gw_mlag *m, const struct mlag_repair *r)
{
	uint32_t shift = r->rounds > ROUNDS_FAST ? r->rounds - ROUNDS_FAST : 0;

	return (uint64_t)m->conf.hello_us / 2
		<< (shift < ROUND_MAX_SHIFT ? shift : ROUND_MAX_SHIFT);
}

static bool bucket_equal(struct gw_mlag *m, unsigned i)
{
	const struct gw_mlag_bucket *b = &m->table.bucket[i];
	uint64_t theirs = m->peer.hello.digest[i];

	if (b->digest != theirs && b->unconfirmed > 0)
		confirm(m, i, theirs - b->digest);
	return b->digest == theirs;
}

// As long as a refresh is under way there is nothing to repair.
static bool backlogged(const struct gw_mlag *m)
{
	return m->table.count[GW_MLAG_DUE] > 0 && mlag_tokens_next(&m->ask) > m->now_us;
}

void mlag_digests_compare(struct gw_mlag *m)
{
	bool wait = backlogged(m), rest = m->now_us < m->repair_us;
	uint32_t asked = 0;

	m->buckets_differ = 0;
	m->compared_us = m->now_us;
	for (unsigned i = 0; i < GW_MLAG_BUCKETS; i++) {
		struct mlag_repair *r = &m->repair[i];

		if (bucket_equal(m, i)) {
			*r = (struct mlag_repair){0};
			continue;
		}
		m->buckets_differ++;
		if (r->differ_us == 0 || (wait && r->rounds == 0))
			r->differ_us = m->now_us;
		if (rest || m->now_us < r->differ_us + m->conf.settle_us || m->now_us < r->next_us)
			continue;
		asked += ask_bucket(m, i);
		r->next_us = m->now_us + round_us(m, r);
		r->rounds++;
	}
	// Half of the pace at most goes into repairs, or many that differ would never come to rest.
	if (asked > 0)
		m->repair_us = m->now_us + mlag_pace_us(m, asked);
	if (m->buckets_differ > 0)
		m->equal_us = 0;
	else if (m->equal_us == 0)
		m->equal_us = m->now_us;
	if (m->buckets_differ == 0)
		m->refresh_us = 0;
}
