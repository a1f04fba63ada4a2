// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "trace/trace.h"

#include <stdlib.h>
#include <string.h>

#include "base/addr.h"
#include "cli/cli.h"
#include "dp/worker.h"
#include "fib/multipath.h"
#include "fib/nexthop.h"
#include "fib/result.h"
#include "fib/vrf.h"
#include "host/host.h"
#include "ip6/ip6.h"
#include "neigh/neigh.h"
#include "port/port.h"
#include "tunnel/tunnel.h"

#define DEFAULT_COUNT 50
#define HEADERS	      128

atomic_bool gw_trace_on;

static struct gw_trace_record *records[GW_MAX_LCORES];
static uint32_t used[GW_MAX_LCORES]; // record 0 is none
static struct {
	uint32_t count;
	uint16_t port;
	bool by_port, by_host;
	struct gw_ip host;
} filter;

// The host's address stands in the headers: as source or destination, inside a tunnel or out, or in
// an ARP packet.
static bool host_named(const struct rte_mbuf *m)
{
	size_t skip = gw_ip_is4(&filter.host) ? 12 : 0;

	return memmem(rte_pktmbuf_mtod(m, const void *), RTE_MIN(m->data_len, HEADERS),
		       filter.host.a.s6_addr + skip, 16 - skip) != NULL;
}

void gw_trace_begin(struct gw_worker *w, struct gw_pkt *p, uint16_t port)
{
	struct gw_trace_record *r;

	if (records[w->id] == NULL || used[w->id] >= filter.count ||
		(filter.by_port && port != filter.port) || (filter.by_host && !host_named(p->m)))
		return;
	p->traced = (uint16_t)(used[w->id] + 1);
	r = &records[w->id][p->traced];
	r->tsc = w->now;
	r->port = port;
	r->steps = r->more = 0;
	r->frame_len = p->m->pkt_len;
	r->head_len = (uint8_t)RTE_MIN(p->m->data_len, GW_TRACE_HEAD);
	memcpy(r->head, rte_pktmbuf_mtod(p->m, const void *), r->head_len);
	__atomic_store_n(&used[w->id], p->traced, __ATOMIC_RELEASE);
}

// Addresses of an IPv6 packet stand in its header alone; it has been checked when its length is
// set.
static void addresses(const struct gw_pkt *p, struct gw_trace_step *s)
{
	if (p->len != 0 && gw_mbuf_is_ip6(p->m)) {
		memcpy(&s->src, gw_pkt_ip6(p)->src_addr, sizeof(s->src));
		memcpy(&s->dst, gw_pkt_ip6(p)->dst_addr, sizeof(s->dst));
		return;
	}
	s->src = gw_ip_of4(p->src);
	s->dst = gw_ip_of4(p->dst);
}

void gw_trace_end(struct gw_worker *w, const struct gw_pkt *p, const char *what, uint32_t arg)
{
	struct gw_trace_record *r;
	struct gw_trace_step *s;

	if (p->traced == 0)
		return;
	r = &records[w->id][p->traced];
	if (r->steps == GW_TRACE_STEPS) {
		r->more++;
		return;
	}
	s = &r->step[r->steps++];
	*s = (struct gw_trace_step){.what = what,
		.arg = arg,
		.res = p->res,
		.len = p->len,
		.iface = p->iface,
		.tunnel = p->tunnel,
		.vrf = p->vrf};
	addresses(p, s);
}

static int trace_start(struct gw_cli *cli)
{
	const char *port = gw_cli_arg(cli, "PORT");
	uint32_t count = gw_cli_u32(cli, "N", DEFAULT_COUNT);

	if (count < 1 || count >= GW_TRACE_MAX)
		return gw_cli_fail(
			cli, ERANGE, "count %u is out of range (1..%d)", count, GW_TRACE_MAX - 1);
	gw_trace_on = false;
	filter.by_port = port != NULL;
	if (port != NULL && !gw_port_find(port, &filter.port))
		return gw_cli_fail(cli, ENOENT, "no port \"%s\" (show port info all)", port);
	filter.by_host = gw_cli_arg(cli, "IP") != NULL;
	if (filter.by_host)
		gw_ip_parse(gw_cli_arg(cli, "IP"), &filter.host); // the command checked it
	filter.count = count;
	for (unsigned id = 1; id <= gw_worker_count; id++) {
		if (records[id] == NULL)
			records[id] = calloc(GW_TRACE_MAX, sizeof(*records[id]));
		if (records[id] == NULL)
			return gw_cli_fail(cli, ENOMEM, "no memory for trace records");
		used[id] = 0;
	}
	gw_trace_on = true;
	return 0;
}

static int trace_stop(struct gw_cli *)
{
	gw_trace_on = false;
	return 0;
}

static const char *result_text(uint32_t res, char *buf, size_t size)
{
	uint32_t i = gw_fib_index(res);
	char ip[GW_IP_LEN];
	struct gw_ip hop;

	switch (gw_fib_kind(res)) {
	case GW_FIB_LOCAL:
		snprintf(buf, size, "own address");
		break;
	case GW_FIB_HOST:
		snprintf(buf, size, "host %s", gw_ip4_str(gw_host_infos[i].ip, ip));
		break;
	case GW_FIB_HOST_TUNNEL:
		snprintf(buf, size, "host-tunnel %s", gw_path_name((uint16_t)i));
		break;
	case GW_FIB_SEGMENT:
		snprintf(buf, size, "segment %s", gw_path_name((uint16_t)i));
		break;
	case GW_FIB_CONNECTED:
		snprintf(buf, size, "connected %s", gw_iface_infos[i].name);
		break;
	case GW_FIB_MULTIPATH:
		snprintf(buf, size, "route via one of %u next hops", gw_multipaths[i].n);
		break;
	case GW_FIB_ROUTE:
	case GW_FIB_NEIGH:
		hop = gw_neigh_ip(i);
		snprintf(buf, size, "%s %s",
			gw_fib_kind(res) == GW_FIB_ROUTE ? "route via" : "neighbor",
			gw_ip_str(&hop, ip));
		break;
	default:
		snprintf(buf, size, "none");
	}
	return buf;
}

static json_t *step_json(const struct gw_trace_step *s)
{
	char src[GW_IP_LEN], dst[GW_IP_LEN], res[80];
	json_t *j = json_pack("{s:s, s:s, s:s, s:i, s:s, s:s}", "src", gw_ip_str(&s->src, src),
		"dst", gw_ip_str(&s->dst, dst), "route", result_text(s->res, res, sizeof(res)),
		"length", s->len, "vrf", gw_vrfs[s->vrf].name, "end", s->what);

	if (s->iface != 0)
		json_object_set_new(j, "interface", json_string(gw_iface_infos[s->iface].name));
	if (s->tunnel != 0)
		json_object_set_new(j, "tunnel", json_string(gw_tunnel_infos[s->tunnel].name));
	return j;
}

static json_t *record_json(unsigned id, uint32_t n)
{
	const struct gw_trace_record *r = &records[id][n];
	char head[GW_TRACE_HEAD * 2 + 1];
	json_t *steps = json_array();

	for (unsigned i = 0; i < r->head_len; i++)
		snprintf(head + i * 2, 3, "%02x", r->head[i]);
	head[r->head_len * 2] = '\0';
	for (unsigned i = 0; i < r->steps; i++)
		json_array_append_new(steps, step_json(&r->step[i]));
	return json_pack("{s:i, s:i, s:s, s:i, s:o, s:i, s:s}", "packet", (int)n, "worker", (int)id,
		"port", gw_ports[r->port].name, "frame_length", (int)r->frame_len, "steps", steps,
		"more_steps", (int)r->more, "head", head);
}

static void record_text(struct gw_cli *cli, unsigned id, uint32_t n)
{
	const struct gw_trace_record *r = &records[id][n];

	gw_cli_text(cli, "packet %u, worker %u: %u octets on port %s\n", n, id, r->frame_len,
		gw_ports[r->port].name);
	for (unsigned i = 0; i < r->steps; i++) {
		const struct gw_trace_step *s = &r->step[i];
		char src[GW_IP_LEN], dst[GW_IP_LEN], res[80];

		gw_cli_text(cli, "  %s%s%s%s%s > %s, %u octets, VRF %s: %s -> %s\n",
			s->iface != 0 ? gw_iface_infos[s->iface].name : "",
			s->tunnel != 0 ? "tunnel " : "",
			s->tunnel != 0 ? gw_tunnel_infos[s->tunnel].name : "",
			s->iface != 0 || s->tunnel != 0 ? ": " : "", gw_ip_str(&s->src, src),
			gw_ip_str(&s->dst, dst), s->len, gw_vrfs[s->vrf].name,
			result_text(s->res, res, sizeof(res)), s->what);
	}
	if (r->more > 0)
		gw_cli_text(cli, "  and %u more\n", r->more);
}

static int trace_show(struct gw_cli *cli)
{
	json_t *all = json_array();
	bool any = false;

	for (unsigned id = 1; id <= gw_worker_count; id++) {
		uint32_t n = __atomic_load_n(&used[id], __ATOMIC_ACQUIRE);

		any |= n > 0;
		for (uint32_t i = 1; i <= n; i++) {
			if (gw_cli_json(cli))
				json_array_append_new(all, record_json(id, i));
			else
				record_text(cli, id, i);
		}
	}
	if (!gw_cli_json(cli) && !any)
		gw_cli_text(cli, "trace is %s\n", gw_trace_on ? "on" : "off");
	gw_cli_put(cli, all);
	return 0;
}

GW_CLI_COMMAND(trace_start, "trace start [count N:u32] [port PORT] [host IP:ip]",
	"record the way of the next packets", trace_start);
GW_CLI_COMMAND(trace_stop, "trace stop", "stop recording", trace_stop);
GW_CLI_COMMAND(trace_show, "trace show", "what was recorded", trace_show);
