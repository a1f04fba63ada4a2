// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// The packet source's environment.

#include "source.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct gw_src_conf gw_src_conf;
struct gw_src_shared *gw_src_shared;

static const char *const role_names[] = {[GW_SRC_NONE] = "none",
	[GW_SRC_DOWN] = "down",
	[GW_SRC_UP] = "up",
	[GW_SRC_DECAP] = "decap",
	[GW_SRC_SINK] = "sink"};
static const char *const stress_names[] = {[GW_SRC_PLAIN] = "plain",
	[GW_SRC_OPTIONS] = "options",
	[GW_SRC_FRAGMENTS] = "fragments",
	[GW_SRC_UNKNOWN] = "unknown"};

static _Noreturn void refuse(const char *name, const char *value, const char *want)
{
	fprintf(stderr, "%s=%s: expected %s\n", name, value, want);
	_exit(2);
}

static double number(const char *name, double def, double min, double max)
{
	const char *s = getenv(name);
	char *end, want[80];
	double v;

	if (s == NULL)
		return def;
	v = strtod(s, &end);
	if (end != s && *end == '\0' && v >= min && v <= max)
		return v;
	snprintf(want, sizeof(want), "a number from %g to %g", min, max);
	refuse(name, s, want);
}

static uint32_t address(const char *name, const char *def)
{
	const char *s = getenv(name);
	struct in_addr a;

	if (inet_pton(AF_INET, s != NULL ? s : def, &a) != 1)
		refuse(name, s, "an IPv4 address");
	return ntohl(a.s_addr);
}

static void mac(const char *name, const char *def, uint8_t out[6])
{
	const char *s = getenv(name);
	char more;

	if (sscanf(s != NULL ? s : def, "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx%c", &out[0], &out[1],
		    &out[2], &out[3], &out[4], &out[5], &more) != 6)
		refuse(name, s, "a MAC address");
}

static int choice(const char *name, const char *s, const char *const *names, int n)
{
	char want[120] = "one of";

	for (int i = 0; i < n; i++) {
		if (strcmp(s, names[i]) == 0)
			return i;
		snprintf(want + strlen(want), sizeof(want) - strlen(want), " %s", names[i]);
	}
	refuse(name, s, want);
}

static const char *text(const char *name, const char *def)
{
	const char *s = getenv(name);

	return s != NULL ? s : def;
}

static void roles(const char *s)
{
	const char *name = "GW_SOURCE_PORTS", *want = "PORT:ROLE[,PORT:ROLE...], ports 0 to 15";

	for (const char *p = s; *p != '\0';) {
		char role[8], end = '\0';
		unsigned int port;
		int used;

		if (sscanf(p, "%u:%7[a-z]%n%c", &port, role, &used, &end) < 2 ||
			port >= GW_SRC_PORTS || (end != '\0' && end != ','))
			refuse(name, s, want);
		gw_src_conf.role[port] = choice(name, role, role_names, RTE_DIM(role_names));
		p += used + (end == ',');
	}
}

static struct gw_src_shared *shared_open(const char *path)
{
	size_t size = sizeof(struct gw_src_shared);
	int fd = -1, flags = MAP_SHARED | MAP_ANONYMOUS;
	void *p;

	if (path != NULL) {
		fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
		flags = MAP_SHARED;
		if (fd < 0 || ftruncate(fd, size) != 0)
			refuse("GW_SOURCE_SHM", path, "a file that can be written");
	}
	p = mmap(NULL, size, PROT_READ | PROT_WRITE, flags, fd, 0);
	if (fd >= 0)
		close(fd);
	if (p == MAP_FAILED)
		refuse("GW_SOURCE_SHM", path, "a file that can be mapped");
	return p;
}

bool gw_src_conf_read(void)
{
	struct gw_src_conf *c = &gw_src_conf;
	const char *set, *size, *ports = getenv("GW_SOURCE_PORTS");
	static const char *const sets[] = {"dense", "sparse", "turns"},
				 *const triggers[] = {"tx", "rx"};

	if (ports == NULL)
		return false;
	roles(ports);
	c->hosts = number("GW_SOURCE_HOSTS", 1024, 1, GW_HOSTS_MAX);
	set = text("GW_SOURCE_SET", "dense");
	c->sparse = choice("GW_SOURCE_SET", set, sets, RTE_DIM(sets)) == 1;
	c->turns = strcmp(set, "turns") == 0;
	size = text("GW_SOURCE_SIZE", "64");
	c->imix = strcmp(size, "imix") == 0;
	c->size = c->imix ? 64 : number("GW_SOURCE_SIZE", 64, 64, 1518);
	c->stress = choice("GW_SOURCE_STRESS", text("GW_SOURCE_STRESS", "plain"), stress_names,
		RTE_DIM(stress_names));
	c->nic_flags = number("GW_SOURCE_NIC", 0, 0, 1);
	c->limit = getenv("GW_SOURCE_LIMIT") ? number("GW_SOURCE_LIMIT", 0, 0, 1e15) : UINT64_MAX;
	c->rated = getenv("GW_SOURCE_RATE") != NULL;
	c->rate = number("GW_SOURCE_RATE", 0, 0, 1e9);
	c->latency = number("GW_SOURCE_LATENCY", 0, 0, 1);
	c->times = number("GW_SOURCE_TIMES", 0, 0, 1);
	c->warmup = number("GW_SOURCE_WARMUP", 0.5, 0, 3600);
	c->seconds = number("GW_SOURCE_SECONDS", 0, 0, 86400);
	c->timeout = number("GW_SOURCE_TIMEOUT", 60, 0, 86400);
	c->trigger_rx = choice(
		"GW_SOURCE_TRIGGER", text("GW_SOURCE_TRIGGER", "tx"), triggers, RTE_DIM(triggers));
	c->signal = number("GW_SOURCE_SIGNAL", 15, 0, 31);
	c->tunnels = number("GW_SOURCE_TUNNELS", 1, 1, 65536);
	c->vni = number("GW_SOURCE_VNI", 100, 0, 0xffffff);
	c->tunnel_local = address("GW_SOURCE_LOCAL", "172.30.0.1");
	c->tunnel_remote = address("GW_SOURCE_REMOTE", "172.31.0.2");
	mac("GW_SOURCE_MAC", "02:00:00:00:0a:01", c->port_mac);
	mac("GW_SOURCE_GATEWAY", "00:00:5e:00:01:01", c->gateway_mac);
	c->out = getenv("GW_SOURCE_OUT");
	c->shm = getenv("GW_SOURCE_SHM");
	gw_src_shared = shared_open(c->shm);
	return true;
}
