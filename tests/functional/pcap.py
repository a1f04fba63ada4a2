#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors
"""Reads and writes pcap files, and builds those of the demo.

  pcap.py demo OUT.pcap [--count N] [--clients IP,IP..] ...   traffic from the internet to clients
  pcap.py build PACKETS PORT OUT.pcap [--tags vlan|qinq]      what a packets file puts into a port
  pcap.py show FILE.pcap...                                   one line per packet
"""

import argparse
import pathlib
import random
import signal
import struct

ETHERNET = 1


def read(path):
    """Frames of a classic pcap file of either byte order; one that ends early ends the list."""
    data = pathlib.Path(path).read_bytes()
    if len(data) < 24:
        return []
    order = "<" if data[:4] in (b"\xd4\xc3\xb2\xa1", b"\x4d\x3c\xb2\xa1") else ">"
    frames, at = [], 24
    while at + 16 <= len(data):
        (size,) = struct.unpack_from(order + "I", data, at + 8)
        if at + 16 + size > len(data):
            break
        frames.append(data[at + 16 : at + 16 + size])
        at += 16 + size
    return frames


def write(path, frames):
    with open(path, "wb") as out:
        out.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, ETHERNET))
        for i, frame in enumerate(frames):
            out.write(struct.pack("<IIII", i // 1000000, i % 1000000, len(frame), len(frame)))
            out.write(frame)


# Sizes of the IP packets of the demo: the simple IMIX, 7 : 4 : 1.
IMIX = [64] * 7 + [594] * 4 + [1400]


def demo(count, server, clients, src, dst, seed):
    """UDP, TCP and ICMP from an internet host, two packets in three for the first client."""
    from scapy.compat import raw
    from scapy.layers.inet import ICMP, IP, TCP, UDP
    from scapy.layers.l2 import Ether
    from scapy.packet import Raw

    rng = random.Random(seed)
    for i in range(count):
        client = clients[0] if i % 3 < 2 or len(clients) == 1 else rng.choice(clients[1:])
        kind = rng.randrange(10)
        if kind < 6:
            upper = UDP(sport=443, dport=40000 + rng.randrange(8))
        elif kind < 9:
            upper = TCP(sport=443, dport=50000 + rng.randrange(8), flags="A", seq=i, window=65535)
        else:
            upper = ICMP(type="echo-request", id=7, seq=i & 0xFFFF)
        room = rng.choice(IMIX) - 20 - len(raw(upper))
        packet = (
            IP(src=server, dst=client, ttl=60, id=i & 0xFFFF) / upper / Raw(rng.randbytes(room))
        )
        yield raw(Ether(src=src, dst=dst) / packet)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    p = commands.add_parser("demo", help="traffic from the internet to clients")
    p.add_argument("out")
    p.add_argument("--count", type=int, default=3000)
    p.add_argument("--server", default="198.51.100.9")
    p.add_argument("--clients", default="10.1.1.5,10.1.1.6,10.1.1.8", help="the main one first")
    p.add_argument("--src", default="02:00:00:00:00:fe", help="MAC of the router")
    p.add_argument("--dst", default="02:00:00:00:0a:01", help="MAC of the user plane's port")
    p.add_argument("--seed", type=int, default=1)
    p = commands.add_parser("build", help="what goes into a port in a packets file")
    p.add_argument("packets")
    p.add_argument("port")
    p.add_argument("out")
    p.add_argument("--tags", default="", choices=["", "vlan", "qinq"])
    p = commands.add_parser("show", help="one line per packet")
    p.add_argument("files", nargs="+")
    args = parser.parse_args()

    if args.command == "demo":
        clients = args.clients.split(",")
        write(args.out, demo(args.count, args.server, clients, args.src, args.dst, args.seed))
    elif args.command == "build":
        import language

        story = language.Story(pathlib.Path(args.packets), args.tags)
        write(args.out, story.frames_in(*story.split(args.port)))
    else:
        import compare

        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
        for path in args.files:
            for i, frame in enumerate(read(path)):
                print("%s %4d  %s" % (path, i, compare.summary(frame)))


if __name__ == "__main__":
    main()
