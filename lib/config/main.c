// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "config/conf.h"

int gw_conf_main_check(const char *path)
{
	struct gw_conf_report report = {0};
	struct gw_conf *conf = gw_conf_load_file(path, &report);
	struct gw_err err = {0};

	for (size_t i = 0; i < report.n; i++)
		fprintf(stderr, "%s\n", report.errors[i].err.text);
	if (report.n == GW_CONF_ERRORS)
		fprintf(stderr, "%s: not looked further after %d errors\n", path, GW_CONF_ERRORS);
	if (conf == NULL)
		return 1;
	if (gw_conf_check(conf, &err) < 0)
		fprintf(stderr, "%s\n", err.text);
	else
		printf("%s: OK\n", path);
	gw_conf_close(conf);
	return err.code != 0;
}

int gw_conf_main_schema(void)
{
	json_t *schema = gw_conf_schema();
	int rc = schema == NULL ? -1 : json_dumpf(schema, stdout, JSON_INDENT(2));

	json_decref(schema);
	putchar('\n');
	return rc < 0 || fflush(stdout) != 0;
}
