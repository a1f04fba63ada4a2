// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// The TLVs of a hello. Kinds that this version does not know are passed over.

#include "base/wire.h"
#include "mlag_sync/message.h"

struct tlv {
	uint16_t kind, len;
	const uint8_t *value;
};

// The TLV at *at, which goes past it; false when it reaches over the end of the message.
static bool tlv_next(const struct gw_mlag_message *msg, uint32_t *at, struct tlv *t)
{
	const struct gw_mlag_tlv_head *h = (const struct gw_mlag_tlv_head *)(msg->body + *at);

	if (msg->body_len - *at < sizeof(*h))
		return false;
	t->kind = gw_get16(h->kind);
	t->len = gw_get16(h->length);
	t->value = msg->body + *at + sizeof(*h);
	if (msg->body_len - *at - sizeof(*h) < t->len)
		return false;
	*at += (uint32_t)sizeof(*h) + t->len;
	return true;
}

static bool length_ok(const struct tlv *t)
{
	switch (t->kind) {
	case GW_MLAG_TLV_TABLE:
		return t->len == sizeof(struct gw_mlag_tlv_table);
	case GW_MLAG_TLV_ROLE:
		return t->len == sizeof(struct gw_mlag_tlv_role);
	case GW_MLAG_TLV_MEMBER:
		return t->len == sizeof(struct gw_mlag_tlv_member);
	case GW_MLAG_TLV_CONFIG:
		return t->len == sizeof(struct gw_mlag_tlv_config);
	case GW_MLAG_TLV_TABLES:
		return t->len == 2;
	case GW_MLAG_TLV_ADDRESSES:
		return t->len >= sizeof(struct gw_mlag_tlv_addresses) &&
			(t->len - sizeof(struct gw_mlag_tlv_addresses)) %
				sizeof(struct gw_mlag_tlv_address) ==
			0;
	default:
		return true;
	}
}

static void table_read(const uint8_t *value, struct gw_mlag_hello *hello)
{
	const struct gw_mlag_tlv_table *t = (const struct gw_mlag_tlv_table *)value;

	hello->confirmed = gw_get32(t->confirmed);
	hello->unconfirmed = gw_get32(t->unconfirmed);
	for (unsigned i = 0; i < GW_MLAG_BUCKETS; i++)
		hello->digest[i] = gw_get64(t->digest[i]);
}

static enum gw_mlag_bad role_read(const uint8_t *value, struct gw_mlag_hello *hello)
{
	const struct gw_mlag_tlv_role *r = (const struct gw_mlag_tlv_role *)value;

	if (r->role > GW_MLAG_SECONDARY)
		return GW_MLAG_BAD_tlv_value;
	hello->role = r->role;
	hello->priority = gw_get16(r->priority);
	hello->hears = gw_get32(r->hears);
	return GW_MLAG_GOOD;
}

static enum gw_mlag_bad member_check(const uint8_t *value)
{
	const struct gw_mlag_tlv_member *v = (const struct gw_mlag_tlv_member *)value;

	return gw_get16(v->mlag) == 0 || v->port > 1 ? GW_MLAG_BAD_tlv_value : GW_MLAG_GOOD;
}

static struct gw_mlag_addresses addresses_read(const struct tlv *t)
{
	const struct gw_mlag_tlv_addresses *v = (const struct gw_mlag_tlv_addresses *)t->value;

	return (struct gw_mlag_addresses){
		.mlag = gw_get16(v->mlag),
		.total = gw_get32(v->total),
		.first = gw_get32(v->first),
		.count = (uint32_t)((t->len - sizeof(*v)) / sizeof(v->address[0])),
		.address = v->address,
	};
}

static enum gw_mlag_bad addresses_check(const struct tlv *t)
{
	const struct gw_mlag_addresses a = addresses_read(t);

	return a.mlag == 0 || a.first > a.total || a.count > a.total - a.first
		? GW_MLAG_BAD_tlv_value
		: GW_MLAG_GOOD;
}

static enum gw_mlag_bad tlv_read(const struct tlv *t, struct gw_mlag_hello *hello)
{
	const struct gw_mlag_tlv_config *c = (const struct gw_mlag_tlv_config *)t->value;

	switch (t->kind) {
	case GW_MLAG_TLV_TABLE:
		table_read(t->value, hello);
		return GW_MLAG_GOOD;
	case GW_MLAG_TLV_ROLE:
		return role_read(t->value, hello);
	case GW_MLAG_TLV_MEMBER:
		return member_check(t->value);
	case GW_MLAG_TLV_CONFIG:
		hello->has_config = true;
		hello->must = gw_get64(c->must);
		hello->should = gw_get64(c->should);
		return GW_MLAG_GOOD;
	case GW_MLAG_TLV_TABLES:
		hello->tables = gw_get16(t->value);
		return GW_MLAG_GOOD;
	case GW_MLAG_TLV_ADDRESSES:
		return addresses_check(t);
	default:
		return GW_MLAG_GOOD;
	}
}

static enum gw_mlag_bad tlvs_read(const struct gw_mlag_message *msg, uint32_t need, uint32_t *end,
	struct gw_mlag_hello *hello)
{
	uint32_t at = 0, seen = 0;
	struct tlv t;

	*hello = (struct gw_mlag_hello){.tables = GW_MLAG_TABLES};
	for (uint16_t i = 0; i < msg->records; i++) {
		enum gw_mlag_bad bad;

		if (!tlv_next(msg, &at, &t))
			return GW_MLAG_BAD_tlv_truncated;
		if (!length_ok(&t))
			return GW_MLAG_BAD_tlv_length;
		if (t.kind <= GW_MLAG_TLV_TABLES && t.kind != GW_MLAG_TLV_MEMBER) {
			if ((seen & 1u << t.kind) != 0)
				return GW_MLAG_BAD_tlv_twice;
			seen |= 1u << t.kind;
		}
		bad = tlv_read(&t, hello);
		if (bad != GW_MLAG_GOOD)
			return bad;
	}
	*end = at;
	return (seen & need) == need ? GW_MLAG_GOOD : GW_MLAG_BAD_tlv_missing;
}

enum gw_mlag_bad gw_mlag_hello_decode(
	const struct gw_mlag_message *msg, struct gw_mlag_hello *hello)
{
	uint32_t end;
	enum gw_mlag_bad bad =
		tlvs_read(msg, 1u << GW_MLAG_TLV_TABLE | 1u << GW_MLAG_TLV_ROLE, &end, hello);

	// The table alone is longer than what Ethernet pads.
	if (bad == GW_MLAG_GOOD && end != msg->body_len)
		bad = GW_MLAG_BAD_trailing;
	return bad;
}

enum gw_mlag_bad gw_mlag_keepalive_decode(
	const struct gw_mlag_message *msg, struct gw_mlag_hello *hello)
{
	uint32_t end;
	enum gw_mlag_bad bad = tlvs_read(msg, 1u << GW_MLAG_TLV_ROLE, &end, hello);

	return bad == GW_MLAG_GOOD && end != msg->body_len ? GW_MLAG_BAD_trailing : bad;
}

static bool tlv_find(const struct gw_mlag_message *msg, uint32_t *at, uint16_t kind, struct tlv *t)
{
	do {
		if (!tlv_next(msg, at, t))
			return false;
	} while (t->kind != kind);
	return true;
}

bool gw_mlag_addresses_next(
	const struct gw_mlag_message *msg, uint32_t *at, struct gw_mlag_addresses *part)
{
	struct tlv t;

	if (!tlv_find(msg, at, GW_MLAG_TLV_ADDRESSES, &t))
		return false;
	*part = addresses_read(&t);
	return true;
}

bool gw_mlag_twin_next(const struct gw_mlag_message *msg, uint32_t *at, struct gw_mlag_twin *twin)
{
	const struct gw_mlag_tlv_member *v;
	struct tlv t;

	if (!tlv_find(msg, at, GW_MLAG_TLV_MEMBER, &t))
		return false;
	v = (const struct gw_mlag_tlv_member *)t.value;
	*twin = (struct gw_mlag_twin){
		.mlag = gw_get16(v->mlag),
		.up = v->port == 1,
		.lacp = v->lacp,
		.partner_priority = gw_get16(v->partner_priority),
		.partner_key = gw_get16(v->partner_key),
	};
	memcpy(twin->partner.b, v->partner_system, sizeof(twin->partner.b));
	return true;
}

// Room for a TLV of `len` octets, its head written; NULL when it does not fit.
static void *tlv_add(struct gw_mlag_out *out, uint16_t kind, uint32_t len)
{
	struct gw_mlag_tlv_head *h = (struct gw_mlag_tlv_head *)(out->data + out->len);

	if (len > UINT16_MAX || out->size - out->len < sizeof(*h) + len)
		return NULL;
	gw_put16(h->kind, kind);
	gw_put16(h->length, (uint16_t)len);
	memset(h + 1, 0, len);
	out->len += (uint32_t)sizeof(*h) + len;
	out->records++;
	return h + 1;
}

bool gw_mlag_out_role(struct gw_mlag_out *out, const struct gw_mlag_hello *hello)
{
	struct gw_mlag_tlv_role *r = tlv_add(out, GW_MLAG_TLV_ROLE, sizeof(*r));

	if (r == NULL)
		return false;
	r->role = hello->role;
	gw_put16(r->priority, hello->priority);
	gw_put32(r->hears, hello->hears);
	return true;
}

bool gw_mlag_out_hello(struct gw_mlag_out *out, const struct gw_mlag_hello *hello)
{
	const struct gw_mlag_out before = *out;
	struct gw_mlag_tlv_table *t = tlv_add(out, GW_MLAG_TLV_TABLE, sizeof(*t));
	bool role = gw_mlag_out_role(out, hello);
	struct gw_mlag_tlv_config *c = tlv_add(out, GW_MLAG_TLV_CONFIG, sizeof(*c));
	uint8_t *tables = tlv_add(out, GW_MLAG_TLV_TABLES, 2);

	if (t == NULL || !role || c == NULL || tables == NULL) {
		*out = before;
		return false;
	}
	gw_put32(t->confirmed, hello->confirmed);
	gw_put32(t->unconfirmed, hello->unconfirmed);
	for (unsigned i = 0; i < GW_MLAG_BUCKETS; i++)
		gw_put64(t->digest[i], hello->digest[i]);
	gw_put64(c->must, hello->must);
	gw_put64(c->should, hello->should);
	gw_put16(tables, hello->tables);
	return true;
}

bool gw_mlag_out_twin(struct gw_mlag_out *out, const struct gw_mlag_twin *twin)
{
	struct gw_mlag_tlv_member *v = tlv_add(out, GW_MLAG_TLV_MEMBER, sizeof(*v));

	if (v == NULL)
		return false;
	gw_put16(v->mlag, twin->mlag);
	v->port = twin->up;
	v->lacp = twin->lacp;
	gw_put16(v->partner_priority, twin->partner_priority);
	memcpy(v->partner_system, twin->partner.b, sizeof(v->partner_system));
	gw_put16(v->partner_key, twin->partner_key);
	return true;
}

bool gw_mlag_out_addresses(struct gw_mlag_out *out, struct gw_mlag_addresses *part)
{
	const uint32_t need =
		sizeof(struct gw_mlag_tlv_head) + sizeof(struct gw_mlag_tlv_addresses);
	const uint32_t room = out->size - out->len;
	struct gw_mlag_tlv_addresses *v;
	uint32_t most;

	if (room < need)
		return false;
	most = (room - need) / (uint32_t)sizeof(v->address[0]);
	if (part->count > most)
		part->count = most;
	if (part->count == 0 && part->total > 0)
		return false;
	v = tlv_add(out, GW_MLAG_TLV_ADDRESSES,
		(uint32_t)(sizeof(*v) + part->count * sizeof(v->address[0])));
	if (v == NULL)
		return false;
	gw_put16(v->mlag, part->mlag);
	gw_put32(v->total, part->total);
	gw_put32(v->first, part->first);
	if (part->count > 0)
		memcpy(v->address, part->address, part->count * sizeof(v->address[0]));
	return true;
}
