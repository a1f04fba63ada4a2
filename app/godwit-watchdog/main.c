// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Watches over a user plane by its heartbeat: when that stands still, or its process ends without
// having said so, the downlinks of its linkage groups go down and its kernel routes are withdrawn.

#include <errno.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "act.h"
#include "base/log.h"

GW_LOG_MODULE("watchdog");

#define TIMEOUT_MS 1000
#define LOOKS	   10 // in a time-out
#define ENDED_MS   10
#define SURE_MS	   2 // a process beats each millisecond

static const char usage[] =
	"usage: godwit-watchdog [options] NAME\n"
	"       godwit-watchdog [options] -f FILE\n"
	"\n"
	"Watches over the godwit of that name: when it does not move for a second, or its process\n"
	"ends without having been told to, takes the downlinks of its linkage groups down and\n"
	"withdraws its kernel routes.\n"
	"\n"
	"  -f, --file FILE    heartbeat (default /run/godwit/NAME.heartbeat)\n"
	"  -t, --timeout MS   time without a beat (default 1000)\n"
	"  -h, --help         this text\n"
	"  -V, --version      version\n"
	"\n"
	"godwit-watchdog(8) has more.\n";

static const struct option longs[] = {
	{"file", required_argument, NULL, 'f'},
	{"timeout", required_argument, NULL, 't'},
	{"help", no_argument, NULL, 'h'},
	{"version", no_argument, NULL, 'V'},
	{0},
};

static volatile sig_atomic_t stop;

static struct gw_watch watch;
static int pidfd = -1; // of the process that is watched, -1: it is judged by its beats alone

static void on_signal(int)
{
	stop = 1;
}

static void misuse(const char *what)
{
	fprintf(stderr, "godwit-watchdog: %s\ngodwit-watchdog --help says more\n", what);
	exit(2);
}

static uint32_t timeout_parse(const char *s)
{
	char *end;
	unsigned long v = strtoul(s, &end, 10);

	if (*s == '\0' || *end != '\0' || v < 50 || v > 3600000)
		misuse("--timeout: milliseconds, 50 to 3600000");
	return (uint32_t)v;
}

static const char *options_parse(int argc, char **argv, uint32_t *timeout_ms)
{
	static char path[256];
	const char *file = NULL;
	int opt;

	while ((opt = getopt_long(argc, argv, "f:t:hV", longs, NULL)) != -1) {
		switch (opt) {
		case 'f':
			file = optarg;
			break;
		case 't':
			*timeout_ms = timeout_parse(optarg);
			break;
		case 'h':
			fputs(usage, stdout);
			exit(0);
		case 'V':
			puts("godwit-watchdog " GW_VERSION);
			exit(0);
		default:
			misuse("option not understood");
		}
	}
	if ((file != NULL) == (optind + 1 == argc) || optind + 1 < argc)
		misuse("either NAME of a godwit or -f FILE");
	if (file != NULL)
		return file;
	if (strchr(argv[optind], '/') != NULL ||
		snprintf(path, sizeof(path), "/run/godwit/%s.heartbeat", argv[optind]) >=
			(int)sizeof(path))
		misuse("NAME is that of the configuration; a file is given by -f FILE");
	return path;
}

static void pidfd_drop(const char *why)
{
	if (pidfd >= 0)
		close(pidfd);
	pidfd = -1;
	LOG(WARNING, "process %d: %s: judged by its beats alone", watch.state.pid, why);
}

static void follow(void)
{
	if (pidfd >= 0)
		close(pidfd);
	pidfd = (int)syscall(SYS_pidfd_open, watch.state.pid, 0);
	if (pidfd < 0)
		pidfd_drop(strerror(errno));
	LOG(NOTICE, "watching process %d: %u downlinks, routes of protocol %u", watch.state.pid,
		watch.state.port_count, watch.state.protocol);
}

static bool process_ended(int wait_ms)
{
	struct pollfd p = {.fd = pidfd, .events = POLLIN};

	return pidfd >= 0 && poll(&p, 1, wait_ms) > 0;
}

// The number is that of a process in this PID namespace, the user plane may be in another one.
static bool beats_after_its_end(bool ended)
{
	static bool was;
	bool twice = ended && was && watch.still_ms == 0;

	was = ended;
	return twice;
}

static void look(void)
{
	static const char *const what[] = {
		[GW_WATCH_ENDED] = "has ended",
		[GW_WATCH_STILL] = "does not move",
		[GW_WATCH_ALONE] = "was to be followed by another one, and was not",
	};
	enum gw_watch_verdict v;
	bool ended;

	if (gw_watch_read(&watch, gw_heartbeat_now_ms()))
		follow();
	ended = process_ended(0);
	v = gw_watch_judge(&watch, gw_heartbeat_now_ms(), ended);
	if (v != GW_WATCH_WELL)
		act(&watch, what[v]);
	if (beats_after_its_end(ended))
		pidfd_drop("it beats, though the process of that number has ended");
}

// Until the next look, or the end of the process. One that has ended stays so: then only another
// one is waited for.
static void wait(void)
{
	if (pidfd < 0)
		poll(NULL, 0, (int)watch.look_ms);
	else if (process_ended(0))
		poll(NULL, 0, watch.still_ms == 0 ? SURE_MS : ENDED_MS);
	else
		process_ended((int)watch.look_ms);
}

int main(int argc, char **argv)
{
	uint32_t timeout_ms = TIMEOUT_MS;
	const char *path = options_parse(argc, argv, &timeout_ms);
	struct sigaction sa = {.sa_handler = on_signal};
	struct gw_heartbeat file;
	struct gw_err err = {0};
	int ret;

	ret = gw_heartbeat_open(path, &file, &err);
	if (ret == 0 && gw_heartbeat_watch(&file, getpid()) < 0)
		ret = gw_err_set(&err, EBUSY, "%s: another watchdog has it", path);
	if (ret < 0) {
		fprintf(stderr, "godwit-watchdog: %s\n", err.text);
		return 1;
	}
	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGTERM, &sa, NULL);
	gw_watch_init(&watch, &file, timeout_ms, timeout_ms / LOOKS);
	while (!stop) {
		look();
		wait();
	}
	gw_heartbeat_close(&file);
	return 0;
}
