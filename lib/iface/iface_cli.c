// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Commands about interfaces.

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/columns.h"
#include "cli/name.h"
#include "iface/iface.h"
#include "iface/save.h"
#include "iface/try.h"
#include "port/port.h"

#define MAX_ADDRS 64
#define MIN_MTU	  68 // RFC 791
#define MAX_MTU	  9600

#define OPTIONS                                                                          \
	"[vlan VLANS] [tpid {0x8100|0x88a8}] [fallback TUNNEL:path] [gateway PREFIXES] " \
	"[address ADDRESSES] [vrf V:vrf] [active|standby] [mtu MTU:u32] "                \
	"[proxy-arp|no-proxy-arp]"

static int interface_show(struct gw_cli *cli)
{
	static const char *const columns[] = {"name", "port", "vlans", "role", "state", "vrf",
		"addresses", "fallback", "hosts", "rx_packets", "tx_packets", NULL};
	const char *name = gw_cli_arg(cli, "NAME");
	uint16_t *at = gw_cli_state(cli, sizeof(*at), NULL);

	if (at == NULL)
		return gw_cli_fail(cli, ENOMEM, "no memory");
	if (name != NULL) {
		*at = gw_iface_find(name);
		if (*at == 0)
			return gw_cli_fail(
				cli, ENOENT, "no interface \"%s\" (show interface)", name);
		gw_cli_put(cli, gw_iface_json(*at));
		return 0;
	}
	gw_cli_list(cli);
	while ((*at = gw_iface_next(*at)) != 0) {
		gw_cli_row_columns(cli, gw_iface_json(*at), columns);
		if (gw_cli_full(cli))
			return GW_CLI_AGAIN;
	}
	return 0;
}

// "100" or "100,200"
static int vlans_read(struct gw_cli *cli, uint16_t vlans[static 2], uint8_t *count)
{
	const char *text = gw_cli_arg(cli, "VLANS");
	const char *at = text;

	for (*count = 0; at != NULL && *at >= '0' && *at <= '9' && *count < 2;) {
		char *end;
		unsigned long id = strtoul(at, &end, 10);

		if (id < 1 || id > 4094)
			return gw_cli_fail(
				cli, ERANGE, "vlan %s: %lu is out of range (1..4094)", text, id);
		vlans[(*count)++] = (uint16_t)id;
		at = end;
		if (*at == '\0')
			return 0;
		at += *at == ',';
	}
	return at == NULL
		? 0
		: gw_cli_fail(cli, EINVAL, "vlan %s: one VLAN id, or two as OUTER,INNER", text);
}

struct addresses {
	struct gw_iface_addr v4[MAX_ADDRS];
	struct gw_iface_addr6 v6[MAX_ADDRS];
	uint8_t n4, n6;
};

// "PREFIX[,PREFIX]..." onto the end of `list`
static int prefixes_read(struct gw_cli *cli, const char *arg, bool gateway, struct addresses *list)
{
	const char *at = gw_cli_arg(cli, arg);

	while (at != NULL && *at != '\0') {
		size_t len = strcspn(at, ",");
		char text[GW_PREFIX6_LEN];
		struct gw_iface_addr a4 = {.gateway = gateway};
		struct gw_iface_addr6 a6 = {.gateway = gateway};

		if (list->n4 + list->n6 == MAX_ADDRS)
			return gw_cli_fail(cli, ENOSPC, "more than %d addresses", MAX_ADDRS);
		snprintf(text, sizeof(text), "%.*s", (int)len, at);
		if (len < sizeof(text) && gw_prefix4_parse(text, &a4.p))
			list->v4[list->n4++] = a4;
		else if (len < sizeof(text) && gw_prefix6_parse(text, &a6.p))
			list->v6[list->n6++] = a6;
		else
			return gw_cli_fail(cli, EINVAL,
				"'%.*s' is no address with prefix length, as 10.1.1.1/24 or "
				"2001:db8::1/64",
				(int)len, at);
		at += len + (at[len] == ',');
	}
	return 0;
}

static bool is_none(struct gw_cli *cli, const char *arg)
{
	const char *text = gw_cli_arg(cli, arg);

	return text != NULL && strcmp(text, "none") == 0;
}

// Those of the interface that the command says nothing of, onto the end of `list`.
static int addresses_keep(
	struct gw_cli *cli, const struct gw_iface_spec *old, bool gateways, struct addresses *list)
{
	if (list->n4 + list->n6 + old->addr_count + old->addr6_count > MAX_ADDRS)
		return gw_cli_fail(cli, ENOSPC, "more than %d addresses", MAX_ADDRS);
	for (unsigned i = 0; i < old->addr_count; i++) {
		if (old->addrs[i].gateway == gateways)
			list->v4[list->n4++] = old->addrs[i];
	}
	for (unsigned i = 0; i < old->addr6_count; i++) {
		if (old->addrs6[i].gateway == gateways)
			list->v6[list->n6++] = old->addrs6[i];
	}
	return 0;
}

// The addresses that it shall have; `clients`: it is towards clients, where all are gateways.
static int addresses_read(
	struct gw_cli *cli, bool clients, const struct gw_iface_spec *old, struct addresses *list)
{
	bool gateway = gw_cli_arg(cli, "PREFIXES") != NULL;
	bool address = gw_cli_arg(cli, "ADDRESSES") != NULL;
	int ret = 0;

	if (!address)
		ret = addresses_keep(cli, old, false, list);
	else if (!is_none(cli, "ADDRESSES"))
		ret = prefixes_read(cli, "ADDRESSES", clients, list);
	if (ret == 0 && gateway && !is_none(cli, "PREFIXES"))
		ret = prefixes_read(cli, "PREFIXES", true, list);
	if (ret == 0 && !gateway && !(clients && address))
		ret = addresses_keep(cli, old, true, list);
	return ret;
}

static int numbers_read(struct gw_cli *cli, struct gw_iface_spec *spec)
{
	uint32_t mtu = gw_cli_u32(cli, "MTU", spec->mtu);
	int ret = 0;

	if (gw_cli_arg(cli, "VLANS") != NULL)
		ret = vlans_read(cli, spec->vlans, &spec->vlan_count);
	if (ret < 0)
		return ret;
	if (gw_cli_arg(cli, "MTU") != NULL && (mtu < MIN_MTU || mtu > MAX_MTU))
		return gw_cli_fail(
			cli, ERANGE, "mtu %u is out of range (%d..%d)", mtu, MIN_MTU, MAX_MTU);
	spec->mtu = (uint16_t)mtu;
	if (gw_cli_has(cli, "0x8100"))
		spec->tpid = 0x8100;
	else if (gw_cli_has(cli, "0x88a8"))
		spec->tpid = 0x88a8;
	return 0;
}

static void words_read(struct gw_cli *cli, struct gw_iface_spec *spec)
{
	if (gw_cli_arg(cli, "V") != NULL)
		spec->vrf = gw_cli_arg(cli, "V");
	if (gw_cli_arg(cli, "TUNNEL") != NULL)
		spec->fallback = is_none(cli, "TUNNEL") ? NULL : gw_cli_arg(cli, "TUNNEL");
	if (gw_cli_has(cli, "standby"))
		spec->half = GW_HALF_STANDBY;
	else if (gw_cli_has(cli, "active"))
		spec->half = GW_HALF_ACTIVE;
	if (gw_cli_has(cli, "no-proxy-arp") || gw_cli_has(cli, "proxy-arp"))
		spec->no_proxy_arp = gw_cli_has(cli, "no-proxy-arp");
}

static int interface_add(struct gw_cli *cli)
{
	const char *name = gw_cli_arg(cli, "NAME"), *on = gw_cli_arg(cli, "PORT");
	struct gw_iface_spec spec = {.name = name}, old = {0};
	uint16_t port, i = gw_iface_find(name);
	struct addresses addrs = {0};
	int ret = gw_cli_name_check(cli, "NAME");

	if (ret == 0)
		ret = gw_cli_name_check(cli, "V");
	if (ret < 0)
		return ret;
	if (!gw_port_find(on, &port))
		return gw_cli_fail(
			cli, ENOENT, "interface %s: no port \"%s\" (show port info all)", name, on);
	if (i != 0)
		spec = old = gw_iface_spec_of(i);
	spec.port = on;
	ret = numbers_read(cli, &spec);
	if (ret == 0)
		ret = addresses_read(cli, gw_port_has_gateways(&gw_ports[port]), &old, &addrs);
	if (ret < 0)
		return ret;
	words_read(cli, &spec);
	spec.addrs = addrs.v4;
	spec.addr_count = addrs.n4;
	spec.addrs6 = addrs.v6;
	spec.addr6_count = addrs.n6;
	// What a port says is its addresses; of the rest, section "interfaces" has to.
	if (spec.vlan_count > 0 ||
		(gw_cli_arg(cli, "PREFIXES") != NULL && !gw_port_has_gateways(&gw_ports[port])))
		spec.implicit = false;
	ret = gw_iface_try_add(&spec, port, gw_cli_err(cli));
	return ret < 0 ? ret : gw_iface_add(&spec, gw_cli_err(cli));
}

static int interface_del(struct gw_cli *cli)
{
	const char *name = gw_cli_arg(cli, "NAME");
	const char *port = gw_cli_arg(cli, "PORT");
	uint16_t i = gw_iface_find(name);
	int ret = 0;

	if (i != 0 && port != NULL && strcmp(gw_ports[gw_ifaces[i].port].name, port) != 0)
		return gw_cli_fail(cli, EINVAL, "interface %s is on port %s, not %s", name,
			gw_ports[gw_ifaces[i].port].name, port);
	if (i != 0 && gw_iface_infos[i].hosts == 0)
		ret = gw_iface_try_del(i, gw_cli_err(cli));
	return ret < 0 ? ret : gw_iface_del(name, gw_cli_err(cli));
}

static int interface_switch(struct gw_cli *cli)
{
	return gw_iface_switch(gw_cli_arg(cli, "NAME"),
		gw_cli_has(cli, "standby") ? GW_HALF_STANDBY : GW_HALF_ACTIVE, gw_cli_err(cli));
}

static void interface_list(gw_cli_emit_fn emit, void *arg, const char *prefix)
{
	uint16_t i = 0;

	while ((i = gw_iface_next(i)) != 0)
		emit(arg, gw_iface_infos[i].name);
}

GW_CLI_TYPE("interface", interface_list);
GW_CLI_COMMAND(interface_show, "show interface [NAME:interface]",
	"interfaces, their state, addresses and counters", interface_show);
GW_CLI_COMMAND(interface_add, "add interface NAME port PORT " OPTIONS,
	"add an interface, or change one: what is not given is kept, `none` takes away",
	interface_add);
GW_CLI_COMMAND(interface_del, "del interface NAME:interface [port PORT] " OPTIONS,
	"delete an interface that nothing stands on", interface_del);
GW_CLI_COMMAND(interface_switch, "switch interface NAME:interface {active|standby}",
	"make a half active or standby, with all hosts on it", interface_switch);
