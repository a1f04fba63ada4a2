#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors
#
# Install the Debian packages that a purpose needs, if any is missing.
# usage: deps.sh build|demo|test|bench
set -eu

build="gcc libc6-dev meson ninja-build pkg-config clang llvm libdpdk-dev libbpf-dev libxdp-dev
	libjansson-dev libedit-dev libmnl-dev linux-libc-dev"
demo="$build dpdk iproute2 ethtool iputils-ping python3 python3-scapy kmod"
case ${1:-} in
build) packages=$build ;;
demo) packages=$demo ;;
test) packages="$demo dpdk-dev libcmocka-dev clang-format libclang-rt-14-dev cppcheck codespell tshark
	tcpdump man-db procps openvswitch-switch frr bird2" ;;
bench) packages="$demo dpdk-dev dpkg-dev procps frr bird2" ;;
*)
	echo "usage: $0 build|demo|test|bench" >&2
	exit 2
	;;
esac

missing=
for p in $packages; do
	dpkg-query -W -f '${db:Status-Status}' "$p" 2>/dev/null | grep -qx installed || missing="$missing $p"
done
[ -n "$missing" ] || exit 0

if ! command -v apt-get >/dev/null; then
	echo "$0: needs the packages of Debian 12:$missing" >&2
	exit 1
fi
sudo=
if [ "$(id -u)" != 0 ]; then
	if ! command -v sudo >/dev/null; then
		echo "$0: not root and no sudo here; as root: apt-get install$missing" >&2
		exit 1
	fi
	sudo=sudo
	echo "installing with sudo:$missing"
fi
export DEBIAN_FRONTEND=noninteractive
$sudo apt-get update -qq
# shellcheck disable=SC2086
$sudo apt-get install -y -qq --no-install-recommends $missing >/dev/null

# Tests start daemons of their own; those of the packages are nobody's.
for p in $missing; do
	case $p in
	frr) service=frr ;;
	bird2) service=bird ;;
	openvswitch-switch) service=openvswitch-switch ;;
	*) continue ;;
	esac
	if [ -d /run/systemd/system ]; then
		$sudo systemctl disable --now -q $service || true
	else
		$sudo service $service stop >/dev/null 2>&1 || true
	fi
done
