// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "sr_mcast/union.h"

#include <errno.h>
#include <stdlib.h>

static int ip_cmp(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct gw_ip));
}

int gw_receiver_sources_copy(struct gw_receiver_part *part, const struct gw_ip *sources, uint32_t n)
{
	part->sources = NULL;
	part->n = 0;
	if (n == 0)
		return 0;
	part->sources = malloc(n * sizeof(*sources));
	if (part->sources == NULL)
		return -ENOMEM;
	memcpy(part->sources, sources, n * sizeof(*sources));
	qsort(part->sources, n, sizeof(*sources), ip_cmp);
	for (uint32_t i = 0; i < n; i++) {
		if (i == 0 || !gw_ip_eq(&part->sources[i], &part->sources[part->n - 1]))
			part->sources[part->n++] = part->sources[i];
	}
	return 0;
}

bool gw_receiver_part_same(const struct gw_receiver_part *a, const struct gw_receiver_part *b)
{
	return a->is == b->is && a->exclude == b->exclude && a->n == b->n &&
		(a->n == 0 || memcmp(a->sources, b->sources, a->n * sizeof(*a->sources)) == 0);
}

// What `a` and `b` want together (RFC 3376 3.2, RFC 3810 4.2, where several sockets ask on one
// interface). Returns how many sources were written behind `out`.
static uint32_t parts_merge(
	const struct gw_receiver_part *a, const struct gw_receiver_part *b, struct gw_ip *out)
{
	uint32_t n = 0, i = 0, k = 0;

	while (i < a->n || k < b->n) {
		int c = i == a->n ? 1 : k == b->n ? -1 : ip_cmp(&a->sources[i], &b->sources[k]);
		bool in_a = c <= 0, in_b = c >= 0;
		struct gw_ip ip = in_a ? a->sources[i] : b->sources[k];
		bool wanted_a = a->is && in_a != a->exclude, wanted_b = b->is && in_b != b->exclude;
		bool wanted = wanted_a || wanted_b;

		// With an exclude the list names who is not wanted, else who is.
		if (wanted != (a->exclude || b->exclude))
			out[n++] = ip;
		i += in_a;
		k += in_b;
	}
	return n;
}

struct gw_mcast_members *gw_receiver_union(const struct gw_receiver *first)
{
	uint32_t n = 0, sources = 0;
	struct gw_mcast_members *members;
	struct gw_ip *at;

	for (const struct gw_receiver *r = first; r != NULL; r = r->next) {
		n++;
		sources += r->part[GW_RECEIVER_STATIC].n + r->part[GW_RECEIVER_LEARNED].n;
	}
	members = malloc(
		sizeof(*members) + n * sizeof(members->m[0]) + (size_t)sources * sizeof(*at));
	if (members == NULL)
		return NULL;
	members->n = 0;
	at = (struct gw_ip *)&members->m[n];
	for (const struct gw_receiver *r = first; r != NULL; r = r->next) {
		const struct gw_receiver_part *a = &r->part[0], *b = &r->part[1];
		struct gw_mcast_member *m = &members->m[members->n++];

		*m = (struct gw_mcast_member){
			.iface = r->iface, .exclude = a->exclude || b->exclude, .sources = at};
		m->n = parts_merge(a, b, at);
		at += m->n;
	}
	return members;
}
