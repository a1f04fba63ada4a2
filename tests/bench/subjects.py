# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors
"""The programs that are compared: how each is started for a case."""
import os
import shutil
import subprocess

import godwit


def eal(bench, ports):
    """One worker on CPU 1, everything else on CPU 0."""
    memory = ["--in-memory"] if bench.huge else ["--no-huge", "-m", "3072", "--no-shconf"]
    devices = [a for i in range(ports) for a in ("--vdev", f"net_null{i}")]
    return ["-l", "0,1", "--no-pci", "--no-telemetry", *memory, *devices]


def write_rules(bench, case, step, template):
    """A file with a text for every `step`th host, once."""
    path = os.path.join(bench.scratch, f"{case.kind}-{case.hosts}-{step}.rules")
    if not os.path.exists(path):
        with open(path + ".tmp", "wb") as f:
            subprocess.run([bench.path("gw_hostlist"), case.kind, "0", str(case.hosts), str(step),
                            "1", template], stdout=f, check=True)
        os.rename(path + ".tmp", path)
    return path


class Testpmd:
    """dpdk-testpmd in mac mode: no lookup, the floor under every forwarder."""
    name = "testpmd"
    chatty = False

    def __init__(self, bench):
        self.bench = bench

    def missing(self):
        return None if shutil.which("dpdk-testpmd") else "dpdk-testpmd (package dpdk) is missing"

    def takes(self, case):
        # What it does depends on the packets alone.
        return not case.policing and not case.off and not case.dropped

    def command(self, case):
        # Without --no-flush-rx it would throw away the first packets.
        return ["dpdk-testpmd", *eal(self.bench, 2), "--", "--forward-mode=mac", "--auto-start",
                "--no-flush-rx", "--total-num-mbufs=16384"]


class L3fwd:
    """DPDK's l3fwd with rte_fib, every host with a next hop of its own."""
    name = "l3fwd"
    chatty = True  # a line per route
    step, template = 1, "R@ip/32 1"

    def __init__(self, bench):
        self.bench = bench
        self.dir = os.path.join(bench.work, "l3fwd")

    def missing(self):
        here = os.path.dirname(os.path.abspath(__file__))
        run = subprocess.run([os.path.join(here, "l3fwd.sh"), self.dir], capture_output=True,
                             text=True, check=False)
        if run.returncode == 0:
            return None
        return (run.stderr.strip().splitlines() or ["l3fwd.sh failed"])[-1]

    def takes(self, case):
        return (case.role == "down" and not case.tunnels and not case.policing and
                not case.off and not case.dropped)

    def command(self, case):
        rules = write_rules(self.bench, case, self.step, self.template)
        rules6 = os.path.join(self.bench.scratch, "6.rules")
        with open(rules6, "w", encoding="ascii") as f:
            f.write("R2001:db8::/32 1\n")
        classify = [] if self.bench.nic else ["--parse-ptype"]
        return [os.path.join(self.dir, "l3fwd"), *eal(self.bench, 2), "--", "-p", "3",
                "--config=(0,0,1)", "--lookup=fib", *classify, "--rule_ipv4=" + rules,
                "--rule_ipv6=" + rules6]


class L3fwdNets(L3fwd):
    """The same with one route per /24, which is what its table makes of /32s with one next hop."""
    name = "l3fwd-24"
    step, template = 256, "R@ip/24 1"

    def takes(self, case):
        return super().takes(case) and case.kind == "dense" and case.hosts >= 65536


ALL = (godwit.Godwit, Testpmd, L3fwd, L3fwdNets)
