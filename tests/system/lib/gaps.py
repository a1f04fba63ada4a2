#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors
"""The longest time between two frames of an EtherType that come in: gaps.py INTERFACE ETHERTYPE
Prints "ready"; at SIGTERM {"frames", "longest_s"}, what is under way counted as well."""

import json
import signal
import socket
import sys
import time

PACKET_IGNORE_OUTGOING = 23


def main():
    s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(int(sys.argv[2], 0)))
    s.setsockopt(263, PACKET_IGNORE_OUTGOING, 1)  # SOL_PACKET
    s.bind((sys.argv[1], int(sys.argv[2], 0)))
    s.settimeout(0.05)
    ended = []
    signal.signal(signal.SIGTERM, lambda *_: ended.append(True))
    print("ready", flush=True)
    last, longest, frames = time.monotonic(), 0.0, 0
    while not ended:
        try:
            s.recv(2048)
        except TimeoutError:
            continue
        now = time.monotonic()
        longest, last, frames = max(longest, now - last), now, frames + 1
    print(json.dumps({"frames": frames, "longest_s": round(max(longest, time.monotonic() - last), 2)}))


main()
