// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Inside of lib/mlag_sync: the object, and what its files ask of each other.

#include "mlag_sync/mlag.h"
#include "mlag_sync/packet.h"
#include "mlag_sync/table.h"

#define MLAG_EVENTS	    32
#define MLAG_CONFLICT_US    50000   // two answers so close together came at once
#define MLAG_VERIFY_US	    1000000 // and between two doubts about one entry
#define MLAG_REFRESH_MAX_US 30000000
#define MLAG_CLAIMS_PER_S   64 // questions about what is said to the peer and it does not confirm
#define MLAG_CLAIMS_BURST   256
#define MLAG_STRAYS_PER_S   16 // likewise, when the peer misses nothing
#define MLAG_STRAYS_BURST   64
#define MLAG_WORK	    256 // entries handled by one gw_mlag_tick()
#define MLAG_NEVER	    UINT64_MAX

// Tokens in millionths of one, so that a rate per second counts in microseconds.
struct mlag_tokens {
	int64_t level; // below zero: spent in advance
	uint64_t last_us;
	uint32_t rate, burst;
};

struct mlag_member {
	struct gw_mlag_member_conf conf;
	bool link;
	uint32_t unconfirmed;
	struct mlag_tokens known, unknown;
	struct mlag_tokens claims, strays; // of questions about what the peer does not confirm
	struct gw_mlag_subnet *subnet;
	uint32_t subnets;
	struct gw_mlag_twin own; // as announced
	struct gw_mlag_tlv_address *own_address;
	uint32_t own_addresses;
	bool twin_known;
	uint64_t twin_us;	  // when it was announced last
	struct gw_mlag_twin twin; // as the peer announced it
	struct gw_mlag_tlv_address *twin_address;
	uint32_t twin_addresses;
	struct gw_mlag_tlv_address *part_address; // heard until now of a set that is not whole
	uint32_t part_addresses, part_total;
	struct gw_mlag_member_state state; // as last told
};

struct mlag_batch {
	struct gw_mlag_out out;
	uint64_t oldest_us;
	uint8_t *data;
};

struct mlag_peer {
	enum gw_mlag_peer_state state;
	bool link;	// carrier of the peer link
	bool epoch_set; // something was heard once
	bool restarted;
	bool should_differs;
	uint32_t epoch;
	uint32_t newest; // sequence number
	uint64_t window; // which of the 64 before it came
	uint64_t heard_us, up_us, down_us;
	uint64_t state_us;	    // when it became what it is
	struct gw_mlag_hello hello; // the newest
	bool digests;		    // it holds: of this run, since the peer is up
};

struct mlag_repair {
	uint64_t differ_us; // since when, 0: it does not
	uint64_t next_us;
	uint32_t rounds;
};

struct gw_mlag {
	struct gw_mlag_conf conf;
	const struct gw_mlag_ops *ops;
	void *ctx;
	uint64_t now_us, start_us;
	uint32_t epoch, sequence;
	bool answered; // by the first hello of the peer that names this run
	uint64_t hello_us;
	uint32_t hello_member;			 // where the next hello goes on
	uint32_t hello_addresses, hello_address; // likewise: a member, an address of it
	uint8_t *hello_data;
	struct mlag_peer peer;
	struct gw_mlag_table table;
	struct gw_map pair;	// addresses of the pair, by VRF
	struct gw_map reserved; // addresses that packets must not change
	struct mlag_member *member;
	uint32_t members;
	uint16_t *by_mlag; // MLAG id -> member + 1
	struct mlag_batch batch[GW_MLAG_SUB_MAX + 1];
	struct mlag_tokens ask;
	uint64_t refresh_us;	 // when it began, 0: none runs
	uint64_t refresh_end_us; // no other one of the same run of the peer before
	uint32_t refresh_epoch;
	uint64_t refresh_budget; // packets of unknown senders beyond the rate
	uint32_t refresh_unconfirmed;
	struct mlag_repair repair[GW_MLAG_BUCKETS];
	uint64_t repair_us; // no bucket is asked before
	uint32_t buckets_differ;
	uint64_t compared_us; // the last time that they were, 0: not since the peer is up
	uint64_t equal_us;    // since when, 0: they are not
	enum gw_mlag_role role, role_up; // the latter when the peer came up
	bool isolated;			 // the peer lives, the peer link does not
	bool restoring;
	uint64_t restore_us; // since when
	uint64_t keepalive_us, keepalive_next_us;
	uint32_t keepalives;	     // sent
	uint32_t keepalive_epoch;    // run that they are taken of, 0: any
	uint32_t keepalive_sequence; // of the newest
	bool keepalive_first;	     // none of that run was taken yet
	uint64_t count[GW_MLAG_N_COUNT];
	uint64_t bad[GW_MLAG_BAD_COUNT];
	struct gw_mlag_event event[MLAG_EVENTS];
	uint64_t events;
};

// Somebody here waits for what it says.
static inline bool mlag_asked_for(const struct gw_mlag *m, const struct gw_mlag_entry *e)
{
	return e->list == GW_MLAG_ASKED || e->list == GW_MLAG_PROBE || m->now_us < e->asked_us;
}

static inline uint64_t mlag_unconfirmed_us(const struct gw_mlag *m)
{
	return m->conf.hello_us * 5ull / 2;
}

// mlag.c
void mlag_event(struct gw_mlag *m, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

// member.c
struct mlag_member *mlag_member(const struct gw_mlag *m, uint16_t mlag);
void mlag_member_update(struct gw_mlag *m, struct mlag_member *mb); // tells what changed
void mlag_members_update(struct gw_mlag *m);
void mlag_member_refresh(struct gw_mlag *m, uint16_t mlag);
void mlag_twin_set(struct gw_mlag *m, const struct gw_mlag_twin *twin);
void mlag_twin_addresses(struct gw_mlag *m, const struct gw_mlag_addresses *part);
void mlag_twins_forget(struct gw_mlag *m, uint64_t before_us); // not announced since
bool mlag_member_up(const struct mlag_member *mb);

// sender.c: who may be learned at all
enum gw_mlag_count mlag_sender_check(const struct gw_mlag *m, const struct mlag_member *mb,
	const struct gw_mlag_packet *p, const struct gw_mlag_claim *c);
bool mlag_on_link(const struct mlag_member *mb, uint16_t vlan, const struct gw_ip *ip);
int mlag_address_count(struct gw_map *map, uint16_t vrf, const struct gw_ip *ip, int by);
void mlag_tokens_init(struct mlag_tokens *t, uint32_t rate, uint32_t burst, uint64_t now_us);
bool mlag_tokens_take(struct mlag_tokens *t, uint64_t now_us);
void mlag_tokens_owe(struct mlag_tokens *t);		// one more
uint64_t mlag_tokens_next(const struct mlag_tokens *t); // when the next one is there

// learn.c: what was said goes through the ordinary input into the table
bool mlag_learn(struct gw_mlag *m, struct mlag_member *mb, const struct gw_mlag_packet *p,
	const struct gw_mlag_claim *c, bool confirmed, unsigned how);
void mlag_doubt(struct gw_mlag *m, struct gw_mlag_entry *e);
void mlag_confirm(struct gw_mlag *m, struct gw_mlag_entry *e);
void mlag_entry_drop(struct gw_mlag *m, struct gw_mlag_entry *e);
bool mlag_entry_says(const struct gw_mlag_entry *e, const struct gw_mlag_packet *p,
	const struct gw_mlag_claim *c);
struct gw_mlag_key mlag_key(const struct gw_mlag_packet *p, const struct gw_mlag_claim *c);

// relay.c
enum gw_mlag_bad mlag_sync_check(const struct gw_mlag_message *msg);
void mlag_sync_input(struct gw_mlag *m, const struct gw_mlag_message *msg); // that was checked

// batch.c
void mlag_relay(struct gw_mlag *m, enum gw_mlag_sub sub, const struct gw_mlag_packet *p);
void mlag_ack(struct gw_mlag *m, const struct gw_mlag_entry *e); // learned from a record
void mlag_batch_flush(struct gw_mlag *m, unsigned sub);
void mlag_batch_discard(struct gw_mlag *m);

// age.c
bool mlag_age(struct gw_mlag *m);
void mlag_due(struct gw_mlag *m, struct gw_mlag_entry *e, bool broadcast);
void mlag_ask_first(struct gw_mlag *m, const struct gw_mlag_key *key, uint16_t mlag);
void mlag_refresh_all(struct gw_mlag *m);
uint64_t mlag_pace_us(const struct gw_mlag *m, uint32_t asks); // at half of the pace

// repair.c
void mlag_digests_compare(struct gw_mlag *m);
void mlag_repair_since(struct gw_mlag *m, const struct gw_mlag_entry *e);
void mlag_repair_reset(struct gw_mlag *m);

// peer.c, hello.c
void mlag_hello_send(struct gw_mlag *m);
void mlag_peer_tick(struct gw_mlag *m);
bool mlag_peer_presumed(const struct gw_mlag *m);

// role.c; keepalives are made in hello.c
void mlag_role_peer(struct gw_mlag *m); // the peer is up and said what it is
void mlag_role_tick(struct gw_mlag *m);
uint64_t mlag_role_next(const struct gw_mlag *m);
void mlag_keepalive_send(struct gw_mlag *m);
void mlag_keepalive_run(struct gw_mlag *m, uint32_t epoch); // is heard over the peer link
