#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors
"""publish_time.py RUNS MANY NS_A NS_B NS_GW SOCKET_A SOCKET_B
Times of published routes, as the kernels of user plane a and of the gateway tell of them: one
prefix RUNS times, MANY that appear, move and go. JSON on standard output."""
import ctypes
import json
import os
import select
import socket
import struct
import sys
import time

PROTOCOL = 200
NEW, DEL = 24, 25
DST, GATEWAY, MULTIPATH = 1, 5, 9
RTMGRP_IPV4_ROUTE = 0x40
SO_RCVBUFFORCE = 33
VIA = {"a": "10.0.1.3", "b": "10.0.2.3"}
DEADLINE = 30


def attributes(data):
    at = 0
    while at + 4 <= len(data):
        length, kind = struct.unpack_from("=HH", data, at)
        if length < 4:
            return
        yield kind & 0x3fff, data[at + 4:at + length]
        at += (length + 3) & ~3


def gateways(data):
    found, at = [], 0
    while at + 8 <= len(data):
        length = struct.unpack_from("=H", data, at)[0]
        found += [socket.inet_ntoa(v) for k, v in attributes(data[at + 8:at + length])
                  if k == GATEWAY]
        at += (length + 3) & ~3
    return found


class Kernel:
    """Route notifications of a namespace, and what they come to: prefix -> gateways."""

    def __init__(self, namespace):
        with open(f"/run/netns/{namespace}", "rb") as f:
            if ctypes.CDLL(None, use_errno=True).setns(f.fileno(), 0) != 0:
                raise OSError(ctypes.get_errno(), f"setns {namespace}")
        self.socket = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
        self.socket.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 256 << 20)
        self.socket.bind((0, RTMGRP_IPV4_ROUTE))
        self.routes = {}
        self.changed = {}  # prefix -> time of its last change
        self.by = {}  # gateways -> prefixes

    def fileno(self):
        return self.socket.fileno()

    def read(self):
        data, now, at = self.socket.recv(1 << 20), time.monotonic_ns(), 0
        while at + 16 <= len(data):
            length, kind = struct.unpack_from("=IH", data, at)
            if kind in (NEW, DEL):
                self.route(kind, data[at + 16:at + length], now)
            at += (length + 3) & ~3

    def route(self, kind, data, now):
        length, table, protocol = data[1], data[4], data[5]
        prefix, via = None, []
        for k, v in attributes(data[12:]):
            if k == DST:
                prefix = f"{socket.inet_ntoa(v)}/{length}"
            elif k == GATEWAY:
                via.append(socket.inet_ntoa(v))
            elif k == MULTIPATH:
                via += gateways(v)
        if self.ours(table, protocol):
            self.changed[prefix] = now
            if prefix in self.routes:
                self.by[self.routes.pop(prefix)].discard(prefix)
            if kind == NEW:
                self.routes[prefix] = tuple(sorted(via))
                self.by.setdefault(self.routes[prefix], set()).add(prefix)

    def count(self, *via):
        """Prefixes that lead there and nowhere else."""
        return len(self.by.get(via, ()))


class UserPlane(Kernel):
    def ours(self, _table, protocol):
        return protocol == PROTOCOL


class Gateway(Kernel):
    def ours(self, table, protocol):
        return table == 254 and protocol > 4


class Control:
    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(path)

    def run(self, *commands):
        """All of them, their answers read while they are carried out."""
        text = "".join(f"t {c}\n" for c in commands).encode()
        answers, buffer = 0, b""
        while answers < len(commands):
            ready = select.select([self.socket], [self.socket] if text else [], [])
            if ready[1]:
                text = text[self.socket.send(text[:65536]):]
            if ready[0]:
                buffer += self.socket.recv(1 << 16)
                *lines, buffer = buffer.split(b"\n")
                for line in lines:
                    answers += line[:1] == b"E"
                    if line[:1] == b"E" and line != b"E0":
                        raise SystemExit(f"godwit refuses: {line.decode()}")


def until(kernels, condition, what):
    """The loop's end; time of the condition."""
    deadline = time.monotonic() + DEADLINE
    while not condition():
        left = deadline - time.monotonic()
        if left <= 0:
            raise SystemExit(f"not within {DEADLINE} s: {what}")
        for k in select.select(kernels, [], [], left)[0]:
            k.read()


def add(ip, cost):
    return f"add host {ip} mac 02:00:00:00:10:10 interface acc0 publish cost {cost}"


def single(label, runs, ip_of, a, gateway, control):
    """One prefix after the other, by its number; or always the same one."""
    found = {}
    for run in range(runs):
        ip = ip_of(run)
        prefix = ip + "/32"
        for name, command, there in (("advertise", add(ip, 20), True),
                                     ("withdraw", f"del host {ip}", False)):
            start = time.monotonic_ns()
            control.run(command)
            until([a, gateway], lambda p=prefix, t=there: (p in a.routes) == t and
                  (p in gateway.routes) == t, f"{name} {prefix}")
            found.setdefault(f"{label}{name}/all", []).append(
                (gateway.changed[prefix] - start) / 1e6)
            found.setdefault(f"{label}{name}/routing", []).append(
                (gateway.changed[prefix] - a.changed[prefix]) / 1e6)
            time.sleep(0.1)  # of the next one's own
    return [{"name": k, "unit": "ms", "values": v} for k, v in found.items()]


def many(count, runs, a, b, gateway, controls):
    ips = [f"10.1.{i // 250}.{i % 250 + 1}" for i in range(count)]
    prefixes = [ip + "/32" for ip in ips]
    kernels = [a, b, gateway]
    found = {"appear": [], "move": [], "go": []}

    before = len(a.routes), len(b.routes), len(gateway.routes)

    def timed(name, via, *work):
        start = time.monotonic_ns()
        for who, commands in work:
            controls[who].run(*commands)
        if via is None:  # nothing left, of anybody
            until(kernels, lambda: (len(a.routes), len(b.routes), len(gateway.routes)) == before,
                  name)
        else:
            until(kernels, lambda: gateway.count(via) >= count, name)
        found[name].append((max(gateway.changed[p] for p in prefixes) - start) / 1e6)

    for _ in range(runs):
        timed("appear", VIA["a"], ("a", [add(ip, 20) for ip in ips]))
        # The new way first.
        timed("move", VIA["b"], ("b", [add(ip, 10) for ip in ips]),
              ("a", [f"del host {ip}" for ip in ips]))
        timed("go", None, ("b", [f"del host {ip}" for ip in ips]))
    return [{"name": f"{k}/{count}", "unit": "ms", "values": v} for k, v in found.items()]


def main():
    runs, count = int(sys.argv[1]), int(sys.argv[2])
    a, b = UserPlane(sys.argv[3]), UserPlane(sys.argv[4])
    gateway = Gateway(sys.argv[5])
    controls = {"a": Control(sys.argv[6]), "b": Control(sys.argv[7])}
    rows = single("", runs, lambda run: f"10.10.10.{run % 200 + 10}", a, gateway, controls["a"])
    rows += single("again/", runs, lambda _: "10.10.10.9", a, gateway, controls["a"])
    if count:
        rows += many(count, max(runs // 7, 1), a, b, gateway, controls)
    json.dump(rows, sys.stdout)
    os.write(1, b"\n")


main()
