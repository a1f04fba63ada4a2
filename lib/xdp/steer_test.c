// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Runs the steering program in the kernel on frames made here. Without an AF_XDP socket a frame
// for Godwit counts as dropped for want of one. Needs CAP_BPF and CAP_NET_ADMIN, else skipped.

#include "xdp/steer.h"

#include <arpa/inet.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/bpf.h>

#include <cmocka.h>

struct frame {
	uint8_t b[256];
	unsigned len;
};

static struct bpf_object *object;
static int prog;
static struct gw_steer steer;

static void bytes(struct frame *f, const void *data, unsigned len)
{
	memcpy(f->b + f->len, data, len);
	f->len += len;
}

static void be16(struct frame *f, unsigned v)
{
	uint8_t b[2] = {(uint8_t)(v >> 8), (uint8_t)v};

	bytes(f, b, 2);
}

// Ethernet header with up to two tags.
static struct frame ether(unsigned type, unsigned tags)
{
	struct frame f = {};

	bytes(&f, "\x02\0\0\0\0\x01\x02\0\0\0\0\x02", 12);
	for (unsigned i = 0; i < tags; i++) {
		be16(&f, i == 0 && tags > 1 ? 0x88a8 : 0x8100);
		be16(&f, 100 + i);
	}
	be16(&f, type);
	return f;
}

static void zeros(struct frame *f, unsigned n)
{
	f->len += n;
}

struct ip4 {
	const char *dst;
	unsigned proto;
	unsigned sport, dport;
	unsigned frag;	  // flags and offset
	unsigned options; // octets
	unsigned tags;
};

static struct frame ip4(const struct ip4 *p)
{
	struct frame f = ether(0x0800, p->tags);
	uint32_t dst = inet_addr(p->dst);

	be16(&f, (0x45 + p->options / 4) << 8);
	be16(&f, 20 + p->options + 20);
	be16(&f, 1);
	be16(&f, p->frag);
	be16(&f, 64 << 8 | p->proto);
	be16(&f, 0);
	bytes(&f, "\xc6\x33\x64\x01", 4);
	bytes(&f, &dst, 4);
	zeros(&f, p->options);
	be16(&f, p->sport);
	be16(&f, p->dport);
	zeros(&f, 16);
	return f;
}

// `next`: header types from the first extension header to the upper layer.
static struct frame ip6(
	const char *dst, const uint8_t *next, unsigned n, unsigned sport, unsigned dport)
{
	struct frame f = ether(0x86dd, 0);
	struct in6_addr addr;

	inet_pton(AF_INET6, dst, &addr);
	bytes(&f, "\x60\0\0\0\0\x40", 6);
	bytes(&f, &next[0], 1);
	bytes(&f, "\x40\xfe\x80\0\0\0\0\0\0\0\0\0\0\0\0\0\x99", 17);
	bytes(&f, &addr, 16);
	for (unsigned i = 1; i < n; i++) {
		bytes(&f, &next[i], 1);
		zeros(&f, 7);
	}
	be16(&f, sport);
	be16(&f, dport);
	zeros(&f, 24);
	return f;
}

static unsigned run(const struct frame *f)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = f->b, .data_size_in = f->len, .repeat = 1);

	assert_int_equal(bpf_prog_test_run_opts(prog, &opts), 0);
	return opts.retval;
}

// The kernel takes no frame shorter than an Ethernet header.
static bool passed(struct frame f)
{
	unsigned action = run(&f);

	assert_true(action == XDP_PASS || action == XDP_DROP);
	return action == XDP_PASS;
}

static void list(const char *const *entries, unsigned n)
{
	struct gw_xdp_pass pass[GW_STEER_ENTRIES];
	struct gw_err err = {};

	assert_int_equal(gw_xdp_pass_parse_list(entries, n, pass, &err), 0);
	assert_int_equal(gw_steer_pass_set(&steer, pass, n, &err), 0);
}

#define LIST(...)                                             \
	do {                                                  \
		static const char *const e[] = {__VA_ARGS__}; \
		list(e, sizeof(e) / sizeof(e[0]));            \
	} while (0)
#define IP4(...) passed(ip4(&(struct ip4){__VA_ARGS__}))
#define IP6(dst, sport, dport, ...) \
	passed(ip6(dst, (uint8_t[]){__VA_ARGS__}, sizeof((uint8_t[]){__VA_ARGS__}), sport, dport))

static int setup(void **state)
{
	struct in6_addr own[3];
	struct bpf_prog_info info = {};
	uint32_t len = sizeof(info);
	struct gw_err err = {};

	object = bpf_object__open_file(gw_steer_path(), NULL);
	assert_non_null(object);
	if (bpf_object__load(object) < 0)
		return 0; // no privilege: every case is skipped
	prog = bpf_program__fd(bpf_object__next_program(object, NULL));
	assert_int_equal(bpf_obj_get_info_by_fd(prog, &info, &len), 0);
	assert_string_equal(info.name, GW_STEER_PROG);
	assert_non_null(bpf_object__find_map_by_name(object, "xsks_map"));
	assert_int_equal(gw_steer_open(&steer, info.id, &err), 0);
	inet_pton(AF_INET6, "::ffff:192.0.2.1", &own[0]);
	inet_pton(AF_INET6, "2001:db8::1", &own[1]);
	inet_pton(AF_INET6, "fe80::1", &own[2]);
	assert_int_equal(gw_steer_own_set(&steer, own, 3, &err), 0);
	return 0;
}

static int teardown(void **state)
{
	if (prog > 0)
		gw_steer_close(&steer);
	bpf_object__close(object);
	return 0;
}

static int each(void **state)
{
	if (prog > 0)
		list(NULL, 0);
	return 0;
}

#define NEEDS_PROGRAM  \
	if (prog <= 0) \
	skip()

static void nothing_listed_is_godwits(void **state)
{
	NEEDS_PROGRAM;
	assert_false(IP4("192.0.2.1", 6, 1000, 179));
	assert_false(IP4("224.0.0.5", 89));
	assert_false(passed(ether(0x88cc, 0)));
}

static void own_addresses_only(void **state)
{
	NEEDS_PROGRAM;
	LIST("bgp", "ssh", "bfd", "udp:5000");
	assert_true(IP4("192.0.2.1", 6, 1000, 179));
	assert_true(IP4("192.0.2.1", 6, 179, 1000));
	assert_true(IP4("192.0.2.1", 6, 1000, 22));
	assert_true(IP4("192.0.2.1", 17, 49152, 3784));
	assert_true(IP4("192.0.2.1", 17, 53, 5000));
	assert_false(IP4("192.0.2.2", 6, 1000, 179));
	assert_false(IP4("192.0.2.2", 6, 22, 22));
	assert_false(IP4("192.0.2.1", 6, 1000, 3784));
	assert_false(IP4("192.0.2.1", 1, 1000, 179));
}

static void tunnels_are_never_passed(void **state)
{
	NEEDS_PROGRAM;
	LIST("udp:50000");
	assert_true(IP4("192.0.2.1", 17, 50000, 53));
	assert_false(IP4("192.0.2.1", 17, 50000, 4790));
}

static void ospf(void **state)
{
	NEEDS_PROGRAM;
	LIST("ospf");
	assert_true(IP4("224.0.0.5", 89));
	assert_true(IP4("224.0.0.6", 89));
	assert_true(IP4("192.0.2.1", 89));
	assert_false(IP4("192.0.2.2", 89));
	assert_false(IP4("239.1.1.1", 89));
	assert_true(IP6("ff02::5", 0, 0, 89));
	assert_true(IP6("fe80::2", 0, 0, 89));
	assert_true(IP6("2001:db8::1", 0, 0, 89));
	assert_false(IP6("2001:db8::2", 0, 0, 89));
	// Fragments of a protocol stay together, the first and the others.
	assert_true(IP4("192.0.2.1", 89, .frag = 0x2000));
	assert_true(IP4("192.0.2.1", 89, .frag = 100));
}

static void fragments_and_options(void **state)
{
	NEEDS_PROGRAM;
	LIST("bgp");
	assert_false(IP4("192.0.2.1", 6, 1000, 179, .frag = 0x2000));
	assert_false(IP4("192.0.2.1", 6, 1000, 179, .frag = 1));
	assert_true(IP4("192.0.2.1", 6, 1000, 179, .frag = 0x4000)); // DF
	assert_true(IP4("192.0.2.1", 6, 1000, 179, .options = 8));
	assert_false(IP4("192.0.2.1", 6, 0, 0, .options = 8));
}

static void ip6_extension_headers(void **state)
{
	NEEDS_PROGRAM;
	LIST("bgp");
	assert_true(IP6("2001:db8::1", 1000, 179, 6));
	assert_true(IP6("2001:db8::1", 1000, 179, 0, 60, 6));
	assert_false(IP6("2001:db8::1", 1000, 179, 44, 6)); // fragment
	assert_false(IP6("2001:db8::1", 1000, 179, 43, 6)); // segment routing
	assert_true(IP6("2001:db8::1", 1000, 179, 60, 60, 60, 60, 60, 60, 6));
	assert_false(IP6("2001:db8::1", 1000, 179, 60, 60, 60, 60, 60, 60, 60, 6));
	assert_false(IP6("2001:db8::2", 1000, 179, 6));
}

static void vlan_tags(void **state)
{
	NEEDS_PROGRAM;
	LIST("bgp", "lldp");
	assert_true(IP4("192.0.2.1", 6, 1000, 179, .tags = 1));
	assert_true(IP4("192.0.2.1", 6, 1000, 179, .tags = 2));
	assert_false(IP4("192.0.2.1", 6, 1000, 179, .tags = 3));
	assert_true(passed(ether(0x88cc, 1)));
}

static void ethernet_types(void **state)
{
	struct frame isis = ether(64, 0), stp = ether(64, 0);

	NEEDS_PROGRAM;
	LIST("lacp", "lldp", "isis", "ether:0x88b8");
	bytes(&isis, "\xfe\xfe\x03", 3);
	bytes(&stp, "\x42\x42\x03", 3);
	assert_true(passed(ether(0x8809, 0)));
	assert_true(passed(ether(0x88cc, 0)));
	assert_true(passed(ether(0x88b8, 0)));
	assert_false(passed(ether(0x88b9, 0)));
	assert_true(passed(isis));
	assert_false(passed(stp));
}

static struct frame arp(const char *target)
{
	struct frame f = ether(0x0806, 0);
	uint32_t ip = inet_addr(target);

	bytes(&f, "\0\x01\x08\0\x06\x04\0\x02", 8);
	zeros(&f, 16);
	bytes(&f, &ip, 4);
	return f;
}

static struct frame nd(const char *dst, unsigned type, const char *target)
{
	struct frame f = ip6(dst, (uint8_t[]){58}, 1, 0, 0);
	struct in6_addr addr;

	inet_pton(AF_INET6, target, &addr);
	f.b[14 + 40] = (uint8_t)type;
	memcpy(f.b + 14 + 40 + 8, &addr, 16);
	return f;
}

static void neighbours_of_own_addresses(void **state)
{
	NEEDS_PROGRAM;
	assert_false(passed(arp("192.0.2.1")));
	assert_false(passed(nd("fe80::1", 136, "fe80::2")));
	LIST("arp", "nd");
	assert_true(passed(arp("192.0.2.1")));
	assert_false(passed(arp("192.0.2.2")));
	assert_true(passed(nd("fe80::1", 136, "fe80::2")));
	assert_true(passed(nd("ff02::1:ff00:1", 135, "2001:db8::1")));
	assert_false(passed(nd("ff02::1:ff00:2", 135, "2001:db8::2")));
	assert_false(passed(nd("2001:db8::1", 128, "::"))); // echo
}

// Godwit's own addresses are those that the kernel does not have.
static void neighbours_of_godwit(void **state)
{
	NEEDS_PROGRAM;
	for (int listed = 0; listed < 2; listed++) {
		assert_false(passed(nd("ff02::1:ff00:7", 135, "2001:db8::7"))); // who has
		assert_false(passed(nd("2001:db8::7", 135, "2001:db8::7")));	// still there?
		assert_false(passed(nd("2001:db8::7", 136, "2001:db8::fe")));	// what it asked for
		assert_false(passed(nd("fe80::ff:fe00:1", 136, "fe80::fe")));
		assert_false(passed(nd("ff02::1", 136, "2001:db8::fe"))); // said to everybody
		assert_false(passed(nd("ff02::2", 133, "::")));
		assert_false(passed(nd("ff02::1", 134, "::")));
		LIST("arp", "nd", "ospf", "bgp", "bfd");
	}
}

// Streams and what hosts say of groups.
static void multicast_is_godwits(void **state)
{
	NEEDS_PROGRAM;
	LIST("ospf", "bgp", "bfd", "isis", "lacp", "lldp", "ssh", "arp", "nd");
	assert_false(IP4("232.1.1.1", 17, 1000, 3784));
	assert_false(IP4("224.0.0.22", 2));
	assert_false(IP4("224.0.0.22", 2, .options = 4)); // router alert
	assert_false(IP4("232.1.1.1", 2, .options = 4));
	assert_false(IP4("224.0.0.1", 17, 1000, 179));
	assert_false(IP6("ff3e::1", 1000, 3784, 17));
	assert_false(IP6("ff02::16", 0x8f00, 0, 0, 58)); // MLDv2 report, hop-by-hop before it
	assert_false(IP6("ff3e::1", 0x8300, 0, 0, 58));
	assert_false(IP6("ff02::1", 0x8200, 0, 58));
	// Who lists IGMP runs it in the kernel; streams stay here.
	LIST("proto:2");
	assert_true(IP4("224.0.0.22", 2, .options = 4));
	assert_false(IP4("232.1.1.1", 17, 1000, 2000));
}

static void truncated_is_godwits(void **state)
{
	struct frame full = ip4(&(struct ip4){"192.0.2.1", 6, 1000, 179});

	NEEDS_PROGRAM;
	LIST("bgp", "ospf", "arp", "nd", "isis");
	for (unsigned len = 14; len < full.len - 16; len++) {
		struct frame f = full;

		f.len = len;
		assert_false(passed(f));
	}
	// Its ports would be the destination's octets, 2.1 for 513.
	LIST("tcp:513");
	full.b[14] = 0x44;
	assert_false(passed(full));
	LIST("bgp");
	full.b[14] = 0x65;
	assert_false(passed(full));
}

static void counters_follow_the_list(void **state)
{
	uint64_t before[GW_STEER_COUNTERS], after[GW_STEER_COUNTERS];

	NEEDS_PROGRAM;
	LIST("ospf", "bgp");
	assert_string_equal(steer.pass[1].name, "bgp");
	assert_int_equal(gw_steer_counters(&steer, before), 0);
	assert_true(IP4("192.0.2.1", 6, 1000, 179));
	assert_false(IP4("192.0.2.2", 6, 1000, 179));
	LIST("ssh", "bgp"); // bgp stays where it is and goes on counting
	assert_string_equal(steer.pass[1].name, "bgp");
	assert_true(IP4("192.0.2.1", 6, 1000, 179));
	assert_true(IP4("192.0.2.1", 6, 1000, 22));
	assert_false(IP4("224.0.0.5", 89));
	assert_int_equal(gw_steer_counters(&steer, after), 0);
	assert_int_equal(after[GW_STEER_PASSED + 0], 1);
	assert_int_equal(after[GW_STEER_PASSED + 1] - before[GW_STEER_PASSED + 1], 2);
	assert_int_equal(after[GW_STEER_NO_SOCKET] - before[GW_STEER_NO_SOCKET], 2);
	assert_int_equal(after[GW_STEER_REDIRECTED], 0);
	LIST("tcp:179");
	assert_true(IP4("192.0.2.1", 6, 1000, 179));
	assert_false(IP4("192.0.2.1", 6, 1000, 22));
}

static void own_addresses_change(void **state)
{
	struct in6_addr own[2];
	struct gw_err err = {};

	NEEDS_PROGRAM;
	LIST("bgp");
	inet_pton(AF_INET6, "::ffff:192.0.2.9", &own[0]);
	inet_pton(AF_INET6, "2001:db8::1", &own[1]);
	assert_int_equal(gw_steer_own_set(&steer, own, 2, &err), 0);
	assert_false(IP4("192.0.2.1", 6, 1000, 179));
	assert_true(IP4("192.0.2.9", 6, 1000, 179));
	assert_true(IP6("2001:db8::1", 1000, 179, 6));
	assert_int_equal(gw_steer_own_set(&steer, NULL, 0, &err), 0);
	assert_false(IP6("2001:db8::1", 1000, 179, 6));
	assert_int_equal(gw_steer_own_set(&steer, own, GW_STEER_OWN + 1, &err), -E2BIG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(nothing_listed_is_godwits, each),
		cmocka_unit_test_setup(own_addresses_only, each),
		cmocka_unit_test_setup(tunnels_are_never_passed, each),
		cmocka_unit_test_setup(ospf, each),
		cmocka_unit_test_setup(fragments_and_options, each),
		cmocka_unit_test_setup(ip6_extension_headers, each),
		cmocka_unit_test_setup(vlan_tags, each),
		cmocka_unit_test_setup(ethernet_types, each),
		cmocka_unit_test_setup(neighbours_of_own_addresses, each),
		cmocka_unit_test_setup(neighbours_of_godwit, each),
		cmocka_unit_test_setup(multicast_is_godwits, each),
		cmocka_unit_test_setup(truncated_is_godwits, each),
		cmocka_unit_test_setup(counters_follow_the_list, each),
		cmocka_unit_test_setup(own_addresses_change, each),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
