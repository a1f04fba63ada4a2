# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors
"""VXLAN-GPE for scapy, values that the sender may choose, and what a node is."""

from collections import namedtuple

from scapy.fields import ByteField, ShortField, ThreeBytesField, XByteField
from scapy.layers.inet import IP, UDP
from scapy.packet import Packet, bind_bottom_up, bind_layers


Node = namedtuple("Node", "mac ip")


class GPE(Packet):
    """draft-ietf-nvo3-vxlan-gpe: flags 0x0c are I (VNI is there) and P (next protocol is there)."""

    name = "VXLAN-GPE"
    fields_desc = [
        XByteField("flags", 0x0C),
        ShortField("reserved1", 0),
        ByteField("next_protocol", 1),
        ThreeBytesField("vni", 100),
        ByteField("reserved2", 0),
    ]


bind_bottom_up(UDP, GPE, dport=4790)
bind_layers(GPE, IP, next_protocol=1)


class Any(int):
    """A field of an expected packet that the sender chooses. The comparison takes over what came,
    if it is at least `least`. Those of one `name` must all be equal, those of two names differ."""

    def __new__(cls, value, least=0, name=None):
        self = super().__new__(cls, value)
        self.least, self.name = least, name
        return self


# IP identification of a packet that godwit makes itself.
ANY = Any(0)
# UDP source port of a tunnel packet; entropy("name") ties several together.
ENTROPY = Any(49152, least=49152)


def entropy(name):
    return Any(49152, least=49152, name=name)
