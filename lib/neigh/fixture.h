// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// For the tests of neigh/ and icmp/: a user plane without devices and without a worker. What the
// slow path sends stays in the ring of worker 1. Ports: 1 is a network port, 2 an access port.
//
//   net  192.0.2.1/24      MAC 02:00:00:00:0a:01   port 1
//        2001:db8::1/64
//   qq   198.51.100.1/30   the same                port 1, VLANs 10 and 20
//   bare without address   the same                port 1, VLAN 30
//   a1   gateway 10.1.1.1/24   gateway MAC 00:00:5e:00:01:01   port 2, VLAN 100
//        gateway 2001:db8:1::1/64
//   a2   gateway 10.1.1.1/24   the same                        port 2, VLAN 200

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "dp/worker.h"
#include "fib/vrf.h"
#include "iface/iface.h"
#include "slow/slow.h"

#define IP(a, b, c, d)	  ((uint32_t)(a) << 24 | (b) << 16 | (c) << 8 | (d))
#define FIXTURE_RUN(list) cmocka_run_group_tests(list, fixture_group, NULL)
#define TEST(fn)	  cmocka_unit_test_setup_teardown(fn, fixture_setup, fixture_teardown)

extern uint16_t net, qq, bare, a1, a2;

int fixture_group(void **state);
int fixture_setup(void **state);
int fixture_teardown(void **state); // the equation of counters holds
// A received packet: octets written as "02 00 ...", its data from there on.
struct rte_mbuf *received(uint16_t iface, const char *hex);
// The same of an IPv4 packet with right lengths and checksum, `room` octets behind the header.
struct rte_mbuf *received_ip(
	uint16_t iface, uint32_t src, uint32_t dst, uint8_t ttl, uint8_t proto, uint32_t room);
// The same of IPv6: header, then octets. A checksum of ICMPv6 that is 0 is filled in.
struct rte_mbuf *received_ip6(uint16_t iface, const char *src, const char *dst, uint8_t hop_limit,
	uint8_t next, const char *hex);
struct in6_addr ip6(const char *text);
// The next packet that the slow path sent is this frame out of `port`.
void expect_frame(uint16_t port, const char *hex);
// The same: link layer, an IPv6 header (hop limit 255, ICMPv6) and octets whose checksum is 0.
void expect_nd(uint16_t port, const char *l2, const char *src, const char *dst, const char *hex);
// The next packet is one for a look-up in `vrf`; to be freed by sent_free().
struct rte_mbuf *expect_lookup(uint16_t vrf);
void sent_free(struct rte_mbuf *m);
void drain(void); // whatever was sent
void expect_nothing(void);
uint64_t drops(enum gw_drop reason);
uint64_t events(enum gw_event ev);
void poll_at(uint64_t us); // since the beginning of the case
