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

static struct digests {
	uint64_t must, should;
} digests_of(const char *out, const char *in, const char *vrf)
{
	static struct gw_mlag_spec spec;
	struct digests d;
	json_t *o;

	text_make(out, in);
	o = json_loads(text, 0, NULL);
	assert_non_null(o);
	gw_mlag_conf_read(json_object_get(o, "mlag"), &spec);
	gw_mlag_conf_digests(json_object_get(o, "mlag"), &spec, vrf, &d.must, &d.should);
	json_decref(o);
	return d;
}

// `out` exchanged for `in` is as it was, or differs in what must or should agree.
static void expect_digests(const char *out, const char *in, bool must_differ, bool should_differ)
{
	const struct digests was = digests_of(NULL, NULL, "default");
	const struct digests is = digests_of(out, in, "default");

	if ((was.must != is.must) != must_differ || (was.should != is.should) != should_differ)
		fail_msg("%s", in);
}

static void digests(void **)
{
	static const char one[] = "{'id':1,'port':'m1','virtual_addresses':['10.2.0.1/24']}",
			  both[] = "{'id':1,'port':'m1','virtual_addresses':['10.2.0.1/24']},\n"
				   "{'id':2,'port':'m2','virtual_addresses':"
				   "['10.3.0.1/24','2001:db8::1/64']}";

	// what is each device's own
	expect_digests(
		"'system_id':'02:00:00:00:aa:01'", "'system_id':'02:00:00:00:aa:03'", false, false);
	expect_digests("'mode':'peer-link'", "'mode':'peer-link','priority':3", false, false);
	// what must agree
	expect_digests("00:00:5e:00:01:0a", "00:00:5e:00:01:0b", true, false);
	expect_digests(
		"'peer_link'", "'lacp':{'system':'02:00:00:00:aa:00'},'peer_link'", true, false);
	expect_digests(one, "{'id':3,'port':'m1','virtual_addresses':['10.2.0.1/24']}", true, true);
	expect_digests("['10.2.0.1/24']", "['10.2.0.4/24']", true, false);
	expect_digests("['10.3.0.1/24','2001:db8::1/64']", "['10.3.0.1/24']", true, false);
	expect_digests(both,
		"{'id':1,'port':'m1','virtual_addresses':['10.3.0.1/24','2001:db8::1/64']},\n"
		"{'id':2,'port':'m2','virtual_addresses':['10.2.0.1/24']}",
		true, false);
	assert_int_not_equal(
		digests_of(NULL, NULL, "default").must, digests_of(NULL, NULL, "red").must);
	assert_int_equal(
		digests_of(NULL, NULL, "default").should, digests_of(NULL, NULL, "red").should);
	// what should
	expect_digests("'peer_link'", "'arp_timeout_s':5,'peer_link'", false, true);
	expect_digests("'peer_link'", "'learn_announced':true,'peer_link'", false, true);
	expect_digests("'id':1,", "'id':1,'keep_up':true,", false, true);
}

static void values_count_and_not_how_they_are_written(void **)
{
	expect_digests("00:00:5e:00:01:0a", "00:00:5E:00:01:0A", false, false);
	expect_digests("['10.3.0.1/24','2001:db8::1/64']", "['2001:DB8:0::1/64','10.3.0.1/24']",
		false, false);
	expect_digests("{'id':1,'port':'m1','virtual_addresses':['10.2.0.1/24']},\n"
		       "{'id':2,'port':'m2','virtual_addresses':['10.3.0.1/24','2001:db8::1/64']}",
		"{'id':2,'port':'m2','virtual_addresses':['10.3.0.1/24','2001:db8::1/64']},\n"
		"{'id':1,'port':'m1','virtual_addresses':['10.2.0.1/24']}",
		false, false);
	expect_digests("'peer_link'",
		"'arp_timeout_s':1200,'learn_announced':false,'priority':100,'peer_link'", false,
		false);
	expect_digests("'id':2,", "'id':2,'keep_up':false,", false, false);
	assert_int_equal(
		digests_of("'peer_link'", "'lacp':{'system':'02:00:00:00:aa:00'},'peer_link'", "x")
			.must,
		digests_of("'peer_link'",
			"'lacp':{'timeout':'fast','priority':32768,"
			"'system':'02:00:00:00:AA:00'},'peer_link'",
			"x")
			.must);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(right_ones),
		cmocka_unit_test(what_cannot_be),
		cmocka_unit_test(digests),
		cmocka_unit_test(values_count_and_not_how_they_are_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
