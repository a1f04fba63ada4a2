// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "cli/name.h"

#include <errno.h>
#include <string.h>

#define NAME_MAX_LEN 31

int gw_cli_name_check(struct gw_cli *cli, const char *arg)
{
	static const char good[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-";
	const char *name = gw_cli_arg(cli, arg);
	size_t len;

	if (name == NULL)
		return 0;
	len = strlen(name);
	if (len < 1 || len > NAME_MAX_LEN || strspn(name, good) != len)
		return gw_cli_fail(cli, EINVAL,
			"'%.64s' cannot be a name: 1 to %d of A-Z a-z 0-9 _ . -", name,
			NAME_MAX_LEN);
	return 0;
}
