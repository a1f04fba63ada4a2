// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// What commands that ping share: one line per answer as it comes, then the summary.

#include "icmp/ping_run.h"

#include <errno.h>

#include "icmp/icmp6_message.h"
#include "icmp/message.h"

#define COUNT_DEFAULT	    5
#define INTERVAL_DEFAULT_MS 1000
#define INTERVAL_MIN_MS	    10

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

static void event_show(struct gw_cli *cli, const struct gw_ping_event *ev)
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

static int summary_show(struct gw_cli *cli, const struct gw_ping *p)
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

static int begin(struct gw_cli *cli, struct gw_ping *p, gw_ping_start_fn *start)
{
	uint32_t count = gw_cli_u32(cli, "N", COUNT_DEFAULT);
	uint32_t interval_ms = gw_cli_u32(cli, "MS", INTERVAL_DEFAULT_MS);
	int ret;

	if (count == 0)
		return gw_cli_fail(cli, EINVAL, "count 0 sends nothing: 1 or more");
	if (interval_ms < INTERVAL_MIN_MS)
		return gw_cli_fail(cli, EINVAL, "interval %u ms is too short: %u or more",
			interval_ms, INTERVAL_MIN_MS);
	p->count = count;
	p->interval_us = interval_ms * 1000ull;
	ret = start(cli, p);
	if (ret == 0)
		gw_cli_list(cli);
	return ret;
}

int gw_ping_run(struct gw_cli *cli, gw_ping_start_fn *start, void (*stop)(void *ping))
{
	struct gw_ping *p = gw_cli_state(cli, sizeof(*p), stop);
	struct gw_ping_event ev;
	bool more;

	if (p == NULL)
		return gw_cli_fail(cli, ENOMEM, "no memory");
	if (p->count == 0) {
		int ret = begin(cli, p, start);

		if (ret < 0)
			return ret;
	}
	more = gw_ping_step(p, gw_ping_clock());
	while (gw_ping_take(p, &ev))
		event_show(cli, &ev);
	return more ? GW_CLI_AGAIN : summary_show(cli, p);
}
