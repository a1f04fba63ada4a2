// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// The peer: whether it is there, which run of it, which of its messages are new.

#include "mlag_sync/mlag_int.h"

#define TWIN_HELLOS 25 // a member that so many hellos did not name is none at the peer

enum arrival { NEWEST, LATE, TWICE };

static const char *const state_names[] = {"down", "one-way", "refused", "up"};

const char *gw_mlag_peer_state_name(enum gw_mlag_peer_state state)
{
	return state_names[state];
}

static void state_set(struct gw_mlag *m, enum gw_mlag_peer_state state, const char *why)
{
	struct mlag_peer *p = &m->peer;
	enum gw_mlag_peer_state old = p->state;

	if (state == old)
		return;
	p->state = state;
	p->state_us = m->now_us;
	mlag_event(m, "peer is %s: %s", state_names[state], why);
	if (state == GW_MLAG_PEER_DOWN || state == GW_MLAG_PEER_REFUSED)
		mlag_batch_discard(m);
	if (old == GW_MLAG_PEER_UP || state == GW_MLAG_PEER_DOWN)
		p->down_us = m->now_us;
	if (old == GW_MLAG_PEER_UP) {
		m->refresh_us = 0;
		mlag_repair_reset(m);
		mlag_twins_forget(m, MLAG_NEVER);
	}
	if (state == GW_MLAG_PEER_UP) {
		p->up_us = m->now_us;
		m->role_up = m->role;
		m->answered = true;
		mlag_repair_reset(m);
		mlag_refresh_all(m);
	}
	// What comes next may be another run that by its epoch seems to be this one.
	if (state == GW_MLAG_PEER_DOWN)
		p->window = 0;
	mlag_members_update(m);
}

static bool after(uint32_t a, uint32_t b)
{
	return (int32_t)(a - b) > 0;
}

static enum arrival sequence_take(struct gw_mlag *m, uint32_t sequence)
{
	struct mlag_peer *p = &m->peer;
	uint32_t ahead = sequence - p->newest, behind = p->newest - sequence;

	if (p->window == 0) {
		p->newest = sequence;
		p->window = 1;
		return NEWEST;
	}
	if (after(sequence, p->newest)) {
		m->count[GW_MLAG_N_lost] += ahead - 1;
		p->window = (ahead < 64 ? p->window << ahead : 0) | 1;
		p->newest = sequence;
		return NEWEST;
	}
	if (behind >= 64 || (p->window & 1ull << behind) != 0)
		return TWICE;
	p->window |= 1ull << behind;
	m->count[GW_MLAG_N_reordered]++;
	if (m->count[GW_MLAG_N_lost] > 0)
		m->count[GW_MLAG_N_lost]--;
	return LATE;
}

// From a start until a first hello is overdue the peer is taken to be there: what it relays is
// heard, and it is relayed to.
bool mlag_peer_presumed(const struct gw_mlag *m)
{
	return !m->peer.epoch_set && m->peer.link &&
		m->now_us - m->start_us <= (uint64_t)m->conf.hello_us * m->conf.hello_missed;
}

static void epoch_new(struct gw_mlag *m, uint32_t epoch)
{
	if (m->peer.state != GW_MLAG_PEER_DOWN)
		state_set(m, GW_MLAG_PEER_DOWN, "it restarted");
	m->peer.epoch = epoch;
	m->peer.epoch_set = true;
	m->peer.window = 0;
}

// A hello of this run of the peer, or the first of a later one. While the peer is silent any run
// will do: its clock may have gone back.
static bool hello_epoch_ok(struct gw_mlag *m, uint32_t epoch)
{
	if (m->peer.epoch_set && epoch == m->peer.epoch)
		return true;
	if (m->peer.epoch_set && m->peer.state != GW_MLAG_PEER_DOWN && !after(epoch, m->peer.epoch))
		return false;
	epoch_new(m, epoch);
	return true;
}

static void twins_input(struct gw_mlag *m, const struct gw_mlag_message *msg)
{
	const uint64_t forget_us = (uint64_t)m->conf.hello_us * TWIN_HELLOS;
	struct gw_mlag_addresses part;
	struct gw_mlag_twin twin;
	uint32_t at = 0;

	while (gw_mlag_twin_next(msg, &at, &twin))
		mlag_twin_set(m, &twin);
	at = 0;
	while (gw_mlag_addresses_next(msg, &at, &part))
		mlag_twin_addresses(m, &part);
	if (m->now_us > forget_us)
		mlag_twins_forget(m, m->now_us - forget_us);
}

// Compared with the next hello, and announced by it.
void gw_mlag_should_set(struct gw_mlag *m, uint64_t should)
{
	m->conf.should = should;
}

static void config_compare(struct gw_mlag *m, const struct gw_mlag_hello *h)
{
	bool differs = h->has_config && h->should != m->conf.should;

	if (differs != m->peer.should_differs)
		mlag_event(m,
			differs ? "the configurations differ in what should agree"
				: "the configurations agree");
	m->peer.should_differs = differs;
}

static void hello_newest(struct gw_mlag *m, const struct gw_mlag_message *msg)
{
	const struct gw_mlag_hello *h = &m->peer.hello;
	enum gw_mlag_peer_state old = m->peer.state;

	m->peer.heard_us = m->now_us;
	m->peer.restarted = (msg->flags & GW_MLAG_FLAG_RESTARTED) != 0;
	mlag_keepalive_run(m, msg->epoch);
	config_compare(m, h);
	if (h->has_config && h->must != m->conf.must)
		state_set(m, GW_MLAG_PEER_REFUSED, "the configurations do not agree");
	else if (h->hears == m->epoch)
		state_set(m, GW_MLAG_PEER_UP, "it hears us");
	else
		state_set(m, GW_MLAG_PEER_ONE_WAY, "it does not hear us");
	if (m->peer.state != old)
		mlag_hello_send(m); // at once, and before roles: both elect from the same
	if (m->peer.state != GW_MLAG_PEER_UP)
		return;
	twins_input(m, msg);
	mlag_role_peer(m);
	mlag_digests_compare(m);
}

static enum gw_mlag_count hello_input(struct gw_mlag *m, const struct gw_mlag_message *msg)
{
	struct gw_mlag_hello hello;
	enum gw_mlag_bad bad = gw_mlag_hello_decode(msg, &hello);

	if (bad != GW_MLAG_GOOD) {
		m->bad[bad]++;
		return GW_MLAG_N_malformed;
	}
	if (!hello_epoch_ok(m, msg->epoch))
		return GW_MLAG_N_other_epoch;
	switch (sequence_take(m, msg->sequence)) {
	case NEWEST:
		m->peer.hello = hello;
		m->count[GW_MLAG_N_hello_received]++;
		hello_newest(m, msg);
		return GW_MLAG_TAKEN;
	case LATE:
		return GW_MLAG_TAKEN; // it says what was
	default:
		return GW_MLAG_N_duplicate;
	}
}

static enum gw_mlag_count sync_input(struct gw_mlag *m, const struct gw_mlag_message *msg)
{
	enum gw_mlag_bad bad = mlag_sync_check(msg);

	// Before all else: a malformed message takes no sequence number from a good one.
	if (bad != GW_MLAG_GOOD) {
		m->bad[bad]++;
		return GW_MLAG_N_malformed;
	}
	if (m->peer.state == GW_MLAG_PEER_REFUSED)
		return GW_MLAG_N_refused_config;
	if (!mlag_peer_presumed(m) &&
		(m->peer.state == GW_MLAG_PEER_DOWN || msg->epoch != m->peer.epoch))
		return GW_MLAG_N_other_epoch;
	if (sequence_take(m, msg->sequence) == TWICE)
		return GW_MLAG_N_duplicate;
	// Who relays lives: hellos may be lost among so many answers.
	m->peer.heard_us = m->now_us;
	mlag_sync_input(m, msg);
	return GW_MLAG_TAKEN;
}

// Counted and nothing changed: from elsewhere, of another version, malformed.
static enum gw_mlag_count message_check(
	struct gw_mlag *m, const uint8_t *data, uint32_t len, struct gw_mlag_message *msg)
{
	enum gw_mlag_bad bad = gw_mlag_head_decode(data, len, msg);

	if (bad == GW_MLAG_BAD_version)
		return GW_MLAG_N_other_version;
	if (bad == GW_MLAG_GOOD && msg->type == GW_MLAG_KEEPALIVE)
		bad = GW_MLAG_BAD_type;
	m->bad[bad] += bad != GW_MLAG_GOOD;
	if (bad != GW_MLAG_GOOD)
		return GW_MLAG_N_malformed;
	return gw_mac_is(&msg->system, &m->conf.peer_system) ? GW_MLAG_TAKEN
							     : GW_MLAG_N_other_system;
}

enum gw_mlag_count gw_mlag_message(
	struct gw_mlag *m, uint64_t now_us, uint16_t port, const uint8_t *data, uint32_t len)
{
	struct gw_mlag_message msg;
	enum gw_mlag_count why;

	m->now_us = now_us;
	why = port == m->conf.peer_port ? message_check(m, data, len, &msg) : GW_MLAG_N_other_port;
	if (why == GW_MLAG_TAKEN) {
		m->count[GW_MLAG_N_message_received]++;
		why = msg.type == GW_MLAG_HELLO ? hello_input(m, &msg) : sync_input(m, &msg);
	}
	m->count[why]++;
	return why;
}

void gw_mlag_peer_link(struct gw_mlag *m, uint64_t now_us, bool up)
{
	m->now_us = now_us;
	if (up == m->peer.link)
		return;
	m->peer.link = up;
	mlag_event(m, "peer link is %s", up ? "up" : "down");
	if (!up)
		state_set(m, GW_MLAG_PEER_DOWN, "the peer link is down");
	m->hello_us = now_us;
}

void mlag_peer_tick(struct gw_mlag *m)
{
	const struct mlag_peer *p = &m->peer;

	if (p->state != GW_MLAG_PEER_DOWN &&
		m->now_us > p->heard_us + (uint64_t)m->conf.hello_us * m->conf.hello_missed)
		state_set(m, GW_MLAG_PEER_DOWN, "no hello");
	if (m->refresh_us != 0 && m->now_us - m->refresh_us > MLAG_REFRESH_MAX_US)
		m->refresh_us = 0;
	if (m->now_us >= m->hello_us)
		mlag_hello_send(m);
}
