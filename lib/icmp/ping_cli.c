// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// ping: of an address of either family.

#include <errno.h>
#include <netinet/in.h>
#include <string.h>

#include "cli/cli.h"
#include "fib/vrf.h"
#include "icmp/ping_run.h"
#include "iface/iface.h"

static void stop(void *p)
{
	gw_ping_stop(p); // does nothing when it was not started
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

static int start(struct gw_cli *cli, struct gw_ping *p)
{
	char dst[GW_IP_LEN], src[GW_IP_LEN];
	int ret = destination(cli, p);

	if (ret == 0)
		ret = gw_ping_start(p, gw_cli_err(cli));
	if (ret == 0)
		gw_cli_text(cli, "PING %s from %s: %u octets of data\n", gw_ip_str(&p->dst, dst),
			gw_ip_str(&p->src, src), GW_PING_DATA);
	return ret;
}

static int ping(struct gw_cli *cli)
{
	return gw_ping_run(cli, start, stop);
}

GW_CLI_COMMAND(ping, "ping IP:text [count N] [interval MS] [vrf V]",
	"send echo requests, 5 of them at 1000 ms by default, and wait for the answers", ping);
