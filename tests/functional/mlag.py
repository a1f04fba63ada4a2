# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors
"""An MLAG pair, user planes ma and mb, and the messages between the two.

             ROUTER
              |           192.0.2.0/24, ports core
        ma --peer-- mb
     mem, mem2   mem, mem2
          |         |     10.2.0.0/24 and 2001:db8:2::/64 behind mem, 10.3.0.0/24 behind mem2
          H1 to H9
"""

import ipaddress
import json
import pathlib
import struct

from scapy.compat import raw
from scapy.layers.l2 import ARP, Ether
from scapy.packet import Raw

from layers import Node

MA = Node("02:00:00:00:aa:01", "10.2.0.2")
MB = Node("02:00:00:00:aa:02", "10.2.0.3")
PAIR = Node("00:00:5e:00:01:0a", "10.2.0.1")
MA6, MB6, PAIR6 = (Node(n.mac, f"2001:db8:2::{i}") for n, i in ((MA, 2), (MB, 3), (PAIR, 1)))
HOSTS = {f"H{i}": Node(f"02:00:0a:02:00:1{i}", f"10.2.0.1{i}") for i in range(1, 10)}
HOSTS6 = {f"{name}_6": Node(h.mac, f"2001:db8:2::1{name[1]}") for name, h in HOSTS.items()}
LINK_MAC = {MA.mac: "02:00:00:00:0a:b1", MB.mac: "02:00:00:00:0b:b1"}
ADDRESSES = {  # MLAG id -> own addresses, by device
    MA.mac: {1: ["10.2.0.2", "2001:db8:2::2"], 2: ["10.3.0.2"]},
    MB.mac: {1: ["10.2.0.3", "2001:db8:2::3"], 2: ["10.3.0.3"]},
}
EPOCH = 1  # of a replay
BUCKETS = 64
SECTION = json.loads((pathlib.Path(__file__).parent / "base" / "ma.json").read_text())["mlag"]


def octets(mac):
    return bytes.fromhex(mac.replace(":", ""))


def mapped(ip):
    """16 octets of an address, IPv4 as ::ffff:a.b.c.d."""
    packed = ipaddress.ip_address(ip).packed
    return packed if len(packed) == 16 else bytes(10) + b"\xff\xff" + packed


def fnv(state, data):
    state = state or 0xCBF29CE484222325
    for octet in data:
        state = (state ^ octet) * 0x100000001B3 & (1 << 64) - 1
    return state


def subnets(sender, vlans):
    """What is on link of its members: (MLAG id, VLAN, network)."""
    own = [(number, 0, ip) for number, ips in ADDRESSES[sender.mac].items() for ip in ips]
    for number, vlan, ip in own + [(1, vlan, ip) for vlan, ip in vlans.items()]:
        yield number, vlan, ipaddress.ip_interface(f"{ip}/{24 if '.' in ip else 64}").network


def digests(section, vrf, on_link):
    """(what must agree, what should) of a configuration; on_link: subnets()."""

    def numbers(*values):
        return fnv(0, struct.pack(f"!{len(values)}I", *values))

    must = fnv(fnv(0, octets(section["virtual_mac"])), bytes(4))  # no LACP
    must = fnv(must, vrf.encode())
    should = numbers(section.get("arp_timeout_s", 1200), section.get("learn_announced", False))
    for member in section["members"]:
        must += numbers(member["id"])
        for text in member.get("virtual_addresses", ()):
            must += fnv(numbers(member["id"]), mapped(text.split("/")[0]))
        should += numbers(member["id"], member.get("keep_up", False))
    for number, vlan, network in on_link:
        state = fnv(numbers(number, vlan), mapped(network.network_address))
        should += fnv(state, struct.pack("!I", network.prefixlen))
    return must & (1 << 64) - 1, should & (1 << 64) - 1


def mix(state, word):
    state = (state ^ word) * 0x9E3779B97F4A7C15 & (1 << 64) - 1
    return state ^ state >> 29


def entry_digest(host, mlag, vlan):
    """(bucket, digest) of an entry."""
    high, low = struct.unpack("!QQ", mapped(host.ip))
    state = mix(mix(mix(0x676F64776974, high), low), vlan)
    bucket = state >> 32 & BUCKETS - 1
    state = mix(state, int.from_bytes(octets(host.mac), "big") << 16 | mlag)
    return bucket, mix(state, state >> 32)


def message(sender, kind, sub, flags, epoch, seq, records, body):
    to = MB if sender.mac == MA.mac else MA
    head = struct.pack("!BBBB6sIIH", 1, kind, sub, flags, octets(sender.mac), epoch, seq, records)
    ether = Ether(src=LINK_MAC[sender.mac], dst=to.mac, type=0x88B5)
    return ether / Raw(head + body)


def tlv(kind, value):
    return struct.pack("!HH", kind, len(value)) + value


def HELLO(
    sender,
    seq,
    hears=0,
    role=0,
    up=(1, 2),
    entries=(),
    unconfirmed=0,
    epoch=EPOCH,
    restarted=False,
    mlag=1,
    vlan=0,
    section=None,
    vrf="default",
    priority=100,
    more=None,
    acks=True,
):
    """`entries`: hosts that it holds confirmed; `up`: members whose port is up; `section`: what its
    section "mlag" has otherwise than that of the base; `vrf`: name of the pair's; `more`:
    addresses of member 1 in VLANs; `acks`: it wants to hear what was learned."""
    sums = [0] * BUCKETS
    for host in entries:
        bucket, digest = entry_digest(host, mlag, vlan)
        sums[bucket] = sums[bucket] + digest & (1 << 64) - 1
    body = tlv(1, struct.pack("!II", len(entries), unconfirmed) + struct.pack("!64Q", *sums))
    body += tlv(2, struct.pack("!BBHI", role, 0, priority, hears))
    must, should = digests({**SECTION, **(section or {})}, vrf, subnets(sender, more or {}))
    body += tlv(4, struct.pack("!QQ", must, should))
    body += tlv(5, struct.pack("!H", 1 << 1 | 1 << 2 | 1 << 3 | (1 << 5 if acks else 0)))
    for number, own in ADDRESSES[sender.mac].items():
        body += tlv(3, struct.pack("!HBBH6sH", number, number in up, 0, 0, bytes(6), 0))
    for number, own in ADDRESSES[sender.mac].items():
        own = [(0, ip) for ip in own] + (list((more or {}).items()) if number == 1 else [])
        value = struct.pack("!HII", number, len(own), 0)
        body += tlv(6, value + b"".join(struct.pack("!H", v) + mapped(ip) for v, ip in own))
    flags = 1 if restarted else 0
    return message(sender, 1, 0, flags, epoch, seq, 4 + 2 * len(ADDRESSES[sender.mac]), body)


def record(packet, mlag=1, vlan=0, vrf=0):
    packet = raw(packet)
    return struct.pack("!HHHH", len(packet) + 6, mlag, vlan, vrf) + packet


def SYNC(sender, seq, packets, sub=1, epoch=EPOCH, restarted=False, **driver):
    """Packets as they were received, from their Ethernet header on; sub 1 ARP, 2 group, 3 ND."""
    body = b"".join(record(p, **driver) for p in packets)
    flags = 1 if restarted else 0
    return message(sender, 2, sub, flags, epoch, seq, len(packets), body)


def ACK(sender, seq, hosts, **driver):
    """What the sender has learned of the receiver's records."""
    return SYNC(sender, seq, [mapped(h.ip) + octets(h.mac) for h in hosts], sub=5, **driver)


def REPLY(host, to, **more):
    """ARP reply of a host to a device or the pair, or with dst=BROADCAST."""
    arp = ARP(op="is-at", hwsrc=host.mac, psrc=host.ip, hwdst=to.mac, pdst=to.ip)
    return Ether(**{"src": host.mac, "dst": to.mac, **more}) / arp


def ASK(who, target, dst="ff:ff:ff:ff:ff:ff"):
    """ARP request."""
    arp = ARP(op="who-has", hwsrc=who.mac, psrc=who.ip, pdst=target)
    return Ether(src=who.mac, dst=dst) / arp


def OTHERS(count):
    """Frames that are not for this device: what stands behind them comes in a later burst."""
    return [Ether(src="02:00:00:00:99:99", dst="02:00:00:00:99:98") / Raw(bytes(46))] * count


def words():
    values = {**HOSTS, **HOSTS6}
    for name in ("MA", "MB", "PAIR", "MA6", "MB6", "PAIR6", "EPOCH"):
        values[name] = globals()[name]
    functions = (HELLO, SYNC, ACK, REPLY, ASK, OTHERS, message, record, tlv)
    return {**values, **{f.__name__: f for f in functions}}
