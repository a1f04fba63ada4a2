# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors
"""A program on a terminal of its own, and somebody who types."""

import os
import pty
import re
import select
import signal
import termios
import time

DEADLINE_S = 15
CONTROL = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]|\x1b[=>]|[\x07\x0f\r]")


class Terminal:
    def __init__(self, *command, **environment):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.environ.update(environment, TERM="vt100", COLUMNS="200")
            os.execv(command[0], command)
        self.text = ""

    def read(self):
        """What the program wrote since, without what moves the cursor."""
        try:
            self.text += CONTROL.sub("", os.read(self.fd, 65536).decode(errors="replace"))
        except OSError:
            return False
        return True

    def wait(self, pattern):
        """Until the pattern comes; the text up to it is used up."""
        deadline = time.monotonic() + DEADLINE_S
        while not (match := re.search(pattern, self.text)):
            left = deadline - time.monotonic()
            ready = left > 0 and select.select([self.fd], [], [], left)[0]
            if not ready or not self.read():
                raise AssertionError(f"no {pattern!r} in {self.text[-300:]!r}")
        before, self.text = self.text[: match.end()], self.text[match.end() :]
        return before

    def prompt(self, text):
        """Until the prompt comes and takes keys one by one: before that Ctrl-D is no key."""
        self.wait(re.escape(text))
        deadline = time.monotonic() + DEADLINE_S
        while termios.tcgetattr(self.fd)[3] & termios.ICANON:
            assert time.monotonic() < deadline, "the prompt does not take keys"
            time.sleep(0.001)

    def type(self, keys):
        os.write(self.fd, keys.encode())

    def status(self):
        """Exit status, once the program has ended."""
        deadline = time.monotonic() + DEADLINE_S
        while time.monotonic() < deadline:
            if select.select([self.fd], [], [], 0.05)[0]:
                self.read()
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.pid = 0
                return os.waitstatus_to_exitcode(status)
        raise AssertionError(f"does not end: {self.text[-300:]!r}")

    def close(self):
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self.fd)
