#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors
"""Measures Godwit beside dpdk-testpmd and DPDK's l3fwd on the same packets.

Every process gets its packets from a source inside it (source.c), with one worker on CPU 1. All
subjects of a case run in turns, several times. The table goes to the terminal and, with all
figures as JSON, to BUILD/bench/.
"""
import argparse
import atexit
import glob
import json
import os
import re
import shutil
import signal
import sys
import tempfile
import time

import cases
import events
import machine
import subjects
import table
from source import Failed, Process

BASE = "l3fwd"  # the yardstick that the remarks compare with
SHARED = 0.02  # share of the window in which the worker may have waited for its CPU
RETRIES = 4
BIG = 64 << 20  # configurations beyond this do not stay in memory for the next case


class Bench:
    """Options, directories, subjects and what was found."""

    def __init__(self, options):
        self.build = os.path.abspath(options.build)
        self.work = os.path.join(self.build, "bench")
        os.makedirs(self.work, exist_ok=True)
        # In memory, where files of many MiB are not written out by and by on the worker's CPU.
        self.scratch = tempfile.mkdtemp(
            prefix="gw-bench-", dir="/dev/shm" if os.path.isdir("/dev/shm") else None)
        atexit.register(shutil.rmtree, self.scratch, ignore_errors=True)
        self.cpus = os.sched_getaffinity(0)
        os.sched_setaffinity(0, {min(self.cpus)})
        self.godwit = os.path.join(self.build, "app", "godwit")
        self.godwitctl = os.path.join(self.build, "app", "godwitctl")
        self.nic = options.nic
        self.quick = options.quick
        self.runs = options.runs or (3 if options.quick else 5)
        self.seconds = options.seconds or (0.5 if options.quick else 1)
        self.switches = 20 if options.quick else 200
        self.only = re.compile(options.only)
        self.huge = machine.take_hugepages(options.hugepages) >= options.hugepages > 0
        self.results = {}
        self.rates = {}
        self.rows = []
        self.skipped = []
        self.hz = 0
        self.subjects = []
        for make in subjects.ALL:
            if options.subjects and make.name not in options.subjects.split(","):
                continue
            subject = make(self)
            why = subject.missing()
            if why:
                self.skip(make.name, why)
            else:
                self.subjects.append(subject)

    def path(self, name):
        return os.path.join(self.build, "tests", "bench", name)

    def now_ns(self):
        return time.monotonic_ns()

    def progress(self, line):
        print(f"[{time.strftime('%H:%M:%S')}] {line}", file=sys.stderr, flush=True)

    def skip(self, what, why):
        self.skipped.append({"what": what, "why": str(why)})
        self.progress(f"{what} is left out: {why}")

    def subject(self, name, needed=True):
        for s in self.subjects:
            if s.name == name:
                return s
        if needed:
            raise Failed(f"{name} is not measured")
        return None

    def cases(self):
        for case in cases.quick() if self.quick else (*cases.full(), *cases.worst()):
            if self.only.search("forward/" + case.name):
                yield case

    def latency_cases(self):
        for hosts in (cases.M,) if self.quick else (cases.K, cases.M):
            yield cases.Case(hosts=hosts)
            yield cases.Case(hosts=hosts, tunnels=1)

    def window(self, subject, case, tag, **more):
        """One run; when somebody else needed the CPU again, at most RETRIES times, and the best."""
        env = dict(case.source_env(self), WARMUP=0.3, SECONDS=self.seconds) | more
        best = None
        for _ in range(RETRIES + 1):
            with Process(self, subject.command(case), env, tag, subject.chatty) as proc:
                report = proc.report(120 + self.seconds)
            report["shared"] = report["waited_ns"] / 1e9 / report["seconds"]
            if best is None or report["shared"] < best["shared"]:
                best = report
            if best["shared"] <= SHARED:
                break
            self.progress(f"{tag} {case.name} {subject.name}: others took "
                          f"{report['shared']:.0%} of the CPU, again")
        self.hz = best["tsc_hz"]
        best["disturbed"] = best["shared"] > SHARED
        return best

    def forward(self, case):
        """All subjects of a case, in turns."""
        taking = [s for s in self.subjects if s.takes(case)]
        found = {s.name: table.Forwarding(case, s.name) for s in taking}
        self.results[case] = found
        for run in range(self.runs):
            for s in taking:
                result = found[s.name]
                if result.failed:
                    continue
                try:
                    report = self.window(s, case, "forward")
                except Failed as e:
                    result.failed = str(e)
                    self.skip(f"forward/{case.name} {s.name}", e)
                    continue
                result.reports.append(report)
                self.progress(f"forward/{case.name} {s.name} {run + 1}/{self.runs}: "
                              f"{report['clk_per_packet']:.1f} clk, {report['mpps']:.2f} Mpps")
        for path in glob.glob(self.scratch + "/*.conf"):
            if os.path.getsize(path) > BIG:
                os.unlink(path)

    def half_rate(self, subject, case):
        """Half of the median rate in packets per second, measured now if it was not before."""
        found = self.results.get(case, {}).get(subject.name)
        if found is not None and found.reports:
            return found.median("mpps") * 1e6 / 2
        key = (subject.name, case)
        if key not in self.rates:
            self.rates[key] = self.window(subject, case, "half")["mpps"] * 1e6 / 2
        return self.rates[key]

    def event(self, function):
        try:
            for row in function(self):
                self.rows.append(row)
        except (Failed, RuntimeError, OSError) as e:
            self.skip(function.__name__, e)

    def lines(self, about):
        yield "machine: " + ", ".join(f"{k} {v}" for k, v in about.items())
        tsc = f"TSC {self.hz / 1e9:.4f} GHz (measured); " if self.hz else ""
        pages = "2 MiB pages" if self.huge else "NO HUGEPAGES, 4 KiB pages"
        yield (f"{tsc}{self.runs} runs of {self.seconds:g} s in turns; one worker; {pages}; "
               f"packets {'with' if self.nic else 'without'} a NIC's checksum and type marks")
        yield ("IMIX: 7:4:1 packets of 64, 570 and 1518 octets on the wire; clk and ns are per "
               "packet received, source and sink included")
        yield ""
        if self.results:
            yield from table.forwarding_table(self.results, BASE)
            yield ""
        if self.rows:
            yield from table.rows_table(self.rows)
            yield ""
        for s in self.skipped:
            yield f"left out: {s['what']}: {s['why']}"

    def save(self, about):
        rows = list(self.rows)
        for found in self.results.values():
            for result in found.values():
                rows = rows + result.rows(found.get(BASE))
        with open(os.path.join(self.work, "result.json"), "w", encoding="utf-8") as f:
            json.dump({"machine": about, "tsc_hz": self.hz, "runs": self.runs,
                       "seconds": self.seconds, "huge": self.huge, "nic_marks": self.nic,
                       "rows": [r.json() for r in rows], "left_out": self.skipped}, f, indent=1)
        text = "\n".join(self.lines(about))
        with open(os.path.join(self.work, "result.txt"), "w", encoding="utf-8") as f:
            f.write(text + "\n")
        print(text)


def options():
    p = argparse.ArgumentParser(description=__doc__,
                                formatter_class=argparse.RawDescriptionHelpFormatter)
    here = os.path.dirname(os.path.abspath(__file__))
    p.add_argument("--build", default=os.path.join(here, "..", "..", "build"), metavar="DIR",
                   help="build directory (default: %(default)s)")
    p.add_argument("--quick", action="store_true", help="few cases, short runs")
    p.add_argument("--only", default="", metavar="REGEX",
                   help="cases whose name matches, as --list shows them")
    p.add_argument("--subjects", metavar="A,B", help="of godwit, testpmd, l3fwd, l3fwd-24")
    p.add_argument("--runs", type=int, metavar="N", help="runs of each (default: 5, quick 3)")
    p.add_argument("--seconds", type=float, metavar="S",
                   help="measured time per run (default: 1, quick 0.5)")
    p.add_argument("--hugepages", type=int, default=1024, metavar="N",
                   help="2 MiB pages to have while it runs, 0 for none (default: %(default)s)")
    p.add_argument("--nic", action="store_true",
                   help="packets marked as by a NIC that verifies checksums and knows types")
    p.add_argument("--list", action="store_true", help="print the names of all cases")
    return p.parse_args()


def main():
    opts = options()
    chosen = [e for e in events.ALL if re.search(opts.only, e.__name__)]
    if opts.list:
        for case in cases.quick() if opts.quick else (*cases.full(), *cases.worst()):
            print("forward/" + case.name)
        for e in events.ALL:
            print(e.__name__)
        return 0
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    bench = Bench(opts)
    about = machine.describe()
    try:
        for case in bench.cases():
            bench.forward(case)
        for event in chosen:
            bench.event(event)
    except KeyboardInterrupt:
        bench.skip("the rest", "interrupted")
    bench.save(about)
    return 1 if any(r.failed for f in bench.results.values() for r in f.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
