// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include <errno.h>
#include <string.h>

#include "capture/capture.h"
#include "cli/cli.h"
#include "port/port.h"

static void status_put(struct gw_cli *cli)
{
	const struct gw_capture_status s = gw_capture_status();

	gw_cli_put(cli,
		json_pack("{s:s?, s:b, s:I, s:I, s:I, s:s?}", "file", s.path, "running", s.on,
			"packets", (json_int_t)s.packets, "octets", (json_int_t)s.octets, "lost",
			(json_int_t)s.lost, "error", s.error != 0 ? strerror(s.error) : NULL));
}

static int capture_start(struct gw_cli *cli)
{
	struct gw_capture_filter filter = {.port = GW_CAPTURE_NO_PORT,
		.count = gw_cli_u32(cli, "N", 0),
		.drops = gw_cli_has(cli, "drop")};
	const char *port = gw_cli_arg(cli, "PORT");

	if (gw_cli_arg(cli, "N") != NULL && filter.count == 0)
		return gw_cli_fail(cli, ERANGE, "count 0 is out of range (1..4294967295)");
	if (port != NULL && !gw_port_find(port, &filter.port))
		return gw_cli_fail(cli, ENOENT, "no port \"%s\" (show port info all)", port);
	return gw_capture_start(gw_cli_arg(cli, "FILE"), &filter, gw_cli_err(cli));
}

static int capture_stop(struct gw_cli *cli)
{
	if (gw_capture_status().path == NULL)
		return gw_cli_fail(cli, EINVAL, "there is no capture (capture start FILE)");
	if (!gw_capture_stop())
		return GW_CLI_AGAIN;
	status_put(cli);
	return 0;
}

static int capture_show(struct gw_cli *cli)
{
	status_put(cli);
	return 0;
}

GW_CLI_COMMAND(capture_start, "capture start FILE [port PORT] [count N:u32] [drop]",
	"write what ports receive and send, or what is dropped and why, to a pcapng file",
	capture_start);
GW_CLI_COMMAND(
	capture_stop, "capture stop", "end the capture and say what is in its file", capture_stop);
GW_CLI_COMMAND(capture_show, "show capture", "the capture that runs, or ran last", capture_show);
