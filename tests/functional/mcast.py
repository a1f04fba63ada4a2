# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors
"""The network in which the multicast cases play, and their words.

     S1 (vrf1)  S2 (vrf2)
        |          |                 tree R1_1   tree R1_2
       src1       src2     R1        R3          R3          root
             R1            R3        R5, R6      R5, R6
             |             R5        R7, R8      R7
             R3            R6        vrf1        vrf2
            /  \\           R7        vrf1        vrf2
          R5    R6         R8        vrf1
         /  \\
       R7    R8            R6, R7, R8: acc1 in vrf1, acc2 in vrf2

R3's port to R5 is called r5; what R3 sends to R5 comes out of "r3.r5", what R5 receives from it goes
into "r5.r3". The first address of R3 is fd00:0:3::.
"""

import ipaddress
from collections import namedtuple

from scapy.layers.inet6 import ICMPv6PacketTooBig, IPv6
from scapy.layers.l2 import Ether

from layers import Any

Replicator = namedtuple("Replicator", "number first")

NODES = {f"R{n}": Replicator(n, f"fd00:0:{n}::") for n in (1, 3, 5, 6, 7, 8)}
TREES = {"R1_1": "fd00:ffff:1::1", "R1_2": "fd00:ffff:1::2"}
STREAMS = {
    "S1": "198.51.100.1",
    "S2": "203.0.113.1",
    "G1": "232.1.1.1",
    "G2": "232.1.1.2",
    "S1_6": "2001:db8:51::1",
    "S2_6": "2001:db8:52::1",
    "G1_6": "ff3e::8000:1",
    "G2_6": "ff3e::8000:2",
}
# Flow labels of tree packets: one that is given, and one that the root chooses.
LABEL = 0x12345
CHOSEN = Any(1, least=1)


def label(name):
    """A flow label that the root chooses; those of one name are one."""
    return Any(1, least=1, name=name)


def port_mac(node, to):
    """MAC address of a node's port to another."""
    return f"02:00:00:00:{node.number:02x}:{to.number:02x}"


def LINK(src, dst):
    """From a node to its neighbour."""
    return Ether(src=port_mac(src, dst), dst=port_mac(dst, src))


def link_address(node, to):
    """A node's address on its link to another."""
    low, high = sorted((node.number, to.number))
    return f"2001:db8:{low}{high}::{node.number}"


def first(node):
    return node.first if isinstance(node, Replicator) else node


def TREE(tree, to, **ip):
    """Outer header of a tree's packet to a node's first address."""
    return IPv6(**{"src": tree, "dst": first(to), "fl": LABEL, "hlim": 64, **ip})


def PUSHED(tree, to, **ip):
    """The same as the root makes it: the flow label is its choice."""
    return TREE(tree, to, **{"fl": CHOSEN, **ip})


SOURCE_MAC = "02:00:00:00:51:01"


def words(known):
    """What a packets file may say, when frames of sources and receivers carry known["TAGS"]."""
    tags, group_mac = known["TAGS"], known["GROUP_MAC"]

    def FROM_SOURCE(group, src=SOURCE_MAC):
        """A multicast frame of a source, or of a receiver."""
        return Ether(src=src, dst=group_mac(group)) / tags

    def TO_RECEIVERS(group, src=known["GATEWAY"].mac):
        """A multicast frame to the receivers behind an access port."""
        return Ether(src=src, dst=group_mac(group)) / tags

    def TOO_BIG(about, mtu, **header):
        """Packet Too Big about a packet."""
        return known["ERROR6"](about, ICMPv6PacketTooBig(mtu=mtu), **header)

    def READDRESSED(packet, to):
        """With another outer destination, as a replicator writes it: checksums stay."""
        octets = ipaddress.ip_address(first(to)).packed
        return known["PATCH"](packet, 24, octets, IPv6)

    values = {**NODES, **TREES, **STREAMS}
    for name in ("LABEL", "CHOSEN", "SOURCE_MAC"):
        values[name] = globals()[name]
    functions = (LINK, TREE, PUSHED, FROM_SOURCE, TO_RECEIVERS, TOO_BIG, READDRESSED)
    functions += (label, link_address)
    return {**values, **{f.__name__: f for f in functions}}
