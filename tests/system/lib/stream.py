#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors
"""Numbered UDP packets whose way may end for a while, and who measures the pauses.

  stream.py send SOURCE ADDRESS PORT PACKETS_PER_SECOND
  stream.py count PORT   SIGUSR1: prints the longest pause since the last one, in milliseconds;
                         SIGTERM: what was received, lost and heard twice
"""

import signal
import socket
import struct
import sys
import time


def send(source, address, port, rate):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.bind((source, 0))
    start, i = time.monotonic(), 0
    while True:
        late = time.monotonic() - start - i / float(rate)
        if late < 0:
            time.sleep(-late)
        try:
            s.sendto(struct.pack("!Qd", i, time.monotonic()), (address, int(port)))
        except OSError:
            pass  # no route for now
        i += 1


def count(port):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
    s.bind(("", int(port)))
    s.settimeout(0.02)
    asked, ended = [], []
    signal.signal(signal.SIGUSR1, lambda *_: asked.append(1))
    signal.signal(signal.SIGTERM, lambda *_: ended.append(1))
    print("ready", flush=True)
    seen, received, last, longest = set(), 0, None, 0.0
    while not ended:
        if asked:
            asked.clear()
            print(f"{longest * 1000:.1f}", flush=True)
            longest = 0.0
        try:
            data = s.recv(2048)
        except TimeoutError:
            continue
        number, sent = struct.unpack_from("!Qd", data)
        # By the sender's clock, which is this one: what waits in a socket is no pause.
        if last is not None and sent > last:
            longest = max(longest, sent - last)
        last = sent if last is None else max(last, sent)
        received += 1
        seen.add(number)
    span = max(seen, default=-1) - min(seen, default=0) + 1
    print(f"received {received}, lost {span - len(seen)}, twice {received - len(seen)}", flush=True)


if __name__ == "__main__":
    {"send": send, "count": count}[sys.argv[1]](*sys.argv[2:])
