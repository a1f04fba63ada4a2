// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "base/reserve.h"

#include <stdint.h>
#include <sys/mman.h>

#define HUGE (2ul << 20)

void *gw_reserve(size_t size)
{
	size_t whole = (size + HUGE - 1) / HUGE * HUGE;
	uint8_t *mem, *aligned;

	mem = mmap(NULL, whole + HUGE, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (mem == MAP_FAILED)
		return NULL;
	aligned = (uint8_t *)(((uintptr_t)mem + HUGE - 1) / HUGE * HUGE);
	if (aligned > mem)
		munmap(mem, (size_t)(aligned - mem));
	munmap(aligned + whole, (size_t)(mem + HUGE - aligned));
	// A table of one huge page or less would pay two megabytes for a few entries.
	if (whole > HUGE)
		madvise(aligned, whole, MADV_HUGEPAGE); // refused: ordinary pages do
	return aligned;
}

void gw_unreserve(void *mem, size_t size)
{
	if (mem != NULL)
		munmap(mem, (size + HUGE - 1) / HUGE * HUGE);
}
