// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "dp/stats.h"

#include <errno.h>
#include <string.h>

#include "base/reserve.h"

struct gw_lcore_stats gw_lcore_stats[GW_MAX_LCORES];
struct gw_io_stats *gw_port_stats[GW_MAX_LCORES];
struct gw_io_stats *gw_iface_stats[GW_MAX_LCORES];
struct gw_io_stats *gw_tunnel_stats[GW_MAX_LCORES];

static const struct {
	const char *name;
	const char *help;
} events[GW_EV_COUNT] = {
#define X(id, text) [GW_EV_##id] = {#id, text},
	GW_EVENTS(X)
#undef X
};

const char *gw_event_name(enum gw_event ev)
{
	return events[ev].name;
}

const char *gw_event_help(enum gw_event ev)
{
	return events[ev].help;
}

static int tables_init(struct gw_io_stats *table[], size_t n)
{
	for (int i = 0; i < GW_MAX_LCORES; i++) {
		table[i] = gw_reserve(n * sizeof(**table));
		if (table[i] == NULL)
			return -ENOMEM;
	}
	return 0;
}

int gw_stats_init(void)
{
	if (tables_init(gw_port_stats, GW_MAX_PORTS) < 0 ||
		tables_init(gw_iface_stats, GW_MAX_IFACES) < 0 ||
		tables_init(gw_tunnel_stats, GW_MAX_TUNNELS) < 0) {
		gw_stats_fini();
		return -ENOMEM;
	}
	return 0;
}

static void tables_fini(struct gw_io_stats *table[], size_t n)
{
	for (int i = 0; i < GW_MAX_LCORES; i++) {
		gw_unreserve(table[i], n * sizeof(**table));
		table[i] = NULL;
	}
}

void gw_stats_fini(void)
{
	tables_fini(gw_port_stats, GW_MAX_PORTS);
	tables_fini(gw_iface_stats, GW_MAX_IFACES);
	tables_fini(gw_tunnel_stats, GW_MAX_TUNNELS);
}

struct gw_io_stats gw_io_sum(struct gw_io_stats *const table[], uint32_t index)
{
	struct gw_io_stats sum = {0};

	for (int i = 0; i < GW_MAX_LCORES && table[i] != NULL; i++) {
		const struct gw_io_stats *s = &table[i][index];

		sum.rx_packets += s->rx_packets;
		sum.rx_octets += s->rx_octets;
		sum.tx_packets += s->tx_packets;
		sum.tx_octets += s->tx_octets;
	}
	return sum;
}

void gw_io_clear(struct gw_io_stats *const table[], uint32_t index)
{
	for (int i = 0; i < GW_MAX_LCORES && table[i] != NULL; i++) {
		struct gw_io_stats *s = &table[i][index];

		// What no lcore has counted in stays memory that was never touched.
		if ((s->rx_packets | s->rx_octets | s->tx_packets | s->tx_octets) != 0)
			memset(s, 0, sizeof(*s));
	}
}

void gw_lcore_stats_sum(struct gw_lcore_stats *sum)
{
	uint64_t *to = (uint64_t *)sum;

	memset(sum, 0, sizeof(*sum));
	for (int i = 0; i < GW_MAX_LCORES; i++) {
		const uint64_t *from = (const uint64_t *)&gw_lcore_stats[i];

		for (size_t c = 0; c < sizeof(*sum) / sizeof(*to); c++)
			to[c] += from[c];
	}
}

uint64_t gw_drop_sum(const struct gw_lcore_stats *s)
{
	uint64_t sum = 0;

	for (int i = 0; i < GW_DROP_COUNT; i++)
		sum += s->drop[i];
	return sum;
}
