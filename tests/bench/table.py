# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors
"""Figures as rows, table and JSON."""
import dataclasses
import math
import statistics


def percentile(values, share):
    """The smallest value that `share` percent of the sorted values do not exceed."""
    return values[max(math.ceil(len(values) * share / 100) - 1, 0)]


def text(value):
    if value >= 1000:
        return f"{value:.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


@dataclasses.dataclass
class Row:
    """One figure over its runs."""
    name: str
    subject: str
    unit: str
    values: list
    note: str = ""

    def spread(self):
        return min(self.values), statistics.median(self.values), max(self.values)

    def json(self):
        low, mid, high = self.spread()
        return {"case": self.name, "subject": self.subject, "unit": self.unit, "min": low,
                "median": mid, "max": high, "runs": len(self.values), "note": self.note}


class Forwarding:
    """The reports of one subject in one case."""

    def __init__(self, case, subject):
        self.case, self.subject = case, subject
        self.reports = []
        self.failed = None

    def values(self, key):
        return [r[key] for r in self.reports]

    def sent(self):
        rx = sum(self.values("rx"))
        return sum(self.values("tx")) / rx if rx else 0

    def median(self, key):
        return statistics.median(self.values(key))

    def note(self, base):
        notes = []
        if not self.case.dropped and abs(1 - self.sent()) > 0.001:
            notes.append(f"SENT {self.sent() * 100:.2f} % OF THE PACKETS: no forwarding figure")
        if self.case.dropped:
            notes.append("dropped, as it should be" if self.sent() < 0.01 else
                         f"SENT {self.sent() * 100:.2f} %, WHERE ALL SHOULD BE DROPPED")
        if base is not None and base is not self and base.reports:
            notes.append(f"x{self.median('clk_per_packet') / base.median('clk_per_packet'):.2f}")
        disturbed = sum(r["disturbed"] for r in self.reports)
        if disturbed:
            notes.append(f"{disturbed} runs shared their CPU")
        return ", ".join(notes)

    def rows(self, base):
        if self.failed:
            return []
        note = self.note(base)
        return [Row(self.case.name, self.subject, unit, self.values(key), note) for key, unit in
                (("clk_per_packet", "clk per packet"), ("ns_per_packet", "ns per packet"),
                 ("mpps", "Mpps"), ("rx_burst", "packets per poll"))]


def forwarding_table(results, base_name):
    """Lines; results by case, in the order in which they were measured."""
    head = (f"{'case':34} {'subject':9} {'clk min':>8} {'median':>8} {'max':>8} {'ns':>7} "
            f"{'Mpps':>7} {'burst':>5}  remarks (x: times {base_name})")
    lines = [head, "-" * len(head)]
    for case, by_subject in results.items():
        for result in by_subject.values():
            if result.failed:
                lines.append(f"{case.name:34} {result.subject:9} failed: {result.failed}")
                continue
            clk = Row("", "", "", result.values("clk_per_packet")).spread()
            lines.append(f"{case.name:34} {result.subject:9} " +
                         " ".join(f"{v:8.1f}" for v in clk) +
                         f" {result.median('ns_per_packet'):7.2f} {result.median('mpps'):7.2f}"
                         f" {result.median('rx_burst'):5.1f}  "
                         f"{result.note(by_subject.get(base_name))}".rstrip())
    return lines


def rows_table(rows):
    head = f"{'case':34} {'subject':9} {'min':>10} {'median':>10} {'max':>10}  unit and remarks"
    lines = [head, "-" * len(head)]
    for row in rows:
        remark = row.unit + (f"; {row.note}" if row.note else "")
        lines.append(f"{row.name:34} {row.subject:9} " +
                     " ".join(f"{text(v):>10}" for v in row.spread()) + "  " + remark)
    return lines
