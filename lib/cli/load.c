// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "cli/client_int.h"
#include "cli/quit.h"

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
	struct gw_client_load *load;
	gw_client_output_fn output; // NULL: JSON
	void *arg;
	struct gw_buf answer;	     // as JSON, as far as it is here
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
		if (gw_cli_is_quit(first)) {
			l->eof = true;
			break;
		}
		if (strlen(l->line) != (size_t)len || len > LINE_MAX_LEN)
			return gw_err_set(err, EINVAL,
				"%s:%lu: the line is longer than %d octets or has a zero octet",
				l->name, l->number, LINE_MAX_LEN);
		gw_client_ask(l->client, l->output != NULL ? 'T' : 'J', l->line, (size_t)len);
		l->lines[l->sent++ % WINDOW] = l->number;
	}
	return 0;
}

static unsigned long line_answered(const struct loader *l)
{
	return l->lines[l->answered % WINDOW];
}

static int fail(struct loader *l, int errnum, const char *why, struct gw_err *err)
{
	gw_err_set(err, errnum, "%s:%lu: %.400s", l->name, line_answered(l), why);
	return errnum;
}

// The whole answer of one command has come, as JSON.
static int json_answered(struct loader *l, int errnum, struct gw_err *err)
{
	json_t *value = json_loadb(l->answer.data, l->answer.len, JSON_DECODE_ANY, NULL);
	json_t *error = value;
	int ret = 0;

	gw_buf_reset(&l->answer);
	if (value == NULL)
		return gw_err_set(
			err, EPROTO, "%s:%lu: the answer is no JSON", l->name, line_answered(l));
	if (errnum == 0) {
		if (!json_is_object(value) || json_object_size(value) > 0)
			json_array_append_new(l->load->results,
				json_pack("{s:I, s:O}", "line", (json_int_t)line_answered(l),
					"result", value));
	} else {
		// Of a list that had begun it is the last element.
		if (json_is_array(value))
			error = json_array_get(value, json_array_size(value) - 1);
		ret = fail(l, errnum,
			json_string_value(json_object_get(error, "error")) ?: "failed", err);
		l->load->error = json_incref(error);
		json_object_set_new(error, "error", json_string(err->text));
		json_object_set_new(error, "file", json_string(l->name));
		json_object_set_new(error, "line", json_integer((json_int_t)line_answered(l)));
	}
	json_decref(value);
	return ret;
}

// Takes all answers that have arrived.
static int take_answers(struct loader *l, struct gw_err *err)
{
	struct gw_client_piece p;
	struct gw_err why = {0};

	for (;;) {
		int ret = 0;

		switch (gw_client_next(l->client, &p)) {
		case GW_CLIENT_NONE:
			return 0;
		case GW_CLIENT_ERROR:
			if (l->output != NULL) {
				gw_err_set(&why, EIO, "%.*s", (int)strcspn(p.data, "\n"), p.data);
				break;
			}
			__attribute__((fallthrough));
		case GW_CLIENT_DATA:
			if (l->output != NULL)
				l->output(l->arg, p.data, p.len);
			else
				gw_buf_put(&l->answer, p.data, p.len);
			break;
		case GW_CLIENT_END:
			if (l->output == NULL)
				ret = json_answered(l, p.errnum, err);
			else if (p.errnum != 0)
				ret = fail(l, p.errnum, why.text, err);
			if (ret != 0)
				return ret;
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

	*load = (struct gw_client_load){.results = output == NULL ? json_array() : NULL};
	if (l == NULL)
		return gw_err_set(err, ENOMEM, "%s: no memory", name);
	l->client = client;
	l->file = file;
	l->name = name;
	l->load = load;
	l->output = output;
	l->arg = arg;
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
			gw_err_set(
				err, -ret, "%s:%lu: %.400s", name, line_answered(l), wait_err.text);
		else
			ret = take_answers(l, err);
		show_progress(l);
	}
	clear_progress(l);
	load->commands = l->answered;
	load->seconds = now() - l->begun;
	gw_buf_free(&l->answer);
	free(l->line);
	free(l);
	if (ret == 0 && late.code != 0)
		ret = -gw_err_set(err, late.code, "%s", late.text);
	return ret;
}
