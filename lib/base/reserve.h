// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Tables of fixed address: virtual memory reserved at its largest size, zeroed, backed by the
// kernel page by page when it is touched. An index stays good for the life of the program and
// nothing is ever moved under a reader. Huge pages where the kernel gives them.

#include <stddef.h>

// `size` octets, aligned to 2 MiB; NULL with errno when the address space is refused.
void *gw_reserve(size_t size);
void gw_unreserve(void *mem, size_t size);
