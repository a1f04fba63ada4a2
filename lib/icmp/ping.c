// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "icmp/ping.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <time.h>

#include <rte_byteorder.h>
#include <rte_ip.h>

#include "base/addr.h"
#include "dp/mbuf.h"
#include "fib/vrf.h"
#include "icmp/icmp6_message.h"
#include "icmp/icmp6_source.h"
#include "icmp/message.h"
#include "icmp/source.h"
#include "iface/iface.h"

static struct gw_ping *running;

// Not the time of the loop: a round trip is shorter.
uint64_t gw_ping_clock(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000 + (uint64_t)ts.tv_nsec / 1000;
}

static bool id_taken(uint16_t id)
{
	for (const struct gw_ping *p = running; p != NULL; p = p->next) {
		if (p->id == id)
			return true;
	}
	return false;
}

static bool has_route(const struct gw_ping *p)
{
	const struct gw_vrf *v = &gw_vrfs[p->vrf];

	if (p->iface != 0)
		return true;
	return gw_ip_is4(&p->dst) ? gw_rib_lookup(&v->rib, gw_ip_to4(&p->dst)) != 0
				  : gw_rib6_lookup(&v->rib6, &p->dst.a) != 0;
}

static bool source_find(struct gw_ping *p)
{
	uint32_t ip4 = 0;
	bool found;

	if (gw_ip_is4(&p->dst)) {
		found = gw_icmp_source_out(p->vrf, gw_ip_to4(&p->dst), &ip4);
		p->src = gw_ip_of4(ip4);
		return found;
	}
	if (p->iface != 0)
		return gw_iface_source6(p->iface, &p->dst.a, &p->src.a);
	return gw_icmp6_source_out(p->vrf, &p->dst.a, &p->src.a);
}

int gw_ping_start(struct gw_ping *p, struct gw_err *err)
{
	char text[GW_IP_LEN];

	gw_ip_str(&p->dst, text);
	if (!has_route(p))
		return gw_err_set(err, ENETUNREACH, "no route to %s in VRF %s (show route)", text,
			gw_vrfs[p->vrf].name);
	if (!source_find(p))
		return gw_err_set(err, EADDRNOTAVAIL,
			"VRF %s has no own address to speak with: give a port \"addresses\"",
			gw_vrfs[p->vrf].name);
	gw_ping_begin(p);
	return 0;
}

void gw_ping_begin(struct gw_ping *p)
{
	static uint16_t id;

	do
		id++;
	while (id_taken(id)); // as many pings as ids cannot run
	p->id = id;
	p->begin_us = p->next_us = gw_ping_clock();
	p->rtt_min = UINT64_MAX;
	p->next = running;
	running = p;
}

void gw_ping_stop(struct gw_ping *p)
{
	for (struct gw_ping **at = &running; *at != NULL; at = &(*at)->next) {
		if (*at == p) {
			*at = p->next;
			return;
		}
	}
}

static struct rte_mbuf *request_make4(const struct gw_ping *p, uint16_t seq, uint8_t **data)
{
	const struct gw_icmp_message msg = {
		.src = gw_ip_to4(&p->src),
		.dst = gw_ip_to4(&p->dst),
		.id = gw_icmp_next_id(),
		.type = GW_ICMP_ECHO_REQUEST,
		.word = {rte_cpu_to_be_16(p->id), rte_cpu_to_be_16(seq)},
		.room = GW_PING_DATA,
	};

	return gw_icmp_make(&msg, data);
}

static struct rte_mbuf *request_make6(const struct gw_ping *p, uint16_t seq, uint8_t **data)
{
	const struct gw_icmp6_message msg = {
		.src = p->src.a,
		.dst = p->dst.a,
		.type = GW_ICMP6_ECHO_REQUEST,
		.word = {rte_cpu_to_be_16(p->id), rte_cpu_to_be_16(seq)},
		.room = GW_PING_DATA,
	};

	return gw_icmp6_make(&msg, data);
}

static void request_send(struct gw_ping *p)
{
	uint16_t seq = (uint16_t)++p->sent;
	bool ip4 = gw_ip_is4(&p->dst);
	struct rte_mbuf *m;
	uint8_t *data;

	m = ip4 ? request_make4(p, seq, &data) : request_make6(p, seq, &data);
	if (m == NULL)
		return; // counts as lost
	for (unsigned i = 0; i < GW_PING_DATA; i++)
		data[i] = (uint8_t)i;
	p->sent_us[seq % GW_PING_WINDOW] = gw_ping_clock();
	if (ip4) {
		gw_icmp_send(p->vrf, m);
	} else if (p->send != NULL) {
		gw_icmp6_sum_set(m);
		p->send(p, m);
	} else {
		gw_icmp6_send(p->vrf, p->iface, m);
	}
}

bool gw_ping_step(struct gw_ping *p, uint64_t now_us)
{
	if (p->sent < p->count) {
		if (now_us < p->next_us)
			return true;
		// After a pause of the slow path: no burst.
		p->next_us += p->interval_us;
		if (p->next_us <= now_us)
			p->next_us = now_us + p->interval_us;
		request_send(p);
		if (p->sent == p->count)
			p->next_us = now_us + GW_PING_WAIT_US;
		return true;
	}
	return p->received + p->errors < p->sent && now_us < p->next_us;
}

bool gw_ping_take(struct gw_ping *p, struct gw_ping_event *ev)
{
	if (p->event_n == 0)
		return false;
	*ev = p->events[p->event_first];
	p->event_first = (p->event_first + 1) % GW_PING_EVENTS;
	p->event_n--;
	return true;
}

static void event_put(struct gw_ping *p, const struct gw_ping_event *ev)
{
	if (p->event_n < GW_PING_EVENTS)
		p->events[(p->event_first + p->event_n++) % GW_PING_EVENTS] = *ev;
}

// A request of that VRF, destination and header is awaited: it is not any more, and *sent_us is
// when it was sent. The header of an echo is the same in both families.
static struct gw_ping *await_end(
	uint16_t vrf, const struct gw_ip *dst, const struct rte_icmp_hdr *icmp, uint64_t *sent_us)
{
	uint16_t seq = rte_be_to_cpu_16(icmp->icmp_seq_nb);
	uint64_t *slot;

	for (struct gw_ping *p = running; p != NULL; p = p->next) {
		if (p->vrf != vrf || !gw_ip_eq(&p->dst, dst) ||
			p->id != rte_be_to_cpu_16(icmp->icmp_ident))
			continue;
		slot = &p->sent_us[seq % GW_PING_WINDOW];
		if ((uint16_t)(p->sent - seq) >= GW_PING_WINDOW || *slot == 0)
			return NULL; // too late, or again
		*sent_us = *slot;
		*slot = 0;
		return p;
	}
	return NULL;
}

// What an IP header says of either family.
struct header {
	struct gw_ip src, dst;
	uint8_t ttl, proto;
	uint32_t len; // of the header
};

static bool header_read(const struct rte_mbuf *m, uint32_t at, struct header *h)
{
	struct rte_ipv6_hdr copy;
	const uint8_t *b = rte_pktmbuf_read(m, at, sizeof(struct rte_ipv4_hdr), &copy);
	const struct rte_ipv4_hdr *ip4 = (const void *)b;
	const struct rte_ipv6_hdr *ip6;

	if (b == NULL)
		return false;
	if (*b >> 4 == 4) {
		*h = (struct header){
			.src = gw_ip_of4(rte_be_to_cpu_32(ip4->src_addr)),
			.dst = gw_ip_of4(rte_be_to_cpu_32(ip4->dst_addr)),
			.ttl = ip4->time_to_live,
			.proto = ip4->next_proto_id,
			.len = (ip4->version_ihl & 15) * 4u,
		};
		return true;
	}
	ip6 = rte_pktmbuf_read(m, at, sizeof(copy), &copy);
	if (ip6 == NULL)
		return false;
	*h = (struct header){.ttl = ip6->hop_limits, .proto = ip6->proto, .len = sizeof(*ip6)};
	memcpy(&h->src, ip6->src_addr, sizeof(h->src));
	memcpy(&h->dst, ip6->dst_addr, sizeof(h->dst));
	return true;
}

bool gw_ping_answered(struct rte_mbuf *m, uint32_t at)
{
	struct rte_icmp_hdr copy;
	const struct rte_icmp_hdr *icmp = rte_pktmbuf_read(m, at, sizeof(copy), &copy);
	struct gw_ping_event ev = {.reply = true};
	struct header ip;
	struct gw_ping *p;
	uint64_t sent_us;

	if (icmp == NULL || !header_read(m, 0, &ip))
		return false;
	p = await_end(gw_meta(m)->vrf, &ip.src, icmp, &sent_us);
	if (p == NULL)
		return false;
	ev.from = ip.src;
	ev.seq = rte_be_to_cpu_16(icmp->icmp_seq_nb);
	ev.type = icmp->icmp_type;
	ev.ttl = ip.ttl;
	ev.octets = m->pkt_len - at;
	ev.rtt_us = (uint32_t)(gw_ping_clock() - sent_us);
	p->received++;
	p->rtt_sum += ev.rtt_us;
	p->rtt_min = RTE_MIN(p->rtt_min, ev.rtt_us);
	p->rtt_max = RTE_MAX(p->rtt_max, ev.rtt_us);
	event_put(p, &ev);
	return true;
}

// The packet at `at` of `m` was a request of ours.
static bool request_failed(struct rte_mbuf *m, uint32_t at, struct gw_ping_event *ev)
{
	struct rte_icmp_hdr copy;
	const struct rte_icmp_hdr *icmp;
	struct gw_ping *p;
	struct header ip;
	uint64_t sent_us;
	bool ip4;

	if (!header_read(m, at, &ip))
		return false;
	ip4 = gw_ip_is4(&ip.dst);
	if (ip.proto != (ip4 ? IPPROTO_ICMP : IPPROTO_ICMPV6))
		return false;
	icmp = rte_pktmbuf_read(m, at + ip.len, sizeof(copy), &copy);
	if (icmp == NULL || icmp->icmp_type != (ip4 ? GW_ICMP_ECHO_REQUEST : GW_ICMP6_ECHO_REQUEST))
		return false;
	p = await_end(gw_meta(m)->vrf, &ip.dst, icmp, &sent_us);
	if (p == NULL)
		return false;
	ev->seq = rte_be_to_cpu_16(icmp->icmp_seq_nb);
	p->errors++;
	event_put(p, ev);
	return true;
}

bool gw_ping_error_received(struct rte_mbuf *m, uint32_t at)
{
	struct rte_icmp_hdr copy;
	const struct rte_icmp_hdr *icmp = rte_pktmbuf_read(m, at, sizeof(copy), &copy);
	struct gw_ping_event ev = {0};
	struct header ip;

	if (icmp == NULL || !header_read(m, 0, &ip))
		return false;
	ev.type = icmp->icmp_type;
	ev.code = icmp->icmp_code;
	ev.ttl = ip.ttl;
	ev.from = ip.src;
	if (ip.proto == IPPROTO_ICMP && ev.type == GW_ICMP_UNREACHABLE && ev.code == 4)
		ev.mtu = rte_be_to_cpu_16(icmp->icmp_seq_nb);	     // RFC 1191 4
	if (ip.proto != IPPROTO_ICMP && ev.type == GW_ICMP6_TOO_BIG) // RFC 4443 3.2
		ev.mtu = (uint32_t)rte_be_to_cpu_16(icmp->icmp_ident) << 16 |
			rte_be_to_cpu_16(icmp->icmp_seq_nb);
	return request_failed(m, at + (uint32_t)sizeof(*icmp), &ev);
}

void gw_ping_failed(struct rte_mbuf *m, uint8_t type, uint8_t code)
{
	struct gw_ping_event ev = {.type = type, .code = code};
	struct header ip;

	if (!header_read(m, 0, &ip))
		return;
	ev.from = ip.src;
	request_failed(m, 0, &ev);
}
