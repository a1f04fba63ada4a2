// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// A godwit of one thread for fuzz targets: a worker and the slow path in turns. Whatever should not
// be aborts.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerInitialize(int *, char ***);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

void must(int ret);   // no error
void node_init(void); // EAL, tables, buffers, a worker
// With ports and what belongs to them: from now on no buffer may be lost.
void node_start(void);
// A frame of at most 2,048 octets comes from a port, in one piece or in two, and goes through
// worker and slow path. Then the counters balance.
void node_input(const char *port, const uint8_t *frame, size_t len, bool chain);
