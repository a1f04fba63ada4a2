// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Packets off the wire of a member port: what is learned of each, and what is relayed.

#include "mlag_sync/mlag_int.h"

// Known senders have a rate of their own: a flood of made-up ones keeps no answer away. A device
// that restarted hears at once of everybody whom its peer asks.
static bool rate_ok(struct gw_mlag *m, struct mlag_member *mb, const struct gw_mlag_packet *p,
	const struct gw_mlag_claim *c, const struct gw_mlag_entry *e)
{
	if (e != NULL &&
		(mlag_asked_for(m, e) || (e->known && e->confirmed && mlag_entry_says(e, p, c))))
		return mlag_tokens_take(&mb->known, m->now_us);
	if (mlag_tokens_take(&mb->unknown, m->now_us))
		return true;
	if (m->refresh_us == 0 || m->refresh_budget == 0)
		return false;
	m->refresh_budget--;
	return true;
}

static enum gw_mlag_count reply_to_peer(struct gw_mlag *m, struct mlag_member *mb,
	const struct gw_mlag_packet *p, const struct gw_mlag_claim *c, struct gw_mlag_entry *e)
{
	const struct gw_mlag_key key = mlag_key(p, c);
	bool is_new = e == NULL; // nor asked for

	if (!is_new && e->known && e->confirmed && !mlag_entry_says(e, p, c)) {
		m->count[GW_MLAG_N_disputed]++;
		mlag_doubt(m, e);
	} else if (mlag_learn(m, mb, p, c, false, 0) && is_new) {
		gw_mlag_find(&m->table, &key)->for_peer = true;
	}
	mlag_relay(m, c->sub, p);
	return GW_MLAG_TAKEN;
}

static enum gw_mlag_count reply(struct gw_mlag *m, struct mlag_member *mb,
	const struct gw_mlag_packet *p, const struct gw_mlag_claim *c, struct gw_mlag_entry *e)
{
	bool own = gw_mac_is(&c->to, &m->conf.system);

	if (gw_mac_is(&c->to, &m->conf.peer_system))
		return reply_to_peer(m, mb, p, c, e);
	if (!own && (gw_mac_is_none(&c->to) || !gw_mac_is(&c->to, &m->conf.virtual_mac)))
		return GW_MLAG_N_arp_reply_foreign;
	if (e == NULL || (!mlag_asked_for(m, e) && !(e->known && e->confirmed)))
		return GW_MLAG_N_arp_reply_foreign;
	if (mlag_learn(m, mb, p, c, true, 0) && own)
		mlag_relay(m, c->sub, p);
	return GW_MLAG_TAKEN;
}

// Requests, and replies to everybody.
static enum gw_mlag_count announced(struct gw_mlag *m, struct mlag_member *mb,
	const struct gw_mlag_packet *p, const struct gw_mlag_claim *c, struct gw_mlag_entry *e)
{
	unsigned how = c->kind == GW_MLAG_REQUEST ? GW_MLAG_ANSWER : 0;
	bool held = c->has_ip && e != NULL && e->known, learned = false;

	if (held)
		learned = mlag_learn(m, mb, p, c, e->confirmed, how);
	else if (c->announces && c->has_ip && m->conf.learn_announced)
		learned = mlag_learn(m, mb, p, c, false, how);
	if (held || c->announces)
		mlag_relay(m, c->sub, p);
	else if (c->kind == GW_MLAG_REPLY)
		return GW_MLAG_N_arp_reply_foreign;
	if (!learned && c->kind == GW_MLAG_REQUEST)
		m->ops->input(m->ctx, p, GW_MLAG_ANSWER);
	return GW_MLAG_TAKEN;
}

static enum gw_mlag_count packet(struct gw_mlag *m, const struct gw_mlag_packet *p)
{
	struct mlag_member *mb = mlag_member(m, p->mlag);
	struct gw_mlag_claim c;
	struct gw_mlag_entry *e = NULL;
	enum gw_mlag_count why;
	struct gw_mlag_key key;

	if (mb == NULL)
		return GW_MLAG_N_no_member;
	if (p->vrf != mb->conf.vrf || !gw_mlag_packet_parse(p->data, p->len, &c) ||
		c.vlan != p->vlan)
		return GW_MLAG_N_invalid;
	why = mlag_sender_check(m, mb, p, &c);
	if (why == GW_MLAG_N_sender_pair)
		m->ops->input(m->ctx, p, 0); // it may defend the address (RFC 5227 2.4)
	if (why != GW_MLAG_TAKEN)
		return why;
	if (c.has_ip) {
		key = mlag_key(p, &c);
		e = gw_mlag_find(&m->table, &key);
	}
	if (!rate_ok(m, mb, p, &c, e))
		return GW_MLAG_N_rate;
	if (c.kind == GW_MLAG_REPORT) {
		m->ops->input(m->ctx, p, GW_MLAG_LEARN);
		mlag_relay(m, c.sub, p);
		return GW_MLAG_TAKEN;
	}
	return c.kind == GW_MLAG_REQUEST || c.broadcast ? announced(m, mb, p, &c, e)
							: reply(m, mb, p, &c, e);
}

enum gw_mlag_count gw_mlag_wire(struct gw_mlag *m, uint64_t now_us, const struct gw_mlag_packet *p)
{
	enum gw_mlag_count why;

	m->now_us = now_us;
	why = packet(m, p);
	m->count[why]++;
	return why;
}
