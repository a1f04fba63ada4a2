// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Packets into a file: what ports receive and send, or what is dropped and why. Every lcore copies
// what is wanted into a ring of its own, the slow path writes the file.

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include <rte_mbuf.h>

#include "base/err.h"
#include "dp/reason.h"

enum gw_capture_what { GW_CAPTURE_RECEIVED, GW_CAPTURE_SENT, GW_CAPTURE_DROPPED };
enum gw_capture_link { GW_CAPTURE_FRAME, GW_CAPTURE_PACKET }; // from Ethernet, from IP on

#define GW_CAPTURE_NO_PORT UINT16_MAX

// What workers and the slow path ask before they call anything here; workers once per loop.
extern atomic_bool gw_capture_on;

// Data path. `lcore`: 0 the slow path, else the worker's. Frames that the port has received or is
// about to send.
void gw_capture_frames(unsigned lcore, enum gw_capture_what what, uint16_t port,
	struct rte_mbuf *const *m, uint32_t n);
// A packet that is being dropped: it came in by `iface` (0: it did not), `l2_len` octets before its
// data are its link layer; with 0 its data begins at an IP header.
void gw_capture_packet_drop(unsigned lcore, uint16_t iface, const struct rte_mbuf *m,
	uint32_t l2_len, enum gw_drop why);
// The same of a whole frame of a port.
void gw_capture_frame_drop(
	unsigned lcore, uint16_t port, const struct rte_mbuf *m, enum gw_drop why);

// Slow path from here on.
struct gw_capture_filter {
	uint16_t port;	// GW_CAPTURE_NO_PORT: any
	uint64_t count; // packets, then it ends by itself; 0: no end
	bool drops;	// what is dropped, in place of what is received and sent
};

struct gw_capture_status {
	bool on;
	const char *path; // of the last one, NULL: there was none
	uint64_t packets, octets;
	uint64_t lost; // that no lcore had room for
	int error;     // errno of the file, 0: none
};

// Makes the file, or empties a regular one that is there. -EBUSY: one runs already.
int gw_capture_start(const char *path, const struct gw_capture_filter *filter, struct gw_err *err);
// No more packets. False: workers may still be at some; ask again.
bool gw_capture_stop(void);
struct gw_capture_status gw_capture_status(void);
void gw_capture_fini(void); // no worker runs any more: the file gets what is left
