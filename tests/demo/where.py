#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors
"""What a pcap file holds, by destination; and what of it a switch would deliver to one MAC address.

  where.py count FILE.pcap PREFIX           a line per destination, PREFIX in front
  where.py deliver FILE.pcap MAC OUT.pcap   the frames to MAC
"""

import collections
import pathlib
import signal
import socket
import struct
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "functional"))
import pcap  # noqa: E402

ETHERNET, UDP, GPE = 14, 8, 8
IP4, VXLAN_GPE = 0x0800, 4790


def address(ip, at):
    return socket.inet_ntoa(ip[at : at + 4])


def header_length(ip):
    return (ip[0] & 15) * 4


def destination(frame):
    """Where a frame goes, in words."""
    if struct.unpack_from("!H", frame, 12)[0] != IP4:
        return "that are not IPv4"
    ip = frame[ETHERNET:]
    udp = ip[header_length(ip) :]
    if ip[9] != socket.IPPROTO_UDP or struct.unpack_from("!H", udp, 2)[0] != VXLAN_GPE:
        return f"{address(ip, 12)} -> {address(ip, 16)}"
    gpe = udp[UDP:]
    inner = gpe[GPE:]
    vni = int.from_bytes(gpe[4:7], "big")
    tunnel = f"VXLAN-GPE {address(ip, 12)} -> {address(ip, 16)}, VNI {vni}"
    return f"{address(inner, 12)} -> {address(inner, 16)} inside {tunnel}"


def count(path, prefix):
    found = collections.Counter(map(destination, pcap.read(path)))
    for text, packets in sorted(found.items()):
        print(f"{prefix}{packets:6d} packets  {text}")
    if not found:
        print(f"{prefix}     0 packets")


def deliver(path, mac, out):
    want = bytes.fromhex(mac.replace(":", ""))
    pcap.write(out, [frame for frame in pcap.read(path) if frame[:6] == want])


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    {"count": count, "deliver": deliver}[sys.argv[1]](*sys.argv[2:])
