# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors
"""The two small languages of a case: packets and counters. README.md describes them."""

import re

from scapy.packet import Packet

import mcast
import names

VARIANTS = {
    # name: (tags of access frames, data room of an mbuf)
    "plain": ("", None),
    "vlan": ("vlan", None),
    "qinq": ("qinq", None),
    "chained": ("", 256),
    "qinq-chained": ("qinq", 271),
}


class CaseError(Exception):
    """The case itself is wrong."""


def statements(path):
    """(line number, text) of each statement; one goes on over indented lines."""
    pending, start = "", 0
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        if line[0] in " \t" and pending:
            pending += " " + line.strip()
            continue
        if pending:
            yield start, pending
        pending, start = line.strip(), number
    if pending:
        yield start, pending


def frames_of(value):
    """Packets, octets or any nesting of sequences of them, as a flat list."""
    if isinstance(value, (Packet, bytes)):
        return [value]
    return [frame for part in value for frame in frames_of(part)]


def ranges(text):
    """A hexadecimal range written out: "a{8..b}" is ["a8", "a9", "aa", "ab"]."""
    part = re.fullmatch(r"(.*){(\w+)\.\.(\w+)}(.*)", text)
    if not part:
        return [text]
    first, last = int(part[2], 16), int(part[3], 16)
    return [f"{part[1]}{n:x}{part[4]}" for n in range(first, last + 1)]


def expand(value):
    """A configuration with the ranges in the strings of its arrays written out."""
    if isinstance(value, dict):
        return {key: expand(of) for key, of in value.items()}
    if not isinstance(value, list):
        return value
    out = []
    for of in value:
        out += ranges(of) if isinstance(of, str) else [expand(of)]
    return out


def address(word):
    """The address of a tree, or the first address of a node, by its name."""
    node = mcast.NODES.get(word)
    return node.first if node else mcast.TREES.get(word, word)


class Story:
    """A packets file: what goes into which port and what must come out, in order per port.

    Ports are keys (up, port); `up` is "up" in a case with one user plane.
    """

    def __init__(self, path, tags):
        self.path = path
        self.sent, self.expected = {}, {}  # port -> list; of sent also (up, port) to take from
        self.skips = {}  # variant -> reason
        self.equation_only = None
        self.ups = []
        known = names.names(tags)
        for number, text in statements(path):
            try:
                self._statement(text, known)
            except CaseError as error:
                raise CaseError(f"{path}:{number}: {error}") from None
            except Exception as error:
                raise CaseError(f"{path}:{number}: {type(error).__name__}: {error}") from error

    def _statement(self, text, known):
        if match := re.fullmatch(r"skip ([\w, -]+): (.+)", text):
            for variant in re.split(r"[, ]+", match[1]):
                if variant not in VARIANTS:
                    raise CaseError(f"no variant '{variant}', there are {', '.join(VARIANTS)}")
                self.skips[variant] = match[2]
        elif match := re.fullmatch(r"equation only: (.+)", text):
            self.equation_only = match[1]
        elif match := re.fullmatch(r"([\w.-]+)\s+in\s+from\s+([\w.-]+)", text):
            self._port(self.sent, match[1]).append(self.split(match[2]))
        elif match := re.fullmatch(r"([\w.-]+)\s+(in|out)\s+(.+)", text):
            where = self.sent if match[2] == "in" else self.expected
            self._port(where, match[1]).extend(frames_of(eval(match[3], known)))
        elif match := re.fullmatch(r"(\w+)\s*=\s*(.+)", text):
            known[match[1]] = eval(match[2], known)
        else:
            raise CaseError(
                "neither 'PORT in PACKET', 'PORT out PACKET', 'NAME = VALUE', nor 'skip'"
            )

    @staticmethod
    def split(port):
        up, _, name = port.rpartition(".")
        return up or "up", name

    def _port(self, where, text):
        port = self.split(text)
        if port[0] not in self.ups:
            self.ups.append(port[0])
        return where.setdefault(port, [])

    def sources(self, up):
        """User planes whose output this one is fed."""
        return {
            f[0]
            for (u, _), frames in self.sent.items()
            if u == up
            for f in frames
            if isinstance(f, tuple)
        }

    def order(self):
        """User planes, each after those whose output it is fed."""
        done = []
        while len(done) < len(self.ups):
            ready = [u for u in self.ups if u not in done and self.sources(u) <= set(done)]
            if not ready:
                raise CaseError(f"{self.path}: 'from' goes in a circle")
            done += ready
        return done

    def frames_in(self, up, port, sent_by=lambda up, port: []):
        """Octets of what goes in; sent_by: what another user plane sent."""
        frames = []
        for frame in self.sent.get((up, port), []):
            frames += sent_by(*frame) if isinstance(frame, tuple) else [bytes(frame)]
        return frames


def counters(path, ups):
    """{up: {(kind, name, counter): value}}; `[up]` begins a user plane's part."""
    wanted = {up: {} for up in ups}
    up = ups[0] if len(ups) == 1 else None
    if not path.exists():
        return wanted
    for number, text in statements(path):
        words = text.split("#")[0].split()
        if match := re.fullmatch(r"\[(\w+)\]", text):
            up = match[1]
            if up not in wanted:
                raise CaseError(f"{path}:{number}: no user plane '{up}' in packets")
            continue
        kind = words.pop(0)
        try:
            if up is None:
                raise CaseError("which user plane? '[a]' begins the part of a")
            if kind in ("interface", "tunnel", "host"):
                name = words.pop(0)
                name = getattr(names, name, name)
                pairs = [(kind, name, key) for key in words[::2]]
            elif kind == "tree":
                tree = address(words.pop(0))
                pairs = [(kind, tree, key) for key in words[::2]]
            elif kind == "branch":
                tree, to = address(words.pop(0)), ranges(address(words.pop(0)))
                pairs = [(kind, f"{tree} {one}", key) for one in to for key in words[::2]]
                words *= len(to)
            elif kind in ("drop", "event", "mlag"):
                pairs = [(kind, "", key) for key in words[::2]]
            elif kind in ("originated", "copied", "consumed", "held"):
                pairs, words = [("total", "", kind)], [kind] + words
            else:
                raise CaseError(f"no counter '{kind}'")
            if len(words) % 2 or not words:
                raise CaseError("each counter needs a value")
            for key, value in zip(pairs, words[1::2]):
                if key in wanted[up]:
                    raise CaseError(f"{' '.join(key)} stands there twice")
                wanted[up][key] = int(value)
        except (CaseError, ValueError, IndexError) as error:
            raise CaseError(f"{path}:{number}: {error}") from None
    return wanted
