// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "cli/registry.h"
#include "cli/syntax.h"

#include <stdlib.h>
#include <string.h>

#define CANDIDATES 1000

struct candidates {
	const char *prefix;
	char *values[CANDIDATES];
	unsigned n;
};

static void add(struct candidates *c, const char *value)
{
	if (c->n < CANDIDATES && (c->values[c->n] = strdup(value)) != NULL)
		c->n++;
}

static void offer(void *arg, const char *value)
{
	struct candidates *c = arg;

	if (strncmp(value, c->prefix, strlen(c->prefix)) == 0)
		add(c, value);
}

static bool has_values(const struct gw_cli_item *item)
{
	return item->kind == GW_CLI_LITERAL || gw_cli_type_listed(item->type);
}

static void offer_values(struct candidates *c, const struct gw_cli_item *item)
{
	if (item->kind == GW_CLI_LITERAL)
		offer(c, item->text);
	else
		gw_cli_type_list(item->type, offer, c, c->prefix);
}

static void offer_hint(struct candidates *c, const struct gw_cli_item *item)
{
	struct gw_buf hint = {0};

	gw_cli_item_show(&hint, item);
	gw_buf_put(&hint, "", 1);
	if (!hint.failed)
		add(c, hint.data);
	gw_buf_free(&hint);
}

static void offer_all(struct candidates *c, const struct gw_cli_expect *e)
{
	for (unsigned i = 0; i < e->n; i++) {
		if (has_values(e->items[i]))
			offer_values(c, e->items[i]);
	}
	// A word begun that values go on with is meant to be one of them.
	if (c->n > 0 && c->prefix[0] != '\0')
		return;
	for (unsigned i = 0; i < e->n; i++) {
		if (!has_values(e->items[i]))
			offer_hint(c, e->items[i]);
	}
}

static int by_text(const void *a, const void *b)
{
	const char *const *x = a;
	const char *const *y = b;

	return strcmp(*x, *y);
}

static json_t *to_json(struct candidates *c)
{
	json_t *list = json_array();

	qsort(c->values, c->n, sizeof(c->values[0]), by_text);
	for (unsigned i = 0; i < c->n; i++) {
		// Values that are not UTF-8 cannot be offered; json_string() is NULL then.
		if (i == 0 || strcmp(c->values[i], c->values[i - 1]) != 0)
			json_array_append_new(list, json_string(c->values[i]));
	}
	for (unsigned i = 0; i < c->n; i++)
		free(c->values[i]);
	return list;
}

json_t *gw_cli_complete(char *line)
{
	struct candidates c = {.prefix = ""};
	struct gw_cli_expect e = {0};
	struct gw_cli_match m;
	struct gw_cli_command *const *all;
	size_t len = strlen(line);
	bool blank = len == 0 || strchr(" \t\r", line[len - 1]) != NULL;
	unsigned column, n;

	if (gw_cli_split(&m, line, &column) != 0)
		return json_array();
	if (!blank)
		c.prefix = m.words[--m.n_words].text;
	m.expect = &e;
	all = gw_cli_commands(&n);
	for (unsigned i = 0; i < n; i++)
		gw_cli_match(&m, all[i]->compiled, 0);
	if (e.at == m.n_words)
		offer_all(&c, &e);
	return to_json(&c);
}
