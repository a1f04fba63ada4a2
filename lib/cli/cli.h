// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Commands: how a feature offers them, and what a command's function may ask and answer.
//
// Everything here belongs to one thread, the owner of the tables: it runs the commands of the
// control socket (gw_ctl_poll()) and of files (gw_cli_run_file()). Registration happens in
// constructors, before main().

#include "base/addr.h"
#include "base/err.h"

#include <assert.h>
#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct gw_cli; // one running command

// 0; -errno after gw_cli_fail() or with gw_cli_err() filled; or GW_CLI_AGAIN: call me again, when
// what was written so far is on its way (streaming) or at the next poll (waiting).
typedef int (*gw_cli_fn)(struct gw_cli *cli);
#define GW_CLI_AGAIN 1

typedef void (*gw_cli_emit_fn)(void *arg, const char *value);
// Calls emit(arg, VALUE) for the values that begin with `prefix`; may emit others, they are
// left out by the receiver.
typedef void (*gw_cli_list_fn)(gw_cli_emit_fn emit, void *arg, const char *prefix);

struct gw_cli_pattern;

struct gw_cli_command {
	const char *pattern;
	const char *help;
	gw_cli_fn fn;
	struct gw_cli_pattern *compiled; // set at first use
	struct gw_cli_command *next;
};

struct gw_cli_type {
	const char *name;
	gw_cli_list_fn list;
	struct gw_cli_type *next;
};

void gw_cli_command_register(struct gw_cli_command *c);
void gw_cli_type_register(struct gw_cli_type *t);

// GW_CLI_COMMAND(host_add, "add host IP:ip4 mac MAC interface NAME:interface [standby]",
//                "add a host route", host_add);
//
// Words in lower case are literals. Words in upper case are arguments, NAME:TYPE; without :TYPE
// the type is the one registered under the name in lower case, else `text`. [..] may be left
// out, and neighbouring [..] stand in any order, each at most once; {a|b} and [a|b] are
// alternatives; all of it nests. A literal that fits wins over an argument that fits. A name
// stands at most once on any way through the pattern: "active A:tunnel backup B:tunnel". A TYPE
// that no feature of the program has registered is `text`.
// A wrong pattern aborts the program when the first command runs.
//
// Types: ip4, ip6, ip (either), prefix4, prefix6, prefix (either), vias (one or several of either,
// ',' between, each with %INTERFACE or without), mac, u32 (decimal), text (one word), rest (all
// that remains of the line, at least one word); n, count, cost, ms and vni are u32. Their values
// are checked before the function is called. A word that contains blanks is written "in quotes".
#define GW_CLI_COMMAND(id, pattern_, help_, fn_)                                    \
	static struct gw_cli_command gw_cli_command_##id = {                        \
		.pattern = (pattern_), .help = (help_), .fn = (fn_)};               \
	__attribute__((constructor)) static void gw_cli_register_command_##id(void) \
	{                                                                           \
		gw_cli_command_register(&gw_cli_command_##id);                      \
	}                                                                           \
	static_assert(true, "")

// GW_CLI_TYPE("interface", interface_list): a type whose values are offered by completion. They
// are not checked against the list: that is up to the command.
#define GW_CLI_TYPE(name_, list_)	   GW_CLI_TYPE_AT(name_, list_, __LINE__)
#define GW_CLI_TYPE_AT(name_, list_, line) GW_CLI_TYPE_AS(name_, list_, line)
#define GW_CLI_TYPE_AS(name_, list_, line)                                                 \
	static struct gw_cli_type gw_cli_type_##line = {.name = (name_), .list = (list_)}; \
	__attribute__((constructor)) static void gw_cli_register_type_##line(void)         \
	{                                                                                  \
		gw_cli_type_register(&gw_cli_type_##line);                                 \
	}                                                                                  \
	static_assert(true, "")

// What was asked. `name` as in the pattern, without :TYPE. Texts live as long as the command.
const char *gw_cli_arg(struct gw_cli *cli, const char *name); // NULL: not given
bool gw_cli_has(struct gw_cli *cli, const char *literal);     // the literal was given
bool gw_cli_json(struct gw_cli *cli);			      // the client wants JSON
// Of either family; zero when not given.
struct gw_ip gw_cli_ip(struct gw_cli *cli, const char *name);
struct gw_prefix gw_cli_prefix(struct gw_cli *cli, const char *name);
// Values; zero when not given. The argument must have a type that yields such a value, except
// that an IPv6 value of `ip` or `prefix` makes the command fail and yields zero: write IP:ip4
// where only IPv4 is possible, or ask gw_cli_family() first.
int gw_cli_family(struct gw_cli *cli, const char *name); // AF_INET, AF_INET6, 0: not given
uint32_t gw_cli_ip4(struct gw_cli *cli, const char *name);
struct in6_addr gw_cli_ip6(struct gw_cli *cli, const char *name);
struct gw_prefix4 gw_cli_prefix4(struct gw_cli *cli, const char *name);
struct gw_prefix6 gw_cli_prefix6(struct gw_cli *cli, const char *name);
struct gw_mac gw_cli_mac(struct gw_cli *cli, const char *name);
uint32_t gw_cli_u32(struct gw_cli *cli, const char *name, uint32_t dflt);

// What is answered.
// For functions that take a struct gw_err *: return gw_host_add(&spec, gw_cli_err(cli));
struct gw_err *gw_cli_err(struct gw_cli *cli);
// Returns -errnum.
int gw_cli_fail(struct gw_cli *cli, int errnum, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
// The result; takes the reference. An array of objects becomes a table in text mode, an object
// lines of "key: value".
void gw_cli_put(struct gw_cli *cli, json_t *value);
// Text mode only: written as it is, in place of what would be rendered from put() and row().
void gw_cli_text(struct gw_cli *cli, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
// Streaming: one element of a result that is an array; takes the reference. Column widths come
// from the rows of the first call (at most 64). Return GW_CLI_AGAIN when gw_cli_full().
void gw_cli_row(struct gw_cli *cli, json_t *row);
// The result is an array even if no row() follows.
void gw_cli_list(struct gw_cli *cli);
// The same within an object, whose last value the array is, called `key`; takes the reference of
// the object. Before the first row.
void gw_cli_list_in(struct gw_cli *cli, json_t *object, const char *key);
// Enough was written for one call.
bool gw_cli_full(struct gw_cli *cli);
// What the command remembers between calls: zeroed at first, freed after drop() (NULL: none) when
// the command ends or its client goes away. NULL: no memory.
void *gw_cli_state(struct gw_cli *cli, size_t size, void (*drop)(void *state));

// Runs one line to its end, calling poll(arg) (NULL: nothing) whenever the command waits. The
// result goes to `out` (NULL: nowhere), an error to `err` only.
int gw_cli_run(const char *line, bool json, FILE *out, void (*poll)(void *arg), void *arg,
	struct gw_err *err);
// Runs the lines of a file; empty ones and those that begin with '#' are skipped. Stops at the
// first error: "FILE:LINE: what is wrong". GW_CLI_QUIT: at a line "quit".
#define GW_CLI_QUIT 1
int gw_cli_run_file(
	const char *path, FILE *out, void (*poll)(void *arg), void *arg, struct gw_err *err);

// The control socket (docs/control-socket.md).
struct gw_ctl_server;

// Listens on `path`, mode 0660; makes its directory when missing, replaces a socket that nobody
// listens on. -EADDRINUSE: another process listens.
int gw_ctl_open(const char *path, struct gw_ctl_server **server, struct gw_err *err);
// Never blocks, returns after a bounded amount of work; true if something was done. To be called
// at least once a second.
bool gw_ctl_poll(struct gw_ctl_server *server);
// Readable when gw_ctl_poll() has something to do, waiting commands and time limits apart.
int gw_ctl_fd(const struct gw_ctl_server *server);
// Ends all connections and commands and removes the socket. NULL is allowed.
void gw_ctl_close(struct gw_ctl_server *server);
