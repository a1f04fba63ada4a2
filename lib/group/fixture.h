// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// For the tests of group/, on top of neigh/fixture.h: hosts that report on interfaces, what is
// known of a group and what was asked, each as text, with a clock of the test's own. Hosts are
// written as numbers: 3 is 198.51.100.3 or 2001:db8::3.

#include "neigh/fixture.h"

#include "group/group.h"

#define GTEST(fn) cmocka_unit_test_setup_teardown(fn, group_setup, group_teardown)
#define G4	  "232.1.1.1"
#define G6	  "ff3e::1"
#define SECOND	  1000000ull

int group_setup(void **state); // a1 and a2 learn groups; what is asked at the start is away
int group_teardown(void **state);
void at(uint64_t us); // the clock, since the beginning of the case; timers run

// Packets: whole, from their IP header; lengths and checksums right.
struct packet {
	uint8_t b[1600] __attribute__((aligned(8)));
	uint32_t n;
};

void packet_igmp(struct packet *p, const char *src, const char *dst, bool alert,
	const uint8_t *message, uint32_t len);
void packet_mld(struct packet *p, const char *src, const char *dst, bool alert,
	const uint8_t *message, uint32_t len);
// Report of IGMPv3 or MLDv2 with one record; `hosts` as "1 2".
void packet_record(struct packet *p, uint8_t change, const char *group, const char *hosts);
// Type of IGMPv1, IGMPv2 or MLDv1, from a host.
void packet_old(struct packet *p, uint8_t type, const char *group);
void packet_checksum(struct packet *p); // makes that of the message right again
void packet_input(uint16_t iface, const struct packet *p);
void report(uint16_t iface, uint8_t change, const char *group, const char *hosts);
void old_report(uint16_t iface, uint8_t type, const char *group);
// A query from another router; `code` of the response time, `hosts` NULL: of the older version.
void query(uint16_t iface, const char *src, const char *group, uint8_t flags, uint8_t qqic,
	uint16_t code, const char *hosts);

// "IN 1:260 2:3.5", "EX 260 x 1:250 y 3 4" (seconds left), "-": nobody is a member.
const char *known(uint16_t iface, const char *group);
// What receivers were told: "IN 1 2", "EX 3", "-".
const char *told(uint16_t iface, const char *group);
// What was asked since the last time: "Q", "Q(232.1.1.1)", "Q(232.1.1.1: 1 2)S", blanks between.
const char *asked(void);
