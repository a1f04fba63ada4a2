// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// show route summary; names of VRFs.

#include "cli/cli.h"
#include "fib/fib_json.h"
#include "fib/vrf.h"
#include "host/host.h"

#define TRIE_ROOT_OCTETS (65536 * sizeof(uint32_t))

// Of the nodes those of the last level have no children.
static uint64_t trie_octets(const struct gw_trie4 *t)
{
	uint64_t nodes = 0;

	for (uint32_t i = 0; i < 65536; i++) {
		if (!(t->root[i] & GW_TRIE4_NODE))
			continue;
		nodes++;
		for (uint32_t k = 0; k < 256; k++)
			nodes += (gw_trie4_nodes[t->root[i] & INT32_MAX][k] & GW_TRIE4_NODE) != 0;
	}
	return TRIE_ROOT_OCTETS + nodes * sizeof(gw_trie4_nodes[0]);
}

static uint64_t rib_octets(const struct gw_rib *rib)
{
	return gw_hash32_memory(&rib->exact) + trie_octets(&rib->trie);
}

static json_t *counts_json(const uint64_t count[static GW_FIB_KINDS], uint64_t octets)
{
	json_t *o = json_object();

	for (int k = GW_FIB_NONE + 1; k < GW_FIB_KINDS; k++) {
		uint64_t n = count[k];

		if (k == GW_FIB_MULTIPATH) // a route as well
			continue;
		if (k == GW_FIB_ROUTE)
			n += count[GW_FIB_MULTIPATH];
		json_object_set_new(
			o, gw_fib_kind_name((enum gw_fib_kind)k), json_integer((json_int_t)n));
	}
	json_object_set_new(o, "octets", json_integer((json_int_t)octets));
	return o;
}

// Hosts and segments are of IPv4.
static json_t *counts6_json(const uint64_t count[static GW_FIB_KINDS], uint64_t octets)
{
	json_t *o = counts_json(count, octets);

	json_object_del(o, gw_fib_kind_name(GW_FIB_HOST));
	json_object_del(o, gw_fib_kind_name(GW_FIB_HOST_TUNNEL));
	json_object_del(o, gw_fib_kind_name(GW_FIB_SEGMENT));
	return o;
}

static json_t *ip6_json(json_t **vrfs)
{
	uint64_t total[GW_FIB_KINDS] = {0}, octets = 0;

	*vrfs = json_array();
	for (uint16_t v = 0; v < gw_vrf_count; v++) {
		const struct gw_rib6 *rib = &gw_vrfs[v].rib6;
		uint64_t here = gw_rib6_memory(rib), count[GW_FIB_KINDS];
		json_t *row = json_pack("{s:s}", "vrf", gw_vrfs[v].name);

		for (int k = 0; k < GW_FIB_KINDS; k++) {
			count[k] = rib->count[k];
			total[k] += count[k];
		}
		octets += here;
		json_object_update_new(row, counts6_json(count, here));
		json_array_append_new(*vrfs, row);
	}
	return counts6_json(total, octets);
}

static int summary_show(struct gw_cli *cli)
{
	uint64_t total[GW_FIB_KINDS] = {0}, octets = 0;
	json_t *vrfs = json_array(), *vrfs6, *total6 = ip6_json(&vrfs6);

	for (uint16_t v = 0; v < gw_vrf_count; v++) {
		const struct gw_vrf *vrf = &gw_vrfs[v];
		uint64_t here = rib_octets(&vrf->rib) + rib_octets(&vrf->clients);
		uint64_t count[GW_FIB_KINDS];
		json_t *row = json_pack("{s:s}", "vrf", vrf->name);

		for (int k = 0; k < GW_FIB_KINDS; k++) {
			count[k] = vrf->rib.count[k];
			total[k] += count[k];
		}
		octets += here;
		json_object_update_new(row, counts_json(count, here));
		json_object_set_new(
			row, "client_prefixes", json_integer(vrf->clients.count[GW_FIB_ROUTE]));
		json_array_append_new(vrfs, row);
	}
	gw_cli_put(cli,
		json_pack("{s:o, s:o, s:o, s:o, s:I}", "vrfs", vrfs, "total",
			counts_json(total, octets), "vrfs6", vrfs6, "total6", total6, "host_octets",
			(json_int_t)gw_host_memory()));
	return 0;
}

static void vrf_list(gw_cli_emit_fn emit, void *arg, const char *prefix)
{
	for (uint16_t v = 0; v < gw_vrf_count; v++)
		emit(arg, gw_vrfs[v].name);
}

GW_CLI_TYPE("vrf", vrf_list);
GW_CLI_COMMAND(route_summary, "show route summary",
	"routes counted by kind and VRF, and the memory that tables take", summary_show);
