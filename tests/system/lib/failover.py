#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors
"""A server with two links, of which one has its address: the first that has a carrier.

  failover.py ADDRESS/LENGTH GATEWAY PRIMARY BACKUP [quiet]

Told of carrier by the kernel. A move is announced by gratuitous ARP, unless `quiet`; that of an IPv6
address by the kernel, when net.ipv6.conf.INTERFACE.ndisc_notify is 1 (at once, when accept_dad is 0).
Prints "ready", then "TIME INTERFACE" (monotonic seconds) for each move.
"""

import os
import socket
import struct
import subprocess
import sys
import time

RTMGRP_LINK, RTM_NEWLINK, RTM_GETLINK = 1, 16, 18
NLM_F_REQUEST, NLM_F_DUMP = 1, 0x300
IFF_UP, IFF_RUNNING = 1, 0x40


class Server:
    def __init__(self, address, gateway, names, quiet):
        self.address, self.gateway = address, gateway
        self.index = [socket.if_nametoindex(n) for n in names]
        self.names, self.up, self.active = names, [False, False], None
        self.six = ":" in address
        self.frames = None if quiet or self.six else [self.announcement(n) for n in names]
        self.ip = subprocess.Popen(["ip", "-batch", "-", "-force"], stdin=subprocess.PIPE,
                                   stderr=subprocess.DEVNULL)

    def announcement(self, name):
        s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
        s.bind((name, 0x0806))
        mac = s.getsockname()[4]
        ip = socket.inet_aton(self.address.split("/")[0])
        frame = (b"\xff" * 6 + mac + struct.pack("!HHHBBH", 0x0806, 1, 0x0800, 6, 4, 1) +
                 mac + ip + bytes(6) + ip)
        return s, frame

    def run(self, *lines):
        self.ip.stdin.write("".join(line + "\n" for line in lines).encode())
        self.ip.stdin.flush()

    def choose(self):
        up = [i for i in range(2) if self.up[i]]
        best = up[0] if up else None
        if best == self.active:
            return
        if self.active is not None:
            self.run(f"address del {self.address} dev {self.names[self.active]}")
        self.active = best
        print(f"{time.monotonic():.6f} {'none' if best is None else self.names[best]}", flush=True)
        if best is None:
            return
        # The gateway of an IPv6 server is on no prefix of its.
        self.run(f"address add {self.address} dev {self.names[best]}",
                 f"route replace default via {self.gateway} dev {self.names[best]}"
                 f"{' onlink' * self.six}")
        if self.frames:
            s, frame = self.frames[best]
            try:
                s.send(frame)
            except OSError:
                pass  # gone again

    def heard(self, data):
        while len(data) >= 32:
            length, kind, _, _, _ = struct.unpack_from("IHHII", data)
            if kind == RTM_NEWLINK:
                _, _, index, flags, _ = struct.unpack_from("BxHiII", data, 16)
                if index in self.index:
                    both = IFF_UP | IFF_RUNNING
                    self.up[self.index.index(index)] = flags & both == both
            data = data[(length + 3) & ~3:]
        self.choose()


def main():
    address, gateway, primary, backup = sys.argv[1:5]
    server = Server(address, gateway, [primary, backup], "quiet" in sys.argv[5:])
    s = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
    s.bind((0, RTMGRP_LINK))
    s.send(struct.pack("IHHII", 32, RTM_GETLINK, NLM_F_REQUEST | NLM_F_DUMP, 1, 0) + bytes(16))
    os.nice(-5)
    print("ready", flush=True)
    while True:
        server.heard(s.recv(65536))


if __name__ == "__main__":
    main()
