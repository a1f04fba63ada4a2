// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "publish/kernel.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include <rte_lcore.h>

#include "base/log.h"
#include "config/config.h"
#include "netlink/netlink.h"
#include "netlink/routes.h"
#include "slow/slow.h"

GW_LOG_MODULE("publish-kernel");

#define BUFFER_OCTETS (4 << 20) // of answers
#define RETRY_POLL_US 50000
#define PAUSE_MIN_US  100000
#define PAUSE_MAX_US  5000000

_Atomic uint64_t gw_publish_longest_us;

static struct gw_nl writer = {.fd = -1};
static bool watching, known;
static uint64_t settle_us;	  // when routes of before the start may go, 0: they may
static uint64_t pause_us, paused; // after all of several adds were refused: until, and how long

// One batch at a time is handed to a thread, which waits in the kernel while others change the
// network. While it does (`busy`), batch and socket are the thread's; all else is the slow path's.
static struct {
	struct gw_publish_step step[GW_NL_BATCH];
	struct gw_nl_batch b;
	bool busy;
	bool withdraws; // some of its steps
	bool doubt;	// somebody deleted a route of ours meanwhile: which came first?
	bool end;	// set while it is not busy
	bool threaded;	// there is a thread
	pthread_t thread;
	sem_t go;
	int done; // eventfd: the batch is back
} job = {.done = -1};

static struct gw_publish_key key_of(const struct gw_nl_route *r)
{
	return (struct gw_publish_key){
		.table = r->table, .metric = r->metric, .protocol = r->protocol};
}

static void routes_begin(void)
{
	job.doubt |= job.busy; // what is read may be from before the batch, or from after it
	gw_publish_table_dump_begin(&gw_publish_table);
}

// A route of another protocol in the place of one that may be ours, of which no deletion tells.
static bool displaces(const struct gw_nl_route *r)
{
	struct gw_publish_key key = key_of(r);

	key.protocol = gw_publish_table.conf.protocol;
	return r->replaces && gw_publish_table_ours(&gw_publish_table, &key) &&
		gw_publish_table_find(&gw_publish_table, &r->prefix) != NULL;
}

static void routes_route(const struct gw_nl_route *r, bool there, uint32_t by)
{
	const struct gw_publish_key key = key_of(r);

	if (by == writer.port || r->special)
		return;
	if (!gw_publish_table_ours(&gw_publish_table, &key)) {
		if (displaces(r))
			gw_nl_routes_again();
		return;
	}
	job.doubt |= job.busy && !there;
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

// Either thread.
static void job_send(void)
{
	uint64_t start = clock_us(), took;

	gw_nl_batch_send(&job.b, &writer);
	took = clock_us() - start;
	if (took > atomic_load_explicit(&gw_publish_longest_us, memory_order_relaxed))
		atomic_store_explicit(&gw_publish_longest_us, took, memory_order_relaxed);
}

static void *job_main(void *)
{
	const uint64_t one = 1;

	for (;;) {
		while (sem_wait(&job.go) < 0)
			; // EINTR
		if (job.end)
			return NULL;
		job_send();
		if (write(job.done, &one, sizeof(one)) < 0)
			LOG(ERR, "eventfd: %s", strerror(errno)); // cannot be: it counts to one
	}
}

// While the kernel refuses whatever is new, what goes does not wait for that.
static enum gw_publish_queues queues_now(void)
{
	return gw_slow_now_us() < pause_us ? GW_PUBLISH_Q_WITHDRAW : GW_PUBLISH_Q_PUBLISH;
}

// The steps that wait, withdrawals first, as one batch; false: there are none.
static bool job_fill(enum gw_publish_queues last)
{
	struct gw_nl_batch *b = &job.b;
	void *room;

	b->n = 0;
	b->len = 0;
	job.withdraws = !TAILQ_EMPTY(&gw_publish_table.queue[GW_PUBLISH_Q_WITHDRAW]);
	while ((room = gw_nl_batch_begin(b)) != NULL &&
		gw_publish_table_next(&gw_publish_table, last, &job.step[b->n])) {
		const struct gw_publish_step *s = &job.step[b->n];
		const struct gw_nl_route r = {.prefix = s->entry->prefix,
			.table = s->key.table,
			.metric = s->key.metric,
			.protocol = s->key.protocol};

		gw_nl_route_put(room, s->add, &r);
		gw_nl_batch_end(b, &writer);
	}
	return b->n > 0;
}

static void pause_begin(void)
{
	paused = paused == 0 ? PAUSE_MIN_US : paused * 2;
	paused = paused < PAUSE_MAX_US ? paused : PAUSE_MAX_US;
	pause_us = gw_slow_now_us() + paused;
}

// What the kernel said.
static void job_done(void)
{
	uint32_t adds = 0, failed = 0;

	for (uint32_t i = 0; i < job.b.n; i++) {
		bool no = refused(&job.step[i], job.b.error[i]);

		adds += job.step[i].add;
		failed += no && job.step[i].add;
		gw_publish_table_done(
			&gw_publish_table, &job.step[i], job.b.error[i], gw_slow_now_us());
	}
	if (job.doubt)
		gw_nl_routes_again();
	job.doubt = false;
	// One alone that is refused waits by itself, each time longer; so does what cannot go.
	if (adds > 1 && failed == adds)
		pause_begin();
	else if (adds > 0)
		paused = 0;
}

static void job_start(enum gw_publish_queues last)
{
	if (!known || job.busy || !job_fill(last))
		return;
	job.busy = true;
	sem_post(&job.go);
}

void gw_publish_kernel_start(void)
{
	job_start(queues_now());
}

// Blocks until the batch that the thread has is back.
static void job_wait(void)
{
	uint64_t n;

	if (!job.busy)
		return;
	while (read(job.done, &n, sizeof(n)) < 0 && errno == EINTR)
		;
	job.busy = false;
	job_done();
}

// Whether it is back by then.
static bool job_back(uint64_t until_us)
{
	struct pollfd p = {.fd = job.done, .events = POLLIN};
	uint64_t now = clock_us();

	return poll(&p, 1, until_us > now ? (int)((until_us - now + 999) / 1000) : 0) > 0;
}

void gw_publish_kernel_withdraw(uint64_t wait_us)
{
	const uint64_t until = clock_us() + wait_us;

	for (;;) {
		job_start(GW_PUBLISH_Q_WITHDRAW);
		if (!job.busy ||
			(!job.withdraws && gw_publish_table.queued[GW_PUBLISH_Q_WITHDRAW] == 0))
			return;
		if (!job_back(until))
			return;
		job_wait();
	}
}

void gw_publish_kernel_write_all(void)
{
	if (!known)
		return;
	job_wait();
	while (job_fill(queues_now())) {
		if (gw_conf_progress != NULL)
			gw_conf_progress();
		job_send();
		job_done();
	}
}

static bool done_read(void)
{
	if (!job_back(0))
		return false; // waited for meanwhile
	job_wait();
	gw_publish_kernel_start();
	return true;
}

static bool write_poll(uint64_t)
{
	bool was = job.busy;

	gw_publish_kernel_start();
	return job.busy && !was;
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

static int job_open(struct gw_err *err)
{
	int ret;

	job.end = false;
	job.done = eventfd(0, EFD_CLOEXEC);
	if (job.done < 0)
		return gw_err_set(err, errno, "publish: eventfd: %s", strerror(errno));
	sem_init(&job.go, 0, 0);
	ret = gw_slow_watch(job.done, done_read);
	// Not bound to the CPU of the slow path, as far as there are others.
	if (ret == 0)
		ret = rte_ctrl_thread_create(&job.thread, "publish", NULL, job_main, NULL);
	job.threaded = ret == 0;
	return ret == 0 ? 0
			: gw_err_set(err, abs(ret), "publish: no thread: %s", strerror(abs(ret)));
}

static void job_close(void)
{
	if (job.threaded) {
		job_wait();
		job.end = true;
		sem_post(&job.go);
		pthread_join(job.thread, NULL);
		job.threaded = false;
	}
	if (job.done < 0)
		return;
	gw_slow_unwatch(job.done);
	close(job.done);
	sem_destroy(&job.go);
	job.done = -1;
}

static int writer_open(struct gw_err *err)
{
	int ret = gw_nl_open(&writer, 0, BUFFER_OCTETS, err);

	if (ret == 0)
		ret = job_open(err);
	if (ret < 0) {
		job_close();
		gw_nl_close(&writer);
	}
	return ret;
}

int gw_publish_kernel_conf(const struct gw_publish_conf *conf, struct gw_err *err)
{
	int ret = 0;

	if (conf->on && writer.fd < 0)
		ret = writer_open(err);
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
		gw_publish_kernel_write_all();
	}
	job_close();
	gw_nl_close(&writer);
	known = false;
	gw_publish_table_fini(&gw_publish_table);
}
