// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "heartbeat/heartbeat.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define MAGIC	     0x47574842u // "GWHB"
#define VERSION	     2
#define OPEN_MS	     5000
#define TAKE_OVER_MS 5000 // a watchdog acts within a second or two
#define RETRY_MS     1

// Locks of the open file: gone with the process that holds them.
enum { LOCK_ACT, LOCK_WATCHDOG };

struct gw_heartbeat_file {
	uint32_t magic, version, size;
	_Atomic uint64_t beats; // user plane
	// How often each was written; the last bit says which half holds.
	_Atomic uint32_t state_writes; // user plane
	_Atomic uint32_t fence_writes; // watchdog
	_Atomic int32_t watchdog;      // its process; one that was killed leaves it
	struct gw_heartbeat_state state[2];
	struct gw_heartbeat_fence fence[2];
};

uint64_t gw_heartbeat_now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_BOOTTIME, &ts);
	return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
}

static bool lock_take(int fd, off_t what)
{
	struct flock l = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = what, .l_len = 1};

	return fcntl(fd, F_OFD_SETLK, &l) == 0;
}

static bool lock_wait(int fd, off_t what, uint32_t wait_ms)
{
	uint64_t end = gw_heartbeat_now_ms() + wait_ms;

	while (!lock_take(fd, what)) {
		if (gw_heartbeat_now_ms() >= end)
			return false;
		usleep(RETRY_MS * 1000);
	}
	return true;
}

static void lock_give(int fd, off_t what)
{
	struct flock l = {.l_type = F_UNLCK, .l_whence = SEEK_SET, .l_start = what, .l_len = 1};

	fcntl(fd, F_OFD_SETLK, &l);
}

int gw_heartbeat_lock(struct gw_heartbeat *h, uint32_t wait_ms)
{
	return lock_wait(h->fd, LOCK_ACT, wait_ms) ? 0 : -EAGAIN;
}

void gw_heartbeat_unlock(struct gw_heartbeat *h)
{
	lock_give(h->fd, LOCK_ACT);
}

// What stands there is of another version, or nobody's.
static bool usable(const struct gw_heartbeat_file *f)
{
	if (f->magic != MAGIC || f->version != VERSION || f->size != sizeof(*f))
		return false;
	for (unsigned i = 0; i < 2; i++) {
		const struct gw_heartbeat_state *s = &f->state[i];

		if (s->table_count > GW_HEARTBEAT_TABLES || s->port_count > GW_HEARTBEAT_PORTS ||
			s->group_count > GW_HEARTBEAT_GROUPS || s->phase > GW_HEARTBEAT_STOPPED ||
			f->fence[i].port_count > GW_HEARTBEAT_PORTS)
			return false;
	}
	return true;
}

static int file_map(int fd, struct gw_heartbeat_file **file)
{
	struct gw_heartbeat_file *map;
	struct stat st;

	if (fstat(fd, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode))
		return -EINVAL;
	if (st.st_size != sizeof(*map) && ftruncate(fd, sizeof(*map)) < 0)
		return -errno;
	map = mmap(NULL, sizeof(*map), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (map == MAP_FAILED)
		return -errno;
	if (!usable(map)) {
		memset((void *)map, 0, sizeof(*map));
		map->version = VERSION;
		map->size = sizeof(*map);
		map->magic = MAGIC;
	}
	*file = map;
	return 0;
}

int gw_heartbeat_open(const char *path, struct gw_heartbeat *h, struct gw_err *err)
{
	int ret = -EAGAIN;

	*h = (struct gw_heartbeat){
		.fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600)};
	if (h->fd < 0)
		return gw_err_set(err, errno, "%s: %s", path, strerror(errno));
	if (lock_wait(h->fd, LOCK_ACT, OPEN_MS)) {
		ret = file_map(h->fd, &h->file);
		lock_give(h->fd, LOCK_ACT);
	}
	if (ret == 0)
		return 0;
	close(h->fd);
	if (ret == -EINVAL)
		return gw_err_set(err, EINVAL, "%s: cannot be a file of heartbeats", path);
	return gw_err_set(err, -ret, "%s: %s", path,
		ret == -EAGAIN ? "somebody keeps it locked" : strerror(-ret));
}

void gw_heartbeat_close(struct gw_heartbeat *h)
{
	if (h->file == NULL)
		return;
	munmap(h->file, sizeof(*h->file));
	close(h->fd);
	h->file = NULL;
}

static void half_write(_Atomic uint32_t *writes, void *halves, const void *from, size_t size)
{
	uint32_t n = atomic_load(writes) + 1;

	memcpy((uint8_t *)halves + (n & 1) * size, from, size);
	atomic_store(writes, n);
}

// Whoever writes a half that is being read has switched over to the other one before.
static void half_read(const _Atomic uint32_t *writes, const void *halves, void *to, size_t size)
{
	uint32_t n;

	do {
		n = atomic_load(writes);
		memcpy(to, (const uint8_t *)halves + (n & 1) * size, size);
		atomic_thread_fence(memory_order_seq_cst);
	} while (atomic_load(writes) != n);
}

void gw_heartbeat_state(const struct gw_heartbeat *h, struct gw_heartbeat_state *s)
{
	half_read(&h->file->state_writes, h->file->state, s, sizeof(*s));
}

void gw_heartbeat_state_set(struct gw_heartbeat *h, const struct gw_heartbeat_state *s)
{
	half_write(&h->file->state_writes, h->file->state, s, sizeof(*s));
}

void gw_heartbeat_fence(const struct gw_heartbeat *h, struct gw_heartbeat_fence *f)
{
	half_read(&h->file->fence_writes, h->file->fence, f, sizeof(*f));
}

void gw_heartbeat_fence_set(struct gw_heartbeat *h, const struct gw_heartbeat_fence *f)
{
	half_write(&h->file->fence_writes, h->file->fence, f, sizeof(*f));
}

bool gw_heartbeat_fence_has(const struct gw_heartbeat_fence *f, const char *port)
{
	for (uint32_t i = 0; i < f->port_count; i++) {
		if (strncmp(f->port[i], port, sizeof(f->port[i])) == 0)
			return true;
	}
	return false;
}

uint64_t gw_heartbeat_beats(const struct gw_heartbeat *h)
{
	return atomic_load(&h->file->beats);
}

void gw_heartbeat_beat(struct gw_heartbeat *h)
{
	atomic_fetch_add_explicit(&h->file->beats, 1, memory_order_relaxed);
}

// A fence that the predecessor never heard of; also one that its watchdog did not finish.
static void fence_take_in(struct gw_heartbeat_state *s, const struct gw_heartbeat_fence *f)
{
	if (f->number == s->fence_seen)
		return;
	s->fence_seen = f->number;
	s->fenced = 1;
	for (uint32_t i = 0; i < s->port_count; i++)
		s->port[i].held |= gw_heartbeat_fence_has(f, s->port[i].name);
}

void gw_heartbeat_take_over(struct gw_heartbeat *h, int32_t pid, struct gw_heartbeat_state *before)
{
	bool locked = gw_heartbeat_lock(h, TAKE_OVER_MS) == 0;
	static struct gw_heartbeat_state s; // too large for a stack
	static struct gw_heartbeat_fence f;

	gw_heartbeat_state(h, before);
	gw_heartbeat_fence(h, &f);
	if (locked || f.done) // else it is told as one of this process
		fence_take_in(before, &f);
	s = *before;
	s.generation++;
	s.pid = pid;
	s.phase = GW_HEARTBEAT_RUNS;
	if (before->fenced || before->phase == GW_HEARTBEAT_STOPPED) {
		for (uint32_t i = 0; i < s.group_count; i++)
			s.group[i].up = 0;
	}
	gw_heartbeat_state_set(h, &s);
	if (locked)
		gw_heartbeat_unlock(h);
}

bool gw_heartbeat_fenced(
	struct gw_heartbeat *h, struct gw_heartbeat_state *s, struct gw_heartbeat_fence *f)
{
	const struct gw_heartbeat_file *file = h->file;
	uint32_t n = atomic_load(&file->fence_writes);

	if (file->fence[n & 1].number == s->fence_seen) // of each loop
		return false;
	gw_heartbeat_fence(h, f);
	if (!f->done) { // is at it, or died of it
		if (gw_heartbeat_lock(h, 0) < 0)
			return false;
		gw_heartbeat_fence(h, f);
		gw_heartbeat_unlock(h);
	}
	s->fence_seen = f->number;
	return true;
}

int32_t gw_heartbeat_watchdog(const struct gw_heartbeat *h)
{
	struct flock l = {
		.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = LOCK_WATCHDOG, .l_len = 1};

	return fcntl(h->fd, F_OFD_GETLK, &l) == 0 && l.l_type != F_UNLCK
		? atomic_load(&h->file->watchdog)
		: 0;
}

int gw_heartbeat_watch(struct gw_heartbeat *h, int32_t pid)
{
	if (!lock_take(h->fd, LOCK_WATCHDOG))
		return -EBUSY;
	atomic_store(&h->file->watchdog, pid);
	return 0;
}
