// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Interfaces: a port plus VLAN tags (none, one, two). Where clients are (access) and where the
// network is. Index 0 is no interface. All functions that change belong to the slow path.

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "base/addr.h"
#include "base/err.h"
#include "base/hash32.h"
#include "dp/stats.h"

#define GW_NAME_LEN 32
#define GW_L2_MAX   24 // room for a template: Ethernet header and two tags take 22

enum gw_role { GW_ROLE_NETWORK, GW_ROLE_ACCESS };
enum gw_half { GW_HALF_ACTIVE, GW_HALF_STANDBY };
// Ports of an MLAG pair are of role network.
enum gw_mlag_port { GW_MLAG_NO_PORT, GW_MLAG_MEMBER, GW_MLAG_PEER_LINK };

// An IPv6 address and the prefix that it stands in, as workers compare them.
struct gw_subnet6 {
	uint64_t addr[2], mask[2]; // as loaded from a header; host bits of the address kept
};

struct gw_subnets6 {
	uint32_t n;
	struct gw_subnet6 v[];
};

// What workers read: one cache line.
struct gw_iface {
	uint8_t l2[GW_L2_MAX]; // right-aligned: destination left 0, source, tags, EtherType IPv4
	uint8_t l2_len;	       // 14, 18 or 22; 0: index not in use
	uint8_t role;	       // enum gw_role
	uint8_t half;	       // enum gw_half: switched by this one store
	uint8_t transit;       // port may take packets to client prefixes back to the network
	uint16_t port;
	uint16_t vrf;
	uint16_t mtu;	   // octets of an IP packet
	uint16_t fallback; // tunnel path of a standby half, 0 none
	uint8_t sr_domain; // of the port: inside of the segment-routing domain
	uint8_t mlag;	   // enum gw_mlag_port
	uint8_t split;	   // what came over the peer link does not leave by it
	uint8_t no_mcast;  // the MLAG peer delivers multicast
	uint64_t mac[2];   // own MACs as low 48 bits of a little-endian load; [1] == [0] when one
	const struct gw_subnets6 *subnets6; // of all its IPv6 addresses; NULL none. Replaced whole
} __attribute__((aligned(64)));

static_assert(sizeof(struct gw_iface) == 64, "one cache line");

// An address of the interface.
struct gw_iface_addr {
	struct gw_prefix4 p;
	bool gateway; // local only: no connected route
};

struct gw_iface_addr6 {
	struct gw_prefix6 p;
	bool gateway;
};

// What the slow path keeps beside it.
struct gw_iface_info {
	char name[GW_NAME_LEN];
	uint16_t same_hash;    // next interface whose name has the same hash, 0 ends
	uint16_t outer, inner; // VLAN ids, 0 none
	uint16_t tpid;	       // of the outer tag
	bool proxy_arp;
	bool implicit; // made by a port or a host, not by the configuration
	uint8_t addr_count;
	uint32_t hosts; // host entries on it
	struct gw_iface_addr *addrs;
	uint8_t addr6_count;
	struct gw_iface_addr6 *addrs6;
	struct gw_mac src;	    // source of frames sent
	struct in6_addr link_local; // fe80::/64 with `src` as EUI-64; workers read it, too
	uint16_t redirect;	    // what goes to its neighbours leaves by this one, 0: by itself
	uint64_t last_switch_us;
	uint8_t announced; // times since the last switch, while repeats are to come
	uint32_t mark;	   // of the configuration that named it last
};

struct gw_iface_spec {
	const char *name;
	const char *port;
	const char *vrf; // NULL: the port's
	uint16_t vlans[2];
	uint8_t vlan_count;
	uint16_t tpid;	      // 0: 0x8100 with one tag, 0x88a8 with two
	uint16_t mtu;	      // 0: the port's
	const char *fallback; // tunnel or group, NULL none
	const struct gw_iface_addr *addrs;
	uint8_t addr_count;
	const struct gw_iface_addr6 *addrs6;
	uint8_t addr6_count;
	enum gw_half half;
	bool no_proxy_arp;
	bool implicit;
};

extern struct gw_iface *gw_ifaces;	     // [GW_MAX_IFACES]
extern struct gw_iface_info *gw_iface_infos; // [GW_MAX_IFACES]
extern struct gw_hash32 gw_iface_vlans;	     // gw_iface_vlan_key() -> index
// Slow path: goes up whenever an interface or an address of one comes, changes or goes.
extern uint32_t gw_iface_generation;

static inline uint32_t gw_iface_vlan_key(uint16_t port, uint16_t outer, uint16_t inner)
{
	return (uint32_t)port << 24 | (uint32_t)outer << 12 | inner;
}

static inline const struct in6_addr *gw_iface_link_local(uint16_t iface)
{
	return &gw_iface_infos[iface].link_local;
}

int gw_iface_init(void);
void gw_iface_fini(void);
// Add, or change what differs of the interface of that name.
int gw_iface_add(const struct gw_iface_spec *spec, struct gw_err *err);
int gw_iface_del(const char *name, struct gw_err *err); // -EBUSY while hosts are on it
// -EINVAL: standby, of one that is not on an access port.
int gw_iface_switch(const char *name, enum gw_half half, struct gw_err *err);
uint16_t gw_iface_find(const char *name);				   // 0: none
uint16_t gw_iface_by_vlans(uint16_t port, uint16_t outer, uint16_t inner); // 0: none
uint16_t gw_iface_next(uint16_t after); // the next index in use, 0 at the end
// An own address of the interface to speak with `peer`: the one whose prefix holds it, else the
// first; false: the interface has none.
bool gw_iface_source(uint16_t iface, uint32_t peer, uint32_t *ip);
bool gw_iface_has_address(uint16_t iface, uint32_t ip);
// The same for IPv6; to a link-local peer the link-local address, which is in no gw_rib6.
bool gw_iface_source6(uint16_t iface, const struct in6_addr *peer, struct in6_addr *src);
bool gw_iface_has_address6(uint16_t iface, const struct in6_addr *ip); // link-local: too
json_t *gw_iface_json(uint16_t iface);
// Called when a half becomes active, a host leaves: registered by who announces.
extern void (*gw_iface_announce_hook)(uint16_t iface);
