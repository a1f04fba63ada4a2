// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// What godwitctl and the prompt share: a line typed by a user, carried out over a connection that
// is opened when needed, its result on stdout, its error on stderr (as JSON: on stdout too).

#include "cli/buf.h"
#include "cli/client.h"

#include <signal.h>

enum gw_shell_status {
	GW_SHELL_OK = 0,
	GW_SHELL_FAILED = 1,	// the command
	GW_SHELL_NO_SERVER = 2, // the connection, or the use of the program
	GW_SHELL_QUIT,
	GW_SHELL_INTERRUPTED,
	GW_SHELL_NO_OUTPUT, // stdout cannot be written
};

struct gw_shell {
	const char *path; // of the socket
	bool json;
	struct gw_client *client; // NULL: not connected
	int write_error;	  // errno of stdout; EPIPE: its reader has gone
	struct sigaction before;
};

// From here until the close SIGINT ends commands, not the process.
void gw_shell_open(struct gw_shell *s, const char *socket_path, bool json);
void gw_shell_close(struct gw_shell *s);
// A SIGINT came; commands end at once until gw_shell_rearm().
bool gw_shell_interrupted(void);
void gw_shell_rearm(void);
enum gw_shell_status gw_shell_line(struct gw_shell *s, const char *line);
// Candidates for the end of `partial` as the server gives them, a JSON array; NULL: none.
json_t *gw_shell_complete(struct gw_shell *s, const char *partial);
void gw_shell_error(const struct gw_shell *s, const struct gw_err *err);
