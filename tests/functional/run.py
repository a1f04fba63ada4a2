#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors
"""Runs the functional cases: README.md says what they are.

  run.py                          all cases in all variants
  run.py 'tunnel-*' --variant qinq
"""

import argparse
import fnmatch
import multiprocessing
import os
import pathlib
import shutil
import sys
import tempfile
import traceback

import language
from case import CaseError, Run

HERE = pathlib.Path(__file__).resolve().parent
CASES = HERE / "cases"


def arguments():
    build = os.environ.get("BUILD", HERE.parent.parent / "build")
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "cases", nargs="*", metavar="CASE", help="name, pattern or folder; default all"
    )
    parser.add_argument("--variant", action="append", choices=language.VARIANTS, help="default all")
    parser.add_argument("--godwit", default=f"{build}/app/godwit", help="the program (%(default)s)")
    parser.add_argument(
        "--keep", metavar="DIR", help="leave the files of the runs in DIR/CASE/VARIANT"
    )
    parser.add_argument(
        "--timeout", type=float, default=60, help="seconds for one godwit (%(default)s)"
    )
    # A run is mostly DPDK's start, which mostly waits.
    jobs = 2 * len(os.sched_getaffinity(0))
    parser.add_argument("-j", "--jobs", type=int, default=jobs, help="runs at a time (%(default)s)")
    parser.add_argument(
        "-l", "--list", action="store_true", help="name the cases and what they show"
    )
    return parser.parse_args()


def title(folder):
    """The first sentence of the comment at the top of packets."""
    words = []
    for line in (folder / "packets").read_text().splitlines():
        if not line.startswith("#"):
            break
        words.append(line.lstrip("# "))
    return " ".join(words).split(". ")[0].rstrip(".")


def select(patterns):
    names = sorted(folder.name for folder in CASES.iterdir() if (folder / "packets").exists())
    chosen = []
    for pattern in patterns or ["*"]:
        fits = fnmatch.filter(
            names, pathlib.Path(pattern).name if os.path.isdir(pattern) else pattern
        )
        if not fits:
            sys.exit(f"run.py: no case '{pattern}'; run.py --list names them")
        chosen += [name for name in fits if name not in chosen]
    return [CASES / name for name in chosen]


def again(folder, variant, options):
    command = f"{sys.argv[0]} {folder.name} --variant {variant} --godwit {options.godwit}"
    return f"{command} --keep {options.keep or '/tmp/godwit-case'}"


def one(job):
    """('ok' | 'not ok' | 'skipped', text) of a case in a variant."""
    folder, variant, options = job
    cpus = sorted(os.sched_getaffinity(0))
    worker = (multiprocessing.current_process()._identity or (1,))[0]
    options.cpu = cpus[worker % len(cpus)]
    keep = options.keep and pathlib.Path(options.keep).resolve() / folder.name / variant
    work = keep or pathlib.Path(tempfile.mkdtemp(prefix="godwit-"))
    name = f"{folder.name} {variant}"
    try:
        run = Run(folder, variant, options, work)
        run.run()
        if variant in run.story.skips:
            return "skipped", f"skip {name}: {run.story.skips[variant]}"
        lines = run.lines
    except CaseError as error:
        lines = [str(error)]
    except Exception:
        lines = traceback.format_exc().splitlines()
    finally:
        if not keep:
            shutil.rmtree(work, ignore_errors=True)
    if not lines:
        return "ok", f"ok {name}"
    lines.append("again: " + again(folder, variant, options))
    return "not ok", "\n".join([f"not ok {name}"] + ["    " + line for line in lines])


def main():
    options = arguments()
    folders = select(options.cases)
    if options.list:
        for folder in folders:
            print(f"{folder.name:40} {title(folder)}")
        return 0
    options.godwit = os.path.realpath(options.godwit)
    jobs = [
        (folder, variant, options)
        for folder in folders
        for variant in options.variant or language.VARIANTS
    ]
    count = {"ok": 0, "not ok": 0, "skipped": 0}
    failed = []
    with multiprocessing.Pool(min(options.jobs, len(jobs))) as pool:
        for result, text in pool.imap(one, jobs):
            count[result] += 1
            print(text, flush=True)
            if result == "not ok":
                failed.append(text.splitlines()[0])
    if failed:
        # Indented: tests/all.py has counted them where they happened.
        print("\n  ".join(["failed:"] + failed))
    print(f"{count['ok']} passed, {count['not ok']} failed, {count['skipped']} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
