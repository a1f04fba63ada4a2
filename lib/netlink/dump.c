// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "netlink/dump.h"

#include <errno.h>

void gw_nl_dump_begin(struct gw_nl_dump *d, uint64_t now_us)
{
	d->wanted = false;
	d->begun_us = now_us;
}

void gw_nl_dump_end(struct gw_nl_dump *d, uint64_t now_us)
{
	uint64_t took = now_us - d->begun_us;

	d->not_before_us = now_us + (took > GW_NL_DUMP_RETRY_US ? took : GW_NL_DUMP_RETRY_US);
}

static int given_up(struct gw_nl_dump *d, int error, uint64_t now_us)
{
	d->running = false;
	d->wanted = true;
	d->nl.seq++; // what still comes of it belongs to none
	d->not_before_us = now_us + GW_NL_DUMP_RETRY_US;
	return -error;
}

bool gw_nl_dump_due(struct gw_nl_dump *d, uint64_t now_us, bool *silent)
{
	*silent = d->running && now_us - d->heard_us >= GW_NL_DUMP_SILENT_US;
	if (*silent)
		given_up(d, ETIMEDOUT, now_us);
	return d->wanted && !d->running && now_us >= d->not_before_us;
}

int gw_nl_dump_start(struct gw_nl_dump *d, uint16_t type, uint8_t family, uint64_t now_us)
{
	int ret = gw_nl_dump(&d->nl, type, family);

	d->heard_us = now_us;
	d->running = true;
	return ret < 0 ? given_up(d, -ret, now_us) : 0;
}

int gw_nl_dump_read(struct gw_nl_dump *d, unsigned max,
	void (*fn)(const struct nlmsghdr *nlh, void *arg), void *arg, uint64_t now_us)
{
	bool done = false;
	int ret = gw_nl_read(&d->nl, max, fn, arg, &done);

	if (!d->running)
		return 1;
	d->heard_us = now_us;
	// Without an end, too: the kernel stops a dump by an error of the socket.
	if (ret < 0)
		return given_up(d, -ret, now_us);
	d->running = !done;
	return done ? 0 : 1;
}
