// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Descriptors of this process that a library opened and keeps to itself.

#include <stdbool.h>

// Call `match` for every descriptor whose /proc link begins with `link`, lowest first, until it
// returns true; false: it never did.
bool gw_fd_find(const char *link, bool (*match)(int fd, void *arg), void *arg);
int gw_fd_dup(int fd); // closed on exec; -1: none left
