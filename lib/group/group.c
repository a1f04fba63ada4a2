// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "group/group.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include <rte_common.h>

#include "base/log.h"
#include "base/reserve.h"
#include "dp/worker.h"
#include "iface/iface.h"
#include "slow/slow.h"

#define SCAN_US 200000
#define WARN_US 60000000

GW_LOG_MODULE("group");

struct gw_group_conf gw_group_conf;

static struct gw_group_iface **ifaces; // [GW_MAX_IFACES], NULL: nothing is learned there
static uint32_t iface_count;
static json_t *named; // interfaces by configuration, NULL: those of access ports
static uint64_t now_us, scan_us;

int gw_group_init(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	now_us = (uint64_t)ts.tv_sec * 1000000 + (uint64_t)ts.tv_nsec / 1000;
	scan_us = 0;
	ifaces = gw_reserve(GW_MAX_IFACES * sizeof(struct gw_group_iface *));
	if (ifaces == NULL || gw_member_init() < 0)
		return -ENOMEM;
	gw_slow_every(0, gw_group_poll);
	gw_slow_input(GW_PUNT_GROUP, gw_group_input);
	return 0;
}

void gw_group_fini(void)
{
	for (uint32_t i = 0; ifaces != NULL && i < GW_MAX_IFACES && iface_count > 0; i++) {
		iface_count -= ifaces[i] != NULL;
		free(ifaces[i]);
	}
	gw_unreserve(ifaces, GW_MAX_IFACES * sizeof(struct gw_group_iface *));
	ifaces = NULL;
	json_decref(named);
	named = NULL;
	gw_querier_fini();
	gw_member_fini();
}

uint64_t gw_group_now(void)
{
	return now_us;
}

bool gw_group_may_warn(struct gw_group_iface *gi)
{
	if (gi->warned_us != 0 && now_us - gi->warned_us < WARN_US)
		return false;
	gi->warned_us = now_us;
	return true;
}

// A standby half is silent, and hears nothing.
static bool wanted(uint16_t iface)
{
	if (!gw_group_conf.enabled || gw_ifaces[iface].half != GW_HALF_ACTIVE)
		return false;
	if (named != NULL)
		return json_object_get(named, gw_iface_infos[iface].name) != NULL;
	return gw_ifaces[iface].role == GW_ROLE_ACCESS;
}

static void iface_begin(uint16_t iface)
{
	struct gw_group_iface *gi = calloc(1, sizeof(*gi));

	if (gi == NULL) // the next scan tries again
		return;
	gi->iface = iface;
	gi->vrf = gw_ifaces[iface].vrf;
	ifaces[iface] = gi;
	iface_count++;
	gw_querier_start(&gi->q[0], iface, false);
	gw_querier_start(&gi->q[1], iface, true);
}

void gw_group_iface_gone(uint16_t iface)
{
	struct gw_group_iface *gi = ifaces != NULL ? ifaces[iface] : NULL;

	if (gi == NULL)
		return;
	gw_member_forget(gi);
	gw_querier_stop(&gi->q[0]);
	gw_querier_stop(&gi->q[1]);
	ifaces[iface] = NULL;
	iface_count--;
	free(gi);
}

static void iface_scan(uint16_t iface)
{
	struct gw_group_iface *gi = ifaces[iface];
	bool want = wanted(iface);

	if (want && gi == NULL) {
		iface_begin(iface);
	} else if (!want) {
		gw_group_iface_gone(iface);
	} else {
		gw_querier_check(&gi->q[0]);
		gw_querier_check(&gi->q[1]);
	}
}

// Interfaces, their addresses and halves come and go.
static void scan(void)
{
	if (!gw_group_conf.enabled && iface_count == 0)
		return;
	for (uint16_t i = 0; (i = gw_iface_next(i)) != 0;)
		iface_scan(i);
}

struct gw_group_iface *gw_group_iface(uint16_t iface)
{
	if (ifaces[iface] == NULL && wanted(iface))
		iface_begin(iface);
	return ifaces[iface];
}

void gw_group_conf_changed(json_t *names)
{
	json_decref(named);
	named = names;
	scan();
	for (uint16_t i = 0; iface_count > 0 && (i = gw_iface_next(i)) != 0;) {
		if (ifaces[i] == NULL)
			continue;
		gw_querier_conf_changed(&ifaces[i]->q[0]);
		gw_querier_conf_changed(&ifaces[i]->q[1]);
	}
}

bool gw_group_poll(uint64_t now)
{
	bool work;

	now_us = now;
	if (now >= scan_us) {
		scan_us = now + SCAN_US;
		scan();
	}
	work = gw_queriers_poll();
	return gw_members_poll() || work;
}
