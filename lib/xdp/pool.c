// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "xdp/pool.h"

#include <errno.h>
#include <unistd.h>

#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_mbuf.h>
#include <rte_mbuf_pool_ops.h>

#define CHUNK_MIN 2048 // of an AF_XDP frame, its largest is a page

static void iova_set(struct rte_mempool *mp, void *arg, void *obj, unsigned index)
{
	struct rte_mempool_objhdr *head = RTE_PTR_SUB(obj, sizeof(*head));

	head->iova = (rte_iova_t)(uintptr_t)obj;
}

int gw_xdp_pool_create(const char *name, unsigned n, unsigned cache, uint16_t data_room, int socket,
	struct rte_mempool **out, struct gw_err *err)
{
	struct rte_pktmbuf_pool_private priv = {.mbuf_data_room_size = data_room};
	struct rte_mempool *mp;
	int ret;

	*out = NULL;
	// The flag takes the gaps away, and with them the addresses for devices.
	mp = rte_mempool_create_empty(name, n, (unsigned)sizeof(struct rte_mbuf) + data_room, cache,
		sizeof(priv), socket, RTE_MEMPOOL_F_NO_IOVA_CONTIG);
	if (mp == NULL)
		return gw_err_set(
			err, rte_errno, "packet buffer pool %s: %s", name, rte_strerror(rte_errno));
	ret = rte_mempool_set_ops_byname(mp, rte_mbuf_best_mempool_ops(), NULL);
	if (ret == 0) {
		rte_pktmbuf_pool_init(mp, &priv);
		ret = rte_mempool_populate_default(mp);
	}
	if (ret < 0) {
		rte_mempool_free(mp);
		return gw_err_set(err, -ret,
			"packet buffer pool %s: no memory for %u buffers of %u octets in one piece",
			name, n, data_room);
	}
	// With virtual addressing they are what they always are; a NIC on the same pool needs them.
	if (rte_eal_iova_mode() == RTE_IOVA_VA)
		rte_mempool_obj_iter(mp, iova_set, NULL);
	rte_mempool_obj_iter(mp, rte_pktmbuf_init, NULL);
	ret = gw_xdp_pool_check(mp, err);
	if (ret < 0)
		rte_mempool_free(mp);
	else
		*out = mp;
	return ret;
}

static void last_find(struct rte_mempool *mp, void *arg, void *obj, unsigned index)
{
	uintptr_t *last = arg;

	if ((uintptr_t)obj > *last)
		*last = (uintptr_t)obj;
}

int gw_xdp_pool_check(struct rte_mempool *mp, struct gw_err *err)
{
	// As the driver reckons: frame size from element size and flags, from the page on which the
	// first piece begins.
	size_t frame = rte_mempool_calc_obj_size(mp->elt_size, mp->flags, NULL);
	uintptr_t page = (uintptr_t)getpagesize(), begin, end, last = 0;

	if (frame < CHUNK_MIN || frame > page)
		return gw_err_set(err, EINVAL,
			"packet buffer pool %s: with its headers a buffer takes %zu octets, AF_XDP "
			"wants %d to %zu",
			mp->name, frame, CHUNK_MIN, (size_t)page);
	if (mp->nb_mem_chunks != 1)
		return gw_err_set(err, EINVAL,
			"packet buffer pool %s is in %u pieces of memory, AF_XDP wants one: fewer "
			"buffers, or more memory",
			mp->name, mp->nb_mem_chunks);
	begin = (uintptr_t)STAILQ_FIRST(&mp->mem_list)->addr;
	end = begin + mp->populated_size * frame;
	rte_mempool_obj_iter(mp, last_find, &last);
	if (last + mp->elt_size > end)
		return gw_err_set(err, EINVAL,
			"packet buffer pool %s has gaps, AF_XDP wants none: gw_xdp_pool_create() "
			"makes "
			"such pools",
			mp->name);
	return 0;
}
