// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// A NIC with receive side scaling, for tests: ring ports whose calls of ethdev that concern RSS are
// answered here. It hashes with DPDK's own Toeplitz function by what the program has set.

#include <stdbool.h>
#include <stdint.h>

#include <rte_mbuf.h>

#include "base/err.h"
#include "iface/iface.h"

#define FIXTURE_QUEUES 4

struct fixture_nic {
	uint16_t reta_size;   // places, 0: no table that can be set
	uint8_t key_size;     // octets
	bool no_side;	      // hashes both addresses only
	bool other_side_zero; // hashes both addresses, the one that is not asked for as 0
	bool types_apart;     // UDP, TCP, fragments and others only where asked for by name
	bool refuses_rss, refuses_queues, refuses_reta;
};

// Another kind of NIC, for ports that are added from now on.
void fixture_nic_set(const struct fixture_nic *nic);
int fixture_nic_port(const char *name, enum gw_role role, unsigned workers, struct gw_err *err);
// The wire: a frame with an IPv4 packet comes in by `port`. Takes the frame.
void fixture_nic_receive(uint16_t port, struct rte_mbuf *m);
// What the port has sent; it is freed.
unsigned fixture_nic_sent(uint16_t port);
void fixture_nic_fini(void); // after the ports were closed
