// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Reading and validating: what is refused, with which words, at which line.

#include "config/fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static int setup(void **state)
{
	fixture_register();
	return 0;
}

#define NAME "{ \"name\": \"up\",\n"
#define PORT NAME "\"ports\": [\n{ \"name\": \"p0\", \"device\": \"null0\",\n"
#define HOST NAME "\"hosts\": [\n{ \"ip\": \"10.0.0.1\", \"mac\": \"02:00:00:00:00:01\",\n"

static const char *const bad[][2] = {
	// the text as a whole
	{"", "c.json:1: empty, expected an object {...}"},
	{" \n", "c.json:2: empty, expected an object {...}"},
	{"[1]", "c.json:1: found an array, expected an object {...}"},
	{"7", "c.json:1: found a number, expected an object {...}"},
	{"\xef\xbb\xbf{}", "c.json:1:1: a byte order mark, but JSON starts without one"},
	{NAME "# hosts\n}", "c.json:2:1: found '#', but JSON has no comments"},
	{NAME "\"ports\": [],\n}", "c.json:2:12: found ',' before '}', but JSON has none there"},
	{NAME "\"ports\": []\n} x", "c.json:3:3: found 'x' where the end of the text is expected"},
	{"{}", "c.json:1: \"name\" is missing (name of the system)"},
	// sections
	{NAME "\n\"prots\": []}", "c.json:3: unknown section \"prots\", did you mean \"ports\"?"},
	{NAME "\n\"zzzzzz\": []}",
		"c.json:3: unknown section \"zzzzzz\", known here: mlag, name, ports, hosts, "
		"notes, any"},
	{NAME "\"any\": 1,\n\"any\": 2}", "c.json:3: /any: stands twice, first in line 2"},
	{NAME "\"ports\": {}}", "c.json:2: /ports: found an object, expected an array [...]"},
	{NAME "\"mlag\": 5}", "c.json:2: /mlag: found a number, expected an object or an array"},
	{"{ \"name\": \"\" }",
		"c.json:1: /name: \"\" is not a name (1 to 31 of A-Z a-z 0-9 _ . -)"},
	{"{ \"name\": \"a b\" }",
		"c.json:1: /name: \"a b\" is not a name (1 to 31 of A-Z a-z 0-9 _ . -)"},
	{"{ \"name\": \"12345678901234567890123456789012\" }",
		"c.json:1: /name: \"12345678901234567890123456789012\" is not a name"},
	{"{ \"name\": null }", "c.json:1: /name: found null, expected a name"},
	// objects
	{NAME "\"ports\": [ 5 ]}", "c.json:2: /ports/0: found a number, expected an object {...}"},
	{NAME "\"ports\": [\n{ \"name\": \"p0\" } ]}",
		"c.json:3: /ports/0: \"device\" is missing (what it is)"},
	{PORT "\"mut\": 1500 } ]}",
		"c.json:4: /ports/0: unknown key \"mut\", did you mean \"mtu\"?"},
	{PORT "\"neighbours\": {} } ]}",
		"c.json:4: /ports/0: unknown key \"neighbours\", did you mean \"neighbors\"?"},
	{PORT "\"frobnicate\": 1 } ]}",
		"c.json:4: /ports/0: unknown key \"frobnicate\", known here: name, device, role, "
		"mac, mtu"},
	{PORT "\"mtu\": 1500,\n\"mtu\": 1500 } ]}",
		"c.json:5: /ports/0/mtu: stands twice, first in line 4"},
	{PORT "\"mtu\": 1500,\n\"\\u006dtu\": 1500 } ]}",
		"c.json:5: /ports/0/mtu: stands twice, first in line 4"},
	// numbers
	{PORT "\"mtu\": 99999 } ]}", "c.json:4: /ports/0/mtu: 99999 is out of range (68..9600)"},
	{PORT "\"mtu\": 67 } ]}", "c.json:4: /ports/0/mtu: 67 is out of range (68..9600)"},
	{PORT "\"mtu\": -1500 } ]}", "c.json:4: /ports/0/mtu: -1500 is out of range (68..9600)"},
	{PORT "\"mtu\": 99999999999999999999999 } ]}",
		"c.json:4: /ports/0/mtu: 99999999999999999999999 is out of range (68..9600)"},
	{PORT "\"mtu\":\n1500.0 } ]}",
		"c.json:5: /ports/0/mtu: 1500.0 is not an integer (68..9600)"},
	{PORT "\"mtu\": \"1500\" } ]}",
		"c.json:4: /ports/0/mtu: found a string, expected an integer 68..9600"},
	{PORT "\"weights\": { \"1\": 4294967296 } } ]}",
		"c.json:4: /ports/0/weights/1: 4294967296 is out of range (0..4294967295)"},
	// strings and what they stand for
	{PORT "\"up\": 1 } ]}", "c.json:4: /ports/0/up: found a number, expected true or false"},
	{PORT "\"role\": \"acess\" } ]}",
		"c.json:4: /ports/0/role: \"acess\" is not one of \"network\", \"access\""},
	{PORT "\"mac\": \"02:00:00:00:00\" } ]}",
		"c.json:4: /ports/0/mac: \"02:00:00:00:00\" is not a MAC address "
		"(\"02:00:00:00:00:01\")"},
	{PORT "\"mac\": \"02:00:00:00:00:01:02:03:04:05:06:07:08:09:0a:0b:0c:0d:0e:0f:10:11\" } ]}",
		"c.json:4: /ports/0/mac: \"02:00:00:00:00:01:02:03:04:05"},
	{PORT "\"addresses\": [ \"192.0.2.1/24\",\n\"192.0.2.300/24\" ] } ]}",
		"c.json:5: /ports/0/addresses/1: \"192.0.2.300/24\" is not an IP prefix"},
	{PORT "\"addresses\": [ \"192.0.2.1\" ] } ]}",
		"c.json:4: /ports/0/addresses/0: \"192.0.2.1\" is not an IP prefix"},
	{PORT "\"addresses\": [ \"2001:db8::1/129\" ] } ]}",
		"c.json:4: /ports/0/addresses/0: \"2001:db8::1/129\" is not an IP prefix"},
	{PORT "\"addresses\": [ \"1.1.1.1/8\", \"1.1.1.1/8\", \"1.1.1.1/8\", \"1.1.1.1/8\" ] } ]}",
		"c.json:4: /ports/0/addresses: has 4 elements, must have at most 3"},
	{NAME "\"ports\": [ { \"name\": \"p0\", \"device\": \"\" } ]}",
		"c.json:2: /ports/0/device: the string has 0 octets, must have 1 to 10"},
	{NAME "\"ports\": [ { \"name\": \"p0\", \"device\": \"\\u00e412345678\\n\" } ]}",
		"c.json:2: /ports/0/device: the string has 11 octets, must have 1 to 10"},
	// maps
	{PORT "\"neighbors\": { \"192.0.2.1\": \"02:00:00:00:00:01\",\n\"192.0.2\": \"x\" } } ]}",
		"c.json:5: /ports/0/neighbors/192.0.2: the key is not an IP address"},
	{PORT "\"neighbors\": { \"fe80::1\": \"x\" } } ]}",
		"c.json:4: /ports/0/neighbors/fe80::1: \"x\" is not a MAC address"},
	{PORT "\"weights\": { \"01\": 1 } } ]}",
		"c.json:4: /ports/0/weights/01: the key is not an integer"},
	{PORT "\"weights\": { \"7\": 1,\n\"8\": 1,\n\"7\": 1 } } ]}",
		"c.json:6: /ports/0/weights: key \"7\" stands twice, first in line 4"},
	{PORT "\"rest\": { \"x\": [ { \"y\": 1,\n\"y\": 1 } ] } } ]}",
		"c.json:5:1: key \"y\" stands twice in one object"},
	{PORT "\"weights\": { \"a/b~c\": 1 } } ]}",
		"c.json:4: /ports/0/weights/a~1b~0c: the key is not an integer"},
	// rows and streamed sections are held to the same
	{HOST "\"vlans\": [ 0 ] } ]}", "c.json:4: /hosts/0/vlans/0: 0 is out of range (1..4094)"},
	{HOST "\"vlans\": [ 1, 2, 3 ] } ]}",
		"c.json:4: /hosts/0/vlans: has 3 elements, must have at most 2"},
	{HOST "\"ingress\": { \"cbs\": 5 } } ]}",
		"c.json:4: /hosts/0/ingress: \"cir\" is missing (rate)"},
	{HOST "\"ingress\": { \"cir\": 5, \"cri\": 5 } } ]}",
		"c.json:4: /hosts/0/ingress: unknown key \"cri\", did you mean \"cir\"?"},
	{HOST "\"cost\": 1 },\n{ \"ip\": \"10.0.0.2\" } ]}",
		"c.json:5: /hosts/1: \"mac\" is missing (its MAC address)"},
	{HOST "\"cost\": 1 }\n{ \"ip\": \"10.0.0.2\" } ]}",
		"c.json:5:1: found '{' where ',' or ']' is expected"},
	{NAME "\"notes\": [ \"a\",\n5 ]}", "c.json:3: /notes/1: found a number, expected a string"},
	// left to jansson, at its line all the same
	{NAME "\"any\":\n[\n1e999 ]}", "c.json:4: /any: real number overflow"},
	{NAME "\"any\": 99999999999999999999 }", "c.json:2: /any: too big integer"},
};

static void refuses_with_line_path_and_reason(void **state)
{
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct gw_err err = {0};
		struct gw_conf *conf;
		int rc = gw_conf_open_mem(bad[i][0], strlen(bad[i][0]), "c.json", &conf, &err);

		if (rc != -EINVAL || conf != NULL || strstr(err.text, bad[i][1]) != err.text)
			fail_msg("%s\nsays     %s\nexpected %s", bad[i][0], err.text, bad[i][1]);
	}
}

static void takes_a_right_one(void **state)
{
	static const char text[] = PORT "\"role\": \"access\", \"mac\": \"02:00:00:00:00:aF\",\n"
					"\"mtu\": 9600, \"up\": false, \"addresses\": [],\n"
					"\"neighbors\": { \"192.0.2.1\": \"02:00:00:00:00:01\" },\n"
					"\"weights\": { \"0\": -0 }, \"rest\": [ null, 1.5 ] } ],\n"
					"\"hosts\": [], \"notes\": [ \"\" ], \"any\": null,\n"
					"\"mlag\": { \"x\": 1 } }";
	struct gw_err err = {0};
	struct gw_conf *conf;

	if (gw_conf_open_mem(text, strlen(text), "c.json", &conf, &err) < 0)
		fail_msg("%s", err.text);
	assert_string_equal(json_string_value(gw_conf_get(conf, "name")), "up");
	assert_int_equal(json_array_size(gw_conf_get(conf, "ports")), 1);
	assert_null(gw_conf_get(conf, "hosts"));
	assert_null(gw_conf_get(conf, "mlag"));
	assert_null(gw_conf_get(conf, "nonsense"));
	gw_conf_close(conf);
}

static void reports_all_errors_in_their_order(void **state)
{
	static const char text[] =
		"{\n\"ports\": [\n{ \"name\": \"p0\",\n\"mtu\": 1,\n\"xyz\": 1 } ],\n"
		"\"nmae\": 5 }";
	static const char *const expected[] = {"c.json:1: \"name\" is missing",
		"c.json:3: /ports/0: \"device\" is missing", "c.json:4: /ports/0/mtu: 1 is out of",
		"c.json:5: /ports/0: unknown key \"xyz\"",
		"c.json:6: unknown section \"nmae\", did"};
	struct gw_conf_report report = {0};

	assert_null(gw_conf_load(strdup(text), strlen(text), "c.json", &report));
	assert_int_equal(report.n, sizeof(expected) / sizeof(expected[0]));
	for (size_t i = 0; i < report.n; i++) {
		if (strstr(report.errors[i].err.text, expected[i]) != report.errors[i].err.text)
			fail_msg("%zu: %s", i, report.errors[i].err.text);
	}
}

static void stops_after_twenty_errors(void **state)
{
	struct gw_conf_report report = {0};
	char *text = malloc(1000);
	size_t n = (size_t)sprintf(text, "{ \"notes\": [ 1");

	while (n < 900)
		n += (size_t)sprintf(text + n, ",\n1");
	n += (size_t)sprintf(text + n, "]}");
	assert_null(gw_conf_load(text, n, "c.json", &report));
	assert_int_equal(report.n, GW_CONF_ERRORS);
	assert_string_equal(report.errors[19].err.text,
		"c.json:20: /notes/19: found a number, expected a string");
}

static void expect_open(const char *path, int rc, const char *text)
{
	struct gw_err err = {0};
	struct gw_conf *conf;

	assert_int_equal(gw_conf_open(path, &conf, &err), rc);
	assert_null(conf);
	if (strstr(err.text, text) == NULL || strstr(err.text, path) != err.text)
		fail_msg("%s: %s", path, err.text);
}

static void names_files_that_cannot_be_read(void **state)
{
	char path[] = "/tmp/gw-config-XXXXXX";
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	expect_open("/nonexistent/c.json", -ENOENT, "No such file");
	expect_open("/tmp", -EISDIR, "Is a directory");
	expect_open("/dev/zero", -EINVAL, "neither a file nor a pipe");
	expect_open(path, -EINVAL, "empty, expected an object");
	assert_int_equal(fchmod(fd, 0), 0);
	if (geteuid() != 0 || seteuid(65534) == 0) { // root may read all
		expect_open(path, -EACCES, "Permission denied");
		assert_int_equal(seteuid(getuid()), 0);
	}
	assert_int_equal(ftruncate(fd, (INT64_C(4) << 30) + 1), 0);
	expect_open(path, -EFBIG, "larger than 4 GiB");
	close(fd);
	unlink(path);
}

static void reads_files_and_pipes(void **state)
{
	static const char text[] = "{ \"name\": \"up\" }";
	struct gw_err err = {0};
	struct gw_conf *conf;
	char path[40];
	int fds[2];

	assert_int_equal(pipe(fds), 0);
	assert_int_equal(write(fds[1], text, strlen(text)), strlen(text));
	close(fds[1]);
	snprintf(path, sizeof(path), "/dev/fd/%d", fds[0]);
	assert_int_equal(gw_conf_open(path, &conf, &err), 0);
	assert_string_equal(json_string_value(gw_conf_get(conf, "name")), "up");
	gw_conf_close(conf);
	close(fds[0]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refuses_with_line_path_and_reason),
		cmocka_unit_test(takes_a_right_one),
		cmocka_unit_test(reports_all_errors_in_their_order),
		cmocka_unit_test(stops_after_twenty_errors),
		cmocka_unit_test(names_files_that_cannot_be_read),
		cmocka_unit_test(reads_files_and_pipes),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
