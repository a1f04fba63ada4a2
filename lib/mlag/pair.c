// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Start and end of the pair, and what each loop of the slow path does for it.

#include "mlag/pair.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "base/log.h"
#include "dp/replay.h"
#include "icmp/icmp.h"
#include "mlag/path.h"
#include "neigh/neigh.h"
#include "port/port.h"
#include "slow/slow.h"

GW_LOG_MODULE("mlag");

#define REPLAY_EPOCH 1

struct pair pair;
uint64_t gw_mlag_peer_mac;
static uint64_t logged; // events

static void message_send(void *ctx, const uint8_t *message, uint32_t len)
{
	pair_frame_send(
		pair.spec.peer_link, &pair.spec.sync.peer_system, GW_MLAG_ETHERTYPE, message, len);
}

static const struct gw_mlag_ops ops = {
	.send = message_send,
	.keepalive = pair_keepalive_send,
	.input = pair_input,
	.ask = pair_ask,
	.gone = pair_gone,
	.member = pair_member_changed,
};

// What happened since the last loop, oldest first.
static void events_log(void)
{
	struct gw_mlag_event e;
	uint32_t n = 0;

	while (gw_mlag_event(pair.m, n, &e) && e.number > logged)
		n++;
	while (n > 0) {
		gw_mlag_event(pair.m, --n, &e);
		if (e.number > logged + 1)
			LOG(NOTICE, "%" PRIu64 " more that are not kept, and then",
				e.number - logged - 1);
		LOG(NOTICE, "%s", e.text);
		logged = e.number;
	}
}

static bool poll(uint64_t now_us)
{
	bool worked = false;

	if (pair.m == NULL)
		return false;
	for (uint32_t i = 0; pair.spec.lacp && i < pair.spec.member_count; i++) {
		if (gw_lacp_next(&pair.member[i].lacp) <= now_us)
			gw_lacp_tick(&pair.member[i].lacp, now_us);
	}
	pair_addresses_look();
	pair_ports_poll(now_us);
	if (gw_mlag_next(pair.m) <= now_us) {
		gw_mlag_tick(pair.m, now_us);
		worked = true;
	}
	pair_ports_apply();
	events_log();
	return worked;
}

static uint32_t epoch(void)
{
	struct timespec ts;

	if (gw_worker_conf.replay)
		return REPLAY_EPOCH;
	clock_gettime(CLOCK_REALTIME, &ts);
	return gw_mlag_epoch((uint64_t)ts.tv_sec * 1000000 + (uint64_t)ts.tv_nsec / 1000);
}

// The slow path's own has not been read yet when the program starts.
static uint64_t clock_us(void)
{
	struct timespec ts;

	if (gw_worker_conf.replay)
		return GW_REPLAY_START_US;
	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000 + (uint64_t)ts.tv_nsec / 1000;
}

static void member_make(uint32_t i, uint64_t now_us)
{
	struct pair_member *pm = &pair.member[i];
	struct gw_lacp_conf conf = pair.spec.lacp_conf;
	bool first = memcmp(&pair.spec.sync.system, &pair.spec.sync.peer_system,
			     sizeof(struct gw_mac)) < 0;

	*pm = (struct pair_member){.spec = pair.spec.member[i]};
	pair.by_port[pm->spec.port] = (uint8_t)(i + 1);
	conf.key = pm->spec.mlag;
	conf.port = gw_lacp_port_id(first ? 0 : 1, pm->spec.mlag);
	gw_lacp_init(&pm->lacp, &conf, &pair_lacp_ops, pm, now_us);
}

int gw_mlag_start(const struct gw_mlag_spec *spec, struct gw_err *err)
{
	uint64_t now_us = clock_us();
	struct gw_mlag_conf conf = spec->sync;
	int ret;

	memset(&pair, 0, sizeof(pair));
	pair.spec = *spec;
	pair.peer_iface = gw_port_untagged[spec->peer_link];
	conf.peer_port = spec->peer_link;
	conf.peer_mtu = gw_ports[spec->peer_link].mtu;
	ret = gw_mlag_new(&pair.m, &conf, &ops, NULL, epoch(), now_us, err);
	for (uint32_t i = 0; ret == 0 && i < spec->member_count; i++) {
		const struct gw_mlag_member_conf mc = {.mlag = spec->member[i].mlag,
			.vrf = PAIR_VRF,
			.keep_up = spec->member[i].keep_up};

		member_make(i, now_us);
		ret = gw_mlag_member_add(pair.m, &mc, err);
	}
	if (ret < 0) {
		gw_mlag_stop();
		return ret;
	}
	logged = 0;
	memcpy(&gw_mlag_peer_mac, conf.peer_system.b, sizeof(conf.peer_system.b));
	gw_neigh_mlag = &pair_neigh;
	gw_local_udp_hook = pair_keepalive_input;
	pair.ifaces_seen = gw_iface_generation - 1;
	pair_addresses_look();
	gw_slow_every(0, poll);
	gw_slow_input(GW_PUNT_MEMBER, pair_member_input);
	gw_slow_input(GW_PUNT_LACP, pair_lacp_input);
	gw_slow_input(GW_PUNT_MLAG, pair_message_input);
	return 0;
}

void gw_mlag_stop(void)
{
	gw_neigh_mlag = NULL;
	gw_local_udp_hook = NULL;
	gw_mlag_peer_mac = 0;
	gw_mlag_free(pair.m);
	pair.m = NULL;
}

bool gw_mlag_running(void)
{
	return pair.m != NULL;
}

uint32_t gw_mlag_age(void)
{
	return pair.spec.sync.age_s;
}
