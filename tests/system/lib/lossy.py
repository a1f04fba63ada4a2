#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors
"""A wire between two interfaces that loses one in three frames of EtherType 0x88b5, both ways, drawn
from a seed: lossy.py INTERFACE INTERFACE SEED. Prints "ready"; at SIGTERM how many it lost."""

import random
import select
import signal
import socket
import sys

ETH_P_ALL = 3
PACKET_IGNORE_OUTGOING = 23
SYNC = b"\x88\xb5"


def packet_socket(interface):
    s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
    s.bind((interface, 0))
    s.setsockopt(263, PACKET_IGNORE_OUTGOING, 1)  # SOL_PACKET
    return s


def main():
    one, other = (packet_socket(i) for i in sys.argv[1:3])
    across = {one: other, other: one}
    rng = random.Random(int(sys.argv[3]))
    ended = []
    signal.signal(signal.SIGTERM, lambda *_: ended.append(True))
    passed = lost = 0
    print("ready", flush=True)
    while not ended:
        for s in select.select([one, other], [], [], 0.1)[0]:
            frame = s.recv(65536)
            if frame[12:14] == SYNC and rng.random() < 1 / 3:
                lost += 1
                continue
            passed += frame[12:14] == SYNC
            try:
                across[s].send(frame)
            except OSError:
                pass  # the other end is down
    print(f"lost {lost} of {lost + passed}", flush=True)


main()
