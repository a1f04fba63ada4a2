// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "xdp/xdp.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/libbpf.h>
#include <linux/if_xdp.h>

#include "base/log.h"
#include "xdp/fds.h"
#include "xdp/netdev.h"
#include "xdp/sockets.h"
#include "xdp/steer.h"
#include "xdp/take.h"

GW_LOG_MODULE("xdp");

// What the driver gives for busy_budget itself; 0 switches busy polling off.
#define BUSY_BUDGET 64

struct gw_xdp {
	struct gw_netdev dev;
	char devargs[512];
	int lock;
	unsigned n_pass;
	struct gw_xdp_pass pass[GW_STEER_ENTRIES];
	struct gw_steer steer;
	struct gw_xsk_set sockets;
};

static char kernel_said[200]; // why it refused the program last

__attribute__((format(printf, 2, 0))) static int libbpf_line(
	enum libbpf_print_level level, const char *fmt, va_list ap)
{
	static const char reason[] = "Kernel error message: ";
	char text[768];
	const char *said;
	int n = vsnprintf(text, sizeof(text), fmt, ap);

	text[strcspn(text, "\n")] = '\0'; // of a verifier's log its first line
	said = strstr(text, reason);
	if (said != NULL)
		snprintf(kernel_said, sizeof(kernel_said), "%s", said + strlen(reason));
	if (level == LIBBPF_WARN)
		LOG(WARNING, "%s", text);
	else if (level == LIBBPF_INFO)
		LOG(INFO, "%s", text);
	else
		LOG(DEBUG, "%s", text);
	return n;
}

// Busy polling drives the NAPI of a NIC from our own loop. A veth or tap has none worth it: there
// every poll that finds nothing would cost a system call of microseconds.
static int busy_budget(const struct gw_netdev *dev)
{
	return strcmp(dev->driver, "veth") == 0 || strcmp(dev->driver, "tun") == 0 ? 0
										   : BUSY_BUDGET;
}

static int devargs_make(
	struct gw_xdp *x, const struct gw_xdp_conf *conf, const char *program, struct gw_err *err)
{
	int n = snprintf(x->devargs, sizeof(x->devargs),
		"net_af_xdp_%s,iface=%s,start_queue=0,queue_count=%u,busy_budget=%d%s,xdp_prog=%s",
		x->dev.name, x->dev.name, x->dev.rx_queues, busy_budget(&x->dev),
		conf->force_copy ? ",force_copy=1" : "", program);

	if ((size_t)n >= sizeof(x->devargs))
		return gw_err_set(err, ENAMETOOLONG, "path %.300s is too long", program);
	return 0;
}

int gw_xdp_open(
	const char *ifname, const struct gw_xdp_conf *conf, struct gw_xdp **out, struct gw_err *err)
{
	const char *program = conf->program != NULL ? conf->program : gw_steer_path();
	const char *const *pass = conf->pass != NULL ? conf->pass : gw_xdp_pass_default;
	struct gw_xdp *x = calloc(1, sizeof(*x));
	int ret;

	*out = NULL;
	if (x == NULL)
		return gw_err_set(err, ENOMEM, "no memory");
	x->steer = (struct gw_steer){.own = -1, .protos = -1, .keys = -1, .counters = -1};
	x->n_pass = conf->pass != NULL ? conf->n_pass : gw_xdp_pass_n_default;
	libbpf_set_print(libbpf_line);
	kernel_said[0] = '\0';
	ret = gw_xdp_pass_parse_list(pass, x->n_pass, x->pass, err);
	if (ret == 0)
		ret = gw_netdev_read(ifname, &x->dev, err);
	if (ret == 0)
		ret = gw_xdp_check(&x->dev, conf, program, err);
	if (ret == 0)
		ret = devargs_make(x, conf, program, err);
	if (ret == 0)
		ret = gw_xdp_take(&x->dev, conf, &x->lock, err);
	if (ret < 0) {
		free(x);
		return ret;
	}
	if (!x->dev.up)
		LOG(WARNING, "interface %s is down: ip link set dev %s up", ifname, ifname);
	*out = x;
	return 0;
}

const char *gw_xdp_devargs(const struct gw_xdp *x)
{
	return x->devargs;
}

unsigned gw_xdp_queues(const struct gw_xdp *x)
{
	return x->dev.rx_queues;
}

int gw_xdp_failed(const struct gw_xdp *x, int code, struct gw_err *err)
{
	return gw_err_set(err, code, "interface %s: DPDK's AF_XDP driver could not set it up: %s",
		x->dev.name, kernel_said[0] != '\0' ? kernel_said : strerror(code));
}

int gw_xdp_attach(struct gw_xdp *x, struct gw_err *err)
{
	uint32_t id;
	int ret = gw_steer_attached(x->dev.index, &id, err);

	if (ret < 0)
		return ret;
	if (id == 0)
		return gw_err_set(
			err, ENOENT, "no XDP program on %s: are the queues set up?", x->dev.name);
	ret = gw_steer_open(&x->steer, id, err);
	if (ret < 0)
		return gw_err_prefix(err, "interface %s", x->dev.name);
	// They have counters that the driver does not read.
	if (gw_xsk_claim(&x->sockets, x->dev.rx_queues) < x->dev.rx_queues)
		LOG(WARNING, "%s: only %u AF_XDP sockets of %u found: counters are incomplete",
			x->dev.name, x->sockets.n, x->dev.rx_queues);
	ret = gw_xdp_addr_sync(x, err);
	if (ret == 0)
		ret = gw_steer_pass_set(&x->steer, x->pass, x->n_pass, err);
	return ret;
}

int gw_xdp_pass_set(struct gw_xdp *x, const char *const *pass, unsigned n, struct gw_err *err)
{
	struct gw_xdp_pass list[GW_STEER_ENTRIES];
	int ret = gw_xdp_pass_parse_list(pass, n, list, err);

	return ret < 0 ? ret : gw_steer_pass_set(&x->steer, list, n, err);
}

int gw_xdp_addr_set(struct gw_xdp *x, const struct in6_addr *addrs, unsigned n, struct gw_err *err)
{
	return gw_steer_own_set(&x->steer, addrs, n, err);
}

int gw_xdp_addr_sync(struct gw_xdp *x, struct gw_err *err)
{
	struct in6_addr own[GW_STEER_OWN];
	int n = gw_kernel_addrs(x->dev.name, own, GW_STEER_OWN);

	if (n < 0)
		return gw_err_set(err, -n, "cannot read the kernel's addresses: %s", strerror(-n));
	return gw_xdp_addr_set(x, own, (unsigned)n, err);
}

int gw_xdp_stats(const struct gw_xdp *x, struct gw_xdp_stats *stats)
{
	uint64_t counters[GW_STEER_COUNTERS];
	struct xdp_statistics xsk;
	int ret = gw_steer_counters(&x->steer, counters);

	if (ret < 0)
		return ret;
	*stats = (struct gw_xdp_stats){
		.redirected = counters[GW_STEER_REDIRECTED],
		.no_socket = counters[GW_STEER_NO_SOCKET],
	};
	for (unsigned i = 0; i < GW_STEER_ENTRIES; i++) {
		if (x->steer.pass[i].name[0] == '\0')
			continue;
		stats->pass[stats->n_pass].name = x->steer.pass[i].name;
		stats->pass[stats->n_pass++].packets = counters[GW_STEER_PASSED + i];
	}
	gw_xsk_stats(&x->sockets, &xsk);
	stats->rx_dropped = xsk.rx_dropped;
	stats->rx_full = xsk.rx_ring_full;
	stats->rx_invalid = xsk.rx_invalid_descs;
	stats->tx_invalid = xsk.tx_invalid_descs;
	return 0;
}

int gw_xdp_link(const struct gw_xdp *x, bool *up)
{
	char name[IFNAMSIZ];
	struct gw_netdev dev;
	int ret;

	*up = false;
	if (if_indextoname((unsigned)x->dev.index, name) == NULL)
		return -ENODEV;
	ret = gw_netdev_read(name, &dev, NULL);
	*up = ret == 0 && dev.up && dev.running;
	return ret;
}

static bool prog_match(int fd, void *arg)
{
	return gw_steer_is(fd, *(const uint32_t *)arg);
}

void gw_xdp_close(struct gw_xdp *x)
{
	uint32_t id;

	if (x == NULL)
		return;
	gw_xsk_close(&x->sockets);
	// The driver detaches at close, but not when a queue could not be set up.
	if (gw_steer_attached(x->dev.index, &id, NULL) == 0 && id != 0 &&
		gw_fd_find("anon_inode:bpf-prog", prog_match, &id))
		bpf_xdp_detach(x->dev.index, 0, NULL);
	gw_steer_close(&x->steer);
	close(x->lock);
	free(x);
}
