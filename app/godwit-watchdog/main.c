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

struct watch {
	struct gw_heartbeat *file;
	struct gw_heartbeat copy;
	uint32_t timeout_ms;
	int32_t pid; // that `pidfd` is of
	int pidfd;   // -1: none
	uint64_t beats, moved_ms;
	bool acted;
};

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

static void follow(struct watch *w)
{
	if (w->pidfd >= 0)
		close(w->pidfd);
	w->pid = w->copy.pid;
	w->pidfd = (int)syscall(SYS_pidfd_open, w->pid, 0);
	w->beats = w->copy.beats;
	w->moved_ms = gw_heartbeat_now_ms();
	w->acted = false;
	LOG(NOTICE, "watching process %d: %u downlinks, routes of protocol %u", w->pid,
		w->copy.port_count, w->copy.protocol);
}

static bool process_ended(const struct watch *w, int wait_ms)
{
	struct pollfd p = {.fd = w->pidfd, .events = POLLIN};

	if (w->pidfd < 0)
		return true;
	return poll(&p, 1, wait_ms) > 0;
}

static void once(struct watch *w, const char *why)
{
	if (!w->acted)
		act(w->file, &w->copy, why);
	w->acted = true;
}

static void runs(struct watch *w)
{
	uint64_t now = gw_heartbeat_now_ms();

	if (w->copy.pid != w->pid)
		follow(w);
	if (w->copy.beats != w->beats) {
		w->beats = w->copy.beats;
		w->moved_ms = now;
		w->acted = false;
	}
	if (process_ended(w, 0))
		once(w, "has ended");
	else if (now - w->moved_ms >= w->timeout_ms)
		once(w, "does not move");
}

static void look(struct watch *w)
{
	// A process that died while it wrote left the rest as it was before.
	gw_heartbeat_read(w->file, &w->copy);
	switch (w->copy.state) {
	case GW_HEARTBEAT_RUNS:
		runs(w);
		break;
	case GW_HEARTBEAT_IN_SERVICE:
		if (gw_heartbeat_now_ms() >= w->copy.until_ms)
			once(w, "was to be followed by another one, and was not");
		break;
	default:
		break;
	}
}

// Until the next look, or the end of the process.
static void wait(const struct watch *w)
{
	int ms = (int)(w->timeout_ms / LOOKS);
	struct timespec ts = {.tv_nsec = 10000000};

	if (w->pidfd < 0 || !process_ended(w, ms))
		poll(NULL, 0, w->pidfd < 0 ? ms : 0);
	else if (w->acted || w->copy.state != GW_HEARTBEAT_RUNS)
		nanosleep(&ts, NULL); // it stays ended
}

int main(int argc, char **argv)
{
	struct watch w = {.timeout_ms = TIMEOUT_MS, .pidfd = -1};
	const char *path = options_parse(argc, argv, &w.timeout_ms);
	struct sigaction sa = {.sa_handler = on_signal};
	struct gw_err err = {0};

	if (gw_heartbeat_open(path, &w.file, &err) < 0) {
		fprintf(stderr, "godwit-watchdog: %s\n", err.text);
		return 1;
	}
	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGTERM, &sa, NULL);
	atomic_store(&w.file->watchdog, getpid());
	while (!stop) {
		look(&w);
		wait(&w);
	}
	atomic_store(&w.file->watchdog, 0);
	gw_heartbeat_close(w.file);
	return 0;
}
