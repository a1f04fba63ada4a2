// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// The client's side against a real server in a thread of its own, bulk loading with its speed
// included.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cli/cli_samples.h"
#include "cli/client.h"
#include "cli/server.h"

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define BULK 300000

static char path[64];
static struct gw_ctl_server *server;
static pthread_t thread;
static atomic_bool stop_server;
static char output[1 << 16];
static size_t output_len;

static void *serve(void *arg)
{
	struct pollfd p = {.fd = gw_ctl_fd(server), .events = POLLIN};

	(void)arg;
	while (!atomic_load(&stop_server)) {
		if (!gw_ctl_poll(server))
			poll(&p, 1, 10);
	}
	return NULL;
}

static int setup_with(unsigned idle_ms)
{
	snprintf(path, sizeof(path), "/tmp/gw_client_test.%d", (int)getpid());
	atomic_store(&stop_server, false);
	output_len = 0;
	if (gw_ctl_open(path, &server, NULL) != 0)
		return -1;
	gw_ctl_limits(server)->idle_ms = idle_ms;
	return pthread_create(&thread, NULL, serve, NULL);
}

static int setup(void **state)
{
	(void)state;
	return setup_with(60000);
}

static int setup_impatient(void **state)
{
	(void)state;
	return setup_with(10);
}

static int teardown(void **state)
{
	(void)state;
	atomic_store(&stop_server, true);
	pthread_join(thread, NULL);
	gw_ctl_close(server);
	return 0;
}

static void keep(void *arg, const char *data, size_t len)
{
	(void)arg;
	for (size_t i = 0; i < len && output_len + 1 < sizeof(output); i++)
		output[output_len++] = data[i];
	output[output_len] = '\0';
}

static void count_octets(void *arg, const char *data, size_t len)
{
	(void)data;
	*(size_t *)arg += len;
}

static void commands(void **state)
{
	struct gw_client *c = NULL;
	struct gw_err err = {0};

	(void)state;
	assert_int_equal(gw_client_open(path, NULL, &c, &err), 0);
	assert_false(gw_client_stale(c));
	assert_int_equal(gw_client_run(c, 't', "show route summary", keep, NULL, &err), 0);
	assert_string_equal(output, "summary\n");
	output_len = 0;
	assert_int_equal(gw_client_run(c, 't', "rows count 1 fail", keep, NULL, &err), EIO);
	assert_string_equal(output, "ID  NAME\n 0  row\n");
	assert_string_equal(err.text, "rows broke");
	assert_int_equal(err.code, EIO);
	output_len = 0;
	err = (struct gw_err){0};
	assert_int_equal(gw_client_run(c, 'j', "do nothing", keep, NULL, &err), ENOENT);
	assert_string_equal(output,
		"{\"error\": \"No such file or directory\", \"errno\": 2, \"name\": \"ENOENT\"}\n");
	assert_int_equal(gw_client_run(c, 't', "two\nlines", keep, NULL, NULL), -EINVAL);
	gw_client_close(c);
}

static void a_long_stream(void **state)
{
	struct gw_client *c = NULL;
	size_t octets = 0;

	(void)state;
	assert_int_equal(gw_client_open(path, NULL, &c, NULL), 0);
	assert_int_equal(
		gw_client_run(c, 't', "rows count 1000000", count_octets, &octets, NULL), 0);
	assert_int_equal(octets, 9 + 100 * 8 + 900 * 9 + 9000 * 10 + 90000 * 11 + 900000 * 12);
	gw_client_close(c);
}

static void *raise_stop(void *arg)
{
	usleep(50000);
	atomic_store((atomic_int *)arg, 1);
	return NULL;
}

static void waiting_can_be_ended(void **state)
{
	atomic_int stop = 0;
	struct gw_client *c = NULL;
	struct gw_err err = {0};
	pthread_t t;

	(void)state;
	assert_int_equal(gw_client_open(path, &stop, &c, NULL), 0);
	pthread_create(&t, NULL, raise_stop, &stop);
	assert_int_equal(gw_client_run(c, 't', "wait forever", keep, NULL, &err), -EINTR);
	pthread_join(t, NULL);
	gw_client_close(c);
}

static void nobody_there(void **state)
{
	struct gw_client *c = NULL;
	struct gw_err err = {0};
	char text[200];

	(void)state;
	assert_int_equal(gw_client_open("/nonexistent/x.sock", NULL, &c, &err), -ENOENT);
	assert_string_equal(err.text,
		"cannot connect to /nonexistent/x.sock: No such file or "
		"directory; is it running, and with this --socket?");
	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	assert_int_equal(gw_client_open(text, NULL, &c, NULL), -ENAMETOOLONG);
}

static void one_client_too_many(void **state)
{
	struct gw_client *c[GW_CTL_CLIENTS + 1];
	struct gw_err err = {0};

	(void)state;
	for (int i = 0; i <= GW_CTL_CLIENTS; i++) {
		assert_int_equal(gw_client_open(path, NULL, &c[i], NULL), 0);
		// In turn: the last one is the one too many.
		if (i < GW_CTL_CLIENTS)
			assert_int_equal(gw_client_run(c[i], 't', "", keep, NULL, NULL), 0);
	}
	assert_int_equal(
		gw_client_run(c[GW_CTL_CLIENTS], 'j', "show route", keep, NULL, &err), -EUSERS);
	assert_string_equal(err.text, "64 clients are connected already, which is the most");
	assert_int_equal(output_len, 0);
	for (int i = 0; i <= GW_CTL_CLIENTS; i++)
		gw_client_close(c[i]);
}

static void a_cut_connection_is_noticed(void **state)
{
	struct gw_client *c = NULL;
	struct gw_err err = {0};

	(void)state;
	assert_int_equal(gw_client_open(path, NULL, &c, NULL), 0);
	for (int i = 0; i < 300 && !gw_client_stale(c); i++)
		usleep(10000);
	assert_true(gw_client_stale(c));
	assert_int_equal(gw_client_run(c, 't', "show route", keep, NULL, &err), -ECONNRESET);
	gw_client_close(c);
}

static void load_stops_at_the_first_error(void **state)
{
	char text[] = "# comment\n\nadd host-tunnel 1.1.1.1 tunnel a\n"
		      "  \t\r\nadd host-tunnel 1.1.1.2 tunnel b\r\n"
		      "add hots\nadd host-tunnel 1.1.1.3 tunnel c\n";
	FILE *f = fmemopen(text, strlen(text), "r");
	struct gw_client_load load;
	struct gw_client *c = NULL;
	struct gw_err err = {0};

	(void)state;
	sample_calls = 0;
	assert_int_equal(gw_client_open(path, NULL, &c, NULL), 0);
	assert_int_equal(gw_client_load(c, f, "file", keep, NULL, &load, &err), EINVAL);
	assert_string_equal(err.text,
		"file:6: unknown word 'hots' at column 5; expected one of "
		"host, host-tunnel, did you mean 'host'?");
	assert_string_equal(output, "tunnel a 0\ntunnel b 0\n");
	assert_int_equal(load.commands, 2);
	assert_int_equal(sample_calls, 2);
	gw_client_close(c);
	fclose(f);
}

// Results by line; an error as the other side gave it, and where.
static void load_as_json(void **state)
{
	char text[] = "# comment\nadd host-tunnel 1.1.1.1 tunnel a\nshow port stats p0\n quit \n"
		      "add hots\n";
	char wrong[] = "show port stats p0\nadd hots\n";
	FILE *f = fmemopen(text, strlen(text), "r");
	struct gw_client_load load;
	struct gw_client *c = NULL;
	struct gw_err err = {0};

	(void)state;
	sample_calls = 0;
	assert_int_equal(gw_client_open(path, NULL, &c, NULL), 0);
	assert_int_equal(gw_client_load(c, f, "file", NULL, NULL, &load, &err), 0);
	fclose(f);
	assert_int_equal(load.commands, 2);
	assert_null(load.error);
	assert_int_equal(json_array_size(load.results), 1);
	assert_int_equal(
		json_integer_value(json_object_get(json_array_get(load.results, 0), "line")), 3);
	assert_int_equal(
		json_array_size(json_object_get(json_array_get(load.results, 0), "result")), 2);
	json_decref(load.results);

	f = fmemopen(wrong, strlen(wrong), "r");
	assert_int_equal(gw_client_load(c, f, "file", NULL, NULL, &load, &err), EINVAL);
	fclose(f);
	assert_int_equal(json_array_size(load.results), 1);
	assert_int_equal(json_integer_value(json_object_get(load.error, "errno")), EINVAL);
	assert_int_equal(json_integer_value(json_object_get(load.error, "line")), 2);
	assert_string_equal(json_string_value(json_object_get(load.error, "file")), "file");
	assert_int_equal(json_integer_value(json_object_get(load.error, "position")), 5);
	assert_true(json_is_array(json_object_get(load.error, "expected")));
	json_decref(load.results);
	json_decref(load.error);
	gw_client_close(c);
}

static void load_refuses_lines_that_cannot_be_sent(void **state)
{
	char text[] = "add host-tunnel 1.1.1.1 tunnel a\nx\0y\n";
	FILE *f = fmemopen(text, sizeof(text) - 1, "r");
	struct gw_client_load load;
	struct gw_client *c = NULL;
	struct gw_err err = {0};

	(void)state;
	assert_int_equal(gw_client_open(path, NULL, &c, NULL), 0);
	assert_int_equal(gw_client_load(c, f, "file", keep, NULL, &load, &err), EINVAL);
	assert_string_equal(
		err.text, "file:2: the line is longer than 65533 octets or has a zero octet");
	assert_string_equal(output, "tunnel a 0\n");
	gw_client_close(c);
	fclose(f);
}

static double thread_seconds(void)
{
	struct timespec ts;
	clockid_t clock;

	pthread_getcpuclockid(thread, &clock);
	clock_gettime(clock, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static void load_in_bulk(void **state)
{
	struct gw_client_load load;
	struct gw_client *c = NULL;
	struct gw_err err = {0};
	FILE *f = tmpfile();
	double cpu;

	(void)state;
	for (unsigned i = 1; i <= BULK; i++)
		fprintf(f, "add host 10.%u.%u.%u mac 02:00:%02x:%02x:%02x:%02x interface a1\n",
			i >> 16 & 255, i >> 8 & 255, i & 255, i >> 24 & 255, i >> 16 & 255,
			i >> 8 & 255, i & 255);
	rewind(f);
	sample_calls = 0;
	assert_int_equal(gw_client_open(path, NULL, &c, NULL), 0);
	cpu = thread_seconds();
	assert_int_equal(gw_client_load(c, f, "bulk", keep, NULL, &load, &err), 0);
	cpu = thread_seconds() - cpu;
	assert_int_equal(load.commands, BULK);
	assert_int_equal(sample_calls, BULK);
	assert_int_equal(sample_last.ip, 0x0a000000 + BULK);
	print_message(
		"%.0f commands per second over the socket; the server alone %.0f (%.0f ns each)\n",
		BULK / load.seconds, BULK / cpu, cpu / BULK * 1e9);
	gw_client_close(c);
	fclose(f);
}

int main(void)
{
#define CASE(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
	const struct CMUnitTest tests[] = {
		CASE(commands),
		CASE(a_long_stream),
		CASE(waiting_can_be_ended),
		CASE(nobody_there),
		CASE(one_client_too_many),
		cmocka_unit_test_setup_teardown(
			a_cut_connection_is_noticed, setup_impatient, teardown),
		CASE(load_stops_at_the_first_error),
		CASE(load_as_json),
		CASE(load_refuses_lines_that_cannot_be_sent),
		CASE(load_in_bulk),
	};

	samples_register();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
