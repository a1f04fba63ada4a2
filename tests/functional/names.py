# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors
"""The network in which the cases play, and the words with which they describe packets.

            SERVER (internet)
               |
             ROUTER   NEIGHBOR
               |          |
     ---+------+---+------+---+----------+---   192.0.2.0/24, ports core0
        A          B          C          D      user planes
        |          |          |          |
      clients    clients    clients    clients  10.1.1.0/24, gateway 10.1.1.1

A case with one user plane is about A.
"""

import ipaddress
import random
import re

from scapy.compat import raw
from scapy.contrib.igmp import IGMP
from scapy.contrib.igmpv3 import IGMPv3, IGMPv3gr, IGMPv3mq, IGMPv3mr
from scapy.layers.inet import ICMP, IP, TCP, UDP, IPOption_NOP, IPOption_Router_Alert, IPOption_RR
from scapy.layers.inet6 import (
    HBHOptUnknown,
    ICMPv6DestUnreach,
    ICMPv6EchoReply,
    ICMPv6EchoRequest,
    ICMPv6MLDMultAddrRec,
    ICMPv6MLDone,
    ICMPv6MLQuery,
    ICMPv6MLQuery2,
    ICMPv6MLReport,
    ICMPv6MLReport2,
    ICMPv6ND_NA,
    ICMPv6ND_NS,
    ICMPv6ND_RA,
    ICMPv6ND_RS,
    ICMPv6ND_Redirect,
    ICMPv6NDOptDstLLAddr,
    ICMPv6NDOptSrcLLAddr,
    ICMPv6PacketTooBig,
    ICMPv6ParamProblem,
    ICMPv6TimeExceeded,
    IPv6,
    IPv6ExtHdrDestOpt,
    IPv6ExtHdrFragment,
    IPv6ExtHdrHopByHop,
    PadN,
    RouterAlert,
)
from scapy.layers.l2 import ARP, Dot1AD, Dot1Q, Ether
from scapy.packet import Packet, Padding, Raw

import mcast
import mlag
from layers import ANY, ENTROPY, GPE, Node, entropy

A = Node("02:00:00:00:0a:01", "192.0.2.1")
B = Node("02:00:00:00:0b:01", "192.0.2.2")
C = Node("02:00:00:00:0c:01", "192.0.2.3")
D = Node("02:00:00:00:0d:01", "192.0.2.4")
ROUTER = Node("02:00:00:00:00:fe", "192.0.2.254")
NEIGHBOR = Node("02:00:00:00:00:fd", "192.0.2.253")  # a second router
STRANGER = Node("02:00:00:00:00:99", "192.0.2.99")  # in nobody's configuration

SERVER = "198.51.100.9"
GATEWAY = Node("00:00:5e:00:01:01", "10.1.1.1")
# Clients of A, by address; the MAC is 02:00 and the address.
C5 = "10.1.1.5"  # on a1
C6 = "10.1.1.6"  # on a1
C8 = "10.1.1.8"  # on a2
C7 = "10.1.1.7"  # away, at B: host-tunnel route
NOBODY = "10.1.1.99"  # no entry, only the segment route

# The same nodes in 2001:db8::/64.
A6 = "2001:db8::1"
B6 = "2001:db8::2"
ROUTER6 = "2001:db8::fe"
NEIGHBOR6 = "2001:db8::fd"
STRANGER6 = "2001:db8::99"
SERVER6 = "2001:db8:9::9"  # behind the router, by the default route
REMOTE6 = "2001:db8:8::8"  # behind the second router, by 2001:db8:8::/48

BROADCAST = "ff:ff:ff:ff:ff:ff"

# With an IP header without options in front, 200 octets.
PATTERN = bytes(range(172))
DATA = UDP(sport=1000, dport=2000) / Raw(PATTERN)


class _NoTags:
    """Ether() / TAGS / IP() without tags."""

    def __rdiv__(self, packet):
        return packet


TAGS_OF = {"": _NoTags(), "vlan": Dot1Q(vlan=100), "qinq": Dot1AD(vlan=100) / Dot1Q(vlan=200)}


def mac(address):
    return "02:00:" + ":".join("%02x" % int(octet) for octet in address.split("."))


def length(octets):
    """UDP that makes an IP packet without options `octets` long."""
    return UDP(sport=1000, dport=2000) / Raw((bytes(range(256)) * 256)[: octets - 28])


def TUNNEL(src, dst, vni=100, sport=ENTROPY, **ip):
    """From one user plane to another, up to where the inner packet begins."""
    outer = IP(src=src.ip, dst=dst.ip, **{"id": 0, "flags": "DF", "ttl": 64, **ip})
    udp = UDP(sport=sport, dport=4790, chksum=0)
    return Ether(src=src.mac, dst=dst.mac) / outer / udp / GPE(vni=vni)


def IP6(**header):
    """IPv6 header; hop limit 64."""
    return IPv6(**{"hlim": 64, **header})


def length6(octets):
    """UDP that makes an IPv6 packet without extension headers `octets` long."""
    return UDP(sport=1000, dport=2000) / Raw((bytes(range(256)) * 256)[: octets - 48])


def LINK_LOCAL(who):
    """Address of a node on its links, from its MAC (RFC 4291 appendix A)."""
    octets = [int(octet, 16) for octet in node(who).mac.split(":")]
    octets[0] ^= 2
    return str(
        ipaddress.ip_address(bytes([0xFE, 0x80, *[0] * 6, *octets[:3], 0xFF, 0xFE, *octets[3:]]))
    )


def SOLICITED(address):
    """The group in which the owner of an address is asked (RFC 4291 2.7.1)."""
    octets = ipaddress.ip_address(address).packed
    return str(ipaddress.ip_address(bytes([0xFF, 2, *[0] * 9, 1, 0xFF, *octets[13:]])))


def GROUP_MAC(group):
    """RFC 1112 6.4, RFC 2464 7."""
    octets = ipaddress.ip_address(group).packed
    if len(octets) == 4:
        octets = [0x01, 0x00, 0x5E, octets[1] & 0x7F, *octets[2:]]
    else:
        octets = [0x33, 0x33, *octets[12:]]
    return ":".join("%02x" % octet for octet in octets)


def TO_GROUP(group, who=A):
    """Ethernet header of a node of the core to a group."""
    return Ether(src=who.mac, dst=GROUP_MAC(group))


def IGMP_IP(src, dst, **more):
    """IPv4 header of IGMP: TTL 1, router alert."""
    return IP(src=src, dst=dst, ttl=1, proto=2, options=[IPOption_Router_Alert()], **more)


def MLD_IP(src, dst, **more):
    """IPv6 headers of MLD: hop limit 1, router alert."""
    return IPv6(src=src, dst=dst, hlim=1, **more) / IPv6ExtHdrHopByHop(options=[RouterAlert()])


def SOLICIT(target, asker, src, dst=None):
    """Neighbour solicitation, of the node `asker` with its address `src`."""
    header = IPv6(src=src, dst=dst or SOLICITED(target), hlim=255)
    return header / ICMPv6ND_NS(tgt=target) / ICMPv6NDOptSrcLLAddr(lladdr=node(asker).mac)


def ADVERT(target, at, dst, src=None, **flags):
    """Neighbour advertisement: the address is at this node."""
    na = ICMPv6ND_NA(**{"tgt": target, "R": 0, "S": 1, "O": 1, **flags})
    return (
        IPv6(src=src or target, dst=dst, hlim=255) / na / ICMPv6NDOptDstLLAddr(lladdr=node(at).mac)
    )


def PING6(seq):
    """Echo request; 220 octets with an IPv6 header."""
    return ICMPv6EchoRequest(id=1, seq=seq, data=PATTERN)


def PONG6(seq):
    return ICMPv6EchoReply(id=1, seq=seq, data=PATTERN)


def ERROR6(about, icmp, **header):
    """ICMPv6 error that godwit makes: quotes all of the packet it is `about` that fits into 1280
    octets (RFC 4443 3)."""
    return IP6(**header) / icmp / Raw(raw(about)[: 1280 - 48])


def node(who):
    """MAC and address of a node, or of a client by its address."""
    return who if isinstance(who, Node) else Node(mac(who), who)


def WHO_HAS(target, asker, **more):
    """ARP request of a client or a node."""
    who = node(asker)
    return ARP(**{"op": "who-has", "hwsrc": who.mac, "psrc": who.ip, "pdst": target, **more})


def IS_AT(target, at, to):
    """ARP reply: the target's address has this MAC."""
    return ARP(op="is-at", hwsrc=at, psrc=target, hwdst=node(to).mac, pdst=node(to).ip)


def PING(seq):
    """Echo request; 200 octets with an IP header without options."""
    return ICMP(type="echo-request", id=1, seq=seq) / Raw(PATTERN)


def PONG(seq):
    return ICMP(type="echo-reply", id=1, seq=seq) / Raw(PATTERN)


def ERROR(about, **header):
    """ICMP error that godwit makes: precedence 6 (RFC 1812 4.3.2.5), quotes all of the packet it is
    `about` that fits into 576 octets (4.3.2.3). `type`, `code`, `nexthopmtu` go into ICMP."""
    icmp = {k: header.pop(k) for k in ("type", "code", "nexthopmtu") if k in header}
    ip = IP(**{"id": ANY, "tos": 0xC0, "ttl": 64, **header})
    return ip / ICMP(**icmp) / Raw(raw(about)[: 576 - 28])


def offset(packet, layer):
    """Where a layer begins."""
    return len(raw(packet)) - len(raw(packet[layer]))


def CUT(packet, octets, layer=IP):
    """What comes before the layer, and its first octets."""
    return raw(packet)[: offset(packet, layer) + octets]


def PATCH(packet, at, value, layer=IP):
    """With the octets from `at` of the layer on replaced; checksums stay as they were."""
    frame = bytearray(raw(packet))
    start = offset(packet, layer) + at
    frame[start : start + len(value)] = value
    return bytes(frame)


def FRAGMENT(packet, at, octets, more=True):
    """Octets `at` to `at + octets` of an IP packet's payload as a fragment."""
    ip = IP(raw(packet))
    header = ip.copy()
    header.remove_payload()
    header.frag, header.flags = ip.frag + at // 8, int(ip.flags) | (1 if more else 0)
    del header.len, header.chksum
    return header / Raw(raw(ip.payload)[at : at + octets])


def MUTATED(count, seed, *packets):
    """Damaged copies: bits turned, octets overwritten, cut, lengthened, two spliced."""
    rng, frames = random.Random(seed), [raw(p) for p in packets]
    for _ in range(count):
        frame = bytearray(rng.choice(frames))
        for _ in range(rng.randint(1, 4)):
            kind, at = rng.randrange(6), rng.randrange(len(frame))
            if kind <= 1:
                frame[at] ^= 1 << rng.randrange(8)
            elif kind == 2:
                frame[at] = rng.choice((0x00, 0x01, 0x7F, 0x80, 0xFF))
            elif kind == 3:
                del frame[max(at, 1) :]
            elif kind == 4:
                frame += rng.randbytes(rng.randint(1, 40))
            else:
                frame[at:] = rng.choice(frames)[at:] or b"\0"
        yield bytes(frame)


def names(tags):
    """What a packets file may say when access frames carry these tags."""
    known = {
        k: v for k, v in globals().items() if re.fullmatch(r"[A-Z]\w*|mac|length6?|entropy|raw", k)
    }
    known["TAGS"] = TAGS_OF[tags]
    core = {node.mac for node in (A, B, C, D, ROUTER, NEIGHBOR, STRANGER)}

    def link(src, dst):
        return (
            Ether(src=src, dst=dst)
            if {src, dst} & core
            else Ether(src=src, dst=dst) / TAGS_OF[tags]
        )

    def FROM(who, up=A):
        """Received from a client, or on core0 of `up` from another node."""
        return link(node(who).mac, up.mac if isinstance(who, Node) else GATEWAY.mac)

    def TO(who, up=A):
        """Sent to a client, or by core0 of `up` to another node."""
        return link(up.mac if isinstance(who, Node) else GATEWAY.mac, node(who).mac)

    def BROADCAST_FROM(who):
        return link(node(who).mac, BROADCAST)

    def ANNOUNCE(address):
        """To clients: the address has the gateway's MAC (RFC 5227 3)."""
        return BROADCAST_FROM(GATEWAY) / WHO_HAS(address, Node(GATEWAY.mac, address))

    words = (FROM, TO, BROADCAST_FROM, ANNOUNCE)
    known.update(mcast.words(known))
    known.update(mlag.words())
    return {**known, **{word.__name__: word for word in words}}
