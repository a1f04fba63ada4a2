// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// How fast MLAG relays and learns, what digests cost, and how long a restart takes by the
// simulated clock. Prints JSON.
// usage: gw_mlag_bench [HOSTS]

#include <stdio.h>
#include <time.h>

#include "mlag_sync/sim.h"
#include "mlag_sync/table.h"

#define ROUNDS 10

// One device relays to the other; messages wait in between, as on a link.
struct side {
	struct gw_mlag *m;
	uint8_t *queue;
	uint32_t queued, messages;
	uint64_t inputs;
};

static struct side side[2];
static uint32_t queue_size;

static double now_s(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec * 1e-9;
}

static void queue_add(void *ctx, const uint8_t *message, uint32_t len)
{
	struct side *s = ctx;

	if (s->queued + sizeof(len) + len > queue_size)
		abort();
	memcpy(s->queue + s->queued, &len, sizeof(len));
	memcpy(s->queue + s->queued + sizeof(len), message, len);
	s->queued += (uint32_t)sizeof(len) + len;
	s->messages++;
}

static void nothing(void *ctx, const uint8_t *message, uint32_t len)
{
}

static bool input(void *ctx, const struct gw_mlag_packet *packet, unsigned how)
{
	((struct side *)ctx)->inputs++;
	return true;
}

static void ask(void *ctx, const struct gw_mlag_query *query)
{
}

static void member(void *ctx, uint16_t mlag, const struct gw_mlag_member_state *state)
{
}

static const struct gw_mlag_ops ops = {
	.send = queue_add,
	.keepalive = nothing,
	.input = input,
	.ask = ask,
	.gone = ask,
	.member = member,
};

static void deliver(unsigned to, uint64_t at_us)
{
	struct side *from = &side[1 - to];
	uint32_t len;

	for (uint32_t at = 0; at < from->queued; at += (uint32_t)sizeof(len) + len) {
		memcpy(&len, from->queue + at, sizeof(len));
		gw_mlag_message(side[to].m, at_us, 0, from->queue + at + sizeof(len), len);
	}
	from->queued = from->messages = 0;
}

static void side_make(unsigned i, uint32_t hosts, uint16_t mtu)
{
	const struct gw_mlag_member_conf mc = {.mlag = 1};
	struct gw_mlag_subnet sub = {.mlag = 1, .len = 8, .addr = gw_ip_of4(0x0a000001 + i)};
	struct gw_mlag_conf conf;

	gw_mlag_conf_default(&conf);
	conf.system = sim_mac(i);
	conf.peer_system = sim_mac(1 - i);
	conf.peer_mtu = mtu;
	conf.max_entries = hosts * 2;
	conf.max_asked = conf.max_unconfirmed = hosts;
	conf.packets_per_s = conf.asks_per_s = 1000000000;
	if (gw_mlag_new(&side[i].m, &conf, &ops, &side[i], 1, 0, NULL) < 0 ||
		gw_mlag_member_add(side[i].m, &mc, NULL) < 0 ||
		gw_mlag_subnet_add(side[i].m, &sub, NULL) < 0)
		abort();
	gw_mlag_link(side[i].m, 0, 1, true);
	side[i].queue = malloc(queue_size);
	side[i].queued = side[i].messages = 0;
	if (side[i].queue == NULL)
		abort();
}

// Every host answers device 0; each answer arrives at device 1, which hears what 0 learned.
static void answers(
	uint32_t hosts, uint64_t at_us, double *relay_s, double *learn_s, double *in_message)
{
	static struct gw_mac to;
	uint8_t frame[SIM_FRAME];
	struct sim_host h = {.ip = gw_ip_of4(0x0a000100), .mlag = 1};
	uint32_t len;
	double start;

	to = sim_mac(0);
	len = sim_reply(&h, &to, frame);
	start = now_s();
	for (uint32_t i = 0; i < hosts; i++) {
		const uint32_t ip = __builtin_bswap32(0x0a000100 + i);
		const struct gw_mac mac = sim_host_mac(i);
		const struct gw_mlag_packet p = {1, 0, 0, 60, frame};

		memset(frame + len, 0, 60 - len);
		memcpy(frame + 6, &mac, 6);
		memcpy(frame + 22, &mac, 6);
		memcpy(frame + 28, &ip, 4);
		gw_mlag_wire(side[1].m, at_us, &p);
	}
	gw_mlag_tick(side[1].m, at_us + 1000); // the last message, not full
	*relay_s = now_s() - start;
	*in_message = side[1].messages > 0 ? (double)hosts / side[1].messages : 0;
	start = now_s();
	deliver(0, at_us);
	deliver(1, at_us); // that they were learned
	*learn_s = now_s() - start;
}

static void throughput(uint32_t hosts, uint16_t mtu)
{
	double relay, learn, first_relay, first_learn, sum_relay = 0, sum_learn = 0, n = 0;
	struct gw_mlag_status st;
	uint64_t us = 1;

	queue_size = hosts * 100 + 65536;
	for (unsigned i = 0; i < 2; i++)
		side_make(i, hosts, mtu);
	for (unsigned i = 0; i < 4; i++) {
		gw_mlag_tick(side[i % 2].m, us);
		deliver(1 - i % 2, us);
	}
	for (uint32_t i = 0; i < hosts; i++) {
		const struct gw_ip ip = gw_ip_of4(0x0a000100 + i);

		gw_mlag_asked(side[0].m, us, 0, 0, &ip);
	}
	answers(hosts, us, &first_relay, &first_learn, &n);
	for (unsigned i = 0; i < ROUNDS; i++) {
		answers(hosts, us += 2000, &relay, &learn, &n);
		sum_relay += relay;
		sum_learn += learn;
	}
	gw_mlag_status(side[0].m, &st);
	if (st.confirmed != hosts || side[0].inputs != (uint64_t)hosts * (ROUNDS + 1))
		abort();
	printf("  {\"hosts\": %u, \"mtu\": %u, \"relayed_per_s\": %.0f, \"learned_per_s\": %.0f, "
	       "\"both_per_s\": %.0f, \"new_both_per_s\": %.0f, \"entries_per_message\": %.1f},\n",
		hosts, mtu, hosts * ROUNDS / sum_relay, hosts * ROUNDS / sum_learn,
		hosts * ROUNDS / (sum_relay + sum_learn), hosts / (first_relay + first_learn), n);
	for (unsigned i = 0; i < 2; i++) {
		gw_mlag_free(side[i].m);
		free(side[i].queue);
		side[i] = (struct side){0};
	}
}

// What an entry costs in its digest, and a hello of the peer with all buckets to compare.
static void digests(uint32_t hosts)
{
	struct gw_mlag_key key = {.vrf = 1};
	struct gw_mac mac = sim_host_mac(1);
	uint64_t sum = 0, hellos;
	double start = now_s(), each, hello;
	struct sim s;

	for (uint32_t i = 0; i < hosts * ROUNDS; i++) {
		key.ip = gw_ip_of4(i);
		sum += gw_mlag_digest(&key, &mac, 1);
	}
	each = (now_s() - start) / (hosts * ROUNDS);
	sim_init(&s, sum);
	sim_both(&s);
	hellos = sim_count(&s, 0, GW_MLAG_N_hello_received) +
		sim_count(&s, 1, GW_MLAG_N_hello_received);
	start = now_s();
	sim_run(&s, 1000 * SIM_S);
	hello = now_s() - start;
	hellos = sim_count(&s, 0, GW_MLAG_N_hello_received) +
		sim_count(&s, 1, GW_MLAG_N_hello_received) - hellos;
	sim_fini(&s);
	printf("  {\"digest_ns\": %.1f, \"hello_ns\": %.0f},\n", each * 1e9,
		hello * 1e9 / (double)hellos);
}

static void restart(uint32_t hosts, int lands, const char *where, bool last)
{
	uint64_t start_us, messages, records;
	struct sim s;
	double start;

	sim_init(&s, 1);
	s.prefix_len = 8;
	s.lands = lands;
	s.conf.max_entries = hosts * 2;
	s.conf.max_asked = hosts;
	sim_both(&s);
	for (uint32_t i = 0; i < hosts; i++) {
		sim_host4(&s, 10 + i, (uint16_t)(1 + i % SIM_MEMBERS));
		sim_want(&s, 0, i);
		if (i % 10 == 0)
			sim_run(&s, SIM_MS);
	}
	sim_run(&s, 5 * SIM_S);
	sim_kill(&s, 1);
	sim_run(&s, 2 * SIM_S);
	for (unsigned i = 0; i < 2; i++)
		s.node[i].messages = s.node[i].records = s.node[i].asks = 0;
	s.node[0].first_ask_us = 0;
	start = now_s();
	start_us = s.now_us;
	sim_boot(&s, 1);
	while (!sim_equal(&s) && s.now_us < start_us + 60 * SIM_S)
		sim_run(&s, 50 * SIM_MS);
	start = now_s() - start;
	if (!sim_equal(&s))
		abort();
	messages = s.node[0].messages + s.node[1].messages;
	records = s.node[0].records + s.node[1].records;
	printf("  {\"restart_hosts\": %u, \"answers_at\": \"%s\", \"equal_s\": %.2f, "
	       "\"requests\": %llu, \"requests_per_s\": %.0f, \"entries_per_message\": %.1f, "
	       "\"cpu_s\": %.2f}%s\n",
		hosts, where, (double)(s.now_us - start_us) * 1e-6,
		(unsigned long long)s.node[0].asks,
		(double)s.node[0].asks * 1e6 /
			(double)(s.node[0].last_ask_us - s.node[0].first_ask_us),
		(double)records / (double)messages, start, last ? "" : ",");
	sim_fini(&s);
}

int main(int argc, char **argv)
{
	uint32_t hosts = argc > 1 ? (uint32_t)atoi(argv[1]) : 100000;

	printf("[\n");
	throughput(hosts, 1500);
	throughput(hosts, 9000);
	digests(hosts);
	restart(hosts / 10, -1, "both", false);
	restart(hosts, 0, "A", false);
	restart(hosts, 1, "B", false);
	restart(hosts, -1, "both", true);
	printf("]\n");
	return 0;
}
