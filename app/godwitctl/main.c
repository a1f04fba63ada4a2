// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "cli/listen.h"
#include "cli/repl.h"
#include "cli/shell.h"
#include "socket.h"

#include <errno.h>
#include <getopt.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] =
	"usage: godwitctl [-s PATH] [-j] [COMMAND...]\n"
	"\n"
	"Carries out one COMMAND in a running godwit, godwit-cp or godwit-gw; without COMMAND\n"
	"shows a prompt, or reads commands from a stdin that is no terminal, up to the first "
	"error.\n"
	"\n"
	"  -s, --socket PATH  control socket; else $GODWIT_SOCKET, else the only living *.sock "
	"in " GW_SOCKET_DIR "\n"
	"  -j, --json         results and errors as JSON\n"
	"  -h, --help         this text; the command 'help' lists what the other side understands\n"
	"  -V, --version      the version\n"
	"\n"
	"Exit status: 0, 1 if a command failed, 2 for wrong use or without a connection.\n";

static const struct option options[] = {
	{"socket", required_argument, NULL, 's'},
	{"json", no_argument, NULL, 'j'},
	{"help", no_argument, NULL, 'h'},
	{"version", no_argument, NULL, 'V'},
	{0},
};

struct request {
	const char *socket;
	bool json;
	char *command; // NULL: none
};

static int wrong_use(bool json, const struct gw_err *err)
{
	const struct gw_shell shell = {.json = json};

	gw_shell_error(&shell, err);
	return GW_SHELL_NO_SERVER;
}

static char *join(char **words)
{
	struct gw_buf line = {0};

	for (; *words != NULL; words++) {
		gw_buf_str(&line, *words);
		gw_buf_put(&line, words[1] != NULL ? " " : "", 1);
	}
	if (line.failed)
		abort();
	return line.data;
}

static int one_shot(const char *path, bool json, const char *command)
{
	struct gw_shell shell;
	enum gw_shell_status st;

	gw_shell_open(&shell, path, json);
	st = gw_shell_line(&shell, command);
	gw_shell_close(&shell);
	switch (st) {
	case GW_SHELL_INTERRUPTED:
		return 128 + SIGINT;
	case GW_SHELL_NO_OUTPUT:
		// A reader that has seen enough, as in `godwitctl show host all | head`.
		if (shell.write_error == EPIPE)
			return 0;
		fprintf(stderr, "error: stdout: %s\n", strerror(shell.write_error));
		return GW_SHELL_NO_SERVER;
	case GW_SHELL_QUIT:
		if (json)
			puts("{}");
		return 0;
	default:
		return (int)st;
	}
}

static int run(const struct request *rq)
{
	struct gw_err err = {0};
	char *path = socket_choose(rq->socket, GW_SOCKET_DIR, &err);
	int ret;

	if (path == NULL)
		return wrong_use(rq->json, &err);
	ret = rq->command != NULL ? one_shot(path, rq->json, rq->command)
				  : gw_repl_run(path, rq->json);
	free(path);
	return ret;
}

int main(int argc, char **argv)
{
	struct request rq = {0};
	int opt, ret;

	setlocale(LC_CTYPE, "");
	signal(SIGPIPE, SIG_IGN);
	while ((opt = getopt_long(argc, argv, "+s:jhV", options, NULL)) != -1) {
		switch (opt) {
		case 's':
			rq.socket = optarg;
			break;
		case 'j':
			rq.json = true;
			break;
		case 'h':
			fputs(usage, stdout);
			return 0;
		case 'V':
			printf("godwitctl %s\n", GW_VERSION);
			return 0;
		default:
			fprintf(stderr, "'godwitctl --help' shows the options\n");
			return GW_SHELL_NO_SERVER;
		}
	}
	if (optind < argc)
		rq.command = join(argv + optind);
	ret = run(&rq);
	free(rq.command);
	return ret;
}
