# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors
"""What a failure costs with two switches and no link between them (docs/linkage.md)."""
import json
import os
import subprocess

from source import Failed
from table import Row

HERE = os.path.dirname(os.path.abspath(__file__))
WAYS = (("ospf", "FRR OSPF"), ("bird", "BIRD BGP"))
PARTS = ("lost", "detection", "withdrawal", "server", "learning", "routing", "forwarding")
ROUTES = 10000


def _run(bench, way, *args):
    """The objects that linkage.sh prints."""
    if os.geteuid() != 0:
        raise Failed("namespaces want root")
    found = []
    cpus = os.sched_getaffinity(0)
    os.sched_setaffinity(0, bench.cpus)  # its processes share all of them
    command = [os.path.join(HERE, "linkage.sh"), way, *(str(a) for a in args)]
    try:
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                              text=True, env=dict(os.environ, BUILD=bench.build)) as p:
            for line in p.stdout:
                if line.startswith("{"):
                    found.append(json.loads(line))
                    bench.progress(f"linkage {way}: {line.strip()}")
                elif line.startswith("not ok"):
                    raise Failed(line.strip())
    finally:
        os.sched_setaffinity(0, cpus)
    if not found:
        raise Failed(f"linkage.sh {way} {args}: nothing was measured (status {p.returncode})")
    return found


def linkage(bench):
    """Lost time of a server's link and of an uplink, in all and by its parts."""
    runs = 5 if bench.quick else 20
    for way, name in WAYS:
        found = _run(bench, way, "lost", runs)
        for kind in ("server-link", "uplink"):
            for part in PARTS:
                values = [f[part] for f in found if f["kind"] == kind and f[part] is not None]
                if values:
                    yield Row(f"linkage/{kind}/{part}", name, "ms", values,
                              f"{len(values)} of {runs} runs")


def linkage_move(bench):
    """Host routes of a switch that all move to the other one, until the gateway has them there."""
    count = 1000 if bench.quick else ROUTES
    for way, name in WAYS:
        found = _run(bench, way, "move", count, 2 if bench.quick else 4)
        lost = [count - f["there"] for f in found]
        behind = [f["left_behind"] + f["published_by_old"] for f in found]
        yield Row(f"linkage/move/{count}", name, "s", [f["seconds"] for f in found],
                  f"missing {max(lost)}, left behind or doubled {max(behind)}")
