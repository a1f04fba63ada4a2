// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "cli/registry.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Commands by leading literals. A line's commands are those on its way through the tree; the
// deepest are tried first, so that "show route summary" wins over "show route [PREFIX]".
struct node {
	const char *word;
	unsigned len;
	struct node *children;
	struct node *next; // sibling
	struct gw_cli_command **commands;
	unsigned n_commands;
};

static struct gw_cli_command *registered;
static unsigned n_registered;
static struct gw_cli_command **sorted; // NULL: the index must be built
static struct node root;

void gw_cli_command_register(struct gw_cli_command *c)
{
	c->next = registered;
	registered = c;
	n_registered++;
	free(sorted);
	sorted = NULL;
}

static void *grab(void *old, size_t size)
{
	void *p = realloc(old, size);

	// Only at start: without its commands the program is of no use.
	if (p == NULL)
		abort();
	return p;
}

static void node_clear(struct node *n)
{
	while (n->children != NULL) {
		struct node *child = n->children;

		n->children = child->next;
		node_clear(child);
		free(child);
	}
	free(n->commands);
	n->commands = NULL;
	n->n_commands = 0;
}

static struct node *node_child(const struct node *n, const char *word, unsigned len)
{
	for (struct node *c = n->children; c != NULL; c = c->next) {
		if (c->len == len && memcmp(c->word, word, len) == 0)
			return c;
	}
	return NULL;
}

static void node_add(struct node *n, struct gw_cli_command *c)
{
	const struct gw_cli_item *item = c->compiled->root->items;

	for (unsigned i = 0; i < c->compiled->lead; i++, item = item->next) {
		struct node *child = node_child(n, item->text, item->len);

		if (child == NULL) {
			child = grab(NULL, sizeof(*child));
			*child = (struct node){
				.word = item->text, .len = item->len, .next = n->children};
			n->children = child;
		}
		n = child;
	}
	n->commands = grab(n->commands, (n->n_commands + 1) * sizeof(struct gw_cli_command *));
	n->commands[n->n_commands++] = c;
}

static int by_pattern(const void *a, const void *b)
{
	const struct gw_cli_command *const *x = a;
	const struct gw_cli_command *const *y = b;

	return strcmp((*x)->pattern, (*y)->pattern);
}

static void index_build(void)
{
	unsigned n = 0;

	node_clear(&root);
	sorted = grab(NULL, (n_registered + 1) * sizeof(struct gw_cli_command *));
	for (struct gw_cli_command *c = registered; c != NULL; c = c->next)
		sorted[n++] = c;
	qsort(sorted, n, sizeof(struct gw_cli_command *), by_pattern);
	for (unsigned i = 0; i < n; i++) {
		if (i > 0 && strcmp(sorted[i - 1]->pattern, sorted[i]->pattern) == 0) {
			fprintf(stderr, "command '%s' is registered twice\n", sorted[i]->pattern);
			abort();
		}
		if (sorted[i]->compiled == NULL)
			sorted[i]->compiled = gw_cli_pattern_compile(sorted[i]->pattern);
		node_add(&root, sorted[i]);
	}
}

struct gw_cli_command *const *gw_cli_commands(unsigned *count)
{
	if (sorted == NULL)
		index_build();
	*count = n_registered;
	return sorted;
}

const struct gw_cli_command *gw_cli_find(struct gw_cli_match *m)
{
	const struct node *way[GW_CLI_WORDS + 1] = {&root};
	unsigned depth = 0;

	if (sorted == NULL)
		index_build();
	m->expect = NULL;
	while (depth < m->n_words) {
		const struct gw_cli_word *w = &m->words[depth];
		const struct node *child = node_child(way[depth], w->text, w->len);

		if (child == NULL)
			break;
		way[++depth] = child;
	}
	for (;; depth--) {
		for (unsigned i = 0; i < way[depth]->n_commands; i++) {
			struct gw_cli_command *c = way[depth]->commands[i];

			if (gw_cli_match(m, c->compiled, depth))
				return c;
		}
		if (depth == 0)
			return NULL;
	}
}

void gw_cli_commands_filter(bool (*keep)(const struct gw_cli_command *c))
{
	struct gw_cli_command *c = registered;

	registered = NULL;
	n_registered = 0;
	while (c != NULL) {
		struct gw_cli_command *next = c->next;

		if (keep(c))
			gw_cli_command_register(c);
		c = next;
	}
}
