#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors
"""A numbered multicast stream in the packets of a tree, to both devices of an MLAG pair at once: what
a tree with a branch to each of them brings. For mcast.py join.

twin_stream.py GROUP PORT MARK PACKETS_PER_SECOND INTERFACE,MAC,FIRST_ADDRESS...   until it is killed
"""

import ipaddress
import socket
import struct
import sys
import time

TREE = ipaddress.ip_address("fd00:ffff:1::1").packed
SOURCES = {4: "198.51.100.9", 6: "2001:db8:9::9"}


def checksum(data):
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    total = (total & 0xFFFF) + (total >> 16)
    return ~((total & 0xFFFF) + (total >> 16)) & 0xFFFF


def inner(group, port, payload):
    """IP packet to the group, and the next header that says which."""
    source = ipaddress.ip_address(SOURCES[group.version]).packed
    length = 8 + len(payload)
    udp = struct.pack("!HHHH", port, port, length, 0) + payload
    if group.version == 4:  # a UDP checksum of 0 says that there is none
        head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + length, 0, 0, 16, 17, 0) + source + group.packed
        return head[:10] + struct.pack("!H", checksum(head)) + head[12:] + udp, 4
    pseudo = source + group.packed + struct.pack("!II", length, 17)
    udp = udp[:6] + struct.pack("!H", checksum(pseudo + udp) or 0xFFFF) + udp[8:]
    return struct.pack("!IHBB", 6 << 28, length, 17, 16) + source + group.packed + udp, 41


def legs(words):
    for word in words:
        interface, mac, first = word.split(",")
        s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
        s.bind((interface, 0))
        ether = bytes.fromhex(mac.replace(":", "")) + b"\x02\0\0\0\0\xfe" + b"\x86\xdd"
        yield s, ether, ipaddress.ip_address(first).packed


def main():
    group, port, mark, rate = ipaddress.ip_address(sys.argv[1]), *map(int, sys.argv[2:5])
    outs = list(legs(sys.argv[5:]))
    start, number = time.monotonic(), 0
    print("ready", flush=True)
    while True:
        packet, kind = inner(group, port, struct.pack("!QI", number, mark) + bytes(60))
        outer = struct.pack("!IHBB", 6 << 28, len(packet), kind, 64) + TREE
        for s, ether, first in outs:
            try:
                s.send(ether + outer + first + packet)
            except OSError:
                pass  # the link is down
        number += 1
        early = start + number / rate - time.monotonic()
        if early > 0:
            time.sleep(early)


main()
