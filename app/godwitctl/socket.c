// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "socket.h"

#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *keep(const char *path, struct gw_err *err)
{
	char *copy = strdup(path);

	if (copy == NULL)
		gw_err_set(err, ENOMEM, "no memory");
	return copy;
}

static void several(char **paths, struct gw_err *err)
{
	char list[300] = "";
	size_t len = 0;

	for (; *paths != NULL && len < sizeof(list); paths++) {
		int n = snprintf(list + len, sizeof(list) - len, " %s", *paths);

		len += n > 0 ? (size_t)n : 0;
	}
	gw_err_set(err, ENOTUNIQ, "several control sockets are there; choose one with -s:%s%s",
		list, *paths != NULL || len >= sizeof(list) ? " ..." : "");
}

char *socket_choose(const char *option, const char *dir, struct gw_err *err)
{
	const char *environment = getenv("GODWIT_SOCKET");
	char pattern[256];
	glob_t found;
	char *path = NULL;

	if (option != NULL)
		return keep(option, err);
	if (environment != NULL && *environment != '\0')
		return keep(environment, err);
	snprintf(pattern, sizeof(pattern), "%s/*.sock", dir);
	if (glob(pattern, 0, NULL, &found) != 0)
		found = (glob_t){0};
	if (found.gl_pathc == 0)
		gw_err_set(err, ENOENT,
			"no control socket in %s; start godwit, or name its socket with -s PATH or "
			"in "
			"GODWIT_SOCKET",
			dir);
	else if (found.gl_pathc == 1)
		path = keep(found.gl_pathv[0], err);
	else
		several(found.gl_pathv, err);
	if (found.gl_pathv != NULL)
		globfree(&found);
	return path;
}
