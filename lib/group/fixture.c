// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "group/fixture.h"

#include <stdio.h>
#include <stdlib.h>

#include <rte_ip.h>

#include "dp/rcu.h"
#include "group/change.h"
#include "sr_mcast/receiver.h"

static uint64_t begin_us = 1000 * SECOND;
static char text[4096];

int group_setup(void **state)
{
	fixture_setup(state);
	assert_int_equal(gw_sr_mcast_init(1), 0);
	assert_int_equal(gw_group_init(), 0);
	begin_us += 1000000 * SECOND;
	gw_group_conf = (struct gw_group_conf){
		.enabled = true,
		.igmp_version = 3,
		.mld_version = 2,
		.query_interval_s = 125,
		.query_response_ms = 10000,
		.robustness = 2,
		.last_member_ms = 1000,
		.last_member_count = 2,
		.max_groups_per_interface = 8,
		.max_groups = 12,
		.max_sources_per_group = 6,
	};
	gw_worker_conf.replay = false;
	gw_group_conf_changed(NULL);
	at(0);
	at(31250000);
	drain();
	begin_us += 31250000;
	return 0;
}

int group_teardown(void **state)
{
	drain();
	gw_group_fini();
	fixture_teardown(state);
	gw_sr_mcast_fini();
	return 0;
}

void at(uint64_t us)
{
	gw_group_poll(begin_us + us);
}

static struct gw_ip ip_of(const char *s)
{
	struct gw_ip ip;

	assert_true(gw_ip_parse(s, &ip));
	return ip;
}

static struct gw_ip host_of(unsigned n, bool ip6)
{
	char s[GW_IP_LEN];

	snprintf(s, sizeof(s), ip6 ? "2001:db8::%x" : "198.51.100.%u", n);
	return ip_of(s);
}

static unsigned host_number(const struct gw_ip *ip)
{
	return ip->a.s6_addr[15];
}

// Appends the addresses; returns how many.
static uint16_t hosts_put(uint8_t *to, const char *hosts, bool ip6)
{
	uint16_t n = 0;
	char *end;

	for (unsigned long h; (h = strtoul(hosts, &end, 10), end != hosts); hosts = end, n++) {
		struct gw_ip ip = host_of((unsigned)h, ip6);

		if (ip6)
			memcpy(to + n * 16, &ip, 16);
		else
			memcpy(to + n * 4, ip.a.s6_addr + 12, 4);
	}
	return n;
}

void packet_checksum(struct packet *p)
{
	bool ip6 = p->b[0] >> 4 == 6;
	uint32_t at = ip6 ? 40 : (p->b[0] & 15) * 4u, len;
	struct rte_ipv6_hdr pseudo;
	uint16_t sum;

	if (ip6) {
		if (p->b[6] == 0)
			at += 8 + p->b[41] * 8u;
		len = p->n - at;
		memcpy(&pseudo, p->b, sizeof(pseudo));
		pseudo.proto = IPPROTO_ICMPV6;
		pseudo.payload_len = rte_cpu_to_be_16((uint16_t)len);
	} else {
		len = p->n - at;
	}
	memset(p->b + at + 2, 0, 2);
	sum = ip6 ? rte_ipv6_udptcp_cksum(&pseudo, p->b + at)
		  : (uint16_t)~rte_raw_cksum(p->b + at, len);
	memcpy(p->b + at + 2, &sum, 2);
}

void packet_igmp(struct packet *p, const char *src, const char *dst, bool alert,
	const uint8_t *message, uint32_t len)
{
	struct rte_ipv4_hdr *ip = (struct rte_ipv4_hdr *)p->b;
	uint32_t ihl = alert ? 24 : 20;
	struct gw_ip s = ip_of(src), d = ip_of(dst);

	memset(p, 0, sizeof(*p));
	p->n = ihl + len;
	ip->version_ihl = (uint8_t)(4 << 4 | ihl / 4);
	ip->total_length = rte_cpu_to_be_16((uint16_t)p->n);
	ip->time_to_live = 1;
	ip->next_proto_id = IPPROTO_IGMP;
	memcpy(&ip->src_addr, s.a.s6_addr + 12, 4);
	memcpy(&ip->dst_addr, d.a.s6_addr + 12, 4);
	if (alert)
		memcpy(p->b + 20, "\x94\x04\0\0", 4);
	memcpy(p->b + ihl, message, len);
	packet_checksum(p);
}

void packet_mld(struct packet *p, const char *src, const char *dst, bool alert,
	const uint8_t *message, uint32_t len)
{
	struct rte_ipv6_hdr *ip = (struct rte_ipv6_hdr *)p->b;
	struct gw_ip s = ip_of(src), d = ip_of(dst);

	memset(p, 0, sizeof(*p));
	p->n = 48 + len;
	p->b[0] = 0x60;
	ip->payload_len = rte_cpu_to_be_16((uint16_t)(8 + len));
	ip->hop_limits = 1;
	memcpy(ip->src_addr, &s, 16);
	memcpy(ip->dst_addr, &d, 16);
	memcpy(p->b + 40, alert ? "\x3a\0\5\2\0\0\1\0" : "\x3a\0\1\4\0\0\0\0", 8);
	memcpy(p->b + 48, message, len);
	packet_checksum(p);
}

void packet_record(struct packet *p, uint8_t change, const char *group, const char *hosts)
{
	struct gw_ip g = ip_of(group);
	bool ip6 = !gw_ip_is4(&g);
	uint32_t size = ip6 ? 16 : 4, n;
	uint8_t m[1500] = {ip6 ? 143 : 0x22, [7] = 1, [8] = change};

	memcpy(m + 12, g.a.s6_addr + 16 - size, size);
	n = hosts_put(m + 12 + size, hosts, ip6);
	m[10] = (uint8_t)(n >> 8);
	m[11] = (uint8_t)n;
	if (ip6)
		packet_mld(p, "fe80::5", "ff02::16", true, m, 12 + size * (n + 1));
	else
		packet_igmp(p, "10.1.1.5", "224.0.0.22", true, m, 12 + size * (n + 1));
}

void packet_old(struct packet *p, uint8_t type, const char *group)
{
	struct gw_ip g = ip_of(group);
	uint8_t m[24] = {type};

	if (gw_ip_is4(&g)) {
		memcpy(m + 4, g.a.s6_addr + 12, 4);
		packet_igmp(p, "10.1.1.5", type == 0x17 ? "224.0.0.2" : group, type != 0x12, m, 8);
	} else {
		memcpy(m + 8, &g, 16);
		packet_mld(p, "fe80::5", type == 132 ? "ff02::2" : group, true, m, 24);
	}
}

void packet_input(uint16_t iface, const struct packet *p)
{
	struct rte_mbuf *m = received(iface, "");

	memcpy(rte_pktmbuf_append(m, (uint16_t)p->n), p->b, p->n);
	gw_group_input(m);
}

void report(uint16_t iface, uint8_t change, const char *group, const char *hosts)
{
	struct packet p = {0};

	packet_record(&p, change, group, hosts);
	packet_input(iface, &p);
}

void old_report(uint16_t iface, uint8_t type, const char *group)
{
	struct packet p = {0};

	packet_old(&p, type, group);
	packet_input(iface, &p);
}

void query(uint16_t iface, const char *src, const char *group, uint8_t flags, uint8_t qqic,
	uint16_t code, const char *hosts)
{
	struct gw_ip g = ip_of(group), s = ip_of(src);
	bool ip6 = !gw_ip_is4(&s),
	     general = strcmp(group, "::") == 0 || strcmp(group, "0.0.0.0") == 0;
	uint8_t m[1500] = {ip6 ? 130 : 0x11};
	uint32_t len = ip6 ? 24 : 8;
	struct packet p = {0};
	uint16_t n;

	if (ip6) {
		m[4] = (uint8_t)(code >> 8);
		m[5] = (uint8_t)code;
		memcpy(m + 8, &g, 16);
	} else {
		m[1] = (uint8_t)code;
		memcpy(m + 4, g.a.s6_addr + 12, 4);
	}
	if (hosts != NULL) {
		m[len] = flags;
		m[len + 1] = qqic;
		n = hosts_put(m + len + 4, hosts, ip6);
		m[len + 3] = (uint8_t)n;
		len += 4 + n * (ip6 ? 16u : 4u);
	}
	if (ip6)
		packet_mld(&p, src, general ? "ff02::1" : group, true, m, len);
	else
		packet_igmp(&p, src, general ? "224.0.0.1" : group, true, m, len);
	packet_input(iface, &p);
}

static void put(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

static void put(const char *fmt, ...)
{
	size_t n = strlen(text);
	va_list args;

	va_start(args, fmt);
	vsnprintf(text + n, sizeof(text) - n, fmt, args);
	va_end(args);
}

static double left(uint64_t us)
{
	return (double)(int64_t)(us - gw_group_now()) / 1e6;
}

const char *known(uint16_t iface, const char *group)
{
	struct gw_ip g = ip_of(group);
	uint32_t i = gw_member_find(iface, &g);
	const struct gw_member *m = &gw_members[i];
	bool excluded = false;

	text[0] = '\0';
	if (i == 0)
		return "-";
	if (m->exclude)
		put("EX %g x", left(m->expires_us));
	else
		put("IN");
	for (uint32_t k = 0; k < m->n; k++) {
		if (m->sources[k].expires_us != 0)
			put(" %u:%g", host_number(&m->sources[k].addr),
				left(m->sources[k].expires_us));
		else
			excluded = true;
	}
	if (excluded)
		put(" y");
	for (uint32_t k = 0; k < m->n; k++) {
		if (m->sources[k].expires_us == 0)
			put(" %u", host_number(&m->sources[k].addr));
	}
	return text;
}

const char *told(uint16_t iface, const char *group)
{
	struct gw_ip g = ip_of(group);
	uint32_t i = gw_mcast_group_find(gw_ifaces[iface].vrf, &g);
	const struct gw_mcast_members *all = i != 0 ? gw_mcast_members(i) : NULL;

	text[0] = '\0';
	for (uint32_t k = 0; all != NULL && k < all->n; k++) {
		const struct gw_mcast_member *m = &all->m[k];

		if (m->iface != iface)
			continue;
		put(m->exclude ? "EX" : "IN");
		for (uint32_t s = 0; s < m->n; s++)
			put(" %u", host_number(&m->sources[s]));
	}
	return text[0] == '\0' ? "-" : text;
}

static void query_put(const uint8_t *ip, uint32_t len)
{
	struct gw_group_msg msg = {0};
	char g[GW_IP_LEN];
	bool ip6 = ip[0] >> 4 == 6;

	assert_int_equal((ip6 ? gw_mld_parse : gw_igmp_parse)(ip, len, &msg), GW_DROP_NONE);
	assert_int_equal(msg.kind, GW_GROUP_QUERY);
	put("%sQ", text[0] == '\0' ? "" : " ");
	if (msg.version < 3)
		put("v%u", msg.version - ip6);
	if (gw_ip_eq(&msg.group, &(struct gw_ip){0}) || gw_ip_to4(&msg.group) == 0)
		return;
	put("(%s", gw_ip_str(&msg.group, g));
	for (uint32_t i = 0; i < msg.n; i++) {
		struct gw_ip s = gw_group_address(msg.at + i * (ip6 ? 16u : 4u), ip6);

		put("%s %u", i == 0 ? ":" : "", host_number(&s));
	}
	put(")%s", msg.suppress ? "S" : "");
}

const char *asked(void)
{
	struct rte_mbuf *m = NULL;

	text[0] = '\0';
	while (rte_ring_dequeue(gw_workers[1].inject, (void **)&m) == 0) {
		uint8_t ip[1600] __attribute__((aligned(8)));
		uint32_t l2 = 18; // of a1 and a2

		memcpy(ip, rte_pktmbuf_mtod_offset(m, uint8_t *, l2), m->pkt_len - l2);
		// not what announces addresses
		if (ip[0] == 0x46 || (ip[0] == 0x60 && ip[6] == IPPROTO_HOPOPTS))
			query_put(ip, m->pkt_len - l2);
		sent_free(m);
	}
	return text;
}
