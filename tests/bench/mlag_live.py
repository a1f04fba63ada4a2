# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors
"""An MLAG pair of two processes on AF_XDP ports in namespaces: a restart with many hosts, how long
an answer takes from the one device's wire into the other one's table, made-up replies.

             hosts: ra                a's slow path and worker on CPU 0, b's on CPU 1; hosts and
               |                      floods where there is room, so that figures are an upper bound
              [a]=peer=[b]
         hosts: l1      l2
"""
import functools
import ipaddress
import json
import os
import shutil
import subprocess
import time

import godwit
from cases import Case, K, number
from source import Failed, Process
from table import Row, percentile

HELLO_S = 0.2
FIRST_IP = ipaddress.ip_address("10.2.1.0")  # of mlag_hosts.c
ROUTER_MAC = "02:00:00:00:00:fa"


class Pair:
    """Namespaces, the two devices and the hosts; leaves nothing behind."""

    def __init__(self, bench, tag):
        self.bench, self.names, self.procs = bench, {}, {}
        self.hosts_path = bench.path("gw_mlag_hosts")
        self.godwit = os.path.join(bench.build, "app", "godwit")
        self.dir = os.path.join(bench.work, f"mlag-{tag}")
        os.makedirs(self.dir, exist_ok=True)

    def __enter__(self):
        try:
            self._network()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *exc):
        for name in list(self.procs):
            try:
                self.stop(name, "kill")
            except subprocess.TimeoutExpired:
                pass  # the kernel still takes its sockets apart
        for space in self.names.values():
            subprocess.run(["ip", "netns", "del", space], check=False)

    def _ip(self, *words):
        subprocess.run(["ip", *words], check=True)

    def _network(self):
        for name in ("a", "b", "hosts"):
            self.names[name] = f"gwbench{os.getpid()}_{name}"
            self._ip("netns", "add", self.names[name])
            subprocess.run(
                self.inside(name)
                + ["sh", "-c", "echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6"],
                check=True,
            )
        for one, port, other, peer in (
            ("a", "core", "hosts", "ra"),
            ("b", "core", "hosts", "rb"),
            ("a", "mem", "hosts", "l1"),
            ("b", "mem", "hosts", "l2"),
            ("a", "peer", "b", "peer"),
        ):
            self._ip(
                "link",
                "add",
                port,
                "netns",
                self.names[one],
                "mtu",
                "1600",
                "type",
                "veth",
                "peer",
                "name",
                peer,
                "netns",
                self.names[other],
                "mtu",
                "1600",
            )
            for name, link in ((one, port), (other, peer)):
                subprocess.run(self.inside(name) + ["ip", "link", "set", link, "up"], check=True)
                subprocess.run(
                    self.inside(name) + ["ethtool", "-K", link, "tx", "off"],
                    check=True,
                    stdout=subprocess.DEVNULL,
                )

    def inside(self, name):
        return ["ip", "netns", "exec", self.names[name]]

    def spawn(self, name, argv, space, cpu=None, out=subprocess.DEVNULL):
        pin = ["taskset", "-c", str(cpu)] if cpu is not None else []
        with open(os.path.join(self.dir, name + ".log"), "wb") as log:
            self.procs[name] = subprocess.Popen(
                self.inside(space) + pin + argv,
                stdin=subprocess.DEVNULL,
                stderr=log,
                stdout=log if out == subprocess.DEVNULL else out,
                preexec_fn=lambda: os.sched_setaffinity(0, self.bench.cpus),
            )
        return self.procs[name]

    def stop(self, name, how="terminate"):
        proc = self.procs.pop(name)
        if proc.poll() is None:
            getattr(proc, how)()
        proc.wait(10)

    def config(self, name):
        n = "ab".index(name) + 1
        cpus = sorted(self.bench.cpus)
        cpu = cpus[(n - 1) % len(cpus)]
        return {
            "name": name,
            "eal": ["--no-pci", "--no-huge"],
            "lcores": {"slow": cpu, "workers": [cpu]},
            "arp": {"max_neighbors": 262144},
            "ports": [
                {
                    "name": "core",
                    "device": "af_xdp:core",
                    "role": "network",
                    "mac": f"02:00:00:00:0c:0{n}",
                    "addresses": [f"192.0.{n + 1}.1/24"],
                },
                {
                    "name": "peer",
                    "device": "af_xdp:peer",
                    "role": "peer-link",
                    "mtu": 1564,
                    "mac": f"02:00:00:00:0b:0{n}",
                },
                {
                    "name": "mem",
                    "device": "af_xdp:mem",
                    "role": "member",
                    "addresses": [f"10.2.0.{n + 1}/14"],
                },
            ],
            "mlag": {
                "mode": "peer-link",
                "system_id": f"02:00:00:00:aa:0{n}",
                "peer_system_id": f"02:00:00:00:aa:0{3 - n}",
                "virtual_mac": "00:00:5e:00:01:0a",
                "peer_link": "peer",
                "delay_restore_s": 0,
                "members": [{"id": 1, "port": "mem", "virtual_addresses": ["10.2.0.1/14"]}],
            },
        }

    def start(self, name, cpu=None):
        path = os.path.join(self.dir, name + ".json")
        with open(path, "w", encoding="ascii") as f:
            json.dump(
                dict(
                    self.config(name),
                    **({"lcores": {"slow": cpu, "workers": [cpu]}} if cpu is not None else {}),
                ),
                f,
            )
        self.spawn(name, [self.godwit, "-c", path, "-s", self.socket(name)], name)
        self.until(f"answer of {name}", lambda: self.ask(name, "show", "version") is not None)

    def socket(self, name):
        return os.path.join(self.dir, name + ".sock")

    def ask(self, name, *words):
        """Of the command line, as JSON; None: no answer."""
        out = subprocess.run(
            [self.godwit + "ctl", "-s", self.socket(name), "-j", *words],
            capture_output=True,
            text=True,
            check=False,
        )
        return json.loads(out.stdout) if out.returncode == 0 else None

    def mlag(self, name):
        return self.ask(name, "show", "mlag", "detail") or {}

    def until(self, what, condition, seconds=60):
        end = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end:
                raise Failed(f"mlag: no {what} in {seconds} s")
            time.sleep(0.02)

    def both_up(self):
        return all(
            self.mlag(n).get("peer") == "up" and self.mlag(n)["members"][0]["here"] == "up"
            for n in "ab"
        )

    def hosts(self, name, *words, out=subprocess.DEVNULL, cpu=None):
        return self.spawn(name, [self.hosts_path, *map(str, words)], "hosts", cpu, out)

    def fill(self, count):
        """Both know so many hosts. Questions may be lost where others want the CPU as well."""
        for _ in range(10):
            self.hosts("fill", "fill", 0, count, 10000).wait(120)
            try:
                self.until("equal tables", lambda: self.equal(count), 20)
                return
            except Failed:
                pass
        raise Failed(f"mlag: no equal tables of {count}: {self.mlag('a')} {self.mlag('b')}")

    def equal(self, count):
        states = [self.mlag(n) for n in "ab"]
        return all(s.get("tables") == "equal" and s["entries"] == count for s in states)

    def known(self, name, count):
        """How many of the first `count` hosts it knows."""
        hosts = {str(FIRST_IP + i) for i in range(count)}
        return sum(n["ip"] in hosts for n in self.ask(name, "show", "neighbor") if n["mac"])


def live(part):
    """Without root there is none of it."""

    @functools.wraps(part)
    def run(bench):
        if os.geteuid() != 0 or shutil.which("ethtool") is None:
            bench.progress(f"{part.__name__}: needs root and ethtool, left out")
            return
        yield from part(bench)

    return run


@live
def mlag_live_restart(bench):
    """From the moment at which a hears b again to equal tables of both, b having been killed."""
    for count in (10000,) if bench.quick else (10000, 100000):
        for where in ("a", "b", "each"):
            seconds, rates, full = [], [], []
            with Pair(bench, f"restart-{where}") as pair:
                pair.start("a")
                pair.start("b")
                pair.hosts("answer", "answer", where)
                pair.until("pair", pair.both_up)
                pair.fill(count)
                for run in range(1 if bench.quick else bench.runs):
                    before = pair.mlag("a")["counters"]
                    pair.stop("b", "kill")
                    pair.until("silence of b", lambda p=pair: p.mlag("a")["peer"] == "down")
                    pair.start("b")
                    pair.until("equal tables", lambda p=pair, n=count: p.equal(n))
                    done = time.monotonic()
                    state = pair.mlag("a")
                    up = next(e["ago_s"] for e in state["events"] if "peer is up" in e["what"])
                    seconds.append(up - (time.monotonic() - done))
                    after = [s["counters"] for s in (state, pair.mlag("b"))]
                    rates.append((after[0]["asked"] - before.get("asked", 0)) / count)
                    records = (
                        after[1].get("record_sent", 0)
                        + after[0].get("record_sent", 0)
                        - before.get("record_sent", 0)
                    )
                    messages = sum(
                        c["message_sent"]
                        - c["hello_sent"]
                        - b.get("message_sent", 0)
                        + b.get("hello_sent", 0)
                        for c, b in zip(after, (before, {}))
                    )
                    full.append(records / max(messages, 1))
                    bench.progress(
                        f"mlag/live/restart/{number(count)}/{where} {run + 1}: "
                        f"{seconds[-1]:.2f} s"
                    )
            name = f"mlag/live/restart/{number(count)}/answers-at-{where}"
            yield Row(
                name,
                "godwit",
                "s to equal tables",
                seconds,
                f"within {HELLO_S} s, the time between two hellos",
            )
            yield Row(name, "godwit", "requests per entry", rates)
            yield Row(name, "godwit", "packets per sync message", full)


@live
def mlag_live_latency(bench):
    """From an answer on b's wire until a sends what waited for it, at 10,000 answers a second."""
    p50, p99, notes = [], [], []
    with Pair(bench, "latency") as pair:
        pair.start("a")
        pair.start("b")
        pair.until("pair", pair.both_up)
        count = 20000 if bench.quick else 50000
        for run in range(min(bench.runs, 2)):
            proc = pair.hosts("latency", "latency", run * count, count, 10000, out=subprocess.PIPE)
            report = json.loads(proc.communicate(timeout=60)[0])
            p50.append(report["p50_us"])
            p99.append(report["p99_us"])
            notes.append(f"{report['lost']} lost, at most {report['max_us']:.0f}")
            bench.progress(f"mlag/live/latency {run + 1}: {report}")
    yield Row("mlag/live/latency/10k-per-s", "godwit", "us p50", p50)
    yield Row("mlag/live/latency/10k-per-s", "godwit", "us p99", p99, "; ".join(notes))


@live
def mlag_live_flood(bench):
    """A million made-up replies in ten seconds: who is there stays known, the command line answers,
    hellos go on. A few of them answer a question, because they were said to both devices: those
    stay, until their age."""
    count, seconds = (200000, 2) if bench.quick else (1000000, 10)
    with Pair(bench, "flood") as pair:
        pair.start("a")
        pair.start("b")
        pair.hosts("answer", "answer", "each")
        pair.until("pair", pair.both_up)
        pair.fill(1000)
        before = {n: pair.mlag(n) for n in "ab"}
        proc = pair.hosts("flood", "flood", count, seconds, out=subprocess.PIPE)
        answers, least, silence, most = [], 1000, 0, 0
        while proc.poll() is None:
            start = time.monotonic()
            state = pair.mlag("a")
            answers.append((time.monotonic() - start) * 1e3)
            least = min(least, state["entries"])
            silence = max(silence, state["peer_heard_s"])
            most = max([most] + [m["unconfirmed"] for m in state["members"]])
            time.sleep(0.02)
        report = json.loads(proc.communicate()[0])
        pair.until(
            "equal tables", lambda: all(pair.mlag(n).get("tables") == "equal" for n in "ab"))
        here = min(pair.known(n, 1000) for n in "ab")
        after = {n: pair.mlag(n) for n in "ab"}
        for name in "ab":
            if len(after[name]["events"]) != len(before[name]["events"]):
                raise Failed(f"mlag: the flood changed {name}: {after[name]['events'][0]}")
    note = f"{count} in {report['seconds']} s"
    yield Row(
        "mlag/live/flood",
        "godwit",
        "ms for an answer, p99",
        [percentile(sorted(answers), 99)],
        f"{note}, a process to start among it; slowest {max(answers):.0f}",
    )
    yield Row("mlag/live/flood", "godwit", "unconfirmed at most", [most],
              "1024 of a member are let in")
    yield Row("mlag/live/flood", "godwit", "entries at least", [least], "of 1000 that are there")
    yield Row("mlag/live/flood", "godwit", "known at the end", [here], "of 1000 that are there")
    yield Row("mlag/live/flood", "godwit", "entries at the end",
              [max(after[n]["entries"] for n in "ab")], "those, and made-up ones that were believed")
    yield Row("mlag/live/flood", "godwit", "ms between hellos at most", [silence * 1e3], note)


def _beside_config(bench, pair):
    """Device a with the two ports of the packet source as its first ones, the worker on a CPU of its
    own."""
    case = Case(hosts=K)
    path = os.path.join(pair.dir, "beside.json")
    if os.path.exists(path):
        os.unlink(path)
    with open(godwit.write_config(bench, case, path), encoding="ascii") as f:
        conf = json.load(f)
    own = pair.config("a")
    conf["ports"] += [p for p in own["ports"] if p["name"] != "core"]
    conf.update(mlag=own["mlag"], eal=["--no-pci", "--no-huge", "-m", "1024"])
    with open(path, "w", encoding="ascii") as f:
        json.dump(conf, f)
    return case, path


@live
def mlag_live_beside(bench):
    """What a forwards as fast as it can, with made-up replies on its member and without, in turns."""
    rates = {"flood": [], "no flood": []}
    with Pair(bench, "beside") as pair:
        case, path = _beside_config(bench, pair)
        argv = pair.inside("a") + [pair.godwit, "-c", path, "-s", pair.socket("a")]
        with Process(bench, argv, case.source_env(bench), "mlag-beside", True) as proc:
            pair.start("b", cpu=0)
            pair.until("pair", pair.both_up)
            proc.wait_until("packet", lambda: proc.count("tx", 1)["packets"] > 1000)
            seconds = 2
            for _ in range(bench.runs):
                for what in rates:
                    if what == "flood":
                        pair.hosts("flood", "flood", 100000 * seconds, seconds, cpu=0)
                    start, first = time.monotonic(), proc.count("tx", 1)["packets"]
                    time.sleep(seconds * 0.9)
                    packets = proc.count("tx", 1)["packets"] - first
                    rates[what].append(packets / (time.monotonic() - start) / 1e6)
                    if what == "flood":
                        pair.procs["flood"].wait(30)
                bench.progress(f"mlag/live/beside: {rates}")
            counters = pair.mlag("a")["counters"]
    for what, values in rates.items():
        yield Row(
            f"mlag/live/beside/{what.replace(' ', '-')}",
            "godwit",
            "Mpps forwarded",
            values,
            f"{counters.get('sender_off_link', 0)} refused of one in eight off the subnet",
        )
