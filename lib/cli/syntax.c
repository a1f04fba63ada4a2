// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "cli/syntax.h"

#include "cli/registry.h"

#include <errno.h>
#include <string.h>

#define WORD_SHOWN 40  // octets of a wrong word in an error
#define LIST_SHOWN 380 // octets of an error's list of what was expected

static unsigned min3(unsigned a, unsigned b, unsigned c)
{
	a = a < b ? a : b;
	return a < c ? a : c;
}

// Edits (insert, delete, replace, swap neighbours) from one word to another; 99 for long words.
static unsigned distance(const char *a, const char *b)
{
	enum { MAX = 24 };
	unsigned d[MAX + 1][MAX + 1];
	size_t la = strlen(a), lb = strlen(b);

	if (la > MAX || lb > MAX)
		return 99;
	for (unsigned i = 0; i <= la; i++)
		d[i][0] = i;
	for (unsigned j = 0; j <= lb; j++)
		d[0][j] = j;
	for (unsigned i = 1; i <= la; i++) {
		for (unsigned j = 1; j <= lb; j++) {
			d[i][j] = min3(d[i - 1][j] + 1, d[i][j - 1] + 1,
				d[i - 1][j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
				d[i - 2][j - 2] + 1 < d[i][j])
				d[i][j] = d[i - 2][j - 2] + 1;
		}
	}
	return d[la][lb];
}

static const char *near_literal(const struct gw_cli_expect *e, const char *word)
{
	const char *best = NULL;
	unsigned least = 3;

	for (unsigned i = 0; i < e->n; i++) {
		const struct gw_cli_item *item = e->items[i];
		unsigned d;

		if (item->kind != GW_CLI_LITERAL)
			continue;
		d = distance(item->text, word);
		if (d < least && d < item->len) {
			least = d;
			best = item->text;
		}
	}
	return best;
}

void gw_cli_item_show(struct gw_buf *out, const struct gw_cli_item *item)
{
	gw_buf_printf(out, item->kind == GW_CLI_LITERAL ? "%s" : "<%s>", item->text);
}

static void show_expected(struct gw_buf *out, const struct gw_cli_expect *e)
{
	if (e->n == 0)
		return;
	gw_buf_str(out, e->n == 1 ? "; expected " : "; expected one of ");
	for (unsigned i = 0; i < e->n; i++) {
		if (i > 0)
			gw_buf_str(out, ", ");
		if (out->len > LIST_SHOWN) {
			gw_buf_printf(out, "%u more", e->n - i);
			break;
		}
		gw_cli_item_show(out, e->items[i]);
	}
	if (e->n == 1 && e->items[0]->kind == GW_CLI_ARGUMENT &&
		e->items[0]->value_kind != &gw_cli_kind_text)
		gw_buf_printf(out, " (%s)", e->items[0]->value_kind->what);
}

static void show_word(struct gw_buf *out, const char *word)
{
	gw_buf_str(out, "'");
	for (unsigned i = 0; word[i] != '\0'; i++) {
		if (i == WORD_SHOWN) {
			gw_buf_str(out, "...");
			break;
		}
		gw_buf_put(out, word[i] >= ' ' && word[i] <= '~' ? &word[i] : "?", 1);
	}
	gw_buf_str(out, "'");
}

// All commands take part: the furthest word that any of them reached tells what was meant.
static void collect(struct gw_cli_match *m, struct gw_cli_expect *e)
{
	struct gw_cli_command *const *all;
	unsigned n;

	e->at = 0;
	e->n = 0;
	m->expect = e;
	all = gw_cli_commands(&n);
	for (unsigned i = 0; i < n; i++)
		gw_cli_match(m, all[i]->compiled, 0);
	m->expect = NULL;
}

int gw_cli_syntax_explain(struct gw_cli_match *m, struct gw_cli_syntax *syntax, struct gw_err *err)
{
	const struct gw_cli_expect *e = &syntax->expect;
	struct gw_buf text = {0};
	const char *meant;
	int ret;

	collect(m, &syntax->expect);
	if (e->at == m->n_words) {
		const struct gw_cli_word *last = &m->words[m->n_words - 1];

		syntax->column = m->n_words == 0 ? 1 : last->column + last->len + 2;
		gw_buf_printf(&text, "incomplete command at column %u", syntax->column);
		show_expected(&text, e);
	} else {
		const struct gw_cli_word *w = &m->words[e->at];

		syntax->column = w->column + 1;
		gw_buf_str(
			&text, e->n == 0 ? "nothing may follow, but there is " : "unknown word ");
		show_word(&text, w->text);
		gw_buf_printf(&text, " at column %u", syntax->column);
		show_expected(&text, e);
		meant = near_literal(e, w->text);
		if (meant != NULL)
			gw_buf_printf(&text, ", did you mean '%s'?", meant);
	}
	if (text.failed)
		ret = gw_err_set(err, EINVAL, "no such command");
	else
		ret = gw_err_set(err, EINVAL, "%.*s", (int)text.len, text.data);
	gw_buf_free(&text);
	return ret;
}

static json_t *item_json(const struct gw_cli_item *item)
{
	return item->kind == GW_CLI_LITERAL ? json_string(item->text)
					    : json_sprintf("<%s>", item->text);
}

void gw_cli_error_json(
	struct gw_buf *out, const struct gw_err *err, const struct gw_cli_syntax *syntax)
{
	const char *name = strerrorname_np(err->code);
	json_t *object = json_object();
	json_t *text = json_string(err->text);

	if (text == NULL) {
		// Not UTF-8, because of what the client sent or because it was cut short.
		struct gw_err safe = *err;

		for (char *c = safe.text; *c != '\0'; c++)
			*c = (*c & 0x80) != 0 ? '?' : *c;
		text = json_string(safe.text);
	}
	json_object_set_new(object, "error", text);
	json_object_set_new(object, "errno", json_integer(err->code));
	json_object_set_new(object, "name", json_string(name != NULL ? name : "?"));
	if (syntax != NULL && syntax->column != 0) {
		json_t *expected = json_array();

		for (unsigned i = 0; i < syntax->expect.n; i++)
			json_array_append_new(expected, item_json(syntax->expect.items[i]));
		json_object_set_new(object, "position", json_integer(syntax->column));
		json_object_set_new(object, "expected", expected);
	}
	gw_buf_json(out, object, 0);
	gw_buf_str(out, "\n");
	json_decref(object);
}
