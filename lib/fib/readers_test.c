// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// IPv6 routes change at full rate while another thread looks them up, as a worker does. A route
// that stays is never missed; a result is always that of a prefix around the address, with one of
// its own next hops. The network is that of neigh/fixture.c.

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "neigh/fixture.h"

#include "dp/rcu.h"
#include "fib/multipath.h"
#include "fib/route.h"
#include "neigh/neigh.h"

#define CHANGES	  20000
#define CHURNING  64   // prefixes
#define ADDRESSES 8192 // that come and go
#define STABLE	  64   // addresses, and as many probes
#define VIAS	  12

#define INDEX_COVER  1u
#define INDEX_STABLE 10u   // + number of the address
#define INDEX_CHURN  1000u // + number of the prefix or address

static struct gw_rib6 *rib;
static struct gw_prefix6 churning[CHURNING];
static struct in6_addr stable[STABLE], probes[STABLE], addresses[ADDRESSES];
static uint32_t via_nh[VIAS];
static atomic_bool stop;
static atomic_ullong rounds;
static const char *_Atomic wrong;

static struct in6_addr address(uint32_t high, uint32_t low)
{
	struct in6_addr a = {.s6_addr = {0x30}};

	for (int i = 0; i < 4; i++) {
		a.s6_addr[4 + i] = (uint8_t)(high >> (24 - 8 * i));
		a.s6_addr[12 + i] = (uint8_t)(low >> (24 - 8 * i));
	}
	return a;
}

static void look_prefixes(void)
{
	for (uint32_t i = 0; i < STABLE; i++) {
		uint32_t res = gw_rib6_lookup(rib, &probes[i]), index = gw_fib_index(res);

		if (res == 0)
			wrong = "the route around a prefix was missed";
		else if (index != INDEX_COVER &&
			!gw_prefix6_has(&churning[index - INDEX_CHURN], &probes[i]))
			wrong = "the result of another prefix";
	}
}

static void look_addresses(void)
{
	for (uint32_t i = 0; i < STABLE; i++) {
		uint32_t started = gw_rib6_start(rib, &stable[i]);

		if (gw_fib_index(gw_rib6_finish(rib, &stable[i], started)) != INDEX_STABLE + i)
			wrong = "an address that stays was missed";
	}
	for (uint32_t i = 0; i < ADDRESSES; i += 61) {
		uint32_t index = gw_fib_index(gw_rib6_lookup(rib, &addresses[i]));

		if (index != INDEX_COVER && index != INDEX_CHURN + i)
			wrong = "the result of another address";
	}
}

// Routes 0 and 1 change among next hops of their own: 0 to 5 and 6 to 11.
static void look_multipath(void)
{
	static const struct in6_addr to[2] = {{.s6_addr = {0x31, 1}}, {.s6_addr = {0x31, 2}}};
	static uint32_t hash;

	for (uint32_t r = 0; r < 2; r++) {
		uint32_t res = gw_rib6_lookup(rib, &to[r]), nh = gw_fib_index(res), at = 0;

		if (gw_fib_kind(res) == GW_FIB_MULTIPATH)
			nh = gw_multipath_pick(nh, hash++);
		while (at < VIAS && via_nh[at] != nh)
			at++;
		if (res == 0 || at / (VIAS / 2) != r)
			wrong = "a next hop of another route";
	}
}

static void *reader(void *look)
{
	rte_rcu_qsbr_thread_register(gw_rcu, 0);
	rte_rcu_qsbr_thread_online(gw_rcu, 0);
	while (!stop) {
		((void (*)(void))look)();
		rounds++;
		rte_rcu_qsbr_quiescent(gw_rcu, 0);
	}
	rte_rcu_qsbr_thread_offline(gw_rcu, 0);
	rte_rcu_qsbr_thread_unregister(gw_rcu, 0);
	return NULL;
}

static void run(void (*look)(void), void (*change)(void))
{
	unsigned long long begin;
	pthread_t thread;

	stop = false;
	wrong = NULL;
	rounds = 0;
	assert_int_equal(pthread_create(&thread, NULL, reader, (void *)look), 0);
	while (rounds == 0)
		sched_yield();
	begin = rounds;
	for (uint32_t i = 0; i < CHANGES || rounds < begin + 100; i++) {
		change();
		gw_rcu_reclaim();
	}
	stop = true;
	pthread_join(thread, NULL);
	if (wrong != NULL)
		fail_msg("%s", wrong);
}

static int setup(void **state)
{
	assert_int_equal(fixture_setup(state), 0);
	rib = &gw_vrfs[0].rib6;
	srand(11);
	return 0;
}

static int teardown(void **state)
{
	int ret;

	gw_route_fini();
	ret = fixture_teardown(state);
	gw_multipath_fini();
	return ret;
}

static void change_prefixes(void)
{
	uint32_t k = (uint32_t)rand() % CHURNING;
	const struct gw_prefix6 *p = &churning[k];

	if (rand() % 2)
		gw_rib6_del(rib, &p->addr, p->len, GW_FIB_ROUTE);
	else
		gw_rib6_set(rib, &p->addr, p->len, GW_FIB_ROUTE, INDEX_CHURN + k);
}

static void prefixes(void **state)
{
	const struct in6_addr all = {0};

	assert_int_equal(gw_rib6_set(rib, &all, 0, GW_FIB_ROUTE, INDEX_COVER), 0);
	for (uint32_t k = 0; k < CHURNING; k++) {
		struct in6_addr a = address((uint32_t)rand() % 4 << 16, (uint32_t)rand() % 8);

		churning[k].len = (uint8_t)(8 + rand() % 120);
		churning[k].addr = gw_ip6_masked(&a, churning[k].len);
	}
	for (uint32_t i = 0; i < STABLE; i++)
		probes[i] = address((uint32_t)rand() % 4 << 16, (uint32_t)rand() % 8);
	run(look_prefixes, change_prefixes);
}

static void change_addresses(void)
{
	static uint32_t i, gone;
	uint32_t k = i++ % ADDRESSES;

	// The table grows in one turn and is emptied in the next.
	if (gone % 2 == 0)
		gw_rib6_set(rib, &addresses[k], 128, GW_FIB_ROUTE, INDEX_CHURN + k);
	else
		gw_rib6_del(rib, &addresses[k], 128, GW_FIB_ROUTE);
	gone += k == ADDRESSES - 1;
}

static void whole_addresses(void **state)
{
	const struct in6_addr all = {0};

	assert_int_equal(gw_rib6_set(rib, &all, 0, GW_FIB_ROUTE, INDEX_COVER), 0);
	for (uint32_t i = 0; i < STABLE; i++) {
		stable[i] = address(1, i);
		assert_int_equal(
			gw_rib6_set(rib, &stable[i], 128, GW_FIB_ROUTE, INDEX_STABLE + i), 0);
	}
	for (uint32_t i = 0; i < ADDRESSES; i++)
		addresses[i] = address(2, (uint32_t)rand());
	run(look_addresses, change_addresses);
}

static void change_multipath(void)
{
	const uint32_t r = (uint32_t)rand() % 2, n = 1 + (uint32_t)rand() % 4;
	const struct gw_prefix p = {
		.addr.a.s6_addr = {0x31, (uint8_t)(1 + r)}, .len = r == 0 ? 16 : 128};
	const uint32_t first = (uint32_t)rand() % (VIAS / 2);
	struct gw_ip_zone vias[GW_ROUTE_VIAS];
	struct gw_err err = {0};

	for (uint32_t i = 0; i < n; i++)
		vias[i] = (struct gw_ip_zone){
			.ip = gw_neigh_ip(via_nh[r * (VIAS / 2) + (first + i) % (VIAS / 2)]),
			.zone = "net"};
	if (gw_route_add(0, &p, vias, n, &err) < 0)
		fail_msg("%s", err.text);
}

static void several_next_hops(void **state)
{
	for (uint32_t i = 0; i < VIAS; i++) {
		struct in6_addr a = {.s6_addr = {[0] = 0xfe, [1] = 0x80, [15] = (uint8_t)(1 + i)}};

		via_nh[i] = gw_neigh_get(net, gw_ip_of6(&a));
		gw_neigh_hold(via_nh[i]);
	}
	for (uint32_t i = 0; i < 100; i++) // both are there
		change_multipath();
	run(look_multipath, change_multipath);
}

#define CASE(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(prefixes),
		CASE(whole_addresses),
		CASE(several_next_hops),
	};

	return FIXTURE_RUN(tests);
}
