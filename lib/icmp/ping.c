// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "icmp/ping.h"

#include <errno.h>
#include <netinet/in.h>
#include <time.h>

#include <rte_byteorder.h>
#include <rte_ip.h>

#include "base/addr.h"
#include "dp/mbuf.h"
#include "fib/vrf.h"
#include "icmp/message.h"
#include "icmp/source.h"

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

int gw_ping_start(struct gw_ping *p, struct gw_err *err)
{
	static uint16_t id;
	char text[GW_IP4_LEN];

	gw_ip4_str(p->dst, text);
	if (gw_rib_lookup(&gw_vrfs[p->vrf].rib, p->dst) == 0)
		return gw_err_set(err, ENETUNREACH, "no route to %s in VRF %s (show route)", text,
			gw_vrfs[p->vrf].name);
	if (!gw_icmp_source_out(p->vrf, p->dst, &p->src))
		return gw_err_set(err, EADDRNOTAVAIL,
			"VRF %s has no own address to speak with: give a port \"addresses\"",
			gw_vrfs[p->vrf].name);
	do
		id++;
	while (id_taken(id)); // as many pings as ids cannot run
	p->id = id;
	p->begin_us = p->next_us = gw_ping_clock();
	p->rtt_min = UINT64_MAX;
	p->next = running;
	running = p;
	return 0;
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

static void request_send(struct gw_ping *p)
{
	uint16_t seq = (uint16_t)++p->sent;
	struct gw_icmp_message msg = {
		.src = p->src,
		.dst = p->dst,
		.id = gw_icmp_next_id(),
		.type = GW_ICMP_ECHO_REQUEST,
		.word = {rte_cpu_to_be_16(p->id), rte_cpu_to_be_16(seq)},
		.room = GW_PING_DATA,
	};
	struct rte_mbuf *m;
	uint8_t *data;

	m = gw_icmp_make(&msg, &data);
	if (m == NULL)
		return; // counts as lost
	for (unsigned i = 0; i < GW_PING_DATA; i++)
		data[i] = (uint8_t)i;
	p->sent_us[seq % GW_PING_WINDOW] = gw_ping_clock();
	gw_icmp_send(p->vrf, m);
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
// when it was sent.
static struct gw_ping *await_end(
	uint16_t vrf, uint32_t dst, const struct rte_icmp_hdr *icmp, uint64_t *sent_us)
{
	uint16_t seq = rte_be_to_cpu_16(icmp->icmp_seq_nb);
	uint64_t *slot;

	for (struct gw_ping *p = running; p != NULL; p = p->next) {
		if (p->vrf != vrf || p->dst != dst || p->id != rte_be_to_cpu_16(icmp->icmp_ident))
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

bool gw_ping_answered(struct rte_mbuf *m)
{
	struct rte_ipv4_hdr ip_copy;
	const struct rte_ipv4_hdr *ip = rte_pktmbuf_read(m, 0, sizeof(ip_copy), &ip_copy);
	uint32_t at = (ip->version_ihl & 15) * 4u;
	struct rte_icmp_hdr copy;
	const struct rte_icmp_hdr *icmp = rte_pktmbuf_read(m, at, sizeof(copy), &copy);
	struct gw_ping_event ev = {.from = rte_be_to_cpu_32(ip->src_addr)};
	uint64_t sent_us;
	struct gw_ping *p = await_end(gw_meta(m)->vrf, ev.from, icmp, &sent_us);

	if (p == NULL)
		return false;
	ev.seq = rte_be_to_cpu_16(icmp->icmp_seq_nb);
	ev.type = GW_ICMP_ECHO_REPLY;
	ev.ttl = ip->time_to_live;
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
	struct rte_ipv4_hdr ip_copy;
	struct rte_icmp_hdr copy;
	const struct rte_ipv4_hdr *ip = rte_pktmbuf_read(m, at, sizeof(ip_copy), &ip_copy);
	const struct rte_icmp_hdr *icmp;
	struct gw_ping *p;
	uint64_t sent_us;

	if (ip == NULL || ip->next_proto_id != IPPROTO_ICMP)
		return false;
	icmp = rte_pktmbuf_read(m, at + (ip->version_ihl & 15) * 4u, sizeof(copy), &copy);
	if (icmp == NULL || icmp->icmp_type != GW_ICMP_ECHO_REQUEST)
		return false;
	p = await_end(gw_meta(m)->vrf, rte_be_to_cpu_32(ip->dst_addr), icmp, &sent_us);
	if (p == NULL)
		return false;
	ev->seq = rte_be_to_cpu_16(icmp->icmp_seq_nb);
	p->errors++;
	event_put(p, ev);
	return true;
}

bool gw_ping_error_received(struct rte_mbuf *m)
{
	struct rte_ipv4_hdr ip_copy;
	const struct rte_ipv4_hdr *ip = rte_pktmbuf_read(m, 0, sizeof(ip_copy), &ip_copy);
	uint32_t at = (ip->version_ihl & 15) * 4u;
	struct rte_icmp_hdr copy;
	const struct rte_icmp_hdr *icmp = rte_pktmbuf_read(m, at, sizeof(copy), &copy);
	struct gw_ping_event ev = {
		.type = icmp->icmp_type,
		.code = icmp->icmp_code,
		.ttl = ip->time_to_live,
		.from = rte_be_to_cpu_32(ip->src_addr),
	};

	if (ev.type == GW_ICMP_UNREACHABLE && ev.code == 4) // RFC 1191 4
		ev.mtu = rte_be_to_cpu_16(icmp->icmp_seq_nb);
	return request_failed(m, at + sizeof(*icmp), &ev);
}

void gw_ping_failed(struct rte_mbuf *m, uint8_t type, uint8_t code)
{
	struct rte_ipv4_hdr ip_copy;
	const struct rte_ipv4_hdr *ip = rte_pktmbuf_read(m, 0, sizeof(ip_copy), &ip_copy);
	struct gw_ping_event ev = {
		.type = type,
		.code = code,
		.from = rte_be_to_cpu_32(ip->src_addr),
	};

	request_failed(m, 0, &ev);
}
