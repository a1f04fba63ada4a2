// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "cli/client_int.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define WINDOW	     8192 // commands without an answer yet; a power of two
#define AHEAD	     (128 * 1024)
#define LINE_MAX_LEN (64 * 1024 - 3) // as the server has it, less mode and newline

struct loader {
	struct gw_client *client;
	FILE *file;
	const char *name;
	char *line;
	size_t cap;
	unsigned long number; // of the line read last
	unsigned long sent, answered;
	bool eof;
	double begun, shown;
	unsigned long lines[WINDOW]; // by command
};

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static void show_progress(struct loader *l)
{
	double t = now();

	if (t - l->begun < 1 || t - l->shown < 0.5 || !isatty(STDERR_FILENO))
		return;
	l->shown = t;
	fprintf(stderr, "\r%s: %lu commands, %.0f/s ", l->name, l->answered,
		(double)l->answered / (t - l->begun));
}

static void clear_progress(const struct loader *l)
{
	if (l->shown != 0)
		fprintf(stderr, "\r\x1b[K");
}

static int read_some(struct loader *l, struct gw_err *err)
{
	while (!l->eof && l->sent - l->answered < WINDOW && gw_client_unsent(l->client) < AHEAD) {
		ssize_t len = getline(&l->line, &l->cap, l->file);
		const char *first;

		if (len < 0) {
			l->eof = true;
			if (ferror(l->file))
				return gw_err_set(err, EIO, "%s: cannot be read", l->name);
			break;
		}
		l->number++;
		if (l->line[len - 1] == '\n')
			l->line[--len] = '\0';
		first = l->line + strspn(l->line, " \t\r");
		if (*first == '#' || first == l->line + len)
			continue;
		if (strlen(l->line) != (size_t)len || len > LINE_MAX_LEN)
			return gw_err_set(err, EINVAL,
				"%s:%lu: the line is longer than %d octets or has a zero octet",
				l->name, l->number, LINE_MAX_LEN);
		gw_client_ask(l->client, 'T', l->line, (size_t)len);
		l->lines[l->sent++ % WINDOW] = l->number;
	}
	return 0;
}

static int fail(struct loader *l, const struct gw_err *why, struct gw_err *err)
{
	gw_err_set(err, why->code, "%s:%lu: %.400s", l->name, l->lines[l->answered % WINDOW],
		why->text);
	return why->code;
}

// Takes all answers that have arrived.
static int take_answers(struct loader *l, gw_client_output_fn output, void *arg, struct gw_err *err)
{
	struct gw_client_piece p;
	struct gw_err why = {0};

	for (;;) {
		switch (gw_client_next(l->client, &p)) {
		case GW_CLIENT_NONE:
			return 0;
		case GW_CLIENT_DATA:
			output(arg, p.data, p.len);
			break;
		case GW_CLIENT_ERROR:
			gw_err_set(&why, EIO, "%.*s", (int)strcspn(p.data, "\n"), p.data);
			break;
		case GW_CLIENT_END:
			if (p.errnum != 0) {
				why.code = p.errnum;
				return fail(l, &why, err);
			}
			l->answered++;
			break;
		case GW_CLIENT_GARBAGE:
			return gw_err_set(err, EPROTO, "the other side speaks another protocol");
		}
	}
}

int gw_client_load(struct gw_client *client, FILE *file, const char *name,
	gw_client_output_fn output, void *arg, struct gw_client_load *load, struct gw_err *err)
{
	struct loader *l = calloc(1, sizeof(*l));
	struct gw_err late = {0};
	int ret = 0;

	*load = (struct gw_client_load){0};
	if (l == NULL)
		return gw_err_set(err, ENOMEM, "%s: no memory", name);
	l->client = client;
	l->file = file;
	l->name = name;
	l->begun = now();
	while (ret == 0) {
		struct gw_err wait_err = {0};

		// A line that cannot be sent is an error after those before it.
		if (late.code == 0)
			read_some(l, &late);
		if (l->answered == l->sent && (l->eof || late.code != 0))
			break;
		ret = gw_client_wait(client, &wait_err);
		if (ret != 0)
			gw_err_set(err, -ret, "%s:%lu: %.400s", name,
				l->lines[l->answered % WINDOW], wait_err.text);
		else
			ret = take_answers(l, output, arg, err);
		show_progress(l);
	}
	clear_progress(l);
	load->commands = l->answered;
	load->seconds = now() - l->begun;
	free(l->line);
	free(l);
	if (ret == 0 && late.code != 0)
		ret = -gw_err_set(err, late.code, "%s", late.text);
	return ret;
}
