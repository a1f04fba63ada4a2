// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// For the data path's tests and the replication benchmark: a user plane in this process, one worker
// whose loop is the caller, ports whose packets the caller takes out.
//
//   in0           network, 2001:db8:9::1/64 and 198.51.101.254/23; a ring, which gives back what is
//                 sent to it, or a null device, which nobody polls
//   out0 to out3  network, next hop of the first addresses fd00:0:1::/48 to fd00:0:4::/48
//   v0 to v1023   VLAN interfaces of out0 to out3 in turns: receivers
//
// Errors end the program.

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

#include <rte_mbuf.h>

#include "dp/worker.h"

#define FIXTURE_OUT    4
#define FIXTURE_VLANS  1024
#define FIXTURE_DESTS  4096
#define FIXTURE_GROUP  0xe8010101 // 232.1.1.1
#define FIXTURE_SOURCE 0xc6336401 // 198.51.100.1
#define FIXTURE_NUMBER 20	  // octets before the number

struct fixture_conf {
	const char *in;		   // device of in0
	const char *const *device; // of out0 to out3: "net_ring", "net_null"
	uint32_t mtu;
	uint32_t mbufs;
	const char *lcores; // EAL's option; the caller runs the worker, or another lcore does
	bool huge;
};

// A packet of tree `tree`, as a node gets it (`outer`), or the native one. `size`: octets of the
// IPv4 packet; `segment`: octets of data in each mbuf, 0: one for all.
struct fixture_frame {
	bool outer;
	uint32_t tree;
	uint32_t size;
	uint32_t segment;
	uint8_t hop_limit;
	uint32_t number; // in the packet, behind its IPv4 header (FIXTURE_NUMBER)
};

extern struct gw_worker *fixture_worker;

void fixture_start(const char *program, const struct fixture_conf *conf);
void fixture_launch(void); // the worker runs on a lcore of its own from now on
void fixture_stop(void);
struct in6_addr fixture_first(uint32_t i);  // first address behind out(i % 4)
struct in6_addr fixture_source(uint32_t i); // of tree i
struct gw_ip fixture_stream(uint32_t i);    // source of the stream that goes into tree i % 256
// Trees 0 to n - 1 of `fanout` branches, or leaves with as many receivers.
void fixture_trees(uint32_t n, uint32_t fanout, bool leaf);
void fixture_flows(uint32_t n);
void fixture_clear(uint32_t trees);
void fixture_settle(void); // the slow path has nothing left to do
struct rte_mbuf *fixture_frame(const struct fixture_frame *f);
void fixture_input(struct rte_mbuf **m, uint32_t n); // in by in0, and everything sent
// What was sent by out`port`, up to n.
uint32_t fixture_take(uint16_t port, struct rte_mbuf **m, uint32_t n);
