# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors
"""The machine under the benchmark: what it is, its hugepages, what a process uses."""
import atexit
import glob
import os
import platform
import re
import subprocess

PAGES = "/proc/sys/vm/nr_hugepages"  # of the default size


def _read(path, default=""):
    try:
        with open(path, encoding="ascii", errors="replace") as f:
            return f.read()
    except OSError:
        return default


def _field(text, name):
    m = re.search(rf"^{re.escape(name)}\s*:\s*(.*)$", text, re.M)
    return m.group(1).strip() if m else ""


def take_hugepages(want):
    """At least `want` hugepages until the process ends; returns how many there are."""
    have = int(_read(PAGES, "0"))
    if want <= have:
        return have

    def give_back():
        with open(PAGES, "w", encoding="ascii") as f:
            f.write(str(have))

    try:
        with open(PAGES, "w", encoding="ascii") as f:
            f.write(str(want))
    except OSError:
        return have
    atexit.register(give_back)
    return int(_read(PAGES, "0"))


def describe():
    cpu = _read("/proc/cpuinfo")
    mem = _read("/proc/meminfo")
    dpdk = subprocess.run(["pkg-config", "--modversion", "libdpdk"], capture_output=True, text=True,
                          check=False).stdout.strip()
    caches = []
    for index in sorted(glob.glob("/sys/devices/system/cpu/cpu0/cache/index*")):
        if _read(index + "/type").strip() != "Instruction":
            caches.append(_read(index + "/size").strip())
    return {
        "cpu": _field(cpu, "model name"), "family_model": "/".join(
            _field(cpu, n) for n in ("cpu family", "model", "stepping")),
        "cpus": os.cpu_count(), "data caches": "/".join(caches),
        "virtual": "yes" if "hypervisor" in cpu else "no",
        "kernel": platform.release(), "memory": _field(mem, "MemTotal"),
        "hugepages": f"{_field(mem, 'HugePages_Total')} x {_field(mem, 'Hugepagesize')}",
        "dpdk": dpdk, "load": round(os.getloadavg()[0], 2)}


def memory_kib(pid):
    """Resident memory and hugepages of a process, now and at most."""
    status = _read(f"/proc/{pid}/status")

    def kib(name):
        return int((_field(status, name) or "0 kB").split()[0])

    return {"rss": kib("VmRSS"), "peak_rss": kib("VmHWM"), "hugepages": kib("HugetlbPages")}


def cpu_seconds(pid):
    """User and system time of a process so far."""
    fields = _read(f"/proc/{pid}/stat").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK") if fields else 0.0
