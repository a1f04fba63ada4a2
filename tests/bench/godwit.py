# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors
"""Godwit as a subject: its configuration for a case, its control socket."""
import json
import os
import subprocess
import tempfile

# Ports of every case: core0 is the network, acc0 the hosts, core1 a second network port where the
# case has tunnels. Addresses as the packet source's defaults.
CORE0 = {"name": "core0", "device": "net_null0", "role": "network", "mac": "02:00:00:00:0a:01",
         "mtu": 1600, "addresses": ["172.30.0.1/16"],
         "neighbors": {"172.30.0.254": "02:00:00:00:00:fe", "172.30.0.3": "02:00:00:00:00:03"}}
ACC0 = {"name": "acc0", "device": "net_null1", "role": "access", "mac": "02:00:00:00:0a:02"}
CORE1 = {"name": "core1", "device": "net_null2", "role": "network", "mac": "02:00:00:00:0a:03",
         "mtu": 1600, "addresses": ["172.31.0.1/16"]}
REMOTES = "172.31"  # tunnel i ends at REMOTES.(i + 2)
VNI = 100

# More than a benchmark can send, so that a meter works and drops nothing.
METER = {"cir_kbps": 40000000, "cbs_bytes": 10000000}


def guard_off(conf):
    """Any source may send."""
    conf["ports"][1] = dict(ACC0, source_guard=False)


# How a feature is switched off: a function that changes the configuration.
SWITCH_OFF = {"guard": guard_off}


def idle_on(conf):
    """Makes idle workers sleep."""
    conf["lcores"]["idle_sleep_us"] = 50


def remote(i):
    return f"{REMOTES}.{(i + 2) >> 8}.{(i + 2) & 0xff}"


def meter_text(case):
    meter = {"cir_kbps": case.cir, "cbs_bytes": case.cbs} if case.cir else METER
    return f',"ingress":{json.dumps(meter)},"egress":{json.dumps(meter)}'


def host_text(case):
    """What gw_hostlist expands to one element of "hosts" or "host_tunnels"."""
    if case.tunnels:
        where = '"group":"pair"' if case.group else '"tunnel":"t@m"'
        return '"host_tunnels"', '{"ip":"@ip",' + where + "}"
    # VLANs 10 to 1999, as many as the modulus.
    where = '"port":"acc0","vlans":[100,1@m]' if case.vlans else '"interface":"a1"'
    return '"hosts"', ('{"ip":"@ip","mac":"@mac",' + where +
                       (meter_text(case) if case.policing else "") + "}")


def config(case, huge):
    """Everything but the hosts."""
    core1 = dict(CORE1, neighbors={remote(i): f"02:00:00:01:{i >> 8:02x}:{i & 0xff:02x}"
                                   for i in range(max(case.tunnels, 1))})
    ports = [CORE0, ACC0] + ([core1] if case.ports == 3 else [])
    conf = {
        "name": "bench", "eal": ["--no-pci"] + ([] if huge else ["--no-huge", "-m", "3072"]),
        "lcores": {"slow": 0, "workers": [1]}, "gateway": {"mac": "00:00:5e:00:01:01"},
        "ports": ports, "interfaces": [{"name": "a1", "port": "acc0", "vlans": []}],
        "routes": [] if case.dropped else [{"prefix": "0.0.0.0/0", "via": "172.30.0.254"}]}
    if case.decap:
        conf["tunnels"] = [{"name": f"t{i}", "type": "vxlan-gpe", "vni": VNI, "local": "172.30.0.1",
                            "remote": remote(i)} for i in range(case.decap)]
    elif case.ports == 3:
        conf["tunnels"] = [{"name": f"t{i}", "type": "vxlan-gpe", "vni": VNI, "local": "172.31.0.1",
                            "remote": remote(i)} for i in range(max(case.tunnels, 1))]
        conf["tunnels"].append({"name": "other", "type": "vxlan-gpe", "vni": VNI,
                                "local": "172.30.0.1", "remote": "172.30.0.3"})
        conf["tunnel_groups"] = [{"name": "pair", "active": "t0", "backup": "other"}]
        conf["interfaces"][0]["fallback"] = "t0"
    for name in case.off:
        SWITCH_OFF[name](conf)
    if case.idle:
        idle_on(conf)
    return conf


def write_config(bench, case, path):
    """The configuration as a file, hosts in it."""
    if os.path.exists(path):
        return path
    key, text = host_text(case)
    head = json.dumps(config(case, bench.huge), indent=1)
    modulus = str(case.tunnels or case.vlans or 1)
    with open(path + ".tmp", "w", encoding="ascii") as f:
        f.write(head[:-2] + f",\n {key}: [\n")
        f.flush()
        subprocess.run([bench.path("gw_hostlist"), case.kind, "0", str(case.hosts), "1", modulus,
                        text, ",\n"], stdout=f, check=True)
        f.write("]}\n")
    os.rename(path + ".tmp", path)
    return path


class Control:
    """godwitctl against one running godwit."""

    def __init__(self, bench, socket):
        self.bench = bench
        self.argv = [bench.godwitctl, "-s", socket]

    def run(self, *words, timeout=120):
        run = subprocess.run([*self.argv, *words], capture_output=True, text=True, check=False,
                             timeout=timeout)
        if run.returncode != 0:
            raise RuntimeError(f"godwitctl {' '.join(words)}: {run.stderr.strip()}")
        return run.stdout

    def ready(self):
        run = subprocess.run([*self.argv, "show", "version"], capture_output=True, check=False,
                             timeout=10)
        return run.returncode == 0

    def stamped(self, *words):
        """Runs a command; CLOCK_MONOTONIC when it was sent, or, if unknown, before it started."""
        with tempfile.NamedTemporaryFile(dir=self.bench.scratch) as stamp:
            env = dict(os.environ, LD_PRELOAD=self.bench.path("gw_stamp.so"),
                       GW_STAMP_MATCH=words[0], GW_STAMP_FILE=stamp.name)
            before = self.bench.now_ns()
            run = subprocess.run([*self.argv, *words], env=env, capture_output=True, text=True,
                                 check=False, timeout=60)
            if run.returncode != 0:
                raise RuntimeError(f"godwitctl {' '.join(words)}: {run.stderr.strip()}")
            text = stamp.read()
        return int(text) if text else before


class Godwit:
    """The user plane."""
    name = "godwit"
    chatty = False

    def __init__(self, bench):
        self.bench = bench

    def missing(self):
        path = self.bench.godwit
        return None if os.access(path, os.X_OK) else f"{path} is missing"

    def takes(self, case):
        return True

    def command(self, case):
        name = f"godwit-{case.config_name}.conf"
        path = write_config(self.bench, case, os.path.join(self.bench.scratch, name))
        return [self.bench.godwit, "-c", path, "-s", self.socket()]

    def socket(self):
        return os.path.join(self.bench.scratch, "godwit.sock")

    def control(self):
        return Control(self.bench, self.socket())
