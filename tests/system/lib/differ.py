#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors
"""For how long entries differ between the devices of an MLAG pair: differ.py CTL SOCKET SOCKET

Looks at both tables time and again until SIGTERM; a device that does not answer, or a peer that is
not up, ends what was under way: the promise is about the time in which the peer link is up. Prints
"ready", then a line "looks N longest S of WHO differences M entries E" at each change.
"""

import json
import signal
import subprocess
import sys
import time


def ask(ctl, socket, *words):
    out = subprocess.run(
        [ctl, "-s", socket, "-j", *words], capture_output=True, text=True, timeout=10, check=False
    )
    return json.loads(out.stdout) if out.returncode == 0 else None


def table(ctl, socket):
    """What is behind the member; None: no answer, or no peer."""
    state = ask(ctl, socket, "show", "mlag")
    rows = ask(ctl, socket, "show", "neighbor")
    if rows is None or state is None or state["peer"] != "up":
        return None
    return {(n["ip"], n["mac"]) for n in rows if n["ip"].startswith("10.2.0.") and n["mac"]}


def main():
    ctl, *sockets = sys.argv[1:]
    since, longest, who, looks, differences, most = {}, 0.0, "-", 0, 0, 0
    ended = []
    signal.signal(signal.SIGTERM, lambda *_: ended.append(True))
    print("ready", flush=True)
    while not ended:
        here, there = (table(ctl, s) for s in sockets)
        now = time.monotonic()
        if here is None or there is None:
            since = {}
            time.sleep(0.02)
            continue
        looks, most = looks + 1, max(most, len(here))
        differ = here ^ there
        differences += len(differ - set(since))
        since = {entry: since.get(entry, now) for entry in differ}
        for entry, start in since.items():
            if now - start > longest:
                longest, who = now - start, entry[0]
        print(f"looks {looks} longest {longest:.2f} of {who} differences {differences} entries {most}",
              flush=True)
        time.sleep(0.02)


main()
