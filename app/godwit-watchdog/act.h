// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

#include "heartbeat/watch.h"

// Takes the downlinks of the user plane down, says in the file which ones, and withdraws the
// routes. Nothing, when what was judged is not so any more.
void act(struct gw_watch *w, const char *why);
