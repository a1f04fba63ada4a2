// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "port/device.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <rte_dev.h>
#include <rte_errno.h>
#include <rte_ethdev.h>
#include <rte_pci.h>

#include "base/log.h"
#include "dp/mbuf.h"
#include "port/rss.h"
#include "xdp/pool.h"
#include "xdp/xdp.h"

GW_LOG_MODULE("port");

#define DESCRIPTORS	1024
#define XDP_DESCRIPTORS 2048
#define XDP_TRIES	100
#define XDP_TRY_US	50000
#define AF_XDP_PREFIX	"af_xdp:"

const char *gw_device_af_xdp(const char *device)
{
	return strncmp(device, AF_XDP_PREFIX, strlen(AF_XDP_PREFIX)) == 0
		? device + strlen(AF_XDP_PREFIX)
		: NULL;
}

static bool is_pci(const char *device)
{
	struct rte_pci_addr addr;

	return rte_pci_addr_parse(device, &addr) == 0;
}

static int probe_failed(const struct gw_port_spec *spec, int code, struct gw_err *err)
{
	if (is_pci(spec->device))
		return gw_err_set(err, ENODEV,
			"port %s: PCI device %s: %s; bind it to vfio-pci (dpdk-devbind.py -b "
			"vfio-pci %s) and leave --no-pci out of /eal",
			spec->name, spec->device, strerror(code), spec->device);
	return gw_err_set(err, ENODEV,
		"port %s: device \"%s\" cannot be made: %s; what would do: a PCI address, "
		"af_xdp:IFNAME, net_tap0,iface=NAME, net_memif0,..., "
		"net_pcap0,rx_pcap=FILE,tx_pcap=FILE, net_ring0, net_null0",
		spec->name, spec->device, strerror(code));
}

// The part of a device string before its arguments is the DPDK name.
static void device_name(const char *device, char *name, size_t size)
{
	size_t n = strcspn(device, ",");

	if (n >= size)
		n = size - 1;
	memcpy(name, device, n);
	name[n] = '\0';
}

// Microseconds or nanoseconds, of either order of octets, or pcapng.
static bool is_pcap(FILE *f)
{
	static const uint32_t magics[] = {
		0xa1b2c3d4, 0xd4c3b2a1, 0xa1b23c4d, 0x4d3cb2a1, 0x0a0d0d0a};
	uint32_t magic;

	if (fread(&magic, sizeof(magic), 1, f) != 1)
		return false;
	for (size_t i = 0; i < RTE_DIM(magics); i++) {
		if (magic == magics[i])
			return true;
	}
	return false;
}

static int pcap_file_check(const char *key, const char *file, const char *mode, struct gw_err *err)
{
	FILE *f = fopen(file, mode);
	int ret = 0;

	if (f == NULL)
		return gw_err_set(err, errno, "%s: %s: %s", key, file, strerror(errno));
	if (mode[0] == 'r' && !is_pcap(f))
		ret = gw_err_set(err, EINVAL, "%s: %s: no pcap file", key, file);
	fclose(f);
	return ret;
}

// PCAP files that cannot be opened are the commonest mistake: name the file.
static int pcap_files_check(const struct gw_port_spec *spec, struct gw_err *err)
{
	static const struct {
		const char *key, *mode;
	} kinds[] = {{"rx_pcap", "r"}, {"tx_pcap", "a"}};
	char file[256];

	if (strncmp(spec->device, "net_pcap", 8) != 0 && strncmp(spec->device, "eth_pcap", 8) != 0)
		return 0;
	for (size_t i = 0; i < RTE_DIM(kinds); i++) {
		const size_t len = strlen(kinds[i].key);

		for (const char *at = spec->device; (at = strstr(at, kinds[i].key)) != NULL;
			at += len) {
			int ret;

			if (at[-1] != ',' || at[len] != '=')
				continue;
			device_name(at + len + 1, file, sizeof(file));
			ret = pcap_file_check(kinds[i].key, file, kinds[i].mode, err);
			if (ret < 0) {
				gw_err_prefix(err, "port %s", spec->name);
				return ret;
			}
		}
	}
	return 0;
}

int gw_device_probe(const struct gw_port_spec *spec, unsigned workers, struct gw_xdp **xdp,
	uint16_t *id, struct gw_err *err)
{
	const char *ifname = gw_device_af_xdp(spec->device);
	const char *args = spec->device;
	char name[RTE_ETH_NAME_MAX_LEN];
	int ret;

	*xdp = NULL;
	if (ifname != NULL) {
		const struct gw_xdp_conf conf = {
			.pass = spec->pass_given ? spec->pass : NULL,
			.n_pass = spec->pass_count,
			.mtu = spec->mtu,
			.data_room = rte_pktmbuf_data_room_size(gw_pool),
			.mac = spec->has_mac ? &spec->mac : NULL,
		};

		ret = gw_xdp_open(ifname, &conf, xdp, err);
		if (ret < 0) {
			gw_err_prefix(err, "port %s", spec->name);
			return ret;
		}
		args = gw_xdp_devargs(*xdp);
	}
	device_name(args, name, sizeof(name));
	ret = pcap_files_check(spec, err);
	if (ret < 0)
		return ret;
	if (rte_eth_dev_get_port_by_name(name, id) != 0) {
		ret = rte_dev_probe(args);
		if (ret < 0 || rte_eth_dev_get_port_by_name(name, id) != 0) {
			if (*xdp != NULL)
				ret = gw_xdp_failed(*xdp, -ret, err);
			else
				ret = probe_failed(spec, ret < 0 ? -ret : ENODEV, err);
			gw_xdp_close(*xdp);
			*xdp = NULL;
			return ret;
		}
	} else if (*id < GW_MAX_PORTS && gw_ports[*id].used) {
		return gw_err_set(err, EBUSY, "port %s: device %s is port %s's", spec->name, name,
			gw_ports[*id].name);
	}
	if (*id >= GW_MAX_PORTS)
		return gw_err_set(
			err, ENOSPC, "port %s: more than %d ports", spec->name, GW_MAX_PORTS);
	return 0;
}

// The kernel gives a receive queue of a process that was killed back from a work queue of its own,
// and until then refuses it to others; the driver says EINVAL whatever the kernel says.
static int xdp_queue_setup(uint16_t id, uint16_t q, uint16_t desc)
{
	int ret = -EINVAL;

	for (unsigned tries = 0; ret == -EINVAL && tries < XDP_TRIES; tries++) {
		if (tries == 1)
			LOG(NOTICE, "%s: waits for its queue, which another process had",
				gw_ports[id].name);
		if (tries > 0)
			usleep(XDP_TRY_US);
		ret = rte_eth_rx_queue_setup(id, q, desc, SOCKET_ID_ANY, NULL, gw_pool);
	}
	return ret;
}

// Frees queues that were there before.
static int queues_setup(uint16_t id, struct gw_port *p, const struct gw_port_spec *spec,
	const struct rte_eth_conf *conf, struct gw_err *err)
{
	// net_af_xdp's fill ring has 2,048 places whatever is asked for: a smaller receive ring
	// would overflow first, and that loss is in no counter of the driver's.
	uint16_t rx_desc = p->xdp != NULL ? XDP_DESCRIPTORS : DESCRIPTORS, tx_desc = rx_desc;
	int ret;

	ret = rte_eth_dev_configure(id, p->rx_queues, p->tx_queues, conf);
	if (ret == 0)
		ret = rte_eth_dev_adjust_nb_rx_tx_desc(id, &rx_desc, &tx_desc);
	for (uint16_t q = 0; q < p->rx_queues && ret == 0; q++)
		ret = p->xdp != NULL
			? xdp_queue_setup(id, q, rx_desc)
			: rte_eth_rx_queue_setup(id, q, rx_desc, SOCKET_ID_ANY, NULL, gw_pool);
	if (ret == 0 && p->xdp != NULL)
		ret = gw_xdp_attach(p->xdp, err);
	for (uint16_t q = 0; q < p->tx_queues && ret == 0; q++)
		ret = rte_eth_tx_queue_setup(id, q, tx_desc, SOCKET_ID_ANY, NULL);
	if (ret < 0 && p->xdp != NULL)
		return gw_xdp_failed(p->xdp, -ret, err);
	return ret < 0 ? gw_err_set(err, -ret, "port %s: %u receive and %u transmit queues: %s",
				 spec->name, p->rx_queues, p->tx_queues, strerror(-ret))
		       : 0;
}

// What a NIC says that it can and what it takes are two things: without its queues, one will do.
static int rss_setup(uint16_t id, struct gw_port *p, const struct gw_port_spec *spec,
	struct rte_eth_conf *conf, struct gw_err *err)
{
	struct gw_err refused = {0};

	if (queues_setup(id, p, spec, conf, &refused) == 0)
		return 0;
	LOG(NOTICE, "%s: one receive queue, workers hand over", refused.text);
	memset(&conf->rx_adv_conf.rss_conf, 0, sizeof(conf->rx_adv_conf.rss_conf));
	conf->rxmode.mq_mode = RTE_ETH_MQ_RX_NONE;
	p->rx_queues = 1;
	return queues_setup(id, p, spec, conf, err);
}

static int mac_setup(uint16_t id, struct gw_port *p, const struct gw_port_spec *spec)
{
	struct rte_ether_addr mac;
	int ret;

	ret = rte_eth_macaddr_get(id, &mac);
	if (ret == 0)
		memcpy(p->mac.b, mac.addr_bytes, sizeof(p->mac.b));
	if (!spec->has_mac)
		return ret;
	p->mac = spec->mac;
	memcpy(mac.addr_bytes, spec->mac.b, sizeof(spec->mac.b));
	// Devices without a filter (pcap, ring) refuse: frames are compared in software anyway.
	if (rte_eth_dev_default_mac_addr_set(id, &mac) < 0)
		LOG(DEBUG, "%s: the device keeps its own MAC", spec->name);
	return 0;
}

int gw_device_configure(
	uint16_t id, const struct gw_port_spec *spec, unsigned workers, struct gw_err *err)
{
	struct gw_port *p = &gw_ports[id];
	struct rte_eth_dev_info info;
	struct rte_eth_conf conf = {0};
	int ret;

	ret = rte_eth_dev_info_get(id, &info);
	if (ret < 0)
		return gw_err_set(err, -ret, "port %s: %s", spec->name, strerror(-ret));
	p->multi_seg = info.tx_offload_capa & RTE_ETH_TX_OFFLOAD_MULTI_SEGS;
	if (p->multi_seg)
		conf.txmode.offloads |= RTE_ETH_TX_OFFLOAD_MULTI_SEGS;
	conf.rxmode.offloads |= info.rx_offload_capa & RTE_ETH_RX_OFFLOAD_SCATTER;
	conf.rxmode.offloads |= info.rx_offload_capa & RTE_ETH_RX_OFFLOAD_IPV4_CKSUM;
	p->rx_queues = p->xdp != NULL ? (uint16_t)gw_xdp_queues(p->xdp)
				      : gw_rss_ask(&info, spec->role, workers, &conf);
	p->tx_queues = p->xdp != NULL ? p->rx_queues
				      : (uint16_t)RTE_MIN(workers, RTE_MAX(info.max_tx_queues, 1u));
	p->sleepy = p->xdp != NULL || strstr(info.driver_name, "tap") != NULL;
	// Carrier of what has an interface of the kernel's comes from there.
	conf.intr_conf.lsc = info.if_index == 0 && (*info.dev_flags & RTE_ETH_DEV_INTR_LSC) != 0;
	ret = conf.rxmode.mq_mode == RTE_ETH_MQ_RX_RSS ? rss_setup(id, p, spec, &conf, err)
						       : queues_setup(id, p, spec, &conf, err);
	if (ret < 0)
		return ret;
	ret = mac_setup(id, p, spec);
	if (ret < 0)
		return gw_err_set(err, -ret, "port %s: MAC: %s", spec->name, strerror(-ret));
	p->mtu = spec->mtu != 0 ? spec->mtu : RTE_ETHER_MTU;
	ret = rte_eth_dev_set_mtu(id, p->mtu);
	if (ret < 0 && ret != -ENOTSUP)
		return gw_err_set(err, -ret, "port %s: MTU %u: %s (largest %u)", spec->name, p->mtu,
			strerror(-ret), info.max_mtu);
	// A device that can neither sees its own MAC only: neither IPv6 nor multicast.
	rte_eth_promiscuous_enable(id);
	rte_eth_allmulticast_enable(id);
	return 0;
}
