#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors
"""A client of the control socket that does not behave: hostile.py SOCKET HOW. Ends well if it was
treated as docs/control-socket.md says."""

import random
import socket
import sys
import time

PATH = sys.argv[1]
DEADLINE_S = 20


def connect():
    s = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    s.settimeout(DEADLINE_S)
    s.connect(PATH)
    return s


def rest(s):
    """What comes until the other side closes."""
    data = b""
    try:
        while chunk := s.recv(65536):
            data += chunk
    except ConnectionError:
        pass
    return data


def put(s, data):
    try:
        s.sendall(data)
    except ConnectionError:
        pass  # cut off before the end


def is_error(data):
    """In text mode: an empty chunk, a chunk with the reason, an error number."""
    return data.startswith(b"D0\nD") and b"\nE" in data and not data.endswith(b"E0\n")


def served(s=None):
    s = s or connect()
    s.sendall(b"j show version\n")
    return s.recv(65536).startswith(b"D")


def garbage():
    rng = random.Random(1)
    for _ in range(50):
        s = connect()
        put(s, rng.randbytes(rng.randrange(1, 5000)) + b"\n")
        if not is_error(rest(s)):
            return "no error"


def commands():
    """Requests that are well-formed, commands that are not: the connection stays."""
    rng = random.Random(2)
    words = b'add del show host host-tunnel 10.1.1.1 mac vrf all { } " | -1 99999999999999999999'
    words = words.split()
    s = connect()
    for _ in range(500):
        line = b" ".join(rng.choice(words) for _ in range(rng.randrange(1, 12)))
        s.sendall(b"j " + line + b"\n")
        data = b""
        while b"\nE" not in data or not data.endswith(b"\n"):
            data += s.recv(1 << 20)
    if not served(s):
        return "not served any more"


def half_line():
    s = connect()
    start = time.monotonic()
    s.sendall(b"t show ver")
    data = rest(s)
    took = time.monotonic() - start
    if not is_error(data) or not 8 < took < 15:
        return f"{data!r} after {took:.1f} s"


def long_line():
    s = connect()
    put(s, b"t " + b"a" * 70000 + b"\n")
    data = rest(s)
    if not is_error(data):
        return f"{data!r}"
    s = connect()
    put(s, b"t " + b"a" * 60000 + b"\n")
    if not is_error(s.recv(65536)) or not served(s):
        return "a line that is long but not too long is not treated as a command"


def crowd():
    """As many connections as there may be, and more; nothing is said on them."""
    clients, refused = [], 0
    for _ in range(100):
        s = connect()
        s.settimeout(0.2)
        try:
            refused += is_error(s.recv(4096))
        except TimeoutError:
            clients.append(s)
    if len(clients) > 64 or refused + len(clients) != 100:
        return f"{len(clients)} connected, {refused} refused"
    for s in clients:
        s.close()
    for _ in range(100):
        s = connect()
        s.sendall(b"j show version\n")
        if s.recv(65536).startswith(b"D") and served():
            return None
        time.sleep(0.02)
    return "nobody is served after they are gone"


def not_read():
    """Asks for much, again and again, and reads nothing."""
    clients = [connect() for _ in range(4)]
    for s in clients:
        put(s, b"j show host all\n" * 20)
    time.sleep(0.5)
    if not served():
        return "others are not served"
    for s in clients:
        s.close()


def gone():
    """Asks for much and goes at once."""
    for _ in range(30):
        s = connect()
        s.sendall(b"j show host all\nj show host all\n")
        s.close()


WAYS = {f.__name__: f for f in (garbage, commands, half_line, long_line, crowd, not_read, gone)}
why = WAYS[sys.argv[2]]()
if why is None and not served():
    why = "nobody is served afterwards"
if why is not None:
    sys.exit(why)
