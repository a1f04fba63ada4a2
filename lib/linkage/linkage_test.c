// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Groups on ports whose link this process alone sets: what a process before left, and reloads.

#include "linkage/linkage.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <rte_eal.h>
#include <rte_ethdev.h>

#include "dp/mbuf.h"
#include "heartbeat/heartbeat.h"
#include "slow/slow.h"

#define DOWNLINKS 2

static char dir[] = "/tmp/gw-linkage-XXXXXX";
static char control[64], beats[64];
static uint16_t uplink, downlink[DOWNLINKS];
static struct gw_linkage_spec spec;

static uint16_t device(const char *name)
{
	const struct rte_eth_conf eth = {0};
	uint16_t id;

	assert_int_equal(rte_eth_dev_get_port_by_name(name, &id), 0);
	assert_int_equal(rte_eth_dev_configure(id, 1, 1, &eth), 0);
	assert_int_equal(rte_eth_rx_queue_setup(id, 0, 64, SOCKET_ID_ANY, NULL, gw_pool), 0);
	assert_int_equal(rte_eth_tx_queue_setup(id, 0, 64, SOCKET_ID_ANY, NULL), 0);
	return id;
}

static int group(void **)
{
	static char *argv[] = {(char *)"test", (char *)"--no-huge", (char *)"--no-pci",
		(char *)"--no-shconf", (char *)"--no-telemetry", (char *)"-m", (char *)"128",
		(char *)"-l", (char *)"0", (char *)"--vdev=net_ring0", (char *)"--vdev=net_ring1",
		(char *)"--vdev=net_ring2", (char *)"--log-level=error"};
	const struct gw_mbuf_conf conf = {.count = 4096};
	struct gw_err err = {0};

	assert_true(rte_eal_init(RTE_DIM(argv), argv) >= 0);
	assert_int_equal(gw_mbuf_init(&conf, &err), 0);
	uplink = device("net_ring0");
	downlink[0] = device("net_ring1");
	downlink[1] = device("net_ring2");
	assert_non_null(mkdtemp(dir));
	snprintf(control, sizeof(control), "%s/a.sock", dir);
	snprintf(beats, sizeof(beats), "%s/a.heartbeat", dir);
	return 0;
}

static int group_end(void **)
{
	return rmdir(dir);
}

static void port_start(uint16_t id, const char *name)
{
	assert_int_equal(rte_eth_dev_start(id), 0);
	gw_ports[id] = (struct gw_port){.used = true, .up = true, .carrier = true};
	snprintf(gw_ports[id].name, sizeof(gw_ports[id].name), "%s", name);
}

static int setup(void **)
{
	port_start(uplink, "core0");
	port_start(downlink[0], "d1");
	port_start(downlink[1], "d2");
	spec = (struct gw_linkage_spec){.name = "g1",
		.conf = {.threshold = 1, .damp_flaps = 3, .damp_max_us = 1000000},
		.uplink_count = 1,
		.downlink_count = DOWNLINKS,
		.uplink = {uplink},
		.downlink = {downlink[0], downlink[1]}};
	gw_linkage_apply(&spec, 1);
	return 0;
}

static int teardown(void **)
{
	gw_linkage_apply(NULL, 0);
	gw_linkage_fini();
	for (uint16_t id = 0; id < 3; id++)
		rte_eth_dev_stop(id);
	unlink(beats);
	return 0;
}

// A process that was killed has left this: group and downlinks.
static void left(bool group_up, bool d1_held, bool d2_held)
{
	static struct gw_heartbeat_state s;
	struct gw_err err = {0};
	struct gw_heartbeat h;

	assert_int_equal(gw_heartbeat_open(beats, &h, &err), 0);
	s = (struct gw_heartbeat_state){
		.phase = GW_HEARTBEAT_RUNS, .generation = 1, .group_count = 1, .port_count = 2};
	strcpy(s.group[0].name, "g1");
	s.group[0].up = group_up;
	strcpy(s.port[0].name, "d1");
	strcpy(s.port[1].name, "d2");
	s.port[0].held = d1_held;
	s.port[1].held = d2_held;
	gw_heartbeat_state_set(&h, &s);
	gw_heartbeat_close(&h);
}

static void start(void)
{
	struct gw_err err = {0};

	assert_int_equal(gw_linkage_start(control, &err), 0);
}

static bool has_link(uint16_t id)
{
	struct rte_eth_link link;

	assert_int_equal(rte_eth_link_get_nowait(id, &link), 0);
	return link.link_status == RTE_ETH_LINK_UP;
}

static bool links_are(bool up)
{
	for (unsigned i = 0; i < DOWNLINKS; i++) {
		if (has_link(downlink[i]) != up || gw_port_is_up(downlink[i]) != up)
			return false;
	}
	return true;
}

static void uplink_is(bool carrier)
{
	gw_ports[uplink].carrier = carrier;
	gw_port_changed(uplink);
}

static void what_was_up_stays_up(void **)
{
	left(true, false, false);
	uplink_is(true);
	start();
	assert_true(links_are(true));
}

// It set its downlinks down, and was killed before it had ended: no watchdog has said so.
static void killed_while_it_stops(void **)
{
	left(true, true, true);
	start();
	assert_true(links_are(true)); // no delay is configured
}

static void killed_while_it_stops_without_an_uplink_now(void **)
{
	left(true, true, false);
	gw_ports[uplink].carrier = false;
	start();
	assert_true(links_are(false));
	uplink_is(true);
	assert_true(links_are(true));
}

static enum gw_heartbeat_phase phase(void)
{
	static struct gw_heartbeat_state s;
	struct gw_err err = {0};
	struct gw_heartbeat h;

	assert_int_equal(gw_heartbeat_open(beats, &h, &err), 0);
	gw_heartbeat_state(&h, &s);
	gw_heartbeat_close(&h);
	assert_int_equal(s.port_count, DOWNLINKS);
	for (unsigned i = 0; i < DOWNLINKS; i++)
		assert_int_equal(s.port[i].held, !has_link(downlink[i]));
	return s.phase;
}

// Between the two published routes are withdrawn, and it may be killed: the file says what it did,
// and not yet that nothing is left to do.
static void what_a_stop_leaves(void **)
{
	left(true, false, false);
	start();
	assert_int_equal(phase(), GW_HEARTBEAT_RUNS);
	gw_linkage_stop();
	assert_true(links_are(false));
	assert_int_equal(phase(), GW_HEARTBEAT_RUNS);
	gw_linkage_fini();
	assert_int_equal(phase(), GW_HEARTBEAT_STOPPED);
}

static void another_name_for_a_group_that_waits(void **)
{
	left(true, false, false);
	start();
	uplink_is(false);
	assert_true(links_are(false));
	spec.conf.delay_up_us = 3600000000;
	gw_linkage_apply(&spec, 1);
	uplink_is(true);
	assert_true(links_are(false)); // for an hour
	strcpy(spec.name, "g2");
	gw_linkage_apply(&spec, 1);
	assert_true(links_are(false));
}

#define CASE(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(what_was_up_stays_up),
		CASE(killed_while_it_stops),
		CASE(killed_while_it_stops_without_an_uplink_now),
		CASE(what_a_stop_leaves),
		CASE(another_name_for_a_group_that_waits),
	};

	return cmocka_run_group_tests(tests, group, group_end);
}
