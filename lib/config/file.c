// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "config/conf.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_MAX (UINT64_C(4) << 30)

// To the end of the file, which may be a pipe or grow while it is read. 0 or -errno.
static int read_all(int fd, size_t size, char **text, size_t *len)
{
	size_t room = size + 2, n = 0; // the NUL, and one octet to see the end of the file
	char *buf = malloc(room), *larger;
	ssize_t got;

	if (buf == NULL)
		return -ENOMEM;
	while ((got = read(fd, buf + n, room - n - 1)) != 0) {
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0) {
			int rc = -errno;

			free(buf);
			return rc;
		}
		n += (size_t)got;
		if (n + 1 < room)
			continue;
		larger = n > FILE_MAX ? NULL : realloc(buf, room * 2);
		if (larger == NULL) {
			free(buf);
			return n > FILE_MAX ? -EFBIG : -ENOMEM;
		}
		buf = larger;
		room *= 2;
	}
	buf[n] = '\0';
	*text = buf;
	*len = n;
	return 0;
}

char *gw_conf_read(const char *path, size_t *len, struct gw_conf_report *report)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), rc = 0;
	char *text = NULL;
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		rc = -errno;
	else if (S_ISDIR(st.st_mode))
		rc = -EISDIR;
	else if (!S_ISREG(st.st_mode) && !S_ISFIFO(st.st_mode))
		gw_conf_report_add(report, NULL, EINVAL, "%s: neither a file nor a pipe", path);
	else if ((uint64_t)st.st_size > FILE_MAX)
		rc = -EFBIG;
	else
		// A copy, as another program may cut the file short while it is in use: a mapping
		// would then end the process.
		rc = read_all(fd, (size_t)st.st_size, &text, len);
	if (rc == -EFBIG)
		gw_conf_report_add(report, NULL, EFBIG, "%s: larger than 4 GiB", path);
	else if (rc < 0)
		gw_conf_report_add(report, NULL, -rc, "%s: cannot read the configuration: %s", path,
			strerror(-rc));
	if (fd >= 0)
		close(fd);
	return text;
}
