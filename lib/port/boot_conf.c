// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Sections "name", "eal", "lcores", "mbuf": what the start of the program is made of. It is read
// by gw_boot_read(), cannot change while the program runs, and is saved as it was read.

#include <errno.h>

#include "config/config.h"
#include "dp/stats.h"

#define CPU_MAX	       1023 // CPU_SETSIZE - 1
#define MBUF_MIN       1024 // caches and rings of one worker
#define MBUF_MAX       (1u << 24)
#define DATA_ROOM_MIN  256 // 128 octets of it are headroom
#define DATA_ROOM_MAX  65535
#define IDLE_SLEEP_MAX 1000000

enum { NAME, EAL, LCORES, MBUF, COUNT };

static const char *const keys[COUNT] = {"name", "eal", "lcores", "mbuf"};
static json_t *kept[COUNT]; // what the program was started with
static bool running;

static const struct gw_conf_field lcores_fields[] = {
	{"slow", "CPU of the slow path, default 0", GW_CONF_U32, .max = CPU_MAX},
	{"workers", "CPU of each worker, default [1], with one CPU [0]", GW_CONF_ARRAY, .min = 1,
		.max = GW_MAX_LCORES - 1, .of = GW_CONF_OF(GW_CONF_U32, .max = CPU_MAX)},
	{"idle_sleep_us",
		"most that an idle worker sleeps, 0: it polls always; default 50 where ports are "
		"AF_XDP or TAP or CPUs are shared, else 0",
		GW_CONF_U32, .max = IDLE_SLEEP_MAX},
	{},
};

static const struct gw_conf_field mbuf_fields[] = {
	{"count", "packet buffers, default by the number of ports", GW_CONF_U32, .min = MBUF_MIN,
		.max = MBUF_MAX},
	{"data_room", "octets of a buffer with its 128 of headroom, default 2176", GW_CONF_U32,
		.min = DATA_ROOM_MIN, .max = DATA_ROOM_MAX},
	{},
};

static bool same(const json_t *a, const json_t *b)
{
	return a == NULL || b == NULL ? a == b : json_equal(a, b) != 0;
}

// The one section that is always there answers for the others, which may have come or gone.
static int name_check(struct gw_conf *conf, json_t *value, size_t index, struct gw_err *err)
{
	for (int i = 0; running && i < COUNT; i++) {
		if (!same(kept[i], gw_conf_get(conf, keys[i])))
			return gw_conf_fail(conf, err, EBUSY, gw_conf_path(conf, "/%s", keys[i]),
				"differs, and cannot change while godwit runs; restart godwit");
	}
	return 0;
}

static int name_apply(struct gw_conf *conf, json_t *value, size_t index, struct gw_err *err)
{
	for (int i = 0; i < COUNT; i++) {
		json_decref(kept[i]);
		kept[i] = json_incref(gw_conf_get(conf, keys[i]));
	}
	running = true;
	return 0;
}

static json_t *name_save(void)
{
	return json_incref(kept[NAME]);
}

static json_t *eal_save(void)
{
	return json_incref(kept[EAL]);
}

static json_t *lcores_save(void)
{
	return json_incref(kept[LCORES]);
}

static json_t *mbuf_save(void)
{
	return json_incref(kept[MBUF]);
}

GW_CONF_SECTION(name,
	{.value = {"name", "name of this user plane; its socket is /run/godwit/NAME.sock",
		 GW_CONF_NAME, .required = true},
		.order = NAME,
		.check = name_check,
		.apply = name_apply,
		.save = name_save});

GW_CONF_SECTION(eal,
	{.value = {"eal", "options for DPDK's EAL; the command line wins", GW_CONF_ARRAY,
		 .max = 100, .of = GW_CONF_OF(GW_CONF_STRING, .min = 1, .max = 1000)},
		.order = EAL,
		.save = eal_save});

GW_CONF_SECTION(lcores,
	{.value = {"lcores", "which CPUs do what", GW_CONF_OBJECT, .fields = lcores_fields},
		.order = LCORES,
		.save = lcores_save});

GW_CONF_SECTION(mbuf,
	{.value = {"mbuf", "packet buffers", GW_CONF_OBJECT, .fields = mbuf_fields},
		.order = MBUF,
		.save = mbuf_save});
