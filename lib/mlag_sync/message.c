// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Header and records; the TLVs of a hello are in tlv.c.

#include "mlag_sync/message.h"

#include "base/wire.h"

#define VLAN_MAX 4094
#define ETH_LEN	 14

static const struct {
	const char *name, *help;
} bads[] = {{"good", "as it should be"},
#define X(id, help) {#id, help},
	GW_MLAG_BAD(X)
#undef X
};

const char *gw_mlag_bad_name(enum gw_mlag_bad bad)
{
	return bads[bad].name;
}

const char *gw_mlag_bad_help(enum gw_mlag_bad bad)
{
	return bads[bad].help;
}

static bool sub_ok(uint8_t type, uint8_t sub)
{
	return type != GW_MLAG_SYNC
		? sub == 0
		: (sub >= GW_MLAG_ARP && sub <= GW_MLAG_ND) || sub == GW_MLAG_ACK;
}

enum gw_mlag_bad gw_mlag_head_decode(const uint8_t *data, uint32_t len, struct gw_mlag_message *msg)
{
	static const struct gw_mac none;
	const struct gw_mlag_head *h = (const struct gw_mlag_head *)data;

	if (len < sizeof(*h))
		return len > 0 && data[0] != GW_MLAG_VERSION ? GW_MLAG_BAD_version
							     : GW_MLAG_BAD_truncated;
	if (h->version != GW_MLAG_VERSION)
		return GW_MLAG_BAD_version;
	if (h->type < GW_MLAG_HELLO || h->type > GW_MLAG_KEEPALIVE)
		return GW_MLAG_BAD_type;
	if (!sub_ok(h->type, h->sub))
		return GW_MLAG_BAD_sub_type;
	*msg = (struct gw_mlag_message){
		.type = h->type,
		.sub = h->sub,
		.flags = h->flags,
		.epoch = gw_get32(h->epoch),
		.sequence = gw_get32(h->sequence),
		.records = gw_get16(h->records),
		.body = data + sizeof(*h),
		.body_len = len - (uint32_t)sizeof(*h),
	};
	memcpy(msg->system.b, h->system, sizeof(msg->system.b));
	if ((msg->system.b[0] & 1) != 0 || memcmp(&msg->system, &none, sizeof(none)) == 0)
		return GW_MLAG_BAD_system_id;
	return GW_MLAG_GOOD;
}

// Only what Ethernet pads a short message with may follow the last record.
static bool rest_is_padding(const struct gw_mlag_message *msg, uint32_t at)
{
	if (at < msg->body_len && msg->body_len + sizeof(struct gw_mlag_head) > GW_MLAG_ETH_MIN)
		return false;
	while (at < msg->body_len) {
		if (msg->body[at++] != 0)
			return false;
	}
	return true;
}

enum gw_mlag_bad gw_mlag_records_check(const struct gw_mlag_message *msg)
{
	uint32_t at = 0, left;

	if (msg->records == 0)
		return GW_MLAG_BAD_empty;
	for (uint16_t i = 0; i < msg->records; i++) {
		const struct gw_mlag_record_head *r =
			(const struct gw_mlag_record_head *)(msg->body + at);
		uint16_t length;

		left = msg->body_len - at;
		if (left < sizeof(r->length))
			return GW_MLAG_BAD_record_truncated;
		length = gw_get16(r->length);
		if (length < sizeof(*r) - sizeof(r->length) + ETH_LEN)
			return GW_MLAG_BAD_record_short;
		if (length > left - sizeof(r->length))
			return GW_MLAG_BAD_record_truncated;
		if (gw_get16(r->mlag) == 0)
			return GW_MLAG_BAD_record_mlag;
		if (gw_get16(r->vlan) > VLAN_MAX)
			return GW_MLAG_BAD_record_vlan;
		at += (uint32_t)sizeof(r->length) + length;
	}
	return rest_is_padding(msg, at) ? GW_MLAG_GOOD : GW_MLAG_BAD_trailing;
}

bool gw_mlag_record_next(
	const struct gw_mlag_message *msg, uint32_t *at, struct gw_mlag_record *record)
{
	const struct gw_mlag_record_head *r = (const struct gw_mlag_record_head *)(msg->body + *at);

	// Padding would be a record of length 0.
	if (*at + sizeof(*r) > msg->body_len || gw_get16(r->length) == 0)
		return false;
	record->mlag = gw_get16(r->mlag);
	record->vlan = gw_get16(r->vlan);
	record->vrf = gw_get16(r->vrf);
	record->len = (uint16_t)(gw_get16(r->length) - (sizeof(*r) - sizeof(r->length)));
	record->packet = msg->body + *at + sizeof(*r);
	*at += (uint32_t)sizeof(*r) + record->len;
	return true;
}

void gw_mlag_out_begin(struct gw_mlag_out *out, uint8_t *data, uint32_t size, uint8_t type,
	uint8_t sub, const struct gw_mac *system, uint32_t epoch)
{
	struct gw_mlag_head *h = (struct gw_mlag_head *)data;

	assert(size >= sizeof(*h));
	*out = (struct gw_mlag_out){.data = data, .size = size, .len = sizeof(*h)};
	*h = (struct gw_mlag_head){.version = GW_MLAG_VERSION, .type = type, .sub = sub};
	memcpy(h->system, system->b, sizeof(h->system));
	gw_put32(h->epoch, epoch);
}

bool gw_mlag_out_record(struct gw_mlag_out *out, const struct gw_mlag_record *record)
{
	struct gw_mlag_record_head *r = (struct gw_mlag_record_head *)(out->data + out->len);

	if (out->size - out->len < sizeof(*r) + record->len || out->records == UINT16_MAX)
		return false;
	gw_put16(r->length, (uint16_t)(sizeof(*r) - sizeof(r->length) + record->len));
	gw_put16(r->mlag, record->mlag);
	gw_put16(r->vlan, record->vlan);
	gw_put16(r->vrf, record->vrf);
	memcpy(r + 1, record->packet, record->len);
	out->len += (uint32_t)sizeof(*r) + record->len;
	out->records++;
	return true;
}

void gw_mlag_out_end(struct gw_mlag_out *out, uint8_t flags, uint32_t sequence)
{
	struct gw_mlag_head *h = (struct gw_mlag_head *)out->data;

	h->flags = flags;
	gw_put32(h->sequence, sequence);
	gw_put16(h->records, out->records);
}
