// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// The client's side of the control socket (docs/control-socket.md). Knows nothing of the
// commands; an object belongs to one thread at a time.

#include "base/err.h"

#include <jansson.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct gw_client;

typedef void (*gw_client_output_fn)(void *arg, const char *data, size_t len);

// Waiting ends with -EINTR, and the connection, soon after *stop is no longer 0 (NULL: never).
int gw_client_open(
	const char *path, const atomic_int *stop, struct gw_client **client, struct gw_err *err);
void gw_client_close(struct gw_client *client);
// The other side closed an idle connection: open another one.
bool gw_client_stale(struct gw_client *client);

// One request, `mode` as in the protocol. 0; a positive errno: the command failed, `err` says why
// (with a JSON mode the error goes to `output` like any result); -errno: the connection failed
// and can only be closed.
int gw_client_run(struct gw_client *client, char mode, const char *command,
	gw_client_output_fn output, void *arg, struct gw_err *err);

struct gw_client_load {
	unsigned long commands; // carried out without error
	double seconds;
	// Of JSON, the caller's: [{"line", "result"}], of commands that have one; the error, with
	// "file" and "line", NULL: there is none.
	json_t *results, *error;
};

// The commands of a file, many at a time on their way, up to the first error, which `err` has as
// "NAME:LINE: ...". Empty lines and those that begin with '#' are skipped, "quit" ends the file.
// Long ones show their progress on stderr if that is a terminal. What commands print goes to
// `output`; NULL: they answer JSON. Returns as gw_client_run(); unless 0 the connection can only be
// closed.
int gw_client_load(struct gw_client *client, FILE *file, const char *name,
	gw_client_output_fn output, void *arg, struct gw_client_load *load, struct gw_err *err);
