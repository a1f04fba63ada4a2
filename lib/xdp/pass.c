// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "xdp/pass.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <netinet/in.h>

#define VXLAN_GPE_PORT 4790
#define ETHER_MIN      0x600 // below: a length (IEEE 802.3)

#define FORMS                                                                             \
	"arp, bfd, bgp, isis, lacp, lldp, nd, ospf, ssh, tcp:PORT, udp:PORT, proto:N or " \
	"ether:0xNNNN"

static const struct gw_xdp_pass named[] = {
	{"arp", -1, 1, {{GW_STEER_ETHER, 0x0806}}},
	// RFC 5881 section 4, RFC 5883 section 5
	{"bfd", -1, 3, {{GW_STEER_UDP, 3784}, {GW_STEER_UDP, 3785}, {GW_STEER_UDP, 4784}}},
	{"bgp", -1, 1, {{GW_STEER_TCP, 179}}},
	{"isis", -1, 1, {{GW_STEER_LLC, 0xfefe}}},
	{"lacp", -1, 1, {{GW_STEER_ETHER, 0x8809}}},
	{"lldp", -1, 1, {{GW_STEER_ETHER, 0x88cc}}},
	{"nd", -1, 1, {{GW_STEER_ND, 0}}},
	{"ospf", 89, 0, {}},
	{"ssh", -1, 1, {{GW_STEER_TCP, 22}}},
};

const char *const gw_xdp_pass_default[] = {"ospf", "bgp", "bfd", "isis", "lacp", "lldp", "ssh"};
const unsigned gw_xdp_pass_n_default = sizeof(gw_xdp_pass_default) / sizeof(char *);

static bool number_parse(const char *s, int base, unsigned long max, unsigned long *out)
{
	char *end;

	if (s[0] == '\0' || strchr("+- \t", s[0]) != NULL)
		return false;
	errno = 0;
	*out = strtoul(s, &end, base);
	return errno == 0 && *end == '\0' && *out <= max;
}

static int port_parse(
	enum gw_steer_kind kind, const char *port, struct gw_xdp_pass *pass, struct gw_err *err)
{
	unsigned long v;

	if (!number_parse(port, 10, UINT16_MAX, &v) || v == 0)
		return gw_err_set(err, EINVAL, "%s: a port is 1 to 65535", pass->name);
	if (kind == GW_STEER_UDP && v == VXLAN_GPE_PORT)
		return gw_err_set(
			err, EINVAL, "%s: these are the tunnels of Godwit itself", pass->name);
	pass->keys[pass->n_keys++] = (struct gw_steer_key){kind, (uint16_t)v};
	return 0;
}

static int proto_parse(const char *proto, struct gw_xdp_pass *pass, struct gw_err *err)
{
	unsigned long v;

	if (!number_parse(proto, 10, UINT8_MAX, &v))
		return gw_err_set(err, EINVAL, "%s: an IP protocol is 0 to 255", pass->name);
	switch (v) {
	case IPPROTO_HOPOPTS:
	case IPPROTO_ROUTING:
	case IPPROTO_FRAGMENT:
	case IPPROTO_DSTOPTS:
		return gw_err_set(
			err, EINVAL, "%s: an IPv6 extension header is not a protocol", pass->name);
	case IPPROTO_ICMP:
	case IPPROTO_UDP:
	case IPPROTO_ICMPV6:
		return gw_err_set(err, EINVAL,
			"%s: Godwit itself is spoken to by this protocol; use udp:PORT or nd",
			pass->name);
	default:
		pass->proto = (int)v;
		return 0;
	}
}

static int ether_parse(const char *type, struct gw_xdp_pass *pass, struct gw_err *err)
{
	unsigned long v;

	if (strncmp(type, "0x", 2) != 0 || !number_parse(type + 2, 16, UINT16_MAX, &v) ||
		v < ETHER_MIN)
		return gw_err_set(
			err, EINVAL, "%s: an Ethernet type is 0x0600 to 0xffff", pass->name);
	switch (v) {
	case 0x0800:
	case 0x86dd:
	case 0x8100:
	case 0x88a8:
		return gw_err_set(err, EINVAL,
			"%s: IPv4, IPv6 and VLANs are Godwit's; use tcp:PORT, udp:PORT or proto:N",
			pass->name);
	default:
		pass->keys[pass->n_keys++] = (struct gw_steer_key){GW_STEER_ETHER, (uint16_t)v};
		return 0;
	}
}

int gw_xdp_pass_parse(const char *text, struct gw_xdp_pass *pass, struct gw_err *err)
{
	for (unsigned i = 0; i < sizeof(named) / sizeof(named[0]); i++) {
		if (strcmp(text, named[i].name) == 0) {
			*pass = named[i];
			return 0;
		}
	}
	*pass = (struct gw_xdp_pass){.proto = -1};
	if (strlen(text) < sizeof(pass->name)) {
		strcpy(pass->name, text);
		if (strncmp(text, "tcp:", 4) == 0)
			return port_parse(GW_STEER_TCP, text + 4, pass, err);
		if (strncmp(text, "udp:", 4) == 0)
			return port_parse(GW_STEER_UDP, text + 4, pass, err);
		if (strncmp(text, "proto:", 6) == 0)
			return proto_parse(text + 6, pass, err);
		if (strncmp(text, "ether:", 6) == 0)
			return ether_parse(text + 6, pass, err);
	}
	return gw_err_set(
		err, EINVAL, "\"%.32s\" cannot be passed to the kernel: expected " FORMS, text);
}

static bool overlap(const struct gw_xdp_pass *a, const struct gw_xdp_pass *b)
{
	if (a->proto >= 0 && a->proto == b->proto)
		return true;
	for (unsigned i = 0; i < a->n_keys; i++)
		for (unsigned j = 0; j < b->n_keys; j++)
			if (memcmp(&a->keys[i], &b->keys[j], sizeof(a->keys[i])) == 0)
				return true;
	return false;
}

int gw_xdp_pass_parse_list(
	const char *const *texts, unsigned n, struct gw_xdp_pass *out, struct gw_err *err)
{
	if (n > GW_STEER_ENTRIES)
		return gw_err_set(
			err, E2BIG, "%u entries: at most %d can be passed", n, GW_STEER_ENTRIES);
	for (unsigned i = 0; i < n; i++) {
		int ret = gw_xdp_pass_parse(texts[i], &out[i], err);

		if (ret < 0)
			return ret;
		for (unsigned j = 0; j < i; j++)
			if (overlap(&out[i], &out[j]))
				return gw_err_set(err, EEXIST,
					"\"%s\" and \"%s\" name the same packets", texts[j],
					texts[i]);
	}
	return 0;
}
