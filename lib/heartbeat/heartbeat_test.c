// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "heartbeat/heartbeat.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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

static struct gw_heartbeat *open_it(void)
{
	struct gw_err err = {0};
	struct gw_heartbeat *h;

	assert_int_equal(gw_heartbeat_open(path, &h, &err), 0);
	return h;
}

static void outlives_who_wrote_it(void **)
{
	struct gw_heartbeat *h = open_it(), *again, copy;

	gw_heartbeat_begin(h);
	h->pid = 77;
	h->state = GW_HEARTBEAT_RUNS;
	h->port_count = 1;
	strcpy(h->port[0].ifname, "veth0");
	gw_heartbeat_end(h);
	gw_heartbeat_close(h);
	again = open_it();
	assert_true(gw_heartbeat_read(again, &copy));
	assert_int_equal(copy.pid, 77);
	assert_string_equal(copy.port[0].ifname, "veth0");
	gw_heartbeat_close(again);
}

static void two_see_the_same(void **)
{
	struct gw_heartbeat *h = open_it(), *other = open_it(), copy;

	h->beats++;
	assert_int_equal(other->beats, 1);
	gw_heartbeat_begin(h);
	assert_false(gw_heartbeat_read(other, &copy)); // its writer died here
	gw_heartbeat_end(h);
	assert_true(gw_heartbeat_read(other, &copy));
	gw_heartbeat_begin(h); // and the successor goes on
	gw_heartbeat_begin(h);
	gw_heartbeat_end(h);
	assert_true(gw_heartbeat_read(other, &copy));
	gw_heartbeat_close(h);
	gw_heartbeat_close(other);
}

static void what_is_none_is_made_anew(void **)
{
	struct gw_heartbeat *h = open_it(), copy;

	h->port_count = 100000; // would be read beyond the end
	h->pid = 5;
	gw_heartbeat_close(h);
	h = open_it();
	assert_true(gw_heartbeat_read(h, &copy));
	assert_int_equal(copy.pid, 0);
	gw_heartbeat_close(h);
}

static void no_path_is_an_error(void **)
{
	struct gw_err err = {0};
	struct gw_heartbeat *h;

	assert_int_equal(gw_heartbeat_open("/nowhere/at/all", &h, &err), -ENOENT);
	assert_null(h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(outlives_who_wrote_it, setup, teardown),
		cmocka_unit_test_setup_teardown(two_see_the_same, setup, teardown),
		cmocka_unit_test_setup_teardown(what_is_none_is_made_anew, setup, teardown),
		cmocka_unit_test(no_path_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
