// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// What is written: the running configuration, the schema, the answer of --check.

#include "config/fixture.h"
#include "config/try.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static size_t n_hosts;

static json_t *name_save(void)
{
	return json_string("up");
}

static json_t *ports_save(void)
{
	return json_pack("[{s:s, s:s}]", "name", "p0", "device", "a\nb");
}

static json_t *hosts_next(size_t *cursor)
{
	if (*cursor == n_hosts)
		return NULL;
	return json_pack("{s:s, s:s, s:i}", "ip", "10.0.0.1", "mac", "02:00:00:00:00:01", "cost",
		(int)(*cursor)++);
}

static json_t *nothing_save(void)
{
	return NULL;
}

static char folder[] = "/tmp/gw-save-XXXXXX";
static char path[64], link_path[64];

static int setup(void **state)
{
	fixture_name.save = name_save;
	fixture_ports.save = ports_save;
	fixture_hosts.save_next = hosts_next;
	fixture_any.save = nothing_save;
	fixture_register();
	if (mkdtemp(folder) == NULL)
		return -1;
	snprintf(path, sizeof(path), "%s/up.json", folder);
	snprintf(link_path, sizeof(link_path), "%s/link.json", folder);
	return 0;
}

static int teardown(void **state)
{
	unlink(path);
	unlink(link_path);
	return rmdir(folder); // fails if a temporary file is left
}

static void expect_file(const char *file, const char *expected)
{
	FILE *in = fopen(file, "r");
	char buf[1000];
	size_t n;

	assert_non_null(in);
	n = fread(buf, 1, sizeof(buf) - 1, in);
	buf[n] = '\0';
	fclose(in);
	assert_string_equal(buf, expected);
}

#define HEAD                                                                       \
	"{\n  \"name\": \"up\",\n  \"ports\": [\n    {\n      \"name\": \"p0\",\n" \
	"      \"device\": \"a\\nb\"\n    }\n  ],\n"
#define HOST "    {\"ip\": \"10.0.0.1\", \"mac\": \"02:00:00:00:00:01\", \"cost\": "

static void writes_sections_in_order_hosts_a_line_each(void **state)
{
	struct gw_err err = {0};
	struct gw_conf *conf;

	n_hosts = 0;
	assert_int_equal(gw_conf_save(path, &err), 0);
	expect_file(path, HEAD "  \"hosts\": []\n}\n");
	n_hosts = 2;
	assert_int_equal(gw_conf_save(path, &err), 0);
	expect_file(path, HEAD "  \"hosts\": [\n" HOST "0},\n" HOST "1}\n  ]\n}\n");
	assert_int_equal(gw_conf_open(path, &conf, &err), 0);
	gw_conf_close(conf);
}

static void keeps_mode_and_symbolic_link(void **state)
{
	struct gw_err err = {0};
	struct stat st;

	n_hosts = 0;
	assert_int_equal(gw_conf_save(path, &err), 0);
	assert_int_equal(chmod(path, 0604), 0);
	assert_int_equal(symlink("up.json", link_path), 0);
	n_hosts = 1;
	assert_int_equal(gw_conf_save(link_path, &err), 0);
	expect_file(path, HEAD "  \"hosts\": [\n" HOST "0}\n  ]\n}\n");
	assert_int_equal(lstat(link_path, &st), 0);
	assert_true(S_ISLNK(st.st_mode));
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0604);
}

static void refuses_what_is_no_file(void **state)
{
	struct gw_err err = {0};

	assert_int_equal(gw_conf_save("/dev/null", &err), -EINVAL);
	assert_string_equal(err.text, "/dev/null: not a regular file");
	err.code = 0;
	assert_int_equal(gw_conf_save("/nonexistent/x.json", &err), -ENOENT);
}

static void a_full_disk_leaves_the_old_file(void **state)
{
	FILE *full = fopen("/dev/full", "w");
	struct gw_err err = {0};

	assert_non_null(full);
	assert_int_equal(gw_conf_write(full, &err), -ENOSPC);
	fclose(full);
}

// A port of role access without a MAC address cannot be, in this test.
static int ports_check(struct gw_conf *conf, json_t *value, size_t index, struct gw_err *err)
{
	for (size_t i = 0; i < json_array_size(value); i++) {
		json_t *port = json_array_get(value, i);

		if (json_object_get(port, "role") != NULL && json_object_get(port, "mac") == NULL)
			return gw_conf_fail(conf, err, EINVAL, gw_conf_path(conf, "%zu/role", i),
				"without %s", gw_conf_place(conf, gw_conf_path(conf, "%zu", i)));
	}
	return 0;
}

static void role_set(const char *section, json_t *value, void *arg)
{
	assert_string_not_equal(section, "hosts");
	if (strcmp(section, "ports") == 0)
		json_object_set_new(json_array_get(value, 0), "role", json_string("access"));
}

static void role_and_mac_set(const char *section, json_t *value, void *arg)
{
	role_set(section, value, arg);
	if (strcmp(section, "ports") == 0)
		json_object_set_new(
			json_array_get(value, 0), "mac", json_string("02:00:00:00:00:01"));
}

static json_t *wrong_ports_save(void)
{
	return json_pack("[{s:s, s:s, s:s}]", "name", "p0", "device", "a", "role", "access");
}

static void a_change_is_tried_before_it_is_made(void **state)
{
	struct gw_err err = {0};

	fixture_ports.check = ports_check;
	assert_int_equal(gw_conf_try("port p0", role_set, NULL, &err), -EINVAL);
	assert_string_equal(err.text, "port p0: /ports/0/role (p0): without /ports/0 (p0)");
	err.code = 0;
	assert_int_equal(gw_conf_try("port p0", role_and_mac_set, NULL, &err), 0);
	// What is wrong already is nobody's fault any more.
	fixture_ports.save = wrong_ports_save;
	assert_int_equal(gw_conf_try("port p0", role_set, NULL, &err), 0);
	assert_int_equal(err.code, 0);
	fixture_ports.save = ports_save;
	fixture_ports.check = NULL;
}

static json_t *at(json_t *schema, const char *key)
{
	return json_object_get(json_object_get(schema, "properties"), key);
}

static void schema_says_what_is_checked(void **state)
{
	json_t *schema = gw_conf_schema(), *port, *mtu, *map;

	assert_non_null(schema);
	assert_string_equal(json_string_value(json_object_get(schema, "$schema")),
		"https://json-schema.org/draft/2020-12/schema");
	assert_true(json_is_false(json_object_get(schema, "additionalProperties")));
	assert_int_equal(json_array_size(json_object_get(schema, "required")), 1);
	assert_int_equal(json_object_size(json_object_get(schema, "properties")), 6);
	port = json_object_get(at(schema, "ports"), "items");
	assert_int_equal(json_array_size(json_object_get(port, "required")), 2);
	mtu = at(port, "mtu");
	assert_int_equal(json_integer_value(json_object_get(mtu, "minimum")), 68);
	assert_int_equal(json_integer_value(json_object_get(mtu, "maximum")), 9600);
	assert_string_equal(
		json_string_value(json_object_get(mtu, "description")), "largest IP packet");
	assert_int_equal(json_array_size(json_object_get(at(port, "role"), "enum")), 2);
	assert_int_equal(json_integer_value(json_object_get(at(port, "addresses"), "maxItems")), 3);
	map = at(port, "neighbors");
	assert_non_null(json_object_get(json_object_get(map, "propertyNames"), "pattern"));
	assert_non_null(json_object_get(json_object_get(map, "additionalProperties"), "pattern"));
	json_decref(schema);
}

static void check_has_an_exit_status(void **state)
{
	FILE *out = fopen(path, "w");

	assert_non_null(out);
	fputs("{ \"name\": \"x\" }", out);
	fclose(out);
	assert_int_equal(gw_conf_main_check(path), 0);
	assert_int_equal(gw_conf_main_check("/nonexistent/x.json"), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_sections_in_order_hosts_a_line_each),
		cmocka_unit_test(keeps_mode_and_symbolic_link),
		cmocka_unit_test(refuses_what_is_no_file),
		cmocka_unit_test(a_full_disk_leaves_the_old_file),
		cmocka_unit_test(a_change_is_tried_before_it_is_made),
		cmocka_unit_test(schema_says_what_is_checked),
		cmocka_unit_test(check_has_an_exit_status),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
