// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Two devices against each other: random schedules of losses, restarts, hosts that come, go and
// move. However it went, the tables are equal in the end, and hold who is there.

#include "mlag_sync/sim.h"

#include <stdio.h>

static void fail_seed(struct sim *s, uint64_t seed, const char *what)
{
	for (unsigned i = 0; i < 2; i++) {
		struct gw_mlag_status st = sim_status(s, i);

		printf("device %u: peer %s, %u confirmed, %u unconfirmed, %u buckets differ, "
		       "input holds %u\n",
			i, gw_mlag_peer_state_name(st.peer), st.confirmed, st.unconfirmed,
			st.buckets_differ, s->node[i].neighbour.count);
		for (unsigned k = 1; k < GW_MLAG_N_COUNT; k++) {
			if (st.count[k] > 0)
				printf("  %s %lu", gw_mlag_count_name(k), st.count[k]);
		}
		printf("\n");
	}
	for (uint32_t i = 0; i < s->hosts; i++)
		printf("host %u mlag %u vlan %u alive %d: %d %d\n", i, s->host[i].mlag,
			s->host[i].vlan, s->host[i].alive, sim_knows(s, 0, &s->host[i]),
			sim_knows(s, 1, &s->host[i]));
	fail_msg("seed %lu: %s", seed, what);
}

static void hosts_make(struct sim *s, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		uint16_t mlag = (uint16_t)(1 + sim_random(s, SIM_MEMBERS));
		struct gw_ip v6 = {.a = {.s6_addr = {0x20, 1, 0xd, 0xb8, [15] = 16}}};

		v6.a.s6_addr[14] = (uint8_t)i;
		if (sim_random(s, 4) == 0)
			sim_host(s, v6, mlag, 0);
		else if (sim_random(s, 4) == 0)
			sim_host(s, gw_ip_of4(0x0a02000a + i), mlag, 10);
		else
			sim_host4(s, 10 + i, mlag);
	}
}

static void announce(struct sim *s, const struct sim_host *h)
{
	unsigned node = sim_random(s, 2);
	uint8_t frame[SIM_FRAME];

	if (!s->node[node].m || !s->node[node].link[h->mlag])
		node = 1 - node;
	if (s->node[node].m && s->node[node].link[h->mlag] && s->node[node].member[h->mlag].enable)
		sim_wire(s, node, h, frame, sim_announce(h, frame));
}

static void host_act(struct sim *s)
{
	struct sim_host *h = &s->host[sim_random(s, s->hosts)];

	switch (sim_random(s, 6)) {
	case 0:
		h->alive = false;
		break;
	case 1:
		h->alive = true;
		announce(s, h);
		break;
	case 2:
		h->mlag = (uint16_t)(1 + sim_random(s, SIM_MEMBERS));
		if (h->alive && sim_random(s, 2))
			announce(s, h);
		break;
	case 3:
		h->mac = sim_host_mac(1000 + sim_random(s, 1000000));
		if (h->alive && sim_random(s, 2))
			announce(s, h);
		break;
	default:
		sim_want(s, sim_random(s, 2), (uint32_t)(h - s->host));
	}
}

static void device_act(struct sim *s)
{
	unsigned node = sim_random(s, 2);

	switch (sim_random(s, 4)) {
	case 0:
		if (s->node[node].m != NULL)
			sim_kill(s, node);
		else
			sim_boot(s, node);
		break;
	case 1:
		sim_kill(s, node);
		sim_boot(s, node);
		break;
	case 2:
		sim_cut(s, !s->cut);
		break;
	default:
		sim_link(s, node, (uint16_t)(1 + sim_random(s, SIM_MEMBERS)), sim_random(s, 2));
	}
}

static void storm(struct sim *s, uint64_t us)
{
	const uint64_t end = s->now_us + us;

	while (s->now_us < end) {
		sim_run(s, sim_random(s, 400000));
		if (sim_random(s, 8) == 0)
			device_act(s);
		else
			host_act(s);
	}
}

static void calm(struct sim *s)
{
	s->loss = s->twice = s->late = s->host_loss = 0;
	for (unsigned i = 0; i < 2; i++) {
		if (s->node[i].m == NULL)
			sim_boot(s, i);
		for (uint16_t k = 1; k <= SIM_MEMBERS; k++)
			sim_link(s, i, k, true);
	}
	sim_cut(s, false);
}

// Hosts that are there and wanted are known on both; nobody else is.
static void check_end(struct sim *s, uint64_t seed)
{
	if (!sim_equal(s))
		fail_seed(s, seed, "tables differ");
	for (uint32_t i = 0; i < s->hosts; i++) {
		int knows = sim_knows(s, 0, &s->host[i]);

		if (s->host[i].alive ? knows != 2 : knows != 0)
			fail_seed(s, seed, s->host[i].alive ? "host not known" : "ghost");
	}
}

// Hellos, members that are released and asked on, and twice the settling time after that.
static void settle(struct sim *s, uint64_t seed)
{
	for (unsigned i = 0; i < 120 && !sim_equal(s); i++)
		sim_run(s, 100 * SIM_MS);
	if (!sim_equal(s))
		fail_seed(s, seed, "tables are not made equal");
}

static void random_schedule(uint64_t seed)
{
	struct sim s;

	sim_init(&s, seed);
	s.conf.age_s = 3 + sim_random(&s, 20);
	s.conf.learn_announced = sim_random(&s, 2);
	s.conf.keepalive = sim_random(&s, 2);
	s.conf.restore_max_us = sim_random(&s, 2) * 30000000;
	s.carrier_shown = sim_random(&s, 2);
	s.loss = sim_random(&s, 334);
	s.loss_hello = sim_random(&s, 2);
	s.twice = sim_random(&s, 100);
	s.late = sim_random(&s, 200);
	s.host_loss = sim_random(&s, 100);
	hosts_make(&s, 4 + sim_random(&s, 30));
	sim_boot(&s, 0);
	sim_run(&s, sim_random(&s, 3000000));
	sim_boot(&s, 1);
	storm(&s, 15 * SIM_S);
	calm(&s);
	settle(&s, seed);
	for (uint32_t i = 0; i < s.hosts; i++)
		sim_want(&s, sim_random(&s, 2), i);
	// Every entry comes to its age once.
	sim_run(&s, (s.conf.age_s + 3) * SIM_S);
	settle(&s, seed);
	// One of them may not ask yet.
	for (uint32_t i = 0; i < 2 * s.hosts; i++)
		sim_want(&s, i % 2, i / 2);
	sim_run(&s, SIM_S);
	settle(&s, seed);
	check_end(&s, seed);
	sim_fini(&s);
}

static void thousands_of_schedules_end_equal(void **)
{
	const char *one = getenv("GW_SEED"), *count = getenv("GW_SEEDS");
	uint64_t first = one != NULL ? strtoull(one, NULL, 0) : 1;
	uint64_t n = one != NULL ? 1 : count != NULL ? strtoull(count, NULL, 0) : 2000;

	for (uint64_t seed = first; seed < first + n; seed++)
		random_schedule(seed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(thousands_of_schedules_end_equal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
