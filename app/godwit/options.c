// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_version.h>

#include "config/config.h"

static const char usage[] =
	"usage: godwit -c FILE [options] [-- EAL options]\n"
	"\n"
	"The user plane: forwards by host, host-tunnel, segment and ordinary routes.\n"
	"\n"
	"  -c, --config FILE      JSON configuration\n"
	"      --check            validate the configuration, say what is wrong, exit\n"
	"      --print-schema     JSON Schema of the configuration, exit\n"
	"  -i, --interactive      command prompt on this terminal\n"
	"  -s, --socket PATH      control socket (default /run/godwit/NAME.sock)\n"
	"  -x, --exec FILE        run commands from FILE before the first packet\n"
	"      --replay           pcap ports: forward every input file to its end, print the\n"
	"                         statistics, exit\n"
	"      --stats-json FILE  write all counters to FILE at exit\n"
	"  -h, --help             this text\n"
	"  -V, --version          version\n"
	"\n"
	"godwit(8) has more; godwitctl help lists the commands of a running godwit.\n";

enum { OPT_CHECK = 256, OPT_SCHEMA, OPT_REPLAY, OPT_STATS };

static const struct option longs[] = {
	{"config", required_argument, NULL, 'c'},
	{"check", no_argument, NULL, OPT_CHECK},
	{"print-schema", no_argument, NULL, OPT_SCHEMA},
	{"interactive", no_argument, NULL, 'i'},
	{"socket", required_argument, NULL, 's'},
	{"exec", required_argument, NULL, 'x'},
	{"replay", no_argument, NULL, OPT_REPLAY},
	{"stats-json", required_argument, NULL, OPT_STATS},
	{"help", no_argument, NULL, 'h'},
	{"version", no_argument, NULL, 'V'},
	{0},
};

static void misuse(const char *what)
{
	fprintf(stderr, "godwit: %s\ngodwit --help says more\n", what);
	exit(2);
}

void options_parse(int argc, char **argv, struct options *o)
{
	int opt;

	memset(o, 0, sizeof(*o));
	while ((opt = getopt_long(argc, argv, "+c:is:x:hV", longs, NULL)) != -1) {
		switch (opt) {
		case 'c':
			o->config = optarg;
			break;
		case OPT_CHECK:
			o->check = true;
			break;
		case OPT_SCHEMA:
			exit(gw_conf_main_schema());
		case 'i':
			o->interactive = true;
			break;
		case 's':
			o->socket = optarg;
			break;
		case 'x':
			o->exec = optarg;
			break;
		case OPT_REPLAY:
			o->replay = true;
			break;
		case OPT_STATS:
			o->stats_json = optarg;
			break;
		case 'h':
			fputs(usage, stdout);
			exit(0);
		case 'V':
			printf("godwit %s, %s\n", GW_VERSION, rte_version());
			exit(0);
		default:
			misuse("option not understood");
		}
	}
	// getopt_long has taken "--"; an argument without it is a mistake.
	if (optind < argc && strcmp(argv[optind - 1], "--") != 0)
		misuse("EAL options stand after \"--\"");
	o->eal = argv + optind;
	o->eal_count = argc - optind;
	if (o->config == NULL)
		misuse("-c FILE is missing");
}
