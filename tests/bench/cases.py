# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors
"""What is measured: the cases of the forwarding matrix."""
import dataclasses

K, M = 1 << 10, 1 << 20
NUMBERS = {K: "1k", 64 * K: "64k", M: "1M"}


def number(n):
    return NUMBERS.get(n, str(n))


@dataclasses.dataclass(frozen=True)
class Case:
    """A set of hosts, a configuration and the packets that are sent."""
    role: str = "down"          # what the source sends: down, up, decap
    hosts: int = K
    kind: str = "dense"
    size: str = "64"
    tunnels: int = 0            # hosts are behind so many tunnels: encapsulation
    decap: int = 0              # packets come through so many tunnels
    group: bool = False         # through a tunnel group
    second: bool = False        # three ports and a fallback tunnel, hosts on acc0
    vlans: int = 0              # hosts are behind so many QinQ interfaces
    policing: bool = False
    cir: int = 0                # kbit/s of each host's meters, 0: more than can be sent
    cbs: int = 0                # octets
    off: tuple = ()             # features switched off
    idle: bool = False
    stress: str = "plain"
    drawn: int = 0              # packets are for the first so many hosts only, 0: for all
    dropped: bool = False       # packets are dropped, as they should be
    label: str = ""

    @property
    def ports(self):
        return 3 if self.tunnels or self.second else 2

    @property
    def name(self):
        down = "encap" if self.tunnels else "plain"
        what = self.label or (down if self.role == "down" else self.role)
        many = max(self.tunnels, self.decap)
        options = [f"{many}-tunnels"] if many > 1 else []
        options += ["policed"] if self.policing else []
        options += ["no-" + o for o in self.off]
        return "/".join([what, self.size, number(self.hosts), self.kind, *options])

    @property
    def config_name(self):
        """Cases that differ only in the packets share a configuration."""
        text = f"{self.kind}-{self.hosts}-t{self.tunnels}-d{self.decap}-v{self.vlans}-c{self.cir}"
        for flag in ("group", "second", "policing", "idle", "dropped"):
            text += f"-{flag}" if getattr(self, flag) else ""
        return text + "".join("-no" + o for o in self.off)

    def source_env(self, bench):
        roles = {0: "sink", 1: "sink", 2: "sink"}
        roles[1 if self.role == "up" else 0] = self.role
        env = {"PORTS": ",".join(f"{p}:{r}" for p, r in list(roles.items())[:self.ports]),
               "HOSTS": self.drawn or self.hosts, "SET": self.kind, "SIZE": self.size,
               "STRESS": self.stress, "NIC": int(bench.nic)}
        if self.decap:
            env.update(TUNNELS=self.decap, LOCAL="172.30.0.1", REMOTE="172.31.0.2")
        if self.dropped:
            env.update(TRIGGER="rx")
        return env


PATHS = {"plain": {}, "encap": {"tunnels": 1}, "decap": {"role": "decap", "decap": 1},
         "up": {"role": "up"}}


def quick():
    for path in PATHS.values():
        yield Case(hosts=M, **path)
    yield Case(hosts=K)
    yield Case(hosts=M, kind="sparse")
    yield Case(hosts=M, size="imix")
    yield Case(hosts=M, policing=True)
    yield Case(hosts=M, role="up", off=("guard",))


def full():
    for size in ("64", "imix"):
        for path in PATHS.values():
            for kind in ("dense", "sparse"):
                for hosts in NUMBERS:
                    yield Case(hosts=hosts, kind=kind, size=size, **path)
    for kind in ("dense", "sparse"):
        for hosts in (64 * K, M):
            yield Case(hosts=hosts, kind=kind, tunnels=1024)
            yield Case(hosts=hosts, kind=kind, role="decap", decap=1024)
        for hosts in NUMBERS:
            yield Case(hosts=hosts, kind=kind, policing=True)
            yield Case(hosts=hosts, kind=kind, policing=True, role="up")
    for hosts in (K, M):
        yield Case(hosts=hosts, role="up", off=("guard",))
    yield Case(hosts=M, role="up", off=("guard",), stress="unknown", label="strangers")


def worst():
    """Where a cache, a predictor or the fast lane helps least; rows of their own."""
    yield Case(hosts=M, kind="sparse", tunnels=1024, size="imix", label="worst-encap")
    yield Case(hosts=M, kind="sparse", role="up", policing=True, label="worst-up")
    yield Case(hosts=M, drawn=1, policing=True, label="one-host")
    yield Case(hosts=M, stress="options", label="ip-options")
    yield Case(hosts=M, stress="fragments", label="fragments")
    yield Case(hosts=M, stress="unknown", dropped=True, label="no-route")
    yield Case(hosts=M, stress="unknown", role="up", dropped=True, label="guard-drop")
