#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors
"""One TCP connection, a line there and back every few milliseconds.

  tcp.py echo ADDRESS PORT    a server of one connection
  tcp.py talk ADDRESS PORT    until SIGTERM, then the number of lines that came back, and the
                              longest wait for one in milliseconds
"""

import signal
import socket
import sys
import time


def echo(address, port):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.create_server((address, int(port)), family=family) as server:
        print("ready", flush=True)
        connection, _ = server.accept()
        while data := connection.recv(4096):
            connection.sendall(data)


def talk(address, port):
    ended = []
    signal.signal(signal.SIGTERM, lambda *_: ended.append(True))
    lines, longest = 0, 0.0
    with socket.create_connection((address, int(port)), timeout=5) as s:
        s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        reader = s.makefile("rb")
        while not ended:
            line = b"%d\n" % lines
            start = time.monotonic()
            s.sendall(line)
            if reader.readline() != line:
                sys.exit(f"line {lines} did not come back")
            longest = max(longest, time.monotonic() - start)
            lines += 1
            time.sleep(0.005)
    print(lines, round(longest * 1000))


if __name__ == "__main__":
    {"echo": echo, "talk": talk}[sys.argv[1]](*sys.argv[2:])
