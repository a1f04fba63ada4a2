// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// What is there, for those who look.

#include "mlag_sync/mlag_int.h"

void gw_mlag_status(const struct gw_mlag *m, struct gw_mlag_status *s)
{
	const struct mlag_peer *p = &m->peer;

	*s = (struct gw_mlag_status){
		.peer = p->state,
		.role = m->role,
		.peer_role = p->hello.role,
		.peer_link = p->link,
		.peer_restarted = p->restarted,
		.should_differs = p->should_differs,
		.keepalive_heard = m->keepalive_us != 0 &&
			m->now_us - m->keepalive_us <=
				(uint64_t)m->conf.keepalive_us * m->conf.keepalive_missed,
		.isolated = m->isolated,
		.restoring = m->restoring,
		.equal = p->state == GW_MLAG_PEER_UP && m->equal_us != 0,
		.heard_us = p->heard_us,
		.keepalive_us = m->keepalive_us,
		.up_us = p->up_us,
		.equal_us = m->equal_us,
		.epoch = m->epoch,
		.peer_epoch = p->epoch,
		.confirmed = m->table.confirmed,
		.unconfirmed = m->table.unconfirmed,
		.asked = m->table.count[GW_MLAG_ASKED],
		.due = m->table.count[GW_MLAG_DUE] + m->table.count[GW_MLAG_PROBE],
		.peer_confirmed = p->hello.confirmed,
		.peer_unconfirmed = p->hello.unconfirmed,
		.buckets_differ = p->state == GW_MLAG_PEER_UP ? m->buckets_differ : 0,
	};
	memcpy(s->count, m->count, sizeof(s->count));
	memcpy(s->bad, m->bad, sizeof(s->bad));
}

bool gw_mlag_member_view(const struct gw_mlag *m, uint32_t index, struct gw_mlag_member_view *view)
{
	const struct mlag_member *mb;

	if (index >= m->members)
		return false;
	mb = &m->member[index];
	*view = (struct gw_mlag_member_view){
		.mlag = mb->conf.mlag,
		.vrf = mb->conf.vrf,
		.link = mb->link,
		.twin_known = mb->twin_known,
		.state = mb->state,
		.own = mb->own,
		.twin = mb->twin,
		.twin_address = mb->twin_address,
		.twin_addresses = mb->twin_addresses,
		.unconfirmed = mb->unconfirmed,
	};
	return true;
}

bool gw_mlag_entry_next(const struct gw_mlag *m, uint32_t *cursor, struct gw_mlag_entry_view *view)
{
	while (++*cursor <= m->table.top) {
		const struct gw_mlag_entry *e = &m->table.entry[*cursor];

		if (e->list == GW_MLAG_FREE || !e->known)
			continue;
		*view = (struct gw_mlag_entry_view){
			.at = {e->key.ip, e->mlag, e->key.vlan, e->key.vrf, &e->mac},
			.confirmed = e->confirmed,
			.relayed = e->relayed,
			.set_us = e->set_us,
		};
		return true;
	}
	return false;
}
