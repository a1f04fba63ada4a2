// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "cli/pattern.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct parser {
	const char *text; // whole pattern
	const char *at;
	struct gw_cli_pattern *p;
};

static struct gw_cli_seq *parse_ways(struct parser *ps, char close);

// Patterns are written by programmers: one that is wrong is a programming error at start.
static _Noreturn void wrong(const struct parser *ps, const char *why)
{
	fprintf(stderr, "command pattern '%s': %s at column %zu\n", ps->text, why,
		(size_t)(ps->at - ps->text) + 1);
	abort();
}

static void *grab(size_t size)
{
	void *p = calloc(1, size);

	if (p == NULL)
		abort();
	return p;
}

static unsigned char intern(
	const struct parser *ps, const char **table, unsigned *n, unsigned max, const char *text)
{
	for (unsigned i = 0; i < *n; i++) {
		if (strcmp(table[i], text) == 0)
			return (unsigned char)i;
	}
	if (*n == max)
		wrong(ps, "too many different words");
	table[*n] = text;
	return (unsigned char)(*n)++;
}

static char *copy(const char *s, size_t len)
{
	char *c = strndup(s, len);

	if (c == NULL)
		abort();
	return c;
}

static void parse_argument(struct parser *ps, struct gw_cli_item *item, const char *s, size_t len)
{
	const char *colon = memchr(s, ':', len);
	size_t name_len = colon != NULL ? (size_t)(colon - s) : len;

	item->kind = GW_CLI_ARGUMENT;
	item->text = copy(s, name_len);
	item->index = intern(ps, ps->p->args, &ps->p->n_args, GW_CLI_ARGS, item->text);
	item->typed = colon != NULL;
	if (item->typed) {
		item->type = copy(colon + 1, len - name_len - 1);
	} else {
		item->type = copy(s, name_len);
		for (char *c = item->type; *c != '\0'; c++)
			*c = (char)tolower((unsigned char)*c);
	}
	item->value_kind = gw_cli_kind_find(item->type);
	// The feature that has the type may be left out of a program.
	if (item->value_kind == NULL)
		item->value_kind = &gw_cli_kind_text;
}

static void parse_word(struct parser *ps, struct gw_cli_item *item)
{
	const char *s = ps->at;
	size_t len = strcspn(s, " []{}|");

	if (isupper((unsigned char)*s)) {
		parse_argument(ps, item, s, len);
	} else {
		item->kind = GW_CLI_LITERAL;
		item->text = copy(s, len);
		item->index = intern(
			ps, ps->p->literals, &ps->p->n_literals, GW_CLI_LITERALS, item->text);
	}
	item->len = (unsigned)strlen(item->text);
	ps->at = s + len;
}

static struct gw_cli_seq *parse_seq(struct parser *ps)
{
	struct gw_cli_seq *seq = grab(sizeof(*seq));
	struct gw_cli_item **tail = &seq->items;
	unsigned options = 0;

	for (;;) {
		struct gw_cli_item *item;

		ps->at += strspn(ps->at, " ");
		if (*ps->at == '\0' || strchr("]}|", *ps->at) != NULL)
			break;
		item = grab(sizeof(*item));
		*tail = item;
		tail = &item->next;
		if (*ps->at == '[' || *ps->at == '{') {
			char close = *ps->at == '[' ? ']' : '}';

			item->kind = close == ']' ? GW_CLI_OPTION : GW_CLI_CHOICE;
			ps->at++;
			item->ways = parse_ways(ps, close);
			if (item->kind == GW_CLI_OPTION && ++options > GW_CLI_OPTIONS)
				wrong(ps, "too many [..]");
		} else {
			parse_word(ps, item);
		}
	}
	if (seq->items == NULL)
		wrong(ps, "nothing here");
	return seq;
}

static struct gw_cli_seq *parse_ways(struct parser *ps, char close)
{
	struct gw_cli_seq *first = NULL;
	struct gw_cli_seq **tail = &first;

	for (;;) {
		*tail = parse_seq(ps);
		tail = &(*tail)->next;
		if (*ps->at != '|')
			break;
		ps->at++;
	}
	if (*ps->at != close)
		wrong(ps, close == '\0' ? "unexpected bracket" : "missing bracket");
	if (close != '\0')
		ps->at++;
	return first;
}

// Arguments on any one way through `seq`; aborts when one is there twice.
static uint32_t arguments(const struct parser *ps, const struct gw_cli_seq *seq)
{
	uint32_t all = 0;

	for (const struct gw_cli_item *i = seq->items; i != NULL; i = i->next) {
		uint32_t here = i->kind == GW_CLI_ARGUMENT ? UINT32_C(1) << i->index : 0;

		for (const struct gw_cli_seq *w = i->ways; w != NULL; w = w->next)
			here |= arguments(ps, w);
		if ((all & here) != 0)
			wrong(ps, "one argument name twice");
		if (i->kind == GW_CLI_ARGUMENT && i->value_kind == &gw_cli_kind_rest &&
			i->next != NULL)
			wrong(ps, "something behind the rest of the line");
		all |= here;
	}
	return all;
}

struct gw_cli_pattern *gw_cli_pattern_compile(const char *text)
{
	struct gw_cli_pattern *p = grab(sizeof(*p));
	struct parser ps = {.text = text, .at = text, .p = p};

	p->root = parse_ways(&ps, '\0');
	if (p->root->next != NULL)
		wrong(&ps, "'|' outside brackets");
	arguments(&ps, p->root);
	for (const struct gw_cli_item *i = p->root->items; i != NULL; i = i->next) {
		if (i->kind != GW_CLI_LITERAL)
			break;
		p->lead++;
		p->lead_literals |= UINT64_C(1) << i->index;
	}
	return p;
}

static void ways_free(struct gw_cli_seq *seq)
{
	while (seq != NULL) {
		struct gw_cli_seq *next = seq->next;

		while (seq->items != NULL) {
			struct gw_cli_item *item = seq->items;

			seq->items = item->next;
			ways_free(item->ways);
			free(item->text);
			free(item->type);
			free(item);
		}
		free(seq);
		seq = next;
	}
}

void gw_cli_pattern_free(struct gw_cli_pattern *p)
{
	if (p == NULL)
		return;
	ways_free(p->root);
	free(p);
}
