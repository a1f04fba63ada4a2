// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// The file: what is in it after whatever happens to those who write.

#include "heartbeat/heartbeat.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char path[] = "/tmp/gw-heartbeat-XXXXXX";

static int setup(void **)
{
	int fd;

	memset(strrchr(path, '-') + 1, 'X', 6);
	fd = mkstemp(path);
	close(fd);
	return fd < 0 ? -1 : 0;
}

static int teardown(void **)
{
	unlink(path);
	return 0;
}

static struct gw_heartbeat open_it(void)
{
	struct gw_err err = {0};
	struct gw_heartbeat h;

	assert_int_equal(gw_heartbeat_open(path, &h, &err), 0);
	return h;
}

static void outlives_who_wrote_it(void **)
{
	struct gw_heartbeat_state s = {.pid = 77, .phase = GW_HEARTBEAT_RUNS, .port_count = 1};
	struct gw_heartbeat h = open_it();

	strcpy(s.port[0].ifname, "veth0");
	gw_heartbeat_state_set(&h, &s);
	gw_heartbeat_beat(&h);
	gw_heartbeat_close(&h);
	memset(&s, 0, sizeof(s));
	h = open_it();
	gw_heartbeat_state(&h, &s);
	assert_int_equal(s.pid, 77);
	assert_string_equal(s.port[0].ifname, "veth0");
	assert_int_equal(gw_heartbeat_beats(&h), 1);
	gw_heartbeat_close(&h);
}

static void two_see_the_same(void **)
{
	struct gw_heartbeat h = open_it(), other = open_it();
	struct gw_heartbeat_state s = {.pid = 5};

	gw_heartbeat_beat(&h);
	assert_int_equal(gw_heartbeat_beats(&other), 1);
	gw_heartbeat_state_set(&h, &s);
	s.pid = 6;
	gw_heartbeat_state_set(&h, &s);
	s.pid = 0;
	gw_heartbeat_state(&other, &s);
	assert_int_equal(s.pid, 6);
	gw_heartbeat_close(&h);
	gw_heartbeat_close(&other);
}

// Each copy is of one moment: every word of it is the same.
static void *writes(void *arg)
{
	static struct gw_heartbeat_state s;

	for (uint32_t n = 1; n <= 2000; n++) {
		for (unsigned i = 0; i < GW_HEARTBEAT_TABLES; i++)
			s.table[i] = n;
		s.generation = n;
		gw_heartbeat_state_set(arg, &s);
	}
	return NULL;
}

static void a_reader_never_sees_half_of_it(void **)
{
	struct gw_heartbeat h = open_it(), other = open_it();
	static struct gw_heartbeat_state s;
	pthread_t thread;

	assert_int_equal(pthread_create(&thread, NULL, writes, &h), 0);
	do {
		gw_heartbeat_state(&other, &s);
		for (unsigned i = 0; i < GW_HEARTBEAT_TABLES; i++)
			assert_int_equal(s.table[i], s.generation);
	} while (s.generation < 2000);
	pthread_join(thread, NULL);
	gw_heartbeat_close(&h);
	gw_heartbeat_close(&other);
}

static void what_is_none_is_made_anew(void **)
{
	struct gw_heartbeat_state s = {.port_count = 100000, .pid = 5}; // would be read beyond
	struct gw_heartbeat h = open_it();

	gw_heartbeat_state_set(&h, &s);
	gw_heartbeat_close(&h);
	h = open_it();
	gw_heartbeat_state(&h, &s);
	assert_int_equal(s.pid, 0);
	gw_heartbeat_close(&h);
}

static void no_path_is_an_error(void **)
{
	struct gw_err err = {0};
	struct gw_heartbeat h;

	assert_int_equal(gw_heartbeat_open("/nowhere/at/all", &h, &err), -ENOENT);
	assert_null(h.file);
	assert_int_equal(gw_heartbeat_open("/dev/null", &h, &err), -EINVAL);
	assert_null(h.file);
	gw_heartbeat_close(&h);
}

static void one_watchdog_at_a_time(void **)
{
	struct gw_heartbeat up = open_it(), w = open_it(), second = open_it();

	assert_int_equal(gw_heartbeat_watchdog(&up), 0);
	assert_int_equal(gw_heartbeat_watch(&w, 41), 0);
	assert_int_equal(gw_heartbeat_watchdog(&up), 41);
	assert_int_equal(gw_heartbeat_watch(&second, 42), -EBUSY);
	assert_int_equal(gw_heartbeat_watchdog(&up), 41);
	gw_heartbeat_close(&w); // however it ended
	assert_int_equal(gw_heartbeat_watchdog(&up), 0);
	assert_int_equal(gw_heartbeat_watch(&second, 42), 0);
	assert_int_equal(gw_heartbeat_watchdog(&up), 42);
	gw_heartbeat_close(&second);
	gw_heartbeat_close(&up);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(outlives_who_wrote_it, setup, teardown),
		cmocka_unit_test_setup_teardown(two_see_the_same, setup, teardown),
		cmocka_unit_test_setup_teardown(a_reader_never_sees_half_of_it, setup, teardown),
		cmocka_unit_test_setup_teardown(what_is_none_is_made_anew, setup, teardown),
		cmocka_unit_test_setup_teardown(one_watchdog_at_a_time, setup, teardown),
		cmocka_unit_test(no_path_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
