#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors
"""When each part of a failure happened, seen on every system by one clock.

  linkage_probe.py PREFIX lost RUNS            server link and uplink of switch a, RUNS times each
  linkage_probe.py PREFIX move COUNT RUNS      COUNT host routes from a to b and back

PREFIX is what names of namespaces begin with (tests/system/lib/linkage.sh). One JSON object a line.
"""

import collections
import ctypes
import json
import os
import select
import socket
import struct
import subprocess
import sys
import threading
import time

RTMGRP_LINK, RTMGRP_IPV4_ROUTE = 1, 0x40
RTM_NEWLINK, RTM_NEWROUTE, RTM_DELROUTE = 16, 24, 25
RTA_DST, RTA_GATEWAY = 1, 5
CLONE_NEWNET = 0x40000000
RATE = 2000  # packets per second to the server
PORT = 9000

libc = ctypes.CDLL(None, use_errno=True)
Event = collections.namedtuple("Event", "at space kind what")


class Space:
    """A namespace: sockets are made in it."""

    def __init__(self, prefix, name):
        self.name, self.full = name, prefix + name

    def __enter__(self):
        self.home = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
        fd = os.open(f"/run/netns/{self.full}", os.O_RDONLY)
        if libc.setns(fd, CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), f"namespace {self.full}")
        os.close(fd)
        return self

    def __exit__(self, *_):
        libc.setns(self.home, CLONE_NEWNET)
        os.close(self.home)

    def listen(self):
        with self:
            s = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_NONBLOCK, 0)
        s.setsockopt(socket.SOL_SOCKET, 33, 1 << 24)  # SO_RCVBUFFORCE
        s.bind((0, RTMGRP_LINK | RTMGRP_IPV4_ROUTE))
        return s

    def ip(self, line):
        """A process that waits for the moment: what it takes to start is no part of a failure."""
        p = subprocess.Popen(["ip", "-n", self.full, "-batch", "-"], stdin=subprocess.PIPE)

        def go():
            p.stdin.write(line.encode() + b"\n")
            p.stdin.close()
            at = time.monotonic()
            return at
        return p, go


def attributes(data):
    while len(data) >= 4:
        length, kind = struct.unpack_from("HH", data)
        if length < 4:
            return
        yield kind & 0x3FFF, data[4:length]
        data = data[(length + 3) & ~3:]


def parse(space, data, at):
    while len(data) >= 16:
        length, kind, _, _, _ = struct.unpack_from("IHHII", data)
        body = data[16:length]
        if kind == RTM_NEWLINK:
            _, _, index, flags, _ = struct.unpack_from("BxHiII", body)
            yield Event(at, space, "link", (index, flags & 0x41 == 0x41))
        elif kind in (RTM_NEWROUTE, RTM_DELROUTE) and body[1] == 32 and body[4] < 255:
            a = dict(attributes(body[12:]))
            via = socket.inet_ntoa(a[RTA_GATEWAY]) if RTA_GATEWAY in a else None
            yield Event(at, space, "add" if kind == RTM_NEWROUTE else "del",
                        (socket.inet_ntoa(a.get(RTA_DST, bytes(4))), via))
        data = data[(length + 3) & ~3:]


class Probe:
    def __init__(self, prefix, spaces):
        self.space = {name: Space(prefix, name) for name in spaces}
        self.sockets = {s.listen(): name for name, s in self.space.items()}
        self.poll = select.epoll()
        for s in self.sockets:
            self.poll.register(s, select.EPOLLIN)
        self.by_fd = {s.fileno(): (s, name) for s, name in self.sockets.items()}
        self.packets = None

    def index(self, space, dev):
        with self.space[space]:
            return socket.if_nametoindex(dev)

    def events(self, timeout):
        for fd, _ in self.poll.poll(timeout):
            s, name = self.by_fd[fd]
            while True:
                try:
                    data = s.recv(1 << 18)
                except BlockingIOError:
                    break
                at = time.monotonic()
                if name == "packet":
                    number, sent = struct.unpack_from("!Qd", data)
                    yield Event(at, name, "packet", (number, sent))
                else:
                    yield from parse(name, data, at)

    def stream(self, server, address):
        with self.space[server]:
            r = socket.socket(socket.AF_INET, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
            r.bind(("", PORT))
        with self.space["gw"]:
            s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            s.bind(("192.0.2.9", 0))
        self.poll.register(r, select.EPOLLIN)
        self.by_fd[r.fileno()] = (r, "packet")

        def send():
            start, i = time.monotonic(), 0
            while True:
                late = time.monotonic() - start - i / RATE
                if late < 0:
                    time.sleep(-late)
                try:
                    s.sendto(struct.pack("!Qd", i, time.monotonic()), (address, PORT))
                except OSError:
                    pass
                i += 1
        threading.Thread(target=send, daemon=True).start()

    def quiet(self, server, via):
        """Until packets flow and the gateway's route has been right for half a second."""
        right = time.monotonic()
        deadline = right + 60
        while time.monotonic() - right < 0.5:
            for e in self.events(0.02):
                if e.space in ("a", "b", "gw") and e.kind in ("add", "del"):
                    right = e.at
            out = subprocess.run(["ip", "-n", self.space["gw"].full, "route", "show", server],
                                 capture_output=True, text=True, check=False).stdout
            if f"via {via} " not in out or "nexthop" in out:
                right = time.monotonic()
            if time.monotonic() > deadline:
                raise RuntimeError(f"{server} is not behind {via}")

    def failure(self, kind, space, dev, server):
        """One failure; milliseconds of each part, None for what was not seen."""
        switch_port = self.index("a", "core0" if kind == "uplink" else "d2")
        server_port = self.index("s2", "pa")
        p, go = self.space[space].ip(f"link set {dev} down")
        time.sleep(0.05)
        seen = {}
        for e in self.events(0):
            if e.space == "packet":
                seen = {e.what[0]: e.at}
        t0 = go()
        at = {}
        end = t0 + 15
        while time.monotonic() < end:
            for e in self.events(0.01):
                if e.space == "packet":
                    seen[e.what[0]] = e.at
                    if "gw" in at:
                        at.setdefault("packet", e.at)
                elif e.space == "a" and e.kind == "link" and e.what == (switch_port, False):
                    at.setdefault("carrier", e.at)
                elif e.space == "s2" and e.kind == "link" and e.what == (server_port, False):
                    at.setdefault("server", e.at)
                elif e.space == "a" and e.kind == "del" and e.what[0] == server:
                    at.setdefault("withdrawn", e.at)
                elif e.space == "b" and e.kind == "add" and e.what == (server, None):
                    at.setdefault("advertised", e.at)
                elif e.space == "gw" and e.kind == "add" and e.what == (server, "10.0.2.3"):
                    at.setdefault("gw", e.at)
                    end = e.at + 0.5
        p.wait()

        def ms(a, b):
            return None if a not in at or b not in at else round((at[b] - at[a]) * 1000, 3)
        at["start"] = t0
        missing = max(seen) - min(seen) + 1 - len(seen) if seen else None
        return {"kind": kind, "lost": None if missing is None else missing * 1000 / RATE,
                "detection": ms("start", "carrier"), "withdrawal": ms("carrier", "withdrawn"),
                "server": ms("start", "server"), "learning": ms("server", "advertised"),
                "routing": ms("advertised", "gw"), "forwarding": ms("gw", "packet")}


def lost(probe, runs):
    server = "10.10.10.2"
    probe.stream("s2", server)
    cases = (("server-link", "a", "d2"), ("uplink", "gw", "up-a"))
    for run in range(runs):
        for kind, space, dev in cases:
            probe.quiet(server, "10.0.1.3")
            print(json.dumps(probe.failure(kind, space, dev, server) | {"run": run}), flush=True)
            subprocess.run(["ip", "-n", probe.space[space].full, "link", "set", dev, "up"],
                           check=True)


def table(probe, space, args):
    return subprocess.run(["ip", "-n", probe.space[space].full, "route", "show", *args],
                          capture_output=True, text=True, check=True).stdout.splitlines()


def move(probe, count, runs):
    """Gratuitous ARP of `count` servers on the other switch's port, after theirs went down."""
    def frames(first):
        mac = bytes.fromhex("02000000fe01")
        for i in range(first, first + count):
            ip = struct.pack("!I", 0x0A0A4000 + i)
            yield (b"\xff" * 6 + mac + struct.pack("!HHHBBH", 0x0806, 1, 0x0800, 6, 4, 1) +
                   mac + ip + bytes(6) + ip)
    with probe.space["s1"]:
        socks = {}
        for dev in ("pa", "pb"):
            socks[dev] = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
            socks[dev].bind((dev, 0))
    here, there = ("pa", "10.0.1.3", "d1", "a"), ("pb", "10.0.2.3", "d1", "b")

    def announce(dev):
        for i, frame in enumerate(frames(1)):
            while True:
                try:
                    socks[dev].send(frame)
                    break
                except OSError:  # no buffers for now
                    time.sleep(0.001)
            if i % 64 == 63:
                time.sleep(0.004)

    def arrived(via):
        lines = [x for x in table(probe, "gw", ["root", "10.10.64.0/18"])]
        return sum(f"via {via} " in x for x in lines), len(lines)

    def wait(via, dev, deadline=60):
        """Servers that are not heard say so again, as theirs would."""
        end, again = time.monotonic() + deadline, time.monotonic() + 3
        while time.monotonic() < end:
            right, all_ = arrived(via)
            if right == count and all_ == count:
                return True
            if time.monotonic() > again:
                announce(dev)
                again = time.monotonic() + 3
            time.sleep(0.02)
        return False
    announce(here[0])
    if not wait(here[1], here[0]):
        raise RuntimeError(f"{arrived(here[1])} of {count} routes at the start")
    for run in range(runs):
        start = time.monotonic()
        subprocess.run(["ip", "-n", probe.space[here[3]].full, "link", "set", here[2], "down"],
                       check=True)
        announce(there[0])
        done = wait(there[1], there[0])
        seconds = time.monotonic() - start
        right, all_ = arrived(there[1])
        print(json.dumps({"kind": "move", "run": run, "seconds": round(seconds, 3),
                          "there": right, "left_behind": all_ - right, "complete": done,
                          "published_by_old": len([x for x in table(
                              probe, here[3], ["table", "all", "proto", "200"])
                              if x.startswith("blackhole 10.10.") and not x.startswith("blackhole 10.10.10.")])}), flush=True)
        subprocess.run(["ip", "-n", probe.space[here[3]].full, "link", "set", here[2], "up"],
                       check=True)
        here, there = there, here
        time.sleep(1)


def main():
    prefix, what = sys.argv[1:3]
    if what == "lost":
        lost(Probe(prefix, ("a", "b", "gw", "s2")), int(sys.argv[3]))
    else:
        move(Probe(prefix, ("a", "b", "gw", "s1")), int(sys.argv[3]), int(sys.argv[4]))


if __name__ == "__main__":
    main()
