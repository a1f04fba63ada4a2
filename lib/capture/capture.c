// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "capture/capture.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <rte_cycles.h>

#include "base/log.h"
#include "capture/pcapng.h"
#include "capture/ring.h"
#include "dp/rcu.h"
#include "dp/tsc.h"
#include "dp/worker.h"
#include "port/port.h"
#include "slow/slow.h"

GW_LOG_MODULE("capture");

#define RING_ROOM (4u << 20) // octets per lcore
#define PER_LOOP  1024	     // packets that the slow path writes before it does something else

atomic_bool gw_capture_on;

static struct gw_capture_ring rings[GW_MAX_LCORES]; // made at the first start
static struct gw_capture_filter filter;

// The file and what went into it.
static FILE *file;
static char *path;
static int error;
static uint64_t packets, octets, lost_before;
static bool asked, grace; // workers are to see that it is off; they have seen it
static uint32_t interfaces[GW_MAX_PORTS + 1][2]; // of the file, by port and link; 0 none, else + 1
static uint32_t interface_count;
static uint64_t tsc_start, ns_start, ns_per_gigacycle;

static void copy(uint8_t *to, const struct rte_mbuf *m, uint32_t before)
{
	memcpy(to, rte_pktmbuf_mtod_offset(m, const uint8_t *, -(int)before), before);
	to += before;
	for (; m != NULL; m = m->next) {
		memcpy(to, rte_pktmbuf_mtod(m, const void *), m->data_len);
		to += m->data_len;
	}
}

static void put(unsigned lcore, const struct gw_capture_record *what, const struct rte_mbuf *m,
	uint32_t before)
{
	struct gw_capture_ring *r = &rings[lcore];
	struct gw_capture_record *rec;

	// A replay has time: its capture is complete.
	while ((rec = gw_capture_ring_reserve(r, m->pkt_len + before)) == NULL) {
		if (!gw_worker_conf.replay || lcore == 0 || gw_stop) {
			__atomic_store_n(&r->lost, r->lost + 1, __ATOMIC_RELAXED);
			return;
		}
		sched_yield();
	}
	rec->tsc = rte_rdtsc();
	rec->length = rec->captured;
	rec->port = what->port;
	rec->what = what->what;
	rec->link = what->link;
	rec->reason = what->reason;
	copy(rec->data, m, before);
	gw_capture_ring_commit(r, rec);
}

static bool wanted(enum gw_capture_what what, uint16_t port)
{
	return filter.drops == (what == GW_CAPTURE_DROPPED) &&
		(filter.port == GW_CAPTURE_NO_PORT || filter.port == port);
}

void gw_capture_frames(unsigned lcore, enum gw_capture_what what, uint16_t port,
	struct rte_mbuf *const *m, uint32_t n)
{
	const struct gw_capture_record rec = {
		.port = port, .what = (uint8_t)what, .link = GW_CAPTURE_FRAME};

	for (uint32_t i = 0; i < n && wanted(what, port); i++)
		put(lcore, &rec, m[i], 0);
}

void gw_capture_packet_drop(
	unsigned lcore, uint16_t iface, const struct rte_mbuf *m, uint32_t l2_len, enum gw_drop why)
{
	uint16_t port = iface != 0 ? gw_ifaces[iface].port : GW_CAPTURE_NO_PORT;
	const struct gw_capture_record rec = {
		.port = port,
		.what = GW_CAPTURE_DROPPED,
		.link = l2_len > 0 ? GW_CAPTURE_FRAME : GW_CAPTURE_PACKET,
		.reason = why,
	};

	if (wanted(GW_CAPTURE_DROPPED, port))
		put(lcore, &rec, m, l2_len);
}

void gw_capture_frame_drop(
	unsigned lcore, uint16_t port, const struct rte_mbuf *m, enum gw_drop why)
{
	const struct gw_capture_record rec = {
		.port = port, .what = GW_CAPTURE_DROPPED, .link = GW_CAPTURE_FRAME, .reason = why};

	if (wanted(GW_CAPTURE_DROPPED, port))
		put(lcore, &rec, m, 0);
}

static uint64_t time_of(uint64_t tsc)
{
	return ns_start +
		(uint64_t)((__uint128_t)(tsc - tsc_start) * ns_per_gigacycle / 1000000000);
}

// The file's interface of a port, described there when its first packet comes.
static uint32_t interface_of(uint16_t port, uint8_t link)
{
	uint32_t *i = &interfaces[port == GW_CAPTURE_NO_PORT ? GW_MAX_PORTS : port][link];
	const char *name = port == GW_CAPTURE_NO_PORT ? "godwit" : gw_ports[port].name;

	if (*i == 0) {
		gw_pcapng_interface(
			file, link == GW_CAPTURE_FRAME ? GW_PCAPNG_ETHERNET : GW_PCAPNG_RAW, name);
		*i = ++interface_count;
	}
	return *i - 1;
}

static void record_write(const struct gw_capture_record *rec)
{
	static const uint32_t directions[] = {[GW_CAPTURE_RECEIVED] = GW_PCAPNG_INBOUND,
		[GW_CAPTURE_SENT] = GW_PCAPNG_OUTBOUND,
		[GW_CAPTURE_DROPPED] = 0};
	const struct gw_pcapng_packet p = {
		.interface = interface_of(rec->port, rec->link),
		.time_ns = time_of(rec->tsc),
		.captured = rec->captured,
		.length = rec->length,
		.direction = directions[rec->what],
		.comment = rec->what == GW_CAPTURE_DROPPED ? gw_drop_name(rec->reason) : NULL,
		.data = rec->data,
	};

	if (gw_pcapng_packet(file, &p) < 0 && error == 0) {
		error = errno != 0 ? errno : EIO;
		LOG(ERR, "%s: %s: the capture ends", path, strerror(error));
		gw_capture_on = false;
	}
	packets++;
	octets += rec->length;
}

// The packets of all lcores in the order of their times, as far as they have come.
static uint32_t drain(uint32_t most)
{
	uint32_t done = 0;

	for (; done < most; done++) {
		const struct gw_capture_record *first = NULL;
		unsigned from = 0;

		for (unsigned i = 0; i < GW_MAX_LCORES && rings[i].mem != NULL; i++) {
			const struct gw_capture_record *rec = gw_capture_ring_peek(&rings[i]);

			if (rec != NULL && (first == NULL || rec->tsc < first->tsc)) {
				first = rec;
				from = i;
			}
		}
		if (first == NULL)
			break;
		if (error == 0 && (filter.count == 0 || packets < filter.count))
			record_write(first);
		if (packets == filter.count && filter.count > 0)
			gw_capture_on = false;
		gw_capture_ring_release(&rings[from], first);
	}
	return done;
}

static uint64_t lost_total(void)
{
	uint64_t lost = 0;

	for (unsigned i = 0; i < GW_MAX_LCORES; i++)
		lost += __atomic_load_n(&rings[i].lost, __ATOMIC_RELAXED);
	return lost;
}

static void file_close(void)
{
	if (file != NULL && fclose(file) != 0 && error == 0)
		error = errno;
	file = NULL;
}

// What workers had begun is written, then the file is closed.
static void grace_over(void *)
{
	grace = true;
}

static bool poll(uint64_t)
{
	if (file == NULL)
		return false;
	if (gw_capture_on)
		return drain(PER_LOOP) > 0;
	if (!asked) {
		asked = true;
		gw_rcu_defer(grace_over, NULL);
	}
	if (drain(PER_LOOP) == 0 && grace)
		file_close();
	return true;
}

static int rings_make(struct gw_err *err)
{
	for (unsigned i = 0; i <= gw_worker_count; i++) {
		if (rings[i].mem == NULL && gw_capture_ring_init(&rings[i], RING_ROOM) < 0)
			return gw_err_set(err, ENOMEM, "no memory for captured packets");
	}
	return 0;
}

// A device or a pipe would stop the slow path.
static int file_open(const char *name, struct gw_err *err)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_NONBLOCK | O_CLOEXEC, 0640);
	struct stat st;

	if (fd < 0)
		return gw_err_set(err, errno, "%s: %s", name, strerror(errno));
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
		close(fd);
		return gw_err_set(err, EINVAL, "%s is no regular file", name);
	}
	if (ftruncate(fd, 0) == 0)
		file = fdopen(fd, "w");
	if (file == NULL) {
		int ret = gw_err_set(err, errno, "%s: %s", name, strerror(errno));

		close(fd);
		return ret;
	}
	return 0;
}

int gw_capture_start(const char *name, const struct gw_capture_filter *want, struct gw_err *err)
{
	struct timespec now;
	char *copied;
	int ret;

	if (file != NULL)
		return gw_err_set(err, EBUSY, "a capture to %s runs (capture stop)", path);
	ret = rings_make(err);
	if (ret < 0)
		return ret;
	copied = strdup(name);
	if (copied == NULL)
		return gw_err_set(err, ENOMEM, "no memory for a capture");
	ret = file_open(name, err);
	if (ret < 0) {
		free(copied);
		return ret;
	}
	free(path);
	path = copied;
	filter = *want;
	packets = octets = 0;
	error = 0;
	asked = grace = false;
	lost_before = lost_total();
	memset(interfaces, 0, sizeof(interfaces));
	interface_count = 0;
	clock_gettime(CLOCK_REALTIME, &now);
	ns_start = (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
	tsc_start = rte_rdtsc();
	ns_per_gigacycle = (uint64_t)(1e18 / gw_tsc_hz());
	gw_pcapng_begin(file, "godwit " GW_VERSION);
	gw_slow_every(0, poll);
	gw_capture_on = true;
	return 0;
}

bool gw_capture_stop(void)
{
	gw_capture_on = false;
	return file == NULL;
}

struct gw_capture_status gw_capture_status(void)
{
	return (struct gw_capture_status){
		.on = file != NULL,
		.path = path,
		.packets = packets,
		.octets = octets,
		.lost = lost_total() - lost_before,
		.error = error,
	};
}

void gw_capture_fini(void)
{
	gw_capture_on = false;
	if (file != NULL)
		drain(UINT32_MAX);
	file_close();
	for (unsigned i = 0; i < GW_MAX_LCORES; i++)
		gw_capture_ring_fini(&rings[i]);
	free(path);
	path = NULL;
}
