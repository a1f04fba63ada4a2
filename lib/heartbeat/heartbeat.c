// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "heartbeat/heartbeat.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define MAGIC	   0x47574842u // "GWHB"
#define VERSION	   1
#define READ_TRIES 1000

uint64_t gw_heartbeat_now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_BOOTTIME, &ts);
	return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
}

// What stood there was cut off in the middle of a write, or is of another version.
static bool usable(const struct gw_heartbeat *h)
{
	return h->magic == MAGIC && h->version == VERSION && h->size == sizeof(*h) &&
		h->table_count <= GW_HEARTBEAT_TABLES && h->port_count <= GW_HEARTBEAT_PORTS &&
		h->group_count <= GW_HEARTBEAT_GROUPS && h->state <= GW_HEARTBEAT_STOPPED;
}

int gw_heartbeat_open(const char *path, struct gw_heartbeat **h, struct gw_err *err)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	struct gw_heartbeat *map;
	struct stat st;

	*h = NULL;
	if (fd < 0)
		return gw_err_set(err, errno, "%s: %s", path, strerror(errno));
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) ||
		(st.st_size != sizeof(*map) && ftruncate(fd, sizeof(*map)) < 0)) {
		close(fd);
		return gw_err_set(err, EINVAL, "%s: cannot be a file of heartbeats", path);
	}
	map = mmap(NULL, sizeof(*map), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	if (map == MAP_FAILED)
		return gw_err_set(err, errno, "%s: %s", path, strerror(errno));
	if (!usable(map)) {
		memset((void *)map, 0, sizeof(*map));
		map->version = VERSION;
		map->size = sizeof(*map);
		map->magic = MAGIC;
	}
	*h = map;
	return 0;
}

void gw_heartbeat_close(struct gw_heartbeat *h)
{
	if (h != NULL)
		munmap(h, sizeof(*h));
}

void gw_heartbeat_begin(struct gw_heartbeat *h)
{
	atomic_fetch_or(&h->writing, 1);
	atomic_thread_fence(memory_order_seq_cst);
}

void gw_heartbeat_end(struct gw_heartbeat *h)
{
	atomic_thread_fence(memory_order_seq_cst);
	atomic_store(&h->writing, (atomic_load(&h->writing) | 1) + 1);
}

bool gw_heartbeat_read(const struct gw_heartbeat *h, struct gw_heartbeat *copy)
{
	for (int i = 0; i < READ_TRIES; i++) {
		uint32_t before = atomic_load(&h->writing);

		if ((before & 1) != 0) {
			usleep(10);
			continue;
		}
		memcpy((void *)copy, (const void *)h, sizeof(*copy));
		atomic_thread_fence(memory_order_seq_cst);
		if (atomic_load(&h->writing) == before)
			return usable(copy);
	}
	memcpy((void *)copy, (const void *)h, sizeof(*copy));
	return false;
}
