// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "cli/match.h"

#include <errno.h>
#include <string.h>

enum fit { FIT_NO, FIT_ARGUMENT, FIT_LITERAL };

// Where a sequence stands while one of its options or choices is followed: what may come next
// decides whether a word is taken as an argument.
struct frame {
	const struct gw_cli_item *option; // first of the neighbouring [..], or NULL
	uint32_t used;			  // of them
	const struct gw_cli_item *rest;
	const struct frame *up;
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

int gw_cli_split(struct gw_cli_match *m, char *line, unsigned *column)
{
	char *p = line;

	m->n_words = 0;
	for (;;) {
		struct gw_cli_word *w = &m->words[m->n_words];
		char *end;

		while (is_blank(*p))
			p++;
		if (*p == '\0')
			return 0;
		*column = (unsigned)(p - line);
		if (m->n_words == GW_CLI_WORDS)
			return -E2BIG;
		w->column = *column;
		if (*p == '"') {
			w->text = ++p;
			end = strchr(p, '"');
			if (end == NULL || (end[1] != '\0' && !is_blank(end[1])))
				return -EINVAL;
		} else {
			w->text = p;
			for (end = p; *end != '\0' && !is_blank(*end); end++)
				continue;
		}
		w->len = (unsigned)(end - w->text);
		w->after = *end;
		p = w->after == '\0' ? end : end + 1;
		*end = '\0';
		m->n_words++;
	}
}

static void expect(struct gw_cli_match *m, unsigned at, const struct gw_cli_item *item)
{
	struct gw_cli_expect *e = m->expect;

	if (e == NULL || at < e->at)
		return;
	if (at > e->at) {
		e->at = at;
		e->n = 0;
	}
	if (item == NULL)
		return;
	for (unsigned i = 0; i < e->n; i++) {
		if (e->items[i]->kind == item->kind && strcmp(e->items[i]->text, item->text) == 0)
			return;
	}
	if (e->n < GW_CLI_EXPECT)
		e->items[e->n++] = item;
}

static bool nullable(const struct gw_cli_item *item)
{
	const struct gw_cli_item *i;

	if (item->kind == GW_CLI_OPTION)
		return true;
	for (const struct gw_cli_seq *w = item->ways; w != NULL; w = w->next) {
		for (i = w->items; i != NULL && nullable(i); i = i->next)
			continue;
		if (i == NULL)
			return true;
	}
	return false;
}

static enum fit items_fit(const struct gw_cli_item *item, const struct gw_cli_word *w);

// Can `item` begin with the word?
static enum fit item_fit(const struct gw_cli_item *item, const struct gw_cli_word *w)
{
	struct gw_cli_value scratch;
	enum fit best = FIT_NO;

	if (item->kind == GW_CLI_LITERAL)
		return item->len == w->len && memcmp(item->text, w->text, w->len) == 0 ? FIT_LITERAL
										       : FIT_NO;
	if (item->kind == GW_CLI_ARGUMENT)
		return item->value_kind->parse(w->text, &scratch) ? FIT_ARGUMENT : FIT_NO;
	for (const struct gw_cli_seq *s = item->ways; s != NULL; s = s->next) {
		enum fit fit = items_fit(s->items, w);

		best = fit > best ? fit : best;
	}
	return best;
}

static enum fit items_fit(const struct gw_cli_item *item, const struct gw_cli_word *w)
{
	enum fit best = FIT_NO;

	for (; item != NULL; item = item->next) {
		enum fit fit = item_fit(item, w);

		best = fit > best ? fit : best;
		if (!nullable(item))
			break;
	}
	return best;
}

static void expect_item(struct gw_cli_match *m, unsigned at, const struct gw_cli_item *item)
{
	if (item->kind == GW_CLI_LITERAL || item->kind == GW_CLI_ARGUMENT)
		expect(m, at, item);
	for (const struct gw_cli_seq *s = item->ways; s != NULL; s = s->next) {
		for (const struct gw_cli_item *i = s->items; i != NULL; i = i->next) {
			expect_item(m, at, i);
			if (!nullable(i))
				break;
		}
	}
}

static const struct gw_cli_item *behind_options(const struct gw_cli_item *item)
{
	while (item != NULL && item->kind == GW_CLI_OPTION)
		item = item->next;
	return item;
}

// Is the word a literal that may follow in this frame or the ones around it?
static bool literal_follows(const struct frame *f, const struct gw_cli_word *w)
{
	for (; f != NULL; f = f->up) {
		const struct gw_cli_item *i = f->option;

		for (unsigned n = 0; i != NULL && i->kind == GW_CLI_OPTION; i = i->next, n++) {
			if ((f->used >> n & 1) == 0 && item_fit(i, w) == FIT_LITERAL)
				return true;
		}
		if (items_fit(f->rest, w) == FIT_LITERAL)
			return true;
		for (i = f->rest; i != NULL; i = i->next) {
			if (!nullable(i))
				return false;
		}
	}
	return false;
}

// The rest of the line as it was written.
static void join(struct gw_cli_match *m, unsigned at)
{
	char *begin = m->words[at].text;
	struct gw_cli_word *last = &m->words[m->n_words - 1];

	// Only a word in quotation marks has one behind it.
	if (m->words[at].after == '"')
		begin--;
	for (unsigned i = at; i < m->n_words; i++)
		m->words[i].text[m->words[i].len] = m->words[i].after;
	last->text[last->len + (last->after == '"')] = '\0';
	m->words[at].text = begin;
}

static bool match_one(struct gw_cli_match *m, const struct gw_cli_item *item, unsigned *at)
{
	const struct gw_cli_word *w = &m->words[*at];
	struct gw_cli_value *v = &m->values[item->index];

	if (*at == m->n_words || (item->kind == GW_CLI_LITERAL && item_fit(item, w) == FIT_NO)) {
		expect(m, *at, item);
		return false;
	}
	if (item->kind == GW_CLI_LITERAL) {
		m->literals |= UINT64_C(1) << item->index;
		++*at;
		return true;
	}
	*v = (struct gw_cli_value){0};
	if (!item->value_kind->parse(w->text, v)) {
		expect(m, *at, item);
		return false;
	}
	m->args |= UINT32_C(1) << item->index;
	if (item->value_kind == &gw_cli_kind_rest) {
		// While failures are collected the words must stay as they are.
		if (m->expect == NULL)
			join(m, *at);
		m->texts[item->index] = m->words[*at].text;
		*at = m->n_words;
		return true;
	}
	m->texts[item->index] = w->text;
	++*at;
	return true;
}

static bool match_items(struct gw_cli_match *m, const struct gw_cli_item *item, unsigned *at,
	const struct frame *up);

// The first way that begins with the word as a literal, else as an argument.
static bool match_ways(struct gw_cli_match *m, const struct gw_cli_item *item, unsigned *at,
	const struct frame *up)
{
	const struct gw_cli_seq *chosen = NULL;
	enum fit best = FIT_NO;

	for (const struct gw_cli_seq *s = item->ways; s != NULL && *at < m->n_words; s = s->next) {
		enum fit fit = items_fit(s->items, &m->words[*at]);

		if (fit > best) {
			best = fit;
			chosen = s;
		}
	}
	if (chosen != NULL)
		return match_items(m, chosen->items, at, up);
	expect_item(m, *at, item);
	return nullable(item);
}

// Neighbouring options, in the order in which the line has them.
static bool match_options(struct gw_cli_match *m, const struct gw_cli_item *first, unsigned *at,
	const struct frame *up)
{
	struct frame f = {.option = first, .rest = behind_options(first), .up = up};

	while (*at < m->n_words) {
		const struct gw_cli_word *w = &m->words[*at];
		const struct gw_cli_item *chosen = NULL;
		const struct gw_cli_item *i = first;
		enum fit best = FIT_NO;
		unsigned chosen_n = 0;

		for (unsigned n = 0; i != f.rest; i = i->next, n++) {
			enum fit fit = (f.used >> n & 1) != 0 ? FIT_NO : item_fit(i, w);

			if (fit > best) {
				best = fit;
				chosen = i;
				chosen_n = n;
			}
		}
		if (best == FIT_NO || (best == FIT_ARGUMENT && literal_follows(&f, w)))
			break;
		f.used |= UINT32_C(1) << chosen_n;
		if (!match_ways(m, chosen, at, &f))
			return false;
	}
	if (m->expect != NULL) {
		const struct gw_cli_item *i = first;

		for (unsigned n = 0; i != f.rest; i = i->next, n++) {
			if ((f.used >> n & 1) == 0)
				expect_item(m, *at, i);
		}
	}
	return true;
}

static bool match_items(struct gw_cli_match *m, const struct gw_cli_item *item, unsigned *at,
	const struct frame *up)
{
	while (item != NULL) {
		const struct gw_cli_item *next = behind_options(item);
		struct frame f = {.rest = item->next, .up = up};

		if (item->kind == GW_CLI_OPTION) {
			if (!match_options(m, item, at, up))
				return false;
			item = next;
			continue;
		}
		if (item->kind == GW_CLI_CHOICE ? !match_ways(m, item, at, &f)
						: !match_one(m, item, at))
			return false;
		item = item->next;
	}
	return true;
}

bool gw_cli_match(struct gw_cli_match *m, const struct gw_cli_pattern *p, unsigned skip)
{
	const struct gw_cli_item *item = p->root->items;
	unsigned at = skip;

	m->literals = skip == 0 ? 0 : p->lead_literals;
	m->args = 0;
	for (; skip > 0; skip--)
		item = item->next;
	if (!match_items(m, item, &at, NULL))
		return false;
	if (at < m->n_words) {
		expect(m, at, NULL);
		return false;
	}
	return true;
}
