// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Commands about the configuration and the program as a whole.

#include "slow/config_cli.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <rte_version.h>

#include "cli/cli.h"
#include "config/config.h"
#include "dp/worker.h"

#define CALL_OCTETS 16384		// of text in one call
#define JSON_MAX    (64u * 1024 * 1024) // of text that is parsed again

const char *gw_config_path;
const char *gw_control_path;
const char *gw_name;

static time_t started; // monotonic

__attribute__((constructor)) static void clock_start(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	started = ts.tv_sec;
}

// The configuration as it was when it was asked for.
struct text {
	char *s;
	size_t len, at;
};

static void text_drop(void *state)
{
	free(((struct text *)state)->s);
}

static int text_make(struct text *t, struct gw_err *err)
{
	FILE *f = open_memstream(&t->s, &t->len);
	int ret;

	if (f == NULL)
		return gw_err_set(err, ENOMEM, "no memory for the configuration");
	ret = gw_conf_write(f, err);
	if (fclose(f) != 0 && ret == 0)
		ret = gw_err_set(err, ENOMEM, "no memory for the configuration");
	return ret;
}

static int config_show(struct gw_cli *cli)
{
	struct text *t = gw_cli_state(cli, sizeof(*t), text_drop);
	size_t n;
	int ret;

	if (t == NULL)
		return gw_cli_fail(cli, ENOMEM, "no memory");
	if (t->s == NULL) {
		ret = text_make(t, gw_cli_err(cli));
		if (ret < 0)
			return ret;
	}
	if (gw_cli_json(cli)) {
		if (t->len > JSON_MAX)
			return gw_cli_fail(cli, EFBIG,
				"the configuration is too large to be parsed again; without JSON "
				"mode it is shown as it is, which is JSON as well");
		gw_cli_put(cli, json_loadb(t->s, t->len, 0, NULL));
		return 0;
	}
	n = t->len - t->at < CALL_OCTETS ? t->len - t->at : CALL_OCTETS;
	gw_cli_text(cli, "%.*s", (int)n, t->s + t->at);
	t->at += n;
	return t->at < t->len ? GW_CLI_AGAIN : 0;
}

static int config_save(struct gw_cli *cli)
{
	const char *path = gw_cli_arg(cli, "FILE");
	int ret;

	if (path == NULL)
		path = gw_config_path;
	if (path == NULL)
		return gw_cli_fail(cli, EINVAL, "there is no configuration file: save FILE");
	ret = gw_conf_save(path, gw_cli_err(cli));
	if (ret < 0)
		return ret;
	gw_cli_put(cli, json_pack("{s:s}", "saved", path));
	return 0;
}

int gw_config_reload(struct gw_err *err)
{
	struct gw_conf *conf;
	int ret;

	if (gw_config_path == NULL)
		return gw_err_set(err, EINVAL, "there is no configuration file");
	ret = gw_conf_open(gw_config_path, &conf, err);
	if (ret < 0)
		return ret;
	ret = gw_conf_check(conf, err);
	if (ret == 0)
		ret = gw_conf_apply(conf, err);
	gw_conf_close(conf);
	return ret;
}

static int config_reload(struct gw_cli *cli)
{
	return gw_config_reload(gw_cli_err(cli));
}

static int version_show(struct gw_cli *cli)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	gw_cli_put(cli,
		json_pack("{s:s, s:s, s:s, s:s?, s:i, s:I, s:i, s:s?, s:s?}", "program", "godwit",
			"version", GW_VERSION, "dpdk", rte_version(), "name", gw_name, "pid",
			(int)getpid(), "uptime_s", (json_int_t)(now.tv_sec - started), "workers",
			(int)gw_worker_count, "config", gw_config_path, "socket", gw_control_path));
	return 0;
}

static int shut_down(struct gw_cli *)
{
	gw_stop = true;
	return 0;
}

GW_CLI_COMMAND(
	config_show, "show config", "the running configuration, as save writes it", config_show);
GW_CLI_COMMAND(config_save, "save [FILE]",
	"write the running configuration to a file, or to the one it came from", config_save);
GW_CLI_COMMAND(config_reload, "reload",
	"read the configuration file again and bring about what is different", config_reload);
GW_CLI_COMMAND(version_show, "show version",
	"the program, its version, DPDK's, and how long it runs", version_show);
GW_CLI_COMMAND(shut_down, "shutdown", "end godwit", shut_down);
