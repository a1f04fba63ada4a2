// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "lacp/pdu.h"

#include "base/wire.h"

#define SUBTYPE_LACP	1
#define SUBTYPE_MARKER	2
#define VERSION		1
#define TYPE_ACTOR	1
#define TYPE_PARTNER	2
#define TYPE_COLLECTOR	3
#define COLLECTOR_LEN	16
#define MARKER_INFO	1
#define MARKER_RESPONSE 2
#define MARKER_LEN	16

const struct gw_mac gw_lacp_group = {{0x01, 0x80, 0xc2, 0, 0, 2}};

static void info_read(const struct gw_lacp_wire_info *w, struct gw_lacp_info *i)
{
	i->system_priority = gw_get16(w->system_priority);
	memcpy(i->system.b, w->system, sizeof(i->system.b));
	i->key = gw_get16(w->key);
	i->port_priority = gw_get16(w->port_priority);
	i->port = gw_get16(w->port);
	i->state = w->state;
}

static void info_write(struct gw_lacp_wire_info *w, uint8_t type, const struct gw_lacp_info *i)
{
	w->type = type;
	w->length = sizeof(*w);
	gw_put16(w->system_priority, i->system_priority);
	memcpy(w->system, i->system.b, sizeof(w->system));
	gw_put16(w->key, i->key);
	gw_put16(w->port_priority, i->port_priority);
	gw_put16(w->port, i->port);
	w->state = i->state;
}

enum gw_lacp_kind gw_lacp_decode(const uint8_t *data, uint32_t len, struct gw_lacp_pdu *pdu)
{
	const struct gw_lacp_wire *w = (const struct gw_lacp_wire *)data;

	if (len < sizeof(*w))
		return GW_LACP_MALFORMED;
	if (w->subtype == SUBTYPE_MARKER)
		return data[2] == MARKER_INFO && data[3] == MARKER_LEN ? GW_LACP_MARKER
								       : GW_LACP_MALFORMED;
	// 6.4.2.3: version, types and reserved octets are not looked at, lengths may be. Where
	// version 1 ends, later ones have TLVs of theirs.
	if (w->subtype != SUBTYPE_LACP || w->actor.length != sizeof(w->actor) ||
		w->partner.length != sizeof(w->partner) || w->collector_length != COLLECTOR_LEN)
		return GW_LACP_MALFORMED;
	info_read(&w->actor, &pdu->actor);
	info_read(&w->partner, &pdu->partner);
	pdu->max_delay = gw_get16(w->max_delay);
	return GW_LACP_PDU;
}

void gw_lacp_encode(const struct gw_lacp_pdu *pdu, uint8_t data[static GW_LACP_LEN])
{
	struct gw_lacp_wire *w = (struct gw_lacp_wire *)data;

	memset(w, 0, sizeof(*w));
	w->subtype = SUBTYPE_LACP;
	w->version = VERSION;
	info_write(&w->actor, TYPE_ACTOR, &pdu->actor);
	info_write(&w->partner, TYPE_PARTNER, &pdu->partner);
	w->collector_type = TYPE_COLLECTOR;
	w->collector_length = COLLECTOR_LEN;
	gw_put16(w->max_delay, pdu->max_delay);
}

void gw_lacp_marker_answer(const uint8_t *marker, uint8_t data[static GW_LACP_LEN])
{
	memcpy(data, marker, GW_LACP_LEN);
	data[2] = MARKER_RESPONSE;
}
