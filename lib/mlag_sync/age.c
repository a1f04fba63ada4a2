// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// The timers of entries: age, questions and their answers, at a pace.

#include "mlag_sync/mlag_int.h"

void mlag_due(struct gw_mlag *m, struct gw_mlag_entry *e, bool broadcast)
{
	e->tries = 0;
	e->broadcast |= broadcast;
	gw_mlag_list_move(&m->table, e, GW_MLAG_DUE, m->now_us);
}

// Its host is reached over the peer link, and only the peer can ask.
static bool kept_by_peer(const struct gw_mlag *m, const struct gw_mlag_entry *e)
{
	const struct mlag_member *mb = mlag_member(m, e->mlag);

	return !mlag_member_up(mb) && m->peer.state == GW_MLAG_PEER_UP && mb->twin.up;
}

static void hold_on(struct gw_mlag *m, struct gw_mlag_entry *e)
{
	e->tries = 0;
	gw_mlag_list_move(
		&m->table, e, GW_MLAG_HELD, m->now_us + (uint64_t)m->conf.age_s * 1000000);
}

static void held_expired(struct gw_mlag *m, struct gw_mlag_entry *e)
{
	if (kept_by_peer(m, e)) {
		hold_on(m, e);
		return;
	}
	m->count[GW_MLAG_N_aged]++;
	mlag_due(m, e, false);
}

// Its port went down while it was asked because of its age: the peer asks. Who is in doubt, or in a
// bucket that differs, has to answer the peer, or goes.
static bool asked_in_vain(const struct gw_mlag *m, const struct gw_mlag_entry *e)
{
	return e->confirmed && !e->broadcast && !e->doubtful && kept_by_peer(m, e);
}

static void probe_expired(struct gw_mlag *m, struct gw_mlag_entry *e)
{
	if (asked_in_vain(m, e)) {
		hold_on(m, e);
	} else if (e->tries < m->conf.tries) {
		gw_mlag_list_move(&m->table, e, GW_MLAG_DUE, m->now_us);
	} else {
		m->count[GW_MLAG_N_gone]++;
		mlag_entry_drop(m, e);
	}
}

// An answer to the peer that it did not take, and it misses nothing: it did not ask. Few of those
// are asked about, or made-up answers would make this device ask, and more of them would be
// answers.
static bool stray(const struct gw_mlag *m, const struct gw_mlag_entry *e)
{
	return e->for_peer && m->peer.state == GW_MLAG_PEER_UP &&
		m->compared_us > e->new_us + m->conf.hello_us &&
		m->repair[e->bucket].differ_us == 0;
}

// Two hellos of the peer did not confirm it: it is asked. What was said to the peer has a pace of
// its own. While everybody is asked anew the digests agree only at the end, and that is waited for.
static void unconfirmed_expired(struct gw_mlag *m, struct gw_mlag_entry *e)
{
	struct mlag_member *mb = mlag_member(m, e->mlag);
	bool wait = m->refresh_us != 0 && m->now_us < e->set_us + m->conf.settle_us;
	bool is_stray = stray(m, e);

	if (!wait &&
		(!e->for_peer ||
			mlag_tokens_take(is_stray ? &mb->strays : &mb->claims, m->now_us))) {
		mlag_due(m, e, true);
	} else if (is_stray && !wait) {
		m->count[GW_MLAG_N_unwanted]++;
		mlag_entry_drop(m, e);
	} else {
		gw_mlag_list_move(
			&m->table, e, GW_MLAG_UNCONFIRMED, m->now_us + mlag_unconfirmed_us(m));
	}
}

static void expired(struct gw_mlag *m, struct gw_mlag_entry *e)
{
	switch (e->list) {
	case GW_MLAG_ASKED:
		gw_mlag_entry_free(&m->table, e);
		break;
	case GW_MLAG_HELD:
		held_expired(m, e);
		break;
	case GW_MLAG_PROBE:
		probe_expired(m, e);
		break;
	case GW_MLAG_UNCONFIRMED:
		unconfirmed_expired(m, e);
		break;
	default: // in doubt
		mlag_due(m, e, true);
	}
}

static void ask_at(struct gw_mlag *m, const struct mlag_member *mb, const struct gw_mlag_entry *e,
	const struct gw_mac *mac)
{
	const struct gw_mlag_query q = {.ip = e->key.ip,
		.mlag = mb->conf.mlag,
		.vlan = e->key.vlan,
		.vrf = e->key.vrf,
		.mac = mac};

	// A port that is down asks nobody: the answer to the peer's question counts as well.
	if (!mlag_member_up(mb))
		return;
	m->count[GW_MLAG_N_asked]++;
	m->ops->ask(m->ctx, &q);
}

static void ask_everywhere(struct gw_mlag *m, const struct gw_mlag_entry *e)
{
	const uint64_t before = m->count[GW_MLAG_N_asked];

	for (uint32_t i = 0; i < m->members; i++) {
		const struct mlag_member *mb = &m->member[i];

		if (mb->conf.vrf == e->key.vrf && mlag_on_link(mb, e->key.vlan, &e->key.ip))
			ask_at(m, mb, e, NULL);
	}
	// One is paid for.
	for (uint64_t n = before + 1; n < m->count[GW_MLAG_N_asked]; n++)
		mlag_tokens_owe(&m->ask);
}

// The first question goes to the MAC that is known (RFC 1122 2.3.2.1), then to everybody behind
// the member, the last one behind all members: it may have moved without a word.
static void ask(struct gw_mlag *m, struct gw_mlag_entry *e)
{
	bool unicast = e->tries == 0 && !e->broadcast;

	e->tries++;
	gw_mlag_list_move(&m->table, e, GW_MLAG_PROBE, m->now_us + m->conf.retry_us);
	if (e->doubtful || (e->tries > 1 && e->tries == m->conf.tries))
		ask_everywhere(m, e);
	else
		ask_at(m, mlag_member(m, e->mlag), e, unicast ? &e->mac : NULL);
}

bool mlag_age(struct gw_mlag *m)
{
	struct gw_mlag_entry *e;
	bool more = false;

	for (unsigned list = GW_MLAG_ASKED; list < GW_MLAG_LISTS; list++) {
		unsigned work = 0;

		if (list == GW_MLAG_DUE)
			continue;
		while ((e = gw_mlag_first(&m->table, list)) != NULL && e->due_us <= m->now_us &&
			work++ < MLAG_WORK)
			expired(m, e);
		more |= work > MLAG_WORK;
	}
	while ((e = gw_mlag_first(&m->table, GW_MLAG_DUE)) != NULL &&
		mlag_tokens_take(&m->ask, m->now_us))
		ask(m, e);
	return more;
}

uint64_t mlag_pace_us(const struct gw_mlag *m, uint32_t asks)
{
	return 2000000ull * asks / m->conf.asks_per_s;
}

// All that is held is asked for, at the pace: the peer hears the answers, or is told. A peer that
// comes and goes because there is too much to do gets no more to do by that: what differs then is
// left to the digests.
void mlag_refresh_all(struct gw_mlag *m)
{
	const uint64_t most = m->peer.hello.confirmed > m->table.confirmed ? m->peer.hello.confirmed
									   : m->table.confirmed;

	if (m->peer.epoch == m->refresh_epoch && m->now_us < m->refresh_end_us)
		return;
	m->refresh_epoch = m->peer.epoch;
	m->refresh_end_us = m->now_us + mlag_pace_us(m, m->table.confirmed);
	m->refresh_us = m->now_us != 0 ? m->now_us : 1;
	m->refresh_budget = most + most / 10;
	m->refresh_unconfirmed = m->peer.hello.confirmed + m->peer.hello.confirmed / 10;
	m->count[GW_MLAG_N_refreshes]++;
	for (uint32_t i = 1; i <= m->table.top; i++) {
		struct gw_mlag_entry *e = &m->table.entry[i];

		if (e->list == GW_MLAG_HELD || e->list == GW_MLAG_VERIFY)
			mlag_due(m, e, false);
	}
}

// The peer learned it, and here was no room for what nobody had confirmed: it is not copied, but
// asked at once.
void mlag_ask_first(struct gw_mlag *m, const struct gw_mlag_key *key, uint16_t mlag)
{
	const struct mlag_member *mb = mlag_member(m, mlag);
	const struct gw_mlag_entry *e;

	if (mb == NULL || mb->conf.vrf != key->vrf || !mlag_member_up(mb) ||
		!mlag_on_link(mb, key->vlan, &key->ip))
		return;
	gw_mlag_asked(m, m->now_us, key->vrf, key->vlan, &key->ip);
	e = gw_mlag_find(&m->table, key);
	if (e != NULL && mlag_tokens_take(&m->ask, m->now_us))
		ask_at(m, mb, e, NULL);
}

void gw_mlag_asked(
	struct gw_mlag *m, uint64_t now_us, uint16_t vrf, uint16_t vlan, const struct gw_ip *ip)
{
	const struct gw_mlag_key key = {.ip = *ip, .vrf = vrf, .vlan = vlan};
	struct gw_mlag_entry *e = gw_mlag_find(&m->table, &key);

	m->now_us = now_us;
	if (e == NULL && m->table.count[GW_MLAG_ASKED] < m->conf.max_asked)
		e = gw_mlag_entry_new(&m->table, &key);
	if (e == NULL) {
		m->count[GW_MLAG_N_asked_full]++;
	} else if (e->list == GW_MLAG_UNCONFIRMED) {
		e->tries = 1; // that was the first question
		gw_mlag_list_move(&m->table, e, GW_MLAG_PROBE, now_us + m->conf.retry_us);
	} else if (!e->known) {
		gw_mlag_list_move(&m->table, e, GW_MLAG_ASKED,
			now_us + 2ull * m->conf.retry_us * m->conf.tries);
	}
}
