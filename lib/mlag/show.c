// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// The state of the pair as JSON.

#include "iface/iface.h"
#include "mlag/pair.h"
#include "port/port.h"
#include "slow/slow.h"

#define EVENTS 16

// Seconds since then; null: never.
static json_t *ago(uint64_t then_us)
{
	return then_us == 0 ? json_null() : json_real((double)(gw_slow_now_us() - then_us) * 1e-6);
}

static json_t *mac_json(const struct gw_mac *mac)
{
	char text[GW_MAC_LEN];

	return json_string(gw_mac_str(mac, text));
}

static const char *reason_of(const struct pair_member *pm, const struct gw_mlag_status *st)
{
	if (!pm->want.enable)
		return st->restoring ? "delay restore" : "dual active";
	return pair.spec.lacp && pair_refused(pm->lacp.refusal) ? "the peer has another partner"
								: "";
}

static json_t *lacp_json(const struct pair_member *pm)
{
	const struct gw_lacp *p = &pm->lacp;

	return json_pack("{s:s, s:s, s:s, s:i, s:i, s:o, s:i, s:i, s:i, s:I, s:I, s:I}", "receive",
		gw_lacp_rx_name(p->rx), "mux", gw_lacp_mux_name(p->mux), "selection",
		gw_lacp_refusal_name(p->refusal), "port_id", p->actor.port, "state", p->actor.state,
		"partner", mac_json(&p->partner.system), "partner_key", p->partner.key,
		"partner_port", p->partner.port, "partner_state", p->partner.state, "received",
		(json_int_t)p->count.rx, "malformed", (json_int_t)p->count.rx_malformed, "sent",
		(json_int_t)p->count.tx);
}

static json_t *member_json(uint32_t i, const struct gw_mlag_status *st, bool detail)
{
	const struct pair_member *pm = &pair.member[i];
	struct gw_mlag_member_view v = {0};
	json_t *o;

	gw_mlag_member_view(pair.m, i, &v);
	o = json_pack("{s:i, s:s, s:s, s:s, s:s, s:s, s:i}", "id", v.mlag, "port",
		gw_ports[pm->spec.port].name, "here", v.own.up ? "up" : "down", "peer",
		!v.twin_known	    ? "unknown"
			: v.twin.up ? "up"
				    : "down",
		"traffic", v.state.over_peer ? "over the peer link" : "by the port", "held",
		reason_of(pm, st), "unconfirmed", (int)v.unconfirmed);
	if (detail && pair.spec.lacp)
		json_object_set_new(o, "lacp", lacp_json(pm));
	else if (pair.spec.lacp)
		json_object_set_new(o, "lacp", json_string(gw_lacp_mux_name(pm->lacp.mux)));
	return o;
}

static json_t *members_json(const struct gw_mlag_status *st, bool detail)
{
	json_t *list = json_array();

	for (uint32_t i = 0; i < pair.spec.member_count; i++)
		json_array_append_new(list, member_json(i, st, detail));
	return list;
}

static json_t *events_json(void)
{
	struct gw_mlag_event e;
	json_t *list = json_array();

	for (uint32_t i = 0; i < EVENTS && gw_mlag_event(pair.m, i, &e); i++)
		json_array_append_new(
			list, json_pack("{s:o, s:s}", "ago_s", ago(e.at_us), "what", e.text));
	return list;
}

static json_t *counts_json(const struct gw_mlag_status *st)
{
	json_t *o = json_object();

	for (unsigned i = GW_MLAG_TAKEN + 1; i < GW_MLAG_N_COUNT; i++) {
		if (st->count[i] > 0)
			json_object_set_new(
				o, gw_mlag_count_name(i), json_integer((json_int_t)st->count[i]));
	}
	for (unsigned i = GW_MLAG_GOOD + 1; i < GW_MLAG_BAD_COUNT; i++) {
		char name[64];

		snprintf(name, sizeof(name), "malformed_%s", gw_mlag_bad_name(i));
		if (st->bad[i] > 0)
			json_object_set_new(o, name, json_integer((json_int_t)st->bad[i]));
	}
	return o;
}

json_t *gw_mlag_stats_json(void)
{
	struct gw_mlag_status st;
	json_t *o;

	gw_mlag_status(pair.m, &st);
	o = counts_json(&st);
	json_object_set_new(o, "entries", json_integer(st.confirmed));
	json_object_set_new(o, "unconfirmed", json_integer(st.unconfirmed));
	return o;
}

json_t *gw_mlag_json(bool detail)
{
	const struct gw_mlag_conf *c = &pair.spec.sync;
	struct gw_mlag_status st;
	json_t *o;

	gw_mlag_status(pair.m, &st);
	o = json_pack("{s:o, s:s, s:i, s:s, s:s, s:o, s:o, s:b}", "system_id", mac_json(&c->system),
		"role", gw_mlag_role_name(st.role), "priority", c->priority, "peer_link",
		st.peer_link ? "up" : "down", "peer", gw_mlag_peer_state_name(st.peer),
		"peer_system_id", mac_json(&c->peer_system), "peer_heard_s", ago(st.heard_us),
		"configurations_differ", st.should_differs);
	json_object_set_new(o, "peer_role", json_string(gw_mlag_role_name(st.peer_role)));
	json_object_set_new(o, "keepalive",
		json_string(!c->keepalive	     ? "none"
				: st.keepalive_heard ? "heard"
						     : "silent"));
	json_object_set_new(o, "keepalive_heard_s", ago(st.keepalive_us));
	json_object_set_new(o, "entries", json_integer(st.confirmed));
	json_object_set_new(o, "unconfirmed", json_integer(st.unconfirmed));
	json_object_set_new(o, "asking", json_integer(st.due));
	json_object_set_new(o, "peer_entries", json_integer(st.peer_confirmed));
	json_object_set_new(o, "tables",
		json_string(st.peer != GW_MLAG_PEER_UP ? "unknown"
				: st.equal	       ? "equal"
						       : "differ"));
	json_object_set_new(o, "buckets_differ", json_integer(st.buckets_differ));
	json_object_set_new(o, "dual_active", json_boolean(st.isolated));
	json_object_set_new(o, "restoring", json_boolean(st.restoring));
	json_object_set_new(o, "members", members_json(&st, detail));
	if (!detail)
		return o;
	json_object_set_new(o, "epoch", json_integer(st.epoch));
	json_object_set_new(o, "peer_epoch", json_integer(st.peer_epoch));
	json_object_set_new(o, "counters", counts_json(&st));
	json_object_set_new(o, "events", events_json());
	return o;
}
