#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors
"""A host that is a member of multicast groups until it is killed.

member.py INTERFACE WHAT...   WHAT: GROUP, SOURCE@GROUP (wants this source only) or -SOURCE@GROUP
                              (wants all but this source; of a group that is joined already)

Prints "ready" when it has joined.
"""

import ipaddress
import signal
import socket
import struct
import sys

MCAST_JOIN_GROUP, MCAST_BLOCK_SOURCE, MCAST_JOIN_SOURCE_GROUP = 42, 43, 46  # linux/in.h


def sockaddr(address):
    """struct sockaddr_storage of an address"""
    if address.version == 4:
        head = struct.pack("=HH4s", socket.AF_INET, 0, address.packed)
    else:
        head = struct.pack("=HHI16sI", socket.AF_INET6, 0, 0, address.packed, 0)
    return head.ljust(128, b"\0")


def main():
    index = socket.if_nametoindex(sys.argv[1])
    sockets = {}
    for what in sys.argv[2:]:
        source, _, group = what.rpartition("@")
        group = ipaddress.ip_address(group)
        family, level = (
            (socket.AF_INET, socket.IPPROTO_IP)
            if group.version == 4
            else (socket.AF_INET6, socket.IPPROTO_IPV6)
        )
        if group not in sockets:
            sockets[group] = socket.socket(family, socket.SOCK_DGRAM)
        request = struct.pack("=I4x", index) + sockaddr(group)
        option = MCAST_JOIN_GROUP
        if source:
            option = MCAST_BLOCK_SOURCE if source[0] == "-" else MCAST_JOIN_SOURCE_GROUP
            request += sockaddr(ipaddress.ip_address(source.lstrip("-")))
        sockets[group].setsockopt(level, option, request)
    print("ready", flush=True)
    signal.pause()


main()
