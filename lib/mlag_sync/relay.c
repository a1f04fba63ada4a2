// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Packets that the peer relayed. Each goes into the same input as one off the wire, and is never
// relayed on. What was an answer to this device the peer cannot check: it is told what was learned.

#include "mlag_sync/mlag_int.h"

static bool record_parse(
	const struct gw_mlag_message *msg, const struct gw_mlag_record *r, struct gw_mlag_claim *c)
{
	return gw_mlag_packet_parse(r->packet, r->len, c) && c->sub == msg->sub;
}

static bool ack_ok(const struct gw_mlag_record *r)
{
	return r->len == sizeof(struct gw_mlag_ack);
}

// Every packet of the message is what its sub type says.
static enum gw_mlag_bad packets_check(const struct gw_mlag_message *msg)
{
	struct gw_mlag_record r;
	struct gw_mlag_claim c;
	uint32_t at = 0;

	while (gw_mlag_record_next(msg, &at, &r)) {
		if (msg->sub == GW_MLAG_ACK) {
			if (!ack_ok(&r))
				return GW_MLAG_BAD_record_packet;
			continue;
		}
		if (!record_parse(msg, &r, &c))
			return GW_MLAG_BAD_record_packet;
		if (c.vlan != r.vlan)
			return GW_MLAG_BAD_record_vlan;
	}
	return GW_MLAG_GOOD;
}

static enum gw_mlag_count reply(struct gw_mlag *m, struct mlag_member *mb,
	const struct gw_mlag_packet *p, const struct gw_mlag_claim *c,
	const struct gw_mlag_entry *e)
{
	bool own = gw_mac_is(&c->to, &m->conf.system);

	if (!own && !gw_mac_is(&c->to, &m->conf.peer_system))
		return GW_MLAG_N_relay_foreign;
	// What was said to the peer it has checked. What was said to us only we can.
	if (own && (e == NULL || (!mlag_asked_for(m, e) && !(e->known && e->confirmed))))
		return GW_MLAG_N_relay_unasked;
	if (mlag_learn(m, mb, p, c, true, GW_MLAG_RELAYED) && own) {
		const struct gw_mlag_key key = mlag_key(p, c);

		mlag_ack(m, gw_mlag_find(&m->table, &key));
	}
	return GW_MLAG_TAKEN;
}

static enum gw_mlag_count announced(struct gw_mlag *m, struct mlag_member *mb,
	const struct gw_mlag_packet *p, const struct gw_mlag_claim *c,
	const struct gw_mlag_entry *e)
{
	// Who relays has answered for the addresses of both, and cannot for ours.
	unsigned how = GW_MLAG_RELAYED | (c->kind == GW_MLAG_REQUEST ? GW_MLAG_ANSWER_OWN : 0);
	bool learned = false;

	if (c->has_ip && e != NULL && e->known)
		learned = mlag_learn(m, mb, p, c, e->confirmed, how);
	else if (c->announces && c->has_ip && m->conf.learn_announced)
		learned = mlag_learn(m, mb, p, c, false, how);
	if (!learned && c->kind == GW_MLAG_REQUEST)
		m->ops->input(m->ctx, p, how);
	return GW_MLAG_TAKEN;
}

static enum gw_mlag_count record(
	struct gw_mlag *m, const struct gw_mlag_packet *p, const struct gw_mlag_claim *c)
{
	struct mlag_member *mb = mlag_member(m, p->mlag);
	struct gw_mlag_entry *e = NULL;
	enum gw_mlag_count why;
	struct gw_mlag_key key;

	if (mb == NULL || mb->conf.vrf != p->vrf)
		return GW_MLAG_N_no_member;
	why = mlag_sender_check(m, mb, p, c);
	if (why != GW_MLAG_TAKEN)
		return why;
	if (c->kind == GW_MLAG_REPORT) {
		m->ops->input(m->ctx, p, GW_MLAG_LEARN | GW_MLAG_RELAYED);
		return GW_MLAG_TAKEN;
	}
	if (c->has_ip) {
		key = mlag_key(p, c);
		e = gw_mlag_find(&m->table, &key);
	}
	return c->kind == GW_MLAG_REQUEST || c->broadcast ? announced(m, mb, p, c, e)
							  : reply(m, mb, p, c, e);
}

enum gw_mlag_bad mlag_sync_check(const struct gw_mlag_message *msg)
{
	enum gw_mlag_bad bad = gw_mlag_records_check(msg);

	return bad == GW_MLAG_GOOD ? packets_check(msg) : bad;
}

static void ack(struct gw_mlag *m, const struct gw_mlag_record *r)
{
	const struct gw_mlag_ack *a = (const struct gw_mlag_ack *)r->packet;
	struct gw_mlag_key key = {.vrf = r->vrf, .vlan = r->vlan};
	struct gw_mlag_entry *e;

	memcpy(&key.ip, a->ip, sizeof(key.ip));
	e = gw_mlag_find(&m->table, &key);
	if (e == NULL) {
		mlag_ask_first(m, &key, r->mlag);
	} else if (e->known && !e->confirmed && e->mlag == r->mlag &&
		memcmp(e->mac.b, a->mac, sizeof(a->mac)) == 0) {
		mlag_confirm(m, e);
		m->count[GW_MLAG_N_confirmed_ack]++;
	}
}

void mlag_sync_input(struct gw_mlag *m, const struct gw_mlag_message *msg)
{
	struct gw_mlag_record r;
	struct gw_mlag_claim c;
	uint32_t at = 0;

	while (gw_mlag_record_next(msg, &at, &r)) {
		const struct gw_mlag_packet p = {r.mlag, r.vlan, r.vrf, r.len, r.packet};

		if (msg->sub == GW_MLAG_ACK) {
			ack(m, &r);
			continue;
		}
		record_parse(msg, &r, &c);
		m->count[GW_MLAG_N_record_received]++;
		m->count[record(m, &p, &c)]++;
	}
}
