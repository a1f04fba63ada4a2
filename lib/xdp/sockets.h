// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// The AF_XDP sockets that net_af_xdp opens for a port and keeps to itself. Slow path.

#include <sys/types.h>

#include <linux/if_xdp.h>

#include "xdp/steer_map.h"

struct gw_xsk_set {
	struct gw_xsk_set *next;
	unsigned n;
	struct {
		int fd;
		ino_t ino; // says whether `fd` is still this socket
	} sockets[GW_STEER_SOCKETS];
};

// Up to `want` sockets of this process that no other set has; how many they are.
unsigned gw_xsk_claim(struct gw_xsk_set *set, unsigned want);
// Counters of all of them, summed.
void gw_xsk_stats(const struct gw_xsk_set *set, struct xdp_statistics *sum);
// Close what the driver left open. Its close keeps one reference too many to the memory and with
// it the socket, which keeps the receive queue: the port could not be made again.
void gw_xsk_close(struct gw_xsk_set *set);
