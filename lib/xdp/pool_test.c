// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "xdp/pool.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <rte_eal.h>
#include <rte_mbuf.h>

static void without_gaps(void **state)
{
	struct rte_mempool *mp;
	struct gw_err err = {};
	struct rte_mbuf *m;

	assert_int_equal(gw_xdp_pool_create("gapless", 4095, 64, RTE_MBUF_DEFAULT_BUF_SIZE,
				 SOCKET_ID_ANY, &mp, &err),
		0);
	assert_int_equal(gw_xdp_pool_check(mp, &err), 0);
	m = rte_pktmbuf_alloc(mp);
	assert_non_null(m);
	assert_int_equal(
		rte_pktmbuf_tailroom(m) + rte_pktmbuf_headroom(m), RTE_MBUF_DEFAULT_BUF_SIZE);
	assert_int_equal(rte_pktmbuf_iova(m), (rte_iova_t)(uintptr_t)rte_pktmbuf_mtod(m, void *));
	rte_pktmbuf_free(m);
	rte_mempool_free(mp);
}

// Why there is a function for it: with 4 KiB pages DPDK's own pools have gaps.
static void with_gaps(void **state)
{
	struct rte_mempool *mp = rte_pktmbuf_pool_create(
		"gaps", 4095, 64, 0, RTE_MBUF_DEFAULT_BUF_SIZE, SOCKET_ID_ANY);
	struct gw_err err = {};

	assert_non_null(mp);
	assert_int_equal(gw_xdp_pool_check(mp, &err), -EINVAL);
	rte_mempool_free(mp);
}

static void sizes(void **state)
{
	struct rte_mempool *mp;
	struct gw_err err = {};

	assert_int_equal(gw_xdp_pool_create("big", 63, 0, 9728, SOCKET_ID_ANY, &mp, &err), -EINVAL);
	assert_null(mp);
	err.code = 0;
	assert_int_equal(
		gw_xdp_pool_create("small", 63, 0, 512, SOCKET_ID_ANY, &mp, &err), -EINVAL);
	err.code = 0;
	assert_int_equal(
		gw_xdp_pool_create("much", 1 << 20, 0, 2176, SOCKET_ID_ANY, &mp, &err), -ENOMEM);
	assert_null(mp);
}

int main(void)
{
	char *eal[] = {"pool_test", "--no-huge", "--no-shconf", "--no-telemetry", "--no-pci", "-m",
		"64", "-l", "0", "--log-level", "error", NULL};
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_gaps),
		cmocka_unit_test(with_gaps),
		cmocka_unit_test(sizes),
	};

	if (rte_eal_init((int)(sizeof(eal) / sizeof(eal[0])) - 1, eal) < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
