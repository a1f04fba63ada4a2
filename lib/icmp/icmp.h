// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// ICMP (RFC 792, RFC 1812 4.3) and ICMPv6 (RFC 4443): errors for dropped packets, echo to own
// addresses, ping. Slow path only; packets begin at their IP header and are owned from the call on.

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

#include <rte_mbuf.h>

#include "dp/mbuf.h"

// `m` was dropped (and counted) for meta.what (enum gw_drop); meta says where it came from. Makes
// the error, unless RFC 1812 4.3.2.7 or RFC 4443 2.4 (e) forbids one, and frees `m`. Rates are
// limited by the caller.
void gw_icmp_error(struct rte_mbuf *m);
// A packet to an own address that is no ARP and no tunnel's: consumes, or drops with a reason.
// meta.iface is the ingress interface, meta.vrf that of the address.
void gw_icmp_local_input(struct rte_mbuf *m);
// A UDP packet to an own IPv4 address, its UDP header at octet `at`; false: not for the hook.
extern bool (*gw_local_udp_hook)(struct rte_mbuf *m, uint32_t at);
// What those two call for IPv6 packets.
void gw_icmp6_error(struct rte_mbuf *m);
void gw_icmp6_local_input(struct rte_mbuf *m);
// A packet too big (RFC 4443 3.2) came to an own address: its ingress interface, addresses of the
// packet that it quotes, and the MTU, host order. True: taken. NULL: nobody wants to know.
extern bool (*gw_icmp6_too_big_hook)(uint16_t iface, const struct in6_addr *dst_quoted,
	const struct in6_addr *src_quoted, uint32_t mtu);
