// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "tunnel/plan_check.h"

#include <errno.h>

#include "base/tree.h"
#include "ip4/ip4.h"

#define PLACES_SHOWN 3

// "192.0.2.1, /ports/0/addresses/0 (line 9)" and others.
static const char *locals_str(
	struct gw_conf *conf, const struct gw_ifaces_plan *ifaces, char *buf, size_t room)
{
	size_t n = (size_t)snprintf(buf, room, "there is none");
	unsigned shown = 0;

	for (uint32_t i = 0; i < ifaces->count; i++) {
		const struct gw_iface_plan *p = ifaces->v[i];

		if (p->port->role != GW_ROLE_NETWORK)
			continue;
		for (unsigned k = 0; k < p->addr_count; k++) {
			char text[GW_IP4_LEN];

			if (shown == PLACES_SHOWN) {
				snprintf(buf + n, room - n, ", ...");
				return buf;
			}
			n = shown == 0 ? 0 : n;
			n += (size_t)snprintf(buf + n, room - n, "%s%s, %s", shown == 0 ? "" : "; ",
				gw_ip4_str(p->addrs[k].p.addr, text),
				gw_iface_plan_addr_place(conf, p, p->addrs[k].p.addr));
			if (n >= room)
				return buf;
			shown++;
		}
	}
	return buf;
}

static bool is_local(const struct gw_ifaces_plan *ifaces, uint32_t ip)
{
	for (uint16_t v = 0; v < ifaces->vrf_count; v++) {
		const struct gw_iface_plan *own = gw_iface_plan_own(ifaces, v, ip);

		if (own != NULL && own->port->role == GW_ROLE_NETWORK)
			return true;
	}
	return false;
}

int gw_tunnel_plan_ends(struct gw_conf *conf, const struct gw_ifaces_plan *ifaces,
	const struct gw_path_plan *p, struct gw_err *err)
{
	const struct gw_tunnel_spec *s = &p->spec;
	char text[GW_IP4_LEN], locals[260];

	if (!is_local(ifaces, s->local)) {
		locals_str(conf, ifaces, locals, sizeof(locals));
		return gw_conf_fail(conf, err, EADDRNOTAVAIL,
			gw_conf_path(conf, "/tunnels/%u/local", p->at),
			"%s is no address of a network port (%s)", gw_ip4_str(s->local, text),
			locals);
	}
	if (!gw_ip4_source_ok(s->remote) || is_local(ifaces, s->remote))
		return gw_conf_fail(conf, err, EINVAL,
			gw_conf_path(conf, "/tunnels/%u/remote", p->at),
			"%s is no address of another device", gw_ip4_str(s->remote, text));
	return 0;
}

static int key_cmp(const void *a, const void *b)
{
	const struct gw_tunnel_spec *x = &((const struct gw_path_plan *)a)->spec;
	const struct gw_tunnel_spec *y = &((const struct gw_path_plan *)b)->spec;

	if (x->remote != y->remote)
		return x->remote < y->remote ? -1 : 1;
	if (x->local != y->local)
		return x->local < y->local ? -1 : 1;
	return x->vni < y->vni ? -1 : x->vni > y->vni;
}

int gw_tunnel_plan_keys(struct gw_conf *conf, const struct gw_paths_plan *plan, struct gw_err *err)
{
	struct gw_tree tree = {.cmp = key_cmp};
	int ret = 0;

	for (uint32_t i = 0; i < plan->count && ret == 0; i++) {
		const struct gw_path_plan *first = gw_tree_add(&tree, &plan->v[i]);

		if (first == NULL)
			ret = gw_err_set(err, ENOMEM, "no memory");
		else if (first != &plan->v[i])
			ret = gw_conf_fail(conf, err, EEXIST,
				gw_conf_path(conf, "/tunnels/%u", plan->v[i].at),
				"local, remote and VNI are those of tunnel %s already, %s",
				first->name, gw_path_plan_place(conf, first));
	}
	gw_tree_fini(&tree, NULL);
	return ret;
}
