// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "xdp/take.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <sys/socket.h>
#include <sys/un.h>

#include <rte_mbuf.h>

#include "base/log.h"
#include "xdp/privilege.h"
#include "xdp/steer.h"

GW_LOG_MODULE("xdp");

#define XDP_HEADROOM 256 // the kernel's XDP_PACKET_HEADROOM
#define L2_LEN	     22	 // Ethernet header and two VLAN tags

static int name_check(const char *ifname, const char *program, struct gw_err *err)
{
	// Both become part of a DPDK device string.
	if (strpbrk(ifname, ",=[]\"") != NULL)
		return gw_err_set(err, EINVAL,
			"interface name \"%.32s\": DPDK takes none with , = [ ] or \"", ifname);
	if (strpbrk(program, ",[]\"") != NULL)
		return gw_err_set(
			err, EINVAL, "path %.300s: DPDK takes none with , [ ] or \"", program);
	if (access(program, R_OK) < 0)
		return gw_err_set(err, errno, "XDP program %.300s: %s", program, strerror(errno));
	return 0;
}

static int limits_check(
	const struct gw_netdev *dev, const struct gw_xdp_conf *conf, struct gw_err *err)
{
	uint32_t room = conf->data_room != 0 ? conf->data_room : RTE_MBUF_DEFAULT_BUF_SIZE;
	uint32_t overhead = RTE_PKTMBUF_HEADROOM + XDP_HEADROOM + L2_LEN;
	uint32_t mtu = conf->mtu > dev->mtu ? conf->mtu : dev->mtu;

	if (room < overhead || mtu > room - overhead)
		return gw_err_set(err, EINVAL,
			"interface %s: MTU %u, but a frame of an AF_XDP port has to fit into one "
			"packet buffer: %u at most with buffers of %u octets",
			dev->name, mtu, room > overhead ? room - overhead : 0, room);
	if (dev->rx_queues > dev->pmd_queues)
		return gw_err_set(err, EINVAL,
			"interface %s has %u receive queues, of which DPDK's AF_XDP driver "
			"serves %u: ethtool -L %s rx 1 tx 1",
			dev->name, dev->rx_queues, dev->pmd_queues, dev->name);
	if (dev->rx_queues > GW_STEER_SOCKETS ||
		(conf->max_queues != 0 && dev->rx_queues > conf->max_queues)) {
		unsigned most = conf->max_queues != 0 && conf->max_queues < GW_STEER_SOCKETS
			? conf->max_queues
			: GW_STEER_SOCKETS;

		return gw_err_set(err, EINVAL,
			"interface %s has %u receive queues, all of which have to be polled; "
			"%u can be: ethtool -L %s combined %u",
			dev->name, dev->rx_queues, most, dev->name, most);
	}
	return 0;
}

// One process per interface. An abstract socket belongs to the network namespace, like the
// interface, and goes with the process however that ends.
static int lock_take(const struct gw_netdev *dev, int *lock, struct gw_err *err)
{
	struct sockaddr_un addr = {.sun_family = AF_UNIX};
	int n = snprintf(addr.sun_path + 1, sizeof(addr.sun_path) - 1, "godwit-xdp-%d", dev->index);
	int ret;

	*lock = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (*lock >= 0 &&
		bind(*lock, (struct sockaddr *)&addr,
			(socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + n)) == 0)
		return 0;
	ret = -errno;
	if (*lock >= 0)
		close(*lock);
	*lock = -1;
	if (ret == -EADDRINUSE)
		return gw_err_set(err, EBUSY, "interface %s is in use by a godwit that is running",
			dev->name);
	return gw_err_set(err, -ret, "interface %s: lock: %s", dev->name, strerror(-ret));
}

static int stale_remove(const struct gw_netdev *dev, struct gw_err *err)
{
	uint32_t id;
	int ret = gw_steer_attached(dev->index, &id, err);

	if (ret < 0 || id == 0)
		return ret;
	ret = gw_steer_detach_stale(dev->index, id, dev->name, err);
	if (ret == 0)
		LOG(NOTICE, "%s: took off the steering program of a process that was killed",
			dev->name);
	return ret;
}

int gw_xdp_check(const struct gw_netdev *dev, const struct gw_xdp_conf *conf, const char *program,
	struct gw_err *err)
{
	int ret = name_check(dev->name, program, err);

	if (ret == 0)
		ret = limits_check(dev, conf, err);
	if (ret == 0)
		ret = gw_xdp_privilege_check(dev->name, err);
	return ret;
}

int gw_xdp_take(
	const struct gw_netdev *dev, const struct gw_xdp_conf *conf, int *lock, struct gw_err *err)
{
	int ret = lock_take(dev, lock, err);

	if (ret < 0)
		return ret;
	ret = stale_remove(dev, err);
	if (ret == 0)
		ret = gw_netdev_vlan_strip_off(dev, err);
	if (ret == 0 && conf->mac != NULL)
		ret = gw_netdev_mac_set(dev, conf->mac, err);
	if (ret < 0) {
		close(*lock);
		*lock = -1;
	}
	return ret;
}
