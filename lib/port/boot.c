// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "port/boot.h"

#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "port/plan.h"

// "0-3,6"
static const char *cpus_str(const cpu_set_t *cpus, char *buf, size_t room)
{
	size_t n = 0;

	buf[0] = '\0';
	for (unsigned i = 0; i < CPU_SETSIZE && n + 16 < room; i++) {
		unsigned first = i;

		if (!CPU_ISSET(i, cpus))
			continue;
		while (i + 1 < CPU_SETSIZE && CPU_ISSET(i + 1, cpus))
			i++;
		n += (size_t)snprintf(buf + n, room - n, "%s%u", n == 0 ? "" : ",", first);
		if (i > first)
			n += (size_t)snprintf(buf + n, room - n, "-%u", i);
	}
	return buf;
}

static int cpu_read(struct gw_conf *conf, const json_t *value, const cpu_set_t *cpus,
	const char *path, unsigned *cpu, struct gw_err *err)
{
	char text[200];

	*cpu = (unsigned)json_integer_value(value);
	if (CPU_ISSET(*cpu, cpus))
		return 0;
	return gw_conf_fail(conf, err, EINVAL, path,
		"godwit may not run on CPU %u here, only on %s", *cpu,
		cpus_str(cpus, text, sizeof(text)));
}

// The first CPU other than `but`, else that one.
static unsigned cpu_default(const cpu_set_t *cpus, unsigned but)
{
	for (unsigned i = 0; i < CPU_SETSIZE; i++) {
		if (CPU_ISSET(i, cpus) && i != but)
			return i;
	}
	return but;
}

static int lcores_read(struct gw_conf *conf, struct gw_boot *boot, struct gw_err *err)
{
	const json_t *lcores = gw_conf_get(conf, "lcores");
	const json_t *workers = json_object_get(lcores, "workers");
	const json_t *slow = json_object_get(lcores, "slow");
	const json_t *idle = json_object_get(lcores, "idle_sleep_us");
	cpu_set_t cpus;
	int ret = 0;

	if (sched_getaffinity(0, sizeof(cpus), &cpus) < 0)
		return gw_err_set(err, errno, "CPUs of this process: %s", strerror(errno));
	boot->slow_cpu = cpu_default(&cpus, CPU_SETSIZE);
	if (slow != NULL)
		ret = cpu_read(conf, slow, &cpus, "/lcores/slow", &boot->slow_cpu, err);
	boot->workers[0] = cpu_default(&cpus, boot->slow_cpu);
	boot->worker_count = workers == NULL ? 1 : (unsigned)json_array_size(workers);
	for (unsigned i = 0; workers != NULL && i < boot->worker_count && ret == 0; i++)
		ret = cpu_read(conf, json_array_get(workers, i), &cpus,
			gw_conf_path(conf, "/lcores/workers/%u", i), &boot->workers[i], err);
	boot->idle_sleep_us = idle != NULL ? (int)json_integer_value(idle) : -1;
	return ret;
}

static int eal_read(struct gw_conf *conf, struct gw_boot *boot, struct gw_err *err)
{
	const json_t *eal = gw_conf_get(conf, "eal");
	size_t n = json_array_size(eal);

	boot->eal = calloc(n + 1, sizeof(*boot->eal));
	for (size_t i = 0; boot->eal != NULL && i < n; i++) {
		boot->eal[i] = strdup(json_string_value(json_array_get(eal, i)));
		if (boot->eal[i] == NULL)
			break;
		boot->eal_count++;
	}
	return boot->eal_count == n && boot->eal != NULL ? 0 : gw_err_set(err, ENOMEM, "no memory");
}

// A worker sleeps no longer than each of the ports allows; what /lcores says holds for all.
static void ports_read(const struct gw_ports_plan *plan, struct gw_boot *boot)
{
	bool said = boot->idle_sleep_us >= 0;

	boot->port_count = plan->count;
	for (unsigned i = 0; i < plan->count; i++) {
		const struct gw_port_plan *p = &plan->v[i];

		boot->mbuf.xdp |= gw_port_plan_af_xdp(p) != NULL;
		if (!said && p->idle_sleep_us >= 0 &&
			(boot->idle_sleep_us < 0 || p->idle_sleep_us < boot->idle_sleep_us))
			boot->idle_sleep_us = p->idle_sleep_us;
	}
}

int gw_boot_read(struct gw_conf *conf, struct gw_boot *boot, struct gw_err *err)
{
	const json_t *mbuf = gw_conf_get(conf, "mbuf");
	struct gw_ports_plan *plan;
	int ret;

	memset(boot, 0, sizeof(*boot));
	snprintf(
		boot->name, sizeof(boot->name), "%s", json_string_value(gw_conf_get(conf, "name")));
	boot->mbuf.count = (uint32_t)json_integer_value(json_object_get(mbuf, "count"));
	boot->mbuf.data_room = (uint32_t)json_integer_value(json_object_get(mbuf, "data_room"));
	ret = gw_ports_plan(conf, &plan, err);
	if (ret == 0)
		ret = lcores_read(conf, boot, err);
	if (ret == 0)
		ret = eal_read(conf, boot, err);
	if (ret == 0)
		ports_read(plan, boot);
	else
		gw_boot_free(boot);
	return ret;
}

void gw_boot_free(struct gw_boot *boot)
{
	for (unsigned i = 0; i < boot->eal_count; i++)
		free(boot->eal[i]);
	free(boot->eal);
	boot->eal = NULL;
	boot->eal_count = 0;
}
