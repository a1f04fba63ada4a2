// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// The steering program that is attached to an interface: find it, fill its maps, read its
// counters. Needs no DPDK. Not thread-safe: one thread per object.

#include <stdbool.h>
#include <stdint.h>

#include <netinet/in.h>

#include "base/err.h"
#include "xdp/pass.h"
#include "xdp/steer_map.h"

struct gw_steer {
	uint32_t prog_id;
	int own; // descriptors of the maps
	int protos;
	int keys;
	int counters;
	// What is passed now; the index is that of the entry's counter. name "": free.
	struct gw_xdp_pass pass[GW_STEER_ENTRIES];
};

// Path of the program's object file: the build's for a program that runs in the build tree, else
// the installed one.
const char *gw_steer_path(void);

// Ids of what is attached to the interface, 0: nothing; -errno.
int gw_steer_attached(int ifindex, uint32_t *prog_id, struct gw_err *err);
// Detach a steering program that nobody uses any more; -EBUSY for a program that is not ours.
int gw_steer_detach_stale(int ifindex, uint32_t prog_id, const char *ifname, struct gw_err *err);

// Whether descriptor `fd` is the program with that id.
bool gw_steer_is(int fd, uint32_t prog_id);
// Take the maps of program `prog_id`, which this process loaded: its descriptors are looked for
// among the process's own, which takes no privilege (bpf_map_get_fd_by_id wants CAP_SYS_ADMIN).
int gw_steer_open(struct gw_steer *s, uint32_t prog_id, struct gw_err *err);
void gw_steer_close(struct gw_steer *s);

// Replace the list. Entries that stay keep their counters and lose no packet.
int gw_steer_pass_set(
	struct gw_steer *s, const struct gw_xdp_pass *list, unsigned n, struct gw_err *err);
// Replace the own addresses (IPv4 as ::ffff:a.b.c.d); -E2BIG for more than GW_STEER_OWN.
int gw_steer_own_set(
	struct gw_steer *s, const struct in6_addr *addrs, unsigned n, struct gw_err *err);
int gw_steer_counters(const struct gw_steer *s, uint64_t out[static GW_STEER_COUNTERS]);
