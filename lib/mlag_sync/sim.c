// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "mlag_sync/sim.h"

#include <sys/prctl.h>

#include "base/wire.h"

#define LOOPS_AT_ONCE 1000000

enum kind { MESSAGE, KEEPALIVE, QUESTION, ANSWER, WANT };

struct sim_event {
	uint64_t at_us, serial;
	enum kind kind;
	unsigned node;
	uint32_t host, tries;
	struct gw_mlag_query query;
	struct gw_mac mac;
	bool broadcast;
	uint32_t len;
	uint8_t data[];
};

const struct gw_mac sim_virtual_mac = {{0, 0, 0x5e, 0, 1, 10}};

struct gw_mac sim_mac(unsigned node)
{
	return (struct gw_mac){{2, 0, 0, 0, 0xaa, (uint8_t)(node + 1)}};
}

struct gw_mac sim_host_mac(uint32_t n)
{
	struct gw_mac mac = {{2, 1}};

	gw_put32(mac.b + 2, n);
	return mac;
}

uint32_t sim_random(struct sim *s, uint32_t below)
{
	uint64_t z = s->random += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return (uint32_t)((z ^ z >> 31) >> 32) % below;
}

static bool chance(struct sim *s, uint32_t of_1000)
{
	return of_1000 > 0 && sim_random(s, 1000) < of_1000;
}

static bool earlier(const struct sim_event *a, const struct sim_event *b)
{
	return a->at_us != b->at_us ? a->at_us < b->at_us : a->serial < b->serial;
}

static struct sim_event *event_add(
	struct sim *s, enum kind kind, unsigned node, uint64_t in_us, uint32_t len)
{
	struct sim_event *e = calloc(1, sizeof(*e) + len);
	uint32_t i = s->events++;

	assert_non_null(e);
	e->kind = kind;
	e->node = node;
	e->len = len;
	e->at_us = s->now_us + in_us;
	e->serial = s->serial++;
	if (s->events > s->heap_size) {
		s->heap_size = s->heap_size * 2 + 64;
		s->heap = realloc(s->heap, s->heap_size * sizeof(struct sim_event *));
		assert_non_null(s->heap);
	}
	for (; i > 0 && earlier(e, s->heap[(i - 1) / 2]); i = (i - 1) / 2)
		s->heap[i] = s->heap[(i - 1) / 2];
	s->heap[i] = e;
	return e;
}

static struct sim_event *event_take(struct sim *s)
{
	struct sim_event *first = s->heap[0], *last = s->heap[--s->events];
	uint32_t i = 0, child;

	while ((child = i * 2 + 1) < s->events) {
		if (child + 1 < s->events && earlier(s->heap[child + 1], s->heap[child]))
			child++;
		if (!earlier(s->heap[child], last))
			break;
		s->heap[i] = s->heap[child];
		i = child;
	}
	s->heap[i] = last;
	return first;
}

struct sim_key {
	struct gw_ip ip;
	uint16_t vrf, vlan;
	uint32_t zero;
};

static struct sim_key key_of(const struct gw_ip *ip, uint16_t vlan)
{
	return (struct sim_key){.ip = *ip, .vlan = vlan};
}

static uint32_t what(const struct gw_mac *mac, uint16_t mlag)
{
	return (uint32_t)gw_mlag_hash(mlag, mac, sizeof(*mac)) | 1;
}

static void link_send(void *ctx, const uint8_t *data, uint32_t len)
{
	struct sim_node *n = ctx;
	struct sim *s = n->sim;
	bool sync = data[1] == GW_MLAG_SYNC, ack = sync && data[2] == GW_MLAG_ACK;
	uint64_t in_us = 50 + sim_random(s, 50);

	if (ack && s->loss_ack)
		return;
	if (sync && !ack) {
		n->messages++;
		n->records += gw_get16(data + 18);
		assert_true(len <= sizeof(n->last));
		memcpy(n->last, data, len);
		n->last_len = len;
	}
	assert_true(len <= s->conf.peer_mtu);
	for (int copies = chance(s, s->twice) ? 2 : 1; copies > 0; copies--) {
		struct sim_event *e;

		if ((sync || s->loss_hello) && chance(s, s->loss))
			continue;
		if (chance(s, s->late))
			in_us += sim_random(s, 5000);
		e = event_add(s, MESSAGE, 1 - n->id, in_us, len);
		memcpy(e->data, data, len);
	}
}

static void path_send(void *ctx, const uint8_t *data, uint32_t len)
{
	struct sim_node *n = ctx;

	memcpy(event_add(n->sim, KEEPALIVE, 1 - n->id, 300, len)->data, data, len);
}

// As the ordinary input: it reads the packet itself.
static bool input(void *ctx, const struct gw_mlag_packet *p, unsigned how)
{
	const uint8_t *at = p->data + 12 + (p->vlan != 0 ? 4 : 0);
	struct sim_node *n = ctx;
	struct sim_key key;
	struct gw_mac mac;
	struct gw_ip ip;

	n->inputs++;
	n->answers += (how & (GW_MLAG_ANSWER | GW_MLAG_ANSWER_OWN)) != 0;
	if ((how & GW_MLAG_LEARN) == 0)
		return false;
	if (n->refuses)
		return false;
	if (gw_get16(at) == 0x0806) {
		ip = gw_ip_of4(gw_get32(at + 2 + 14));
		memcpy(&mac, at + 2 + 8, sizeof(mac));
	} else if (gw_get16(at) == 0x86dd && at[2 + 40] == 136) {
		memcpy(&ip, at + 2 + 40 + 8, sizeof(ip));
		memcpy(&mac, at + 2 + 40 + 26, sizeof(mac));
	} else {
		return true;
	}
	n->learned++;
	n->relayed_in += (how & GW_MLAG_RELAYED) != 0;
	key = key_of(&ip, p->vlan);
	assert_int_equal(gw_map_set(&n->neighbour, &key, what(&mac, p->mlag)), 0);
	return true;
}

static void ask(void *ctx, const struct gw_mlag_query *q)
{
	struct sim_node *n = ctx;
	struct sim_event *e = event_add(n->sim, QUESTION, n->id, 20, 0);

	n->asks++;
	n->unicasts += q->mac != NULL;
	if (n->first_ask_us == 0)
		n->first_ask_us = n->sim->now_us;
	n->last_ask_us = n->sim->now_us;
	assert_true(n->link[q->mlag]);
	e->query = *q;
	e->broadcast = q->mac == NULL;
	if (q->mac != NULL)
		e->mac = *q->mac;
}

static void gone(void *ctx, const struct gw_mlag_query *q)
{
	const struct sim_key key = key_of(&q->ip, q->vlan);
	struct sim_node *n = ctx;

	assert_int_equal(gw_map_get(&n->neighbour, &key), what(q->mac, q->mlag));
	gw_map_del(&n->neighbour, &key);
	n->forgotten++;
}

static void member(void *ctx, uint16_t mlag, const struct gw_mlag_member_state *state)
{
	struct sim_node *n = ctx;

	if (mlag <= SIM_MEMBERS) // a test may add others
		n->member[mlag] = *state;
}

static const struct gw_mlag_ops ops = {
	.send = link_send,
	.keepalive = path_send,
	.input = input,
	.ask = ask,
	.gone = gone,
	.member = member,
};

void sim_init(struct sim *s, uint64_t seed)
{
	// Thousands of small tables: each would be given huge pages to zero.
	prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
	*s = (struct sim){.now_us = 1000 * SIM_S, .random = seed, .prefix_len = 16, .lands = -1};
	gw_mlag_conf_default(&s->conf);
	s->conf.virtual_mac = sim_virtual_mac;
	s->conf.peer_port = SIM_PEER_PORT;
	s->conf.peer_mtu = 1500;
	s->conf.max_entries = 4096;
	s->conf.max_asked = 1024;
	s->conf.restore_max_us = 0; // members are up at once
	for (unsigned i = 0; i < 2; i++) {
		s->node[i] = (struct sim_node){.sim = s, .id = i};
		for (unsigned k = 1; k <= SIM_MEMBERS; k++)
			s->node[i].link[k] = true;
	}
}

void sim_fini(struct sim *s)
{
	for (unsigned i = 0; i < 2; i++)
		sim_kill(s, i);
	while (s->events > 0)
		free(event_take(s));
	free(s->heap);
	free(s->host);
}

static void subnets_add(struct sim_node *n, uint16_t mlag)
{
	struct gw_ip v6 = {.a = {.s6_addr = {0x20, 1, 0xd, 0xb8}}};
	struct gw_mlag_subnet sub = {.mlag = mlag, .len = n->sim->prefix_len};

	sub.addr = gw_ip_of4(0x0a010001 + n->id);
	assert_int_equal(gw_mlag_subnet_add(n->m, &sub, NULL), 0);
	sub.addr = gw_ip_of4(0x0a010003);
	sub.is_virtual = true;
	assert_int_equal(gw_mlag_subnet_add(n->m, &sub, NULL), 0);
	sub = (struct gw_mlag_subnet){.mlag = mlag, .vlan = 10, .len = 16};
	sub.addr = gw_ip_of4(0x0a020001 + n->id);
	assert_int_equal(gw_mlag_subnet_add(n->m, &sub, NULL), 0);
	sub = (struct gw_mlag_subnet){.mlag = mlag, .len = 64, .addr = v6};
	sub.addr.a.s6_addr[15] = (uint8_t)(n->id + 1);
	assert_int_equal(gw_mlag_subnet_add(n->m, &sub, NULL), 0);
}

void sim_boot(struct sim *s, unsigned node)
{
	struct gw_mlag_conf conf = s->conf;
	struct sim_node *n = &s->node[node];

	assert_null(n->m);
	conf.system = sim_mac(node);
	conf.peer_system = sim_mac(1 - node);
	n->epoch = n->epoch == 0 ? 1 + sim_random(s, 1u << 30) : n->epoch + 1;
	assert_int_equal(gw_mlag_new(&n->m, &conf, &ops, n, n->epoch, s->now_us, NULL), 0);
	assert_int_equal(gw_map_init(&n->neighbour, sizeof(struct sim_key), 16,
				 s->conf.max_entries * 2, gw_map_record_free, gw_hash32_table_free),
		0);
	for (uint16_t i = 1; i <= SIM_MEMBERS; i++) {
		const struct gw_mlag_member_conf mc = {.mlag = i, .keep_up = i == SIM_MEMBERS};

		n->member[i] = (struct gw_mlag_member_state){.enable = true};
		assert_int_equal(gw_mlag_member_add(n->m, &mc, NULL), 0);
		subnets_add(n, i);
		gw_mlag_link(n->m, s->now_us, i, n->link[i]);
	}
	if (s->cut && s->carrier_shown)
		gw_mlag_peer_link(n->m, s->now_us, false);
}

void sim_kill(struct sim *s, unsigned node)
{
	struct sim_node *n = &s->node[node];

	if (n->m == NULL)
		return;
	gw_mlag_free(n->m);
	n->m = NULL;
	gw_map_fini(&n->neighbour);
}

static bool reaches(const struct sim *s, unsigned node, uint16_t mlag)
{
	const struct sim_node *n = &s->node[node];

	return n->m != NULL && n->link[mlag] && n->member[mlag].enable;
}

// The bond of a host chooses a link that is up.
static int lands(struct sim *s, uint16_t mlag, unsigned asker)
{
	unsigned to = s->lands == -1 ? sim_random(s, 2)
		: s->lands == -2     ? 1 - asker
				     : (unsigned)s->lands;

	if (!reaches(s, to, mlag))
		to = 1 - to;
	return reaches(s, to, mlag) ? (int)to : -1;
}

static void question(struct sim *s, const struct sim_event *e)
{
	for (uint32_t i = 0; i < s->hosts; i++) {
		const struct sim_host *h = &s->host[i];
		struct sim_event *a;

		// Many hosts: their number is in the address.
		if (s->hosts > 1000 && i != gw_ip_to4(&e->query.ip) - 0x0a01000a) {
			i = gw_ip_to4(&e->query.ip) - 0x0a01000a - 1;
			continue;
		}
		if (!h->alive || !gw_ip_eq(&h->ip, &e->query.ip) || h->mlag != e->query.mlag ||
			h->vlan != e->query.vlan || chance(s, s->host_loss))
			goto next;
		if (!e->broadcast && memcmp(&e->mac, &h->mac, sizeof(h->mac)) != 0)
			goto next;
		a = event_add(s, ANSWER, e->node, 100 + sim_random(s, 200), 0);
		a->host = i;
	next:
		if (s->hosts > 1000)
			return;
	}
}

static void answer(struct sim *s, const struct sim_event *e)
{
	const struct sim_host *h = &s->host[e->host];
	const struct gw_mac to = sim_mac(e->node);
	uint8_t frame[SIM_FRAME];
	int at = h->alive ? lands(s, h->mlag, e->node) : -1;

	if (at >= 0)
		sim_wire(s, (unsigned)at, h, frame, sim_reply(h, &to, frame));
}

static void want(struct sim *s, const struct sim_event *e)
{
	const struct sim_host *h = &s->host[e->host];
	struct sim_node *n = &s->node[e->node];
	const struct sim_key key = key_of(&h->ip, h->vlan);
	struct sim_event *again;

	if (n->m == NULL || gw_map_get(&n->neighbour, &key) != 0)
		return;
	gw_mlag_asked(n->m, s->now_us, 0, h->vlan, &h->ip);
	// Over every member that has the subnet.
	for (uint16_t i = 1; i <= SIM_MEMBERS; i++) {
		const struct gw_mlag_query q = {.ip = h->ip, .mlag = i, .vlan = h->vlan};

		if (reaches(s, e->node, i))
			ask(n, &q);
	}
	if (e->tries >= 2)
		return;
	again = event_add(s, WANT, e->node, SIM_S, 0);
	again->host = e->host;
	again->tries = e->tries + 1;
}

void sim_want(struct sim *s, unsigned node, uint32_t host)
{
	event_add(s, WANT, node, 0, 0)->host = host;
}

static void event_run(struct sim *s, const struct sim_event *e)
{
	struct gw_mlag *m = s->node[e->node].m;

	switch (e->kind) {
	case MESSAGE:
		if (m != NULL && !s->cut && !s->mute[1 - e->node])
			gw_mlag_message(m, s->now_us, SIM_PEER_PORT, e->data, e->len);
		break;
	case KEEPALIVE:
		if (m != NULL && !s->keepalive_cut)
			gw_mlag_keepalive(m, s->now_us, e->data, e->len);
		break;
	case QUESTION:
		question(s, e);
		break;
	case ANSWER:
		answer(s, e);
		break;
	case WANT:
		want(s, e);
	}
}

void sim_run(struct sim *s, uint64_t us)
{
	const uint64_t end = s->now_us + us;
	uint64_t last = 0;
	uint32_t loops = 0;

	while (true) {
		uint64_t next = s->events > 0 ? s->heap[0]->at_us : UINT64_MAX;

		for (unsigned i = 0; i < 2; i++) {
			uint64_t at =
				s->node[i].m != NULL ? gw_mlag_next(s->node[i].m) : UINT64_MAX;

			next = at < next ? at : next;
		}
		if (next > end)
			break;
		if (next > s->now_us)
			s->now_us = next;
		loops = s->now_us == last ? loops + 1 : 0;
		last = s->now_us;
		assert_true(loops < LOOPS_AT_ONCE);
		if (s->events > 0 && s->heap[0]->at_us <= s->now_us) {
			struct sim_event *e = event_take(s);

			event_run(s, e);
			free(e);
		}
		for (unsigned i = 0; i < 2; i++) {
			if (s->node[i].m != NULL && gw_mlag_next(s->node[i].m) <= s->now_us)
				gw_mlag_tick(s->node[i].m, s->now_us);
		}
	}
	s->now_us = end;
}

void sim_link(struct sim *s, unsigned node, uint16_t mlag, bool up)
{
	struct sim_node *n = &s->node[node];

	n->link[mlag] = up;
	if (n->m != NULL)
		gw_mlag_link(n->m, s->now_us, mlag, up);
}

void sim_cut(struct sim *s, bool cut)
{
	s->cut = cut;
	for (unsigned i = 0; i < 2 && s->carrier_shown; i++) {
		if (s->node[i].m != NULL)
			gw_mlag_peer_link(s->node[i].m, s->now_us, !cut);
	}
}

uint32_t sim_host(struct sim *s, struct gw_ip ip, uint16_t mlag, uint16_t vlan)
{
	if ((s->hosts & (s->hosts - 1)) == 0) {
		s->host = realloc(s->host, (s->hosts * 2 + 1) * sizeof(*s->host));
		assert_non_null(s->host);
	}
	s->host[s->hosts] = (struct sim_host){
		.ip = ip, .mac = sim_host_mac(s->hosts), .mlag = mlag, .vlan = vlan, .alive = true};
	return s->hosts++;
}

uint32_t sim_host4(struct sim *s, uint32_t n, uint16_t mlag)
{
	return sim_host(s, gw_ip_of4(0x0a010000 + n), mlag, 0);
}

enum gw_mlag_count sim_wire(
	struct sim *s, unsigned node, const struct sim_host *h, const uint8_t *frame, uint32_t len)
{
	const struct gw_mlag_packet p = {
		.mlag = h->mlag, .vlan = h->vlan, .len = (uint16_t)len, .data = frame};

	if (s->node[node].m == NULL)
		return GW_MLAG_TAKEN;
	return gw_mlag_wire(s->node[node].m, s->now_us, &p);
}

int sim_knows(struct sim *s, unsigned node, const struct sim_host *h)
{
	const struct sim_key key = key_of(&h->ip, h->vlan);
	uint32_t known;

	if (s->node[node].m == NULL)
		return 0;
	known = gw_map_get(&s->node[node].neighbour, &key);
	return known == 0 ? 0 : known == what(&h->mac, h->mlag) ? 2 : 1;
}

struct gw_mlag_status sim_status(struct sim *s, unsigned node)
{
	struct gw_mlag_status status;

	gw_mlag_status(s->node[node].m, &status);
	return status;
}

uint64_t sim_count(struct sim *s, unsigned node, enum gw_mlag_count count)
{
	return sim_status(s, node).count[count];
}

// Every entry of one is, confirmed, what the ordinary input of both holds.
static bool within(struct sim *s, unsigned node)
{
	struct gw_mlag_entry_view v;
	uint32_t cursor = 0, n = 0;

	while (gw_mlag_entry_next(s->node[node].m, &cursor, &v)) {
		const struct sim_key key = key_of(&v.at.ip, v.at.vlan);
		uint32_t is = what(v.at.mac, v.at.mlag);

		n++;
		if (!v.confirmed || gw_map_get(&s->node[0].neighbour, &key) != is ||
			gw_map_get(&s->node[1].neighbour, &key) != is)
			return false;
	}
	return n == s->node[node].neighbour.count;
}

bool sim_equal(struct sim *s)
{
	return s->node[0].m != NULL && s->node[1].m != NULL && within(s, 0) && within(s, 1) &&
		s->node[0].neighbour.count == s->node[1].neighbour.count;
}

void sim_both(struct sim *s)
{
	sim_boot(s, 0);
	sim_boot(s, 1);
	sim_run(s, SIM_S);
	assert_int_equal(sim_status(s, 0).peer, GW_MLAG_PEER_UP);
	assert_int_equal(sim_status(s, 1).peer, GW_MLAG_PEER_UP);
}
