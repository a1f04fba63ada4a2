// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "xdp/sockets.h"

#include <stdbool.h>
#include <unistd.h>

#include <sys/socket.h>
#include <sys/stat.h>

#include "xdp/fds.h"

static struct gw_xsk_set *sets;

struct claim {
	struct gw_xsk_set *set;
	unsigned want;
};

static bool same(const struct gw_xsk_set *set, unsigned i, int fd)
{
	struct stat st;

	return set->sockets[i].fd == fd && fstat(fd, &st) == 0 && st.st_ino == set->sockets[i].ino;
}

static bool taken(int fd)
{
	for (const struct gw_xsk_set *set = sets; set != NULL; set = set->next)
		for (unsigned i = 0; i < set->n; i++)
			if (same(set, i, fd))
				return true;
	return false;
}

static bool socket_match(int fd, void *arg)
{
	struct claim *claim = arg;
	struct gw_xsk_set *set = claim->set;
	socklen_t len = sizeof(int);
	struct stat st;
	int domain;

	if (taken(fd) || getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &len) < 0 ||
		domain != AF_XDP || fstat(fd, &st) < 0)
		return false;
	set->sockets[set->n].fd = fd;
	set->sockets[set->n++].ino = st.st_ino;
	return set->n == claim->want;
}

unsigned gw_xsk_claim(struct gw_xsk_set *set, unsigned want)
{
	struct claim claim = {set, want < GW_STEER_SOCKETS ? want : GW_STEER_SOCKETS};

	set->n = 0;
	gw_fd_find("socket:", socket_match, &claim);
	set->next = sets;
	sets = set;
	return set->n;
}

void gw_xsk_stats(const struct gw_xsk_set *set, struct xdp_statistics *sum)
{
	*sum = (struct xdp_statistics){};
	for (unsigned i = 0; i < set->n; i++) {
		struct xdp_statistics s = {};
		socklen_t len = sizeof(s);

		if (getsockopt(set->sockets[i].fd, SOL_XDP, XDP_STATISTICS, &s, &len) < 0)
			continue;
		sum->rx_dropped += s.rx_dropped;
		sum->rx_invalid_descs += s.rx_invalid_descs;
		sum->tx_invalid_descs += s.tx_invalid_descs;
		sum->rx_ring_full += s.rx_ring_full;
	}
}

void gw_xsk_close(struct gw_xsk_set *set)
{
	for (unsigned i = 0; i < set->n; i++)
		if (same(set, i, set->sockets[i].fd))
			close(set->sockets[i].fd);
	set->n = 0;
	for (struct gw_xsk_set **p = &sets; *p != NULL; p = &(*p)->next) {
		if (*p == set) {
			*p = set->next;
			break;
		}
	}
}
