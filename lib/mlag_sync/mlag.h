// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// One device of an MLAG pair with a peer link: what it learns and relays, its peer, its roles.
// Times come in as microseconds of one clock that never goes back; whatever has an effect outside
// goes out through `struct gw_mlag_ops`. Packets and messages belong to the caller. One thread;
// operations must not call back in, but gw_mlag_asked() from within `input`.

#include <stdbool.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/err.h"
#include "mlag_sync/message.h"

struct gw_mlag;

struct gw_mlag_conf {
	struct gw_mac system;	   // and source of requests on member ports
	struct gw_mac peer_system; // the only one whose messages count
	struct gw_mac virtual_mac; // of the pair; all zero: none
	uint16_t priority;	   // lower is primary
	uint16_t peer_port;	   // the port that messages must come from
	uint16_t peer_mtu;	   // octets of a message at most
	bool keepalive;		   // there is a path for them
	bool learn_announced;	   // who announces itself makes an entry
	uint32_t hello_us, hello_missed;
	uint32_t keepalive_us, keepalive_missed;
	uint32_t flush_us;   // a record waits that long at most
	uint32_t settle_us;  // of differing digests before repair, of unconfirmed entries
	uint32_t restore_us; // tables equal for that long before member ports go up after a start
	uint32_t restore_max_us;
	uint32_t age_s, retry_us, tries;
	uint32_t asks_per_s;	  // ageing, refresh and repair
	uint32_t max_entries;	  // all kinds
	uint32_t max_asked;	  // addresses that are asked for and nobody's yet
	uint32_t max_unconfirmed; // per member
	uint32_t packets_per_s;	  // per member, of senders that are not known
	uint64_t must, should;	  // digests of the configuration (gw_mlag_hash)
};

struct gw_mlag_member_conf {
	uint16_t mlag; // 1..65535
	uint16_t vrf;
	bool keep_up; // on the exclusion list of dual-active handling
};

// An interface address on a member.
struct gw_mlag_subnet {
	uint16_t mlag, vlan;
	struct gw_ip addr;
	uint8_t len;	 // 0..32, 0..128
	bool is_virtual; // of both devices
};

// A packet of a member with its driver header.
struct gw_mlag_packet {
	uint16_t mlag, vlan, vrf;
	uint16_t len;
	const uint8_t *data; // from its Ethernet header
};

struct gw_mlag_query {
	struct gw_ip ip;
	uint16_t mlag, vlan, vrf;
	const struct gw_mac *mac; // to whom; NULL: broadcast
};

struct gw_mlag_member_state {
	bool enable;	// the port may be up; false: taken down by delay restore or dual-active
	bool over_peer; // traffic for its hosts goes over the peer link
	bool from_peer; // traffic that came over the peer link may leave through it
	bool deliver; // multicast leaves through it; false: the peer, that has it as well, delivers
};

// How a packet goes into the ordinary input.
#define GW_MLAG_LEARN	   0x01 // the sender is learned
#define GW_MLAG_ANSWER	   0x02 // a request is answered
#define GW_MLAG_ANSWER_OWN 0x04 // when it is for an address of this device alone
#define GW_MLAG_RELAYED	   0x08 // it came in a sync message

struct gw_mlag_ops {
	void (*send)(void *ctx, const uint8_t *message, uint32_t len); // over the peer link
	void (*keepalive)(void *ctx, const uint8_t *message, uint32_t len);
	// The input that every packet off the wire takes. False: it did not learn what it should.
	bool (*input)(void *ctx, const struct gw_mlag_packet *packet, unsigned how);
	void (*ask)(void *ctx, const struct gw_mlag_query *query);
	void (*gone)(void *ctx, const struct gw_mlag_query *entry); // forget it
	void (*member)(void *ctx, uint16_t mlag, const struct gw_mlag_member_state *state);
};

#define GW_MLAG_COUNTS(X)                                                                     \
	X(message_received, "messages taken")                                                 \
	X(message_sent, "messages sent")                                                      \
	X(record_sent, "packets relayed to the peer")                                         \
	X(record_received, "relayed packets received")                                        \
	X(other_port, "messages from another port than the peer link")                        \
	X(other_version, "messages of another version")                                       \
	X(other_system, "messages from another system than the peer")                         \
	X(other_epoch, "messages of another run of the peer")                                 \
	X(malformed, "malformed messages")                                                    \
	X(refused_config, "sync messages refused: the configurations do not agree")           \
	X(duplicate, "messages received twice")                                               \
	X(reordered, "messages overtaken on the way")                                         \
	X(lost, "messages that did not arrive")                                               \
	X(no_member, "packets of a port or record of an MLAG id that is no member here")      \
	X(invalid, "packets of a member port that are malformed or no ARP, ND or membership") \
	X(rate, "packets beyond what a member may send")                                      \
	X(sender_pair, "senders that are the pair's own addresses")                           \
	X(sender_off_link, "senders outside of the member's subnets")                         \
	X(sender_reserved, "senders that are configured otherwise")                           \
	X(arp_reply_foreign, "replies to nobody of the pair, or that nobody asked for")       \
	X(relay_foreign, "relayed replies to nobody of the pair")                             \
	X(relay_unasked, "relayed replies that nobody here asked for")                        \
	X(relay_no_peer, "packets not relayed: no peer")                                      \
	X(relay_too_big, "packets not relayed: longer than the peer link takes")              \
	X(table_full, "senders not learned: the table is full")                               \
	X(unconfirmed_full, "senders not learned: too many unconfirmed of their member")      \
	X(asked_full, "questions not noted: too many")                                        \
	X(input_refused, "senders that the ordinary input did not learn")                     \
	X(learned, "entries made")                                                            \
	X(learned_unconfirmed, "entries made unconfirmed")                                    \
	X(refreshed, "entries that spoke again")                                              \
	X(changed, "entries whose MAC or member changed")                                     \
	X(conflict, "entries of which two things were said at once")                          \
	X(disputed, "replies to the peer that contradict an entry")                           \
	X(ack_sent, "senders of the peer's records that it was told to be learned")           \
	X(confirmed_ack, "entries confirmed because the peer says that it learned them")      \
	X(confirmed_digest, "entries confirmed by the peer's digest")                         \
	X(confirmed_reply, "entries confirmed by an answer")                                  \
	X(aged, "entries whose age came to its end")                                          \
	X(asked, "requests sent")                                                             \
	X(gone, "entries deleted: no answer")                                                 \
	X(unwanted, "unconfirmed entries deleted: the peer did not ask for them")             \
	X(refreshes, "refreshes of all entries, when the peer came")                          \
	X(repairs, "buckets asked anew because they differed")                                \
	X(hello_sent, "hellos sent")                                                          \
	X(hello_received, "hellos taken")                                                     \
	X(keepalive_sent, "keepalives sent")                                                  \
	X(keepalive_received, "keepalives taken")                                             \
	X(keepalive_refused, "keepalives of another, of before, or by a member or the peer link")

enum gw_mlag_count {
	GW_MLAG_TAKEN, // nothing to count
#define X(id, help) GW_MLAG_N_##id,
	GW_MLAG_COUNTS(X)
#undef X
		GW_MLAG_N_COUNT
};

enum gw_mlag_peer_state {
	GW_MLAG_PEER_DOWN,    // nothing is heard
	GW_MLAG_PEER_ONE_WAY, // heard, does not hear us yet
	GW_MLAG_PEER_REFUSED, // the configurations do not agree
	GW_MLAG_PEER_UP,
};

void gw_mlag_conf_default(struct gw_mlag_conf *conf);
uint64_t gw_mlag_hash(uint64_t hash, const void *data, uint32_t len); // begin with 0
// Another one, and a later one, for each start that is 10 ms apart from the one before. A peer that
// was up for less than 248 days tells it from an earlier one at once, else when it counts as down.
uint32_t gw_mlag_epoch(uint64_t realtime_us);
// `epoch`: gw_mlag_epoch() of the start. -EINVAL, -ENOMEM.
int gw_mlag_new(struct gw_mlag **m, const struct gw_mlag_conf *conf, const struct gw_mlag_ops *ops,
	void *ctx, uint32_t epoch, uint64_t now_us, struct gw_err *err);
void gw_mlag_free(struct gw_mlag *m); // NULL: nothing
// -EEXIST, -EINVAL, -ENOMEM; -ENOENT of a member that is not there.
int gw_mlag_member_add(
	struct gw_mlag *m, const struct gw_mlag_member_conf *conf, struct gw_err *err);
int gw_mlag_member_del(struct gw_mlag *m, uint16_t mlag, struct gw_err *err);
int gw_mlag_subnet_add(struct gw_mlag *m, const struct gw_mlag_subnet *subnet, struct gw_err *err);
int gw_mlag_subnet_del(struct gw_mlag *m, const struct gw_mlag_subnet *subnet, struct gw_err *err);
void gw_mlag_subnets_clear(struct gw_mlag *m, uint16_t mlag);
// An address that packets must not change: a static neighbour. -ENOMEM.
int gw_mlag_reserve(struct gw_mlag *m, uint16_t vrf, const struct gw_ip *ip);
void gw_mlag_reserved_clear(struct gw_mlag *m);
void gw_mlag_should_set(struct gw_mlag *m, uint64_t should); // conf.should has changed

// What happens. A packet of a member port, a message: GW_MLAG_TAKEN, else why not.
enum gw_mlag_count gw_mlag_wire(
	struct gw_mlag *m, uint64_t now_us, const struct gw_mlag_packet *packet);
enum gw_mlag_count gw_mlag_message(
	struct gw_mlag *m, uint64_t now_us, uint16_t port, const uint8_t *data, uint32_t len);
void gw_mlag_keepalive(struct gw_mlag *m, uint64_t now_us, const uint8_t *data, uint32_t len);
void gw_mlag_keepalive_refuse(struct gw_mlag *m); // one that came by no way for keepalives
void gw_mlag_peer_link(struct gw_mlag *m, uint64_t now_us, bool up); // its carrier
void gw_mlag_link(struct gw_mlag *m, uint64_t now_us, uint16_t mlag, bool up);
// What LACP says of a member: all of `partner` but `up`.
void gw_mlag_partner_set(struct gw_mlag *m, uint64_t now_us, const struct gw_mlag_twin *partner);
// The ordinary input asked for an address that it does not know.
void gw_mlag_asked(
	struct gw_mlag *m, uint64_t now_us, uint16_t vrf, uint16_t vlan, const struct gw_ip *ip);
// Timers: no later than gw_mlag_next(). True: there is more to do at once.
bool gw_mlag_tick(struct gw_mlag *m, uint64_t now_us);
uint64_t gw_mlag_next(const struct gw_mlag *m);

// What is there.
struct gw_mlag_event {
	uint64_t at_us, number; // the latter from 1 on
	char text[88];
};

struct gw_mlag_status {
	enum gw_mlag_peer_state peer;
	enum gw_mlag_role role, peer_role;
	bool peer_link, peer_restarted, should_differs;
	bool keepalive_heard, isolated, restoring, equal;
	uint64_t heard_us, keepalive_us, up_us, equal_us;
	uint32_t epoch, peer_epoch;
	uint32_t confirmed, unconfirmed, asked, due, peer_confirmed, peer_unconfirmed;
	uint32_t buckets_differ;
	uint64_t count[GW_MLAG_N_COUNT];
	uint64_t bad[GW_MLAG_BAD_COUNT];
};

struct gw_mlag_member_view {
	uint16_t mlag, vrf;
	bool link, twin_known;
	struct gw_mlag_member_state state;
	struct gw_mlag_twin own, twin;
	const struct gw_mlag_tlv_address *twin_address; // the peer's own there
	uint32_t twin_addresses;
	uint32_t unconfirmed;
};

struct gw_mlag_entry_view {
	struct gw_mlag_query at; // mac set
	bool confirmed, relayed;
	uint64_t set_us;
};

void gw_mlag_status(const struct gw_mlag *m, struct gw_mlag_status *status);
bool gw_mlag_member_view(const struct gw_mlag *m, uint32_t index, struct gw_mlag_member_view *view);
// The next entry from *cursor on (begin with 0), in no order; false at the end.
bool gw_mlag_entry_next(const struct gw_mlag *m, uint32_t *cursor, struct gw_mlag_entry_view *view);
// The latest events, newest first; false: no more.
bool gw_mlag_event(const struct gw_mlag *m, uint32_t index, struct gw_mlag_event *event);
// A partner seen on a member is the one that the peer sees there, or this device may go first.
bool gw_mlag_partner_ok(const struct gw_mlag *m, const struct gw_mlag_twin *partner);
const char *gw_mlag_count_name(enum gw_mlag_count count);
const char *gw_mlag_count_help(enum gw_mlag_count count);
const char *gw_mlag_peer_state_name(enum gw_mlag_peer_state state);
const char *gw_mlag_role_name(enum gw_mlag_role role);
