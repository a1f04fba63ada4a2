// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// VXLAN-GPE tunnels between user planes (draft-ietf-nvo3-vxlan-gpe, UDP 4790, inner IPv4) and
// tunnel groups. Routes refer to a path: every tunnel has one, every group has one that leads to
// the tunnel in use; switching a group is one store, whatever the number of routes. Tunnel 0 and
// path 0 are none. All functions that change belong to the slow path.

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "base/err.h"
#include "base/hash32.h"
#include "dp/stats.h"
#include "iface/iface.h"

#define GW_GPE_PORT	4790
#define GW_GPE_OVERHEAD 36 // outer IPv4, UDP and VXLAN-GPE headers
#define GW_MAX_PATHS	(GW_MAX_TUNNELS * 2)

// What workers read: one cache line.
struct gw_tunnel {
	uint8_t hdr[GW_GPE_OVERHEAD]; // outer headers; length, TOS, checksum, source port are
				      // filled in
	uint16_t csum;		      // sum of the outer IPv4 header's words as it stands in hdr
	uint16_t path_mtu;	      // of outer packets, as a router of the core said, 0: nobody
	uint32_t nh;		      // next hop towards the remote, 0: no route
	uint32_t local, remote;	      // host order
	uint32_t vni;
	uint16_t vrf;  // of the inner packets
	uint16_t next; // tunnel with the same key in the look-up table, 0 ends
	uint16_t mss;  // TCP MSS to clamp to, 0: left alone
	uint8_t used;
	uint8_t symmetric; // upstream tunnel
} __attribute__((aligned(64)));

static_assert(sizeof(struct gw_tunnel) == 64, "one cache line");

struct gw_tunnel_info {
	char name[GW_NAME_LEN];
	uint16_t outer_vrf;
	uint16_t path;
	uint32_t refs; // routes, groups and interfaces that name its path
	bool mss_clamp;
	uint32_t mark;
	uint64_t errors; // ICMP errors about its packets
	uint64_t path_mtu_until_us;
};

struct gw_tunnel_group {
	char name[GW_NAME_LEN];
	uint16_t active, backup; // tunnels
	bool on_backup;
	bool used;
	uint16_t path;
	uint32_t refs;
	uint32_t mark;
};

struct gw_tunnel_spec {
	const char *name;
	uint32_t vni; // 24 bits
	uint32_t local, remote;
	const char *vrf; // of the inner packets, NULL: default
	bool symmetric;
	bool mss_clamp;
};

extern struct gw_tunnel *gw_tunnels;	       // [GW_MAX_TUNNELS]
extern struct gw_tunnel_info *gw_tunnel_infos; // [GW_MAX_TUNNELS]
extern uint16_t *gw_paths;		       // [GW_MAX_PATHS] -> tunnel in use
extern struct gw_hash32 gw_tunnel_keys;	       // gw_tunnel_key() -> first tunnel

int gw_tunnel_init(void);
void gw_tunnel_fini(void);
int gw_tunnel_add(const struct gw_tunnel_spec *spec, struct gw_err *err); // or change it
int gw_tunnel_del(const char *name, struct gw_err *err); // -EBUSY while something names it
uint16_t gw_tunnel_find(const char *name);		 // 0: none
uint16_t gw_tunnel_next(uint16_t after);		 // the next in use, 0 at the end
int gw_tunnel_group_add(
	const char *name, const char *active, const char *backup, struct gw_err *err);
int gw_tunnel_group_del(const char *name, struct gw_err *err);
int gw_tunnel_group_switch(const char *name, bool backup, struct gw_err *err);
struct gw_tunnel_group *gw_tunnel_group_find(const char *name);
struct gw_tunnel_group *gw_tunnel_group_next(struct gw_tunnel_group *after); // NULL: first, end
// Paths, for whoever names a tunnel or a group. A hold keeps it from being deleted.
uint16_t gw_path_find(const char *name); // of a tunnel or a group; 0: none
const char *gw_path_name(uint16_t path);
bool gw_path_is_group(uint16_t path);
uint16_t gw_path_vrf(uint16_t path); // of the inner packets
void gw_path_hold(uint16_t path);
void gw_path_release(uint16_t path);
// Find the next hop of every tunnel again; after ordinary routes or interfaces changed.
void gw_tunnel_routes_changed(void);
bool gw_tunnel_resolve(void); // each loop of the slow path; true when it did something
// Octets of an inner packet that fit through: MTU of the way out, or of the core where a router has
// said so, less the overhead; 0 unknown.
uint16_t gw_tunnel_mtu(uint16_t tunnel);
json_t *gw_tunnel_json(uint16_t tunnel);
json_t *gw_tunnel_group_json(const struct gw_tunnel_group *g);

static inline uint32_t gw_tunnel_key(uint32_t local, uint32_t remote, uint32_t vni)
{
	uint32_t k = remote * 0x85ebca6bu ^ local * 0xc2b2ae35u ^ vni * 0x27d4eb2fu;

	return k ^ k >> 16;
}

// Reader. The tunnel that a packet from `remote` belongs to, 0 none.
static inline uint16_t gw_tunnel_lookup(uint32_t local, uint32_t remote, uint32_t vni)
{
	uint16_t t = (uint16_t)gw_hash32_get(
		gw_hash32_table(&gw_tunnel_keys), gw_tunnel_key(local, remote, vni));

	for (; t != 0; t = __atomic_load_n(&gw_tunnels[t].next, __ATOMIC_ACQUIRE)) {
		const struct gw_tunnel *tn = &gw_tunnels[t];

		if (tn->remote == remote && tn->local == local && tn->vni == vni)
			break;
	}
	return t;
}

static inline uint16_t gw_path_tunnel(uint16_t path)
{
	return __atomic_load_n(&gw_paths[path], __ATOMIC_ACQUIRE);
}
