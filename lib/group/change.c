// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "group/change.h"

#include <stdlib.h>
#include <string.h>

static int order(const struct gw_ip *a, const struct gw_ip *b)
{
	return memcmp(a, b, sizeof(*a));
}

struct gw_member_source *gw_member_source(const struct gw_member *m, const struct gw_ip *addr)
{
	uint32_t low = 0, high = m->n;

	while (low < high) {
		uint32_t mid = (low + high) / 2;
		int c = order(&m->sources[mid].addr, addr);

		if (c == 0)
			return &m->sources[mid];
		if (c < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

static bool listed(const struct gw_member_change *c, const struct gw_ip *addr)
{
	uint32_t low = 0, high = c->n;

	while (low < high) {
		uint32_t mid = (low + high) / 2;
		int cmp = order(&c->sources[mid], addr);

		if (cmp == 0)
			return true;
		if (cmp < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return false;
}

static bool room_make(struct gw_member *m, uint32_t n)
{
	struct gw_member_source *s;

	if (n <= m->room)
		return true;
	s = realloc(m->sources, n * sizeof(*s));
	if (s == NULL)
		return false;
	m->sources = s;
	m->room = n;
	return true;
}

static uint32_t missing_count(const struct gw_member *m, const struct gw_member_change *c)
{
	uint32_t count = 0, at = 0;

	for (uint32_t i = 0; i < c->n; i++) {
		while (at < m->n && order(&m->sources[at].addr, &c->sources[i]) < 0)
			at++;
		count += at == m->n || !gw_ip_eq(&m->sources[at].addr, &c->sources[i]);
	}
	return count;
}

// Sources of the record that are not there yet, with this timer: both lists merged from their ends.
// Returns how many, the highest, found no room.
static uint32_t missing_add(
	struct gw_member *m, const struct gw_member_change *c, uint64_t expires_us, bool ask)
{
	uint32_t count = missing_count(m, c), room = c->max > m->n ? c->max - m->n : 0;
	uint32_t take = count < room ? count : room, refused, skip, to, from = m->n;

	if (take > 0 && !room_make(m, m->n + take))
		take = 0;
	refused = skip = count - take;
	to = m->n += take;
	m->dirty |= take > 0 && (!m->exclude || expires_us == 0);
	for (uint32_t i = c->n; i-- > 0 && take > 0;) {
		while (from > 0 && order(&m->sources[from - 1].addr, &c->sources[i]) > 0)
			m->sources[--to] = m->sources[--from];
		if (from > 0 && gw_ip_eq(&m->sources[from - 1].addr, &c->sources[i]))
			continue;
		if (skip > 0) {
			skip--;
			continue;
		}
		m->sources[--to] = (struct gw_member_source){
			.addr = c->sources[i], .expires_us = expires_us, .ask = ask};
		take--;
	}
	return refused;
}

static void others_del(struct gw_member *m, const struct gw_member_change *c)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < m->n; i++) {
		if (listed(c, &m->sources[i].addr))
			m->sources[n++] = m->sources[i];
	}
	m->dirty |= n != m->n;
	m->n = n;
}

// INCLUDE (A), IS_EX (B) or TO_EX (B): EXCLUDE (A*B, B-A), Q(G, A*B) after TO_EX.
// EXCLUDE (X, Y), IS_EX (A) or TO_EX (A): EXCLUDE (A-Y, Y*A), A-X-Y last as long as a member would
// after IS_EX, as long as the group after TO_EX, which asks Q(G, A-Y).
static struct gw_change_result exclude(struct gw_member *m, const struct gw_member_change *c)
{
	bool ask = c->change == GW_GROUP_TO_EX;
	uint64_t new_us = 0;
	struct gw_change_result res = {0};

	others_del(m, c);
	for (uint32_t i = 0; i < m->n; i++)
		m->sources[i].ask = ask && m->sources[i].expires_us != 0;
	if (m->exclude)
		new_us = ask ? m->expires_us : c->until_us;
	res.refused = missing_add(m, c, new_us, ask && new_us != 0);
	m->dirty |= !m->exclude;
	m->exclude = true;
	m->expires_us = c->until_us;
	return res;
}

// IS_IN (B), ALLOW (B), TO_IN (B): INCLUDE (A+B), EXCLUDE (X+B, Y-B). After TO_IN, who wanted other
// sources is asked, Q(G, A-B) or Q(G, X-B), and in mode EXCLUDE who wanted any, Q(G).
static struct gw_change_result include(struct gw_member *m, const struct gw_member_change *c)
{
	struct gw_change_result res = {0};

	for (uint32_t i = 0; c->change == GW_GROUP_TO_IN && i < m->n; i++) {
		struct gw_member_source *s = &m->sources[i];

		s->ask = s->expires_us != 0 && !listed(c, &s->addr);
	}
	for (uint32_t i = 0; i < c->n; i++) {
		struct gw_member_source *s = gw_member_source(m, &c->sources[i]);

		if (s == NULL)
			continue;
		m->dirty |= s->expires_us == 0;
		s->expires_us = c->until_us;
	}
	res.refused = missing_add(m, c, c->until_us, false);
	res.ask = c->change == GW_GROUP_TO_IN && m->exclude;
	return res;
}

// BLOCK (B): INCLUDE (A), Q(G, A*B). BLOCK (A): EXCLUDE (X+(A-Y), Y), A-X-Y last as long as the
// group, Q(G, A-Y).
static struct gw_change_result block(struct gw_member *m, const struct gw_member_change *c)
{
	struct gw_change_result res = {0};

	for (uint32_t i = 0; i < c->n; i++) {
		struct gw_member_source *s = gw_member_source(m, &c->sources[i]);

		if (s != NULL)
			s->ask = s->expires_us != 0;
	}
	if (m->exclude)
		res.refused = missing_add(m, c, m->expires_us, true);
	return res;
}

struct gw_change_result gw_member_change(struct gw_member *m, const struct gw_member_change *c)
{
	for (uint32_t i = 0; i < m->n; i++)
		m->sources[i].ask = false;
	switch (c->change) {
	case GW_GROUP_IS_EX:
	case GW_GROUP_TO_EX:
		return exclude(m, c);
	case GW_GROUP_BLOCK:
		return block(m, c);
	default:
		return include(m, c);
	}
}
