# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors
"""Published routes: until the gateway's kernel follows, through the shipped configurations of FRR
and BIRD (publish.sh)."""
import json
import os
import shutil
import subprocess

from source import Failed
from table import Row

WAYS = ("frr-ospf-import-table", "frr-ospf-redistribute", "frr-bgp", "bird-bgp")
RUNS = 21
MANY = 10000


def publish(bench):
    """One prefix after the other, and always the same one (again), from the command (all) and from
    our write to the kernel (routing) on; 10,000 that appear, move to the other user plane, and go."""
    for command in ("ip", "ethtool", "vtysh", "bird"):
        if shutil.which(command) is None:
            raise Failed(f"needs {command}")
    if os.getuid() != 0:
        raise Failed("needs root for network namespaces and AF_XDP")
    script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "publish.sh")
    for way in WAYS:
        bench.progress(f"publish-{way}")
        out = subprocess.run(
            [script, way, str(RUNS), "0" if bench.quick else str(MANY)], capture_output=True,
            text=True, check=False, env=dict(os.environ, BUILD=bench.build),
            preexec_fn=lambda: os.sched_setaffinity(0, bench.cpus))
        if out.returncode != 0:
            raise Failed(f"publish-{way}: {out.stderr.strip()[-200:]}")
        for row in json.loads(out.stdout):
            yield Row(f"publish-{way}/{row['name']}", "godwit", row["unit"], row["values"])
