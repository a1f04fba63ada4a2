// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Grammar, arguments, errors and completion, all by whole commands.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cli/cli_samples.h"
#include "cli/syntax.h"

#include <stdlib.h>

static char *output;
static struct gw_err err;

static int run(const char *line, bool json)
{
	size_t len;
	FILE *f;
	int ret;

	free(output);
	f = open_memstream(&output, &len);
	err = (struct gw_err){0};
	ret = gw_cli_run(line, json, f, NULL, NULL, &err);
	fclose(f);
	assert_int_equal(ret, -err.code);
	return ret;
}

#define SHOWS(line, shown)                             \
	do {                                           \
		assert_int_equal(run(line, false), 0); \
		assert_string_equal(output, shown);    \
	} while (0)

#define FAILS(line, errnum, shown)                             \
	do {                                                   \
		assert_int_equal(run(line, false), -(errnum)); \
		assert_string_equal(err.text, shown);          \
		assert_string_equal(output, "");               \
	} while (0)

static void options_stand_in_any_order(void **state)
{
	struct gw_mac mac = {{2, 0, 0, 0, 5, 0xaf}};

	(void)state;
	assert_int_equal(run("add host 10.1.1.5 mac 02:00:00:00:05:af interface a1", false), 0);
	assert_int_equal(sample_last.ip, 0x0a010105);
	assert_memory_equal(&sample_last.mac, &mac, sizeof(mac));
	assert_string_equal(sample_last.interface, "a1");
	assert_string_equal(sample_last.vrf, "default");
	assert_int_equal(sample_last.cost, 7);
	assert_false(sample_last.standby);

	assert_int_equal(run(" add\thost 10.1.1.5 mac 02:00:00:00:05:af interface a1 vrf red "
			     "standby publish cost 4294967295 \r",
				 false),
		0);
	assert_string_equal(sample_last.vrf, "red");
	assert_int_equal(sample_last.cost, UINT32_MAX);
	assert_true(sample_last.standby);

	assert_int_equal(run("add host 10.1.1.5 mac 02:00:00:00:05:af interface standby "
			     "publish cost 0 vrf vrf",
				 false),
		0);
	assert_string_equal(sample_last.interface, "standby");
	assert_string_equal(sample_last.vrf, "vrf");
	assert_false(sample_last.standby);
}

static void alternatives(void **state)
{
	(void)state;
	SHOWS("add host-tunnel 10.1.1.7 tunnel to-b", "tunnel to-b 0\n");
	SHOWS("add host-tunnel ::1 group g lifetime 500 vrf x", "group g 500\n");
	SHOWS("show route", "vrf - prefix - ip -\n");
	SHOWS("show route 10.0.0.0/8 vrf v", "vrf v prefix 10.0.0.0/8 ip -\n");
	SHOWS("show route vrf v 10.0.0.1", "vrf v prefix - ip 10.0.0.1\n");
	SHOWS("show route summary", "summary\n");
	assert_int_equal(run("undo nothing", false), -ENOENT);
	assert_string_equal(err.text, "No such file or directory");
}

static void nested_options(void **state)
{
	(void)state;
	SHOWS("set thing", "- - - -\n");
	SHOWS("set thing x", "x - - -\n");
	SHOWS("set thing x level 3 many", "x 3 - -\n");
	SHOWS("set thing many deep", "- - - deep\n");
	SHOWS("set thing many deep 4", "- - 4 deep\n");
	SHOWS("set thing many 4 x level 5", "x 5 4 -\n");
	// A literal that may stand here is not taken for a value.
	SHOWS("set thing many x", "x - - -\n");
	FAILS("set thing x y", EINVAL,
		"unknown word 'y' at column 13; expected one of level, many");
}

static void quotes_and_rest(void **state)
{
	(void)state;
	assert_int_equal(run("echo says hello  \"big  world\" x ", true), 0);
	assert_string_equal(output,
		"{\"target\": null, \"text\": \"hello  \\\"big  world\\\" x\", \"family\": 0}\n");
	assert_int_equal(run("echo 1::2 says \"a b\"", true), 0);
	assert_string_equal(
		output, "{\"target\": \"1::2\", \"text\": \"\\\"a b\\\"\", \"family\": 10}\n");
	SHOWS("add host-tunnel 10.1.1.7 tunnel \"to b\"", "tunnel to b 0\n");
	FAILS("show \"route", EINVAL,
		"the quotation mark at column 6 has no partner before a blank");
	FAILS("echo says", EINVAL,
		"incomplete command at column 11; expected <TEXT> (the rest of the line)");
}

static void errors_say_where_and_what(void **state)
{
	(void)state;
	FAILS("add hots 10.1.1.1", EINVAL,
		"unknown word 'hots' at column 5; expected one of host, host-tunnel, did you mean "
		"'host'?");
	FAILS("add  host 10.1.1", EINVAL,
		"unknown word '10.1.1' at column 11; expected <IP> (an IPv4 address)");
	FAILS("add host 10.1.1.1", EINVAL, "incomplete command at column 19; expected mac");
	FAILS("add host 10.1.1.1 mac 02:00:00:00:05 interface a1", EINVAL,
		"unknown word '02:00:00:00:05' at column 23; expected <MAC> (a MAC address, six "
		"octets "
		"with ':' between)");
	FAILS("add host 10.1.1.1 mac 02:00:00:00:05:05 interface a1 publish cost 4294967296",
		EINVAL,
		"unknown word '4294967296' at column 67; expected <COST> (a decimal number up to "
		"4294967295)");
	FAILS("add host 10.1.1.1 mac 02:00:00:00:05:05 interface a1 standby standby", EINVAL,
		"unknown word 'standby' at column 62; expected one of publish, vrf");
	FAILS("show route summary now", EINVAL,
		"nothing may follow, but there is 'now' at column 20");
	FAILS("\x01\xff", EINVAL,
		"unknown word '\?\?' at column 1; expected one of add, echo, help, load, quit, "
		"rows, set, "
		"show, wait, do, undo");
	FAILS("add host 0.0.0.0 mac 02:00:00:00:05:05 interface a1", ERANGE,
		"host 0.0.0.0: no such host can be");
	SHOWS("", "");
	SHOWS("  ", "");
}

static void errors_as_json(void **state)
{
	struct gw_cli_syntax syntax = {0};
	char line[] = "show rotue 10.0.0.0/8";
	struct gw_cli_match m;
	struct gw_buf out = {0};
	unsigned column;

	(void)state;
	err = (struct gw_err){0};
	assert_int_equal(gw_cli_split(&m, line, &column), 0);
	assert_int_equal(gw_cli_syntax_explain(&m, &syntax, &err), -EINVAL);
	gw_cli_error_json(&out, &err, &syntax);
	gw_buf_put(&out, "", 1);
	assert_string_equal(out.data,
		"{\"error\": \"unknown word 'rotue' at column 6; expected one of port, route, did "
		"you "
		"mean 'route'?\", \"errno\": 22, \"name\": \"EINVAL\", \"position\": 6, "
		"\"expected\": "
		"[\"port\", \"route\"]}\n");
	gw_buf_reset(&out);
	err = (struct gw_err){.code = ENOENT, .text = "no \xc3"};
	gw_cli_error_json(&out, &err, NULL);
	gw_buf_put(&out, "", 1);
	assert_string_equal(
		out.data, "{\"error\": \"no ?\", \"errno\": 2, \"name\": \"ENOENT\"}\n");
	gw_buf_free(&out);
}

static void too_many_words(void **state)
{
	char line[300] = "";

	(void)state;
	for (int i = 0; i < 65; i++)
		strcat(line, "x ");
	FAILS(line, E2BIG, "too many words: the one at column 129 is number 65");
}

static void check_completion(const char *partial, const char *expected)
{
	char *line = strdup(partial);
	json_t *list = gw_cli_complete(line);
	char *text = json_dumps(list, JSON_COMPACT);

	assert_string_equal(text, expected);
	free(text);
	json_decref(list);
	free(line);
}

static void completion(void **state)
{
	(void)state;
	check_completion("a", "[\"add\"]");
	check_completion("add h", "[\"host\",\"host-tunnel\"]");
	check_completion("add host", "[\"host\",\"host-tunnel\"]");
	check_completion("add host ", "[\"<IP>\"]");
	check_completion(
		"add host 10.1.1.1 mac 02:00:00:00:05:05 interface ", "[\"a1\",\"a2\",\"core0\"]");
	check_completion("add host 10.1.1.1 mac 02:00:00:00:05:05 interface a", "[\"a1\",\"a2\"]");
	check_completion("add host 10.1.1.1 mac 02:00:00:00:05:05 interface a1 standby ",
		"[\"publish\",\"vrf\"]");
	check_completion("show route ", "[\"<IP>\",\"<PREFIX>\",\"summary\",\"vrf\"]");
	check_completion("show route s", "[\"summary\"]");
	check_completion("show route 1", "[\"<IP>\",\"<PREFIX>\"]");
	check_completion("show port i", "[\"info\"]");
	check_completion("nothing ", "[]");
	check_completion("show \"", "[]");
	check_completion("u", "[\"undo\"]");
	check_completion("help sh", "[\"show\"]");
}

static void results(void **state)
{
	(void)state;
	SHOWS("show port stats all", "NAME     RX  STATE\np0        5  up\nport1  1234  -\n");
	SHOWS("rows count 2", "ID  NAME\n 0  row\n 1  row\n");
	SHOWS("rows count 0", "");
	assert_int_equal(run("rows count 2", true), 0);
	assert_string_equal(
		output, "[\n{\"id\": 0, \"name\": \"row\"},\n{\"id\": 1, \"name\": \"row\"}\n]\n");
	assert_int_equal(run("rows count 0 wait", true), 0);
	assert_string_equal(output, "[]\n");
	assert_int_equal(run("rows count 2 inside", true), 0);
	assert_string_equal(output,
		"{\"count\": 2, \"rows\": [\n{\"id\": 0, \"name\": \"row\"},\n{\"id\": 1, "
		"\"name\": "
		"\"row\"}\n]}\n");
	assert_int_equal(run("rows count 0 inside", true), 0);
	assert_string_equal(output, "{\"count\": 0, \"rows\": []}\n");
	SHOWS("rows count 1 inside", "ID  NAME\n 0  row\n");
	assert_int_equal(run("show route", true), 0);
	assert_string_equal(output, "{}\n");
	assert_int_equal(run("rows count 100000 wait", false), 0);
	assert_int_equal(strlen(output), 9 + 100 * 8 + 900 * 9 + 9000 * 10 + 90000 * 11);
}

static int take_ip4(struct gw_cli *cli)
{
	assert_int_equal(gw_cli_ip4(cli, "IP"), 0);
	return 0;
}

static void an_unexpected_ipv6_value_is_an_error(void **state)
{
	// Registered late, which makes the index be built anew.
	static struct gw_cli_command six = {
		.pattern = "test six IP", .help = "an IPv4 address", .fn = take_ip4};

	(void)state;
	gw_cli_command_register(&six);
	assert_int_equal(run("test six ::1", false), -EAFNOSUPPORT);
	assert_string_equal(err.text, "'::1': an IPv6 value cannot stand here, only IPv4");
}

static void help(void **state)
{
	(void)state;
	SHOWS("help show route",
		"show route [vrf VRF] [PREFIX|IP]\n    help of sample_route\n"
		"show route summary\n    help of sample_summary\n");
	SHOWS("help add host 10.0.0.1",
		"add host IP mac MAC interface NAME [publish cost COST] [standby] [vrf VRF]\n"
		"    help of sample_host_add\n");
	FAILS("help nonsense", ENOENT,
		"no command begins with 'nonsense'; 'help' without words lists them all");
	assert_int_equal(run("help", false), 0);
	assert_non_null(strstr(output, "\nshow port stats|info|xstats    help of sample_port\n"));
	assert_int_equal(run("help show route summary", true), 0);
	assert_string_equal(output,
		"[\n{\"command\": \"show route summary\", \"help\": \"help of "
		"sample_summary\"}\n]\n");
	FAILS("quit", EOPNOTSUPP,
		"the prompt and godwitctl carry this out themselves: it is no request to the "
		"control socket, and a file loads no other one");
}

static int run_text(const char *text)
{
	char path[] = "/tmp/gw_cli_testXXXXXX";
	FILE *f = fdopen(mkstemp(path), "w");
	int ret;

	fputs(text, f);
	fclose(f);
	err = (struct gw_err){0};
	ret = gw_cli_run_file(path, NULL, NULL, NULL, &err);
	remove(path);
	if (ret < 0)
		memmove(err.text, err.text + strlen(path), strlen(err.text) - strlen(path) + 1);
	return ret;
}

static void files(void **state)
{
	(void)state;
	sample_calls = 0;
	assert_int_equal(run_text("# two hosts\n\nadd host-tunnel 10.0.0.1 tunnel t\n"
				  "  # indented\n add host-tunnel 10.0.0.2 group g"),
		0);
	assert_int_equal(sample_calls, 2);
	assert_int_equal(run_text("\nadd host-tunnel 10.0.0.1 tunnel t\nadd hots\nadd host-tunnel "
				  "10.0.0.1 tunnel t\n"),
		-EINVAL);
	assert_int_equal(sample_calls, 3);
	assert_string_equal(err.text,
		":3: unknown word 'hots' at column 5; expected one of host, host-tunnel, did you "
		"mean "
		"'host'?");
	assert_int_equal(
		run_text("add host-tunnel 10.0.0.1 tunnel t\n\tquit \nadd hots\n"), GW_CLI_QUIT);
	assert_int_equal(sample_calls, 4);
	err = (struct gw_err){0};
	assert_int_equal(gw_cli_run_file("/nonexistent", NULL, NULL, NULL, &err), -ENOENT);
	assert_string_equal(err.text, "/nonexistent: No such file or directory");
}

static void count_call(void *arg)
{
	++*(unsigned *)arg;
}

static void a_waiting_command_is_called_again(void **state)
{
	unsigned polls = 0;

	(void)state;
	sample_drops = 0;
	assert_int_equal(gw_cli_run("rows wait", false, NULL, count_call, &polls, NULL), 0);
	assert_int_equal(polls, 10);
	assert_int_equal(sample_drops, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_stand_in_any_order),
		cmocka_unit_test(alternatives),
		cmocka_unit_test(nested_options),
		cmocka_unit_test(quotes_and_rest),
		cmocka_unit_test(errors_say_where_and_what),
		cmocka_unit_test(errors_as_json),
		cmocka_unit_test(too_many_words),
		cmocka_unit_test(completion),
		cmocka_unit_test(results),
		cmocka_unit_test(help),
		cmocka_unit_test(files),
		cmocka_unit_test(a_waiting_command_is_called_again),
		cmocka_unit_test(an_unexpected_ipv6_value_is_an_error),
	};
	int ret;

	samples_register();
	ret = cmocka_run_group_tests(tests, NULL, NULL);
	free(output);
	return ret;
}
