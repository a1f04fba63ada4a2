// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "netlink/route.h"

#include <string.h>

#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>

static bool address(const void *data, size_t len, uint8_t family, struct gw_ip *ip)
{
	const uint8_t *b = data;
	struct in6_addr six;

	if (family == AF_INET && len == 4) {
		*ip = gw_ip_of4(
			(uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3]);
		return true;
	}
	if (family != AF_INET6 || len != sizeof(six))
		return false;
	memcpy(&six, data, sizeof(six));
	*ip = gw_ip_of6(&six);
	return true;
}

static bool attr_address(const struct nlattr *a, uint8_t family, struct gw_ip *ip)
{
	return address(mnl_attr_get_payload(a), mnl_attr_get_payload_len(a), family, ip);
}

// An address of a family that is said with it.
static bool attr_via(const struct nlattr *a, struct gw_ip *ip)
{
	const struct rtvia *via = mnl_attr_get_payload(a);
	size_t len = mnl_attr_get_payload_len(a);

	return len >= sizeof(*via) &&
		address(via->rtvia_addr, len - sizeof(*via), (uint8_t)via->rtvia_family, ip);
}

static bool hop_attr(const struct nlattr *a, uint8_t family, struct gw_nl_hop *hop)
{
	switch (mnl_attr_get_type(a)) {
	case RTA_GATEWAY:
		return attr_address(a, family, &hop->via);
	case RTA_VIA:
		return attr_via(a, &hop->via);
	default:
		return true;
	}
}

static bool hop_add(struct gw_nl_route *r, const struct gw_nl_hop *hop)
{
	if (r->n < GW_NL_HOPS)
		r->hop[r->n] = *hop;
	r->n++;
	return true;
}

static bool hop_attrs(const uint8_t *at, size_t len, uint8_t family, struct gw_nl_hop *hop)
{
	const uint8_t *end = at + len;
	const struct nlattr *a = (const struct nlattr *)at;

	for (; mnl_attr_ok(a, (int)(end - (const uint8_t *)a)); a = mnl_attr_next(a)) {
		if (!hop_attr(a, family, hop))
			return false;
	}
	return true;
}

static bool multipath(const struct nlattr *attr, uint8_t family, struct gw_nl_route *r)
{
	const uint8_t *at = mnl_attr_get_payload(attr);
	size_t left = mnl_attr_get_payload_len(attr);

	while (left >= sizeof(struct rtnexthop)) {
		const struct rtnexthop *nh = (const struct rtnexthop *)at;
		struct gw_nl_hop hop = {.ifindex = nh->rtnh_ifindex,
			.dead = (nh->rtnh_flags & (RTNH_F_DEAD | RTNH_F_LINKDOWN)) != 0};
		size_t step = MNL_ALIGN(nh->rtnh_len);

		if (nh->rtnh_len < sizeof(*nh) || nh->rtnh_len > left ||
			!hop_attrs(at + sizeof(*nh), nh->rtnh_len - sizeof(*nh), family, &hop))
			return false;
		hop_add(r, &hop);
		step = step < left ? step : left;
		at += step;
		left -= step;
	}
	return left == 0;
}

struct parsing {
	const struct rtmsg *rtm;
	struct gw_nl_route *r;
	struct gw_nl_hop hop; // of a route that has one
	bool multipath;
};

static bool u32_read(const struct nlattr *a, uint32_t *v)
{
	if (mnl_attr_validate(a, MNL_TYPE_U32) < 0)
		return false;
	*v = mnl_attr_get_u32(a);
	return true;
}

static bool route_attr(struct parsing *p, const struct nlattr *a)
{
	struct gw_nl_route *r = p->r;
	uint32_t v;

	switch (mnl_attr_get_type(a)) {
	case RTA_DST:
		return attr_address(a, p->rtm->rtm_family, &r->prefix.addr);
	case RTA_TABLE:
		return u32_read(a, &r->table);
	case RTA_PRIORITY:
		return u32_read(a, &r->metric);
	case RTA_OIF:
		if (!u32_read(a, &v))
			return false;
		p->hop.ifindex = (int)v;
		return true;
	case RTA_MULTIPATH:
		p->multipath = true;
		return multipath(a, p->rtm->rtm_family, r);
	default:
		return hop_attr(a, p->rtm->rtm_family, &p->hop);
	}
}

bool gw_nl_route_parse(const struct nlmsghdr *nlh, struct gw_nl_route *r)
{
	const struct rtmsg *rtm = mnl_nlmsg_get_payload(nlh);
	struct parsing p = {.rtm = rtm, .r = r};
	const struct nlattr *attr;

	if ((nlh->nlmsg_type != RTM_NEWROUTE && nlh->nlmsg_type != RTM_DELROUTE) ||
		mnl_nlmsg_get_payload_len(nlh) < sizeof(*rtm) ||
		(rtm->rtm_family != AF_INET && rtm->rtm_family != AF_INET6) ||
		rtm->rtm_dst_len > (rtm->rtm_family == AF_INET ? 32 : 128))
		return false;
	*r = (struct gw_nl_route){
		.prefix = {.addr = rtm->rtm_family == AF_INET ? gw_ip_of4(0) : (struct gw_ip){},
			.len = rtm->rtm_dst_len},
		.table = rtm->rtm_table,
		.protocol = rtm->rtm_protocol,
		.type = rtm->rtm_type,
		.special = rtm->rtm_tos != 0 || rtm->rtm_src_len != 0 ||
			(rtm->rtm_flags & RTM_F_CLONED) != 0,
		.replaces =
			nlh->nlmsg_type == RTM_NEWROUTE && (nlh->nlmsg_flags & NLM_F_REPLACE) != 0,
	};
	p.hop.dead = (rtm->rtm_flags & (RTNH_F_DEAD | RTNH_F_LINKDOWN)) != 0;
	mnl_attr_for_each(attr, nlh, sizeof(*rtm))
	{
		if (!route_attr(&p, attr))
			return false;
	}
	if (!p.multipath && p.hop.ifindex != 0)
		hop_add(r, &p.hop);
	// RFC 4291 2.5.5.2: of IPv6, and yet what here stands for IPv4.
	if (rtm->rtm_family == AF_INET6 && gw_prefix_is4(&r->prefix))
		return false;
	r->prefix = gw_prefix_masked(&r->prefix);
	return true;
}

void gw_nl_route_put(void *buf, bool add, const struct gw_nl_route *r)
{
	bool ip4 = gw_prefix_is4(&r->prefix);
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct rtmsg *rtm;

	nlh->nlmsg_type = add ? RTM_NEWROUTE : RTM_DELROUTE;
	nlh->nlmsg_flags = add ? NLM_F_CREATE : 0;
	// In main a routing daemon may have one of that metric, too, which it heard from another
	// user plane: ours stands beside it. Elsewhere nobody else's belongs.
	if (add && r->table != RT_TABLE_MAIN)
		nlh->nlmsg_flags |= NLM_F_EXCL;
	rtm = mnl_nlmsg_put_extra_header(nlh, sizeof(*rtm));
	rtm->rtm_family = ip4 ? AF_INET : AF_INET6;
	rtm->rtm_dst_len = r->prefix.len;
	rtm->rtm_table = r->table < 256 ? (uint8_t)r->table : RT_TABLE_UNSPEC;
	rtm->rtm_protocol = r->protocol;
	rtm->rtm_scope = RT_SCOPE_UNIVERSE;
	rtm->rtm_type = RTN_BLACKHOLE;
	mnl_attr_put(nlh, RTA_DST, ip4 ? 4 : 16, &r->prefix.addr.a.s6_addr[ip4 ? 12 : 0]);
	mnl_attr_put_u32(nlh, RTA_TABLE, r->table);
	mnl_attr_put_u32(nlh, RTA_PRIORITY, r->metric);
}
