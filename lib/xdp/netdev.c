// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "xdp/netdev.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if_arp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

static int request(const char *name, unsigned long code, struct ifreq *ifr)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int ret;

	if (fd < 0)
		return -errno;
	memset(ifr->ifr_name, 0, sizeof(ifr->ifr_name));
	memcpy(ifr->ifr_name, name, strlen(name));
	ret = ioctl(fd, code, ifr) < 0 ? -errno : 0;
	close(fd);
	return ret;
}

static int ethtool(const char *name, void *command)
{
	struct ifreq ifr = {.ifr_data = command};

	return request(name, SIOCETHTOOL, &ifr);
}

static int unknown(const char *name, struct gw_err *err)
{
	struct if_nameindex *all = if_nameindex();
	char list[256] = "";
	size_t used = 0;

	for (struct if_nameindex *i = all; i != NULL && i->if_name != NULL; i++) {
		int n = snprintf(
			list + used, sizeof(list) - used, "%s%s", used > 0 ? ", " : "", i->if_name);

		if (n < 0 || (size_t)n >= sizeof(list) - used)
			break;
		used += (size_t)n;
	}
	if (all != NULL)
		if_freenameindex(all);
	return gw_err_set(err, ENODEV,
		"no network interface \"%.32s\" in this network namespace (there are: %s); "
		"af_xdp:IFNAME wants one that the kernel has, a port without one is a PCI address "
		"or a "
		"DPDK vdev",
		name, list);
}

// net_af_xdp looks at combined channels only and takes a device without them for one queue.
static void queues_read(struct gw_netdev *dev)
{
	struct ethtool_channels ch = {.cmd = ETHTOOL_GCHANNELS};

	dev->rx_queues = 1;
	dev->pmd_queues = 1;
	if (ethtool(dev->name, &ch) < 0)
		return;
	if (ch.rx_count + ch.combined_count > 0)
		dev->rx_queues = ch.rx_count + ch.combined_count;
	if (ch.max_combined > 0)
		dev->pmd_queues = ch.combined_count;
}

int gw_netdev_read(const char *name, struct gw_netdev *dev, struct gw_err *err)
{
	struct ethtool_drvinfo info = {.cmd = ETHTOOL_GDRVINFO};
	struct ifreq ifr = {};
	int ret;

	memset(dev, 0, sizeof(*dev));
	if (name[0] == '\0' || strlen(name) >= sizeof(dev->name))
		return unknown(name, err);
	strcpy(dev->name, name);
	ret = request(name, SIOCGIFINDEX, &ifr);
	if (ret == -ENODEV)
		return unknown(name, err);
	dev->index = ifr.ifr_ifindex;
	if (ret == 0)
		ret = request(name, SIOCGIFFLAGS, &ifr);
	dev->up = (ifr.ifr_flags & IFF_UP) != 0;
	dev->running = (ifr.ifr_flags & IFF_RUNNING) != 0;
	if (ret == 0)
		ret = request(name, SIOCGIFMTU, &ifr);
	dev->mtu = (uint32_t)ifr.ifr_mtu;
	if (ret == 0)
		ret = request(name, SIOCGIFHWADDR, &ifr);
	if (ret < 0)
		return gw_err_set(err, -ret, "interface %s: %s", name, strerror(-ret));
	if (ifr.ifr_hwaddr.sa_family != ARPHRD_ETHER)
		return gw_err_set(err, EINVAL, "interface %s is no Ethernet interface", name);
	memcpy(dev->mac.b, ifr.ifr_hwaddr.sa_data, sizeof(dev->mac.b));
	if (ethtool(name, &info) == 0)
		memcpy(dev->driver, info.driver, sizeof(dev->driver) - 1);
	queues_read(dev);
	return 0;
}

bool gw_netdev_carrier(const char *name)
{
	struct ethtool_value link = {.cmd = ETHTOOL_GLINK};

	return ethtool(name, &link) == 0 && link.data != 0;
}

int gw_netdev_up_set(const char *name, bool up)
{
	struct ifreq ifr = {};
	int ret = request(name, SIOCGIFFLAGS, &ifr);

	if (ret < 0 || ((ifr.ifr_flags & IFF_UP) != 0) == up)
		return ret;
	ifr.ifr_flags ^= IFF_UP;
	return request(name, SIOCSIFFLAGS, &ifr);
}

int gw_netdev_mac_set(const struct gw_netdev *dev, const struct gw_mac *mac, struct gw_err *err)
{
	struct ifreq ifr = {.ifr_hwaddr.sa_family = ARPHRD_ETHER};
	char text[GW_MAC_LEN];
	int ret;

	if (memcmp(dev->mac.b, mac->b, sizeof(mac->b)) == 0)
		return 0;
	memcpy(ifr.ifr_hwaddr.sa_data, mac->b, sizeof(mac->b));
	ret = request(dev->name, SIOCSIFHWADDR, &ifr);
	if (ret < 0)
		return gw_err_set(err, -ret, "interface %s does not take the MAC %s: %s", dev->name,
			gw_mac_str(mac, text), strerror(-ret));
	return 0;
}

int gw_netdev_vlan_strip_off(const struct gw_netdev *dev, struct gw_err *err)
{
	struct ethtool_value flags = {.cmd = ETHTOOL_GFLAGS};
	int ret = ethtool(dev->name, &flags);

	if (ret < 0 || (flags.data & ETH_FLAG_RXVLAN) == 0)
		return 0;
	flags.cmd = ETHTOOL_SFLAGS;
	flags.data &= ~(uint32_t)ETH_FLAG_RXVLAN;
	ret = ethtool(dev->name, &flags);
	if (ret < 0)
		return gw_err_set(err, -ret,
			"interface %s takes VLAN tags out of frames and cannot be told not to: %s",
			dev->name, strerror(-ret));
	return 0;
}
