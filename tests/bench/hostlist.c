// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Prints one text per host of a benchmark's set: hosts of a configuration, commands, rules.

#include "hosts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] =
	"usage: gw_hostlist SET FROM TO STEP MODULUS TEMPLATE [SEPARATOR]\n"
	"Hosts FROM, FROM + STEP ... below TO of SET (dense, sparse). In TEMPLATE @ip and @mac "
	"stand\n"
	"for the host's addresses, @i for its number and @m for its number modulo MODULUS. "
	"SEPARATOR\n"
	"(default a newline) stands between two texts; a newline ends the last.\n";

static int mac_put(char *p, uint32_t i)
{
	return sprintf(p, "%02x:%02x:%02x:%02x:%02x:%02x", GW_HOSTS_MAC_0, GW_HOSTS_MAC_1, i >> 24,
		i >> 16 & 0xff, i >> 8 & 0xff, i & 0xff);
}

static void expand(const char *t, uint32_t i, uint32_t ip, uint32_t mod)
{
	char buf[32];

	for (; *t != '\0'; t++) {
		int used = 1;

		if (strncmp(t, "@ip", 3) == 0) {
			sprintf(buf, "%u.%u.%u.%u", ip >> 24, ip >> 16 & 0xff, ip >> 8 & 0xff,
				ip & 0xff);
			used = 3;
		} else if (strncmp(t, "@mac", 4) == 0) {
			mac_put(buf, i);
			used = 4;
		} else if (strncmp(t, "@i", 2) == 0 || strncmp(t, "@m", 2) == 0) {
			sprintf(buf, "%u", t[1] == 'i' ? i : i % mod);
			used = 2;
		} else {
			putchar_unlocked(*t);
			continue;
		}
		fputs_unlocked(buf, stdout);
		t += used - 1;
	}
}

int main(int argc, char **argv)
{
	const char *separator = argc > 7 ? argv[7] : "\n";
	unsigned long from, to, step, mod;
	bool sparse;

	if (argc < 7 || argc > 8) {
		fputs(usage, stderr);
		return 2;
	}
	sparse = strcmp(argv[1], "sparse") == 0;
	from = strtoul(argv[2], NULL, 0);
	to = strtoul(argv[3], NULL, 0);
	step = strtoul(argv[4], NULL, 0);
	mod = strtoul(argv[5], NULL, 0);
	if ((!sparse && strcmp(argv[1], "dense") != 0) || to > GW_HOSTS_MAX || step == 0 ||
		mod == 0) {
		fprintf(stderr, "gw_hostlist: wrong value, at most %u hosts\n%s", GW_HOSTS_MAX,
			usage);
		return 2;
	}
	for (unsigned long i = from; i < to; i += step) {
		if (i != from)
			fputs_unlocked(separator, stdout);
		expand(argv[6], i, gw_hosts_ip(i, sparse), mod);
	}
	putchar('\n');
	return fflush(stdout) == 0 ? 0 : 1;
}
