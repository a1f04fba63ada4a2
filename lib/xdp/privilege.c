// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "xdp/privilege.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <linux/capability.h>
#include <sys/resource.h>
#include <sys/syscall.h>

static uint64_t effective(void)
{
	struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {};

	if (syscall(SYS_capget, &head, data) < 0)
		return 0;
	return (uint64_t)data[1].effective << 32 | data[0].effective;
}

static bool has(uint64_t caps, unsigned cap)
{
	return (caps >> cap & 1) != 0;
}

static bool memlock_unlimited(void)
{
	struct rlimit lim;

	return getrlimit(RLIMIT_MEMLOCK, &lim) == 0 && lim.rlim_cur == RLIM_INFINITY;
}

int gw_xdp_privilege_check(const char *ifname, struct gw_err *err)
{
	uint64_t have = effective();
	char missing[128] = "";
	const struct {
		const char *name;
		bool has;
	} need[] = {
		{"CAP_NET_ADMIN", has(have, CAP_NET_ADMIN)}, // attach the program
		{"CAP_BPF", has(have, CAP_BPF) || has(have, CAP_SYS_ADMIN)},
		// A program that walks headers of variable length
		{"CAP_PERFMON", has(have, CAP_PERFMON) || has(have, CAP_SYS_ADMIN)},
		{"CAP_NET_RAW", has(have, CAP_NET_RAW)}, // AF_XDP sockets
		{"CAP_IPC_LOCK", has(have, CAP_IPC_LOCK) || memlock_unlimited()},
	};

	for (unsigned i = 0; i < sizeof(need) / sizeof(need[0]); i++) {
		if (need[i].has)
			continue;
		if (missing[0] != '\0')
			strcat(missing, ", ");
		strcat(missing, need[i].name);
	}
	if (missing[0] == '\0')
		return 0;
	return gw_err_set(err, EPERM,
		"interface %s: an AF_XDP port needs %s: run as root, or give the program these "
		"capabilities",
		ifname, missing);
}
