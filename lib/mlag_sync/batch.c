// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Packets to the peer, many in a message: it goes when it is full or its oldest has waited.

#include "mlag_sync/mlag_int.h"

void mlag_batch_flush(struct gw_mlag *m, unsigned sub)
{
	struct gw_mlag_out *out = &m->batch[sub].out;

	gw_mlag_out_end(out, m->answered ? 0 : GW_MLAG_FLAG_RESTARTED, m->sequence++);
	m->ops->send(m->ctx, out->data, out->len);
	m->count[GW_MLAG_N_message_sent]++;
	out->records = 0;
}

void mlag_batch_discard(struct gw_mlag *m)
{
	for (unsigned i = GW_MLAG_ARP; i <= GW_MLAG_SUB_MAX; i++) {
		m->count[GW_MLAG_N_relay_no_peer] += m->batch[i].out.records;
		m->batch[i].out.records = 0;
	}
}

static bool peer_hears(const struct gw_mlag *m, enum gw_mlag_sub sub)
{
	if (m->peer.state == GW_MLAG_PEER_DOWN)
		return mlag_peer_presumed(m);
	return m->peer.state != GW_MLAG_PEER_REFUSED && (m->peer.hello.tables & 1u << sub) != 0;
}

void mlag_relay(struct gw_mlag *m, enum gw_mlag_sub sub, const struct gw_mlag_packet *p)
{
	const struct gw_mlag_record r = {p->mlag, p->vlan, p->vrf, p->len, p->data};
	const uint32_t need = (uint32_t)sizeof(struct gw_mlag_record_head) + p->len;
	struct mlag_batch *b = &m->batch[sub];

	if (!peer_hears(m, sub)) {
		m->count[GW_MLAG_N_relay_no_peer]++;
		return;
	}
	if (sizeof(struct gw_mlag_head) + need > m->conf.peer_mtu) {
		m->count[GW_MLAG_N_relay_too_big]++;
		return;
	}
	if (b->out.records > 0 && b->out.size - b->out.len < need)
		mlag_batch_flush(m, sub);
	if (b->out.records == 0) {
		gw_mlag_out_begin(&b->out, b->data, m->conf.peer_mtu, GW_MLAG_SYNC, (uint8_t)sub,
			&m->conf.system, m->epoch);
		b->oldest_us = m->now_us;
	}
	gw_mlag_out_record(&b->out, &r); // it fits
	m->count[GW_MLAG_N_record_sent]++;
	// Another of its kind would not.
	if (b->out.size - b->out.len < need)
		mlag_batch_flush(m, sub);
}
