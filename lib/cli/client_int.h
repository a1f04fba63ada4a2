// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Internal to the client's side: octets to and from the socket, and answers taken apart.

#include "cli/buf.h"
#include "cli/client.h"

struct gw_client {
	int fd;
	const atomic_int *stop;
	struct gw_buf out; // not sent yet from out_pos on
	size_t out_pos;
	bool deaf; // the other side takes nothing more
	struct gw_buf in;
	size_t in_pos;
	bool error_next; // the next chunk is the error
};

enum gw_client_part {
	GW_CLIENT_NONE, // more octets are needed
	GW_CLIENT_DATA,
	GW_CLIENT_ERROR,
	GW_CLIENT_END,
	GW_CLIENT_GARBAGE,
};

struct gw_client_piece {
	const char *data; // until the next call of gw_client_wait()
	size_t len;
	int errnum; // of GW_CLIENT_END
};

// Sends and receives what is possible, at least something; 0 or -errno with `err`.
int gw_client_wait(struct gw_client *c, struct gw_err *err);
enum gw_client_part gw_client_next(struct gw_client *c, struct gw_client_piece *piece);
void gw_client_ask(struct gw_client *c, char mode, const char *command, size_t len);
size_t gw_client_unsent(const struct gw_client *c);
