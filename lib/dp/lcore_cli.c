// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// show lcore: what the CPUs do, since the last time somebody asked and over all.

#include <stdio.h>
#include <string.h>

#include <rte_lcore.h>

#include "cli/cli.h"
#include "dp/tsc.h"
#include "dp/worker.h"

// What a share is computed from; of lcore 0, the slow path, `handled` are the punted packets.
struct load {
	uint64_t busy, idle, sleep;
	uint64_t loops, handled;
};

static struct load before[GW_MAX_LCORES];

static struct load load_read(unsigned id)
{
	const struct gw_lcore_stats *s = &gw_lcore_stats[id];

	return (struct load){
		.busy = s->cycles_busy,
		.idle = s->cycles_idle,
		.sleep = s->cycles_sleep,
		.loops = s->loops,
		.handled = id == 0 ? gw_punt_done : s->handled,
	};
}

static struct load load_since(const struct load *now, const struct load *then)
{
	return (struct load){
		.busy = now->busy - then->busy,
		.idle = now->idle - then->idle,
		.sleep = now->sleep - then->sleep,
		.loops = now->loops - then->loops,
		.handled = now->handled - then->handled,
	};
}

static double per(double n, double of)
{
	return of > 0 ? n / of : 0;
}

static unsigned waiting(unsigned id)
{
	unsigned n = 0;

	if (id != 0)
		return rte_ring_count(gw_workers[id].inject) +
			rte_ring_count(gw_workers[id].handoff);
	for (int c = 0; c < GW_PUNT_COUNT; c++)
		n += rte_ring_count(gw_punt_ring[c]);
	return n;
}

static json_t *cpus_json(unsigned lcore)
{
	rte_cpuset_t set = rte_lcore_cpuset(lcore);
	json_t *cpus = json_array();

	for (int i = 0; i < CPU_SETSIZE; i++) {
		if (CPU_ISSET(i, &set))
			json_array_append_new(cpus, json_integer(i));
	}
	return cpus;
}

static json_t *lcore_json(unsigned id)
{
	struct load total = load_read(id);
	struct load now = load_since(&total, &before[id]);
	double cycles = (double)(now.busy + now.idle + now.sleep);
	double seconds = cycles / gw_tsc_hz();
	double all = (double)(total.busy + total.idle + total.sleep);
	// The slow path has much to do beside packets.
	json_t *cost =
		id == 0 ? json_null() : json_real(per((double)now.busy, (double)now.handled));
	char role[16] = "slow";

	before[id] = total;
	if (id != 0)
		snprintf(role, sizeof(role), "worker %u", id);
	return json_pack("{s:i, s:s, s:o, s:f, s:f, s:f, s:f, s:f, s:o, s:I, s:I, s:i, s:I, s:f}",
		"lcore", (int)id, "role", role, "cpus",
		cpus_json(id == 0 ? rte_get_main_lcore() : gw_workers[id].lcore), "busy_percent",
		per((double)now.busy * 100, cycles), "sleep_percent",
		per((double)now.sleep * 100, cycles), "busy_percent_total",
		per((double)total.busy * 100, all), "sleep_percent_total",
		per((double)total.sleep * 100, all), "packets_per_second",
		per((double)now.handled, seconds), "cycles_per_packet", cost, "packets",
		(json_int_t)total.handled, "loops", (json_int_t)total.loops, "waiting",
		(int)waiting(id), "handoffs", (json_int_t)gw_lcore_stats[id].event[GW_EV_handoff],
		"seconds", seconds);
}

static double real(const json_t *o, const char *key)
{
	return json_number_value(json_object_get(o, key));
}

static void lcore_text(struct gw_cli *cli, const json_t *o)
{
	const json_t *cpus = json_object_get(o, "cpus"), *cpu;
	const json_t *cost = json_object_get(o, "cycles_per_packet");
	char list[64] = "", cycles[32] = "-";
	size_t i, n = 0;

	json_array_foreach (cpus, i, cpu) {
		if (n < sizeof(list))
			n += (size_t)snprintf(list + n, sizeof(list) - n, "%s%lld",
				i > 0 ? "," : "", json_integer_value(cpu));
	}
	if (json_is_real(cost))
		snprintf(cycles, sizeof(cycles), "%.1f", json_real_value(cost));
	gw_cli_text(cli, "%-10s %-8s %6.1f %6.1f %12.0f %10s %6.1f %6.1f %14.0f %8.0f %10.0f\n",
		json_string_value(json_object_get(o, "role")), list, real(o, "busy_percent"),
		real(o, "sleep_percent"), real(o, "packets_per_second"), cycles,
		real(o, "busy_percent_total"), real(o, "sleep_percent_total"), real(o, "packets"),
		real(o, "waiting"), real(o, "handoffs"));
}

static int lcore_show(struct gw_cli *cli)
{
	json_t *rows = json_array();

	for (unsigned id = 0; id <= gw_worker_count; id++) {
		json_t *o = lcore_json(id);

		if (id == 0) {
			gw_cli_text(cli, "%-10s %-8s last %.1f s %35s  since start\n", "", "",
				real(o, "seconds"), "");
			gw_cli_text(cli, "%-10s %-8s %6s %6s %12s %10s %6s %6s %14s %8s %10s\n",
				"lcore", "cpus", "busy%", "sleep%", "packets/s", "cycles/pkt",
				"busy%", "sleep%", "packets", "waiting", "handoffs");
		}
		lcore_text(cli, o);
		json_array_append_new(rows, o);
	}
	gw_cli_put(cli, rows);
	return 0;
}

GW_CLI_COMMAND(lcore_show, "show lcore",
	"load of the slow path and the workers, since the last show lcore and since the start",
	lcore_show);
