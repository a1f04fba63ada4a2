# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors
"""A subject under the packet source (source.c): start, live counters, report, end."""
import json
import mmap
import os
import signal
import struct
import subprocess
import time

PORTS, QUEUES, SIZE = 16, 8, 64  # struct gw_src_shared
NAMES = ("packets", "bursts", "missed", "no_mbuf", "first_ns", "last_ns")  # 6 of 8 words, then tid


class Failed(Exception):
    """The subject did not do what was measured; the text says what it did."""


class Process:
    """A running subject. `env` holds GW_SOURCE_* without the prefix."""

    def __init__(self, bench, argv, env, tag, chatty=False):
        self.log = os.path.join(bench.work, tag + ".log")
        self.out = os.path.join(bench.scratch, tag + ".json")
        shm = os.path.join(bench.scratch, tag + ".shm")
        for path in (self.out, shm):
            if os.path.exists(path):
                os.unlink(path)
        with open(shm, "wb") as f:
            f.truncate(2 * PORTS * QUEUES * SIZE)
        with open(shm, "r+b") as f:
            self.shm = mmap.mmap(f.fileno(), 0)
        full = dict(os.environ, LD_PRELOAD=bench.path("gw_source.so"))
        full.update({"GW_SOURCE_" + k: str(v) for k, v in env.items()})
        full.update(GW_SOURCE_OUT=self.out, GW_SOURCE_SHM=shm, GW_SOURCE_SIGNAL="0")
        self.started_ns = time.monotonic_ns()
        with open(self.log, "wb") as log:
            # testpmd ends when its input does: it gets one that stays open. This script stays on
            # one CPU, its children do not.
            self.proc = subprocess.Popen(
                argv, env=full, stdin=subprocess.PIPE, stderr=log,
                stdout=subprocess.DEVNULL if chatty else log,
                preexec_fn=lambda: os.sched_setaffinity(0, bench.cpus))
        self.pid = self.proc.pid

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        for sig in (signal.SIGTERM, signal.SIGINT, signal.SIGKILL):
            if self.proc.poll() is None:
                self.proc.send_signal(sig)
                try:
                    self.proc.wait(10)
                except subprocess.TimeoutExpired:
                    pass
        self.proc.stdin.close()
        self.shm.close()

    def count(self, direction, port, queue=None):
        """Live counters of a port, or of one queue of it."""
        total = dict.fromkeys(NAMES, 0)
        for q in range(QUEUES) if queue is None else (queue,):
            at = ((PORTS if direction == "tx" else 0) + port) * QUEUES * SIZE + q * SIZE
            for name, value in zip(NAMES, struct.unpack_from("<6Q", self.shm, at)):
                if name == "first_ns":
                    total[name] = min(filter(None, (total[name], value)), default=0)
                elif name == "last_ns":
                    total[name] = max(total[name], value)
                else:
                    total[name] += value
        return total

    def forget_first(self, port):
        for q in range(QUEUES):
            struct.pack_into("<Q", self.shm, (PORTS + port) * QUEUES * SIZE + q * SIZE + 32, 0)

    def waited_ns(self, port):
        """How long the thread that polls a port has waited for a CPU that others had."""
        tid, = struct.unpack_from("<Q", self.shm, port * QUEUES * SIZE + 48)
        with open(f"/proc/{self.pid}/task/{tid}/schedstat", encoding="ascii") as f:
            return int(f.read().split()[1])

    def tail(self):
        with open(self.log, encoding="utf-8", errors="replace") as f:
            lines = [line.strip() for line in f if line.strip()]
        return " | ".join(lines[-3:])

    def wait_until(self, what, condition, seconds=60):
        """Waits until condition() is true, with 1 ms steps."""
        end = time.monotonic() + seconds
        while not condition():
            if self.proc.poll() is not None:
                raise Failed(f"ended with {self.proc.returncode}: {self.tail()}")
            if time.monotonic() > end:
                raise Failed(f"no {what} within {seconds:.0f} s: {self.tail()}")
            time.sleep(0.001)

    def report(self, seconds):
        """The report of the measuring window."""
        self.wait_until("report", lambda: os.path.exists(self.out), seconds)
        with open(self.out, encoding="ascii") as f:
            report = json.load(f)
        if "error" in report:
            raise Failed(f"{report['error']}: {self.tail()}")
        return report
