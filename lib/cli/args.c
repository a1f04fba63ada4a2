// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "cli/run.h"

#include <errno.h>
#include <string.h>

static const struct gw_cli_value *value_get(struct gw_cli *cli, const char *name)
{
	const struct gw_cli_pattern *p = cli->command->compiled;

	for (unsigned i = 0; i < p->n_args; i++) {
		if ((cli->match.args >> i & 1) != 0 && strcmp(p->args[i], name) == 0)
			return &cli->match.values[i];
	}
	return NULL;
}

static const struct gw_cli_value *value4_get(struct gw_cli *cli, const char *name)
{
	const struct gw_cli_value *v = value_get(cli, name);

	if (v == NULL || v->family != AF_INET6)
		return v;
	gw_cli_fail(cli, EAFNOSUPPORT, "'%s': an IPv6 value cannot stand here, only IPv4",
		gw_cli_arg(cli, name));
	return NULL;
}

const char *gw_cli_arg(struct gw_cli *cli, const char *name)
{
	const struct gw_cli_value *v = value_get(cli, name);

	return v != NULL ? cli->match.texts[v - cli->match.values] : NULL;
}

bool gw_cli_has(struct gw_cli *cli, const char *literal)
{
	const struct gw_cli_pattern *p = cli->command->compiled;

	for (unsigned i = 0; i < p->n_literals; i++) {
		if ((cli->match.literals >> i & 1) != 0 && strcmp(p->literals[i], literal) == 0)
			return true;
	}
	return false;
}

bool gw_cli_json(struct gw_cli *cli)
{
	return cli->json;
}

int gw_cli_family(struct gw_cli *cli, const char *name)
{
	const struct gw_cli_value *v = value_get(cli, name);

	return v != NULL ? v->family : 0;
}

struct gw_ip gw_cli_ip(struct gw_cli *cli, const char *name)
{
	const struct gw_cli_value *v = value_get(cli, name);

	if (v == NULL)
		return (struct gw_ip){0};
	return v->family == AF_INET ? gw_ip_of4(v->ip4) : gw_ip_of6(&v->ip6);
}

struct gw_prefix gw_cli_prefix(struct gw_cli *cli, const char *name)
{
	const struct gw_cli_value *v = value_get(cli, name);

	if (v == NULL)
		return (struct gw_prefix){0};
	if (v->family == AF_INET)
		return gw_prefix_of4(v->prefix4.addr, v->prefix4.len);
	return (struct gw_prefix){.addr = gw_ip_of6(&v->prefix6.addr), .len = v->prefix6.len};
}

uint32_t gw_cli_ip4(struct gw_cli *cli, const char *name)
{
	const struct gw_cli_value *v = value4_get(cli, name);

	return v != NULL ? v->ip4 : 0;
}

struct in6_addr gw_cli_ip6(struct gw_cli *cli, const char *name)
{
	const struct gw_cli_value *v = value_get(cli, name);

	return v != NULL && v->family == AF_INET6 ? v->ip6 : (struct in6_addr){0};
}

struct gw_prefix4 gw_cli_prefix4(struct gw_cli *cli, const char *name)
{
	const struct gw_cli_value *v = value4_get(cli, name);

	return v != NULL ? v->prefix4 : (struct gw_prefix4){0};
}

struct gw_prefix6 gw_cli_prefix6(struct gw_cli *cli, const char *name)
{
	const struct gw_cli_value *v = value_get(cli, name);

	return v != NULL && v->family == AF_INET6 ? v->prefix6 : (struct gw_prefix6){0};
}

struct gw_mac gw_cli_mac(struct gw_cli *cli, const char *name)
{
	const struct gw_cli_value *v = value_get(cli, name);

	return v != NULL ? v->mac : (struct gw_mac){0};
}

uint32_t gw_cli_u32(struct gw_cli *cli, const char *name, uint32_t dflt)
{
	const struct gw_cli_value *v = value_get(cli, name);

	return v != NULL ? v->u32 : dflt;
}
