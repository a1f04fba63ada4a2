// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Primary and secondary; what happens to member ports when the peer link is silent, and after a
// start.

#include "mlag_sync/mlag_int.h"

static const char *const names[] = {"none", "primary", "secondary"};

const char *gw_mlag_role_name(enum gw_mlag_role role)
{
	return names[role];
}

static uint64_t link_wait_us(const struct gw_mlag *m)
{
	return (uint64_t)m->conf.hello_us * m->conf.hello_missed;
}

static void isolated_set(struct gw_mlag *m, bool isolated, const char *why)
{
	if (isolated == m->isolated)
		return;
	m->isolated = isolated;
	mlag_event(m, "member ports %s: %s", isolated ? "go down" : "may be up", why);
	mlag_members_update(m);
}

// Only a secondary is isolated: who becomes primary forwards, whatever made it so.
static void role_set(struct gw_mlag *m, enum gw_mlag_role role, const char *why)
{
	if (role == m->role)
		return;
	m->role = role;
	mlag_event(m, "%s: %s", names[role], why);
	mlag_members_update(m);
	if (role == GW_MLAG_PRIMARY)
		isolated_set(m, false, why);
}

// Lower priority, then lower system id.
static bool goes_first(const struct gw_mlag *m, uint16_t their_priority)
{
	if (m->conf.priority != their_priority)
		return m->conf.priority < their_priority;
	return memcmp(&m->conf.system, &m->conf.peer_system, sizeof(m->conf.system)) < 0;
}

// Who has a role keeps it; only two of one kind are compared. `stayed`: as secondary of a primary
// that is none any more, not elected just now by two that both had none.
static void elect(struct gw_mlag *m, enum gw_mlag_role theirs, uint16_t priority, bool stayed)
{
	if (m->role == theirs)
		role_set(m, goes_first(m, priority) ? GW_MLAG_PRIMARY : GW_MLAG_SECONDARY,
			"lower priority, or system id");
	else if (m->role == GW_MLAG_NO_ROLE && theirs == GW_MLAG_PRIMARY)
		role_set(m, GW_MLAG_SECONDARY, "the peer is primary");
	else if (m->role == GW_MLAG_SECONDARY && theirs == GW_MLAG_NO_ROLE && stayed)
		role_set(m, GW_MLAG_PRIMARY, "the peer started anew");
}

static void restoring_set(struct gw_mlag *m, bool restoring, const char *why)
{
	if (restoring == m->restoring)
		return;
	m->restoring = restoring;
	m->restore_us = m->now_us;
	mlag_event(m, "member ports %s: %s", restoring ? "wait" : "are released", why);
	mlag_members_update(m);
}

// A peer that stayed secondary succeeds who started anew. One that does not was elected just now,
// by a hello of this device, and the one that would have elected this device was lost.
static bool left_primary(const struct gw_mlag *m)
{
	return m->role == GW_MLAG_NO_ROLE && m->peer.hello.role == GW_MLAG_SECONDARY &&
		m->now_us >= m->peer.up_us + link_wait_us(m);
}

void mlag_role_peer(struct gw_mlag *m)
{
	const struct gw_mlag_hello *h = &m->peer.hello;

	elect(m, h->role, h->priority, m->role_up == GW_MLAG_SECONDARY);
	if (left_primary(m))
		role_set(m, GW_MLAG_PRIMARY, "the peer is secondary");
	if (m->isolated) {
		restoring_set(m, true, "until the tables are equal");
		isolated_set(m, false, "the peer link is back");
	}
}

static uint64_t keepalive_wait_us(const struct gw_mlag *m)
{
	uint64_t link = link_wait_us(m);
	uint64_t path = (uint64_t)m->conf.keepalive_us * m->conf.keepalive_missed;

	return m->conf.keepalive && path > link ? path : link;
}

// The last sign of life, the peer link's silence being one that needs an answer.
static uint64_t silent_since_us(const struct gw_mlag *m)
{
	return m->keepalive_us > m->peer.down_us ? m->keepalive_us : m->peer.down_us;
}

// Only a keepalive that was sent after the peer link fell silent says that the peer lives without
// it. One that comes soon after the last hello may have been on its way when the peer died.
static bool lives_apart(const struct gw_mlag *m)
{
	uint64_t since_us = m->peer.down_us;

	if (m->peer.state == GW_MLAG_PEER_DOWN && m->peer.heard_us + link_wait_us(m) > since_us)
		since_us = m->peer.heard_us + link_wait_us(m);
	return m->conf.keepalive && m->keepalive_us > since_us;
}

// Nothing is heard over the peer link; or the peer hears nothing there, and that is not because one
// of the two has just come.
static bool apart(const struct gw_mlag *m)
{
	return m->peer.state == GW_MLAG_PEER_DOWN ||
		(m->peer.state == GW_MLAG_PEER_ONE_WAY &&
			m->now_us >= m->peer.state_us + link_wait_us(m));
}

static void peer_silent(struct gw_mlag *m)
{
	if (m->peer.state == GW_MLAG_PEER_DOWN &&
		m->now_us >= silent_since_us(m) + keepalive_wait_us(m)) {
		role_set(m, GW_MLAG_PRIMARY, "no peer lives");
		restoring_set(m, false, "no peer lives");
	} else if (lives_apart(m) && m->role == GW_MLAG_SECONDARY) {
		isolated_set(m, true, "the peer lives, the peer link does not");
	}
}

static void restore_tick(struct gw_mlag *m)
{
	if (m->now_us >= m->restore_us + m->conf.restore_max_us)
		restoring_set(m, false, "waited long enough");
	else if (m->peer.state == GW_MLAG_PEER_UP && m->equal_us != 0 &&
		m->now_us >= m->equal_us + m->conf.restore_us)
		restoring_set(m, false, "the tables are equal");
}

void mlag_role_tick(struct gw_mlag *m)
{
	if (m->conf.keepalive && m->now_us >= m->keepalive_next_us) {
		m->keepalive_next_us = m->now_us + m->conf.keepalive_us;
		mlag_keepalive_send(m);
	}
	if (apart(m))
		peer_silent(m);
	if (m->restoring)
		restore_tick(m);
}

uint64_t mlag_role_next(const struct gw_mlag *m)
{
	uint64_t next = m->conf.keepalive ? m->keepalive_next_us : MLAG_NEVER;
	uint64_t at = MLAG_NEVER;

	if (m->peer.state == GW_MLAG_PEER_DOWN && (m->role != GW_MLAG_PRIMARY || m->restoring))
		at = silent_since_us(m) + keepalive_wait_us(m);
	else if (m->peer.state == GW_MLAG_PEER_ONE_WAY && !apart(m))
		at = m->peer.state_us + link_wait_us(m);
	if (at < next)
		next = at;
	if (m->restoring) {
		at = m->restore_us + m->conf.restore_max_us;
		if (m->equal_us != 0 && m->equal_us + m->conf.restore_us < at)
			at = m->equal_us + m->conf.restore_us;
		if (at < next)
			next = at;
	}
	return next;
}

void mlag_keepalive_run(struct gw_mlag *m, uint32_t epoch)
{
	if (epoch == m->keepalive_epoch)
		return;
	m->keepalive_epoch = epoch;
	m->keepalive_first = true;
}

// Of the run that was heard last, each one newer than the one before. After silence its numbers may
// begin anew, and when the peer link is silent as well it may be another run.
static bool keepalive_is_next(struct gw_mlag *m, const struct gw_mlag_message *msg)
{
	bool silent = m->now_us >= silent_since_us(m) + keepalive_wait_us(m);

	if (msg->epoch == m->keepalive_epoch)
		return m->keepalive_first || silent ||
			(int32_t)(msg->sequence - m->keepalive_sequence) > 0;
	return m->keepalive_epoch == 0 || (silent && m->peer.state == GW_MLAG_PEER_DOWN);
}

static bool keepalive_take(
	struct gw_mlag *m, const uint8_t *data, uint32_t len, struct gw_mlag_hello *hello)
{
	struct gw_mlag_message msg;

	if (gw_mlag_head_decode(data, len, &msg) != GW_MLAG_GOOD || msg.type != GW_MLAG_KEEPALIVE ||
		!gw_mac_is(&msg.system, &m->conf.peer_system) ||
		gw_mlag_keepalive_decode(&msg, hello) != GW_MLAG_GOOD ||
		!keepalive_is_next(m, &msg))
		return false;
	mlag_keepalive_run(m, msg.epoch);
	m->keepalive_first = false;
	m->keepalive_sequence = msg.sequence;
	m->keepalive_us = m->now_us;
	return true;
}

void gw_mlag_keepalive_refuse(struct gw_mlag *m)
{
	m->count[GW_MLAG_N_keepalive_refused]++;
}

void gw_mlag_keepalive(struct gw_mlag *m, uint64_t now_us, const uint8_t *data, uint32_t len)
{
	struct gw_mlag_hello hello;

	m->now_us = now_us;
	if (!keepalive_take(m, data, len, &hello)) {
		gw_mlag_keepalive_refuse(m);
		return;
	}
	m->count[GW_MLAG_N_keepalive_received]++;
	if (!apart(m))
		return;
	// Two that start together: the peer link is to have its time, and elects once.
	if (m->role == GW_MLAG_NO_ROLE && hello.role == GW_MLAG_NO_ROLE &&
		now_us < m->peer.down_us + keepalive_wait_us(m))
		return;
	elect(m, hello.role, hello.priority, true);
	peer_silent(m);
}
