// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Section "mlag" against the ports that it names: a configuration that is right, one text in it
// exchanged for another.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "config/config.h"
#include "mlag/conf_check.h"
#include "mlag_sync/mlag.h"

static const char right[] =
	"{'name':'a','ports':[\n"
	"{'name':'core','device':'net_null0','addresses':['192.0.2.1/24']},\n"
	"{'name':'peer','device':'net_null1','role':'peer-link','mtu':1564},\n"
	"{'name':'m1','device':'net_null2','role':'member','addresses':['10.2.0.2/24']},\n"
	"{'name':'m2','device':'net_null3','role':'member',"
	"'addresses':['10.3.0.2/24','2001:db8::2/64']}],\n"
	"'mlag':{'mode':'peer-link','system_id':'02:00:00:00:aa:01',\n"
	"'peer_system_id':'02:00:00:00:aa:02','virtual_mac':'00:00:5e:00:01:0a',\n"
	"'peer_link':'peer','keepalive':{'local':'192.0.2.1','remote':'192.0.2.9'},\n"
	"'members':[{'id':1,'port':'m1','virtual_addresses':['10.2.0.1/24']},\n"
	"{'id':2,'port':'m2','virtual_addresses':['10.3.0.1/24','2001:db8::1/64']}]}}\n";

static char text[4096];

static void text_make(const char *out, const char *in)
{
	const char *at = out != NULL ? strstr(right, out) : right;

	assert_non_null(at);
	snprintf(text, sizeof(text), "%.*s%s%s", (int)(at - right), right, in != NULL ? in : "",
		at + (out != NULL ? strlen(out) : 0));
	for (char *s = text; (s = strchr(s, '\'')) != NULL;)
		*s = '"';
}

static void check(const char *out, const char *in, const char *error)
{
	struct gw_err err = {0};
	struct gw_conf *conf;

	text_make(out, in);
	if (gw_conf_open_mem(text, strlen(text), "c.json", &conf, &err) == 0) {
		gw_conf_check(conf, &err);
		gw_conf_close(conf);
	}
	assert_string_equal(err.text, error);
}

static void right_ones(void **)
{
	check(NULL, NULL, "");
	check(",'virtual_addresses':['10.2.0.1/24']", "", "");
	check("'keepalive':{'local':'192.0.2.1','remote':'192.0.2.9'},", "", "");
	check("'role':'member','addresses':['10.2.0.2/24']",
		"'role':'member','mac':'02:00:00:00:aa:01','addresses':['10.2.0.2/24']", "");
}

static void what_cannot_be(void **)
{
	static const struct {
		const char *out, *in, *error;
	} cases[] = {
		{"'peer_system_id':'02:00:00:00:aa:02'", "'peer_system_id':'02:00:00:00:aa:01'",
			"c.json:7: /mlag/peer_system_id: is /mlag/system_id (line 6) as well: each "
			"device has one, and the pair another"},
		{"'system_id':'02:00:00:00:aa:01'", "'system_id':'03:00:00:00:aa:01'",
			"c.json:6: /mlag/system_id: is no device's MAC address (unicast, not all "
			"zeros)"},
		{"'peer_link':'peer'", "'peer_link':'core'",
			"c.json:8: /mlag/peer_link: port core is not of role peer-link, /ports/0 "
			"(line 2): give it \"role\": \"peer-link\""},
		{"'peer_link':'peer'", "'peer_link':'x'",
			"c.json:8: /mlag/peer_link: no port \"x\" in /ports (there: core, peer, "
			"m1, "
			"m2)"},
		{"'mtu':1564", "'mtu':1563",
			"c.json:9: /mlag/members/0/port: port m1 has an MTU of 1500, so that of "
			"the "
			"peer link peer must be 1564 at least; it is 1563"},
		{"'id':2", "'id':1",
			"c.json:10: /mlag/members/1/id: stands in /mlag/members/0/id (line 9) "
			"already"},
		{"'port':'m2'", "'port':'m1'",
			"c.json:10: /mlag/members/1/port: stands in /mlag/members/0/port (line 9) "
			"already"},
		{",\n{'id':2,'port':'m2','virtual_addresses':['10.3.0.1/24','2001:db8::1/64']}", "",
			"c.json:5: /ports/3/role: section mlag does not name port m2"},
		{"['10.2.0.1/24']", "['10.9.0.1/24']",
			"c.json:9: /mlag/members/0/virtual_addresses/0: 10.9.0.1/24 is in no "
			"subnet "
			"in which port m1 has an address of its own; add one to its \"addresses\""},
		{"'virtual_mac':'00:00:5e:00:01:0a',", "",
			"c.json:9: /mlag/members/0/virtual_addresses: virtual addresses need a "
			"virtual_mac"},
		{"'local':'192.0.2.1'", "'local':'192.0.2.2'",
			"c.json:8: /mlag/keepalive/local: 192.0.2.2 is no own address in VRF "
			"default"},
		{"'local':'192.0.2.1'", "'local':'10.2.0.2'",
			"c.json:8: /mlag/keepalive/local: 10.2.0.2 is on port m1: keepalives take "
			"another path than the peer link and the members"},
		{"'name':'m2',", "'name':'m2','vrf':'red',",
			"c.json:5: /ports/3: interface m2 is in VRF red, the peer link peer in VRF "
			"default: traffic for hosts of a member goes over the peer link when its "
			"port is down, so both are in one VRF"},
		{"'mlag':{",
			"'interfaces':[{'name':'m1.7','port':'m1','vlans':[7],'vrf':'red'}],'mlag':"
			"{",
			"c.json:6: /interfaces/0: interface m1.7 is in VRF red, the peer link peer "
			"in VRF default: traffic for hosts of a member goes over the peer link "
			"when "
			"its port is down, so both are in one VRF"},
		{"'name':'peer',", "'name':'peer','vrf':'red',",
			"c.json:4: /ports/2: interface m1 is in VRF default, the peer link peer in "
			"VRF red: traffic for hosts of a member goes over the peer link when its "
			"port is down, so both are in one VRF"},
		{"'name':'m1','device':'net_null2'",
			"'name':'m1','mac':'02:00:00:00:00:09','device':'net_null2'",
			"c.json:4: /ports/2/mac: a member has the MAC address of /mlag/system_id "
			"(line 6); leave it out"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		check(cases[i].out, cases[i].in, cases[i].error);
}

static void digests_of(const char *value, const char *vrf, uint64_t *must, uint64_t *should)
{
	json_t *o = json_loads(value, 0, NULL);

	assert_non_null(o);
	gw_mlag_conf_digests(o, vrf, must, should);
	json_decref(o);
}

// The order of members, the own addresses and the priority may differ.
static void digests(void **)
{
	uint64_t must[5], should[5];

	digests_of("{\"system_id\":\"a\",\"members\":[{\"id\":1,\"port\":\"x\"},{\"id\":2}]}",
		"default", &must[0], &should[0]);
	digests_of("{\"system_id\":\"b\",\"priority\":3,\"members\":[{\"id\":2},{\"id\":1}]}",
		"default", &must[1], &should[1]);
	digests_of("{\"members\":[{\"id\":2},{\"id\":3}]}", "default", &must[2], &should[2]);
	digests_of("{\"arp_timeout_s\":5,\"members\":[{\"id\":2},{\"id\":1}]}", "default", &must[3],
		&should[3]);
	digests_of("{\"members\":[{\"id\":2},{\"id\":1}]}", "red", &must[4], &should[4]);
	assert_int_equal(must[0], must[1]);
	assert_int_equal(should[0], should[1]);
	assert_int_not_equal(must[0], must[2]);
	assert_int_equal(must[0], must[3]);
	assert_int_not_equal(should[0], should[3]);
	assert_int_not_equal(must[0], must[4]);
	assert_int_equal(should[0], should[4]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(right_ones),
		cmocka_unit_test(what_cannot_be),
		cmocka_unit_test(digests),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
