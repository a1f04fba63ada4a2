// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// What a member's port may do, and which way its traffic goes.

#include "mlag_sync/mlag_int.h"

bool mlag_member_up(const struct mlag_member *mb)
{
	return mb->link && mb->state.enable;
}

void mlag_member_update(struct gw_mlag *m, struct mlag_member *mb)
{
	bool peer = m->peer.state == GW_MLAG_PEER_UP;
	bool was_up = mlag_member_up(mb);
	struct gw_mlag_member_state s = {
		.enable = !m->restoring && (!m->isolated || mb->conf.keep_up)};

	s.over_peer = peer && mb->twin.up && !(mb->link && s.enable);
	s.from_peer = peer && !mb->twin.up;
	s.deliver = !peer || !mb->twin.up || m->role != GW_MLAG_SECONDARY;
	mb->own.up = mb->link && s.enable;
	if (memcmp(&s, &mb->state, sizeof(s)) == 0)
		return;
	mb->state = s;
	m->ops->member(m->ctx, mb->conf.mlag, &s);
	if (!was_up && mlag_member_up(mb))
		mlag_member_refresh(m, mb->conf.mlag);
}

void mlag_members_update(struct gw_mlag *m)
{
	for (uint32_t i = 0; i < m->members; i++)
		mlag_member_update(m, &m->member[i]);
}

// Nothing is forgotten when a port goes: its hosts are reached over the peer link. When it comes
// back they are asked on it.
void gw_mlag_link(struct gw_mlag *m, uint64_t now_us, uint16_t mlag, bool up)
{
	struct mlag_member *mb = mlag_member(m, mlag);
	bool was_up;

	m->now_us = now_us;
	if (mb == NULL || mb->link == up)
		return;
	was_up = mlag_member_up(mb);
	mb->link = up;
	mlag_event(m, "MLAG id %u: port is %s", mlag, up ? "up" : "down");
	mlag_member_update(m, mb);
	mb->own.up = mlag_member_up(mb);
	if (!was_up && mlag_member_up(mb))
		mlag_member_refresh(m, mlag);
	if (m->peer.state == GW_MLAG_PEER_UP) {
		m->hello_us = now_us; // the peer redirects its traffic
		m->hello_member = (uint32_t)(mb - m->member);
	}
}

void mlag_member_refresh(struct gw_mlag *m, uint16_t mlag)
{
	for (uint32_t i = 1; i <= m->table.top; i++) {
		struct gw_mlag_entry *e = &m->table.entry[i];

		if (e->known && e->mlag == mlag &&
			(e->list == GW_MLAG_HELD || e->list == GW_MLAG_VERIFY))
			mlag_due(m, e, false);
	}
}

void gw_mlag_partner_set(struct gw_mlag *m, uint64_t now_us, const struct gw_mlag_twin *partner)
{
	struct mlag_member *mb = mlag_member(m, partner->mlag);

	m->now_us = now_us;
	if (mb == NULL)
		return;
	mb->own.lacp = partner->lacp;
	mb->own.partner = partner->partner;
	mb->own.partner_priority = partner->partner_priority;
	mb->own.partner_key = partner->partner_key;
	if (m->peer.state == GW_MLAG_PEER_UP)
		m->hello_us = now_us;
}

static bool partner_is(const struct gw_mlag_twin *a, const struct gw_mlag_twin *b)
{
	return gw_mac_is(&a->partner, &b->partner) && a->partner_key == b->partner_key &&
		a->partner_priority == b->partner_priority &&
		((a->lacp | b->lacp) & GW_MLAG_LACP_ALONE) == 0;
}

// Two partners behind one MLAG id: a server that is wired wrongly; or one that uses its links one
// by one. Who is in sync already stays; of both or neither, the primary.
bool gw_mlag_partner_ok(const struct gw_mlag *m, const struct gw_mlag_twin *partner)
{
	const struct mlag_member *mb = mlag_member(m, partner->mlag);
	bool here = (partner->lacp & GW_MLAG_LACP_IN_SYNC) != 0, there;

	if (mb == NULL || m->peer.state != GW_MLAG_PEER_UP || !mb->twin_known ||
		(mb->twin.lacp & GW_MLAG_LACP_PARTNER) == 0 || partner_is(&mb->twin, partner))
		return true;
	there = (mb->twin.lacp & GW_MLAG_LACP_IN_SYNC) != 0;
	return here != there ? here : m->role == GW_MLAG_PRIMARY;
}
