#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors
"""Writes the tables of keys in docs/configuration.md and docs/man/godwit.json.5.

They are made from what `godwit --print-schema` prints, between lines that hold "schema begin" and
"schema end"; everything else in the files is left alone. With --check nothing is written: the
status is 1 when a file is not as it would be written.
"""

import argparse
import json
import os
import pathlib
import re
import subprocess
import sys
import textwrap

TOP = pathlib.Path(__file__).resolve().parent.parent
BEGIN, END = "schema begin", "schema end"
# A text that says what a pattern takes, for the first kind that agrees with all its samples.
SAMPLES = [
    ("IP prefix", ["10.1.1.0/24", "2001:db8::/32"], ["10.1.1.0", "a1"]),
    ("IP address (or fe80::1%INTERFACE)", ["10.1.1.1", "2001:db8::1", "fe80::1%a1"], ["a1"]),
    ("IP address", ["10.1.1.1", "2001:db8::1"], ["10.1.1.0/24", "a1"]),
    ("IPv4 prefix", ["10.1.1.0/24"], ["2001:db8::/32", "a1"]),
    ("IPv6 prefix", ["2001:db8::/32"], ["10.1.1.0/24", "2001:db8::1", "a1"]),
    ("IPv6 address", ["2001:db8::1"], ["10.1.1.1", "2001:db8::/32", "a1"]),
    ("IPv4 address", ["10.1.1.1"], ["2001:db8::1", "a1"]),
    ("IPv6 prefix", ["2001:db8::/32"], ["10.1.1.0/24", "2001:db8::", "a1"]),
    ("IPv6 address", ["2001:db8::1"], ["10.1.1.1", "2001:db8::/32", "a1"]),
    ("MAC address", ["02:00:00:00:0a:01"], ["10.1.1.1", "a1"]),
    ("number", ["0", "20", "4294967295"], ["a1", "1.1"]),
    ("name", ["a1", "to-b"], ["a b"]),
]


def pattern_text(pattern):
    for text, takes, refuses in SAMPLES:
        if all(re.match(pattern, s) for s in takes) and not any(
            re.match(pattern, s) for s in refuses
        ):
            return text
    raise SystemExit(f"schema2md: no words for the pattern {pattern}")


def number_text(schema):
    low, high = schema.get("minimum", 0), schema.get("maximum")
    return f"integer {low} to {high}" if high < 2**32 - 1 else f"integer from {low}"


def value_text(schema):
    """What may stand there, in a few words."""
    kind = schema.get("type")
    if "anyOf" in schema:
        one, several = schema["anyOf"]
        if "enum" in several:
            return f"{value_text(one)} or {value_text(several)}"
        return f"{value_text(one)}, or list of them, up to {several['maxItems']}"
    if "enum" in schema:
        return " or ".join(f'"{v}"' for v in schema["enum"])
    if kind == "array":
        if "properties" in schema["items"]:
            return "list of objects"
        most = schema.get("maxItems")
        return f"list of {value_text(schema['items'])}" + (f", up to {most}" if most else "")
    if kind == "object":
        if "propertyNames" in schema:
            key = pattern_text(schema["propertyNames"]["pattern"])
            return f"object, {key} to {value_text(schema['additionalProperties'])}"
        return "object"
    if kind == "integer":
        return number_text(schema)
    if kind == "boolean":
        return "true or false"
    if "pattern" in schema:
        return pattern_text(schema["pattern"])
    return "string" if kind == "string" else "anything"


def sentence(schema):
    text = schema["description"]
    return f"{text[0].upper()}{text[1:]}. Value: {value_text(schema)}."


def is_reserved(schema):
    return isinstance(schema.get("type"), list)


def rows(schema, prefix=""):
    """(key, value, required, help) of every key of an object, nested ones behind their own."""
    for key, sub in schema["properties"].items():
        required = key in schema["required"]
        yield prefix + key, value_text(sub), required, sub.get("description", "")
        if "properties" in sub:
            yield from rows(sub, f"{prefix}{key}.")
        elif "properties" in sub.get("items", {}):
            yield from rows(sub["items"], f"{prefix}{key}[].")


def section_object(schema):
    """The object whose keys a section's table lists, None for a section without keys."""
    if schema.get("type") == "array":
        schema = schema["items"]
    return schema if "properties" in schema else None


def markdown(schema):
    def cell(text):
        return text.replace("|", "\\|").replace("_", "\\_").replace("<", "&lt;")

    sections = {k: s for k, s in schema["properties"].items() if not is_reserved(s)}
    lines = ["| section | what it holds |", "| --- | --- |"]
    for key, sub in sections.items():
        name = f"[`{key}`](#{key})"
        need = " (required)" if key in schema["required"] else ""
        lines.append(f"| {name} | {cell(sub['description'])}{need} |")
    for key, sub in sections.items():
        lines += ["", f"### {key}", "", cell(sentence(sub))]
        body = section_object(sub)
        if body is None:
            continue
        lines += ["", "| key | value | meaning |", "| --- | --- | --- |"]
        for name, value, required, text in rows(body):
            need = ", required" if required else ""
            lines.append(f"| `{name}` | {cell(value)}{need} | {cell(text)} |")
    lines += ["", "### Sections of later versions", "",
              "Accepted with a warning and saved as they were read; they do nothing yet.", "",
              "| section | what it is for |", "| --- | --- |"]
    for key, sub in schema["properties"].items():
        if is_reserved(sub):
            lines.append(f"| `{key}` | {cell(sub['description'])} |")
    return lines


def man(schema):
    def roff(text):
        text = text.replace("\\", "\\e")
        lines = textwrap.wrap(text, 78, break_on_hyphens=False)
        text = "\n".join("\\&" + x if x[0] in ".'" else x for x in lines)
        return text.replace("-", "\\-")

    lines = []
    for key, sub in schema["properties"].items():
        if is_reserved(sub):
            continue
        lines += [f".SS {key}", roff(sentence(sub))]
        if key in schema["required"]:
            lines.append("Required.")
        for name, value, required, text in rows(section_object(sub) or {"properties": {}}):
            need = ", required" if required else ""
            value = value.replace('"', "\\(dq").replace("-", "\\-")
            lines += [".TP", f'.BR {roff(name)} " ({value}{need})"', roff(text)]
    lines += [".SS Sections of later versions",
              "Accepted with a warning and saved as they were read; they do nothing yet:"]
    later = [k for k, s in schema["properties"].items() if is_reserved(s)]
    lines += [f".BR {roff(k)} {',' if k != later[-1] else '.'}" for k in later]
    return lines


def between(old, made):
    """The text with what stands between the two marks exchanged."""
    lines = old.splitlines()
    begin = next(i for i, line in enumerate(lines) if BEGIN in line)
    end = next(i for i, line in enumerate(lines) if END in line)
    return "\n".join(lines[: begin + 1] + made + lines[end:]) + "\n"


def main():
    build = os.environ.get("BUILD", "build")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, compare")
    parser.add_argument("--godwit", default=TOP / build / "app" / "godwit", help="the program")
    args = parser.parse_args()
    printed = subprocess.run([args.godwit, "--print-schema"], stdout=subprocess.PIPE, check=True)
    schema = json.loads(printed.stdout)
    stale = False
    for name, make in (("docs/configuration.md", markdown), ("docs/man/godwit.json.5", man)):
        path = TOP / name
        old = path.read_text()
        new = between(old, make(schema))
        if new == old:
            continue
        stale = True
        if args.check:
            print(f"{name}: not what --print-schema says; run scripts/schema2md.py")
        else:
            path.write_text(new)
            print(f"{name}: written")
    return 1 if args.check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
