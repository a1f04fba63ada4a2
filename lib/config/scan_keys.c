// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "config/scan.h"

#include <stdlib.h>

bool gw_scan_keys_add(struct gw_scan *s, const struct gw_scan_str *key)
{
	if (s->n_keys == s->max_keys) {
		size_t max = s->max_keys == 0 ? 64 : s->max_keys * 2;
		struct gw_scan_key *keys = reallocarray(s->keys, max, sizeof(*keys));

		if (keys == NULL)
			return gw_scan_fail(s, key->p, "no memory for %zu keys", max);
		s->keys = keys;
		s->max_keys = max;
	}
	s->keys[s->n_keys++] = (struct gw_scan_key){*key, gw_scan_hash(key)};
	return true;
}

// By hash, then by place.
static int key_cmp(const void *a, const void *b)
{
	const struct gw_scan_key *x = a, *y = b;

	if (x->hash != y->hash)
		return x->hash < y->hash ? -1 : 1;
	return x->name.p < y->name.p ? -1 : x->name.p > y->name.p;
}

bool gw_scan_keys_end(
	struct gw_scan *s, size_t base, struct gw_scan_str *twice, struct gw_scan_str *before)
{
	size_t n = s->n_keys - base;
	struct gw_scan_key *keys;
	bool unique = true;

	s->n_keys = base;
	if (n < 2)
		return true;
	keys = s->keys + base;
	qsort(keys, n, sizeof(*keys), key_cmp);
	for (size_t i = 1; i < n; i++) {
		// Different names of one hash lie between equal ones by chance at most: look back.
		for (size_t j = i; j-- > 0 && keys[j].hash == keys[i].hash;) {
			if (!gw_scan_same(&keys[i].name, &keys[j].name))
				continue;
			if (unique || keys[i].name.p < twice->p) {
				*twice = keys[i].name;
				*before = keys[j].name;
			}
			unique = false;
			break;
		}
	}
	return unique;
}
