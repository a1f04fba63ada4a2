// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "xdp/fds.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool gw_fd_find(const char *link, bool (*match)(int fd, void *arg), void *arg)
{
	DIR *dir = opendir("/proc/self/fd");
	bool found = false;
	struct dirent *e;

	if (dir == NULL)
		return false;
	// The kernel lists them in ascending order.
	while (!found && (e = readdir(dir)) != NULL) {
		char target[64];
		ssize_t n = readlinkat(dirfd(dir), e->d_name, target, sizeof(target) - 1);

		if (n < (ssize_t)strlen(link) || memcmp(target, link, strlen(link)) != 0)
			continue;
		found = match(atoi(e->d_name), arg);
	}
	closedir(dir);
	return found;
}

int gw_fd_dup(int fd)
{
	return fcntl(fd, F_DUPFD_CLOEXEC, 3);
}
