// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "cli/repl.h"

#include "cli/shell.h"

#include <errno.h>
#include <histedit.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HISTORY_LINES 1000
#define LIST_WIDTH    78

struct repl {
	struct gw_shell shell;
	EditLine *el;
	History *history;
	char *history_file; // NULL: none
	bool abandoned;	    // Ctrl-C at the prompt
};

static char *prompt(EditLine *el)
{
	static char text[] = "godwit> ";

	(void)el;
	return text;
}

static struct repl *repl_get(EditLine *el)
{
	void *data = NULL;

	el_get(el, EL_CLIENTDATA, &data);
	return data;
}

static unsigned char abandon_line(EditLine *el, int ch)
{
	(void)ch;
	repl_get(el)->abandoned = true;
	printf("^C\n");
	fflush(stdout);
	return CC_NEWLINE;
}

// "<IP>" only says what is to be typed.
static bool is_hint(const json_t *candidate)
{
	return json_string_value(candidate)[0] == '<';
}

// What all candidates have in common.
static size_t common_length(const json_t *list)
{
	const char *first = json_string_value(json_array_get(list, 0));
	size_t len = strlen(first);
	const json_t *c;
	size_t i;

	json_array_foreach (list, i, c) {
		const char *text = json_string_value(c);
		size_t n = 0;

		while (n < len && text[n] == first[n])
			n++;
		len = is_hint(c) ? 0 : n;
	}
	return len;
}

static void show_list(const json_t *list)
{
	size_t width = 0;
	size_t at = 0;
	const json_t *c;
	size_t i;

	json_array_foreach (list, i, c)
		width = json_string_length(c) > width ? json_string_length(c) : width;
	printf("\n");
	json_array_foreach (list, i, c) {
		if (at > 0 && at + width > LIST_WIDTH) {
			printf("\n");
			at = 0;
		}
		printf("%-*s  ", (int)width, json_string_value(c));
		at += width + 2;
	}
	printf("\n");
	fflush(stdout);
}

static unsigned char insert_end(EditLine *el, const json_t *list, size_t typed)
{
	const char *first = json_string_value(json_array_get(list, 0));
	size_t len = common_length(list);
	char *more = len >= typed ? strndup(first + typed, len - typed) : NULL;
	unsigned char ret = CC_ERROR;

	if (more != NULL && *more != '\0' && el_insertstr(el, more) == 0)
		ret = CC_REFRESH;
	if (json_array_size(list) == 1 && first[0] != '<' && el_insertstr(el, " ") == 0)
		ret = CC_REFRESH;
	free(more);
	return ret;
}

static unsigned char complete(EditLine *el, int ch)
{
	const LineInfo *info = el_line(el);
	char *partial = strndup(info->buffer, (size_t)(info->cursor - info->buffer));
	unsigned char ret = CC_ERROR;
	json_t *list = NULL;
	size_t typed = 0;

	(void)ch;
	if (partial != NULL) {
		gw_shell_rearm();
		list = gw_shell_complete(&repl_get(el)->shell, partial);
		while (typed < strlen(partial) &&
			strchr(" \t", info->cursor[-1 - (int)typed]) == NULL)
			typed++;
	}
	if (json_array_size(list) > 0)
		ret = insert_end(el, list, typed);
	if (ret == CC_ERROR && json_array_size(list) > 0) {
		show_list(list);
		ret = CC_REDISPLAY;
	}
	json_decref(list);
	free(partial);
	return ret;
}

static bool editor_open(struct repl *r)
{
	const char *home = getenv("HOME");
	HistEvent ev;

	r->el = el_init("godwit", stdin, stdout, stderr);
	r->history = history_init();
	if (r->el == NULL || r->history == NULL)
		return false;
	history(r->history, &ev, H_SETSIZE, HISTORY_LINES);
	history(r->history, &ev, H_SETUNIQUE, 1);
	if (home != NULL && asprintf(&r->history_file, "%s/.godwit_history", home) < 0)
		r->history_file = NULL;
	if (r->history_file != NULL)
		history(r->history, &ev, H_LOAD, r->history_file);
	el_set(r->el, EL_CLIENTDATA, r);
	el_set(r->el, EL_PROMPT, prompt);
	el_set(r->el, EL_EDITOR, "emacs");
	el_set(r->el, EL_HIST, history, r->history);
	el_set(r->el, EL_ADDFN, "godwit-complete", "complete the word", complete);
	el_set(r->el, EL_ADDFN, "godwit-abandon", "abandon the line", abandon_line);
	el_source(r->el, NULL);
	// At the prompt Ctrl-C is a key, not a signal: the process may be a user plane.
	el_set(r->el, EL_SETTY, "-d", "-isig", NULL);
	el_set(r->el, EL_BIND, "^I", "godwit-complete", NULL);
	el_set(r->el, EL_BIND, "^C", "godwit-abandon", NULL);
	return true;
}

static void editor_close(struct repl *r)
{
	HistEvent ev;

	if (r->history != NULL && r->history_file != NULL)
		history(r->history, &ev, H_SAVE, r->history_file);
	if (r->el != NULL)
		el_end(r->el);
	if (r->history != NULL)
		history_end(r->history);
	free(r->history_file);
}

static enum gw_shell_status edited_line(struct repl *r, const char *text, int len)
{
	char *line = strndup(text, (size_t)len);
	enum gw_shell_status st = GW_SHELL_OK;
	HistEvent ev;

	if (line == NULL)
		return GW_SHELL_OK;
	line[strcspn(line, "\n")] = '\0';
	if (line[strspn(line, " \t")] != '\0') {
		history(r->history, &ev, H_ENTER, line);
		st = gw_shell_line(&r->shell, line);
	}
	free(line);
	return st;
}

static int run_terminal(struct repl *r)
{
	enum gw_shell_status st = GW_SHELL_OK;

	if (!editor_open(r)) {
		fprintf(stderr, "error: the terminal cannot be used for editing\n");
		editor_close(r);
		return GW_SHELL_NO_SERVER;
	}
	while (st != GW_SHELL_QUIT && st != GW_SHELL_NO_OUTPUT) {
		const char *text;
		int len;

		r->abandoned = false;
		text = el_gets(r->el, &len);
		gw_shell_rearm();
		if (text == NULL && len < 0 && errno == EINTR)
			continue;
		if (text == NULL || len <= 0) {
			printf("\n");
			break;
		}
		st = r->abandoned ? GW_SHELL_OK : edited_line(r, text, len);
		if (st == GW_SHELL_INTERRUPTED)
			printf("\n");
	}
	editor_close(r);
	return 0;
}

static int run_stream(struct repl *r, FILE *in)
{
	enum gw_shell_status st = GW_SHELL_OK;
	char *line = NULL;
	size_t cap = 0;
	ssize_t len;

	while (st == GW_SHELL_OK && (len = getline(&line, &cap, in)) > 0) {
		if (line[len - 1] == '\n')
			line[len - 1] = '\0';
		st = gw_shell_line(&r->shell, line);
	}
	free(line);
	if (gw_shell_interrupted() && st != GW_SHELL_NO_OUTPUT)
		return 128 + SIGINT;
	return st == GW_SHELL_FAILED || st == GW_SHELL_NO_SERVER ? (int)st : 0;
}

int gw_repl_run(const char *socket_path, bool json)
{
	struct repl r = {0};
	int ret;

	gw_shell_open(&r.shell, socket_path, json);
	ret = isatty(STDIN_FILENO) ? run_terminal(&r) : run_stream(&r, stdin);
	gw_shell_close(&r.shell);
	return ret;
}
