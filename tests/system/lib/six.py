#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors
"""six.py NODE CPU: configuration of a node of the worked example for live ports.

It is that of the functional cases (tests/functional/base) with AF_XDP ports of the same names,
neighbours that have to be found, and receivers that have to join. A neighbour's first address, and
the root's tree addresses, are on the link: they are resolved themselves.
"""

import json
import pathlib
import sys

BASE = pathlib.Path(__file__).resolve().parents[2] / "functional/base"
ROOT_BLOCK = "fd00:ffff:1::"


def main():
    node, cpu = sys.argv[1], int(sys.argv[2])
    config = json.loads((BASE / f"r{node}.json").read_text())
    config["eal"] = ["--no-pci", "--no-huge"]
    del config["mbuf"]
    config["lcores"] = {"slow": cpu, "workers": [cpu]}
    toward_root = {"3": "r1", "5": "r3", "6": "r3", "7": "r5", "8": "r5"}.get(node)
    for port in config["ports"]:
        port["device"] = "af_xdp:" + port["name"]
        port.pop("neighbors", None)
        if port["role"] != "network" or "addresses" not in port:
            continue
        neighbor = port["name"][1:]
        port["addresses"].append(f"fd00:0:{neighbor}::{node}00/64")
        if port["name"] == toward_root and neighbor == "1":
            port["addresses"].append(f"{ROOT_BLOCK}{node}00/64")
        config["routes"] = [r for r in config["routes"] if r["prefix"] != f"fd00:0:{neighbor}::/48"
                            and not (neighbor == "1" and r["prefix"] == ROOT_BLOCK + "/48")]
    for interface in config["interfaces"]:
        interface.pop("neighbors", None)
    config["sr_mcast"].pop("receivers", None)
    config.pop("group_membership")
    json.dump(config, sys.stdout, indent=2)
    print()


if __name__ == "__main__":
    main()
