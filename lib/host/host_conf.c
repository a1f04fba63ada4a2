// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Section "hosts": clients on interfaces of this user plane, up to millions of them.

#include <errno.h>
#include <string.h>

#include "config/wrap.h"
#include "fib/address_plan.h"
#include "fib/segment.h"
#include "fib/vrf.h"
#include "host/host.h"
#include "host/host_save.h"
#include "host/rate_limit.h"
#include "iface/apply.h"
#include "publish/publish.h"
#include "publish/publish_conf.h"
#include "tunnel/plan.h"

#define ORDER 80

struct rate_row {
	uint32_t cir_kbps, cbs_bytes, pir_kbps, pbs_bytes;
};

struct vlans_row {
	uint32_t n;
	uint32_t v[2];
};

struct row {
	struct gw_conf_ip ip;
	struct gw_mac mac;
	char interface[GW_CONF_NAME_LEN], port[GW_CONF_NAME_LEN];
	struct vlans_row vlans;
	char vrf[GW_CONF_NAME_LEN]; // empty: not said
	char symmetric[GW_CONF_NAME_LEN];
	bool publish, standby;
	uint32_t cost;
	struct rate_row ingress, egress;
};

static const struct row row_default = {.cost = GW_SEGMENT_COST};

static const struct gw_conf_field rate_fields[] = {
	{"cir_kbps", "committed rate in kbit/s of IP packets", GW_CONF_U32,
		GW_CONF_TO(struct rate_row, cir_kbps), .required = true, .min = 1},
	{"cbs_bytes", "committed burst, default a tenth of a second and at least 65536",
		GW_CONF_U32, GW_CONF_TO(struct rate_row, cbs_bytes), .min = 1},
	{"pir_kbps", "peak rate, default: only the committed rate counts", GW_CONF_U32,
		GW_CONF_TO(struct rate_row, pir_kbps), .min = 1},
	{"pbs_bytes", "peak burst, default that of the committed rate", GW_CONF_U32,
		GW_CONF_TO(struct rate_row, pbs_bytes), .min = 1},
	{},
};

static const struct gw_conf_field fields[] = {
	{"ip", "address of the client", GW_CONF_IP, GW_CONF_TO(struct row, ip), .required = true},
	{"mac", "its MAC address", GW_CONF_MAC, GW_CONF_TO(struct row, mac), .required = true},
	{"interface", "where it is; or \"port\"", GW_CONF_NAME, GW_CONF_TO(struct row, interface)},
	{"port", "where it is: the untagged interface of this port, made when missing",
		GW_CONF_NAME, GW_CONF_TO(struct row, port)},
	{"vlans", "with \"port\": the interface with these tags instead", GW_CONF_ARRAY,
		GW_CONF_TO(struct row, vlans), .max = 2,
		.of = GW_CONF_OF(
			GW_CONF_U32, GW_CONF_TO_V(struct vlans_row, v), .min = 1, .max = 4094)},
	{"vrf", "VRF of its interface, which it must be", GW_CONF_NAME,
		GW_CONF_TO(struct row, vrf)},
	{"publish", "make its route known to the network router, default false", GW_CONF_BOOL,
		GW_CONF_TO(struct row, publish)},
	{"cost", "metric when it is published, default 20", GW_CONF_U32,
		GW_CONF_TO(struct row, cost), .min = 1, .max = GW_PUBLISH_COST_MAX},
	{"standby", "as if its interface were standby, default false", GW_CONF_BOOL,
		GW_CONF_TO(struct row, standby)},
	{"symmetric", "tunnel or tunnel group that takes its packets upstream", GW_CONF_NAME,
		GW_CONF_TO(struct row, symmetric)},
	{"ingress", "rate limit of packets from the client", GW_CONF_OBJECT,
		GW_CONF_TO(struct row, ingress), .fields = rate_fields},
	{"egress", "rate limit of packets to the client", GW_CONF_OBJECT,
		GW_CONF_TO(struct row, egress), .fields = rate_fields},
	{},
};

static int iface_of(struct gw_conf *conf, const struct row *r, size_t index,
	struct gw_iface_plan **p, struct gw_err *err)
{
	struct gw_ifaces_plan *plan;
	int ret = gw_ifaces_plan(conf, &plan, err);

	if (ret < 0)
		return ret;
	if (r->port[0] != '\0' && r->interface[0] != '\0')
		return gw_conf_fail(conf, err, EINVAL, "port",
			"not together with \"interface\", %s", gw_conf_place(conf, "interface"));
	if (r->port[0] != '\0')
		return gw_iface_plan_of_host(
			conf, plan, r->port, r->vlans.v, r->vlans.n, index, p, err);
	if (r->interface[0] == '\0')
		return gw_conf_fail(
			conf, err, EINVAL, "", "one of \"interface\" and \"port\" is missing");
	if (r->vlans.n > 0)
		return gw_conf_fail(conf, err, EINVAL, "vlans",
			"only with \"port\": an interface has its VLANs already");
	*p = gw_iface_plan_find(plan, r->interface);
	if (*p == NULL)
		return gw_conf_fail(conf, err, ENOENT, "interface",
			"no interface \"%s\" in /interfaces", r->interface);
	return 0;
}

static int place_check(struct gw_conf *conf, const struct row *r, const struct gw_iface_plan *p,
	struct gw_err *err)
{
	const char *key = r->port[0] != '\0' ? "port" : "interface";

	if (p->port->role != GW_ROLE_ACCESS)
		return gw_conf_fail(conf, err, EINVAL, key,
			"interface %s, %s, is of role network; hosts are on access ports", p->name,
			gw_iface_plan_place(conf, p));
	if (r->vrf[0] != '\0' && strcmp(r->vrf, p->vrf_name) != 0)
		return gw_conf_fail(conf, err, EINVAL, "vrf",
			"VRF %s, but interface %s, %s, is in VRF %s", r->vrf, p->name,
			gw_iface_plan_place(conf, p), p->vrf_name);
	return 0;
}

static struct gw_rate rate_of(const struct rate_row *r)
{
	return (struct gw_rate){r->cir_kbps, r->cbs_bytes, r->pir_kbps, r->pbs_bytes};
}

static int rate_check(
	struct gw_conf *conf, const struct rate_row *r, const char *key, struct gw_err *err)
{
	struct gw_rate rate = rate_of(r);
	struct gw_err why = {0};

	if (r->cir_kbps == 0 || gw_rate_complete(&rate, &why) == 0)
		return 0;
	return gw_conf_wrap(conf, err, key, &why);
}

static int host_check(struct gw_conf *conf, const void *row, size_t index, struct gw_err *err)
{
	const struct row *r = row;
	struct gw_iface_plan *p;
	struct gw_path_plan *out;
	int ret;

	if (r->ip.family != AF_INET)
		return gw_conf_fail(
			conf, err, ENOTSUP, "ip", "IPv6 hosts are not forwarded by this version");
	if (!gw_mac_is_device(&r->mac))
		return gw_conf_fail(conf, err, EINVAL, "mac",
			"is no device's MAC address (unicast, not all zeros)");
	ret = iface_of(conf, r, index, &p, err);
	if (ret == 0)
		ret = place_check(conf, r, p, err);
	if (ret == 0)
		ret = gw_address_plan_check(conf, "hosts", p->vrf, r->ip.ip4, index, err);
	if (ret == 0 && r->publish)
		ret = gw_publish_conf_check(conf, p->vrf_name, err);
	if (ret == 0 && r->symmetric[0] != '\0')
		ret = gw_path_plan_of(conf, r->symmetric, false, "symmetric", p->vrf_name,
			r->port[0] != '\0' ? "port" : "interface", &out, err);
	if (ret == 0)
		ret = rate_check(conf, &r->ingress, "ingress", err);
	if (ret == 0)
		ret = rate_check(conf, &r->egress, "egress", err);
	return ret;
}

static int hosts_begin(struct gw_conf *conf, struct gw_err *err)
{
	gw_host_marks_begin();
	return 0;
}

static int host_apply(struct gw_conf *conf, const void *row, size_t index, struct gw_err *err)
{
	const struct row *r = row;
	struct gw_paths_plan *paths;
	struct gw_iface_plan *p;
	struct gw_err why = {0};
	struct gw_host_spec spec = {
		.ip = r->ip.ip4,
		.mac = r->mac,
		.publish = r->publish,
		.cost = r->cost,
		.standby = r->standby,
		.ingress = rate_of(&r->ingress),
		.egress = rate_of(&r->egress),
	};
	int ret = iface_of(conf, r, index, &p, err);

	// Made by this host; of those in "interfaces" and of ports all are there.
	if (ret == 0 && p->index == 0)
		ret = gw_iface_apply(conf, p, err);
	if (ret < 0)
		return ret;
	spec.iface = p->index;
	if (r->symmetric[0] != '\0') {
		ret = gw_paths_plan(conf, &paths, err);
		if (ret < 0)
			return ret;
		spec.symmetric = gw_path_plan_running(gw_path_plan_find(paths, r->symmetric));
	}
	if (gw_host_add(&spec, &why) < 0)
		return gw_conf_wrap(conf, err, "", &why);
	return 0;
}

static int hosts_end(struct gw_conf *conf, struct gw_err *err)
{
	gw_host_marks_sweep();
	return 0;
}

GW_CONF_SECTION(hosts,
	{.value = {"hosts", "clients; a reload removes those that the file does not name",
		 GW_CONF_ARRAY, .max = GW_MAX_HOSTS - 1,
		 .of = GW_CONF_OF(GW_CONF_OBJECT, .fields = fields)},
		.order = ORDER,
		.streamed = true,
		.row_size = sizeof(struct row),
		.row_default = &row_default,
		.check_row = host_check,
		.begin = hosts_begin,
		.apply_row = host_apply,
		.end = hosts_end,
		.save_next = gw_host_save_next});
