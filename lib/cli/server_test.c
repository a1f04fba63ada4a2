// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// The control socket and its clients, the well-behaved and the others: server and clients share
// the thread, the server is polled by the test.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cli/cli_samples.h"
#include "cli/listen.h"
#include "cli/server.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static char dir[64];
static char path[96];
static struct gw_ctl_server *server;

static int client_open(void)
{
	struct sockaddr_un address;
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	assert_int_equal(gw_unix_address(path, &address, NULL), 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	return fd;
}

static void polls(int n)
{
	while (n-- > 0)
		gw_ctl_poll(server);
}

static void say(int fd, const char *text)
{
	size_t len = strlen(text);

	assert_int_equal(send(fd, text, len, MSG_NOSIGNAL), len);
}

// What arrives while the server is polled, up to `len` octets or until it has nothing to do;
// `closed` tells whether the connection was closed then.
static char *hear(int fd, size_t len, bool *closed)
{
	static char text[1 << 16];
	size_t have = 0;

	*closed = false;
	for (int idle = 0; idle < 20 && have < len;) {
		bool did = gw_ctl_poll(server);
		ssize_t n = recv(fd, text + have, len - have, 0);

		if (n == 0 || (n < 0 && errno == ECONNRESET)) {
			*closed = true;
			break;
		}
		have += n > 0 ? (size_t)n : 0;
		idle = did || n > 0 ? 0 : idle + 1;
	}
	text[have] = '\0';
	return text;
}

static void expect_answer(int fd, const char *answer)
{
	bool closed;

	assert_string_equal(hear(fd, strlen(answer), &closed), answer);
}

static void expect_cut(int fd, const char *answer)
{
	bool closed;

	assert_string_equal(hear(fd, 60000, &closed), answer);
	assert_true(closed);
	close(fd);
}

static void wait_ms(long ms)
{
	struct timespec ts = {.tv_nsec = ms * 1000000};

	nanosleep(&ts, NULL);
}

static int setup(void **state)
{
	struct gw_err err = {0};

	(void)state;
	strcpy(dir, "/tmp/gw_ctl_testXXXXXX");
	if (mkdtemp(dir) == NULL)
		return -1;
	snprintf(path, sizeof(path), "%s/x.sock", dir);
	return gw_ctl_open(path, &server, &err);
}

static int teardown(void **state)
{
	(void)state;
	gw_ctl_close(server);
	server = NULL;
	unlink(path);
	return rmdir(dir) != 0;
}

static void socket_is_made_and_guarded(void **state)
{
	struct gw_ctl_server *other = NULL;
	struct gw_err err = {0};
	struct sockaddr_un address;
	char nowhere[96];
	struct stat st;
	int fd;

	(void)state;
	snprintf(nowhere, sizeof(nowhere), "%s/no/x.sock", dir);
	assert_int_equal(gw_ctl_open(nowhere, &other, &err), -ENOENT);
	assert_non_null(strstr(err.text, "/no: No such file or directory"));
	err = (struct gw_err){0};
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0660);
	assert_int_equal(gw_ctl_open(path, &other, &err), -EADDRINUSE);
	assert_non_null(strstr(err.text, "another process listens on it"));
	assert_int_equal(stat(path, &st), 0);

	gw_ctl_close(server);
	assert_int_equal(stat(path, &st), -1);
	// Left behind by a process that was killed.
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	gw_unix_address(path, &address, NULL);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	close(fd);
	assert_int_equal(gw_ctl_open(path, &server, NULL), 0);

	gw_ctl_close(server);
	server = NULL;
	fd = creat(path, 0600);
	close(fd);
	err = (struct gw_err){0};
	assert_int_equal(gw_ctl_open(path, &server, &err), -EEXIST);
	assert_non_null(strstr(err.text, "no socket"));
	unlink(path);
	assert_int_equal(gw_ctl_open(path, &server, NULL), 0);
}

static void answers(void **state)
{
	int fd = client_open();

	(void)state;
	say(fd, "t show route\n");
	expect_answer(fd, "D20\nvrf - prefix - ip -\nE0\n");
	say(fd, "j show route\r\nt \nt add host 1.1.1.1 mac 02:00:00:00:00:01 interface a\n");
	expect_answer(fd, "D3\n{}\nE0\nE0\nE0\n");
	say(fd, "c show po\nc \n");
	expect_answer(fd, "D9\n[\"port\"]\nE0\n");
	close(fd);
	polls(3);
	assert_int_equal(gw_ctl_clients(server), 0);
}

static void an_empty_chunk_announces_an_error(void **state)
{
	int fd = client_open();

	(void)state;
	say(fd,
		"t do nothing\nj do nothing\nt rows count 1 fail\nj rows count 1 fail\n"
		"j rows count 1 fail inside\nj rows count 0 fail inside\n");
	expect_answer(fd,
		"D0\nD26\nNo such file or directory\nE2\n"
		"D0\nD69\n{\"error\": \"No such file or directory\", \"errno\": 2, \"name\": "
		"\"ENOENT\"}\n"
		"E2\n"
		"D17\nID  NAME\n 0  row\nD0\nD11\nrows broke\nE5\n"
		"D26\n[\n{\"id\": 0, \"name\": \"row\"}"
		"D0\nD55\n,\n{\"error\": \"rows broke\", \"errno\": 5, \"name\": "
		"\"EIO\"}\n]\nE5\n"
		"D47\n{\"count\": 1, \"rows\": [\n{\"id\": 0, \"name\": \"row\"}"
		"D0\nD56\n,\n{\"error\": \"rows broke\", \"errno\": 5, \"name\": "
		"\"EIO\"}\n]}\nE5\n"
		"D21\n{\"count\": 0, \"rows\": "
		"D0\nD55\n[{\"error\": \"rows broke\", \"errno\": 5, \"name\": "
		"\"EIO\"}\n]}\nE5\n");
	close(fd);
}

static void requests_may_come_octet_by_octet(void **state)
{
	const char *request = "t show route\nt show route summary\n";
	int fd = client_open();

	(void)state;
	for (; *request != '\0'; request++) {
		assert_int_equal(send(fd, request, 1, MSG_NOSIGNAL), 1);
		polls(2);
	}
	expect_answer(fd, "D20\nvrf - prefix - ip -\nE0\nD8\nsummary\nE0\n");
	close(fd);
}

static void an_error_ends_a_strict_connection(void **state)
{
	int fd = client_open();

	(void)state;
	sample_calls = 0;
	say(fd, "T show route summary\nT do nothing\nT add host-tunnel 1.1.1.1 tunnel t\n");
	expect_cut(fd, "D8\nsummary\nE0\nD0\nD26\nNo such file or directory\nE2\n");
	assert_int_equal(sample_calls, 0);
}

static void half_closed_clients_get_their_answers(void **state)
{
	int fd = client_open();

	(void)state;
	say(fd, "t show route summary\nt rows count 1 wait\nt sho");
	shutdown(fd, SHUT_WR);
	expect_cut(fd, "D8\nsummary\nE0\nD17\nID  NAME\n 0  row\nE0\n");
}

static void garbage_is_cut_off(void **state)
{
	static char line[70000];
	const char *answer = "D0\nD68\nthis is no request: expected t, j, T, J or c, a blank and a "
			     "command\nE71\n";
	int good = client_open();
	int fd;

	(void)state;
	fd = client_open();
	say(fd, "GET / HTTP/1.1\r\n\r\n");
	expect_cut(fd, answer);
	fd = client_open();
	say(fd, "\n");
	expect_cut(fd, answer);
	fd = client_open();
	assert_int_equal(send(fd, "t show\0x\nt show route\n", 22, 0), 22);
	expect_cut(fd, answer);
	fd = client_open();
	memset(line, 'x', sizeof(line));
	assert_int_equal(send(fd, line, sizeof(line), 0), sizeof(line));
	expect_cut(fd, "D0\nD38\na request is longer than 65536 octets\nE90\n");
	say(good, "t show route summary\n");
	expect_answer(good, "D8\nsummary\nE0\n");
	close(good);
}

static void longest_line(void **state)
{
	static char line[65536];
	bool closed;
	int fd = client_open();

	(void)state;
	memset(line, 'x', sizeof(line));
	memcpy(line, "t ", 2);
	line[sizeof(line) - 1] = '\n';
	assert_int_equal(send(fd, line, sizeof(line), 0), sizeof(line));
	assert_non_null(strstr(hear(fd, 60000, &closed), "unknown word 'xxx"));
	assert_false(closed);
	close(fd);
}

static void silence_has_limits(void **state)
{
	int idle = client_open();
	int half = client_open();
	int waiting = client_open();

	(void)state;
	gw_ctl_limits(server)->idle_ms = 300;
	gw_ctl_limits(server)->half_ms = 100;
	say(half, "t show");
	say(waiting, "t wait forever\n");
	polls(5);
	assert_int_equal(gw_ctl_clients(server), 3);
	for (int i = 0; i < 100; i++) {
		wait_ms(10);
		polls(1);
	}
	expect_cut(idle, "");
	expect_cut(half, "D0\nD37\nthe rest of the request did not come\nE110\n");
	assert_int_equal(gw_ctl_clients(server), 1);
	sample_drops = 0;
	close(waiting);
	polls(3);
	assert_int_equal(sample_drops, 1);
	assert_int_equal(gw_ctl_clients(server), 0);
}

static void a_client_that_does_not_read(void **state)
{
	int deaf = client_open();
	int good = client_open();

	(void)state;
	sample_drops = 0;
	say(deaf, "t rows count 4000000000\n");
	polls(3000);
	assert_int_equal(gw_ctl_clients(server), 2);
	assert_int_equal(sample_drops, 0);
	// It is not called any more: nothing to do, nothing to wake for.
	assert_false(gw_ctl_poll(server));
	say(good, "t show route summary\n");
	expect_answer(good, "D8\nsummary\nE0\n");
	gw_ctl_limits(server)->unread_ms = 200;
	for (int i = 0; i < 60; i++) {
		wait_ms(10);
		polls(1);
	}
	assert_int_equal(gw_ctl_clients(server), 1);
	assert_int_equal(sample_drops, 1);
	close(deaf);
	close(good);
}

static void streams_do_not_hold_up_others(void **state)
{
	int busy[8];
	int good = client_open();
	bool closed;

	(void)state;
	for (int i = 0; i < 8; i++) {
		busy[i] = client_open();
		say(busy[i], "j rows count 1000000\n");
	}
	polls(20);
	for (int n = 0; n < 20; n++) {
		for (int i = 0; i < 8; i++)
			hear(busy[i], 4096, &closed);
		say(good, "t show route summary\n");
		polls(4);
		expect_answer(good, "D8\nsummary\nE0\n");
	}
	for (int i = 0; i < 8; i++)
		close(busy[i]);
	close(good);
}

static void one_client_too_many(void **state)
{
	int fd[GW_CTL_CLIENTS];
	int extra;

	(void)state;
	for (int i = 0; i < GW_CTL_CLIENTS; i++) {
		fd[i] = client_open();
		polls(2);
	}
	extra = client_open();
	expect_cut(extra, "D0\nD52\n64 clients are connected already, which is the most\nE87\n");
	close(fd[0]);
	polls(3);
	fd[0] = client_open();
	say(fd[0], "t show route summary\n");
	expect_answer(fd[0], "D8\nsummary\nE0\n");
	for (int i = 0; i < GW_CTL_CLIENTS; i++)
		close(fd[i]);
	polls(5);
	assert_int_equal(gw_ctl_clients(server), 0);
}

static void clients_that_vanish(void **state)
{
	(void)state;
	sample_drops = 0;
	for (int i = 0; i < 200; i++) {
		int fd = client_open();

		say(fd, i % 2 == 0 ? "t rows count 100000\nt rows\n" : "j wait forever\nt x\n");
		polls(i % 5);
		close(fd);
		polls(2);
	}
	polls(10);
	assert_int_equal(gw_ctl_clients(server), 0);
}

int main(void)
{
#define CASE(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
	const struct CMUnitTest tests[] = {
		CASE(socket_is_made_and_guarded),
		CASE(answers),
		CASE(an_empty_chunk_announces_an_error),
		CASE(requests_may_come_octet_by_octet),
		CASE(an_error_ends_a_strict_connection),
		CASE(half_closed_clients_get_their_answers),
		CASE(garbage_is_cut_off),
		CASE(longest_line),
		CASE(silence_has_limits),
		CASE(a_client_that_does_not_read),
		CASE(streams_do_not_hold_up_others),
		CASE(one_client_too_many),
		CASE(clients_that_vanish),
	};

	samples_register();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
