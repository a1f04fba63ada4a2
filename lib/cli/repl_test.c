// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// The prompt on a pseudo terminal, typed at by the test, against a real server.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cli/cli_samples.h"
#include "cli/repl.h"
#include "cli/server.h"

#include <poll.h>
#include <pthread.h>
#include <pty.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#define DEADLINE_MS 10000
#define IDLE_MS	    500 // the server looks every 250 ms

static char dir[32];
static char path[64];
static struct gw_ctl_server *server;
static pthread_t thread;
static atomic_bool stop_server;
static int terminal;
static pid_t child;
static char shown[8192];

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

// Reads what the terminal shows up to `text`; what follows it is for the next call.
static void see(const char *text)
{
	struct pollfd p = {.fd = terminal, .events = POLLIN};
	const char *found;

	while ((found = strstr(shown, text)) == NULL) {
		size_t len = strlen(shown);
		ssize_t n = 0;

		if (poll(&p, 1, DEADLINE_MS) == 1)
			n = read(terminal, shown + len, sizeof(shown) - len - 1);
		if (n <= 0)
			fail_msg("'%s' is not in '%s'", text, shown);
		shown[len + (size_t)n] = '\0';
	}
	found += strlen(text);
	memmove(shown, found, strlen(found) + 1);
}

// The prompt is shown just before keys are no longer the terminal's own business.
static void see_prompt(void)
{
	struct termios t = {.c_lflag = ICANON};

	see("godwit> ");
	for (int i = 0; i < DEADLINE_MS && (t.c_lflag & ICANON) != 0; i++) {
		usleep(1000);
		assert_int_equal(tcgetattr(terminal, &t), 0);
	}
	assert_int_equal(t.c_lflag & ICANON, 0);
}

static void type(const char *text)
{
	assert_int_equal(write(terminal, text, strlen(text)), strlen(text));
}

static int setup(void **state)
{
	(void)state;
	strcpy(dir, "/tmp/gw_replXXXXXX");
	if (mkdtemp(dir) == NULL)
		return -1;
	snprintf(path, sizeof(path), "%s/s.sock", dir);
	if (gw_ctl_open(path, &server, NULL) != 0)
		return -1;
	gw_ctl_limits(server)->idle_ms = IDLE_MS;
	shown[0] = '\0';
	child = forkpty(&terminal, NULL, NULL, NULL);
	if (child == 0) {
		setenv("HOME", dir, 1);
		setenv("TERM", "vt100", 1);
		_exit(gw_repl_run(path, false));
	}
	atomic_store(&stop_server, false);
	return child < 0 || pthread_create(&thread, NULL, serve, NULL) != 0;
}

static int teardown(void **state)
{
	char file[64];

	(void)state;
	close(terminal);
	atomic_store(&stop_server, true);
	pthread_join(thread, NULL);
	gw_ctl_close(server);
	snprintf(file, sizeof(file), "%s/.godwit_history", dir);
	unlink(file);
	return rmdir(dir);
}

static void leave(const char *how)
{
	int status = 0;
	pid_t ended = 0;

	type(how);
	for (int i = 0; i < DEADLINE_MS && ended == 0; i++) {
		usleep(1000);
		ended = waitpid(child, &status, WNOHANG);
	}
	assert_int_equal(ended, child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void completion(void **state)
{
	(void)state;
	see_prompt();
	type("sho\troute su\t\r");
	see("\nsummary\r\n");
	see_prompt();
	type("add host 10.1.1.1 mac 02:00:00:00:00:01 interface \t");
	see("a1     a2     core0");
	type("c\t\r");
	see_prompt();
	type("add host \t");
	see("<IP>");
	leave("\x03quit\r");
}

static void errors_do_not_end_it(void **state)
{
	(void)state;
	see_prompt();
	type("show rotue\r");
	see("did you mean 'route'?");
	see_prompt();
	type("show route summary\r");
	see("\nsummary\r\n");
	leave("exit\r");
}

static void interrupts(void **state)
{
	(void)state;
	see_prompt();
	type("nonsense\x03");
	see("^C");
	see_prompt();
	type("show route summary\r");
	see("\nsummary\r\n");
	see_prompt();
	type("wait forever\r");
	see("\n");
	// Whenever it comes: the command has begun or is about to.
	usleep(100000);
	type("\x03");
	see_prompt();
	type("show route summary\r");
	see("\nsummary\r\n");
	see_prompt();
	leave("\x04");
}

static void a_cut_connection_is_opened_again(void **state)
{
	(void)state;
	see_prompt();
	type("show route summary\r");
	see("\nsummary\r\n");
	usleep(2 * IDLE_MS * 1000);
	type("show route summary\r");
	see("\nsummary\r\n");
	leave("quit\r");
}

static void history(void **state)
{
	char text[256] = "";
	char file[64];
	FILE *f;

	(void)state;
	see_prompt();
	type("show route summary\r");
	see("\nsummary\r\n");
	see_prompt();
	// Up.
	type("\x1b[A");
	see("show route summary");
	type("\r");
	see("\nsummary\r\n");
	leave("quit\r");
	snprintf(file, sizeof(file), "%s/.godwit_history", dir);
	f = fopen(file, "r");
	assert_non_null(f);
	text[fread(text, 1, sizeof(text) - 1, f)] = '\0';
	fclose(f);
	assert_non_null(strstr(text, "summary"));
}

int main(void)
{
#define CASE(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
	const struct CMUnitTest tests[] = {
		CASE(completion),
		CASE(errors_do_not_end_it),
		CASE(interrupts),
		CASE(a_cut_connection_is_opened_again),
		CASE(history),
	};

	samples_register();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
