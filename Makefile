# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors
#
# make demo   two user planes, a roaming client: pcap files, then live
# make test   every test
# make bench  the benchmark (BENCH="--quick" for the short one)
# make soak   longer campaigns of fuzzing and churn
# make lint   formatting and static analysis
# make build  build/app/godwit and build/app/godwitctl

.PHONY: build demo test bench soak lint install clean

build:
	@scripts/deps.sh build
	@scripts/build.sh build

demo:
	@scripts/deps.sh demo
	@scripts/build.sh build
	@tests/demo/demo.sh

test:
	@scripts/deps.sh test
	@/usr/bin/python3 tests/all.py

soak:
	@scripts/deps.sh test
	@/usr/bin/python3 tests/all.py --soak

bench:
	@scripts/deps.sh bench
	@scripts/build.sh build
	@/usr/bin/python3 tests/bench/bench.py $(BENCH)

lint:
	@scripts/deps.sh test
	@scripts/lint.sh

install: build
	@meson install -C build

clean:
	rm -rf build build-*
