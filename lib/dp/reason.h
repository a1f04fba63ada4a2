// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Every reason for which a packet is dropped: enum, name and help text in one list. A packet that
// is dropped counts under exactly one.

#define GW_DROP_REASONS(X)                                                                         \
	/* link layer */                                                                           \
	X(eth_truncated, "frame shorter than its Ethernet and VLAN headers")                       \
	X(eth_not_for_us, "destination MAC is another device's")                                   \
	X(eth_type, "EtherType that nothing here takes")                                           \
	X(no_interface, "no interface for the frame's VLANs on this port")                         \
	X(standby, "interface half, or entry, is standby: sends, answers and punts nothing")       \
	/* IPv4 header, RFC 1812 5.2.2 */                                                          \
	X(ip4_truncated, "frame shorter than an IPv4 header or than the total length (5.2.2 (1))") \
	X(ip4_checksum, "IPv4 header checksum is wrong (5.2.2 (2))")                               \
	X(ip4_version, "IP version is not 4 (5.2.2 (3))")                                          \
	X(ip4_header_length, "IPv4 header length below 20 octets (5.2.2 (4))")                     \
	X(ip4_total_length, "IPv4 total length below the header length (5.2.2 (5))")               \
	X(ip4_source, "IPv4 source cannot be a host's (RFC 1812 5.3.7)")                           \
	X(ip4_destination, "IPv4 destination that is never forwarded (RFC 1812 5.3.7)")            \
	X(ip4_multicast, "IPv4 multicast destination that nothing here takes")                     \
	X(ip4_broadcast, "IPv4 broadcast that nothing here takes")                                 \
	/* IPv6 header, RFC 8200 */                                                                \
	X(ip6_truncated, "frame shorter than an IPv6 header or than its payload length")           \
	X(ip6_version, "IP version is not 6")                                                      \
	X(ip6_source, "IPv6 source cannot be a host's (RFC 4291 2.5.2, 2.5.3, 2.7)")               \
	X(ip6_destination, "IPv6 destination that is never forwarded (RFC 4291 2.5.2, 2.5.3)")     \
	X(ip6_multicast, "IPv6 multicast destination that nothing here takes")                     \
	X(ip6_link_local, "link-local IPv6 address off its link (RFC 4291 2.5.6)")                 \
	X(ttl_exceeded, "TTL or hop limit used up (RFC 1812 5.3.1, RFC 8200 3)")                   \
	/* access */                                                                               \
	X(source_guard, "source is not a user entry or IPv6 subnet of the interface")              \
	X(source_moved, "source is a known client's, seen on another interface")                   \
	X(policed_ingress, "client's ingress rate limit")                                          \
	X(policed_egress, "client's egress rate limit")                                            \
	/* routes */                                                                               \
	X(no_route, "no route to the destination")                                                 \
	X(segment_discard, "segment route without tunnel")                                         \
	X(tunnel_no_host, "came by a tunnel and matches only the segment")                         \
	X(client_uturn, "client prefix would leave by a network port again")                       \
	X(fallback_loop, "fallback tunnel is the one the packet came from")                        \
	X(frag_needed, "larger than the MTU and DF is set")                                        \
	X(packet_too_big, "IPv6 packet larger than the MTU (RFC 8200 5)")                          \
	X(frag_failed, "could not be fragmented")                                                  \
	/* tunnels */                                                                              \
	X(tunnel_truncated, "shorter than its UDP or VXLAN-GPE header says")                       \
	X(tunnel_checksum, "outer UDP checksum is wrong")                                          \
	X(tunnel_flags, "VXLAN-GPE flags: version, I and P must be 0, 1, 1; OAM is not taken")     \
	X(tunnel_protocol, "VXLAN-GPE next protocol that nothing here takes")                      \
	X(tunnel_unknown, "no tunnel with this local address, remote address and VNI")             \
	X(tunnel_fragment, "fragment of an outer packet")                                          \
	X(tunnel_ecn, "congestion marked outside, not ECN-capable inside (RFC 6040 4.2)")          \
	X(tunnel_source, "upstream tunnel: source is no client at its far end")                    \
	X(tunnel_down, "no route to the tunnel's remote address")                                  \
	/* neighbours */                                                                           \
	X(neigh_unresolved, "next hop does not answer ARP or ND")                                  \
	X(neigh_hold_full, "too many packets wait for this next hop or for all")                   \
	X(neigh_table_full, "neighbour table is full")                                             \
	X(arp_invalid, "malformed ARP")                                                            \
	X(arp_ignored, "ARP that is not for this device")                                          \
	X(arp_reply_foreign, "reply that nobody of an MLAG pair asked for")                        \
	X(nd_invalid, "malformed neighbour discovery (RFC 4861 7.1)")                              \
	X(nd_ignored, "neighbour discovery that is not for this device")                           \
	/* multicast */                                                                            \
	X(mcast_border, "address of the SR domain, from an interface outside")                     \
	X(mcast_source_block, "to the first address, source outside of the tree block")            \
	X(mcast_unknown_tree, "to the first address, source is no tree known here")                \
	X(mcast_own_source, "source is a tree of which this node is the root")                     \
	X(mcast_next_header, "to the first address, next header is not 4, 41 or 58")               \
	X(mcast_inner, "inner packet is malformed or not multicast")                               \
	X(mcast_hop_limit, "hop limit used up at a replication point (RFC 9524 2.2)")              \
	X(mcast_threshold, "hop limit below the tree's threshold (RFC 9524 2.2)")                  \
	X(mcast_ttl, "multicast packet's own TTL or hop limit used up")                            \
	X(mcast_scope, "multicast group that never leaves its link")                               \
	X(mcast_no_flow, "multicast without a flow for its VRF, source and group")                 \
	X(mcast_wrong_interface, "multicast from a port that the flow does not name (RPF)")        \
	X(mcast_no_receiver, "multicast for a VRF without a receiver of the group")                \
	X(mcast_too_big, "does not fit the MTU of a tree or of an interface behind it")            \
	X(mcast_unreachable, "no route to the first address of a branch")                          \
	X(mcast_ecn, "congestion marked outside, not ECN-capable inside (RFC 6040 4.2)")           \
	X(ping_not_mine, "tree ping for another leaf")                                             \
	X(group_invalid, "malformed IGMP or MLD")                                                  \
	X(group_ignored, "IGMP or MLD that is not for a querier or not allowed")                   \
	/* MLAG */                                                                                 \
	X(mlag_split_horizon, "came over the peer link, and the peer has a way of its own")        \
	X(mlag_message, "message of an MLAG peer that was not taken")                              \
	X(mlag_sender, "ARP or ND of an MLAG member whose sender cannot be learned there")         \
	X(mlag_partner, "ARP, ND or membership from an MLAG member whose partner is refused")      \
	X(mlag_rate, "ARP or ND beyond what senders of an MLAG member may send")                   \
	X(lacp_invalid, "malformed LACP")                                                          \
	/* to this device */                                                                       \
	X(local_protocol, "to an own address, protocol or port that nothing here takes")           \
	X(local_fragment, "fragment to an own address")                                            \
	X(icmp_invalid, "malformed ICMP to an own address")                                        \
	X(dhcp, "DHCP without a protocol channel to carry it")                                     \
	/* resources */                                                                            \
	X(punt_rate_arp, "slow path: more ARP than its token bucket allows")                       \
	X(punt_rate_nd, "slow path: more neighbour discovery than its token bucket allows")        \
	X(punt_rate_group, "slow path: more IGMP and MLD than its token bucket allows")            \
	X(punt_rate_member, "slow path: more ARP and ND of MLAG members than its bucket allows")   \
	X(punt_rate_lacp, "slow path: more LACP of a port than its bucket allows")                 \
	X(punt_rate_mlag, "slow path: more messages of the MLAG peer than its bucket allows")      \
	X(punt_rate_resolve, "slow path: more unresolved next hops than its token bucket allows")  \
	X(punt_rate_local, "slow path: more packets to own addresses than its bucket allows")      \
	X(punt_full, "slow path: ring of the class is full")                                       \
	X(handoff_full, "ring to the worker that owns the client is full")                         \
	X(inject_full, "ring from the slow path to a worker is full")                              \
	X(no_mbuf, "no packet buffer")                                                             \
	X(port_down, "output port is down")                                                        \
	X(tx_full, "output port took no more packets")

enum gw_drop {
	GW_DROP_NONE,
#define X(id, help) GW_DROP_##id,
	GW_DROP_REASONS(X)
#undef X
		GW_DROP_COUNT
};

// "drop_..." and the help text; any thread.
const char *gw_drop_name(enum gw_drop reason);
const char *gw_drop_help(enum gw_drop reason);
