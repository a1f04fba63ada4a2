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
		if (i == GW_MLAG_ACK)
			m->count[GW_MLAG_N_ack_sent] -= m->batch[i].out.records;
		else
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

static void record_add(struct gw_mlag *m, enum gw_mlag_sub sub, const struct gw_mlag_record *r)
{
	const uint32_t need = (uint32_t)sizeof(struct gw_mlag_record_head) + r->len;
	struct mlag_batch *b = &m->batch[sub];

	if (b->out.records > 0 && b->out.size - b->out.len < need)
		mlag_batch_flush(m, sub);
	if (b->out.records == 0) {
		gw_mlag_out_begin(&b->out, b->data, m->conf.peer_mtu, GW_MLAG_SYNC, (uint8_t)sub,
			&m->conf.system, m->epoch);
		b->oldest_us = m->now_us;
	}
	gw_mlag_out_record(&b->out, r); // it fits
	// Another of its kind would not.
	if (b->out.size - b->out.len < need)
		mlag_batch_flush(m, sub);
}

void mlag_relay(struct gw_mlag *m, enum gw_mlag_sub sub, const struct gw_mlag_packet *p)
{
	const struct gw_mlag_record r = {p->mlag, p->vlan, p->vrf, p->len, p->data};

	if (!peer_hears(m, sub)) {
		m->count[GW_MLAG_N_relay_no_peer]++;
		return;
	}
	if (sizeof(struct gw_mlag_head) + sizeof(struct gw_mlag_record_head) + p->len >
		m->conf.peer_mtu) {
		m->count[GW_MLAG_N_relay_too_big]++;
		return;
	}
	record_add(m, sub, &r);
	m->count[GW_MLAG_N_record_sent]++;
}

// One that is lost is made up for by the digests.
void mlag_ack(struct gw_mlag *m, const struct gw_mlag_entry *e)
{
	struct gw_mlag_ack a;
	const struct gw_mlag_record r = {
		e->mlag, e->key.vlan, e->key.vrf, sizeof(a), (const uint8_t *)&a};

	if (m->peer.state != GW_MLAG_PEER_UP || !peer_hears(m, GW_MLAG_ACK))
		return;
	memcpy(a.ip, &e->key.ip, sizeof(a.ip));
	memcpy(a.mac, e->mac.b, sizeof(a.mac));
	record_add(m, GW_MLAG_ACK, &r);
	m->count[GW_MLAG_N_ack_sent]++;
}
