#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors
"""Hosts behind both members of an MLAG pair, and the router before it: mortals.py COUNT SEED.

In the namespace of l1 and l2 (to the members of a and b), ra and rb (to their ports to the router).
Host i is 10.2.0.(10 + i). Each answer takes one of the two links at random. Every 50 ms the router
has a packet for a host, by either device; one time in ten a host dies instead, or is born again.
Prints "ready"; at SIGTERM how often that was.
"""

import random
import select
import signal
import socket
import struct
import sys
import time

FIRST = 10
ETH_P_ARP = 0x0806
CORE = {"ra": b"\x02\0\0\0\x0c\x01", "rb": b"\x02\0\0\0\x0c\x02"}


def packet_socket(interface, protocol):
    s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(protocol))
    s.bind((interface, protocol))
    return s


def mac(host):
    return b"\x02\x10\x0a\x02\0" + bytes([FIRST + host])


def answer(frame, alive):
    """The ARP reply to a question, None: nobody answers."""
    if len(frame) < 42 or frame[20:22] != b"\0\x01" or frame[38:41] != b"\x0a\x02\0":
        return None
    host = frame[41] - FIRST
    if not 0 <= host < len(alive) or not alive[host]:
        return None
    asker, me = frame[22:32], mac(host) + frame[38:42]
    return asker[:6] + mac(host) + b"\x08\x06\0\x01\x08\0\x06\x04\0\x02" + me + asker


def packet(router, host):
    head = struct.pack("!BBHHHBBH", 0x45, 0, 46, 0, 0x4000, 64, 17, 0)
    head += b"\xc6\x33\x64\x09" + bytes([10, 2, 0, FIRST + host])
    total = sum(struct.unpack("!10H", head))
    total = ~((total & 0xFFFF) + (total >> 16)) & 0xFFFF
    head = head[:10] + struct.pack("!H", total) + head[12:]
    return CORE[router] + b"\x02\0\0\0\0\xfa\x08\0" + head + b"\0\x09\0\x09\0\x1a\0\0" + bytes(18)


def main():
    count, rng = int(sys.argv[1]), random.Random(int(sys.argv[2]))
    links = [packet_socket(name, ETH_P_ARP) for name in ("l1", "l2")]
    routers = {name: packet_socket(name, 0) for name in CORE}
    alive = [True] * count
    ended = []
    signal.signal(signal.SIGTERM, lambda *_: ended.append(True))
    print("ready", flush=True)
    turn, deaths, births = time.monotonic(), 0, 0
    while not ended:
        for s in select.select(links, [], [], max(0.0, turn - time.monotonic()))[0]:
            reply = answer(s.recv(2048), alive)
            if reply:
                rng.choice(links).send(reply)
        if time.monotonic() < turn:
            continue
        turn += 0.05
        host = rng.randrange(count)
        if rng.randrange(10) == 0:
            alive[host] = not alive[host]
            births, deaths = births + alive[host], deaths + (not alive[host])
        elif alive[host]:
            name = rng.choice(sorted(routers))
            routers[name].send(packet(name, host))
    print(f"{deaths} died, {births} were born again", flush=True)


main()
