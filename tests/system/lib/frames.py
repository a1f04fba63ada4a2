#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors
"""Single frames, written and recognised in scapy's words.

  frames.py send INTERFACE FRAME [COUNT]
  frames.py see INTERFACE SECONDS CONDITION   prints "ready", then ends with the first frame p that
                                              comes in and has CONDITION, or badly without one
"""

import socket
import sys
import time

from scapy.compat import raw
from scapy.layers.inet import ICMP, IP, TCP, UDP
from scapy.layers.inet6 import (
    ICMPv6DestUnreach,
    ICMPv6ND_NA,
    ICMPv6ND_NS,
    ICMPv6NDOptDstLLAddr,
    ICMPv6NDOptSrcLLAddr,
    IPv6,
)
from scapy.layers.l2 import ARP, Dot1Q, Ether
from scapy.packet import Raw

WORDS = {"ICMP": ICMP, "IP": IP, "TCP": TCP, "UDP": UDP, "ARP": ARP, "Dot1Q": Dot1Q,
         "Ether": Ether, "Raw": Raw, "IPv6": IPv6, "ICMPv6ND_NA": ICMPv6ND_NA,
         "ICMPv6ND_NS": ICMPv6ND_NS, "ICMPv6DestUnreach": ICMPv6DestUnreach,
         "ICMPv6NDOptDstLLAddr": ICMPv6NDOptDstLLAddr,
         "ICMPv6NDOptSrcLLAddr": ICMPv6NDOptSrcLLAddr}
ETH_P_ALL = 3


def packet_socket(interface):
    s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
    s.bind((interface, 0))
    return s


def send(interface, frame, count="1"):
    data = raw(eval(f"({frame})", WORDS))
    s = packet_socket(interface)
    for _ in range(int(count)):
        s.send(data)


def see(interface, seconds, condition):
    s = packet_socket(interface)
    deadline = time.monotonic() + float(seconds)
    print("ready", flush=True)
    while (left := deadline - time.monotonic()) > 0:
        s.settimeout(left)
        try:
            data, where = s.recvfrom(65536)
        except TimeoutError:
            break
        if where[2] == socket.PACKET_OUTGOING:
            continue
        p = Ether(data)
        if eval(f"({condition})", WORDS, {"p": p}):
            print(p.summary())
            return
    sys.exit(f"no frame with {condition}")


if __name__ == "__main__":
    {"send": send, "see": see}[sys.argv[1]](*sys.argv[2:])
