// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Checking and applying: order of the hooks, what they get, how they name a place.

#include "config/fixture.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static const char text[] = "{ \"name\": \"up\",\n"
			   "\"notes\": [ \"n0\",\n"
			   "\"n\\u0031\" ],\n"
			   "\"hosts\": [\n"
			   "{ \"ip\": \"10.0.0.1\", \"mac\": \"02:00:00:00:00:01\" },\n"
			   "{ \"ip\": \"2001:db8::1\", \"mac\": \"02:00:00:00:00:02\",\n"
			   "  \"interface\": \"a1\", \"publish\": true, \"cost\": 7,\n"
			   "  \"note\": \"x\\n\\u00e4\", \"state\": \"standby\",\n"
			   "  \"prefix\": \"10.1.2.3/24\", \"vlans\": [ 100, 200 ],\n"
			   "  \"ingress\": { \"cir\": 5, \"cbs\": 6 },\n"
			   "  \"unbound\": { \"cir\": 9 } } ],\n"
			   "\"ports\": [ { \"name\": \"p0\", \"device\": \"d\",\n"
			   "  \"weights\": { \"1\": 1,\n"
			   "  \"2\": 2 } } ] }\n";

static char journal[2000];  // which hooks were called with what
static const char *fail_at; // hook that shall fail

static void note(const char *fmt, ...)
{
	size_t n = strlen(journal);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(journal + n, sizeof(journal) - n, fmt, ap);
	va_end(ap);
}

static int port_check(struct gw_conf *conf, json_t *value, size_t index, struct gw_err *err)
{
	note("ports? %zu; ", json_array_size(value));
	return 0;
}

static int port_begin(struct gw_conf *conf, struct gw_err *err)
{
	note("ports<; ");
	return 0;
}

static int port_apply(struct gw_conf *conf, json_t *value, size_t index, struct gw_err *err)
{
	note("ports! %zu; ", json_array_size(value));
	if (fail_at != NULL && strcmp(fail_at, "ports") == 0)
		return gw_conf_fail(conf, err, ENODEV, gw_conf_path(conf, "%d/weights/2", 0),
			"no device \"%s\", as %s says", "d", gw_conf_place(conf, "/hosts/1/note"));
	return 0;
}

static int port_end(struct gw_conf *conf, struct gw_err *err)
{
	note("ports>; ");
	return 0;
}

static int host_check(struct gw_conf *conf, const void *row, size_t index, struct gw_err *err)
{
	const struct fixture_host *h = row;

	note("host? %zu; ", index);
	if (fail_at != NULL && strcmp(fail_at, "host") == 0 && index == 1)
		return gw_conf_fail(conf, err, EEXIST, "note", "same as %s",
			gw_conf_place(conf, "/hosts/0/ip"));
	if (fail_at != NULL && strcmp(fail_at, "silent") == 0 && index == 1)
		return -EPERM;
	if (index == 0) {
		assert_int_equal(h->ip.family, AF_INET);
		assert_int_equal(h->ip.ip4, 0x0a000001);
		assert_int_equal(h->mac.b[5], 1);
		assert_string_equal(h->interface, "");
		assert_false(h->publish);
		assert_int_equal(h->cost, 10); // the default
		assert_null(h->note);
		assert_int_equal(h->prefix.family, 0);
		assert_int_equal(h->vlans.n, 0);
		assert_int_equal(h->ingress.cir, 0);
		return 0;
	}
	assert_int_equal(h->ip.family, AF_INET6);
	assert_int_equal(h->ip.ip6.s6_addr[15], 1);
	assert_string_equal(h->interface, "a1");
	assert_true(h->publish);
	assert_int_equal(h->cost, 7);
	assert_string_equal(h->note, "x\n\xc3\xa4");
	assert_int_equal(h->state, 1);
	assert_int_equal(h->prefix.family, AF_INET);
	assert_int_equal(h->prefix.p4.addr, 0x0a010203);
	assert_int_equal(h->prefix.p4.len, 24);
	assert_int_equal(h->vlans.n, 2);
	assert_int_equal(h->vlans.v[0], 100);
	assert_int_equal(h->vlans.v[1], 200);
	assert_int_equal(h->ingress.cir, 5);
	assert_int_equal(h->ingress.cbs, 6);
	return 0;
}

static int host_begin(struct gw_conf *conf, struct gw_err *err)
{
	note("hosts<; ");
	return 0;
}

static int host_apply(struct gw_conf *conf, const void *row, size_t index, struct gw_err *err)
{
	note("host! %zu; ", index);
	return 0;
}

static int host_end(struct gw_conf *conf, struct gw_err *err)
{
	note("hosts>; ");
	if (fail_at != NULL && strcmp(fail_at, "end") == 0)
		return gw_conf_fail(conf, err, EBUSY, "", "still in use");
	return 0;
}

static int note_apply(struct gw_conf *conf, json_t *value, size_t index, struct gw_err *err)
{
	note("note! %zu %s; ", index, json_string_value(value));
	if (fail_at != NULL && strcmp(fail_at, json_string_value(value)) == 0)
		return gw_conf_fail(conf, err, EINVAL, "", "not this one");
	return 0;
}

static int setup(void **state)
{
	fixture_ports.check = port_check;
	fixture_ports.begin = port_begin;
	fixture_ports.apply = port_apply;
	fixture_ports.end = port_end;
	fixture_register();
	fixture_hosts.check_row = host_check;
	fixture_hosts.begin = host_begin;
	fixture_hosts.apply_row = host_apply;
	fixture_hosts.end = host_end;
	fixture_notes.apply = note_apply;
	journal[0] = '\0';
	fail_at = NULL;
	return 0;
}

// Open, check, apply; what came of it.
static int run(const char *s, struct gw_err *err)
{
	struct gw_conf *conf;
	int rc = gw_conf_open_mem(s, strlen(s), "c.json", &conf, err);

	assert_int_equal(rc, 0);
	rc = gw_conf_check(conf, err);
	if (rc == 0)
		rc = gw_conf_apply(conf, err);
	gw_conf_close(conf);
	assert_int_equal(rc, -err->code);
	return rc;
}

static void checks_all_then_applies_in_order(void **state)
{
	struct gw_err err = {0};

	assert_int_equal(run(text, &err), 0);
	assert_string_equal(journal,
		"ports? 1; host? 0; host? 1; "
		"ports<; ports! 1; hosts<; host! 0; host! 1; "
		"note! 0 n0; note! 1 n1; hosts>; ports>; ");
}

static void frames_absent_sections_too(void **state)
{
	struct gw_err err = {0};

	assert_int_equal(run("{ \"name\": \"x\" }", &err), 0);
	assert_string_equal(journal, "ports<; hosts<; hosts>; ports>; ");
}

static void fails(const char *hook, int rc, const char *message, const char *last)
{
	struct gw_err err = {0};

	setup(NULL);
	fail_at = hook;
	assert_int_equal(run(text, &err), rc);
	assert_string_equal(err.text, message);
	assert_string_equal(journal + strlen(journal) - strlen(last), last);
}

static void failures_name_places_and_end_it(void **state)
{
	fails("host", -EEXIST, "c.json:8: /hosts/1/note: same as /hosts/0/ip (line 5)",
		"host? 1; ");
	fails("silent", -EPERM, "c.json:6: /hosts/1: Operation not permitted", "host? 1; ");
	fails("ports", -ENODEV,
		"c.json:14: /ports/0/weights/2: no device \"d\", as /hosts/1/note (line 8) says",
		"ports! 1; ");
	fails("n1", -EINVAL, "c.json:3: /notes/1: not this one", "note! 1 n1; ");
	fails("end", -EBUSY, "c.json:4: /hosts: still in use", "hosts>; ");
}

static void failure_in_an_absent_section_has_a_path(void **state)
{
	struct gw_err err = {0};

	fail_at = "end";
	assert_int_equal(run("\n{ \"name\": \"x\" }", &err), -EBUSY);
	assert_string_equal(err.text, "c.json:2: /hosts: still in use");
}

static void finds_lines_of_paths(void **state)
{
	static const char odd[] = "{ \"name\": \"up\", \"any\": { \"a/b\": [ 1,\n"
				  "[ [], {} ],\n\"}],\\\"{\" ], \"m~n\": {\n"
				  "\"\\u00e4\": 1, \"\":\n2 } } }";
	struct gw_conf *conf;

	assert_int_equal(gw_conf_open_mem(odd, strlen(odd), "c.json", &conf, NULL), 0);
	assert_int_equal(gw_conf_line(conf, "/name"), 1);
	assert_int_equal(gw_conf_line(conf, "/any/a~1b/0"), 1);
	assert_int_equal(gw_conf_line(conf, "/any/a~1b/1/1"), 2);
	assert_int_equal(gw_conf_line(conf, "/any/a~1b/2"), 3);
	assert_int_equal(gw_conf_line(conf, "/any/m~0n/\xc3\xa4"), 4);
	assert_int_equal(gw_conf_line(conf, "/any/m~0n/"), 5); // the empty key
	assert_int_equal(gw_conf_line(conf, "/any/a~1b/3"), 0);
	assert_int_equal(gw_conf_line(conf, "/any/a~1b/x"), 0);
	assert_int_equal(gw_conf_line(conf, "/any/a~1b/0/0"), 0);
	assert_int_equal(gw_conf_line(conf, "/ports"), 0);
	assert_string_equal(gw_conf_place(conf, "/any/a~1b/1/7"), "/any/a~1b/1/7 (line 2)");
	gw_conf_close(conf);
}

static void drop_counter(void *data)
{
	int **counter = data;

	(**counter)++;
}

static void scratch_lasts_until_close(void **state)
{
	struct gw_conf *conf;
	int dropped = 0, **a;

	assert_int_equal(gw_conf_open_mem(text, strlen(text), "c.json", &conf, NULL), 0);
	a = gw_conf_scratch(conf, "a", sizeof(*a), drop_counter);
	assert_null(*a);
	*a = &dropped;
	assert_ptr_equal(gw_conf_scratch(conf, "a", sizeof(*a), drop_counter), a);
	assert_ptr_not_equal(gw_conf_scratch(conf, "b", 1, NULL), a);
	gw_conf_close(conf);
	assert_int_equal(dropped, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(checks_all_then_applies_in_order, setup),
		cmocka_unit_test_setup(frames_absent_sections_too, setup),
		cmocka_unit_test_setup(failures_name_places_and_end_it, setup),
		cmocka_unit_test_setup(failure_in_an_absent_section_has_a_path, setup),
		cmocka_unit_test_setup(finds_lines_of_paths, setup),
		cmocka_unit_test_setup(scratch_lasts_until_close, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
