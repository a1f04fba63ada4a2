// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// For tests that load one configuration over another: a user plane with a network port and an
// access port, and pieces of configurations for it. In these, ' stands for ".

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define IP(a, b, c, d) ((uint32_t)(a) << 24 | (b) << 16 | (c) << 8 | (d))

#define PORTS_OF(more)                                                         \
	"{ 'name': 'up', 'gateway': {'mac': '00:00:5e:00:01:01'},\n"           \
	"'ports': [ {'name': 'core0', 'device': 'net_null0', 'addresses': "    \
	"['192.0.2.1/24', '2001:db8::1/64'], 'neighbors': {'192.0.2.254': "    \
	"'02:00:00:00:00:fe', '2001:db8::2': '02:00:00:00:00:02'}" more "},\n" \
	"{'name': 'acc0', 'device': 'net_null1', 'role': 'access'} ]"
#define PORTS		PORTS_OF("")
#define A1(options)	"{'name': 'a1', 'port': 'acc0', 'vlans': [100]" options "}"
#define A2(options)	"{'name': 'a2', 'port': 'acc0', 'vlans': [200, 7]" options "}"
#define IFACES		",\n'interfaces': [" A1("") ", " A2("") "]"
#define TO_B		"{'name': 'to-b', 'vni': 9, 'local': '192.0.2.1', 'remote': '192.0.2.2'}"
#define TO_C		"{'name': 'to-c', 'vni': 9, 'local': '192.0.2.1', 'remote': '192.0.2.3'}"
#define TUNNELS		",\n'tunnels': [" TO_B ", " TO_C "]"
#define GROUPS		",\n'tunnel_groups': [{'name': 'g', 'active': 'to-b', 'backup': 'to-c'}]"
#define HOST(ip, where) "{'ip': '" ip "', 'mac': '02:00:00:00:00:05', " where "}"
#define END		"}\n"

void fixture_loads(const char *text);			   // it is applied
void fixture_refuses(const char *text, const char *error); // that is said, and nothing changes
char *fixture_saved(void);				   // what `save` writes; for free()
void fixture_same(const char *a, const char *b);	   // configurations, elements in any order
uint16_t fixture_half(const char *iface);
uint16_t fixture_host_iface(uint32_t ip); // VRF default; 0: no such host
int fixture_setup(void **state);	  // of a group of tests
int fixture_teardown(void **state);
