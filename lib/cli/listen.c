// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "cli/listen.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

int gw_unix_address(const char *path, struct sockaddr_un *address, struct gw_err *err)
{
	size_t len = strlen(path);

	*address = (struct sockaddr_un){.sun_family = AF_UNIX};
	if (len == 0 || len >= sizeof(address->sun_path))
		return gw_err_set(err, ENAMETOOLONG,
			"socket path '%.120s': expected 1 to %zu octets", path,
			sizeof(address->sun_path) - 1);
	memcpy(address->sun_path, path, len);
	return 0;
}

// Ours is made, another one has to be there: a typing error shall not go unseen.
static int directory_check(const char *path, struct gw_err *err)
{
	char dir[sizeof(((struct sockaddr_un *)0)->sun_path)];
	char *slash;

	strcpy(dir, path); // its length was checked with the address
	slash = strrchr(dir, '/');
	if (slash == NULL || slash == dir)
		return 0;
	*slash = '\0';
	if (strcmp(dir, GW_SOCKET_DIR) == 0) {
		if (mkdir(dir, 0755) == 0 || errno == EEXIST)
			return 0;
	} else if (access(dir, F_OK) == 0) {
		return 0;
	}
	return gw_err_set(err, errno, "control socket %s: directory %s: %s", path, dir,
		strerrordesc_np(errno));
}

// Takes a dead socket out of the way; one that lives, or a file of another kind, is an error.
static int clear_stale(const struct sockaddr_un *address, struct gw_err *err)
{
	const char *path = address->sun_path;
	struct stat st;
	int fd, ret;

	if (lstat(path, &st) != 0)
		return 0;
	if (!S_ISSOCK(st.st_mode))
		return gw_err_set(err, EEXIST,
			"control socket %s: there is a file of this name that is no socket", path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return gw_err_set(err, errno, "control socket %s: no socket", path);
	// EAGAIN: it listens, but its queue is full.
	ret = connect(fd, (const struct sockaddr *)address, sizeof(*address)) == 0 ? 0 : errno;
	close(fd);
	if (ret == 0 || ret == EAGAIN)
		return gw_err_set(err, EADDRINUSE,
			"control socket %s: another process listens on it; stop that one or choose "
			"another path with --socket",
			path);
	if (ret != ECONNREFUSED)
		return gw_err_set(err, ret, "control socket %s: %s", path, strerrordesc_np(ret));
	if (unlink(path) != 0 && errno != ENOENT)
		return gw_err_set(err, errno, "control socket %s: cannot remove the old one: %s",
			path, strerrordesc_np(errno));
	return 0;
}

int gw_listen(const char *path, struct gw_err *err)
{
	struct sockaddr_un address;
	int ret = gw_unix_address(path, &address, err);
	int fd;

	if (ret == 0)
		ret = directory_check(path, err);
	if (ret == 0)
		ret = clear_stale(&address, err);
	if (ret != 0)
		return ret;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	// Before bind(), so that it is never open to all; after it, whatever the umask is.
	if (fd < 0 || fchmod(fd, 0660) != 0 ||
		bind(fd, (const struct sockaddr *)&address, sizeof(address)) != 0 ||
		chmod(path, 0660) != 0 || listen(fd, 128) != 0) {
		ret = gw_err_set(err, errno, "control socket %s: %s", path, strerrordesc_np(errno));
		if (fd >= 0)
			close(fd);
		return ret;
	}
	return fd;
}
