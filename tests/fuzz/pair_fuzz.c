// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Frames into an MLAG pair on the data path: an input is frames of (how, length, octets) for the
// peer link, a member or the network. How says as well whether it is cut into a chain, and whether
// a correct header of the peer's messages is put in front. After every frame the counters balance,
// no packet buffer is lost, and what is known is within its bounds.

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/wire.h"
#include "dp/worker.h"
#include "group/group.h"
#include "iface/iface.h"
#include "mlag/mlag.h"
#include "neigh/neigh.h"
#include "node.h"
#include "port/port.h"

#define PORT	3 // peer link, member, network
#define CHAIN	4
#define MESSAGE 8
#define HEARS	16 // a hello whose role says that it hears us
#define ENTRIES 64
// Of a hello that begins with its table: behind Ethernet and message header, table, head of the
// role.
#define HEARS_AT                                                               \
	(14 + sizeof(struct gw_mlag_head) + sizeof(struct gw_mlag_tlv_table) + \
		2 * sizeof(struct gw_mlag_tlv_head) + 4)

static const char *const ports[] = {"peer0", "mem0", "core0", "mem0"};
static const struct gw_mac own = {{2, 0, 0, 0, 0xaa, 1}}, peer = {{2, 0, 0, 0, 0xaa, 2}},
			   pair_mac = {{0, 0, 0x5e, 0, 1, 0x0a}};
static uint32_t sequence, epoch;

static void port_make(const char *name, const char *device, enum gw_mlag_port mlag)
{
	struct gw_port_spec spec = {.name = name,
		.device = device,
		.role = GW_ROLE_NETWORK,
		.mlag = mlag,
		.mtu = mlag == GW_MLAG_PEER_LINK ? 1564 : 1500,
		.has_mac = true,
		.mac = mlag == GW_MLAG_MEMBER ? own : (struct gw_mac){{2, 0, 0, 0, 0, name[0]}}};

	spec.has_virtual_mac = mlag == GW_MLAG_MEMBER;
	spec.virtual_mac = pair_mac;
	must(gw_port_add(&spec, 1, NULL));
}

static void iface_make(
	const char *name, const char *port, uint16_t vlan, const char *addr, const char *addr6)
{
	struct gw_iface_addr a[2] = {0};
	struct gw_iface_addr6 a6 = {0};
	struct gw_iface_spec spec = {.name = name,
		.port = port,
		.vlans = {vlan},
		.vlan_count = vlan != 0,
		.addrs = a,
		.addr_count = addr != NULL ? 2 : 0,
		.addrs6 = &a6,
		.addr6_count = addr6 != NULL};

	if (addr != NULL) {
		gw_prefix4_parse(addr, &a[0].p);
		a[1] = (struct gw_iface_addr){a[0].p, .gateway = true};
		a[1].p.addr++;
	}
	if (addr6 != NULL)
		gw_prefix6_parse(addr6, &a6.p);
	must(gw_iface_add(&spec, NULL));
}

static void pair_make(void)
{
	static struct gw_mlag_spec spec = {.member_count = 1, .lacp = true};
	struct gw_mlag_conf *c = &spec.sync;
	json_t *o;

	gw_mlag_conf_default(c);
	c->system = own;
	c->peer_system = peer;
	c->virtual_mac = pair_mac;
	c->max_entries = ENTRIES;
	c->max_asked = c->max_unconfirmed = ENTRIES / 8;
	c->learn_announced = true;
	c->restore_max_us = 0;
	c->age_s = 1;
	spec.lacp_conf = (struct gw_lacp_conf){
		.system = {{2, 0, 0, 0, 0xaa, 0}}, .system_priority = 1, .fast = true};
	spec.member[0].mlag = 1;
	if (!gw_port_find("mem0", &spec.member[0].port) || !gw_port_find("peer0", &spec.peer_link))
		abort();
	must(gw_mlag_start(&spec, NULL));
	o = gw_mlag_json(true);
	epoch = (uint32_t)json_integer_value(json_object_get(o, "epoch"));
	json_decref(o);
}

int LLVMFuzzerInitialize(int *, char ***)
{
	node_init();
	port_make("peer0", "net_null0", GW_MLAG_PEER_LINK);
	port_make("mem0", "net_null1", GW_MLAG_MEMBER);
	port_make("core0", "net_null2", GW_MLAG_NO_PORT);
	iface_make("peer0", "peer0", 0, NULL, NULL);
	iface_make("mem0", "mem0", 0, "10.2.0.2/24", "2001:db8:2::2/64");
	iface_make("mem0.7", "mem0", 7, "10.7.0.2/24", "2001:db8:7::2/64");
	iface_make("core0", "core0", 0, "192.0.2.1/24", "2001:db8::1/64");
	gw_group_conf.enabled = true;
	gw_group_conf_changed(NULL);
	pair_make();
	node_start();
	return 0;
}

// Ethernet and message header of the peer; the first three octets are type, sub type and records.
static size_t message_fill(uint8_t *frame, size_t room, const uint8_t *data, size_t size)
{
	struct gw_mlag_head *h = (struct gw_mlag_head *)(frame + 14);
	const size_t head = 14 + sizeof(*h);

	memcpy(frame, own.b, 6);
	memcpy(frame + 6, peer.b, 6);
	gw_put16(frame + 12, GW_MLAG_ETHERTYPE);
	memset(h, 0, sizeof(*h));
	h->version = GW_MLAG_VERSION;
	h->type = size > 0 ? data[0] & 3 : 0;
	h->sub = size > 1 ? data[1] & 3 : 0;
	memcpy(h->system, peer.b, sizeof(h->system));
	gw_put32(h->epoch, 1);
	gw_put32(h->sequence, sequence++);
	gw_put16(h->records, size > 2 ? data[2] : 0);
	size = size > 3 ? RTE_MIN(size - 3, room - head) : 0;
	memcpy(frame + head, data + 3, size);
	return head + size;
}

static void expect_bounds(void)
{
	json_t *o = gw_mlag_json(true);

	if (json_integer_value(json_object_get(o, "entries")) +
			json_integer_value(json_object_get(o, "unconfirmed")) >
		ENTRIES)
		abort();
	json_decref(o);
}

static void frame_input(uint8_t how, const uint8_t *data, size_t size)
{
	uint8_t frame[2048];
	size_t len = RTE_MIN(size, sizeof(frame));

	if (how & MESSAGE)
		len = message_fill(frame, sizeof(frame), data, size);
	else
		memcpy(frame, data, len);
	if ((how & HEARS) && len >= HEARS_AT + 4)
		gw_put32(frame + HEARS_AT, epoch);
	node_input(ports[how & PORT], frame, len, how & CHAIN);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	while (size >= 3) {
		size_t len = RTE_MIN((size_t)gw_get16(data + 1) & 2047, size - 3);

		frame_input(data[0], data + 3, len);
		data += 3 + len;
		size -= 3 + len;
	}
	expect_bounds();
	return 0;
}
