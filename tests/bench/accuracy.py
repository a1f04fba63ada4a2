# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors
"""How exactly rate limits are kept: what every host got, against what it was to get."""
from cases import Case, M, number
from source import Failed, Process
from table import Row

SECONDS = 10  # the window in which packets are counted
WARMUP = 3  # seconds before it, or until buckets are empty
FRAME, PACKET = 1518, 1500  # octets; they cost what small ones cost, and a kbit/s is less of them
BURST, BURST_SECONDS = 10, 0.2  # packets that a full bucket lets through, at least that much
SHARE = 0.4  # of the rate that the worker reached, so that it keeps up with dropping as well
MOST = 10e6  # packets per second are enough for few hosts


def _case(bench, subject, hosts):
    """A limit at half of what every host is sent, and the rate of the source."""
    free = Case(hosts=hosts, policing=True)
    rate = min(bench.window(subject, free, "policing")["mpps"] * 1e6 * SHARE, MOST * hosts / 10000)
    cir = max(round(rate / hosts / 2 * PACKET * 8 / 1000), 1)
    each = cir * 1000 / 8 / PACKET
    return (Case(hosts=hosts, policing=True, size=str(FRAME), cir=cir,
                 cbs=max(BURST, round(each * BURST_SECONDS)) * PACKET), each * 2 * hosts)


def _counts(control):
    """(packets, policed packets) to every host."""
    for line in control.run("show", "host", "all", timeout=300).splitlines():
        fields = line.split()
        if fields[0] == "IP":
            sent, policed = fields.index("TX_PACKETS"), fields.index("POLICED_TX_PACKETS")
        else:
            yield int(fields[sent]), int(fields[policed])


def _run(bench, subject, case, rate):
    """What passed in the window, as a share of the configured rates; the host that is farthest off
    over all of the time, in which every bucket was full at first; packets that the worker missed."""
    each = case.cir * 1000 / 8 / PACKET
    warmup = max(WARMUP, 1.2 * case.cbs / PACKET / each)  # as much again comes as may pass
    limit = int(rate * (warmup + SECONDS + 2))
    # Evenly: of packets at random times a host may have none to send while its bucket is full.
    env = dict(case.source_env(bench), SET="turns", RATE=rate, LIMIT=limit, TIMES=1, WARMUP=warmup,
               SECONDS=SECONDS)
    with Process(bench, subject.command(case), env, "policing", subject.chatty) as proc:
        control = subject.control()
        report = proc.report(120)
        proc.wait_until("end of the packets", lambda: proc.count("rx", 0)["packets"] >= limit)
        proc.wait_until("answer on the control socket", control.ready)
        tx, missed = proc.count("tx", 1), proc.count("rx", 0)["missed"]
        counts = list(_counts(control))
    if len(counts) != case.hosts:
        raise Failed(f"{len(counts)} hosts are shown, {case.hosts} were expected")
    total = sum(a + b for a, b in counts)
    if total != limit:
        raise Failed(f"{limit} packets were sent, {total} were counted")
    due = case.cbs / PACKET + each * (tx["last_ns"] - tx["first_ns"]) / 1e9
    return (report["tx"] / report["seconds"] / each / case.hosts,
            max(abs(a / due - 1) for a, _ in counts), due, missed / limit)


def policing(bench):
    """Hosts with a committed rate are sent twice as much."""
    subject = bench.subject("godwit")
    for hosts in (10000, M):
        case, rate = _case(bench, subject, hosts)
        total, worst = [], []
        for run in range(1 if bench.quick else bench.runs):
            share, far, due, missed = _run(bench, subject, case, rate)
            total.append(100 * (share - 1))
            worst.append(100 * far)
            bench.progress(f"policing/{number(hosts)} {run + 1}: {total[-1]:+.3f} %, the worst "
                           f"host {worst[-1]:.2f} %, {missed:.1%} missed")
        note = (f"{case.cir} kbit/s each, {rate / 1e6:.1f} Mpps" +
                (f", {missed:.1%} MISSED: OTHERS HAD THE CPU" if missed > 0.01 else ""))
        name = f"policing/{number(hosts)}"
        yield Row(name, "godwit", f"% off in {SECONDS} s, all hosts together", total, note)
        yield Row(name, "godwit", "% off of all, the worst host", worst,
                  f"{note}; one packet of {due:.0f} is {100 / due:.2f} %")
