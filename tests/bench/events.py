# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors
"""What is measured besides forwarding: changes, memory, start, latency, idling."""
import json
import os
import re
import subprocess
import time

import machine
from accuracy import policing
from cases import Case, K, M, number
from linkage import linkage, linkage_move
from mlag_live import mlag_live_beside, mlag_live_flood, mlag_live_latency, mlag_live_restart
from publish import publish
from source import Failed, Process
from table import Row, percentile

LOAD_LINES = 200000
SWITCH_RATE = 5000000  # packets per second while interfaces are switched
SWITCH_WAIT_NS = 100000  # a worker that waited longer for its CPU shows the scheduler, not a switch


def _start(bench, subject, case, tag, **env):
    return Process(bench, subject.command(case), dict(case.source_env(bench), **env), tag,
                   subject.chatty)


def _wait_ready(bench, subject, proc):
    if subject.name == "godwit":
        control = subject.control()
        proc.wait_until("answer on the control socket", control.ready)
        return control
    proc.wait_until("start", lambda: time.monotonic_ns() - proc.started_ns > 3e9)
    return None


def start(bench):
    """Time from the start of the process to the first packet forwarded, and memory then."""
    subject = bench.subject("godwit")
    for label, case in (("plain", Case(hosts=M)), ("plain", Case(hosts=K)),
                        ("vlans-meters", Case(hosts=M, vlans=1000, policing=True))):
        seconds, peak = [], []
        for run in range(bench.runs):
            with _start(bench, subject, case, "start", RATE=100000, TIMES=1) as proc:
                proc.wait_until("packet", lambda p=proc: p.count("tx", 1)["first_ns"] != 0, 120)
                first = proc.count("tx", 1)["first_ns"]
                memory = machine.memory_kib(proc.pid)
            seconds.append((first - proc.started_ns) / 1e9)
            peak.append((memory["peak_rss"] - memory["rss"]) / 1024)
            bench.progress(f"start/{label}/{number(case.hosts)} {run + 1}: {seconds[-1]:.2f} s")
        name = f"start/{label}/{number(case.hosts)}"
        yield Row(name, "godwit", "s to first packet", seconds)
        yield Row(name, "godwit", "MiB more at the peak of loading", peak)


def memory(bench):
    """Octets per host over everything: the process with a million hosts less that with one."""
    subject = bench.subject("godwit")
    for label, extra in (("plain", {}), ("policed", {"policing": True})):
        used = {}
        for hosts in (1, M):
            case = Case(hosts=hosts, **extra)
            with _start(bench, subject, case, "memory", RATE=1000) as proc:
                proc.wait_until("packet", lambda p=proc: p.count("tx", 1)["packets"] > 9, 120)
                used[hosts] = machine.memory_kib(proc.pid)
        bench.progress(f"memory/{label}: {used}")
        total = {n: u["rss"] + u["hugepages"] for n, u in used.items()}
        yield Row(f"memory/{label}/1M", "godwit", "octets per host",
                  [(total[M] - total[1]) * 1024 / (M - 1)])
        yield Row(f"memory/{label}/1M", "godwit", "MiB resident", [used[M]["rss"] / 1024])
        yield Row(f"memory/{label}/1M", "godwit", "MiB hugepages", [used[M]["hugepages"] / 1024])


def routes(bench):
    """Host routes per second through the control socket, 200k lines in one load."""
    subject = bench.subject("godwit")
    case = Case(hosts=K)
    files = {}
    for verb, text in (("add", "add host @ip mac @mac interface a1"), ("del", "del host @ip")):
        files[verb] = os.path.join(bench.scratch, f"routes-{verb}.txt")
        with open(files[verb], "wb") as f:
            subprocess.run([bench.path("gw_hostlist"), "dense", str(M), str(M + LOAD_LINES), "1",
                            "1", text], stdout=f, check=True)
    for label, env in (("silent", {"RATE": 0}), ("under-load", {})):
        rates = {"add": [], "del": []}
        with _start(bench, subject, case, "routes", **env) as proc:
            control = _wait_ready(bench, subject, proc)
            for run in range(bench.runs):
                for verb, want in (("add", case.hosts + LOAD_LINES), ("del", case.hosts)):
                    before = time.monotonic()
                    control.run("load", files[verb])
                    rates[verb].append(LOAD_LINES / (time.monotonic() - before))
                    count = control.run("show", "host", "count")
                    if str(want) not in re.findall(r"\d+", count):
                        raise Failed(f"{want} hosts expected, show host count: {count.strip()}")
                bench.progress(f"routes/{label} {run + 1}: " + ", ".join(
                    f"{v} {r[-1] / 1e3:.0f}k/s" for v, r in rates.items()))
        for verb, values in rates.items():
            yield Row(f"routes/socket-{verb}/{label}", "godwit", "1000/s",
                      [v / 1e3 for v in values])


def library(bench):
    """What the tables themselves do (fib_bench.c)."""
    path = bench.path("gw_fib_bench")
    if not os.access(path, os.X_OK):
        raise Failed(f"{path} is missing")
    values = {}
    for run in range(bench.runs):
        out = subprocess.run([path], capture_output=True, text=True, check=True).stdout
        for part in json.loads(out):
            kind = "metered" if part.pop("metered") else "plain"
            name = f"library/{kind}/{number(part.pop('hosts'))}/{part.pop('addresses')}"
            if part["octets_per_host"] < 1:  # in memory that an earlier part had touched
                del part["octets_per_host"]
            for unit, value in part.items():
                values.setdefault((name, unit), []).append(value)
        bench.progress(f"library {run + 1}")
    for (name, unit), list_ in values.items():
        yield Row(name, "godwit", unit.replace("_", " "), list_)


# How a copy gets its payload, and through what port.
REPLICATIONS = (
    ("godwit", ()),
    ("all shared", ("--share",)),
    ("all copied", ("--copy",)),
    ("no chains", ("--null",)),
)


def replicate(bench):
    """Copies of multicast packets (replicate_bench.c); subjects in turns."""
    path = bench.path("gw_replicate_bench")
    if not os.access(path, os.X_OK):
        raise Failed(f"{path} is missing")
    values = {}
    options = [*(["--quick"] if bench.quick else []), *(["--huge"] if bench.huge else [])]
    for run in range(bench.runs):
        for subject, way in REPLICATIONS:
            out = subprocess.run(["taskset", "-c", "1", path, *options, *way],
                                 capture_output=True, text=True, check=True).stdout
            for part in json.loads(out):
                name = (f"replicate/{part['role']}/{number(part['trees'])}/x{part['fanout']}"
                        f"/{part['octets']}")
                values.setdefault((name, subject, "ns per copy"), []).append(part["ns_median"])
                values.setdefault((name, subject, "ns to free a copy"), []).append(
                    part["ns_free"])
        bench.progress(f"replicate {run + 1}")
    for (name, subject, unit), list_ in values.items():
        yield Row(name, subject, unit, list_)


def mlag(bench):
    """The protocol of an MLAG pair (mlag_bench.c): CPU time, restarts by a simulated clock."""
    path = bench.path("gw_mlag_bench")
    if not os.access(path, os.X_OK):
        raise Failed(f"{path} is missing")
    values = {}
    for run in range(bench.runs):
        out = subprocess.run([path], capture_output=True, text=True, check=True).stdout
        for part in json.loads(out):
            if "mtu" in part:
                name = f"mlag/relay/{number(part.pop('hosts'))}/mtu{part.pop('mtu')}"
            elif "restart_hosts" in part:
                name = (f"mlag/restart/{number(part.pop('restart_hosts'))}/"
                        f"answers-at-{part.pop('answers_at')}")
            else:
                name = "mlag/digest"
            for unit, value in part.items():
                values.setdefault((name, unit), []).append(value)
        bench.progress(f"mlag {run + 1}")
    for (name, unit), list_ in values.items():
        yield Row(name, "godwit", unit.replace("_", " "), list_)


def _switch_once(bench, proc, control, words, old, new):
    """Microseconds from the command to the last packet by port `old`, once `new` has them all;
    None if others took the worker's CPU meanwhile."""
    waited = proc.waited_ns(0)
    proc.forget_first(new)
    sent = control.stamped(*words)
    state = {"packets": -1, "since": 0.0}

    def settled():
        # Two looks 5 ms apart: at the source's rate a port that is still in use has moved on.
        now, packets = time.monotonic(), proc.count("tx", old)["packets"]
        if packets != state["packets"]:
            state.update(packets=packets, since=now)
        return now - state["since"] > 0.005 and proc.count("tx", new)["first_ns"] > sent

    proc.wait_until(f"switch by {' '.join(words)}", settled, 10)
    if proc.waited_ns(0) - waited > SWITCH_WAIT_NS:
        return None
    return max(proc.count("tx", old)["last_ns"] - sent, 0) / 1e3


def switch(bench):
    """From the command that switches an interface or a tunnel group to the last packet by the
    old way."""
    subject = bench.subject("godwit")
    kinds = (("interface", {"second": True}, 1, 2, ("switch", "interface", "a1"),
              ("standby", "active")),
             ("tunnel-group", {"tunnels": 1, "group": True}, 2, 0,
              ("switch", "tunnel-group", "pair"), ("backup", "active")))
    for label, extra, first, second, words, states in kinds:
        for hosts in (K, M):
            case = Case(hosts=hosts, **extra)
            micros = []
            with _start(bench, subject, case, "switch", RATE=SWITCH_RATE, TIMES=1) as proc:
                proc.wait_until("packet", lambda p=proc, port=first:
                                p.count("tx", port)["packets"] > 9, 120)
                control = _wait_ready(bench, subject, proc)
                for _ in range(bench.switches):
                    for state, old, new in ((states[0], first, second), (states[1], second, first)):
                        micros.append(_switch_once(bench, proc, control, (*words, state), old, new))
            name = f"switch/{label}/{number(hosts)}"
            tried = len(micros)
            micros = sorted(m for m in micros if m is not None)
            if not micros:
                raise Failed(f"{name}: others had the CPU all the time")
            bench.progress(f"{name}: p99 {percentile(micros, 99):.0f} us of {len(micros)}")
            yield Row(name, "godwit", "us to last packet by the old way", micros,
                      f"p99 {percentile(micros, 99):.1f}; {tried - len(micros)} of {tried} left "
                      "out, others had the CPU")


def latency(bench):
    """From the packet's arrival at the receive queue to its transmission, at half of the rate
    that the subject reached; packets evenly spaced."""
    for case in bench.latency_cases():
        subjects = [s for s in bench.subjects if s.takes(case)]
        found = {s.name: [] for s in subjects}
        for run in range(bench.runs):
            for s in subjects:
                rate = bench.half_rate(s, case)
                report = bench.window(s, case, "latency", RATE=rate, LATENCY=1)
                found[s.name].append(dict(report["latency_ns"], missed=report["rx_missed"],
                                          mpps=report["mpps"]))
                bench.progress(f"latency/{case.name} {s.name} {run + 1}: {found[s.name][-1]}")
        for name, list_ in found.items():
            mpps = max(x["mpps"] for x in list_)
            for what in ("min", "p50", "p99", "max"):
                yield Row(f"latency/{case.name}", name, f"ns {what}", [x[what] for x in list_],
                          f"at {mpps:.2f} Mpps, {sum(x['missed'] for x in list_)} missed")


def idle(bench):
    """CPU time per second without any packet, both lcores together."""
    for name, way, case in (("godwit", "", Case()), ("godwit", ", back-off", Case(idle=True)),
                            ("testpmd", "", Case())):
        subject = bench.subject(name, needed=False)
        if subject is None:
            continue
        values = []
        with _start(bench, subject, case, "idle", RATE=0) as proc:
            _wait_ready(bench, subject, proc)
            time.sleep(1)
            for run in range(bench.runs):
                before, at = machine.cpu_seconds(proc.pid), time.monotonic()
                time.sleep(max(bench.seconds, 2))
                values.append(100 * (machine.cpu_seconds(proc.pid) - before) /
                              (time.monotonic() - at))
                bench.progress(f"idle {name} {run + 1}: {values[-1]:.1f} %")
        yield Row("idle", name + way, "% of a CPU", values)


ALL = (start, memory, routes, library, mlag, mlag_live_restart, mlag_live_latency, mlag_live_flood,
       mlag_live_beside, replicate, switch, latency, policing, idle, publish, linkage, linkage_move)
