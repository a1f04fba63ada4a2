// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "port/check_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

#include <cmocka.h>

#include "config/config.h"

// Line 2 is "name". Behind an exchanged section lines may be others.
static const struct {
	const char *section, *value;
} base[] = {
	{"name", "'up'"},
	{"ports",
		"[\n"
		"{'name':'core0','device':'net_null0','addresses':['192.0.2.1/24','2001:db8:6::1/"
		"64'],\n"
		" 'neighbors':{'192.0.2.254':'02:00:00:00:00:fe'}},\n"
		"{'name':'core1','device':'net_null1','vrf':'blue',\n"
		" 'addresses':['198.51.100.1/24']},\n"
		"{'name':'acc0','device':'net_null2','role':'access'},\n"
		"{'name':'acc1','device':'net_null3','role':'access','vrf':'blue',\n"
		" 'addresses':['10.9.0.1/16']}]"},
	{"interfaces",
		"[\n" // line 11
		"{'name':'a1','port':'acc0','vlans':[100],'fallback':'t1',\n"
		" 'gateways':['10.1.1.1/24']},\n"
		"{'name':'a2','port':'acc0','vlans':[100,200],'gateways':['10.1.1.1/24']}]"},
	{"tunnels",
		"[\n" // line 15
		"{'name':'t1','vni':100,'local':'192.0.2.1','remote':'192.0.2.2'},\n"
		"{'name':'t2','vni':100,'local':'192.0.2.1','remote':'192.0.2.3'},\n"
		"{'name':'b1','vni':200,'vrf':'blue','local':'192.0.2.1',\n"
		" 'remote':'192.0.2.2'}]"},
	{"tunnel_groups",
		"[\n" // line 20
		"{'name':'g1','active':'t1','backup':'t2'}]"},
	{"routes",
		"[\n" // line 22
		"{'prefix':'0.0.0.0/0','via':'192.0.2.254'}]"},
	{"segments",
		"[\n" // line 24
		"{'prefix':'10.1.1.0/24','tunnel':'t1'}]"},
	{"client_prefixes", "['10.1.0.0/16']"},
	{"host_tunnels",
		"[\n" // line 27
		"{'ip':'10.1.1.7','tunnel':'t1'}]"},
	{"hosts",
		"[\n" // line 29
		"{'ip':'10.1.1.5','mac':'02:00:00:00:00:05','interface':'a1'}]"},
};

static char text[20000];

static void put(const char *section, const char *value)
{
	size_t n = strlen(text);

	snprintf(text + n, sizeof(text) - n, "%s'%s': %s", n == 0 ? "{\n" : ",\n", section, value);
}

static void text_make(const struct check_case *c)
{
	bool known = false;

	text[0] = '\0';
	for (size_t i = 0; i < sizeof(base) / sizeof(base[0]); i++) {
		bool is = strcmp(base[i].section, c->section) == 0;
		const char *value = is ? c->value : base[i].value;

		known |= is;
		if (value != NULL)
			put(base[i].section, value);
	}
	if (!known)
		put(c->section, c->value);
	strcat(text, "}\n");
	for (char *s = text; (s = strchr(s, '\'')) != NULL;)
		*s = '"';
}

void check_run(const struct check_case *c)
{
	struct gw_err err = {0};
	struct gw_conf *conf;

	text_make(c);
	if (gw_conf_open_mem(text, strlen(text), "c.json", &conf, &err) == 0) {
		gw_conf_check(conf, &err);
		gw_conf_close(conf);
	}
	assert_string_equal(err.text, c->error == NULL ? "" : c->error);
}
