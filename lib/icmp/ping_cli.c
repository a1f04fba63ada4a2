// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// ping: one line per answer as it comes.

#include <errno.h>
#include <netinet/in.h>
#include <string.h>

#include "cli/cli.h"
#include "fib/vrf.h"
#include "icmp/icmp6_message.h"
#include "icmp/message.h"
#include "icmp/ping.h"
#include "icmp/ping_show.h"
#include "iface/iface.h"

#define COUNT_DEFAULT	    5
#define INTERVAL_DEFAULT_MS 1000
#define INTERVAL_MIN_MS	    10

struct run {
	struct gw_ping ping;
	bool begun;
};

static void run_drop(void *state)
{
	gw_ping_stop(&((struct run *)state)->ping); // does nothing when it was not started
}

static const char *error_text6(const struct gw_ping_event *ev)
{
	static const char *const unreachable[] = {"no route", "administratively prohibited",
		"beyond the source's scope", "address unreachable", "port unreachable",
		"source address failed the policy", "route rejects"};

	switch (ev->type) {
	case GW_ICMP6_UNREACHABLE:
		return ev->code < sizeof(unreachable) / sizeof(unreachable[0])
			? unreachable[ev->code]
			: "unreachable";
	case GW_ICMP6_TOO_BIG:
		return "packet too big";
	case GW_ICMP6_EXCEEDED:
		return "hop limit exceeded";
	default:
		return "ICMPv6 error";
	}
}

static const char *error_text(const struct gw_ping_event *ev)
{
	static const char *const unreachable[] = {"net unreachable", "host unreachable",
		"protocol unreachable", "port unreachable", "fragmentation needed"};

	if (!gw_ip_is4(&ev->from))
		return error_text6(ev);
	if (ev->type == GW_ICMP_UNREACHABLE)
		return ev->code < sizeof(unreachable) / sizeof(unreachable[0])
			? unreachable[ev->code]
			: "unreachable";
	return ev->type == GW_ICMP_EXCEEDED ? "TTL exceeded" : "ICMP error";
}

void gw_ping_event_show(struct gw_cli *cli, const struct gw_ping_event *ev)
{
	char from[GW_IP_LEN];
	json_t *row;

	gw_ip_str(&ev->from, from);
	if (ev->reply) {
		gw_cli_text(cli, "%u octets from %s: icmp_seq=%u ttl=%u time=%u.%03u ms\n",
			ev->octets, from, ev->seq, ev->ttl, ev->rtt_us / 1000, ev->rtt_us % 1000);
		row = json_pack("{s:i, s:s, s:i, s:i, s:I}", "seq", ev->seq, "from", from, "octets",
			(int)ev->octets, "ttl", ev->ttl, "rtt_us", (json_int_t)ev->rtt_us);
	} else {
		gw_cli_text(cli, "from %s: icmp_seq=%u %s (type %u code %u)\n", from, ev->seq,
			error_text(ev), ev->type, ev->code);
		row = json_pack("{s:i, s:s, s:s, s:i, s:i, s:I}", "seq", ev->seq, "from", from,
			"error", error_text(ev), "type", ev->type, "code", ev->code, "mtu",
			(json_int_t)ev->mtu);
	}
	gw_cli_row(cli, row);
}

int gw_ping_summary_show(struct gw_cli *cli, const struct gw_ping *p)
{
	uint32_t lost = p->sent - p->received;
	uint64_t avg = p->received > 0 ? p->rtt_sum / p->received : 0;
	uint64_t min = p->received > 0 ? p->rtt_min : 0;
	char dst[GW_IP_LEN];

	gw_ip_str(&p->dst, dst);
	gw_cli_text(cli, "\n--- %s ping statistics ---\n", dst);
	gw_cli_text(cli, "%u packets transmitted, %u received, %u%% packet loss, time %u ms\n",
		p->sent, p->received, (uint32_t)(lost * 100ull / p->sent),
		(uint32_t)((gw_ping_clock() - p->begin_us) / 1000));
	if (p->received > 0)
		gw_cli_text(cli, "rtt min/avg/max = %.3f/%.3f/%.3f ms\n", (double)min / 1e3,
			(double)avg / 1e3, (double)p->rtt_max / 1e3);
	gw_cli_row(cli,
		json_pack("{s:I, s:I, s:I, s:I, s:I, s:I}", "sent", (json_int_t)p->sent, "received",
			(json_int_t)p->received, "lost", (json_int_t)lost, "rtt_min_us",
			(json_int_t)min, "rtt_avg_us", (json_int_t)avg, "rtt_max_us",
			(json_int_t)p->rtt_max));
	if (p->received == 0)
		return gw_cli_fail(
			cli, ETIMEDOUT, "no answer from %s to %u requests", dst, p->sent);
	return 0;
}

// ADDRESS, or of a link-local one ADDRESS%INTERFACE (RFC 4007 11).
static int destination(struct gw_cli *cli, struct gw_ping *p)
{
	const char *text = gw_cli_arg(cli, "IP");
	const char *zone = strchrnul(text, '%');
	char ip[GW_IP_LEN] = "";

	if ((size_t)(zone - text) < sizeof(ip))
		memcpy(ip, text, (size_t)(zone - text));
	if (!gw_ip_parse(ip, &p->dst))
		return gw_cli_fail(cli, EINVAL, "'%s' is no IPv4 or IPv6 address", text);
	if (!IN6_IS_ADDR_LINKLOCAL(&p->dst.a)) {
		if (*zone == '\0')
			return gw_vrf_find(gw_cli_arg(cli, "V"), &p->vrf, gw_cli_err(cli));
		return gw_cli_fail(cli, EINVAL,
			"only a link-local address goes with an interface: %s has its route", ip);
	}
	if (*zone == '\0')
		return gw_cli_fail(cli, EINVAL,
			"%s is link-local: say on which interface, %s%%INTERFACE", ip, ip);
	p->iface = gw_iface_find(zone + 1);
	if (p->iface == 0)
		return gw_cli_fail(cli, ENOENT, "no interface \"%s\" (show interface)", zone + 1);
	p->vrf = gw_ifaces[p->iface].vrf;
	return 0;
}

static int begin(struct gw_cli *cli, struct run *run)
{
	struct gw_ping *p = &run->ping;
	uint32_t interval_ms = gw_cli_u32(cli, "MS", INTERVAL_DEFAULT_MS);
	char dst[GW_IP_LEN], src[GW_IP_LEN];
	int ret;

	p->count = gw_cli_u32(cli, "N", COUNT_DEFAULT);
	p->interval_us = interval_ms * 1000ull;
	if (p->count == 0)
		return gw_cli_fail(cli, EINVAL, "count 0 sends nothing: 1 or more");
	if (interval_ms < INTERVAL_MIN_MS)
		return gw_cli_fail(cli, EINVAL, "interval %u ms is too short: %u or more",
			interval_ms, INTERVAL_MIN_MS);
	ret = destination(cli, p);
	if (ret == 0)
		ret = gw_ping_start(p, gw_cli_err(cli));
	if (ret < 0)
		return ret;
	run->begun = true;
	gw_cli_list(cli);
	gw_cli_text(cli, "PING %s from %s: %u octets of data\n", gw_ip_str(&p->dst, dst),
		gw_ip_str(&p->src, src), GW_PING_DATA);
	return 0;
}

static int ping(struct gw_cli *cli)
{
	struct run *run = gw_cli_state(cli, sizeof(*run), run_drop);
	struct gw_ping_event ev;
	bool more;

	if (run == NULL)
		return gw_cli_fail(cli, ENOMEM, "no memory");
	if (!run->begun) {
		int ret = begin(cli, run);

		if (ret < 0)
			return ret;
	}
	more = gw_ping_step(&run->ping, gw_ping_clock());
	while (gw_ping_take(&run->ping, &ev))
		gw_ping_event_show(cli, &ev);
	return more ? GW_CLI_AGAIN : gw_ping_summary_show(cli, &run->ping);
}

GW_CLI_COMMAND(ping, "ping IP:text [count N] [interval MS] [vrf V]",
	"send echo requests, 5 of them at 1000 ms by default, and wait for the answers", ping);
