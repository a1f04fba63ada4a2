# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors
"""A case folder, and one run of it: writes the inputs, starts a godwit per user plane, compares."""

import json
import pathlib
import subprocess
import time

import compare
import language
import pcap
from language import CaseError

HERE = pathlib.Path(__file__).resolve().parent
TAGS = {"": [], "vlan": [100], "qinq": [100, 200]}


def patch(base, change):
    """JSON merge patch (RFC 7396), and for arrays: an object changes the elements with these names
    (or addresses), a key that ends with '+' appends."""
    if isinstance(base, list) and isinstance(change, dict):
        keys = [element.get("name", element.get("ip")) for element in base]
        if not change.keys() <= set(keys):
            raise CaseError(
                f"only {keys} can be changed, not {[k for k in change if k not in keys]}"
            )
        return [patch(element, change.get(key, {})) for key, element in zip(keys, base)]
    if not isinstance(change, dict) or not isinstance(base, dict):
        return change
    merged = dict(base)
    for key, value in change.items():
        if key.endswith("+"):
            merged[key[:-1]] = merged.get(key[:-1], []) + value
        elif value is None:
            merged.pop(key, None)
        else:
            merged[key] = patch(merged.get(key), value)
    return merged


class Run:
    """A case in one variant. `lines` is empty after run() when all was right."""

    def __init__(self, folder, variant, options, work):
        self.folder, self.variant, self.options, self.work = folder, variant, options, work
        self.tags, self.data_room = language.VARIANTS[variant]
        self.story = language.Story(folder / "packets", self.tags)
        self.wanted = language.counters(folder / "counters", self.story.ups)
        self.commands = self._commands()
        self.output = {}  # (up, port) -> frames that came out
        self.lines = []

    def _commands(self):
        """{up: text} of the commands file; `[up]` begins a user plane's part."""
        parts = {up: "" for up in self.story.ups}
        path = self.folder / "commands"
        up = self.story.ups[0] if len(parts) == 1 else None
        for number, line in enumerate(path.read_text().splitlines(), 1) if path.exists() else ():
            if line.startswith("[") and line.endswith("]"):
                up = line[1:-1]
                if up not in parts:
                    raise CaseError(f"{path}:{number}: no user plane '{up}' in packets")
            elif up is not None:
                parts[up] += line + "\n"
            elif line and not line.startswith("#"):
                raise CaseError(f"{path}:{number}: which user plane? '[a]' begins the part of a")
        return parts

    def _config(self, up, work):
        config = json.loads((HERE / "base" / f"{up}.json").read_text())
        own = self.folder / f"{up}.json"
        if own.exists():
            try:
                config = patch(config, language.expand(json.loads(own.read_text())))
            except ValueError as error:
                raise CaseError(f"{own}: {error}") from None
        for i, port in enumerate(config["ports"]):
            files = f"rx_pcap={work}/{port['name']}.in.pcap,tx_pcap={work}/{port['name']}.out.pcap"
            port["device"] = f"net_pcap{i},{files}"
        for interface in config["interfaces"]:
            interface.setdefault("vlans", TAGS[self.tags])
        if self.data_room:
            config.setdefault("mbuf", {})["data_room"] = self.data_room
        config.setdefault("lcores", {"slow": self.options.cpu, "workers": [self.options.cpu]})
        return config

    def run(self):
        if self.variant in self.story.skips:
            return
        for up in self.story.order():
            before = len(self.lines)
            self._run_up(up)
            if len(self.lines) > before and len(self.story.ups) > 1:
                self.lines.insert(before, f"user plane {up}:")

    def _sent_to(self, config, port):
        """What another user plane sent to the MAC of this port, or to this device of a pair."""
        macs = [p["mac"] for p in config["ports"] if p["name"] == port and "mac" in p]
        macs = {bytes.fromhex(m.replace(":", "")) for m in macs + self._system_ids(config)}
        return lambda up, name: [f for f in self.output.get((up, name), []) if f[:6] in macs]

    @staticmethod
    def _system_ids(config):
        return [config["mlag"]["system_id"]] if "mlag" in config else []

    def _run_up(self, up):
        work = self.work / up
        work.mkdir(parents=True, exist_ok=True)
        config = self._config(up, work)
        ports = [port["name"] for port in config["ports"]]
        for key in self.story.sent.keys() | self.story.expected.keys():
            if key[0] == up and key[1] not in ports:
                raise CaseError(f"{self.folder}/packets: user plane '{up}' has no port '{key[1]}'")
        sent = {}
        for port in ports:
            sent[port] = self.story.frames_in(up, port, self._sent_to(config, port))
            pcap.write(work / f"{port}.in.pcap", sent[port])
            (work / f"{port}.out.pcap").unlink(missing_ok=True)
        (work / "up.json").write_text(json.dumps(config, indent=2) + "\n")
        (work / "commands").write_text(self.commands[up])
        stats, failure = self._godwit(work / "up.json", work / "commands", work / "log")
        for port in ports:
            out = work / f"{port}.out.pcap"
            self.output[up, port] = pcap.read(out) if out.exists() else []
        lines = failure + (self._check(up, ports, sent, stats) if stats else [])
        if lines:
            self.lines += lines + self._explain(work, stats)

    def _godwit(self, config, commands, log):
        """(stats or None, what is wrong with how it ended)."""
        path = log.with_suffix(".stats.json")
        path.unlink(missing_ok=True)
        command = [self.options.godwit, "-c", config, "-x", commands]
        command += ["--replay", "--stats-json", path]
        with open(log, "wb") as out:
            try:
                status = subprocess.run(
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=out,
                    stderr=out,
                    timeout=self.options.timeout,
                ).returncode
                failure = [] if status == 0 else [f"godwit ended with status {status}"]
            except subprocess.TimeoutExpired:
                failure = [f"godwit was still running after {self.options.timeout} s"]
            except OSError as error:
                raise CaseError(f"{self.options.godwit}: {error.strerror}") from None
        try:
            return json.loads(path.read_text()), failure
        except (OSError, ValueError) as error:
            return None, failure + [f"no statistics: {error}"]

    def _check(self, up, ports, sent, stats):
        lines, chosen = [], {}
        wanted = dict(self.wanted[up])
        for port in ports:
            expected = self.story.expected.get((up, port), [])
            came = self.output[up, port]
            if not self.story.equation_only:
                lines += compare.frames(port, expected, came, chosen)
            for key, frames in (("rx", sent[port]), ("tx", came)):
                wanted["port", port, key + "_packets"] = len(frames)
                wanted["port", port, key + "_octets"] = sum(map(len, frames))
        wanted["total", "", "received"] = sum(map(len, sent.values()))
        wanted["total", "", "sent"] = sum(len(self.output[up, port]) for port in ports)
        wanted["total", "", "dropped"] = sum(
            v for (kind, _, _), v in wanted.items() if kind == "drop"
        )
        lines += compare.choices(chosen) + compare.equation(stats) + compare.mbufs(stats)
        got = compare.flatten(stats)
        if self.story.equation_only:
            known = [key for key in wanted if key[0] == "port" or key[2] in ("received", "sent")]
            wanted, got = ({key: of.get(key, 0) for key in known} for of in (wanted, got))
        return lines + compare.counters(wanted, got)

    def _explain(self, work, stats):
        """Drops, log, and the trace."""
        lines = []
        if stats:
            lines.append("drops: " + json.dumps(stats["drop"]))
        lines += ["log:"] + ["  " + line for line in self._tail(work / "log", 30)]
        lines += ["trace:"] + ["  " + line for line in self._trace(work)]
        return lines

    def _trace(self, work):
        """A second run, as a running program that is asked for its trace."""
        config, commands, socket = work / "trace.json", work / "trace.commands", work / "sock"
        text = (work / "up.json").read_text()
        config.write_text(text.replace(".out.pcap", ".trace.pcap"))
        commands.write_text((work / "commands").read_text() + "trace start count 100\n")
        ask = [pathlib.Path(self.options.godwit).parent / "godwitctl", "-s", socket]
        with open(work / "trace.log", "wb") as out:
            run = [self.options.godwit, "-c", config, "-x", commands, "-s", socket]
            godwit = subprocess.Popen(run, stdin=subprocess.DEVNULL, stdout=out, stderr=out)
            try:
                self._ask(godwit, ask + ["-j", "show", "drop"], self._all_received(work))
                text = self._ask(godwit, ask + ["trace", "show"], bool)
            finally:
                godwit.terminate()
                godwit.wait(self.options.timeout)
        return text.splitlines()[:120]

    @staticmethod
    def _all_received(work):
        count = sum(len(pcap.read(path)) for path in work.glob("*.in.pcap"))
        return lambda text: json.loads(text)["received"] == count

    @staticmethod
    def _ask(godwit, command, enough):
        """godwitctl's answer as soon as it is there and is enough, else the last one after 2 s."""
        text, end = "", time.monotonic() + 2
        while time.monotonic() < end and godwit.poll() is None:
            try:
                done = subprocess.run(command, capture_output=True, text=True, timeout=2)
                text = done.stdout or done.stderr
                if done.returncode == 0 and enough(text):
                    break
            except (OSError, ValueError, subprocess.TimeoutExpired) as error:
                text = str(error)
            time.sleep(0.05)
        return text

    @staticmethod
    def _tail(path, count):
        lines = path.read_text(errors="replace").splitlines()
        return (
            [f"... {len(lines) - count} lines before, in {path}"] if len(lines) > count else []
        ) + lines[-count:]
