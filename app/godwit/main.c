// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// The user plane: start, wire, stop.

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <rte_eal.h>
#include <rte_launch.h>
#include <rte_lcore.h>

#include "base/log.h"
#include "capture/capture.h"
#include "cli/cli.h"
#include "cli/listen.h"
#include "cli/repl.h"
#include "config/config.h"
#include "dp/rcu.h"
#include "dp/replay.h"
#include "dp/stats_json.h"
#include "dp/worker.h"
#include "eal.h"
#include "fib/host_tunnel.h"
#include "fib/route.h"
#include "fib/segment.h"
#include "fib/vrf.h"
#include "host/host.h"
#include "iface/iface.h"
#include "linkage/linkage.h"
#include "neigh/neigh.h"
#include "options.h"
#include "port/port.h"
#include "publish/kernel.h"
#include "slow/config_cli.h"
#include "slow/slow.h"
#include "slow/tables.h"
#include "tunnel/tunnel.h"

GW_LOG_MODULE("godwit");

#define SLEEP_DEFAULT_US 50
#define REPLAY_CHECKS	 5

static struct gw_ctl_server *server;
static cpu_set_t start_cpus; // before EAL pinned the main thread
static volatile sig_atomic_t reload_wanted;

static void on_signal(int sig)
{
	if (sig == SIGHUP)
		reload_wanted = 1;
	else
		gw_stop = true;
}

static void signals_set(void)
{
	struct sigaction sa = {.sa_handler = on_signal};

	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGTERM, &sa, NULL);
	sigaction(SIGHUP, &sa, NULL);
	signal(SIGPIPE, SIG_IGN);
}

static bool control_poll(uint64_t)
{
	struct gw_err err = {0};

	if (reload_wanted) {
		reload_wanted = 0;
		if (gw_config_reload(&err) < 0)
			LOG(ERR, "reload: %s", err.text);
		else
			LOG(NOTICE, "reload: done");
	}
	return gw_ctl_poll(server);
}

// Replay ends when workers have found nothing for some checks in a row.
static bool replay_poll(uint64_t)
{
	static unsigned quiet;

	quiet = gw_replay_done() ? quiet + 1 : 0;
	if (quiet == REPLAY_CHECKS)
		gw_stop = true;
	return false;
}

// A null device gives packets for ever.
static int replay_check(struct gw_err *err)
{
	for (uint16_t i = 0; i < GW_MAX_PORTS; i++) {
		const char *device = gw_ports[i].device;

		if (gw_ports[i].used && strncmp(device, "net_null", 8) == 0 &&
			strstr(device, "no-rx=1") == NULL)
			return gw_err_set(err, EINVAL,
				"--replay: port %s (%s) never ends: add no-rx=1, or use net_pcap",
				gw_ports[i].name, device);
	}
	return 0;
}

static void slow_poll(void *)
{
	if (gw_worker_conf.replay)
		gw_replay_tick();
	gw_slow_once();
}

static bool shares_cpu(const struct gw_boot *boot)
{
	for (unsigned i = 0; i < boot->worker_count; i++) {
		if (boot->workers[i] == boot->slow_cpu)
			return true;
	}
	return false;
}

// The idle back-off: as configured, else on where polling costs system calls or another's CPU.
static void idle_sleep_choose(const struct gw_boot *boot)
{
	bool on = shares_cpu(boot);

	gw_worker_conf.shared_cpu = on;
	for (uint16_t i = 0; i < GW_MAX_PORTS; i++)
		on |= gw_ports[i].used && gw_ports[i].sleepy;
	gw_worker_conf.idle_sleep_us = on ? SLEEP_DEFAULT_US : 0;
	if (boot->idle_sleep_us >= 0)
		gw_worker_conf.idle_sleep_us = (uint32_t)boot->idle_sleep_us;
}

static int control_open(const struct gw_boot *boot, const struct options *o, struct gw_err *err)
{
	static char path[256];
	int ret;

	if (o->replay && o->socket == NULL)
		return 0; // over before anybody could ask
	snprintf(path, sizeof(path), GW_SOCKET_DIR "/%s.sock", boot->name);
	ret = gw_ctl_open(o->socket != NULL ? o->socket : path, &server, err);
	if (ret < 0)
		return ret;
	gw_control_path = o->socket != NULL ? o->socket : path;
	gw_slow_every(0, control_poll);
	return gw_slow_watch(gw_ctl_fd(server), NULL);
}

static void *repl_main(void *)
{
	pthread_setaffinity_np(pthread_self(), sizeof(start_cpus), &start_cpus);
	gw_repl_run(gw_control_path, false);
	gw_stop = true;
	return NULL;
}

static int workers_launch(struct gw_err *err)
{
	unsigned id = 1, lcore;

	RTE_LCORE_FOREACH_WORKER (lcore) {
		if (id > gw_worker_count)
			break;
		gw_workers[id].lcore = lcore;
		if (rte_eal_remote_launch(gw_worker_main, &gw_workers[id], lcore) != 0)
			return gw_err_set(err, EBUSY, "lcore %u does not start", lcore);
		id++;
	}
	return 0;
}

// Before the work, not after it: can the file be written?
static int stats_try(const char *path, struct gw_err *err)
{
	FILE *file = fopen(path, "ae");

	if (file == NULL)
		return gw_err_set(err, errno, "--stats-json %s: %s", path, strerror(errno));
	fclose(file);
	return 0;
}

static int stats_write(const char *path, struct gw_err *err)
{
	json_t *stats = gw_stats_json();
	int ret = json_dump_file(stats, path, JSON_INDENT(2));

	json_decref(stats);
	if (ret != 0)
		return gw_err_set(err, errno, "--stats-json %s: %s", path, strerror(errno));
	return 0;
}

static int finish(const struct options *o, struct gw_err *err)
{
	int ret = 0;

	if (o->replay) {
		gw_cli_run("show drop", false, stdout, NULL, NULL, NULL);
		gw_cli_run("show port stats all", false, stdout, NULL, NULL, NULL);
	}
	if (o->stats_json != NULL)
		ret = stats_write(o->stats_json, err);
	return ret;
}

// Everything between a configuration that is well-formed and the end.
static int run(
	struct gw_conf **conf, struct gw_boot *boot, const struct options *o, struct gw_err *err)
{
	const struct gw_worker_conf worker_conf = {.replay = o->replay};
	pthread_t repl;
	int ret;

	sched_getaffinity(0, sizeof(start_cpus), &start_cpus);
	ret = o->stats_json != NULL ? stats_try(o->stats_json, err) : 0;
	if (ret == 0)
		ret = eal_start(boot, o, err);
	if (ret < 0)
		return ret;
	boot->worker_count = rte_lcore_count() - 1;
	if (boot->worker_count == 0)
		return gw_err_set(err, EINVAL, "EAL options leave no lcore for a worker");
	ret = gw_tables_init(boot->worker_count);
	if (ret < 0)
		gw_err_set(err, -ret, "no memory for the tables");
	if (ret == 0)
		ret = gw_mbuf_init(&boot->mbuf, err);
	if (ret == 0)
		ret = gw_worker_init(boot->worker_count, &worker_conf, err);
	if (ret == 0)
		ret = gw_conf_apply(*conf, err);
	gw_conf_close(*conf); // a million hosts' text is not needed any more
	*conf = NULL;
	if (ret == 0 && o->replay)
		ret = replay_check(err);
	if (ret == 0)
		ret = gw_ports_start(err);
	if (ret == 0)
		ret = gw_worker_ports_assign(err);
	if (ret == 0)
		ret = control_open(boot, o, err);
	if (ret < 0)
		goto out;
	gw_slow_once(); // reads the clock
	ret = gw_linkage_start(gw_control_path, err);
	if (ret < 0)
		goto out;
	idle_sleep_choose(boot);
	signals_set();
	ret = workers_launch(err);
	if (ret < 0)
		goto out;
	if (o->exec != NULL) {
		ret = gw_cli_run_file(o->exec, stdout, slow_poll, NULL, err);
		if (ret == GW_CLI_QUIT) {
			gw_stop = !o->replay; // as at the prompt; a replay has yet to begin
			ret = 0;
		}
	}
	if (ret == 0) {
		if (o->replay)
			gw_slow_every(0, replay_poll);
		if (o->interactive && pthread_create(&repl, NULL, repl_main, NULL) == 0)
			pthread_detach(repl);
		LOG(INFO, "%s runs: %u workers", boot->name, gw_worker_count);
		gw_slow_once(); // what the commands left to do
		gw_running = true;
		gw_slow_main();
		gw_linkage_stop();
		gw_publish_kernel_fini(); // at once: workers and ports take longer
		gw_linkage_fini();
	}
	gw_stop = true;
	rte_eal_mp_wait_lcore();
	if (ret == 0)
		ret = finish(o, err);
out:
	gw_stop = true;
	gw_ctl_close(server);
	rte_eal_mp_wait_lcore();
	gw_capture_fini();
	gw_linkage_stop(); // a start that failed
	gw_publish_kernel_fini();
	gw_linkage_fini();
	gw_worker_fini();
	gw_ports_stop();
	gw_tables_fini();
	gw_mbuf_fini();
	rte_eal_cleanup();
	return ret;
}

int main(int argc, char **argv)
{
	struct gw_boot boot = {0};
	struct gw_err err = {0};
	struct gw_conf *conf;
	struct options o;
	int ret;

	options_parse(argc, argv, &o);
	if (o.check)
		return gw_conf_main_check(o.config);
	gw_config_path = o.config;
	gw_name = boot.name;
	ret = gw_conf_open(o.config, &conf, &err);
	if (ret == 0) {
		ret = gw_conf_check(conf, &err);
		if (ret == 0)
			ret = gw_boot_read(conf, &boot, &err);
		if (ret == 0)
			ret = run(&conf, &boot, &o, &err);
		gw_conf_close(conf);
		gw_boot_free(&boot);
	}
	if (ret < 0)
		fprintf(stderr, "godwit: %s\n", err.text);
	return ret < 0 ? 1 : 0;
}
