// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// What DPDK's rings, ports and pools order by compiler barriers alone, said to the thread
// sanitizer: who takes a packet out sees what was written before it was put in. Nothing in other
// builds.

#if defined(__SANITIZE_THREAD__)
#include <sanitizer/tsan_interface.h>
#define GW_TSAN_ACQUIRE(object) __tsan_acquire((void *)(object))
#define GW_TSAN_RELEASE(object) __tsan_release((void *)(object))
#else
#define GW_TSAN_ACQUIRE(object)
#define GW_TSAN_RELEASE(object)
#endif
