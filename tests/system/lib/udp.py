#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors
"""Numbered UDP packets at a steady rate, and who counts them.

  udp.py send ADDRESS PORT PACKETS_PER_SECOND COUNT [OCTETS_OF_IP]
  udp.py count PORT FILE     until SIGTERM, then into FILE: {"received", "lost", "twice", "gaps"}
"""

import json
import signal
import socket
import struct
import sys
import time

HEADERS = 28  # IPv4 and UDP
SO_RCVBUFFORCE = 33  # linux/socket.h; Python has no name for it


def send(address, port, rate, count, octets="200"):
    rate, count = float(rate), int(count)
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.connect((address, int(port)))
    rest = bytes(int(octets) - HEADERS - 8)
    start = time.monotonic()
    for i in range(count):
        late = time.monotonic() - start - i / rate
        if late < 0:
            time.sleep(-late)
        try:
            s.send(struct.pack("!Q", i) + rest)
        except ConnectionRefusedError:
            pass  # an ICMP error for one before it


def gaps(seen, end):
    """[first, last] of each run of numbers below `end` that are missing."""
    missing, found = sorted(set(range(end)) - seen), []
    for i in missing:
        if found and found[-1][1] == i - 1:
            found[-1][1] = i
        else:
            found.append([i, i])
    return found


def count(port, path):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 1 << 23)
    s.bind(("", int(port)))
    s.settimeout(0.1)
    ended = []
    signal.signal(signal.SIGTERM, lambda *_: ended.append(True))
    print("ready", flush=True)
    seen, received = set(), 0
    while True:
        try:
            data = s.recv(65536)
        except TimeoutError:
            if ended:
                break
            continue
        received += 1
        seen.add(struct.unpack_from("!Q", data)[0])
    missing = gaps(seen, max(seen, default=-1) + 1)
    result = {
        "received": received,
        "lost": sum(last - first + 1 for first, last in missing),
        "twice": received - len(seen),
        "gaps": missing,
    }
    with open(path, "w", encoding="ascii") as f:
        json.dump(result, f)


if __name__ == "__main__":
    {"send": send, "count": count}[sys.argv[1]](*sys.argv[2:])
