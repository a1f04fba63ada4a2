// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// What a dead user plane cannot do any more.

#include "act.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <string.h>

#include <linux/rtnetlink.h>

#include "base/log.h"
#include "netlink/netlink.h"
#include "netlink/route.h"
#include "xdp/netdev.h"

GW_LOG_MODULE("watchdog");

#define BUFFER_OCTETS (4 << 20)
#define DUMP_MS	      1000 // most that the kernel is waited for

struct withdrawal {
	const struct gw_heartbeat_state *state;
	struct gw_nl writer;
	struct gw_nl_batch batch;
	uint32_t n, failed;
};

static bool is_ours(const struct gw_heartbeat_state *state, const struct gw_nl_route *r)
{
	if (r->protocol != state->protocol)
		return false;
	for (uint32_t i = 0; i < state->table_count; i++) {
		if (state->table[i] == r->table)
			return true;
	}
	return false;
}

static void batch_send(struct withdrawal *w)
{
	if (w->batch.n == 0)
		return;
	gw_nl_batch_send(&w->batch, &w->writer);
	for (uint32_t i = 0; i < w->batch.n; i++)
		w->failed += w->batch.error[i] != 0 && w->batch.error[i] != ESRCH;
	w->batch.n = 0;
	w->batch.len = 0;
}

static void on_route(const struct nlmsghdr *nlh, void *arg)
{
	struct withdrawal *w = arg;
	struct gw_nl_route r;
	void *at;

	if (nlh->nlmsg_type != RTM_NEWROUTE || !gw_nl_route_parse(nlh, &r) ||
		!is_ours(w->state, &r))
		return;
	at = gw_nl_batch_begin(&w->batch);
	if (at == NULL) {
		batch_send(w);
		at = gw_nl_batch_begin(&w->batch);
	}
	gw_nl_route_put(at, false, &r);
	gw_nl_batch_end(&w->batch, &w->writer);
	w->n++;
}

static int family_withdraw(struct withdrawal *w, struct gw_nl *nl, uint8_t family)
{
	struct pollfd p = {.fd = nl->fd, .events = POLLIN};
	bool done = false;
	int ret = gw_nl_dump(nl, RTM_GETROUTE, family);

	while (ret >= 0 && !done) {
		if (poll(&p, 1, DUMP_MS) <= 0)
			return -ETIMEDOUT;
		ret = gw_nl_read(nl, UINT32_MAX, on_route, w, &done);
	}
	batch_send(w);
	return ret < 0 ? ret : 0;
}

// Twice: what changes under a dump may be left out of it.
static void *routes_withdraw(void *arg)
{
	static struct withdrawal w;
	static const uint8_t families[] = {AF_INET, AF_INET6};
	struct gw_nl nl = {.fd = -1};
	struct gw_err err = {0};

	memset(&w, 0, sizeof(w));
	w.state = arg;
	if (gw_nl_open(&nl, 0, BUFFER_OCTETS, &err) < 0 ||
		gw_nl_open(&w.writer, 0, BUFFER_OCTETS, &err) < 0) {
		LOG(ERR, "routes stay: %s", err.text);
		gw_nl_close(&nl);
		return NULL;
	}
	for (unsigned i = 0; i < 4; i++) {
		int ret = family_withdraw(&w, &nl, families[i & 1]);

		if (ret < 0)
			LOG(ERR, "routes cannot be read: %s", strerror(-ret));
	}
	LOG(NOTICE, "%u routes withdrawn, %u were refused", w.n - w.failed, w.failed);
	gw_nl_close(&w.writer);
	gw_nl_close(&nl);
	return NULL;
}

// What is down already is the administrator's, or held.
static bool is_up(const struct gw_heartbeat_port *p)
{
	struct gw_netdev dev;

	return p->ifname[0] != '\0' && gw_netdev_read(p->ifname, &dev, NULL) == 0 && dev.up;
}

static void downlinks_find(const struct gw_heartbeat_state *state, struct gw_heartbeat_fence *f)
{
	for (uint32_t i = 0; i < state->port_count; i++) {
		if (is_up(&state->port[i]))
			gw_watch_fence_add(f, state->port[i].name);
	}
}

static uint32_t downlinks_down(
	const struct gw_heartbeat_state *state, const struct gw_heartbeat_fence *f)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < state->port_count; i++) {
		const struct gw_heartbeat_port *p = &state->port[i];
		int ret;

		if (!gw_heartbeat_fence_has(f, p->name))
			continue;
		ret = gw_netdev_up_set(p->ifname, false);
		if (ret < 0)
			LOG(ERR, "%s (%s) cannot be set down: %s", p->name, p->ifname,
				strerror(-ret));
		n += ret == 0;
	}
	return n;
}

void act(struct gw_watch *w, const char *why)
{
	static struct gw_heartbeat_fence f; // too large for a stack
	struct gw_heartbeat_state *state = &w->state;
	pthread_t thread;
	uint32_t n;
	bool routes;

	if (!gw_watch_begin(w, &f))
		return;
	LOG(WARNING, "process %d %s", state->pid, why);
	downlinks_find(state, &f);
	gw_watch_fence(w, &f);
	routes = state->protocol != 0 && state->table_count > 0;
	// Each takes its time: side by side.
	if (routes && pthread_create(&thread, NULL, routes_withdraw, state) != 0) {
		routes_withdraw(state);
		routes = false;
	}
	n = downlinks_down(state, &f);
	if (routes)
		pthread_join(thread, NULL);
	gw_watch_end(w, &f);
	LOG(NOTICE, "%u of %u downlinks were set down", n, state->port_count);
}
