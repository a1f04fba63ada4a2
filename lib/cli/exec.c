// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "cli/quit.h"
#include "cli/run.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct exec {
	struct gw_cli cli;
	struct gw_buf out;
};

static void pass_on(struct gw_buf *out, FILE *file)
{
	if (file != NULL && out->len > 0)
		fwrite(out->data, 1, out->len, file);
	gw_buf_reset(out);
}

// `line` is changed.
static int exec_line(struct exec *x, char *line, bool json, FILE *out, void (*poll)(void *arg),
	void *arg, struct gw_err *err)
{
	int ret = gw_cli_begin(&x->cli, line, json);

	while (ret == 0) {
		bool silent;

		ret = gw_cli_step(&x->cli, &x->out);
		silent = x->out.len == 0;
		pass_on(&x->out, out);
		if (ret != GW_CLI_AGAIN)
			break;
		if (poll != NULL)
			poll(arg);
		else if (silent)
			usleep(1000);
		ret = 0;
	}
	if (ret != 0)
		gw_err_set(err, -ret, "%s", x->cli.err.text);
	gw_cli_end(&x->cli);
	return ret;
}

int gw_cli_run(const char *line, bool json, FILE *out, void (*poll)(void *arg), void *arg,
	struct gw_err *err)
{
	struct exec *x = calloc(1, sizeof(*x));
	char *copy = strdup(line);
	int ret;

	if (x == NULL || copy == NULL)
		ret = gw_err_set(err, ENOMEM, "no memory for a command");
	else
		ret = exec_line(x, copy, json, out, poll, arg, err);
	if (x != NULL)
		gw_buf_free(&x->out);
	free(copy);
	free(x);
	return ret;
}

int gw_cli_run_file(
	const char *path, FILE *out, void (*poll)(void *arg), void *arg, struct gw_err *err)
{
	struct exec *x = calloc(1, sizeof(*x));
	FILE *file = fopen(path, "re");
	unsigned long number = 0;
	char *line = NULL;
	size_t cap = 0;
	ssize_t len;
	int ret = 0;

	if (file == NULL) {
		ret = gw_err_set(err, errno, "%s: %s", path, strerrordesc_np(errno));
	} else if (x == NULL) {
		ret = gw_err_set(err, ENOMEM, "no memory for a command");
	}
	while (ret == 0 && (len = getline(&line, &cap, file)) > 0) {
		const char *first = line + strspn(line, " \t");

		number++;
		if (line[len - 1] == '\n')
			line[--len] = '\0';
		if (*first == '#')
			continue;
		if (gw_cli_is_quit(line)) {
			ret = GW_CLI_QUIT;
			break;
		}
		if (memchr(line, '\0', (size_t)len) != NULL)
			ret = gw_err_set(err, EINVAL, "a zero octet");
		else
			ret = exec_line(x, line, false, out, poll, arg, err);
		if (ret != 0)
			gw_err_prefix(err, "%s:%lu", path, number);
	}
	if (ret == 0 && ferror(file))
		ret = gw_err_set(err, EIO, "%s: cannot be read", path);
	if (file != NULL)
		fclose(file);
	if (x != NULL)
		gw_buf_free(&x->out);
	free(line);
	free(x);
	return ret;
}
