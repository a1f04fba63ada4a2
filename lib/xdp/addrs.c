// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "xdp/netdev.h"

#include <errno.h>
#include <ifaddrs.h>
#include <string.h>

static bool own_addr(const struct ifaddrs *ifa, const char *ifname, struct in6_addr *addr)
{
	if (ifa->ifa_addr == NULL ||
		(strcmp(ifa->ifa_name, "lo") != 0 && strcmp(ifa->ifa_name, ifname) != 0))
		return false;
	if (ifa->ifa_addr->sa_family == AF_INET6) {
		*addr = ((const struct sockaddr_in6 *)ifa->ifa_addr)->sin6_addr;
		return !IN6_IS_ADDR_LOOPBACK(addr);
	}
	if (ifa->ifa_addr->sa_family != AF_INET)
		return false;
	*addr = (struct in6_addr){.s6_addr = {[10] = 0xff, [11] = 0xff}};
	memcpy(&addr->s6_addr[12], &((const struct sockaddr_in *)ifa->ifa_addr)->sin_addr, 4);
	return addr->s6_addr[12] != IN_LOOPBACKNET;
}

int gw_kernel_addrs(const char *ifname, struct in6_addr *out, unsigned max)
{
	struct ifaddrs *all;
	unsigned n = 0;

	if (getifaddrs(&all) < 0)
		return -errno;
	for (const struct ifaddrs *ifa = all; ifa != NULL && n < max; ifa = ifa->ifa_next)
		if (own_addr(ifa, ifname, &out[n]))
			n++;
	freeifaddrs(all);
	return (int)n;
}
