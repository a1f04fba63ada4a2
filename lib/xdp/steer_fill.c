// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "xdp/steer.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

static int put(int map, const void *key, const void *value, const char *what, struct gw_err *err)
{
	if (bpf_map_update_elem(map, key, value, BPF_ANY) < 0)
		return gw_err_set(err, errno, "cannot enter %s into the steering map: %s", what,
			strerror(errno));
	return 0;
}

static int counter_clear(struct gw_steer *s, uint32_t counter, struct gw_err *err)
{
	int cpus = libbpf_num_possible_cpus();
	uint64_t *zero = calloc((size_t)(cpus > 0 ? cpus : 1), sizeof(*zero));
	int ret;

	if (zero == NULL)
		return gw_err_set(err, ENOMEM, "no memory");
	ret = put(s->counters, &counter, zero, "a counter", err);
	free(zero);
	return ret;
}

static bool listed(const struct gw_xdp_pass *list, unsigned n, const char *name)
{
	for (unsigned i = 0; i < n; i++)
		if (strcmp(list[i].name, name) == 0)
			return true;
	return false;
}

static int entry_put(
	struct gw_steer *s, const struct gw_xdp_pass *e, uint32_t counter, struct gw_err *err)
{
	uint32_t proto = (uint32_t)e->proto;
	int ret = 0;

	if (e->proto >= 0)
		ret = put(s->protos, &proto, &counter, e->name, err);
	for (unsigned i = 0; ret == 0 && i < e->n_keys; i++)
		ret = put(s->keys, &e->keys[i], &counter, e->name, err);
	return ret;
}

static void entry_del(struct gw_steer *s, const struct gw_xdp_pass *e)
{
	uint32_t proto = (uint32_t)e->proto, none = 0;

	// Neither fails for a key that is there, and one that is not is as wanted.
	if (e->proto >= 0)
		bpf_map_update_elem(s->protos, &proto, &none, BPF_ANY);
	for (unsigned i = 0; i < e->n_keys; i++)
		bpf_map_delete_elem(s->keys, &e->keys[i]);
}

int gw_steer_pass_set(
	struct gw_steer *s, const struct gw_xdp_pass *list, unsigned n, struct gw_err *err)
{
	unsigned slot = 0;
	int ret;

	// First the old ones out: a new one may have keys of theirs under another name.
	for (unsigned i = 0; i < GW_STEER_ENTRIES; i++) {
		if (s->pass[i].name[0] == '\0' || listed(list, n, s->pass[i].name))
			continue;
		entry_del(s, &s->pass[i]);
		s->pass[i].name[0] = '\0';
	}
	for (unsigned i = 0; i < n; i++) {
		if (listed(s->pass, GW_STEER_ENTRIES, list[i].name))
			continue;
		while (s->pass[slot].name[0] != '\0')
			slot++; // as many slots as a list has entries at most
		ret = counter_clear(s, GW_STEER_PASSED + slot, err);
		if (ret == 0)
			ret = entry_put(s, &list[i], GW_STEER_PASSED + slot, err);
		if (ret < 0)
			return ret;
		s->pass[slot] = list[i];
	}
	return 0;
}

int gw_steer_own_set(
	struct gw_steer *s, const struct in6_addr *addrs, unsigned n, struct gw_err *err)
{
	struct gw_steer_addr gone[GW_STEER_OWN], key, *prev = NULL;
	unsigned n_gone = 0;
	uint32_t one = 1;
	int ret = 0;

	if (n > GW_STEER_OWN)
		return gw_err_set(err, E2BIG, "%u own addresses: at most %d", n, GW_STEER_OWN);
	while (n_gone < GW_STEER_OWN && bpf_map_get_next_key(s->own, prev, &key) == 0) {
		bool stays = false;

		for (unsigned i = 0; i < n && !stays; i++)
			stays = memcmp(&addrs[i], &key, sizeof(key)) == 0;
		if (!stays)
			gone[n_gone++] = key;
		prev = &key;
	}
	for (unsigned i = 0; i < n_gone; i++)
		bpf_map_delete_elem(s->own, &gone[i]);
	for (unsigned i = 0; ret == 0 && i < n; i++)
		ret = put(s->own, &addrs[i], &one, "an own address", err);
	return ret;
}

int gw_steer_counters(const struct gw_steer *s, uint64_t out[static GW_STEER_COUNTERS])
{
	int cpus = libbpf_num_possible_cpus();
	uint64_t *per_cpu;

	if (cpus < 0)
		return cpus;
	per_cpu = calloc((size_t)cpus, sizeof(*per_cpu));
	if (per_cpu == NULL)
		return -ENOMEM;
	for (uint32_t i = 0; i < GW_STEER_COUNTERS; i++) {
		out[i] = 0;
		if (bpf_map_lookup_elem(s->counters, &i, per_cpu) < 0)
			continue;
		for (int cpu = 0; cpu < cpus; cpu++)
			out[i] += per_cpu[cpu];
	}
	free(per_cpu);
	return 0;
}
