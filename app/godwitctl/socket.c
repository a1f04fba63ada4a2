// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "socket.h"

#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/client.h"

// Nobody listens any more: its process was killed.
static bool is_dead(const char *path)
{
	struct gw_client *client = NULL;
	struct gw_err err = {0};
	int ret = gw_client_open(path, NULL, &client, &err);

	gw_client_close(client);
	return ret == -ECONNREFUSED;
}

// Leaves out the dead ones, if there is another.
static size_t living_first(char **paths, size_t n)
{
	size_t living = 0;

	for (size_t i = 0; i < n; i++) {
		char *path = paths[i];

		if (is_dead(path))
			continue;
		paths[i] = paths[living];
		paths[living++] = path;
	}
	return living > 0 ? living : n;
}

static char *keep(const char *path, struct gw_err *err)
{
	char *copy = strdup(path);

	if (copy == NULL)
		gw_err_set(err, ENOMEM, "no memory");
	return copy;
}

static void several(char **paths, size_t n, struct gw_err *err)
{
	char list[300] = "";
	size_t len = 0, i;

	for (i = 0; i < n && len < sizeof(list); i++) {
		int added = snprintf(list + len, sizeof(list) - len, " %s", paths[i]);

		len += added > 0 ? (size_t)added : 0;
	}
	gw_err_set(err, ENOTUNIQ, "several control sockets are there; choose one with -s:%s%s",
		list, i < n || len >= sizeof(list) ? " ..." : "");
}

char *socket_choose(const char *option, const char *dir, struct gw_err *err)
{
	const char *environment = getenv("GODWIT_SOCKET");
	char pattern[256];
	glob_t found;
	char *path = NULL;
	size_t n;

	if (option != NULL)
		return keep(option, err);
	if (environment != NULL && *environment != '\0')
		return keep(environment, err);
	snprintf(pattern, sizeof(pattern), "%s/*.sock", dir);
	if (glob(pattern, 0, NULL, &found) != 0)
		found = (glob_t){0};
	n = found.gl_pathc > 1 ? living_first(found.gl_pathv, found.gl_pathc) : found.gl_pathc;
	if (n == 0)
		gw_err_set(err, ENOENT,
			"no control socket in %s; start godwit, or name its socket with -s PATH or "
			"in "
			"GODWIT_SOCKET",
			dir);
	else if (n == 1)
		path = keep(found.gl_pathv[0], err);
	else
		several(found.gl_pathv, n, err);
	if (found.gl_pathv != NULL)
		globfree(&found);
	return path;
}
