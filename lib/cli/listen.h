// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

#include "base/err.h"

#include <sys/un.h>

#define GW_SOCKET_DIR "/run/godwit" // of sockets that have no other place

// Fills the address of a unix socket; -ENAMETOOLONG.
int gw_unix_address(const char *path, struct sockaddr_un *address, struct gw_err *err);
// A listening, non-blocking stream socket on `path`, mode 0660, or -errno. A socket on which
// nobody listens is replaced, GW_SOCKET_DIR made when missing.
int gw_listen(const char *path, struct gw_err *err);
