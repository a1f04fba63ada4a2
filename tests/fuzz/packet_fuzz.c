// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Frames into the data path and the slow path, as they would come from a port: first octet of the
// input chooses the port, whether the frame is cut into a chain, and whether what follows is put
// behind a correct outer VXLAN-GPE header or that of a multicast tree. After every frame the
// counters balance and no packet buffer is lost.

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <netinet/in.h>

#include "dp/worker.h"
#include "fib/host_tunnel.h"
#include "fib/route.h"
#include "fib/segment.h"
#include "fib/vrf.h"
#include "group/group.h"
#include "host/host.h"
#include "iface/iface.h"
#include "neigh/neigh.h"
#include "node.h"
#include "port/port.h"
#include "sr_mcast/flow.h"
#include "sr_mcast/receiver.h"
#include "sr_mcast/tree.h"
#include "tunnel/tunnel.h"

#define ACCESS 1
#define CHAIN  2
#define TUNNEL 4
#define FIXSUM 8  // make checksums of IPv4, IGMP and ICMPv6 right, so that more gets past them
#define TREE   16 // behind the outer header of a tree packet to our first address

static const uint8_t outer[] = {
	0x02, 0, 0, 0, 0, 0x01, 0x02, 0, 0, 0, 0, 0xfe, 0x08, 0x00,		// Ethernet
	0x45, 0, 0, 0, 0, 0, 0x40, 0, 64, 17, 0, 0, 192, 0, 2, 2, 192, 0, 2, 1, // IPv4
	0xc0, 0, 0x12, 0xb6, 0, 0, 0, 0,					// UDP to 4790
	0x0c, 0, 0, 1, 0, 0, 100, 0, // VXLAN-GPE, VNI 100
};

static const uint8_t tree_outer[] = {
	0x02, 0, 0, 0, 0, 0x01, 0x02, 0, 0, 0, 0, 0xfe, 0x86, 0xdd, // Ethernet
	0x60, 0, 0, 0, 0, 0, 0, 64,				    // IPv6
	0xfd, 0, 0xff, 0xff, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1,    // fd00:ffff:1::1
	0xfd, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,	    // fd00:0:3::
};

static void port_make(const char *name, const char *device, enum gw_role role, uint8_t mac)
{
	struct gw_port_spec spec = {.name = name,
		.device = device,
		.role = role,
		.has_mac = true,
		.mac = {{2, 0, 0, 0, 0, mac}}};

	must(gw_port_add(&spec, 1, NULL));
}

static void iface_make(
	const char *name, const char *port, uint16_t vlan, const char *addr, const char *addr6)
{
	const bool gateway = strcmp(port, "acc0") == 0;
	struct gw_iface_addr a = {.gateway = gateway};
	struct gw_iface_addr6 a6 = {.gateway = gateway};
	struct gw_iface_spec spec = {.name = name,
		.port = port,
		.vlans = {vlan},
		.vlan_count = vlan != 0,
		.addrs = &a,
		.addr_count = 1,
		.addrs6 = &a6,
		.addr6_count = 1};

	gw_prefix4_parse(addr, &a.p);
	gw_prefix6_parse(addr6, &a6.p);
	must(gw_iface_add(&spec, NULL));
}

static void route6_make(const char *prefix, const char *const *vias, uint32_t n)
{
	struct gw_ip_zone via[2] = {0};
	struct gw_prefix p;

	gw_prefix_parse(prefix, &p);
	for (uint32_t i = 0; i < n; i++)
		gw_ip_zone_parse(vias[i], &via[i]);
	must(gw_route_add(0, &p, via, n, NULL));
}

static void objects6_make(void)
{
	static const char *const vias[] = {"2001:db8::fe", "fe80::fe%core0"};
	const struct gw_mac mac = {{2, 0, 0, 0, 0, 0xfe}};
	struct gw_ip_zone via;

	for (uint32_t i = 0; i < 2; i++) {
		gw_ip_zone_parse(vias[i], &via);
		must(gw_neigh_static_add(gw_iface_find("core0"), via.ip, &mac, NULL));
	}
	route6_make("::/0", vias, 1);
	route6_make("2001:db8:9::/48", vias, 2);
}

static void objects_make(void)
{
	const struct gw_mac neigh = {{2, 0, 0, 0, 0, 0xfe}};
	struct gw_tunnel_spec tunnel = {.name = "t",
		.vni = 100,
		.local = 0xc0000201,
		.remote = 0xc0000202,
		.mss_clamp = true};
	const struct gw_prefix any = gw_prefix_of4(0, 0);
	const struct gw_ip_zone via = {.ip = gw_ip_of4(0xc00002fe)};
	struct gw_segment seg = {.prefix = 0x0a010100, .len = 24};

	iface_make("core0", "core0", 0, "192.0.2.1/24", "2001:db8::1/64");
	iface_make("acc0", "acc0", 0, "10.1.1.1/24", "2001:db8:1::1/64");
	iface_make("acc0.100", "acc0", 100, "10.1.2.1/24", "2001:db8:2::1/64");
	must(gw_neigh_static_add(gw_iface_find("core0"), gw_ip_of4(0xc0000202), &neigh, NULL));
	must(gw_neigh_static_add(gw_iface_find("core0"), gw_ip_of4(0xc00002fe), &neigh, NULL));
	must(gw_route_add(0, &any, &via, 1, NULL));
	must(gw_tunnel_add(&tunnel, NULL));
	seg.path = gw_path_find("t");
	must(gw_segment_add(&seg, NULL));
	must(gw_host_tunnel_add(0, 0x0a010107, seg.path, 0, NULL));
	for (uint32_t i = 5; i < 7; i++) {
		struct gw_host_spec host = {.ip = 0x0a010100 + i,
			.mac = {{2, 0, 0, 0, 5, (uint8_t)i}},
			.iface = gw_iface_find(i == 5 ? "acc0" : "acc0.100")};

		must(gw_host_add(&host, NULL));
	}
	objects6_make();
}

static struct gw_ip ip_of(const char *text)
{
	struct gw_ip ip;

	if (!gw_ip_parse(text, &ip))
		abort();
	return ip;
}

static void tree_make(const char *source, uint16_t decap)
{
	// One that is reached, one that waits for its neighbour, one with two paths.
	const struct in6_addr branches[] = {
		ip_of("fd00:0:5::").a, ip_of("fd00:0:6::").a, ip_of("fd00:0:7::").a};
	struct gw_mcast_tree_spec spec = {
		.source = ip_of(source).a, .branches = branches, .n = 3, .decap = decap};

	must(gw_mcast_tree_set(&spec, NULL));
}

// A node that is root of fd00:ffff:2::1, and bud in fd00:ffff:1::1.
static void mcast_make(void)
{
	static const char *const groups[] = {"232.1.1.1", "ff3e::8000:1"};
	static const char *const sources[] = {"10.1.1.5", "2001:db8:1::5"};
	static const char *const here[] = {"2001:db8::fe", "fe80::fe%core0"};
	static const char *const away[] = {"2001:db8::99"};
	struct gw_sr_conf conf = {.first_address = ip_of("fd00:0:3::").a, .hop_limit = 64};

	route6_make("fd00:0:5::/48", here, 1);
	route6_make("fd00:0:6::/48", away, 1);
	route6_make("fd00:0:7::/48", here, 2);
	gw_prefix6_parse("fd00::/32", &conf.first_block);
	gw_prefix6_parse("fd00:ffff::/32", &conf.tree_block);
	must(gw_sr_conf_set(&conf, NULL));
	gw_ifaces[gw_iface_find("core0")].sr_domain = 1;
	tree_make("fd00:ffff:1::1", 1);
	tree_make("fd00:ffff:2::1", 0);
	for (int i = 0; i < 2; i++) {
		const struct gw_ip group = ip_of(groups[i]), source = ip_of(sources[i]);
		struct gw_mcast_flow_spec flow = {.source = source,
			.group = group,
			.tree = ip_of("fd00:ffff:2::1").a,
			.iface = {gw_iface_find("acc0")},
			.n_ifaces = 1};

		must(gw_mcast_flow_set(&flow, NULL));
		must(gw_receiver_set(
			0, &group, gw_iface_find("acc0"), GW_RECEIVER_STATIC, true, NULL, 0, NULL));
		must(gw_receiver_set(0, &group, gw_iface_find("acc0.100"), GW_RECEIVER_STATIC,
			false, &source, 1, NULL));
	}
	gw_group_conf.enabled = true;
	gw_group_conf_changed(NULL);
}

int LLVMFuzzerInitialize(int *, char ***)
{
	node_init();
	port_make("core0", "net_null0", GW_ROLE_NETWORK, 1);
	port_make("acc0", "net_null1", GW_ROLE_ACCESS, 2);
	objects_make();
	mcast_make();
	node_start();
	return 0;
}

static uint32_t sum_of(const uint8_t *data, size_t len)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < len; i++)
		sum += i % 2 == 0 ? (uint32_t)data[i] << 8 : data[i];
	return sum;
}

static void sum_put(uint8_t *at, uint32_t sum)
{
	sum = (sum & 0xffff) + (sum >> 16);
	sum = ~((sum & 0xffff) + (sum >> 16));
	at[0] = (uint8_t)(sum >> 8);
	at[1] = (uint8_t)sum;
}

// The header, and IGMP behind it.
static void checksum4_fix(uint8_t *ip, size_t len)
{
	size_t ihl = (ip[0] & 15) * 4u;

	if (len < 20 || ihl < 20 || len < ihl)
		return;
	ip[10] = ip[11] = 0;
	sum_put(ip + 10, sum_of(ip, ihl));
	if (ip[9] != IPPROTO_IGMP || len < ihl + 8)
		return;
	ip[ihl + 2] = ip[ihl + 3] = 0;
	sum_put(ip + ihl + 2, sum_of(ip + ihl, len - ihl));
}

// RFC 4443 2.3, also behind a Hop-by-Hop header.
static void checksum6_fix(uint8_t *ip, size_t len)
{
	size_t at = 40;
	uint8_t next;

	if (len < 48)
		return;
	len = RTE_MIN(len, 40u + (size_t)(ip[4] << 8 | ip[5]));
	if (len < 48)
		return;
	next = ip[6];
	if (next == IPPROTO_HOPOPTS) {
		next = ip[40];
		at += (ip[41] + 1) * 8u;
	}
	if (next != IPPROTO_ICMPV6 || at + 4 > len)
		return;
	ip[at + 2] = ip[at + 3] = 0;
	sum_put(ip + at + 2,
		sum_of(ip + 8, 32) + sum_of(ip + at, len - at) + (uint32_t)(len - at) +
			IPPROTO_ICMPV6);
}

static void checksum_fix(uint8_t *ip, size_t len)
{
	if (len > 0 && ip[0] >> 4 == 6)
		checksum6_fix(ip, len);
	else if (len > 0)
		checksum4_fix(ip, len);
}

static size_t behind(uint8_t *frame, size_t room, const uint8_t *header, size_t header_len,
	const uint8_t *data, size_t size)
{
	size_t inner = RTE_MIN(size, room - header_len);

	memcpy(frame, header, header_len);
	memcpy(frame + header_len, data, inner);
	return header_len + inner;
}

static size_t frame_fill(uint8_t how, uint8_t *frame, size_t room, const uint8_t *data, size_t size)
{
	size_t len;

	if (how & TUNNEL) {
		len = behind(frame, room, outer, sizeof(outer), data, size);
		frame[16] = (uint8_t)((len - 14) >> 8);
		frame[17] = (uint8_t)(len - 14);
		frame[38] = (uint8_t)((len - 34) >> 8);
		frame[39] = (uint8_t)(len - 34);
		checksum4_fix(frame + 14, len - 14);
		if (how & FIXSUM)
			checksum_fix(frame + sizeof(outer), len - sizeof(outer));
	} else if (how & TREE) {
		uint8_t version = size > 0 ? data[0] >> 4 : 0;

		len = behind(frame, room, tree_outer, sizeof(tree_outer), data, size);
		frame[18] = (uint8_t)((len - 54) >> 8);
		frame[19] = (uint8_t)(len - 54);
		frame[20] = version == 4 ? IPPROTO_IPIP
			: version == 6	 ? IPPROTO_IPV6
					 : IPPROTO_ICMPV6;
		if (how & FIXSUM)
			checksum_fix(frame + 54, len - 54);
		checksum6_fix(frame + 14, len - 14);
	} else {
		len = RTE_MIN(size, room);
		memcpy(frame, data, len);
		if ((how & FIXSUM) && len > 14)
			checksum_fix(frame + 14, len - 14);
	}
	return len;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t frame[2048];
	size_t len;

	if (size < 1)
		return 0;
	len = frame_fill(data[0], frame, sizeof(frame), data + 1, size - 1);
	node_input(data[0] & ACCESS ? "acc0" : "core0", frame, len, data[0] & CHAIN);
	return 0;
}
