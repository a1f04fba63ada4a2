#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors
"""Compares the documentation with the program: prints what differs, status 1 if anything does.

  tables of drop reasons and events in docs/guide.md     lib/dp/reason.h, lib/dp/stats.h
  tables of keys                                         godwit --print-schema
  commands in docs/man/godwitctl.1                       what `help` says
  options in man pages                                   --help
  config/*.json                                          godwit --check
  links and names of files in *.md                       the tree
  tests named in tests/functional/rules-*.md             cases, system and unit tests that exist
  man pages                                              man --warnings
"""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

TOP = pathlib.Path(__file__).resolve().parent.parent
BUILD = TOP / os.environ.get("BUILD", "build")
FOLDERS = ("app", "bpf", "config", "docs", "lib", "scripts", "tests")
EXAMPLE = {
    "name": "check-docs",
    "eal": ["--no-huge", "--no-pci"],
    "lcores": {"slow": 0, "workers": [0]},
    "ports": [{"name": "p0", "device": "net_null0,no-rx=1"}],
}
wrong = []


def run(*command, **more):
    return subprocess.run([str(w) for w in command], capture_output=True, text=True, cwd=TOP,
                          check=False, **more)


def read(name):
    return (TOP / name).read_text()


def compare(where, there, source, right):
    """Two lists of lines that should be the same."""
    for line in there:
        if line not in right:
            wrong.append(f"{where}: {line!r} is not in {source}")
    for line in right:
        if line not in there:
            wrong.append(f"{where}: lacks {line!r} of {source}")
    if sorted(there) == sorted(right) and there != right:
        wrong.append(f"{where}: not in the order of {source}")


def table(markdown, prefix):
    """First two columns of the rows whose first is `prefix...` in backticks."""
    row = re.compile(rf"^\| `{prefix}([a-z0-9_]+)` \| (.*?) \|", re.M)
    return [f"{name}: {text}" for name, text in row.findall(markdown)]


def macro_list(name, macro):
    text = re.search(rf"#define {macro}\(X\)(.*?)\n\n", read(name), re.S).group(1)
    entries = re.findall(r'X\(([a-z0-9_]+),((?:\s*\\?\s*"(?:[^"\\]|\\.)*")+)\)', text)
    return [n + ": " + "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', t)) for n, t in entries]


def check_tables():
    guide = read("docs/guide.md")
    drops = guide[guide.index("## Drop reasons"):guide.index("## Events")]
    compare("docs/guide.md", table(drops, "drop_"), "lib/dp/reason.h",
            macro_list("lib/dp/reason.h", "GW_DROP_REASONS"))
    compare("docs/guide.md", table(guide[guide.index("## Events"):], ""), "lib/dp/stats.h",
            macro_list("lib/dp/stats.h", "GW_EVENTS"))


def check_schema():
    result = run(TOP / "scripts/schema2md.py", "--check", "--godwit", BUILD / "app/godwit")
    if result.returncode != 0:
        wrong.append(result.stdout + result.stderr)


def program_commands():
    """Patterns of all commands, from a godwit that ends at once."""
    words = sorted(set(re.findall(r'GW_CLI_COMMAND\(\s*\w+,\s*"([\w-]+)', sources())))
    with tempfile.TemporaryDirectory() as work:
        work = pathlib.Path(work)
        (work / "conf.json").write_text(json.dumps(EXAMPLE))
        (work / "commands").write_text("".join(f"help {w}\n" for w in words) + "shutdown\n")
        result = run(BUILD / "app/godwit", "-c", work / "conf.json", "-s", work / "sock", "-x",
                     work / "commands", timeout=60)
    if result.returncode != 0:
        raise SystemExit(f"check-docs: godwit does not run: {result.stderr}")
    return [line for line in result.stdout.splitlines() if line and line[0] != " "]


def sources():
    return "".join(p.read_text() for p in sorted((TOP / "lib").glob("*/*.c"))
                   if not p.name.endswith("_test.c"))


def page_commands(page):
    """Lines of the page that begin with a bold word in COMMANDS, without fonts."""
    text = re.search(r"\.SH COMMANDS\n(.*?)\n\.SH ", read(page), re.S).group(1)
    commands, inside = [], False
    for line in text.splitlines():
        plain = re.sub(r"\\f[BIR]|\\&", "", line).replace("\\-", "-")
        if line.startswith("."):
            inside = False
        elif inside:
            commands[-1] += " " + plain
        elif line.startswith("\\fB"):
            commands.append(plain)
            inside = True
    return commands


def check_commands():
    compare("docs/man/godwitctl.1", sorted(page_commands("docs/man/godwitctl.1")), "help",
            sorted(program_commands()))


def check_options():
    for program, page in (("godwit", "docs/man/godwit.8"), ("godwitctl", "docs/man/godwitctl.1")):
        usage = run(BUILD / "app" / program, "--help").stdout
        options = re.findall(r"^\s+(?:-\w, )?(--[a-z-]+)", usage, re.M)
        text = read(page).replace("\\-", "-")
        for option in options:
            if option not in text:
                wrong.append(f"{page}: lacks {option}")


def check_examples():
    for path in sorted((TOP / "config").rglob("*.json")):
        result = run(BUILD / "app/godwit", "-c", path, "--check")
        if result.returncode != 0:
            wrong.append(result.stderr.strip())


def anchors(path):
    heads = re.findall(r"^#+ (.*)$", path.read_text(), re.M)
    return [re.sub(r"[^\w -]", "", h.lower()).replace(" ", "-") for h in heads]


def check_links():
    for path in [TOP / "README.md", TOP / "bpf/README.md", *sorted((TOP / "docs").glob("*.md"))]:
        text = path.read_text()
        name = path.relative_to(TOP)
        for link in re.findall(r"\]\(([^)\s]+)\)", text):
            if link.startswith(("http:", "https:")):
                continue
            file, _, anchor = link.partition("#")
            target = (path.parent / file).resolve() if file else path
            if not target.exists():
                wrong.append(f"{name}: link to {link}: no such file")
            elif anchor and anchor not in anchors(target):
                wrong.append(f"{name}: link to {link}: no such heading")
        for file in re.findall(r"`([a-z]+/[\w./@*-]+)`", text):
            if file.split("/")[0] not in FOLDERS or "NAME" in file:
                continue
            if not list(TOP.glob(file)):
                wrong.append(f"{name}: {file}: no such file")


def test_exists(name):
    """A functional case, a system or churn test, or X_test.c:FUNCTION of a unit test."""
    file, colon, function = name.partition(":")
    if colon:
        entry = re.compile(rf"^static void {re.escape(function)}\(void \*\*", re.M)
        return any(entry.search(p.read_text()) for p in (TOP / "lib").glob(f"*/{file}"))
    return any((TOP / "tests" / path).exists() for path in
               (f"functional/cases/{name}", f"system/{name}.sh", f"churn/{name}.c"))


def check_rules():
    """Rows `| sentence | tests |`: each has a test in backticks, and each of those exists."""
    named = set()
    for path in sorted((TOP / "tests/functional").glob("rules-*.md")):
        for number, line in enumerate(path.read_text().splitlines(), 1):
            cells = [c.strip() for c in line.strip("|").split("|")]
            if not line.startswith("|") or set(line) <= set("|- ") or cells[-1] == "shown by":
                continue
            where = f"{path.relative_to(TOP)}:{number}"
            names = re.findall(r"`([^`]+)`", cells[-1])
            if len(cells) != 2:
                wrong.append(f"{where}: {len(cells)} cells in place of 2")
            elif not names:
                wrong.append(f"{where}: no test shows that {cells[0]}")
            for name in names:
                named.add(name)
                if not test_exists(name):
                    wrong.append(f"{where}: {name}: no such test")
    for case in sorted((TOP / "tests/functional/cases").glob("mcast-*")):
        if case.name not in named:
            wrong.append(f"tests/functional/rules-sr-mcast.md: no rule names {case.name}")


def check_pages():
    for path in sorted((TOP / "docs/man").iterdir()):
        env = dict(os.environ, LC_ALL="C.UTF-8", MANWIDTH="80", MANROFFSEQ="")
        result = run("man", "--warnings", "-E", "UTF-8", "-Tutf8", "-Z", "-l", path, env=env)
        if result.stderr or result.returncode != 0:
            wrong.append(f"docs/man/{path.name}: {result.stderr.strip()}")


def main():
    for check in (check_tables, check_schema, check_commands, check_options, check_examples,
                  check_links, check_rules, check_pages):
        check()
    for line in wrong:
        print(line)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
