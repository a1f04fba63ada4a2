// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "sr_mcast/cli_read.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sr_mcast/ifaces.h"

int gw_mcast_cli_ip6(struct gw_cli *cli, const char *arg, struct in6_addr *ip)
{
	const char *text = gw_cli_arg(cli, arg);

	if (!gw_ip6_parse(text, ip))
		return gw_cli_fail(cli, EINVAL, "%s is no IPv6 address", text);
	return 0;
}

int gw_mcast_cli_ip(struct gw_cli *cli, const char *arg, struct gw_ip *ip)
{
	const char *text = gw_cli_arg(cli, arg);

	*ip = (struct gw_ip){0};
	if (strcmp(text, "*") != 0 && (!gw_ip_parse(text, ip) || IN6_IS_ADDR_UNSPECIFIED(&ip->a)))
		return gw_cli_fail(
			cli, EINVAL, "%s is no IP address; * stands for any source", text);
	return 0;
}

// The words of "A,B,C": their number, and a copy cut into them.
static uint32_t words_cut(const char *text, char **copy)
{
	uint32_t n = 1;

	*copy = strdup(text);
	if (*copy == NULL)
		return 0;
	for (char *s = *copy; (s = strchr(s, ',')) != NULL; n++)
		*s++ = '\0';
	return n;
}

static int list_read(struct gw_cli *cli, const char *arg, bool only6, void **list, uint32_t *n)
{
	const char *text = gw_cli_arg(cli, arg);
	char *copy, *word;
	struct gw_ip *ips;
	int ret = 0;

	*list = NULL;
	*n = 0;
	if (text == NULL)
		return 0;
	*n = words_cut(text, &copy);
	ips = calloc(*n + 1, sizeof(*ips));
	if (copy == NULL || ips == NULL)
		ret = gw_cli_fail(cli, ENOMEM, "no memory");
	word = copy;
	for (uint32_t i = 0; ret == 0 && i < *n; i++, word += strlen(word) + 1) {
		if (only6 ? !gw_ip6_parse(word, &ips[i].a) : !gw_ip_parse(word, &ips[i]))
			ret = gw_cli_fail(cli, EINVAL,
				"'%s' in '%s' is no %s address; a list is A,B,C without blanks",
				word, text, only6 ? "IPv6" : "IP");
	}
	free(copy);
	*list = ips;
	return ret;
}

static_assert(sizeof(struct gw_ip) == sizeof(struct in6_addr), "one list for both");

int gw_mcast_cli_ip6s(struct gw_cli *cli, const char *arg, struct in6_addr **list, uint32_t *n)
{
	return list_read(cli, arg, true, (void **)list, n);
}

int gw_mcast_cli_ips(struct gw_cli *cli, const char *arg, struct gw_ip **list, uint32_t *n)
{
	return list_read(cli, arg, false, (void **)list, n);
}

int gw_mcast_cli_ifaces(
	struct gw_cli *cli, const char *arg, uint16_t list[], uint32_t max, uint32_t *n)
{
	const char *text = gw_cli_arg(cli, arg);
	char *copy, *word;
	int ret = 0;

	*n = 0;
	if (text == NULL)
		return 0;
	*n = words_cut(text, &copy);
	if (copy == NULL)
		return gw_cli_fail(cli, ENOMEM, "no memory");
	if (*n > max)
		ret = gw_cli_fail(cli, EINVAL, "%u ports; at most %u will do", *n, max);
	word = copy;
	for (uint32_t i = 0; ret == 0 && i < *n; i++, word += strlen(word) + 1)
		ret = gw_mcast_iface_find(word, &list[i], gw_cli_err(cli));
	free(copy);
	return ret;
}
