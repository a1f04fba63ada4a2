#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors
"""Numbered multicast packets at a steady rate, and who joins a group and counts them.

  mcast.py send GROUP PORT MARK PACKETS_PER_SECOND COUNT [-i INTERFACE] [-s OCTETS] [-t TTL]
  mcast.py join GROUP PORT INTERFACE FILE [SOURCE...]
      prints "ready" when it has joined, "seen N" now and then; at SIGTERM it leaves, and FILE has
      {"strange", "marks": {MARK: {"received", "lost", "twice", "gaps", "first", "last"}}}

The group is of either family. With SOURCE only packets of these are asked for (IGMPv3, MLDv2). MARK
is a number that tells one stream from another one with the same group and port. Lost is what is
missing between the first and the last packet that came.
"""

import argparse
import ipaddress
import json
import os
import signal
import socket
import struct
import time

from udp import SO_RCVBUFFORCE, gaps

NUMBERED = struct.Struct("!QI")
IP_ADD_MEMBERSHIP = 35
MCAST_JOIN_SOURCE_GROUP = 46  # linux/in.h; Python has no name for it
LEVEL = {socket.AF_INET: socket.IPPROTO_IP, socket.AF_INET6: socket.IPPROTO_IPV6}


def family_of(address):
    return socket.AF_INET if ipaddress.ip_address(address).version == 4 else socket.AF_INET6


def sockaddr_storage(address):
    """struct sockaddr_storage of an address, port 0."""
    octets = socket.inet_pton(family_of(address), address)
    before = 2 if len(octets) == 4 else 6  # port; port and flow information
    return (struct.pack("=H", family_of(address)) + bytes(before) + octets).ljust(128, b"\0")


def sender(args):
    family = family_of(args.group)
    s = socket.socket(family, socket.SOCK_DGRAM)
    if family == socket.AF_INET:
        s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, args.ttl)
    else:
        s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_HOPS, args.ttl)
    if args.interface:
        index = socket.if_nametoindex(args.interface)
        if family == socket.AF_INET:
            s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, struct.pack("=4s4si", b"", b"", index))
        else:
            s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, index)
    headers = 28 if family == socket.AF_INET else 48
    rest = bytes(args.octets - headers - NUMBERED.size)
    start = time.monotonic()
    for i in range(args.count):
        late = time.monotonic() - start - i / args.rate
        if late < 0:
            time.sleep(-late)
        s.sendto(NUMBERED.pack(i, args.mark) + rest, (args.group, args.port))


def join(s, group, interface, sources):
    family, index = family_of(group), socket.if_nametoindex(interface)
    if not sources and family == socket.AF_INET:
        request = struct.pack("=4s4si", socket.inet_aton(group), b"", index)
        s.setsockopt(socket.IPPROTO_IP, IP_ADD_MEMBERSHIP, request)
    elif not sources:
        request = socket.inet_pton(family, group) + struct.pack("=i", index)
        s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP, request)
    for source in sources:
        request = struct.pack("@I4x", index) + sockaddr_storage(group) + sockaddr_storage(source)
        s.setsockopt(LEVEL[family], MCAST_JOIN_SOURCE_GROUP, request)


class Counter:
    def __init__(self):
        self.numbers = {}  # mark -> number of each packet that came
        self.received = self.strange = 0

    def packet(self, data):
        if len(data) < NUMBERED.size:
            self.strange += 1
            return
        number, mark = NUMBERED.unpack_from(data)
        self.received += 1
        self.numbers.setdefault(mark, []).append(number)

    def result(self):
        marks = {}
        for mark, numbers in self.numbers.items():
            first, last = min(numbers), max(numbers)
            missing = gaps({n - first for n in numbers}, last - first + 1)
            marks[mark] = {
                "received": len(numbers),
                "lost": sum(b - a + 1 for a, b in missing),
                "twice": len(numbers) - len(set(numbers)),
                "gaps": [[a + first, b + first] for a, b in missing[:20]],
                "first": first,
                "last": last,
            }
        return {"strange": self.strange, "marks": marks}


def receiver(args):
    family = family_of(args.group)
    s = socket.socket(family, socket.SOCK_DGRAM)
    s.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 1 << 23)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, args.interface.encode())
    if family == socket.AF_INET6:
        s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    s.bind((args.group, args.port))
    join(s, args.group, args.interface, args.sources)
    s.settimeout(0.05)
    ended = []
    signal.signal(signal.SIGTERM, lambda *_: ended.append(True))
    print("ready", flush=True)
    counter, said = Counter(), 0.0
    while not ended:
        try:
            counter.packet(s.recv(65536))
        except TimeoutError:
            pass
        if time.monotonic() - said > 0.05:
            said = time.monotonic()
            print(f"seen {counter.received}", flush=True)
    s.close()
    with open(args.file + ".new", "w", encoding="ascii") as f:
        json.dump(counter.result(), f)
    os.rename(args.file + ".new", args.file)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(required=True)
    p = commands.add_parser("send")
    p.add_argument("group")
    p.add_argument("port", type=int)
    p.add_argument("mark", type=int)
    p.add_argument("rate", type=float)
    p.add_argument("count", type=int)
    p.add_argument("-i", "--interface")
    p.add_argument("-s", "--octets", type=int, default=200)
    p.add_argument("-t", "--ttl", type=int, default=16)
    p.set_defaults(run=sender)
    p = commands.add_parser("join")
    p.add_argument("group")
    p.add_argument("port", type=int)
    p.add_argument("interface")
    p.add_argument("file")
    p.add_argument("sources", nargs="*", metavar="SOURCE")
    p.set_defaults(run=receiver)
    args = parser.parse_args()
    args.run(args)


if __name__ == "__main__":
    main()
