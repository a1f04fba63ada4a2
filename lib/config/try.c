// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "config/conf.h"

#include <errno.h>
#include <stdlib.h>

static void unchanged(const char *section, json_t *value, void *arg)
{
}

static int conf_try(const char *what, gw_conf_edit_fn edit, void *arg, struct gw_err *err)
{
	struct gw_conf_report report = {0};
	struct gw_conf *conf;
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);
	int rc = f == NULL ? -ENOMEM : gw_conf_write_edited(f, edit, arg, err);

	if (f != NULL && fclose(f) != 0 && rc == 0)
		rc = -ENOMEM;
	if (rc < 0) {
		free(text);
		return gw_err_set(err, -rc, "%s: no memory for the configuration", what);
	}
	conf = gw_conf_load(text, len, what, &report);
	if (conf == NULL)
		return gw_err_set(err, report.errors[0].err.code, "%s", report.errors[0].err.text);
	conf->trial = true;
	rc = gw_conf_check(conf, err);
	gw_conf_close(conf);
	return rc;
}

int gw_conf_try(const char *what, gw_conf_edit_fn edit, void *arg, struct gw_err *err)
{
	int rc = conf_try(what, edit, arg, err);

	if (rc == 0 || conf_try(what, unchanged, NULL, NULL) == 0)
		return rc;
	*err = (struct gw_err){0};
	return 0;
}
