// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "socket.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static char dir[32];
static struct gw_err err;

static void touch(const char *name)
{
	char path[64];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	close(creat(path, 0600));
}

// A socket, and somebody who listens there until it is closed.
static int listener(const char *name)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s/%s", dir, name);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(listen(fd, 4), 0);
	return fd;
}

static void drop(const char *name)
{
	char path[64];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	unlink(path);
}

static int setup(void **state)
{
	strcpy(dir, "/tmp/gw_socketXXXXXX");
	err = (struct gw_err){0};
	unsetenv("GODWIT_SOCKET");
	return mkdtemp(dir) == NULL;
}

static int teardown(void **state)
{
	drop("a.sock");
	drop("b.sock");
	drop("note");
	return rmdir(dir);
}

static void check(const char *option, const char *expected)
{
	char *path = socket_choose(option, dir, &err);

	if (expected == NULL)
		assert_null(path);
	else
		assert_string_equal(path, expected);
	free(path);
}

static void option_wins_over_environment(void **state)
{
	char expected[64];

	snprintf(expected, sizeof(expected), "%s/a.sock", dir);
	touch("a.sock");
	touch("note");
	setenv("GODWIT_SOCKET", "/env", 1);
	check("/option", "/option");
	check(NULL, "/env");
	setenv("GODWIT_SOCKET", "", 1);
	check(NULL, expected);
}

static void none_is_an_error_that_helps(void **state)
{
	check(NULL, NULL);
	assert_int_equal(err.code, ENOENT);
	assert_non_null(strstr(err.text, "no control socket in /tmp/gw_socket"));
	assert_non_null(strstr(err.text, "-s PATH"));
}

static void several_are_listed(void **state)
{
	touch("a.sock");
	touch("b.sock");
	check(NULL, NULL);
	assert_int_equal(err.code, ENOTUNIQ);
	assert_non_null(strstr(err.text, "/a.sock "));
	assert_non_null(strstr(err.text, "/b.sock"));
}

static void dead_ones_do_not_count(void **state)
{
	int a = listener("a.sock"), b = listener("b.sock");
	char expected[64];

	check(NULL, NULL);
	assert_int_equal(err.code, ENOTUNIQ);
	close(a);
	snprintf(expected, sizeof(expected), "%s/b.sock", dir);
	check(NULL, expected);
	close(b); // all are dead: which one is meant?
	check(NULL, NULL);
	assert_int_equal(err.code, ENOTUNIQ);
}

int main(void)
{
#define CASE(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
	const struct CMUnitTest tests[] = {
		CASE(option_wins_over_environment),
		CASE(none_is_an_error_that_helps),
		CASE(several_are_listed),
		CASE(dead_ones_do_not_count),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
