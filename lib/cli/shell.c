// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "cli/shell.h"

#include "cli/quit.h"
#include "cli/syntax.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

// Lock-free: a signal handler, in any thread, sets it.
static atomic_int interrupted;

static void on_interrupt(int signal)
{
	(void)signal;
	atomic_store(&interrupted, 1);
}

static void write_out(void *arg, const char *data, size_t len)
{
	struct gw_shell *s = arg;

	if (s->write_error != 0)
		return;
	if (fwrite(data, 1, len, stdout) != len || fflush(stdout) != 0) {
		s->write_error = errno;
		// Ends a stream that nobody reads, as Ctrl-C would.
		atomic_store(&interrupted, 1);
	}
}

static void json_show(json_t *value)
{
	json_dumpf(value, stdout, JSON_INDENT(2));
	putchar('\n');
	fflush(stdout);
	json_decref(value);
}

void gw_shell_error(const struct gw_shell *s, const struct gw_err *err)
{
	struct gw_buf out = {0};

	if (!s->json) {
		fprintf(stderr, "error: %s\n", err->text);
		return;
	}
	gw_cli_error_json(&out, err, NULL);
	fwrite(out.data, 1, out.len, stdout);
	fflush(stdout);
	gw_buf_free(&out);
}

static void disconnect(struct gw_shell *s)
{
	gw_client_close(s->client);
	s->client = NULL;
}

void gw_shell_open(struct gw_shell *s, const char *socket_path, bool json)
{
	// Without SA_RESTART: poll() and reads from stdin shall return.
	struct sigaction on = {.sa_handler = on_interrupt};

	*s = (struct gw_shell){.path = socket_path, .json = json};
	gw_shell_rearm();
	sigaction(SIGINT, &on, &s->before);
}

void gw_shell_close(struct gw_shell *s)
{
	disconnect(s);
	sigaction(SIGINT, &s->before, NULL);
}

bool gw_shell_interrupted(void)
{
	return atomic_load(&interrupted) != 0;
}

void gw_shell_rearm(void)
{
	atomic_store(&interrupted, 0);
}

static int connected(struct gw_shell *s, struct gw_err *err)
{
	if (s->client != NULL && gw_client_stale(s->client))
		disconnect(s);
	if (s->client != NULL)
		return 0;
	return gw_client_open(s->path, &interrupted, &s->client, err);
}

// `ret` as gw_client_run() returns it.
static enum gw_shell_status status(struct gw_shell *s, int ret, bool told, const struct gw_err *err)
{
	if (ret < 0)
		disconnect(s);
	if (s->write_error != 0)
		return GW_SHELL_NO_OUTPUT;
	if (ret == 0)
		return GW_SHELL_OK;
	if (ret == -EINTR)
		return GW_SHELL_INTERRUPTED;
	if (!told)
		gw_shell_error(s, err);
	return ret > 0 ? GW_SHELL_FAILED : GW_SHELL_NO_SERVER;
}

static enum gw_shell_status run(struct gw_shell *s, const char *line)
{
	struct gw_err err = {0};
	int ret = connected(s, &err);

	if (ret == 0)
		ret = gw_client_run(s->client, s->json ? 'j' : 't', line, write_out, s, &err);
	return status(s, ret, s->json && ret > 0, &err);
}

// Takes the references of `load`.
static void show_load(const struct gw_shell *s, const char *name, const struct gw_client_load *load)
{
	if (s->json) {
		json_show(json_pack("{s:I, s:f, s:o}", "commands", (json_int_t)load->commands,
			"seconds", load->seconds, "results", load->results));
		return;
	}
	printf("%s: %lu commands in %.3f s\n", name, load->commands, load->seconds);
	fflush(stdout);
}

static enum gw_shell_status load(struct gw_shell *s, const char *name)
{
	struct gw_client_load result = {0};
	struct gw_err err = {0};
	FILE *file = fopen(name, "re");
	bool told;
	int ret;

	if (file == NULL) {
		gw_err_set(&err, errno, "%s: %s", name, strerrordesc_np(errno));
		gw_shell_error(s, &err);
		return GW_SHELL_FAILED;
	}
	ret = connected(s, &err);
	if (ret == 0)
		ret = gw_client_load(
			s->client, file, name, s->json ? NULL : write_out, s, &result, &err);
	fclose(file);
	told = result.error != NULL;
	if (ret == 0) {
		show_load(s, name, &result);
		return status(s, ret, false, &err);
	}
	if (told)
		json_show(result.error);
	json_decref(result.results);
	disconnect(s);
	return status(s, ret, told, &err);
}

// Splits off the first word of `line`; what follows, without blanks around and quotation marks,
// is left in `rest`.
static void first_word(char *line, char **word, char **rest)
{
	size_t len;

	*word = line + strspn(line, " \t\r");
	len = strcspn(*word, " \t\r");
	*rest = *word + len;
	if (**rest != '\0')
		*(*rest)++ = '\0';
	*rest += strspn(*rest, " \t\r");
	for (len = strlen(*rest); len > 0 && strchr(" \t\r", (*rest)[len - 1]) != NULL; len--)
		(*rest)[len - 1] = '\0';
	if (len >= 2 && **rest == '"' && (*rest)[len - 1] == '"') {
		(*rest)[len - 1] = '\0';
		++*rest;
	}
}

enum gw_shell_status gw_shell_line(struct gw_shell *s, const char *line)
{
	char *copy = strdup(line);
	enum gw_shell_status st;
	char *word, *rest;

	if (copy == NULL)
		return GW_SHELL_NO_SERVER;
	first_word(copy, &word, &rest);
	if (*word == '\0' || *word == '#')
		st = GW_SHELL_OK;
	else if (gw_cli_is_quit(line))
		st = GW_SHELL_QUIT;
	else if (strcmp(word, "load") == 0 && *rest != '\0')
		st = load(s, rest);
	else
		st = run(s, line);
	free(copy);
	return st;
}

static void keep(void *arg, const char *data, size_t len)
{
	gw_buf_put(arg, data, len);
}

json_t *gw_shell_complete(struct gw_shell *s, const char *partial)
{
	struct gw_buf answer = {0};
	json_t *list = NULL;
	int ret = connected(s, NULL);

	if (ret == 0)
		ret = gw_client_run(s->client, 'c', partial, keep, &answer, NULL);
	if (ret < 0)
		disconnect(s);
	if (ret == 0 && !answer.failed)
		list = json_loadb(answer.data, answer.len, 0, NULL);
	gw_buf_free(&answer);
	return json_is_array(list) ? list : NULL;
}
