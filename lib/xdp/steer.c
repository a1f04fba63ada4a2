// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "xdp/steer.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/if_link.h>

#include "xdp/fds.h"
#include "xdp/paths.h"

const char *gw_steer_path(void)
{
	char exe[4096];
	ssize_t n = readlink("/proc/self/exe", exe, sizeof(exe) - 1);
	size_t root = strlen(GW_XDP_BUILD_ROOT);

	if (n > (ssize_t)root && memcmp(exe, GW_XDP_BUILD_ROOT, root) == 0 && exe[root] == '/')
		return GW_XDP_BUILD_PROG;
	return GW_XDP_INSTALLED_PROG;
}

int gw_steer_attached(int ifindex, uint32_t *prog_id, struct gw_err *err)
{
	LIBBPF_OPTS(bpf_xdp_query_opts, query);
	int ret = bpf_xdp_query(ifindex, 0, &query);

	*prog_id = 0;
	if (ret < 0)
		return gw_err_set(err, -ret, "cannot ask for the XDP program: %s", strerror(-ret));
	// Several at once (driver, generic, hardware): any of them.
	*prog_id = query.prog_id;
	if (*prog_id == 0)
		*prog_id = query.drv_prog_id;
	if (*prog_id == 0)
		*prog_id = query.skb_prog_id;
	if (*prog_id == 0)
		*prog_id = query.hw_prog_id;
	return 0;
}

int gw_steer_detach_stale(int ifindex, uint32_t prog_id, const char *ifname, struct gw_err *err)
{
	LIBBPF_OPTS(bpf_xdp_attach_opts, opts);
	struct bpf_prog_info info = {};
	uint32_t len = sizeof(info);
	int fd = bpf_prog_get_fd_by_id(prog_id);
	int ret;

	if (fd < 0 || bpf_obj_get_info_by_fd(fd, &info, &len) < 0) {
		ret = -errno;
		if (fd >= 0)
			close(fd);
		return gw_err_set(err, -ret,
			"an XDP program (id %u) is attached to %s and cannot be looked at (%s): "
			"if it is not needed, ip link set dev %s xdp off",
			prog_id, ifname, strerror(-ret), ifname);
	}
	if (strcmp(info.name, GW_STEER_PROG) != 0) {
		close(fd);
		return gw_err_set(err, EBUSY,
			"another XDP program (\"%s\", id %u) is attached to %s: if it is not "
			"needed, "
			"ip link set dev %s xdp off",
			info.name, prog_id, ifname, ifname);
	}
	opts.old_prog_fd = fd; // only if it is still the one
	ret = bpf_xdp_detach(ifindex, 0, &opts);
	close(fd);
	if (ret < 0)
		return gw_err_set(err, -ret, "cannot detach the steering program left on %s: %s",
			ifname, strerror(-ret));
	return 0;
}

struct map_search {
	struct gw_steer *s;
	uint32_t n_ids;
	uint32_t ids[16];
};

bool gw_steer_is(int fd, uint32_t prog_id)
{
	struct bpf_prog_info info = {};
	uint32_t len = sizeof(info);

	return bpf_obj_get_info_by_fd(fd, &info, &len) == 0 && info.id == prog_id;
}

static bool prog_match(int fd, void *arg)
{
	struct map_search *search = arg;
	struct bpf_prog_info info = {
		.nr_map_ids = sizeof(search->ids) / sizeof(search->ids[0]),
		.map_ids = (uintptr_t)search->ids,
	};
	uint32_t len = sizeof(info);

	if (bpf_obj_get_info_by_fd(fd, &info, &len) < 0 || info.id != search->s->prog_id)
		return false;
	search->n_ids = info.nr_map_ids;
	return true;
}

static bool map_match(int fd, void *arg)
{
	struct map_search *search = arg;
	struct gw_steer *s = search->s;
	struct bpf_map_info info = {};
	uint32_t len = sizeof(info);
	bool mine = false;
	struct {
		const char *name;
		int *fd;
	} maps[] = {{"gw_own", &s->own}, {"gw_protos", &s->protos}, {"gw_keys", &s->keys},
		{"gw_counters", &s->counters}};

	if (bpf_obj_get_info_by_fd(fd, &info, &len) < 0)
		return false;
	for (uint32_t i = 0; i < search->n_ids; i++)
		mine = mine || search->ids[i] == info.id;
	for (unsigned i = 0; mine && i < sizeof(maps) / sizeof(maps[0]); i++)
		if (*maps[i].fd < 0 && strcmp(info.name, maps[i].name) == 0)
			*maps[i].fd = gw_fd_dup(fd);
	return s->own >= 0 && s->protos >= 0 && s->keys >= 0 && s->counters >= 0;
}

int gw_steer_open(struct gw_steer *s, uint32_t prog_id, struct gw_err *err)
{
	struct map_search search = {.s = s};

	*s = (struct gw_steer){
		.prog_id = prog_id, .own = -1, .protos = -1, .keys = -1, .counters = -1};
	if (!gw_fd_find("anon_inode:bpf-prog", prog_match, &search))
		return gw_err_set(err, ESRCH, "XDP program %u is not this process's", prog_id);
	if (!gw_fd_find("anon_inode:bpf-map", map_match, &search)) {
		gw_steer_close(s);
		return gw_err_set(err, ENOENT,
			"XDP program %u lacks maps of the steering program: is the object file of "
			"this version?",
			prog_id);
	}
	return 0;
}

void gw_steer_close(struct gw_steer *s)
{
	int *fds[] = {&s->own, &s->protos, &s->keys, &s->counters};

	for (unsigned i = 0; i < sizeof(fds) / sizeof(fds[0]); i++) {
		if (*fds[i] >= 0)
			close(*fds[i]);
		*fds[i] = -1;
	}
}
