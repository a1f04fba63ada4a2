// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "capture/capture.h"
#include "capture/pcapng.h"
#include "capture/ring.h"
#include "cli/cli.h"
#include "neigh/fixture.h"
#include "port/port.h"

#define ROOM 4096u

static bool record_put(struct gw_capture_ring *r, uint32_t len, uint32_t number)
{
	struct gw_capture_record *rec = gw_capture_ring_reserve(r, len);

	if (rec == NULL)
		return false;
	rec->tsc = number;
	rec->length = len;
	rec->what = GW_CAPTURE_RECEIVED;
	for (uint32_t i = 0; i < len; i++)
		rec->data[i] = (uint8_t)(number + i);
	gw_capture_ring_commit(r, rec);
	return true;
}

static bool record_take(struct gw_capture_ring *r, uint32_t number)
{
	const struct gw_capture_record *rec = gw_capture_ring_peek(r);

	if (rec == NULL)
		return false;
	assert_int_equal(rec->tsc, number);
	assert_int_equal(rec->captured, rec->length);
	for (uint32_t i = 0; i < rec->captured; i++)
		assert_int_equal(rec->data[i], (uint8_t)(number + i));
	gw_capture_ring_release(r, rec);
	return true;
}

// Every length meets every place of the memory, its end among them.
static void ring_wraps(void **)
{
	struct gw_capture_ring r;
	uint32_t put = 0, taken = 0;

	assert_int_equal(gw_capture_ring_init(&r, ROOM), 0);
	for (uint32_t i = 0; i < 100000; i++) {
		put += record_put(&r, i * 7 % 1500, put);
		if (i % 3 != 0)
			continue;
		while (record_take(&r, taken))
			taken++;
	}
	while (record_take(&r, taken))
		taken++;
	assert_int_equal(put, taken);
	assert_in_range(put, 50000, 99999); // full now and then
	gw_capture_ring_fini(&r);
}

static void ring_full(void **)
{
	struct gw_capture_ring r;
	uint32_t n = 0;

	assert_int_equal(gw_capture_ring_init(&r, ROOM), 0);
	while (record_put(&r, ROOM / 16 - sizeof(struct gw_capture_record), n))
		n++;
	assert_int_equal(n, 16); // no octet is left over
	assert_true(record_take(&r, 0));
	assert_true(record_put(&r, 8, n));
	assert_false(record_put(&r, ROOM, 0));
	gw_capture_ring_fini(&r);
}

static void *writer(void *arg)
{
	for (uint32_t i = 0; i < 200000; i++) {
		while (!record_put(arg, i % 200, i))
			sched_yield(); // the reader may share the CPU
	}
	return NULL;
}

static void ring_between_threads(void **)
{
	struct gw_capture_ring r;
	uint32_t taken = 0;
	pthread_t thread;

	assert_int_equal(gw_capture_ring_init(&r, ROOM), 0);
	assert_int_equal(pthread_create(&thread, NULL, writer, &r), 0);
	while (taken < 200000) {
		if (record_take(&r, taken))
			taken++;
		else
			sched_yield();
	}
	pthread_join(thread, NULL);
	assert_null(gw_capture_ring_peek(&r));
	gw_capture_ring_fini(&r);
}

// draft-ietf-opsawg-pcapng 4.1, 4.2, 4.3, on a machine of little-endian order
static void pcapng_blocks(void **)
{
	static const uint8_t expected[] = {0x0a, 0x0d, 0x0d, 0x0a, 40, 0, 0, 0, 0x4d, 0x3c, 0x2b,
		0x1a, 1, 0, 0, 0,				//
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, // section
		4, 0, 2, 0, 'g', 'w', 0, 0, 0, 0, 0, 0, 40, 0, 0, 0, 1, 0, 0, 0, 44, 0, 0, 0, 101,
		0, 0, 0, 0, 0, 0, 0,					     // interface
		2, 0, 5, 0, 'c', 'o', 'r', 'e', '0', 0, 0, 0,		     //
		9, 0, 1, 0, 9, 0, 0, 0, 0, 0, 0, 0, 44, 0, 0, 0,	     //
		6, 0, 0, 0, 56, 0, 0, 0, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, // packet
		3, 0, 0, 0, 9, 0, 0, 0, 0xaa, 0xbb, 0xcc, 0,		     //
		2, 0, 4, 0, 2, 0, 0, 0, 1, 0, 1, 0, 'x', 0, 0, 0, 0, 0, 0, 0, 56, 0, 0, 0};
	const struct gw_pcapng_packet p = {.interface = 3,
		.time_ns = 2ull << 32 | 1,
		.captured = 3,
		.length = 9,
		.direction = GW_PCAPNG_OUTBOUND,
		.comment = "x",
		.data = "\xaa\xbb\xcc"};
	char *mem = NULL;
	size_t size = 0;
	FILE *f = open_memstream(&mem, &size);

	assert_int_equal(gw_pcapng_begin(f, "gw"), 0);
	assert_int_equal(gw_pcapng_interface(f, GW_PCAPNG_RAW, "core0"), 0);
	assert_int_equal(gw_pcapng_packet(f, &p), 0);
	fclose(f);
	assert_int_equal(size, sizeof(expected));
	assert_memory_equal(mem, expected, size);
	free(mem);
}

static char path[] = "/tmp/godwit-capture-XXXXXX";

static void expect_error(const char *line, const char *text)
{
	struct gw_err err = {0};

	assert_true(gw_cli_run(line, false, NULL, NULL, NULL, &err) < 0);
	assert_string_equal(err.text, text);
}

static void slow_loop(void *)
{
	gw_slow_once();
}

static void ok(const char *line)
{
	struct gw_err err = {0};

	if (gw_cli_run(line, false, NULL, slow_loop, NULL, &err) < 0)
		fail_msg("%s: %s", line, err.text);
}

static void refusals(void **)
{
	char line[sizeof(path) + 40];

	expect_error("capture stop", "there is no capture (capture start FILE)");
	expect_error("capture start /nosuch/file", "/nosuch/file: No such file or directory");
	expect_error("capture start /dev/null", "/dev/null is no regular file");
	expect_error("capture start /tmp/x port nosuch", "no port \"nosuch\" (show port info all)");
	expect_error("capture start /tmp/x count 0", "count 0 is out of range (1..4294967295)");
	assert_false(gw_capture_on);
	snprintf(line, sizeof(line), "capture start %s", path);
	ok(line);
	snprintf(line, sizeof(line), "a capture to %s runs (capture stop)", path);
	expect_error("capture start /tmp/x", line);
	ok("capture stop");
	ok("capture stop"); // says the same once more
}

// Whether the file holds this text, and how often.
static unsigned found(const char *text)
{
	static char mem[65536];
	FILE *f = fopen(path, "r");
	size_t size = fread(mem, 1, sizeof(mem), f);
	unsigned n = 0;

	fclose(f);
	for (const char *at = mem;
		(at = memmem(at, size - (size_t)(at - mem), text, strlen(text))) != NULL; at++)
		n++;
	return n;
}

// What a filter lets through; the file ends by itself.
static void drops_of_a_port(void **)
{
	struct rte_mbuf *m[3];
	char line[sizeof(path) + 60];

	snprintf(line, sizeof(line), "capture start %s drop port core count 2", path);
	ok(line);
	for (unsigned i = 0; i < 3; i++) {
		m[i] = received(i == 1 ? a1 : net, "45 00 00 14 00 00 00 00 40 11 00 00");
		gw_meta(m[i])->l2_len = 0;
		gw_capture_frames(0, GW_CAPTURE_RECEIVED, 1, &m[i], 1); // no drop
	}
	gw_slow_drop(m[0], GW_DROP_arp_invalid);
	gw_slow_drop(m[1], GW_DROP_arp_invalid); // of another port
	gw_slow_drop(m[2], GW_DROP_local_protocol);
	assert_true(gw_capture_on);
	gw_slow_once();
	assert_false(gw_capture_on);
	ok("capture stop");
	assert_int_equal(gw_capture_status().packets, 2);
	assert_int_equal(gw_capture_status().lost, 0);
	assert_int_equal(found("drop_arp_invalid"), 1);
	assert_int_equal(found("drop_local_protocol"), 1);
	assert_int_equal(found("core"), 1);
	assert_int_equal(found("acc"), 0);
}

static int setup(void **state)
{
	int fd;

	strcpy(path + strlen(path) - 6, "XXXXXX");
	fd = mkstemp(path);
	if (fd < 0)
		return -1;
	close(fd);
	return fixture_setup(state);
}

static int teardown(void **state)
{
	gw_capture_fini();
	unlink(path);
	return fixture_teardown(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ring_wraps),
		cmocka_unit_test(ring_full),
		cmocka_unit_test(ring_between_threads),
		cmocka_unit_test(pcapng_blocks),
		cmocka_unit_test_setup_teardown(refusals, setup, teardown),
		cmocka_unit_test_setup_teardown(drops_of_a_port, setup, teardown),
	};

	return FIXTURE_RUN(tests);
}
