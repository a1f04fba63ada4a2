// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Sockets of rtnetlink(7). Slow path; nothing here waits. What the kernel says is parsed as if it
// came from outside.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/netlink.h>

#include "base/err.h"

struct gw_nl {
	int fd; // -1: closed
	uint32_t seq;
	uint32_t port;	  // the kernel's name of this socket: nlmsg_pid of what it caused
	bool interrupted; // the dump that runs is not of one state
};

// A whole message stands in the `left` octets from `nlh` on; mnl_nlmsg_ok() believes lengths of
// 2^31 and more.
static inline bool gw_nl_ok(const struct nlmsghdr *nlh, int left)
{
	return left >= (int)sizeof(*nlh) && nlh->nlmsg_len >= sizeof(*nlh) &&
		nlh->nlmsg_len <= (uint32_t)left;
}

// `groups`: RTMGRP_... of notifications. `octets` of receive buffer, of which the kernel may grant
// less.
int gw_nl_open(struct gw_nl *nl, uint32_t groups, int octets, struct gw_err *err);
void gw_nl_close(struct gw_nl *nl); // also one that is closed, or all zeros but fd -1

// Reads up to `max` datagrams and calls `fn` for every message but those of control. 1: there is
// more, 0: read empty, -ENOBUFS: the kernel dropped messages, -errno. With `done`, the answer to a
// dump is read: *done becomes true at its end, and -EINTR is returned there when the tables
// changed under it, or the errno with which the kernel ended it.
int gw_nl_read(struct gw_nl *nl, unsigned max, void (*fn)(const struct nlmsghdr *nlh, void *arg),
	void *arg, bool *done);
// Ask for all of RTM_GETLINK or RTM_GETROUTE, of AF_INET, AF_INET6 or AF_UNSPEC.
int gw_nl_dump(struct gw_nl *nl, uint16_t type, uint8_t family);

// Requests that are sent together, each with an answer of its own.
#define GW_NL_BATCH 256

struct gw_nl_batch {
	uint32_t n;
	size_t len;
	int error[GW_NL_BATCH]; // after gw_nl_batch_send(): 0 or errno
	uint8_t data[GW_NL_BATCH * 128];
};

// Room for one more request, which is to be written there with mnl and closed by _end; NULL: full.
// Sequence number and NLM_F_ACK are set by _end.
void *gw_nl_batch_begin(struct gw_nl_batch *b);
void gw_nl_batch_end(struct gw_nl_batch *b, struct gw_nl *nl);
// The kernel carries them out one by one before this returns. A request whose answer is missing has
// ENOBUFS: it may have been carried out. Returns how many failed.
uint32_t gw_nl_batch_send(struct gw_nl_batch *b, struct gw_nl *nl);
