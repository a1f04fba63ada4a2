// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// For threads that share a CPU: the calling one asks for short turns, so that it runs soon after it
// woke up. Linux before 6.12 has no length of turns: there nothing changes.
void gw_sched_short_turns(void);
