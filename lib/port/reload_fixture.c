// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "port/reload_fixture.h"

#include <errno.h>
#include <stdio.h>

#include <jansson.h>

#include <rte_eal.h>

#include "config/config.h"
#include "dp/mbuf.h"
#include "dp/rcu.h"
#include "dp/worker.h"
#include "fib/host_tunnel.h"
#include "fib/vrf.h"
#include "host/host.h"
#include "iface/iface.h"
#include "neigh/neigh.h"
#include "port/port.h"
#include "slow/tables.h"
#include "tunnel/tunnel.h"

static int load(const char *text, struct gw_err *err)
{
	struct gw_conf *conf;
	char *json = strdup(text);
	int ret;

	for (char *s = json; (s = strchr(s, '\'')) != NULL;)
		*s = '"';
	memset(err, 0, sizeof(*err));
	ret = gw_conf_open_mem(json, strlen(json), "c.json", &conf, err);
	free(json);
	if (ret < 0)
		return ret;
	ret = gw_conf_check(conf, err);
	if (ret == 0)
		ret = gw_conf_apply(conf, err);
	gw_conf_close(conf);
	gw_rcu_reclaim();
	return ret;
}

void fixture_loads(const char *text)
{
	struct gw_err err;

	load(text, &err);
	assert_string_equal(err.text, "");
}

char *fixture_saved(void)
{
	struct gw_err err = {0};
	char *text;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	assert_int_equal(gw_conf_write(f, &err), 0);
	fclose(f);
	return text;
}

static int text_cmp(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

// Lines of elements in any order: indices are used again in another one.
static char *sorted(const char *text)
{
	json_t *config = json_loads(text, 0, NULL), *section;
	const char *key;
	size_t len;
	char *out;
	FILE *f = open_memstream(&out, &len);

	assert_non_null(config);
	json_object_foreach (config, key, section) {
		size_t n = json_array_size(section);
		char **lines = calloc(n + 1, sizeof(*lines));

		for (size_t i = 0; i < n; i++)
			lines[i] = json_dumps(
				json_array_get(section, i), JSON_ENCODE_ANY | JSON_SORT_KEYS);
		if (n > 0)
			qsort(lines, n, sizeof(*lines), text_cmp);
		else
			lines[n++] = json_dumps(section, JSON_ENCODE_ANY | JSON_SORT_KEYS);
		for (size_t i = 0; i < n; i++) {
			fprintf(f, "%s: %s\n", key, lines[i]);
			free(lines[i]);
		}
		free(lines);
	}
	fclose(f);
	json_decref(config);
	return out;
}

void fixture_same(const char *a, const char *b)
{
	char *x = sorted(a), *y = sorted(b);

	assert_string_equal(x, y);
	free(x);
	free(y);
}

void fixture_refuses(const char *text, const char *error)
{
	char *before = fixture_saved(), *after;
	struct gw_err err;

	assert_true(load(text, &err) < 0);
	assert_string_equal(err.text, error);
	after = fixture_saved();
	fixture_same(before, after);
	free(before);
	free(after);
}

uint16_t fixture_half(const char *name)
{
	uint16_t i = gw_iface_find(name);

	assert_int_not_equal(i, 0);
	return gw_ifaces[i].half;
}

uint16_t fixture_host_iface(uint32_t ip)
{
	uint32_t i = gw_host_find(0, ip);

	return i == 0 ? 0 : gw_where_iface(gw_host_where(&gw_host_down[i]));
}

int fixture_setup(void **state)
{
	static char *argv[] = {(char *)"test", (char *)"--no-huge", (char *)"--no-pci",
		(char *)"--no-shconf", (char *)"--no-telemetry", (char *)"-m", (char *)"128",
		(char *)"-l", (char *)"0", (char *)"--log-level=error"};
	const struct gw_mbuf_conf conf = {.count = 4096};
	const struct gw_worker_conf worker = {0};
	struct gw_err err = {0};

	assert_true(rte_eal_init(RTE_DIM(argv), argv) >= 0);
	assert_int_equal(gw_stats_init(), 0);
	assert_int_equal(gw_rcu_init(1), 0);
	assert_int_equal(gw_iface_init(), 0);
	assert_int_equal(gw_tunnel_init(), 0);
	assert_int_equal(gw_vrf_init(), 0);
	assert_int_equal(gw_host_init(), 0);
	assert_int_equal(gw_host_tunnel_init(), 0);
	assert_int_equal(gw_neigh_init(), 0);
	assert_int_equal(gw_mbuf_init(&conf, &err), 0);
	assert_int_equal(gw_worker_init(1, &worker, &err), 0);
	fixture_loads(PORTS END);
	assert_int_equal(gw_ports_start(&err), 0);
	assert_int_equal(gw_worker_ports_assign(&err), 0);
	return 0;
}

int fixture_teardown(void **state)
{
	gw_worker_fini();
	gw_ports_stop();
	gw_tables_fini();
	gw_mbuf_fini();
	return 0;
}
