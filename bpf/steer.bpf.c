// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// The XDP program of an AF_XDP port: frames that a list names go on to the kernel, all others to
// the AF_XDP socket of their receive queue. What is addressed to the box is passed only when the
// destination is an own address, so a client's traffic through the box is never taken. Whatever
// this program cannot parse belongs to Godwit, which counts it.

#include <stdbool.h>

#include <linux/bpf.h>
#include <linux/icmpv6.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "xdp/steer_map.h"

#define VLAN_TAGS      2
#define IP6_EXT_MAX    6
#define IP4_FRAG_MASK  0x3fff // more fragments, or an offset
#define VXLAN_GPE_PORT 4790

#define ND_FIRST 133 // router solicitation
#define ND_NS	 135
#define ND_LAST	 137 // redirect

struct vlan_tag {
	__be16 tci;
	__be16 type;
};

struct arp_ip4 {
	__be16 hrd;
	__be16 pro;
	__u8 hln;
	__u8 pln;
	__be16 op;
	__u8 sender_mac[ETH_ALEN];
	__u8 sender_ip[4];
	__u8 target_mac[ETH_ALEN];
	__u8 target_ip[4];
} __attribute__((packed));

struct ip6_ext {
	__u8 next;
	__u8 len; // 8 octets each, the first not counted
	__be16 frag;
	__be32 id;
};

struct ports {
	__be16 src;
	__be16 dst;
};

// net_af_xdp puts its sockets into the map of this name.
struct {
	__uint(type, BPF_MAP_TYPE_XSKMAP);
	__uint(max_entries, GW_STEER_SOCKETS);
	__type(key, __u32);
	__type(value, __u32);
} xsks_map SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, GW_STEER_COUNTERS);
	__type(key, __u32);
	__type(value, __u64);
} gw_counters SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 256);
	__type(key, __u32);
	__type(value, __u32);
} gw_protos SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4 * GW_STEER_ENTRIES);
	__type(key, struct gw_steer_key);
	__type(value, __u32);
} gw_keys SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, GW_STEER_OWN);
	__type(key, struct gw_steer_addr);
	__type(value, __u32);
} gw_own SEC(".maps");

static __always_inline void count(__u32 counter)
{
	__u64 *n = bpf_map_lookup_elem(&gw_counters, &counter);

	if (n != NULL)
		(*n)++;
}

static __always_inline __u32 key_entry(__u16 kind, __u16 value)
{
	struct gw_steer_key key = {.kind = kind, .value = value};
	__u32 *entry = bpf_map_lookup_elem(&gw_keys, &key);

	return entry != NULL ? *entry : 0;
}

static __always_inline bool own(const struct gw_steer_addr *addr)
{
	return bpf_map_lookup_elem(&gw_own, addr) != NULL;
}

static __always_inline void ip4_mapped(struct gw_steer_addr *addr, const void *ip)
{
	__builtin_memset(addr, 0, 10);
	addr->b[10] = 0xff;
	addr->b[11] = 0xff;
	__builtin_memcpy(&addr->b[12], ip, 4);
}

// Never forwarded by a router, hence not in transit: 224.0.0.0/24, ff02::/16 and fe80::/10.
static __always_inline bool link_scope(const struct gw_steer_addr *dst, bool ip6)
{
	if (ip6)
		return (dst->b[0] == 0xff && dst->b[1] == 0x02) ||
			(dst->b[0] == 0xfe && (dst->b[1] & 0xc0) == 0x80);
	return dst->b[12] == 224 && dst->b[13] == 0 && dst->b[14] == 0;
}

static __always_inline __u32 port_entry(__u16 kind, const void *l4, const void *end)
{
	const struct ports *p = l4;
	__u32 entry;

	if ((const void *)(p + 1) > end)
		return 0;
	// A tunnel packet's source port is any: it must not be taken for the far end's service.
	if (kind == GW_STEER_UDP && p->dst == bpf_htons(VXLAN_GPE_PORT))
		return 0;
	entry = key_entry(kind, bpf_ntohs(p->dst));
	return entry != 0 ? entry : key_entry(kind, bpf_ntohs(p->src));
}

// A solicitation goes to a multicast group: what it asks for says whose it is.
static __always_inline __u32 nd_entry(
	const struct gw_steer_addr *dst, const void *l4, const void *end)
{
	const struct icmp6hdr *icmp = l4;
	const void *target = icmp + 1;
	struct gw_steer_addr asked;

	if (target > end || icmp->icmp6_type < ND_FIRST || icmp->icmp6_type > ND_LAST)
		return 0;
	if (own(dst))
		return key_entry(GW_STEER_ND, 0);
	if (icmp->icmp6_type != ND_NS || target + sizeof(asked) > end)
		return 0;
	__builtin_memcpy(&asked, target, sizeof(asked));
	return own(&asked) ? key_entry(GW_STEER_ND, 0) : 0;
}

static __always_inline __u32 ip_entry(const struct gw_steer_addr *dst, bool ip6, __u8 proto,
	bool fragment, const void *l4, const void *end)
{
	__u32 index = proto;
	__u32 *entry = bpf_map_lookup_elem(&gw_protos, &index);

	if (entry != NULL && *entry != 0 && (link_scope(dst, ip6) || own(dst)))
		return *entry;
	// Only the first fragment has ports: all of them stay together, on Godwit's side.
	if (fragment)
		return 0;
	if (proto == IPPROTO_TCP)
		return own(dst) ? port_entry(GW_STEER_TCP, l4, end) : 0;
	if (proto == IPPROTO_UDP)
		return own(dst) ? port_entry(GW_STEER_UDP, l4, end) : 0;
	if (proto == IPPROTO_ICMPV6 && ip6)
		return nd_entry(dst, l4, end);
	return 0;
}

static __always_inline __u32 ip4_entry(const void *data, const void *end)
{
	const struct iphdr *ip = data;
	struct gw_steer_addr dst;

	if ((const void *)(ip + 1) > end || ip->version != 4 || ip->ihl < 5)
		return 0;
	ip4_mapped(&dst, &ip->daddr);
	return ip_entry(&dst, false, ip->protocol, (ip->frag_off & bpf_htons(IP4_FRAG_MASK)) != 0,
		data + ip->ihl * 4, end);
}

static __always_inline bool ip6_ext(__u8 proto)
{
	return proto == IPPROTO_HOPOPTS || proto == IPPROTO_DSTOPTS || proto == IPPROTO_FRAGMENT;
}

static __always_inline __u32 ip6_entry(const void *data, const void *end)
{
	const struct ipv6hdr *ip = data;
	const void *next = ip + 1;
	struct gw_steer_addr dst;
	bool fragment = false;
	__u8 proto;

	if (next > end || ip->version != 6)
		return 0;
	__builtin_memcpy(&dst, &ip->daddr, sizeof(dst));
	proto = ip->nexthdr;
	for (int i = 0; i < IP6_EXT_MAX && ip6_ext(proto) && !fragment; i++) {
		const struct ip6_ext *ext = next;

		if ((const void *)(ext + 1) > end)
			return 0;
		fragment = proto == IPPROTO_FRAGMENT;
		next += fragment ? sizeof(*ext) : (ext->len + 1) * 8;
		proto = ext->next;
	}
	// Left here: an upper layer, or what no entry names (a routing header is segment routing,
	// Godwit's business).
	return ip_entry(&dst, true, proto, fragment, next, end);
}

// A request for an own address, or the answer to the one who asked with it.
static __always_inline __u32 arp_entry(const void *data, const void *end)
{
	const struct arp_ip4 *arp = data;
	struct gw_steer_addr target;

	if ((const void *)(arp + 1) > end || arp->pro != bpf_htons(ETH_P_IP) ||
		arp->hln != ETH_ALEN || arp->pln != 4)
		return 0;
	ip4_mapped(&target, arp->target_ip);
	return own(&target) ? key_entry(GW_STEER_ETHER, ETH_P_ARP) : 0;
}

static __always_inline __u32 llc_entry(const void *data, const void *end)
{
	const __u8 *sap = data;

	if (data + 2 > end)
		return 0;
	return key_entry(GW_STEER_LLC, (__u16)(sap[0] << 8 | sap[1]));
}

static __always_inline bool vlan(__u16 type)
{
	return type == ETH_P_8021Q || type == ETH_P_8021AD;
}

static __always_inline __u32 frame_entry(const void *data, const void *end)
{
	const struct ethhdr *eth = data;
	__u16 type;

	data = eth + 1;
	if (data > end)
		return 0;
	type = bpf_ntohs(eth->h_proto);
	for (int i = 0; i < VLAN_TAGS && vlan(type); i++) {
		const struct vlan_tag *tag = data;

		data = tag + 1;
		if (data > end)
			return 0;
		type = bpf_ntohs(tag->type);
	}
	switch (type) {
	case ETH_P_IP:
		return ip4_entry(data, end);
	case ETH_P_IPV6:
		return ip6_entry(data, end);
	case ETH_P_ARP:
		return arp_entry(data, end);
	default:
		break;
	}
	if (type < ETH_P_802_3_MIN)
		return llc_entry(data, end);
	return key_entry(GW_STEER_ETHER, type);
}

SEC("xdp")
int gw_steer(struct xdp_md *ctx)
{
	__u32 entry = frame_entry((void *)(long)ctx->data, (void *)(long)ctx->data_end);
	int action;

	if (entry != 0) {
		count(entry);
		return XDP_PASS;
	}
	action = (int)bpf_redirect_map(&xsks_map, ctx->rx_queue_index, XDP_DROP);
	count(action == XDP_REDIRECT ? GW_STEER_REDIRECTED : GW_STEER_NO_SOCKET);
	return action;
}

char _license[] SEC("license") = "BSD-3-Clause";
