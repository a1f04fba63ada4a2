// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "publish/kernel.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#include "base/log.h"
#include "netlink/netlink.h"
#include "netlink/routes.h"
#include "slow/slow.h"

GW_LOG_MODULE("publish-kernel");

#define BUFFER_OCTETS (4 << 20) // of answers
#define RETRY_POLL_US 50000
#define PAUSE_MIN_US  100000
#define PAUSE_MAX_US  5000000

uint64_t gw_publish_longest_us;

static struct gw_nl writer = {.fd = -1};
static bool watching, known;
static uint64_t settle_us;	  // when routes of before the start may go, 0: they may
static uint64_t pause_us, paused; // after a batch that was refused whole: until, and how long

static struct gw_publish_key key_of(const struct gw_nl_route *r)
{
	return (struct gw_publish_key){
		.table = r->table, .metric = r->metric, .protocol = r->protocol};
}

static void routes_begin(void)
{
	gw_publish_table_dump_begin(&gw_publish_table);
}

static void routes_route(const struct gw_nl_route *r, bool there, uint32_t by)
{
	const struct gw_publish_key key = key_of(r);

	if (by == writer.port || r->special || !gw_publish_table_ours(&gw_publish_table, &key))
		return;
	// No memory: it is found again when the routes are read the next time.
	gw_publish_table_kernel(&gw_publish_table, &r->prefix, &key, there, gw_slow_now_us());
}

static void routes_end(void)
{
	gw_publish_table_dump_end(&gw_publish_table, gw_slow_now_us());
	if (known)
		return;
	known = true;
	settle_us = gw_slow_now_us() + gw_publish_table.conf.stale_ms * 1000ull;
}

static const struct gw_nl_routes_ops ops = {routes_begin, routes_route, routes_end};

static bool refused(const struct gw_publish_step *step, int error)
{
	char text[GW_PREFIX_LEN];

	if (error == 0 || (!step->add && error == ESRCH))
		return false;
	if (step->entry->tries == 0)
		LOG(WARNING, "%s %s metric %u in table %u: the kernel says %s; tried again",
			step->add ? "add" : "delete", gw_prefix_str(&step->entry->prefix, text),
			step->key.metric, step->key.table, strerror(error));
	if (error == EEXIST || error == ENOBUFS) // what is there is not what was thought
		gw_nl_routes_again();
	return true;
}

static uint64_t clock_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000 + (uint64_t)ts.tv_nsec / 1000;
}

static void batch_send(struct gw_nl_batch *b)
{
	uint64_t start = clock_us(), took;

	gw_nl_batch_send(b, &writer);
	took = clock_us() - start;
	if (took > gw_publish_longest_us)
		gw_publish_longest_us = took;
}

// One batch; how many steps it had, and of these refused ones.
static uint32_t batch_write(uint32_t *failed)
{
	static struct gw_publish_step step[GW_NL_BATCH];
	static struct gw_nl_batch b;
	void *room;

	b.n = 0;
	b.len = 0;
	*failed = 0;
	while ((room = gw_nl_batch_begin(&b)) != NULL &&
		gw_publish_table_next(&gw_publish_table, &step[b.n])) {
		const struct gw_publish_step *s = &step[b.n];
		const struct gw_nl_route r = {.prefix = s->entry->prefix,
			.table = s->key.table,
			.metric = s->key.metric,
			.protocol = s->key.protocol};

		gw_nl_route_put(room, s->add, &r);
		gw_nl_batch_end(&b, &writer);
	}
	if (b.n > 0)
		batch_send(&b);
	for (uint32_t i = 0; i < b.n; i++) {
		*failed += refused(&step[i], b.error[i]);
		gw_publish_table_done(&gw_publish_table, &step[i], b.error[i], gw_slow_now_us());
	}
	return b.n;
}

bool gw_publish_kernel_write(bool all)
{
	bool work = false;
	uint32_t n, failed;

	if (!known)
		return false;
	do {
		n = batch_write(&failed);
		work |= n > 0;
		// One alone that is refused waits by itself, each time longer.
		if (n > 1 && failed == n) {
			paused = paused == 0 ? PAUSE_MIN_US : paused * 2;
			paused = paused < PAUSE_MAX_US ? paused : PAUSE_MAX_US;
			pause_us = gw_slow_now_us() + paused;
			break;
		}
		if (n > 0)
			paused = 0;
	} while (all && n > 0);
	return work;
}

static bool write_poll(uint64_t now_us)
{
	return now_us >= pause_us && gw_publish_kernel_write(false);
}

static bool retry_poll(uint64_t now_us)
{
	gw_publish_table_retry(&gw_publish_table, now_us);
	if (settle_us != 0 && now_us >= settle_us) {
		settle_us = 0;
		gw_publish_table_settle(&gw_publish_table);
	}
	return false;
}

int gw_publish_kernel_conf(const struct gw_publish_conf *conf, struct gw_err *err)
{
	int ret = 0;

	if (conf->on && writer.fd < 0)
		ret = gw_nl_open(&writer, 0, BUFFER_OCTETS, err);
	gw_publish_table_conf(&gw_publish_table, conf);
	if (ret < 0 || !conf->on)
		return ret;
	if (watching) {
		gw_nl_routes_again(); // other tables
		return 0;
	}
	ret = gw_nl_routes_watch(&ops, err);
	if (ret < 0)
		return ret;
	watching = true;
	gw_slow_every(0, write_poll);
	gw_slow_every(RETRY_POLL_US, retry_poll);
	return 0;
}

void gw_publish_kernel_fini(void)
{
	const struct gw_publish_conf off = {.max_prefixes = UINT32_MAX};

	if (writer.fd >= 0 && !gw_stop_in_service) {
		gw_publish_table_conf(&gw_publish_table, &off);
		gw_publish_kernel_write(true);
	}
	gw_nl_close(&writer);
	known = false;
	gw_publish_table_fini(&gw_publish_table);
}
