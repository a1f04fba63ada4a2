// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "neigh/fixture.h"

#include <ctype.h>
#include <stdlib.h>

#include <rte_eal.h>
#include <rte_ip.h>

#include "dp/rcu.h"
#include "host/host.h"
#include "neigh/neigh.h"
#include "port/port.h"
#include "tunnel/tunnel.h"

uint16_t net, qq, bare, a1, a2;

static uint64_t begin_us, fed, drained;

int fixture_group(void **state)
{
	static char *argv[] = {(char *)"test", (char *)"--no-huge", (char *)"--no-pci",
		(char *)"--no-shconf", (char *)"--no-telemetry", (char *)"-m", (char *)"128",
		(char *)"-l", (char *)"0", (char *)"--log-level=error"};
	const struct gw_mbuf_conf conf = {.count = 4096};
	const struct gw_worker_conf worker = {0};
	struct gw_err err = {0};

	assert_true(rte_eal_init(RTE_DIM(argv), argv) >= 0);
	assert_int_equal(gw_stats_init(), 0);
	assert_int_equal(gw_mbuf_init(&conf, &err), 0);
	assert_int_equal(gw_worker_init(1, &worker, &err), 0);
	return 0;
}

static void port_make(uint16_t id, const char *name, enum gw_role role, uint8_t mac)
{
	struct gw_port *p = &gw_ports[id];

	*p = (struct gw_port){.used = true, .role = role, .mtu = 1500, .tx_worker = 1};
	snprintf(p->name, sizeof(p->name), "%s", name);
	p->mac = (struct gw_mac){{2, 0, 0, 0, 0x0a, mac}};
}

struct in6_addr ip6(const char *text)
{
	struct in6_addr ip;

	assert_true(gw_ip6_parse(text, &ip));
	return ip;
}

static uint16_t iface_make(const char *name, const char *port, uint16_t outer, uint16_t inner,
	uint32_t ip, uint8_t len, const char *v6, bool gateway)
{
	const struct gw_iface_addr addr = {.p = {ip, len}, .gateway = gateway};
	const struct gw_iface_addr6 addr6 = {
		.p = {ip6(v6 != NULL ? v6 : "::"), 64}, .gateway = gateway};
	const struct gw_iface_spec spec = {
		.name = name,
		.port = port,
		.vlans = {outer, inner},
		.vlan_count = (uint8_t)((outer != 0) + (inner != 0)),
		.addrs = &addr,
		.addr_count = ip != 0,
		.addrs6 = &addr6,
		.addr6_count = v6 != NULL,
	};
	struct gw_err err = {0};

	assert_int_equal(gw_iface_add(&spec, &err), 0);
	return gw_iface_find(name);
}

int fixture_setup(void **state)
{
	memset(gw_lcore_stats, 0, sizeof(gw_lcore_stats));
	assert_int_equal(gw_rcu_init(1), 0);
	assert_int_equal(gw_iface_init(), 0);
	assert_int_equal(gw_tunnel_init(), 0);
	assert_int_equal(gw_vrf_init(), 0);
	assert_int_equal(gw_host_init(), 0);
	assert_int_equal(gw_neigh_init(), 0);
	gw_gateway_mac = (struct gw_mac){{0, 0, 0x5e, 0, 1, 1}};
	gw_gateway_mac_set = true;
	port_make(1, "core", GW_ROLE_NETWORK, 1);
	port_make(2, "acc", GW_ROLE_ACCESS, 2);
	net = iface_make("net", "core", 0, 0, IP(192, 0, 2, 1), 24, "2001:db8::1", false);
	qq = iface_make("qq", "core", 10, 20, IP(198, 51, 100, 1), 30, NULL, false);
	bare = iface_make("bare", "core", 30, 0, 0, 0, NULL, false);
	a1 = iface_make("a1", "acc", 100, 0, IP(10, 1, 1, 1), 24, "2001:db8:1::1", true);
	a2 = iface_make("a2", "acc", 200, 0, IP(10, 1, 1, 1), 24, NULL, true);
	for (uint16_t i = 0; (i = gw_iface_next(i)) != 0;)
		gw_io_clear(gw_iface_stats, i);
	begin_us += 100000000; // conflicts of the case before are over
	fed = drained = 0;
	poll_at(0);
	return 0;
}

int fixture_teardown(void **state)
{
	const struct gw_lcore_stats *s = GW_SLOW_STATS;
	struct rte_mbuf *m = NULL;

	while (rte_ring_dequeue(gw_workers[1].inject, (void **)&m) == 0)
		sent_free(m);
	assert_int_equal(
		fed + s->originated, drained + gw_drop_sum(s) + s->consumed + gw_neigh_held());
	gw_rcu_fini();
	gw_neigh_fini();
	gw_host_fini();
	gw_vrf_fini();
	gw_tunnel_fini();
	gw_iface_fini();
	assert_int_equal(rte_mempool_in_use_count(gw_pool), 0);
	assert_int_equal(rte_mempool_in_use_count(gw_own_pool), 0);
	return 0;
}

static uint32_t octets_of(const char *hex, uint8_t *to)
{
	uint32_t n = 0;

	for (char *end; *hex != '\0'; hex = end) {
		while (isspace((unsigned char)*hex))
			hex++;
		to[n++] = (uint8_t)strtoul(hex, &end, 16);
		assert_ptr_equal(end, hex + 2);
	}
	return n;
}

static struct rte_mbuf *feed(uint16_t iface)
{
	struct rte_mbuf *m = rte_pktmbuf_alloc(gw_pool);

	assert_non_null(m);
	*gw_meta(m) = (struct gw_meta){
		.iface = iface,
		.vrf = gw_ifaces[iface].vrf,
		.origin =
			gw_ifaces[iface].role == GW_ROLE_ACCESS ? GW_FROM_ACCESS : GW_FROM_NETWORK,
		.l2_len = gw_ifaces[iface].l2_len,
	};
	fed++;
	return m;
}

struct rte_mbuf *received(uint16_t iface, const char *hex)
{
	struct rte_mbuf *m = feed(iface);
	uint8_t octets[1500];
	uint32_t n = octets_of(hex, octets);

	memcpy(rte_pktmbuf_append(m, (uint16_t)n), octets, n);
	return m;
}

struct rte_mbuf *received_ip(
	uint16_t iface, uint32_t src, uint32_t dst, uint8_t ttl, uint8_t proto, uint32_t room)
{
	struct rte_mbuf *m = feed(iface);
	uint16_t len = (uint16_t)(sizeof(struct rte_ipv4_hdr) + room);
	struct rte_ipv4_hdr *ip = (struct rte_ipv4_hdr *)rte_pktmbuf_append(m, len);

	assert_non_null(ip);
	memset(ip, 0, len);
	ip->version_ihl = RTE_IPV4_VHL_DEF;
	ip->total_length = rte_cpu_to_be_16(len);
	ip->time_to_live = ttl;
	ip->next_proto_id = proto;
	ip->src_addr = rte_cpu_to_be_32(src);
	ip->dst_addr = rte_cpu_to_be_32(dst);
	ip->hdr_checksum = rte_ipv4_cksum(ip);
	for (uint32_t i = 0; i < room; i++)
		((uint8_t *)(ip + 1))[i] = (uint8_t)i;
	return m;
}

// Header and payload; the length of both.
static uint32_t ip6_make(uint8_t *to, const char *src, const char *dst, uint8_t hop_limit,
	uint8_t next, const char *hex)
{
	struct in6_addr from = ip6(src), at = ip6(dst);
	uint32_t n = octets_of(hex, to + sizeof(struct rte_ipv6_hdr));
	struct rte_ipv6_hdr *ip = (struct rte_ipv6_hdr *)to;
	uint8_t *sum = to + sizeof(*ip) + 2;

	*ip = (struct rte_ipv6_hdr){
		.vtc_flow = RTE_BE32(0x60000000),
		.payload_len = rte_cpu_to_be_16(n),
		.proto = next,
		.hop_limits = hop_limit,
	};
	memcpy(ip->src_addr, &from, sizeof(from));
	memcpy(ip->dst_addr, &at, sizeof(at));
	if (next == IPPROTO_ICMPV6 && n >= 4 && sum[0] == 0 && sum[1] == 0) {
		uint16_t cksum = rte_ipv6_udptcp_cksum(ip, ip + 1);

		memcpy(sum, &cksum, sizeof(cksum));
	}
	return sizeof(*ip) + n;
}

struct rte_mbuf *received_ip6(uint16_t iface, const char *src, const char *dst, uint8_t hop_limit,
	uint8_t next, const char *hex)
{
	struct rte_mbuf *m = feed(iface);
	uint8_t octets[1500];
	uint32_t n = ip6_make(octets, src, dst, hop_limit, next, hex);

	memcpy(rte_pktmbuf_append(m, (uint16_t)n), octets, n);
	return m;
}

void sent_free(struct rte_mbuf *m)
{
	drained++;
	rte_pktmbuf_free(m);
}

static void expect_octets(uint16_t port, const uint8_t *octets, uint32_t n)
{
	struct rte_mbuf *m = NULL;

	assert_int_equal(rte_ring_dequeue(gw_workers[1].inject, (void **)&m), 0);
	assert_int_equal(gw_meta(m)->what, GW_STAGE_TX);
	assert_int_equal(gw_meta(m)->nh, port);
	assert_int_equal(m->pkt_len, n);
	assert_memory_equal(rte_pktmbuf_mtod(m, void *), octets, n);
	sent_free(m);
}

void expect_frame(uint16_t port, const char *hex)
{
	uint8_t octets[1500];
	uint32_t n = octets_of(hex, octets);

	expect_octets(port, octets, n);
}

void expect_nd(uint16_t port, const char *l2, const char *src, const char *dst, const char *hex)
{
	uint8_t octets[1500];
	uint32_t n = octets_of(l2, octets);

	n += ip6_make(octets + n, src, dst, 255, IPPROTO_ICMPV6, hex);
	expect_octets(port, octets, n);
}

struct rte_mbuf *expect_lookup(uint16_t vrf)
{
	struct rte_mbuf *m = NULL;

	assert_int_equal(rte_ring_dequeue(gw_workers[1].inject, (void **)&m), 0);
	assert_int_equal(gw_meta(m)->what, GW_STAGE_LOOKUP);
	assert_int_equal(gw_meta(m)->vrf, vrf);
	return m;
}

void drain(void)
{
	struct rte_mbuf *m;

	while (rte_ring_dequeue(gw_workers[1].inject, (void **)&m) == 0)
		sent_free(m);
}

void expect_nothing(void)
{
	assert_int_equal(rte_ring_count(gw_workers[1].inject), 0);
}

uint64_t drops(enum gw_drop reason)
{
	return GW_SLOW_STATS->drop[reason];
}

uint64_t events(enum gw_event ev)
{
	return GW_SLOW_STATS->event[ev];
}

void poll_at(uint64_t us)
{
	gw_neigh_poll(begin_us + us);
}
