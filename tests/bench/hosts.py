# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors
"""Host number i of a benchmark's set, as hosts.h says it in C."""
import ipaddress

MASK = 0x0fffffff
SETS = ("dense", "sparse")


def host_ip(i, kind):
    if kind == "dense":
        return 0x0a000000 + i
    x = (i * 0x9e3779b1) & MASK
    x ^= x >> 14
    return 0x10000000 | ((x * 0x85ebca6b) & MASK)


def host_mac(i):
    return "02:68:" + ":".join(f"{b:02x}" for b in i.to_bytes(4, "big"))


def ip_text(value):
    return str(ipaddress.IPv4Address(value))


def _check(hostlist):
    """The C and the Python function agree, and no two hosts share an address."""
    import subprocess
    count = 1 << 17
    for kind in SETS:
        args = [hostlist, kind, "0", str(count), "1", "7", "@i @ip @mac @m"]
        lines = subprocess.run(args, check=True, capture_output=True, text=True).stdout.splitlines()
        want = [f"{i} {ip_text(host_ip(i, kind))} {host_mac(i)} {i % 7}" for i in range(count)]
        if lines != want:
            raise SystemExit(f"{kind}: gw_hostlist and hosts.py differ")
    seen = {host_ip(i, "sparse") for i in range(1 << 20)}
    if len(seen) != 1 << 20:
        raise SystemExit("sparse: two hosts share an address")


if __name__ == "__main__":
    import sys
    _check(sys.argv[1])
