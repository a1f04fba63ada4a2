// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// What this device says of itself, on the peer link and over the other path.

#include "mlag_sync/mlag_int.h"

// Sixteen of a member.
#define ADDRESSES_ROOM                                                            \
	(sizeof(struct gw_mlag_tlv_head) + sizeof(struct gw_mlag_tlv_addresses) + \
		16 * sizeof(struct gw_mlag_tlv_address))

static struct gw_mlag_hello hello_of(const struct gw_mlag *m)
{
	struct gw_mlag_hello h = {
		.confirmed = m->table.confirmed,
		.unconfirmed = m->table.unconfirmed,
		.role = m->role,
		.priority = m->conf.priority,
		.hears = m->peer.state != GW_MLAG_PEER_DOWN ? m->peer.epoch : 0,
		.must = m->conf.must,
		.should = m->conf.should,
		.tables = GW_MLAG_TABLES | 1u << GW_MLAG_ACK,
	};

	for (unsigned i = 0; i < GW_MLAG_BUCKETS; i++)
		h.digest[i] = m->table.bucket[i].digest;
	return h;
}

// Members that do not fit come with the next hello. Some room is left for addresses.
static void members_add(struct gw_mlag *m, struct gw_mlag_out *out)
{
	uint32_t i = 0;

	out->size -= ADDRESSES_ROOM;
	while (i < m->members &&
		gw_mlag_out_twin(out, &m->member[(m->hello_member + i) % m->members].own))
		i++;
	m->hello_member = i < m->members ? (m->hello_member + i) % m->members : 0;
	out->size += ADDRESSES_ROOM;
}

// The rest of the message: member by member, the next hello goes on where this one ends.
static void addresses_add(struct gw_mlag *m, struct gw_mlag_out *out)
{
	for (uint32_t i = 0; i < m->members; i++) {
		const struct mlag_member *mb = &m->member[m->hello_addresses % m->members];
		struct gw_mlag_addresses part = {.mlag = mb->conf.mlag,
			.total = mb->own_addresses,
			.first = m->hello_address,
			.count = mb->own_addresses - m->hello_address,
			.address = mb->own_address + m->hello_address};

		if (!gw_mlag_out_addresses(out, &part))
			return;
		m->hello_address += part.count;
		if (m->hello_address < part.total)
			return;
		m->hello_address = 0;
		m->hello_addresses++;
	}
}

void mlag_hello_send(struct gw_mlag *m)
{
	const struct gw_mlag_hello h = hello_of(m);
	struct gw_mlag_out out;

	m->hello_us += m->conf.hello_us;
	if (m->hello_us <= m->now_us || m->hello_us > m->now_us + m->conf.hello_us)
		m->hello_us = m->now_us + m->conf.hello_us;
	if (!m->peer.link)
		return;
	gw_mlag_out_begin(
		&out, m->hello_data, m->conf.peer_mtu, GW_MLAG_HELLO, 0, &m->conf.system, m->epoch);
	gw_mlag_out_hello(&out, &h); // fits: the least MTU is checked
	members_add(m, &out);
	addresses_add(m, &out);
	gw_mlag_out_end(&out, m->answered ? 0 : GW_MLAG_FLAG_RESTARTED, m->sequence++);
	m->ops->send(m->ctx, out.data, out.len);
	m->count[GW_MLAG_N_hello_sent]++;
	m->count[GW_MLAG_N_message_sent]++;
}

void mlag_keepalive_send(struct gw_mlag *m)
{
	const struct gw_mlag_hello h = hello_of(m);
	uint8_t data[64];
	struct gw_mlag_out out;

	gw_mlag_out_begin(
		&out, data, sizeof(data), GW_MLAG_KEEPALIVE, 0, &m->conf.system, m->epoch);
	gw_mlag_out_role(&out, &h);
	gw_mlag_out_end(&out, m->answered ? 0 : GW_MLAG_FLAG_RESTARTED, m->keepalives++);
	m->ops->keepalive(m->ctx, out.data, out.len);
	m->count[GW_MLAG_N_keepalive_sent]++;
}
