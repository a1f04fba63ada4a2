# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors
"""Compares what came with what a case expects; every function returns a list of lines of text,
empty when all is right."""

from scapy.compat import raw
from scapy.layers.l2 import Ether
from scapy.packet import Packet
from scapy.utils import hexdump

from layers import Any


def summary(frame):
    return f"{len(raw(frame))} octets: {Ether(raw(frame)).summary()}"


# Fields that the sender may choose: first octet in the layer, octets, mask.
CHOICES = {"id": (4, 2, 0xFFFF), "sport": (0, 2, 0xFFFF), "fl": (0, 4, 0xFFFFF)}


def fill(expected, got, chosen):
    """Octets that are expected, with the fields that the sender may choose taken from `got`.
    `chosen` collects the named ones: name -> set of values."""
    if not isinstance(expected, Packet):
        return bytes(expected)
    expected = expected.copy()
    for layer in expected.iterpayloads():
        for field, value in list(layer.fields.items()):
            if not isinstance(value, Any):
                continue
            start = len(raw(expected)) - len(raw(layer))
            at, octets, mask = CHOICES[field]
            start += at
            came = int.from_bytes(got[start : start + octets], "big") & mask
            if came >= value.least:
                layer.fields[field] = came
            if value.name:
                chosen.setdefault(value.name, set()).add(came)
    return raw(expected)


def fields(expected, got):
    """The fields in which two frames differ, as scapy reads them."""
    lines = []
    one, two = Ether(expected), Ether(got)
    while one or two:
        if type(one) is not type(two):
            lines.append(f"  {one.name or 'nothing'} expected, {two.name or 'nothing'} came")
            break
        for field in one.fields_desc:
            a, b = one.getfieldval(field.name), two.getfieldval(field.name)
            if a != b:
                a, b = (x.hex() if isinstance(x, bytes) else field.i2repr(one, x) for x in (a, b))
                lines.append(f"  {one.name} {field.name}: {a} expected, {b} came")
        one, two = one.payload, two.payload
    return lines


def dump(title, frame):
    return [f"  {title}, {summary(frame)}"] + [
        "    " + line for line in hexdump(frame, dump=True).splitlines()
    ]


def frames(port, expected, got, chosen):
    """In order, octet for octet; the first difference in full."""
    lines = []
    for i, (want, came) in enumerate(zip(expected, got)):
        want = fill(want, came, chosen)
        if want != came:
            lines.append(f"{port}: packet {i + 1} differs")
            lines += fields(want, came) + dump("expected", want) + dump("came", came)
            break
    if len(expected) != len(got):
        lines.append(f"{port}: {len(expected)} packets expected, {len(got)} came")
    if lines:
        for title, some in (("expected", expected), ("came", got)):
            lines += [f"  {title} {i + 1}: {summary(f)}" for i, f in enumerate(some[:12])]
            if len(some) > 12:
                lines.append(f"  and {len(some) - 12} more")
    return lines


def choices(chosen):
    """Values of one name are equal, those of two names differ."""
    lines = [f"'{n}' should be one value, is {sorted(v)}" for n, v in chosen.items() if len(v) > 1]
    values = [min(v) for v in chosen.values()]
    if not lines and len(set(values)) < len(values):
        lines.append(f"{sorted(chosen)} should all differ: {values}")
    return lines


TOTALS = ("received", "originated", "copied", "sent", "dropped", "consumed", "held")


IO = ("rx_packets", "rx_octets", "tx_packets", "tx_octets")


def flatten(stats):
    """--stats-json as {(kind, name, counter): value}."""
    flat = {("total", "", key): stats["drop"][key] for key in TOTALS}
    for reason, count in stats["drop"]["reasons"].items():
        flat["drop", "", reason.removeprefix("drop_")] = count
    for event, count in stats.get("events", {}).items():
        flat["event", "", event] = count
    for counter, value in stats.get("mlag", {}).items():
        flat["mlag", "", counter] = value
    for kind in ("port", "interface", "tunnel"):
        for name, values in stats.get(kind + "s", {}).items():
            flat.update({(kind, name, key): value for key, value in values.items()})
    for tree in stats.get("trees", []):
        flat.update({("tree", tree["source"], key): tree[key] for key in IO})
        for branch in tree["branches"]:
            name = f"{tree['source']} {branch['address']}"
            flat.update({("branch", name, key): branch[key] for key in IO[2:]})
    for host in stats.get("hosts", []):
        name = host["ip"] + ("@" + host["vrf"] if host.get("vrf", "default") != "default" else "")
        for key, value in host.items():
            if key.endswith(("packets", "octets")):
                flat["host", name, key] = value
    return {key: value for key, value in flat.items() if isinstance(value, int)}


def equation(stats):
    """received + originated + copied = sent + dropped + consumed + held; drops have reasons."""
    drop = stats["drop"]
    left = drop["received"] + drop["originated"] + drop["copied"]
    right = drop["sent"] + drop["dropped"] + drop["consumed"] + drop["held"]
    lines = []
    if left != right or drop["balanced"] is not True:
        lines.append(
            "not balanced: " + ", ".join(f"{key} {drop[key]}" for key in (*TOTALS, "balanced"))
        )
    reasons = sum(drop["reasons"].values())
    if reasons != drop["dropped"]:
        lines.append(f"dropped {drop['dropped']}, the reasons add up to {reasons}")
    return lines


def mbufs(stats):
    """Every packet buffer is back in its pool, but for those of packets that are held."""
    used = sum(pool["in_use"] for pool in stats["mbufs"].values())
    held = stats["drop"]["held"]
    if held <= used and (held or not used):
        return []
    return [f"{used} packet buffers are in use, {held} packets are held"]


def counters(wanted, got):
    """Every counter: those of the case have its value, all others are 0."""
    lines = []
    for key in sorted(wanted.keys() | got.keys()):
        want, came = wanted.get(key, 0), got.get(key, 0 if key[0] == "drop" else None)
        if want != came:
            text = " ".join(word for word in key if word)
            lines.append(
                f"counter {text}: {want} expected, {'not there' if came is None else came}"
            )
    return lines
