// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "cli/registry.h"
#include "cli/run.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

// A pattern without the types of its arguments.
static void put_syntax(struct gw_buf *out, const char *pattern)
{
	while (*pattern != '\0') {
		size_t len = strcspn(pattern, ":");

		gw_buf_put(out, pattern, len);
		pattern += len;
		pattern += strcspn(pattern, " []{}|");
	}
	gw_buf_put(out, "", 1);
}

static bool all_literals(const struct gw_cli_item *choice)
{
	for (const struct gw_cli_seq *w = choice->ways; w != NULL; w = w->next) {
		if (w->items->kind != GW_CLI_LITERAL || w->items->next != NULL)
			return false;
	}
	return true;
}

// How a command is called: what stands before its first argument or option.
static void put_lead(struct gw_buf *out, const struct gw_cli_item *item)
{
	for (; item != NULL; item = item->next) {
		if (item->kind == GW_CLI_LITERAL) {
			gw_buf_printf(out, "%s ", item->text);
		} else if (item->kind == GW_CLI_CHOICE && all_literals(item)) {
			for (const struct gw_cli_seq *w = item->ways; w != NULL; w = w->next)
				gw_buf_printf(out, "%s%s", w->items->text, w->next ? "|" : " ");
		} else {
			break;
		}
	}
	gw_buf_put(out, "", 1);
}

static void help_all(struct gw_cli *cli)
{
	struct gw_cli_command *const *all;
	struct gw_buf lead = {0};
	unsigned n;

	all = gw_cli_commands(&n);
	for (unsigned i = 0; i < n; i++) {
		const char *p = all[i]->pattern;

		if (i > 0 && strncmp(p, all[i - 1]->pattern, strcspn(p, " ") + 1) != 0)
			gw_cli_text(cli, "\n");
		lead.len = 0;
		put_lead(&lead, all[i]->compiled->root->items);
		if (!lead.failed)
			gw_cli_text(cli, "%-30s %s\n", lead.data, all[i]->help);
	}
	gw_buf_free(&lead);
	gw_cli_text(cli,
		"\n'help COMMAND' shows how a command is written; [..] may be left out, "
		"of {a|b} one is chosen.\n");
}

static void help_command(struct gw_cli *cli, const struct gw_cli_command *c, bool detail)
{
	struct gw_buf syntax = {0};

	put_syntax(&syntax, c->pattern);
	if (!syntax.failed) {
		if (detail)
			gw_cli_text(cli, "%s\n    %s\n", syntax.data, c->help);
		if (gw_cli_json(cli))
			gw_cli_row(
				cli, json_pack("{ss ss}", "command", syntax.data, "help", c->help));
	}
	gw_buf_free(&syntax);
}

static int help(struct gw_cli *cli)
{
	const char *words = gw_cli_arg(cli, "COMMAND");
	char *copy = strdup(words != NULL ? words : "");
	struct gw_cli_expect e;
	struct gw_cli_match m = {.expect = &e};
	struct gw_cli_command *const *all;
	unsigned n, column, found = 0;

	if (copy == NULL)
		return -ENOMEM;
	gw_cli_list(cli);
	if (words == NULL)
		help_all(cli);
	all = gw_cli_commands(&n);
	if (gw_cli_split(&m, copy, &column) != 0)
		n = 0;
	for (unsigned i = 0; i < n; i++) {
		// Commands that can go on where the words end, or end there.
		e.at = 0;
		e.n = 0;
		if (!gw_cli_match(&m, all[i]->compiled, 0) && e.at < m.n_words)
			continue;
		help_command(cli, all[i], words != NULL);
		found++;
	}
	free(copy);
	if (found == 0)
		return gw_cli_fail(cli, ENOENT,
			"no command begins with '%s'; 'help' without words lists them all", words);
	return 0;
}

static int only_client(struct gw_cli *cli)
{
	return gw_cli_fail(cli, EOPNOTSUPP,
		"the prompt and godwitctl carry this out themselves: it is no request to the "
		"control "
		"socket, and a file loads no other one");
}

static void list_first_words(gw_cli_emit_fn emit, void *arg, const char *prefix)
{
	struct gw_cli_command *const *all;
	unsigned n;

	all = gw_cli_commands(&n);
	for (unsigned i = 0; i < n; i++) {
		const struct gw_cli_item *item = all[i]->compiled->root->items;

		if (item->kind == GW_CLI_LITERAL)
			emit(arg, item->text);
	}
}

GW_CLI_TYPE("command", list_first_words);
GW_CLI_COMMAND(help, "help [COMMAND]", "list the commands, or show how one is written", help);
GW_CLI_COMMAND(
	load, "load FILE", "carry out the commands in a file, up to the first error", only_client);
GW_CLI_COMMAND(quit, "quit", "leave the prompt, or the file it stands in", only_client);
