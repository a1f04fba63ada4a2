# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors
"""How exactly rate limits are kept: what every host got, against what it was to get."""
from cases import Case, M, number
from source import Failed, Process
from table import Row

SECONDS = 10
FRAME, PACKET = 1518, 1500  # octets; they cost what small ones cost, and a kbit/s is less of them
BURST = 10  # packets that a full bucket lets through
SHARE = 0.7  # of the rate that the worker reached, so that it keeps up
MOST = 10e6  # packets per second are enough for few hosts


def _case(bench, subject, hosts):
    """A limit at half of what every host is sent, and the rate of the source."""
    free = Case(hosts=hosts, policing=True)
    rate = min(bench.window(subject, free, "policing")["mpps"] * 1e6 * SHARE, MOST * hosts / 10000)
    cir = max(round(rate / hosts / 2 * PACKET * 8 / 1000), 1)
    return (Case(hosts=hosts, policing=True, size=str(FRAME), cir=cir, cbs=BURST * PACKET),
            cir * 1000 / 8 / PACKET * 2 * hosts)


def _counts(control):
    """(packets, policed packets) to every host."""
    for line in control.run("show", "host", "all", timeout=300).splitlines():
        fields = line.split()
        if fields[0] == "IP":
            sent, policed = fields.index("TX_PACKETS"), fields.index("POLICED_TX_PACKETS")
        else:
            yield int(fields[sent]), int(fields[policed])


def _run(bench, subject, case, rate):
    """Deviations of all hosts, as a share of what they were to get."""
    limit = int(rate * SECONDS)
    env = dict(case.source_env(bench), RATE=rate, LIMIT=limit, TIMES=1)
    with Process(bench, subject.command(case), env, "policing", subject.chatty) as proc:
        control = subject.control()
        proc.wait_until("end of the packets", lambda: proc.count("rx", 0)["packets"] >= limit, 120)
        proc.wait_until("answer on the control socket", control.ready)
        tx, missed = proc.count("tx", 1), proc.count("rx", 0)["missed"]
        counts = list(_counts(control))
    if len(counts) != case.hosts:
        raise Failed(f"{len(counts)} hosts are shown, {case.hosts} were expected")
    total = sum(a + b for a, b in counts)
    if total != limit:
        raise Failed(f"{limit} packets were sent, {total} were counted")
    seconds = (tx["last_ns"] - tx["first_ns"]) / 1e9
    due = BURST + case.cir * 1000 / 8 * seconds / PACKET
    return [a / due - 1 for a, _ in counts], due, missed


def policing(bench):
    """Hosts with a committed rate are offered twice as much for ten seconds; every bucket is full
    at first and counts as well."""
    subject = bench.subject("godwit")
    for hosts in (10000, M):
        case, rate = _case(bench, subject, hosts)
        mean, worst = [], []
        for run in range(1 if bench.quick else bench.runs):
            off, due, missed = _run(bench, subject, case, rate)
            mean.append(100 * abs(sum(off)) / len(off))
            worst.append(100 * max(map(abs, off)))
            bench.progress(f"policing/{number(hosts)} {run + 1}: {mean[-1]:.3f} % off on average, "
                           f"{worst[-1]:.2f} % at worst")
        note = (f"{case.cir} kbit/s each, {due:.0f} packets, one is {100 / due:.2f} %; "
                f"{rate / 1e6:.1f} Mpps offered, {missed} missed")
        yield Row(f"policing/{number(hosts)}", "godwit", "% off, all hosts together", mean, note)
        yield Row(f"policing/{number(hosts)}", "godwit", "% off, the worst host", worst, note)
