#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors
"""Every show command, as text and as JSON: shows.py GODWITCTL SOCKET."""

import json
import subprocess
import sys

# Of docs and `help`: what a godwit of this version must have.
COMMANDS = """
show port stats all
show port stats core0
show port info all
show port info core0
show port xstats all
show port xstats core0
show interface
show interface a1
show neighbor
show route
show route vrf default
show route 10.1.1.5
show route 10.1.1.0/24
show route summary
show publish summary
show learn
show host 10.1.1.5
show host all
show host count
show host-tunnel
show tunnel
show tunnel to-b
show tunnel-group
show tunnel-group g
show segment
show mcast tree
show mcast tree fd00:ffff:1::1
show mcast flow
show mcast receiver
show group querier
show group querier interface a1
show mbuf
show capture
show linkage
show host-route summary
show drop
show drop all
show events all
show lcore
show log
show config
show version
trace show
help
help add host
""".strip().splitlines()
ELSEWHERE = {"show mlag"}  # an error where there is no pair: mlag_live shows it
ODD = {"help", "help add host", "trace show"}  # whose JSON may be anything


def run(*words):
    return subprocess.run([sys.argv[1], "-s", sys.argv[2], *words], capture_output=True, text=True,
                          check=False, timeout=20)


def wrong(command):
    words = command.split()
    text = run(*words)
    if text.returncode != 0 or not text.stdout.strip() or text.stderr:
        return f"text: status {text.returncode}, {text.stdout!r}, {text.stderr!r}"
    if text.stdout.lstrip()[0] in "[{" and command != "show config":
        return f"text is JSON: {text.stdout[:60]!r}"
    both = run("-j", *words)
    try:
        value = json.loads(both.stdout)
    except ValueError as e:
        return f"JSON: {e}: {both.stdout[:60]!r}"
    if both.returncode != 0 or (not value and command not in ODD):
        return f"JSON: status {both.returncode}, {value}"
    return None


def shown_by_help():
    """The commands that begin with show, up to their first argument."""
    listed = run("help").stdout.splitlines()
    words = [line.split() for line in listed if line.startswith("show ")]
    return {" ".join(w for w in line[:3] if w.isalpha() or
                     w in ("host-tunnel", "tunnel-group", "host-route")) for line in words}


bad = [f"{command}: {why}" for command in COMMANDS if (why := wrong(command))]
tested = {" ".join(command.split()[:n]) for command in COMMANDS for n in (2, 3)}
bad += [f"{command}: is in help, not tested" for command in shown_by_help()
        if " ".join(command.split()[:2]) not in tested | ELSEWHERE]
print("\n".join(bad))
sys.exit(bool(bad))
