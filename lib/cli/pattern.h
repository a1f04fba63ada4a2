// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Internal to the command line: a command's pattern as a tree, and the types of its arguments.

#include "cli/cli.h"

struct gw_cli_value {
	uint8_t family; // AF_INET, AF_INET6, 0: no address
	union {
		uint32_t ip4;
		uint32_t u32;
		struct in6_addr ip6;
		struct gw_prefix4 prefix4;
		struct gw_prefix6 prefix6;
		struct gw_mac mac;
	};
};

// How the text of an argument is checked.
struct gw_cli_kind {
	const char *name;
	const char *what; // "an IPv4 address"
	bool (*parse)(const char *text, struct gw_cli_value *value);
};

extern const struct gw_cli_kind gw_cli_kind_text;
extern const struct gw_cli_kind gw_cli_kind_rest;

// The kind of a type; NULL when neither built in nor registered.
const struct gw_cli_kind *gw_cli_kind_find(const char *type);
// True when completion has values for the type.
bool gw_cli_type_listed(const char *type);
void gw_cli_type_list(const char *type, gw_cli_emit_fn emit, void *arg, const char *prefix);

// As gw_cli_commands_filter(), before the first command.
void gw_cli_types_filter(bool (*keep)(const struct gw_cli_type *t));

enum gw_cli_item_kind { GW_CLI_LITERAL, GW_CLI_ARGUMENT, GW_CLI_OPTION, GW_CLI_CHOICE };

struct gw_cli_item {
	enum gw_cli_item_kind kind;
	unsigned char index; // of the literal or argument in the pattern's tables
	unsigned len;	     // of text
	char *text;	     // the literal, or the argument's name
	char *type;	     // of an argument
	bool typed;	     // the pattern names it
	const struct gw_cli_kind *value_kind;
	struct gw_cli_seq *ways; // of an option or a choice
	struct gw_cli_item *next;
};

struct gw_cli_seq {
	struct gw_cli_item *items;
	struct gw_cli_seq *next; // the alternative
};

#define GW_CLI_ARGS	16
#define GW_CLI_LITERALS 64
#define GW_CLI_OPTIONS	32 // neighbouring [..]

struct gw_cli_pattern {
	struct gw_cli_seq *root;
	const char *args[GW_CLI_ARGS];
	const char *literals[GW_CLI_LITERALS];
	unsigned n_args;
	unsigned n_literals;
	unsigned lead;		// literals at the beginning
	uint64_t lead_literals; // their bits
};

// Aborts, with the reason on stderr, for a pattern that is wrong.
struct gw_cli_pattern *gw_cli_pattern_compile(const char *text);
void gw_cli_pattern_free(struct gw_cli_pattern *p);
