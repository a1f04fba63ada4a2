// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// What a sender says goes through the ordinary input first and into the table after it.

#include "mlag_sync/mlag_int.h"

struct gw_mlag_key mlag_key(const struct gw_mlag_packet *p, const struct gw_mlag_claim *c)
{
	return (struct gw_mlag_key){.ip = c->ip, .vrf = p->vrf, .vlan = p->vlan};
}

bool mlag_entry_says(const struct gw_mlag_entry *e, const struct gw_mlag_packet *p,
	const struct gw_mlag_claim *c)
{
	return e->mlag == p->mlag && (!c->has_mac || gw_mac_is(&e->mac, &c->mac));
}

static uint64_t age_us(const struct gw_mlag *m)
{
	return m->now_us + (uint64_t)m->conf.age_s * 1000000;
}

static void content_set(struct gw_mlag *m, struct gw_mlag_entry *e, const struct gw_mac *mac,
	uint16_t mlag, bool confirmed)
{
	const struct gw_mac copy = *mac; // may be the entry's own

	if (e->known && !e->confirmed)
		mlag_member(m, e->mlag)->unconfirmed--;
	gw_mlag_entry_set(&m->table, e, &copy, mlag, confirmed);
	if (!confirmed)
		mlag_member(m, mlag)->unconfirmed++;
}

void mlag_confirm(struct gw_mlag *m, struct gw_mlag_entry *e)
{
	content_set(m, e, &e->mac, e->mlag, true);
	e->broadcast = e->doubtful = false;
	gw_mlag_list_move(&m->table, e, GW_MLAG_HELD, age_us(m));
}

static struct gw_mlag_query query_of(const struct gw_mlag_entry *e)
{
	return (struct gw_mlag_query){.ip = e->key.ip,
		.mlag = e->mlag,
		.vlan = e->key.vlan,
		.vrf = e->key.vrf,
		.mac = &e->mac};
}

static void entry_forget(struct gw_mlag *m, struct gw_mlag_entry *e)
{
	if (e->known && !e->confirmed)
		mlag_member(m, e->mlag)->unconfirmed--;
	gw_mlag_entry_free(&m->table, e);
}

void mlag_entry_drop(struct gw_mlag *m, struct gw_mlag_entry *e)
{
	const struct gw_mlag_query q = query_of(e);

	if (e->known)
		m->ops->gone(m->ctx, &q);
	entry_forget(m, e);
}

// It is asked soon who it is, and everywhere; not at once, so that a flood of contradictions asks
// once. Somebody has answered: it is not deleted.
void mlag_doubt(struct gw_mlag *m, struct gw_mlag_entry *e)
{
	e->doubtful = true;
	if (e->list == GW_MLAG_HELD)
		gw_mlag_list_move(&m->table, e, GW_MLAG_VERIFY, m->now_us + MLAG_VERIFY_US);
}

// Two answers at once, from two hosts or from where a host was and is: on both devices, and the
// relays cross on the peer link. Both keep the same of the two, and ask again.
static bool at_once(const struct gw_mlag *m, const struct gw_mlag_entry *e)
{
	return m->now_us - e->set_us < MLAG_CONFLICT_US;
}

static bool outranks(const struct gw_mlag_entry *e, const struct gw_mlag_packet *p,
	const struct gw_mlag_claim *c)
{
	int diff = memcmp(&e->mac, &c->mac, sizeof(e->mac));

	return diff != 0 ? diff > 0 : e->mlag > p->mlag;
}

// The bound is not the peer's to widen but while everybody is asked anew: what makes its table grow
// may be made up.
static bool unconfirmed_full(const struct gw_mlag *m, const struct mlag_member *mb)
{
	uint32_t most = m->conf.max_unconfirmed;

	if (m->refresh_us != 0 && m->refresh_unconfirmed > most)
		most = m->refresh_unconfirmed;
	return mb->unconfirmed >= most;
}

// There is room for a sender of whom nothing is known, or why not.
static enum gw_mlag_count room(
	const struct gw_mlag *m, const struct mlag_member *mb, bool asked, bool confirmed)
{
	if (!confirmed && unconfirmed_full(m, mb))
		return GW_MLAG_N_unconfirmed_full;
	if (!asked && m->table.free == 0 && m->table.top == m->table.max)
		return GW_MLAG_N_table_full;
	return GW_MLAG_TAKEN;
}

static void enter(struct gw_mlag *m, struct gw_mlag_entry *e, const struct gw_mac *mac,
	uint16_t mlag, bool confirmed)
{
	content_set(m, e, mac, mlag, confirmed);
	if (!confirmed && e->list == GW_MLAG_ASKED)
		e->asked_us = e->due_us;
	if (confirmed)
		gw_mlag_list_move(&m->table, e, GW_MLAG_HELD, age_us(m));
	else
		gw_mlag_list_move(
			&m->table, e, GW_MLAG_UNCONFIRMED, m->now_us + mlag_unconfirmed_us(m));
	m->count[confirmed ? GW_MLAG_N_learned : GW_MLAG_N_learned_unconfirmed]++;
}

// It spoke again: as it was known, or otherwise.
static void hear(struct gw_mlag *m, struct gw_mlag_entry *e, const struct gw_mac *mac,
	uint16_t mlag, bool confirmed)
{
	bool same = gw_mac_is(&e->mac, mac) && e->mlag == mlag;
	bool was = e->confirmed;

	if (!same || confirmed != was)
		content_set(m, e, mac, mlag, confirmed);
	if (confirmed && !was)
		mlag_repair_since(m, e);
	m->count[same ? GW_MLAG_N_refreshed : GW_MLAG_N_changed]++;
	m->count[GW_MLAG_N_confirmed_reply] += confirmed && !was;
	if (!confirmed)
		return; // its time runs on
	if (e->list != GW_MLAG_VERIFY) {
		e->broadcast = e->doubtful = false;
		gw_mlag_list_move(&m->table, e, GW_MLAG_HELD, age_us(m));
	}
	if (!same && was)
		mlag_doubt(m, e);
}

static bool input(struct gw_mlag *m, const struct gw_mlag_packet *p, unsigned how)
{
	if (m->ops->input(m->ctx, p, how | GW_MLAG_LEARN))
		return true;
	m->count[GW_MLAG_N_input_refused]++;
	return false;
}

// A sender that is known already.
static bool learn_known(struct gw_mlag *m, struct mlag_member *mb, struct gw_mlag_entry *e,
	const struct gw_mlag_packet *p, const struct gw_mlag_claim *c, bool confirmed, unsigned how)
{
	const struct gw_mac mac = c->has_mac ? c->mac : e->mac;
	const struct gw_mlag_key key = e->key;
	bool relayed = (how & GW_MLAG_RELAYED) != 0, moves = e->mlag != p->mlag;

	if (!mlag_entry_says(e, p, c) && at_once(m, e)) {
		m->count[GW_MLAG_N_conflict]++;
		if (outranks(e, p, c)) {
			if (e->confirmed)
				gw_mlag_list_move(&m->table, e, GW_MLAG_HELD, age_us(m));
			mlag_doubt(m, e);
			return false;
		}
	}
	if (moves && !confirmed && !e->confirmed && unconfirmed_full(m, mb)) {
		m->count[GW_MLAG_N_unconfirmed_full]++;
		return false;
	}
	if (moves) {
		const struct gw_mlag_query old = query_of(e);

		m->ops->gone(m->ctx, &old);
	}
	if (!input(m, p, how)) {
		if (moves)
			entry_forget(m, e);
		return false;
	}
	e = gw_mlag_find(&m->table, &key);
	hear(m, e, &mac, p->mlag, confirmed || e->confirmed);
	e->set_us = m->now_us;
	e->relayed = relayed;
	return true;
}

bool mlag_learn(struct gw_mlag *m, struct mlag_member *mb, const struct gw_mlag_packet *p,
	const struct gw_mlag_claim *c, bool confirmed, unsigned how)
{
	const struct gw_mlag_key key = mlag_key(p, c);
	struct gw_mlag_entry *e = gw_mlag_find(&m->table, &key);
	enum gw_mlag_count full;

	if (e != NULL && e->known)
		return learn_known(m, mb, e, p, c, confirmed, how);
	if (!c->has_mac)
		return false;
	full = room(m, mb, e != NULL, confirmed);
	if (full != GW_MLAG_TAKEN) {
		m->count[full]++;
		return false;
	}
	if (!input(m, p, how))
		return false;
	// The input may have asked for others meanwhile.
	e = gw_mlag_find(&m->table, &key);
	if (e == NULL)
		e = gw_mlag_entry_new(&m->table, &key);
	if (e == NULL) {
		const struct gw_mlag_query q = {key.ip, p->mlag, p->vlan, p->vrf, &c->mac};

		m->ops->gone(m->ctx, &q);
		m->count[GW_MLAG_N_table_full]++;
		return false;
	}
	enter(m, e, &c->mac, p->mlag, confirmed);
	e->set_us = e->new_us = m->now_us;
	e->relayed = (how & GW_MLAG_RELAYED) != 0;
	return true;
}
