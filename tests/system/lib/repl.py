#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors
"""Types at prompts: repl.py godwit|godwitctl PROGRAM ARGUMENT...; ends well if they do as they
should."""

import os
import signal
import sys

from terminal import Terminal

PROMPT = "godwit> "


def session(t):
    """What both prompts have in common."""
    t.prompt(PROMPT)
    t.type("show version\n")
    t.wait("version")
    t.prompt(PROMPT)
    t.type("show seg\t")  # one way to go on: the word is completed
    t.wait("show segment ")
    t.type("\x03")
    t.prompt(PROMPT)
    t.type("show route summ\t")
    t.wait("summary")
    t.type("\n")
    t.wait("hosts?")
    t.prompt(PROMPT)
    t.type("show port \t")  # several: they are listed
    listed = t.wait("xstats")
    assert "info" in listed and "stats" in listed, listed
    t.type("info \t\t")  # names of ports
    t.wait("core0")
    t.type("\x03")  # Ctrl-C abandons the line
    t.prompt(PROMPT)
    t.type("add host 10.9.9.9 mac zz\n")
    t.wait("error: .*")
    t.prompt(PROMPT)
    t.type("show nosuch\n")
    t.wait("expected one of|unknown word")
    t.prompt(PROMPT)
    t.type("\x1b[A")  # cursor up: history
    t.wait("show nosuch")
    t.type("\x03")
    t.prompt(PROMPT)
    t.type("help trace\n")
    t.wait("trace start")
    t.prompt(PROMPT)


def godwit(t):
    session(t)
    os.kill(t.pid, signal.SIGWINCH)
    t.type("quit\n")
    assert t.status() == 0, "status"


def godwitctl(t):
    session(t)
    t.type("ping 192.0.2.99 count 100\n")
    t.wait("PING")
    os.kill(t.pid, signal.SIGINT)  # as Ctrl-C in the midst of a command: back to the prompt
    t.prompt(PROMPT)
    t.type("\x04")  # Ctrl-D
    assert t.status() == 0, "status"


terminal = Terminal(*sys.argv[2:], HOME=os.environ["HOME"])
try:
    {"godwit": godwit, "godwitctl": godwitctl}[sys.argv[1]](terminal)
except AssertionError as e:
    sys.exit(str(e))
finally:
    terminal.close()
