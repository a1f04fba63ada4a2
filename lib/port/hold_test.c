// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Ports that somebody keeps down, on a device whose link this process alone sets, as a NIC's.

#include "port/port.h"

#include <dlfcn.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <rte_eal.h>
#include <rte_ethdev.h>

#include "dp/mbuf.h"

static uint16_t id;
static unsigned changes;
static int refuses; // errno of the device

// The functions of ethdev that have been put aside.
#define REAL(function) ((typeof(&function))dlsym(RTLD_NEXT, #function))

int rte_eth_dev_set_link_up(uint16_t port)
{
	return refuses != 0 ? -refuses : REAL(rte_eth_dev_set_link_up)(port);
}

int rte_eth_dev_set_link_down(uint16_t port)
{
	return refuses != 0 ? -refuses : REAL(rte_eth_dev_set_link_down)(port);
}

static void on_port(uint16_t port)
{
	assert_int_equal(port, id);
	changes++;
}

static int group(void **)
{
	static char *argv[] = {(char *)"test", (char *)"--no-huge", (char *)"--no-pci",
		(char *)"--no-shconf", (char *)"--no-telemetry", (char *)"-m", (char *)"128",
		(char *)"-l", (char *)"0", (char *)"--vdev=net_ring0", (char *)"--log-level=error"};
	const struct gw_mbuf_conf conf = {.count = 4096};
	const struct rte_eth_conf eth = {0};
	struct gw_err err = {0};

	assert_true(rte_eal_init(RTE_DIM(argv), argv) >= 0);
	assert_int_equal(gw_mbuf_init(&conf, &err), 0);
	assert_int_equal(rte_eth_dev_get_port_by_name("net_ring0", &id), 0);
	assert_int_equal(rte_eth_dev_configure(id, 1, 1, &eth), 0);
	assert_int_equal(rte_eth_rx_queue_setup(id, 0, 64, SOCKET_ID_ANY, NULL, gw_pool), 0);
	assert_int_equal(rte_eth_tx_queue_setup(id, 0, 64, SOCKET_ID_ANY, NULL), 0);
	gw_port_watch(on_port);
	return 0;
}

// As after gw_ports_start(): starting a device brings its link up.
static int setup(void **)
{
	assert_int_equal(rte_eth_dev_start(id), 0);
	gw_ports[id] = (struct gw_port){.used = true, .up = true, .carrier = true};
	snprintf(gw_ports[id].name, sizeof(gw_ports[id].name), "d1");
	changes = 0;
	refuses = 0;
	return 0;
}

static int teardown(void **)
{
	return rte_eth_dev_stop(id);
}

static bool has_link(void)
{
	struct rte_eth_link link;

	assert_int_equal(rte_eth_link_get_nowait(id, &link), 0);
	return link.link_status == RTE_ETH_LINK_UP;
}

static void one_that_the_process_before_held_goes_down(void **)
{
	assert_true(has_link());
	assert_int_equal(gw_port_held(id, GW_PORT_HELD_LINKAGE), 0);
	assert_false(has_link());
	assert_false(gw_port_is_up(id));
	assert_int_equal(changes, 1);
	assert_int_equal(gw_port_hold(id, GW_PORT_HELD_LINKAGE, false), 0);
	assert_true(has_link());
	assert_true(gw_port_is_up(id));
}

static void each_who_holds_it_lets_go(void **)
{
	struct gw_err err = {0};

	gw_port_hold(id, GW_PORT_HELD_LINKAGE, true);
	gw_port_hold(id, GW_PORT_HELD_STOP, true);
	assert_int_equal(gw_port_set("d1", false, &err), 0);
	gw_port_hold(id, GW_PORT_HELD_LINKAGE, false);
	gw_port_hold(id, GW_PORT_HELD_STOP, false);
	assert_false(has_link()); // set port down wins
	assert_int_equal(gw_port_set("d1", true, &err), 0);
	assert_true(has_link());
	gw_port_hold(id, GW_PORT_HELD_LINKAGE, true);
	assert_int_equal(gw_port_set("d1", true, &err), 0);
	assert_false(has_link()); // and does not lift a hold
}

static void what_the_device_refused_is_tried_again(void **)
{
	struct gw_err err = {0};

	refuses = EBUSY;
	assert_int_equal(gw_port_hold(id, GW_PORT_HELD_LINKAGE, true), -EBUSY);
	assert_int_equal(gw_port_hold(id, GW_PORT_HELD_LINKAGE, true), -EBUSY);
	assert_false(gw_port_is_up(id)); // packets stop all the same
	assert_true(has_link());
	refuses = 0;
	assert_int_equal(gw_port_hold(id, GW_PORT_HELD_LINKAGE, true), 0);
	assert_false(has_link());
	refuses = EBUSY;
	assert_int_equal(gw_port_hold(id, GW_PORT_HELD_LINKAGE, false), -EBUSY);
	assert_int_equal(gw_port_set("d1", true, &err), -EBUSY);
	assert_string_equal(err.text, "port d1: link: Device or resource busy");
	refuses = 0;
	assert_int_equal(gw_port_set("d1", true, &err), 0);
	assert_true(has_link());
	assert_int_equal(changes, 2);
}

static void it_is_tried_again_by_itself(void **)
{
	refuses = EBUSY;
	assert_int_equal(gw_port_hold(id, GW_PORT_HELD_LINKAGE, true), -EBUSY);
	gw_ports_retry();
	assert_true(has_link());
	refuses = 0;
	gw_ports_retry();
	assert_false(has_link());
}

static unsigned leavings;

static void on_leaving(void)
{
	assert_int_equal(changes, 1);
	assert_false(gw_port_is_up(id));
	assert_true(has_link());
	leavings++;
}

// Whoever withdraws routes does it before the other end sees anything.
static void all_hear_of_it_before_the_device(void **)
{
	struct gw_err err = {0};

	leavings = 0;
	gw_ports_leaving = on_leaving;
	gw_ports_leave(&id, 1, GW_PORT_HELD_LINKAGE);
	assert_true(has_link());
	assert_int_equal(gw_port_hold(id, GW_PORT_HELD_LINKAGE, true), 0);
	assert_false(has_link());
	assert_int_equal(leavings, 1);
	assert_int_equal(gw_port_hold(id, GW_PORT_HELD_LINKAGE, false), 0);
	assert_true(has_link());
	changes = 0;
	assert_int_equal(gw_port_set("d1", false, &err), 0);
	assert_false(has_link());
	assert_int_equal(leavings, 2);
	gw_ports_leaving = NULL;
}

#define CASE(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(one_that_the_process_before_held_goes_down),
		CASE(each_who_holds_it_lets_go),
		CASE(what_the_device_refused_is_tried_again),
		CASE(it_is_tried_again_by_itself),
		CASE(all_hear_of_it_before_the_device),
	};

	return cmocka_run_group_tests(tests, group, NULL);
}
