// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "dp/mbuf.h"

#include <errno.h>
#include <string.h>

#include <rte_errno.h>

#include "xdp/pool.h"

#define OWN_COUNT     8191u
#define OWN_DATA_ROOM (RTE_PKTMBUF_HEADROOM + 9728)
#define CACHE	      256

int gw_meta_offset = -1;
struct rte_mempool *gw_pool;
struct rte_mempool *gw_own_pool;

static_assert(sizeof(struct gw_meta) == 16, "four dynamic field words");

int gw_mbuf_init(const struct gw_mbuf_conf *conf, struct gw_err *err)
{
	static const struct rte_mbuf_dynfield meta = {
		.name = "gw_meta",
		.size = sizeof(struct gw_meta),
		.align = __alignof__(struct gw_meta),
	};
	uint32_t count = conf->count;
	uint32_t room = conf->data_room != 0 ? conf->data_room : RTE_MBUF_DEFAULT_BUF_SIZE;

	gw_meta_offset = rte_mbuf_dynfield_register(&meta);
	if (gw_meta_offset < 0)
		return gw_err_set(err, rte_errno, "mbuf: no dynamic field left for metadata");
	if (conf->xdp) {
		int ret = gw_xdp_pool_create(
			"gw_pool", count, CACHE, (uint16_t)room, SOCKET_ID_ANY, &gw_pool, err);

		if (ret < 0)
			return ret;
	} else {
		gw_pool = rte_pktmbuf_pool_create(
			"gw_pool", count, CACHE, 0, (uint16_t)room, SOCKET_ID_ANY);
	}
	// Big buffers, but only some hundred of them where memory is scarce.
	if (gw_pool != NULL)
		gw_own_pool = rte_pktmbuf_pool_create("gw_own_pool", RTE_MIN(count / 8, OWN_COUNT),
			32, 0, OWN_DATA_ROOM, SOCKET_ID_ANY);
	if (gw_pool == NULL || gw_own_pool == NULL)
		return gw_err_set(err, rte_errno,
			"mbuf: no memory for %u packet buffers of %u octets: reserve hugepages "
			"(sysctl vm.nr_hugepages), raise -m, or lower /mbuf/count",
			count, room);
	return 0;
}

void gw_mbuf_fini(void)
{
	rte_mempool_free(gw_own_pool);
	rte_mempool_free(gw_pool);
	gw_own_pool = gw_pool = NULL;
}

// Octets of the chain's front that a new head replaces; segments that become empty go.
static struct rte_mbuf *chain_skip(struct rte_mbuf *m, uint32_t len)
{
	while (m != NULL && len >= m->data_len) {
		struct rte_mbuf *next = m->next;

		len -= m->data_len;
		m->next = NULL;
		m->nb_segs = 1;
		rte_pktmbuf_free_seg(m);
		m = next;
	}
	if (m != NULL && len > 0) {
		m->data_off += (uint16_t)len;
		m->data_len -= (uint16_t)len;
	}
	return m;
}

// A port that hands on buffers as they are (a ring) may bring a payload that others still hold.
static bool chain_shared(const struct rte_mbuf *m)
{
	for (; m != NULL; m = m->next) {
		if (rte_mbuf_refcnt_read(m) > 1)
			return true;
	}
	return false;
}

struct rte_mbuf *gw_mbuf_pullup(struct rte_mbuf *m, uint32_t len)
{
	struct rte_mbuf *head, *rest;
	uint32_t total = m->pkt_len;
	uint16_t segs;

	if (unlikely(chain_shared(m))) {
		head = gw_mbuf_linear_copy(m);
		rte_pktmbuf_free(m);
		return head;
	}

	if (len > total)
		len = total;
	if (m->data_len >= len && m->data_off >= RTE_PKTMBUF_HEADROOM)
		return m;
	head = rte_pktmbuf_alloc(gw_own_pool);
	if (head == NULL) {
		rte_pktmbuf_free(m);
		return NULL;
	}
	for (struct rte_mbuf *s = m; s != NULL && head->data_len < len; s = s->next) {
		uint16_t n = (uint16_t)RTE_MIN((uint32_t)s->data_len, len - head->data_len);

		memcpy(rte_pktmbuf_mtod_offset(head, void *, head->data_len),
			rte_pktmbuf_mtod(s, void *), n);
		head->data_len += n;
	}
	head->port = m->port;
	head->ol_flags = m->ol_flags & (RTE_MBUF_F_RX_IP_CKSUM_MASK | RTE_MBUF_F_RX_L4_CKSUM_MASK);
	*gw_meta(head) = *gw_meta(m);
	rest = chain_skip(m, len);
	segs = 1;
	for (struct rte_mbuf *s = rest; s != NULL; s = s->next)
		segs++;
	head->next = rest;
	head->nb_segs = segs;
	head->pkt_len = total;
	return head;
}

struct rte_mbuf *gw_mbuf_linear_copy(struct rte_mbuf *m)
{
	return rte_pktmbuf_copy(m, gw_own_pool, 0, UINT32_MAX);
}
