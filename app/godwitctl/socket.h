// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

#include "base/err.h"

// The control socket to use: `option` if not NULL, else $GODWIT_SOCKET, else the only *.sock in
// `dir`. To be freed by the caller; NULL: `err` names those there are.
char *socket_choose(const char *option, const char *dir, struct gw_err *err);
