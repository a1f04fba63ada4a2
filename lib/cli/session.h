// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Internal to the control socket: one connected client.

#include "cli/run.h"

#define GW_CTL_LINE (64 * 1024) // longest request, its newline included

struct gw_ctl_session {
	int fd;
	uint32_t interest; // what the epoll object waits for
	char *in;
	size_t in_pos;	// of the first octet not taken yet
	size_t in_scan; // no newline before
	size_t in_len;
	struct gw_buf out;
	size_t out_pos; // sent so far
	struct gw_cli cli;
	bool running;  // cli is between two calls
	bool strict;   // an error ends the connection
	bool readable; // as far as known
	bool writable;
	bool eof;
	bool closing; // nothing more is taken, what is in `out` is sent
	bool dead;
	uint64_t heard_ms;
	uint64_t half_ms; // since when a line is incomplete, 0: it is not
	uint64_t sent_ms; // last progress of sending
};

// Takes the descriptor, even in case of failure (NULL: no memory).
struct gw_ctl_session *gw_ctl_session_open(int fd, uint64_t now_ms);
// A bounded amount of work, up to about `deadline_ns` (CLOCK_MONOTONIC); true if something was
// done. `scratch` is empty and left so.
bool gw_ctl_session_turn(
	struct gw_ctl_session *s, struct gw_buf *scratch, uint64_t now_ms, uint64_t deadline_ns);
// Tells the client why, as far as it listens, and ends the connection.
void gw_ctl_session_cut(struct gw_ctl_session *s, int errnum, const char *why);
size_t gw_ctl_session_unsent(const struct gw_ctl_session *s);
// What to wait for, as epoll events.
uint32_t gw_ctl_session_interest(const struct gw_ctl_session *s);
void gw_ctl_session_free(struct gw_ctl_session *s);

uint64_t gw_ctl_clock_ns(void);
