// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "config/conf.h"

#include <stdlib.h>
#include <string.h>

// Token of a JSON pointer (RFC 6901) at *path, '/' taken away; false when it cannot be a key here.
static bool next_token(const char **path, char *token, size_t room)
{
	size_t n = 0;
	const char *p = *path;

	if (*p == '/')
		p++;
	for (; *p != '\0' && *p != '/'; p++) {
		if (n + 1 >= room)
			return false;
		token[n] = *p;
		if (*p == '~' && (p[1] == '0' || p[1] == '1'))
			token[n] = *++p == '0' ? '~' : '/';
		n++;
	}
	token[n] = '\0';
	*path = p;
	return true;
}

// Bring the scanner from the start of a value to that of the one named `token` in it.
static bool descend(struct gw_scan *s, const char *token)
{
	enum gw_scan_kind kind = gw_scan_peek(s);
	struct gw_scan_str key;
	bool first = true;
	size_t index;
	char *end;

	if (kind == GW_SCAN_OBJECT) {
		gw_scan_enter(s);
		while (gw_scan_member(s, &first, &key) == 1) {
			if (gw_scan_equal(&key, token))
				return true;
			gw_scan_skip(s);
		}
	} else if (kind == GW_SCAN_ARRAY && *token >= '0' && *token <= '9') {
		index = strtoull(token, &end, 10);
		gw_scan_enter(s);
		while (*end == '\0' && gw_scan_element(s, &first) == 1) {
			if (index-- == 0)
				return true;
			gw_scan_skip(s);
		}
	}
	return false;
}

const char *gw_conf_find(
	struct gw_conf *conf, const char *base, const char *path, const char **near)
{
	struct gw_scan s;
	char token[128];
	bool there = true;

	// All of it has been taken once: no step can fail but for the value not being there.
	gw_scan_init(&s, base, (size_t)(conf->text + conf->len - base));
	gw_scan_peek(&s);
	*near = s.p;
	while (*path != '\0') {
		there = next_token(&path, token, sizeof(token)) && descend(&s, token);
		if (!there)
			break;
		gw_scan_peek(&s);
		*near = s.p;
	}
	gw_scan_free(&s);
	return there ? *near : NULL;
}
