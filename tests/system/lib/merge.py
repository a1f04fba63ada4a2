#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors
"""merge.py CHANGE...: the JSON on stdin with changes, JSON too: objects are merged, null removes a
key, other values replace."""

import json
import sys


def merged(base, change):
    if not isinstance(base, dict) or not isinstance(change, dict):
        return change
    both = {**base, **{key: merged(base.get(key), change[key]) for key in change}}
    return {key: value for key, value in both.items() if value is not None}


config = json.load(sys.stdin)
for text in sys.argv[1:]:
    config = merged(config, json.loads(text))
json.dump(config, sys.stdout, indent=2)
print()
