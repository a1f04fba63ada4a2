// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Commands for tests and the fuzz target: each shape of pattern that features use, and each way
// to answer. Included by one file of a program.

#include "cli/registry.h"

#include <errno.h>
#include <string.h>

struct sample_host {
	uint32_t ip;
	uint32_t cost;
	struct gw_mac mac;
	bool standby;
	char interface[32];
	char vrf[32];
};

static struct sample_host sample_last;
static unsigned long sample_calls;
static unsigned sample_drops;

static int sample_host_add(struct gw_cli *cli)
{
	const char *vrf = gw_cli_arg(cli, "VRF");

	sample_calls++;
	sample_last.ip = gw_cli_ip4(cli, "IP");
	sample_last.mac = gw_cli_mac(cli, "MAC");
	sample_last.cost = gw_cli_u32(cli, "COST", 7);
	sample_last.standby = gw_cli_has(cli, "standby");
	strncpy(sample_last.interface, gw_cli_arg(cli, "NAME"), 31);
	strncpy(sample_last.vrf, vrf != NULL ? vrf : "default", 31);
	if (sample_last.ip == 0)
		return gw_err_set(gw_cli_err(cli), ERANGE, "host 0.0.0.0: no such host can be");
	return 0;
}

static int sample_tunnel_add(struct gw_cli *cli)
{
	sample_calls++;
	gw_cli_text(cli, "%s %s %u\n", gw_cli_has(cli, "tunnel") ? "tunnel" : "group",
		gw_cli_arg(cli, gw_cli_has(cli, "tunnel") ? "TUNNEL" : "GROUP"),
		gw_cli_u32(cli, "MS", 0));
	return 0;
}

static int sample_echo(struct gw_cli *cli)
{
	gw_cli_put(cli,
		json_pack("{ss? ss? si}", "target", gw_cli_arg(cli, "IP"), "text",
			gw_cli_arg(cli, "TEXT"), "family", gw_cli_family(cli, "IP")));
	return 0;
}

static int sample_route(struct gw_cli *cli)
{
	gw_cli_text(cli, "vrf %s prefix %s ip %s\n", gw_cli_arg(cli, "VRF") ?: "-",
		gw_cli_arg(cli, "PREFIX") ?: "-", gw_cli_arg(cli, "IP") ?: "-");
	return 0;
}

static int sample_summary(struct gw_cli *cli)
{
	gw_cli_text(cli, "summary\n");
	return 0;
}

static int sample_nested(struct gw_cli *cli)
{
	gw_cli_text(cli, "%s %s %s %s\n", gw_cli_arg(cli, "NAME") ?: "-",
		gw_cli_arg(cli, "LEVEL") ?: "-", gw_cli_arg(cli, "N") ?: "-",
		gw_cli_has(cli, "deep") ? "deep" : "-");
	return 0;
}

static int sample_port(struct gw_cli *cli)
{
	gw_cli_put(cli,
		json_pack("[{ss si ss*} {ss si so}]", "name", "p0", "rx", 5, "state",
			gw_cli_has(cli, "stats") ? "up" : NULL, "name", "port1", "rx", 1234,
			"state", json_null()));
	return 0;
}

static void sample_drop(void *state)
{
	(void)state;
	sample_drops++;
}

// "count N": rows 0..N-1, "fail": an error behind them, "wait": not before ten calls, "inside" of
// an object.
static int sample_rows(struct gw_cli *cli)
{
	struct {
		uint32_t next;
		unsigned waited;
		bool begun;
	} *s = gw_cli_state(cli, sizeof(*s), sample_drop);
	uint32_t n = gw_cli_u32(cli, "N", 10);

	if (s == NULL)
		return -ENOMEM;
	if (gw_cli_has(cli, "inside") && !s->begun)
		gw_cli_list_in(cli, json_pack("{si}", "count", (int)n), "rows");
	else
		gw_cli_list(cli);
	s->begun = true;
	if (gw_cli_has(cli, "wait") && s->waited++ < 10)
		return GW_CLI_AGAIN;
	for (; s->next < n; s->next++) {
		if (gw_cli_full(cli))
			return GW_CLI_AGAIN;
		gw_cli_row(cli, json_pack("{sI ss}", "id", (json_int_t)s->next, "name", "row"));
	}
	return gw_cli_has(cli, "fail") ? gw_cli_fail(cli, EIO, "rows broke") : 0;
}

static int sample_forever(struct gw_cli *cli)
{
	return gw_cli_state(cli, 1, sample_drop) != NULL ? GW_CLI_AGAIN : -ENOMEM;
}

static int sample_plain_errno(struct gw_cli *cli)
{
	(void)cli;
	return -ENOENT;
}

static void sample_interfaces(gw_cli_emit_fn emit, void *arg, const char *prefix)
{
	(void)prefix;
	emit(arg, "a1");
	emit(arg, "a2");
	emit(arg, "core0");
}

static struct gw_cli_type sample_type = {.name = "interface", .list = sample_interfaces};

#define SAMPLE(pattern_, fn_)                                               \
	{                                                                   \
		.pattern = (pattern_), .help = "help of " #fn_, .fn = (fn_) \
	}
static struct gw_cli_command samples[] = {
	SAMPLE("add host IP:ip4 mac MAC interface NAME:interface [publish cost COST] [standby] "
	       "[vrf VRF]",
		sample_host_add),
	SAMPLE("add host-tunnel IP {tunnel TUNNEL|group GROUP} [lifetime MS] [vrf VRF]",
		sample_tunnel_add),
	SAMPLE("echo [IP] [says TEXT:rest]", sample_echo),
	SAMPLE("show route [vrf VRF] [PREFIX|IP]", sample_route),
	SAMPLE("show route summary", sample_summary),
	SAMPLE("set thing [NAME [level LEVEL:u32]] [many [N] [deep]]", sample_nested),
	SAMPLE("show port {stats|info|xstats} PORT", sample_port),
	SAMPLE("rows [count N] [wait] [fail] [inside]", sample_rows),
	SAMPLE("wait forever", sample_forever),
	SAMPLE("{do|undo} nothing", sample_plain_errno),
};

static bool sample_keep(const struct gw_cli_command *c)
{
	return strncmp(c->pattern, "help ", 5) == 0 || strncmp(c->pattern, "load ", 5) == 0 ||
		strcmp(c->pattern, "quit") == 0;
}

static bool sample_keep_type(const struct gw_cli_type *t)
{
	return strcmp(t->name, "command") == 0;
}

// Makes these, and what the command line itself has, the only commands.
static void samples_register(void)
{
	gw_cli_commands_filter(sample_keep);
	gw_cli_types_filter(sample_keep_type);
	gw_cli_type_register(&sample_type);
	for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++)
		gw_cli_command_register(&samples[i]);
}
