#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Godwit Authors
#
# usage: l3fwd.sh DIRECTORY
# Builds DPDK's l3fwd in DIRECTORY from Debian's source package, with what the benchmark needs of
# it, as DIRECTORY/l3fwd. Exits 77 with a line that says why where the source cannot be had.
# apt's lists and settings stay as they are: sources and state of its own in DIRECTORY.
set -eu

dir=${1:?usage: l3fwd.sh DIRECTORY}
[ -x "$dir/l3fwd" ] && exit 0

skip() {
	echo "l3fwd: $*" >&2
	exit 77
}

mkdir -p "$dir"
dir=$(cd "$dir" && pwd)
work=$dir/work
rm -rf "$work"
mkdir -p "$work/lists/partial" "$work/cache/archives/partial"
command -v apt-get >/dev/null || skip "no apt-get here"

# The system's own mirrors and suites, but for sources.
apt-get indextargets --format '$(SITE) $(RELEASE)' 'Created-By: Packages' 2>/dev/null |
	grep '/debian\(-security\)\? ' | sort -u |
	sed 's|.*|deb-src & main|' >"$work/sources.list"
[ -s "$work/sources.list" ] ||
	echo "deb-src http://deb.debian.org/debian $(. /etc/os-release && echo "$VERSION_CODENAME") main" \
		>"$work/sources.list"
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
[ -e $keyring ] && sed -i "s|^deb-src|& [signed-by=$keyring]|" "$work/sources.list"

apt() {
	apt-get -qq -o Dir::Etc::SourceList="$work/sources.list" -o Dir::Etc::SourceParts=/dev/null \
		-o Dir::State::Lists="$work/lists" -o Dir::Cache="$work/cache" -o APT::Sandbox::User=root "$@"
}

apt update >"$work/log" 2>&1 || skip "no source lists: $(tail -1 "$work/log")"
version=$(dpkg-query -W -f '${source:Version}' libdpdk-dev 2>/dev/null || true)
cd "$work"
apt source --download-only "dpdk=$version" >>log 2>&1 ||
	apt source --download-only dpdk >>log 2>&1 || skip "no source package: $(tail -1 log)"
tar -xf dpdk_*.orig.tar.* --wildcards '*/examples/l3fwd' '*/examples/common'
cd dpdk-*/examples/l3fwd

# Virtual ports: ask for no more offloads than there are. Tables: room for a million routes, and
# for as many /24s with routes of their own; DPDK's figures are 64k and 32k. Next hops: l3fwd's is
# the port's number, of which it looks at the low 16 bits, and 256 /32s with one next hop become a
# /24 in its table; the bits above make one next hop per host, as a router has.
sed -i \
	-e 's/^\(\t*\)local_port_conf\.rx_adv_conf\.rss_conf\.rss_hf &=/\1local_port_conf.rxmode.offloads \&= dev_info.rx_offload_capa;\n&/' \
	-e 's/rxq_conf\.offloads = port_conf\.rxmode\.offloads;/rxq_conf.offloads = port_conf.rxmode.offloads \& dev_info.rx_offload_capa;/' \
	main.c
sed -i \
	-e 's/config_ipv4\.max_routes = .*/config_ipv4.max_routes = (1 << 20) + 64;/' \
	-e 's/config_ipv4\.dir24_8\.num_tbl8 = .*/config_ipv4.dir24_8.num_tbl8 = 1 << 20;/' \
	-e '/rte_fib_add/,/);/s/route_base_v4\[i\]\.if_out);/route_base_v4[i].if_out | (i \& 0x7fff) << 16);/' \
	l3fwd_fib.c
[ "$(grep -c 'rx_offload_capa' main.c)" -eq 2 ] && [ "$(grep -c '1 << 20' l3fwd_fib.c)" -eq 2 ] &&
	[ "$(grep -c '0x7fff' l3fwd_fib.c)" -eq 1 ] ||
	skip "its source is not the one that the changes were made for"

# DPDK's flags name an old CPU: the compiler takes the last one it is told.
cat >cc.sh <<'EOF'
#!/bin/sh
exec cc "$@" -march=native
EOF
chmod +x cc.sh
make -s CC=./cc.sh shared >>"$work/log" 2>&1 || skip "does not build, see $work/log"
mv build/l3fwd-shared "$dir/l3fwd"
cd "$dir"
rm -rf "$work"
