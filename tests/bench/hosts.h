// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// The hosts of a benchmark: number i of a set gives address and MAC, so that the packet source,
// the lists that subjects load and the scripts need no table. hosts.py says the same in Python.
// Any thread. Addresses in host byte order.

#include <stdbool.h>
#include <stdint.h>

#define GW_HOSTS_MAX	     (1u << 24)
#define GW_HOSTS_DENSE_BASE  0x0a000000u // 10.0.0.0/8, /24s are filled one after the other
#define GW_HOSTS_SPARSE_BASE 0x10000000u // 16.0.0.0/4, a million hosts have one /24 each on average
#define GW_HOSTS_SPARSE_MASK 0x0fffffffu

// With this bit flipped no address is a host's: 74.0.0.0/8 and 80.0.0.0/4.
#define GW_HOSTS_UNKNOWN 0x40000000u

// Sources and destinations on the far side of the network: 8.0.0.0/8.
#define GW_HOSTS_FAR_BASE 0x08000000u
#define GW_HOSTS_FAR_MASK 0x00ffffffu

// Two odd multiplications and a shift, each a bijection of 28 bits: no two hosts share an address,
// and neither the order nor the low octet shows a pattern that would favour some table.
static inline uint32_t gw_hosts_scatter(uint32_t i)
{
	uint32_t x = (i * 0x9e3779b1u) & GW_HOSTS_SPARSE_MASK;

	x ^= x >> 14;
	return (x * 0x85ebca6bu) & GW_HOSTS_SPARSE_MASK;
}

static inline uint32_t gw_hosts_ip(uint32_t i, bool sparse)
{
	return sparse ? GW_HOSTS_SPARSE_BASE | gw_hosts_scatter(i) : GW_HOSTS_DENSE_BASE + i;
}

// The last four octets are the number, big-endian.
#define GW_HOSTS_MAC_0 0x02
#define GW_HOSTS_MAC_1 0x68
