// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Sections of a small made-up program, for the tests and the fuzzer of lib/config.

#include "config/conf.h"

struct fixture_meter {
	uint32_t cir, cbs;
};

struct fixture_vlans {
	uint32_t n;
	uint32_t v[2];
};

struct fixture_host {
	struct gw_conf_ip ip;
	struct gw_mac mac;
	char interface[GW_CONF_NAME_LEN];
	bool publish;
	uint32_t cost;
	const char *note;
	unsigned state;
	struct gw_conf_prefix prefix;
	struct fixture_vlans vlans;
	struct fixture_meter ingress;
};

extern struct gw_conf_section fixture_name, fixture_ports, fixture_hosts, fixture_notes,
	fixture_any, fixture_mlag;

// Take all others away, register these.
void fixture_register(void);
