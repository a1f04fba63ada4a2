#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors
"""Every test, suite by suite: `make test`.

Suites print lines "ok NAME", "not ok NAME: why", "skip NAME: why"; what they say is counted here,
and a suite that ends badly without saying so counts as one failure. The last line is
"N passed, N failed, N skipped".
"""

import argparse
import os
import re
import subprocess
import sys
import time

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
LINE = re.compile(r"^(ok|not ok|skip) (.*)")
MESON_LINE = re.compile(r"^\s*\d+/\d+ (?:\S+ / )?(\S+)\s+(OK|FAIL|TIMEOUT|ERROR|SKIP)\s")


class Total:
    def __init__(self):
        self.passed = self.failed = self.skipped = 0

    def add(self, other):
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped

    def __str__(self):
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"


def run(command, env, timeout):
    """Run a suite's command and count its lines; failures and skips are shown as they come."""
    total = Total()
    showing = False
    full = dict(os.environ, **env)
    proc = subprocess.Popen(command, cwd=TOP, env=full, stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT, text=True, errors="replace")
    tail = []
    deadline = time.time() + timeout
    for line in proc.stdout:
        tail = (tail + [line])[-60:]
        match = LINE.match(line)
        meson = MESON_LINE.match(line)
        if meson:
            match = LINE.match(("ok " if meson[2] == "OK" else "skip " if meson[2] == "SKIP"
                                else "not ok ") + meson[1])
        if match:
            showing = match[1] == "not ok"
            total.passed += match[1] == "ok"
            total.failed += match[1] == "not ok"
            total.skipped += match[1] == "skip"
            if match[1] != "ok":
                print("  " + line, end="", flush=True)
        elif showing:
            print("    " + line, end="", flush=True)
        if time.time() > deadline:
            proc.kill()
            print("  out of time")
    nothing = total.passed + total.failed + total.skipped == 0
    if proc.wait() != 0 and total.failed == 0 or nothing:
        total.failed += 1
        sys.stdout.writelines("    " + line for line in tail)
    return total


def build(directory, *options):
    def suite():
        total = Total()
        result = subprocess.run(["scripts/build.sh", directory, *options], cwd=TOP, text=True,
                                capture_output=True, check=False)
        total.passed = int(result.returncode == 0)
        total.failed = int(result.returncode != 0)
        if total.failed:
            print(result.stdout + result.stderr)
        return total
    return suite


def command(*words, **env):
    timeout = 24 * 3600 if env.get("SOAK") == "1" else 1500
    return lambda: run(list(words), env, timeout)


def suites(soak):
    functional = ["/usr/bin/python3", "tests/functional/run.py"]
    asan = {"ASAN_OPTIONS": "detect_leaks=1:abort_on_error=0",
            "LSAN_OPTIONS": f"suppressions={TOP}/tests/lsan.txt:print_suppressions=0",
            "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1"}
    tsan = {"TSAN_OPTIONS": f"suppressions={TOP}/tests/tsan.txt:halt_on_error=1"}
    return [
        ("build", build("build")),
        ("lint", command("scripts/lint.sh")),
        ("unit", command("meson", "test", "-C", "build", "--no-rebuild", "--suite", "unit")),
        ("functional", command(*functional)),
        ("system", command("tests/system/run.sh", SOAK=str(int(soak)))),
        ("churn", command("tests/churn/run.sh", BUILD="build", SOAK=str(int(soak)))),
        ("build asan", build("build-asan", "-Db_sanitize=address,undefined", "-Db_lundef=false",
                             "-Dbuildtype=debugoptimized")),
        ("unit asan", command("meson", "test", "-C", "build-asan", "--no-rebuild", "--suite",
                              "unit", **asan)),
        ("functional asan", command(*functional, "--variant", "plain", "--variant",
                                    "qinq-chained", BUILD="build-asan", **asan)),
        ("churn asan", command("tests/churn/run.sh", BUILD="build-asan", SOAK=str(int(soak)),
                               **asan)),
        ("build tsan", build("build-tsan", "-Db_sanitize=thread", "-Db_lundef=false",
                             "-Dbuildtype=debugoptimized")),
        ("readers tsan", command("meson", "test", "-C", "build-tsan", "--no-rebuild", "--wrapper",
                                 "setarch -R", "readers", **tsan)),
        ("churn tsan", command("tests/churn/run.sh", BUILD="build-tsan", SOAK=str(int(soak)),
                               **tsan)),
        ("fuzz", command("tests/fuzz/run.sh", SOAK=str(int(soak)))),
        ("bench", command("meson", "test", "-C", "build", "--no-rebuild", "--suite", "bench")),
    ]


def main():
    parser = argparse.ArgumentParser(description="run every test of the project")
    parser.add_argument("--soak", action="store_true", help="longer campaigns")
    parser.add_argument("--only", metavar="REGEX", help="suites whose name matches")
    args = parser.parse_args()
    total = Total()
    for name, suite in suites(args.soak):
        if args.only and not re.search(args.only, name):
            continue
        start = time.time()
        print(f"{name} ...", flush=True)
        result = suite()
        total.add(result)
        print(f"{name}: {result} ({time.time() - start:.0f} s)", flush=True)
        if name == "build" and result.failed:
            break
    print(total)
    return 1 if total.failed else 0


if __name__ == "__main__":
    sys.exit(main())
