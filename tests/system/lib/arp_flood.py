#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors
"""Made-up ARP replies, COUNT of them in SECONDS or as many as can be: arp_flood.py INTERFACE COUNT
SECONDS MAC...

Senders are drawn from 10.2.0.0/24 (not the first 64 addresses) and from elsewhere, with MAC
addresses that may be and that may not; they go to the MACs named, to everybody and to nobody.
"""

import random
import socket
import struct
import sys
import time


def mac(text):
    return bytes(int(octet, 16) for octet in text.split(":"))


def frame(rng, targets):
    to = rng.choice(targets)
    who = bytes([2, 7]) + rng.randbytes(4)
    kind = rng.randrange(10)
    if kind == 0:
        who = bytes([1]) + who[1:]
    elif kind == 1:
        who = rng.choice(targets)
    ip = bytes([10, 2, 0, rng.randrange(64, 255)]) if kind < 8 else rng.randbytes(4)
    return (to + who + b"\x08\x06" + struct.pack("!HHBBH", 1, 0x0800, 6, 4, 1 + (kind != 2)) +
            who + ip + to + bytes([10, 2, 0, 1]))


def main():
    interface, count, seconds = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
    targets = [mac(m) for m in sys.argv[4:]] + [b"\xff" * 6, b"\x02\x09\x09\x09\x09\x09"]
    rng = random.Random(1)
    frames = [frame(rng, targets) for _ in range(20000)]
    sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
    sock.bind((interface, 0))
    start = time.monotonic()
    sent = 0
    while sent < count and time.monotonic() - start < seconds + 1:
        for _ in range(100):
            try:
                sock.send(frames[sent % len(frames)])
            except OSError:
                pass  # the queue is full
            sent += 1
        ahead = sent / count * seconds - (time.monotonic() - start)
        if ahead > 0.001:
            time.sleep(ahead)
    print(f"sent {sent} in {time.monotonic() - start:.1f} s")


main()
