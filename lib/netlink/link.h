// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Carrier and administrative state of the kernel's interfaces, by notification: the idle slow path
// is woken. Slow path.

#include <stdbool.h>

// Called from the loop for every interface that is there at first, for each whose state changes
// (`up`: administratively, `running`: it has a carrier), and with both false for one that is gone.
// What was lost in an overrun is made up for. Registered for good; the first one opens the socket.
void gw_link_watch(void (*fn)(int ifindex, bool up, bool running));
// The state that was heard last; false: no such interface.
bool gw_link_state(int ifindex, bool *up, bool *running);
