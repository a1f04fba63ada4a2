#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors
"""Tests of the runner itself, with a program that stands in for godwit and does what it is told."""

import argparse
import copy
import json
import pathlib
import tempfile
import unittest

from scapy.compat import raw
from scapy.layers.inet import IP, UDP

import case
import compare
import language
import names
import pcap

FAKE = """#!/usr/bin/python3
import json, pathlib, shutil, sys, time
told = json.loads(pathlib.Path(__file__).with_suffix(".json").read_text())
print("the fake speaks")
time.sleep(told["sleep"])
config = json.loads(pathlib.Path(sys.argv[sys.argv.index("-c") + 1]).read_text())
for port in config["ports"]:
    out = port["device"].split("tx_pcap=")[1]
    if port["name"] in told["out"]:
        shutil.copy(told["out"][port["name"]], out)
if told["stats"]:
    pathlib.Path(sys.argv[sys.argv.index("--stats-json") + 1]).write_text(json.dumps(told["stats"]))
sys.exit(told["status"])
"""

PACKETS = """# One in, one out.
core0 in   FROM(ROUTER) / IP(src=SERVER, dst=C7, ttl=64) / DATA
core0 out  TUNNEL(A, B, sport=entropy("flow")) /
           IP(src=SERVER, dst=C7, ttl=63) / DATA
"""
COUNTERS = """tunnel to-b  tx_packets 1  tx_octets 200
interface core0  rx_packets 1  rx_octets 200  tx_packets 1  tx_octets 236
"""
STATS = {
    "drop": {
        "received": 1,
        "originated": 0,
        "copied": 0,
        "sent": 1,
        "dropped": 0,
        "consumed": 0,
        "held": 0,
        "balanced": True,
        "reasons": {},
    },
    "ports": {
        "core0": {
            "rx_packets": 1,
            "rx_octets": 214,
            "tx_packets": 1,
            "tx_octets": 250,
            "tx_full": 0,
        }
    },
    "interfaces": {"core0": {"rx_packets": 1, "rx_octets": 200, "tx_packets": 1, "tx_octets": 236}},
    "tunnels": {"to-b": {"rx_packets": 0, "rx_octets": 0, "tx_packets": 1, "tx_octets": 200}},
    "events": {"arp_request_sent": 0},
    "mbufs": {"pool": {"size": 2048, "free": 2048, "in_use": 0}},
    "hosts": [{"ip": "10.1.1.5", "rx_packets": 0}],
}
for name in ("acc1", "acc2"):
    STATS["ports"][name] = dict.fromkeys(STATS["ports"]["core0"], 0)


def sent(ttl=63, sport=50000):
    known = names.names("")
    return (
        known["TUNNEL"](names.A, names.B, sport=sport)
        / IP(src=names.SERVER, dst=names.C7, ttl=ttl)
        / names.DATA
    )


class RunnerTest(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.dir = pathlib.Path(scratch.name)
        (self.dir / "case").mkdir()
        (self.dir / "fake").write_text(FAKE)
        (self.dir / "fake").chmod(0o755)
        self.write(packets=PACKETS, counters=COUNTERS)
        self.told = {"out": {}, "stats": copy.deepcopy(STATS), "status": 0, "sleep": 0}
        self.sends(core0=[sent()])

    def write(self, **files):
        for name, text in files.items():
            (self.dir / "case" / name.replace("_json", ".json")).write_text(text)

    def sends(self, **ports):
        for port, frames in ports.items():
            self.told["out"][port] = str(self.dir / f"{port}.pcap")
            pcap.write(self.told["out"][port], [raw(f) for f in frames])

    def run_case(self, variant="plain"):
        (self.dir / "fake.json").write_text(json.dumps(self.told))
        options = argparse.Namespace(godwit=str(self.dir / "fake"), timeout=1, cpu=0)
        run = case.Run(self.dir / "case", variant, options, self.dir / "work")
        run.run()
        return "\n".join(run.lines)

    def test_right(self):
        self.assertEqual(self.run_case(), "")
        written = pcap.read(self.dir / "work/up/core0.in.pcap")
        self.assertEqual(
            written,
            [
                raw(
                    names.names("")["FROM"](names.ROUTER)
                    / IP(src=names.SERVER, dst=names.C7)
                    / names.DATA
                )
            ],
        )

    def test_wrong_octet(self):
        self.sends(core0=[sent(ttl=62)])
        text = self.run_case()
        self.assertIn("IP ttl: 63 expected, 62 came", text)
        self.assertIn("the fake speaks", text)
        self.assertIn("trace:", text)

    def test_source_port_out_of_range(self):
        self.sends(core0=[sent(sport=49151)])
        self.assertIn("UDP sport", self.run_case())

    def test_missing_packet(self):
        self.sends(core0=[])
        self.assertIn("core0: 1 packets expected, 0 came", self.run_case())

    def test_packet_too_many(self):
        self.sends(core0=[sent(), sent()])
        self.assertIn("core0: 1 packets expected, 2 came", self.run_case())

    def test_packet_on_other_port(self):
        self.sends(acc1=[sent()])
        self.assertIn("acc1: 0 packets expected, 1 came", self.run_case())

    def test_named_choice_differs(self):
        self.write(packets=PACKETS + PACKETS)
        self.sends(core0=[sent(), sent(sport=50001)])
        self.assertIn("'flow' should be one value", self.run_case())

    def test_named_choices_equal(self):
        self.write(packets=PACKETS + PACKETS.replace('"flow"', '"other"'))
        self.sends(core0=[sent(), sent()])
        self.assertIn("should all differ", self.run_case())

    def test_counter_not_listed(self):
        self.told["stats"]["events"]["arp_request_sent"] = 1
        self.assertIn("counter event arp_request_sent: 0 expected, 1", self.run_case())

    def test_counter_differs(self):
        self.told["stats"]["tunnels"]["to-b"]["tx_octets"] = 199
        self.assertIn("counter tunnel to-b tx_octets: 200 expected, 199", self.run_case())

    def test_counter_missing(self):
        del self.told["stats"]["tunnels"]["to-b"]["tx_octets"]
        self.assertIn("counter tunnel to-b tx_octets: 200 expected, not there", self.run_case())

    def test_equation(self):
        self.told["stats"]["drop"]["consumed"] = 1
        self.assertIn("not balanced", self.run_case())

    def test_mbuf_lost(self):
        self.told["stats"]["mbufs"]["pool"]["in_use"] = 1
        self.assertIn("1 packet buffers are in use, 0 packets are held", self.run_case())

    def test_drop_without_reason(self):
        self.told["stats"]["drop"].update(dropped=1, received=2)
        self.assertIn("dropped 1, the reasons add up to 0", self.run_case())

    def test_equation_only(self):
        self.write(packets=PACKETS + "equation only: so\n", counters="")
        self.assertEqual(self.run_case(), "")
        self.told["stats"]["drop"]["consumed"] = 1
        self.assertIn("not balanced", self.run_case())

    def test_status(self):
        self.told["status"] = 3
        self.assertIn("ended with status 3", self.run_case())

    def test_timeout(self):
        self.told.update(sleep=5, stats=None)
        self.assertIn("still running after 1 s", self.run_case())

    def test_no_statistics(self):
        self.told["stats"] = None
        self.assertIn("no statistics", self.run_case())

    def test_variants(self):
        self.run_case("qinq-chained")
        config = json.loads((self.dir / "work/up/up.json").read_text())
        self.assertEqual(config["interfaces"][0]["vlans"], [100, 200])
        self.assertIn("data_room", config["mbuf"])

    def test_skip(self):
        self.write(packets="skip qinq, vlan: so\n" + PACKETS)
        self.told["status"] = 1
        self.assertEqual(self.run_case("vlan"), "")
        self.assertIn("status 1", self.run_case("chained"))


class LanguageTest(unittest.TestCase):
    def story(self, text, tags=""):
        with tempfile.NamedTemporaryFile("w", suffix=".packets") as file:
            file.write(text)
            file.flush()
            return language.Story(pathlib.Path(file.name), tags)

    def test_tags(self):
        frames = [
            bytes(self.story("p in TO(C5) / IP()\n", tags).sent["up", "p"][0])
            for tags in ("", "vlan", "qinq")
        ]
        self.assertEqual([f[12:14].hex() for f in frames], ["0800", "8100", "88a8"])
        self.assertEqual([len(f) - len(frames[0]) for f in frames], [0, 4, 8])
        self.assertEqual(frames[2][14:22].hex(), "0064810000c80800")

    def test_definitions_and_lists(self):
        story = self.story('X = b"ab"\np in [X] * 3\np out [X,\n  [b"c"]]\n')
        self.assertEqual(story.frames_in("up", "p"), [b"ab"] * 3)
        self.assertEqual(story.expected["up", "p"], [b"ab", b"c"])

    def test_order_follows_from(self):
        story = self.story('b.p in from a.p\na.p in b"x"\nc.p in from b.p\n')
        self.assertEqual(story.order(), ["a", "b", "c"])
        self.assertEqual(story.frames_in("b", "p", lambda up, port: [up.encode()]), [b"a"])

    def test_expand(self):
        given = {"a": ["x{9..b}y", {"b": ["{0..1}"]}, 1], "c": "{1..2}"}
        self.assertEqual(
            language.expand(given),
            {"a": ["x9y", "xay", "xby", {"b": ["0", "1"]}, 1], "c": "{1..2}"},
        )

    def test_counters_of_trees(self):
        with tempfile.NamedTemporaryFile("w") as file:
            file.write("tree R1_1 rx_packets 1\nbranch R1_1 fd00:0:{9..a}:: tx_packets 1 tx_octets 2\n")
            file.flush()
            wanted = language.counters(pathlib.Path(file.name), ["r3"])["r3"]
        tree = "fd00:ffff:1::1"
        self.assertEqual(wanted["tree", tree, "rx_packets"], 1)
        for to in ("fd00:0:9::", "fd00:0:a::"):
            self.assertEqual(wanted["branch", f"{tree} {to}", "tx_octets"], 2)
        self.assertEqual(len(wanted), 5)

    def test_errors_name_the_line(self):
        for text, what in (
            ("p in NOWHERE", "NameError"),
            ("hm", "neither"),
            ("skip x: y", "no variant"),
        ):
            with self.assertRaisesRegex(language.CaseError, f":2: .*{what}"):
                self.story("# title\n" + text + "\n")
        with self.assertRaisesRegex(language.CaseError, "circle"):
            self.story("a.p in from b.p\nb.p in from a.p\n").order()

    def test_fragment(self):
        whole = IP(src=names.SERVER, dst=names.C5, ttl=9, id=7) / names.length(100)
        first, last = (names.FRAGMENT(whole, *part) for part in ((0, 48), (48, 32, False)))
        self.assertEqual(
            [(int(f.flags), f.frag, len(raw(f))) for f in (first, last)], [(1, 0, 68), (0, 6, 52)]
        )
        self.assertEqual(raw(first)[20:] + raw(last)[20:], raw(whole)[20:])
        again = names.FRAGMENT(names.FRAGMENT(whole, 8, 40), 16, 24, more=False)
        self.assertEqual((int(again.flags), again.frag), (1, 3))

    def test_cut_and_patch(self):
        packet = names.names("qinq")["FROM"](names.C5) / IP(src=names.C5, dst=names.C6) / names.DATA
        self.assertEqual(len(names.CUT(packet, 5)), 22 + 5)
        self.assertEqual(names.PATCH(packet, 2, b"\xff", UDP)[22 + 20 + 2], 0xFF)

    def test_mutated_is_repeatable(self):
        packet = IP(src=names.C5, dst=names.C6) / names.DATA
        one, two = (list(names.MUTATED(200, 7, packet)) for _ in range(2))
        self.assertEqual(one, two)
        self.assertGreater(len(set(one)), 150)
        self.assertGreater(min(map(len, one)), 0)


class ChoiceTest(unittest.TestCase):
    def outer(self, flow_label):
        known = names.names("")
        return known["TREE"](known["R1_1"], known["R3"], fl=flow_label) / IP() / names.DATA

    def difference(self, wanted, came):
        return compare.frames("p", [self.outer(wanted)], [raw(self.outer(came))], {})

    def test_flow_label(self):
        self.assertEqual(self.difference(names.names("")["CHOSEN"], 0xFFFFF), [])
        self.assertIn("p: packet 1 differs", self.difference(names.names("")["CHOSEN"], 0))
        self.assertIn("p: packet 1 differs", self.difference(0x12345, 0x12344))

    def test_flow_label_leaves_the_rest(self):
        wanted = self.outer(names.names("")["CHOSEN"])
        wanted.tc = 1
        self.assertTrue(compare.frames("p", [wanted], [raw(self.outer(7))], {}))


class PatchTest(unittest.TestCase):
    def test_patch(self):
        base = {"a": [{"name": "x", "v": 1}, {"name": "y"}], "b": {"c": 1, "d": 2}, "e": 1}
        change = {"a": {"y": {"v": 2}}, "a+": [{"name": "z"}], "b": {"c": None}, "e": [3]}
        merged = case.patch(base, change)
        self.assertEqual(
            merged,
            {
                "a": [{"name": "x", "v": 1}, {"name": "y", "v": 2}, {"name": "z"}],
                "b": {"d": 2},
                "e": [3],
            },
        )
        self.assertEqual(base["e"], 1)
        with self.assertRaises(case.CaseError):
            case.patch(base, {"a": {"nobody": {}}})


class PcapTest(unittest.TestCase):
    def test_round_trip(self):
        with tempfile.NamedTemporaryFile() as file:
            pcap.write(file.name, [b"x", b"y" * 1514])
            self.assertEqual(pcap.read(file.name), [b"x", b"y" * 1514])

    def test_demo(self):
        frames = list(
            pcap.demo(
                300,
                "198.51.100.9",
                ["10.1.1.5", "10.1.1.6"],
                "02:00:00:00:00:fe",
                "02:00:00:00:0a:01",
                1,
            )
        )
        packets = [IP(frame[14:]) for frame in frames]
        self.assertEqual({len(f) - 14 for f in frames}, {64, 594, 1400})
        self.assertEqual({p.proto for p in packets}, {1, 6, 17})
        self.assertEqual(sum(p.dst == "10.1.1.5" for p in packets), 200)
        self.assertEqual([compare.summary(f).startswith(str(len(f))) for f in frames], [True] * 300)


if __name__ == "__main__":
    unittest.main()
