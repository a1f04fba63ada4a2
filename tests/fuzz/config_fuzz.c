// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Any octets as a configuration: refused with a message or taken and walked through, never more
// than that. What is JSON and what not must be the same here and in jansson.

#include "base/log.h"
#include "config/fixture.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(bool holds)
{
	if (!holds)
		abort();
}

static int take_row(struct gw_conf *conf, const void *row, size_t index, struct gw_err *err)
{
	const struct fixture_host *h = row;

	expect(h->ip.family != 0 && h->vlans.n <= 2 && strlen(h->interface) < GW_CONF_NAME_LEN);
	expect(h->note == NULL || strlen(h->note) < conf->len);
	expect(gw_conf_line(conf, "mac") >= gw_conf_line(conf, ""));
	return 0;
}

static int take_json(struct gw_conf *conf, json_t *value, size_t index, struct gw_err *err)
{
	expect(value != NULL);
	return 0;
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	gw_log_set("all", GW_LOG_ERR);
	fixture_ports.check = take_json;
	fixture_notes.check = take_json;
	fixture_register();
	fixture_hosts.check_row = take_row;
	fixture_hosts.apply_row = take_row;
	return 0;
}

static void compare_with_jansson(const char *text, size_t size)
{
	json_error_t error;
	json_t *value = json_loadb(text, size, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, &error);
	struct gw_scan s;
	bool good;

	gw_scan_init(&s, text, size);
	good = gw_scan_skip(&s) && gw_scan_end(&s);
	gw_scan_free(&s);
	expect(good == (s.err_at == NULL));
	expect(s.err_at == NULL || (s.err_at >= text && s.err_at <= text + size));
	// jansson overlooks a NUL behind a number, and goes deeper.
	if (value != NULL)
		expect(good || memchr(text, '\0', size) != NULL ||
			strstr(s.err_text, "nested deeper") != NULL);
	else
		expect(!good || json_error_code(&error) == json_error_numeric_overflow);
	json_decref(value);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);
	struct gw_err err = {0};
	struct gw_conf *conf;
	int rc;

	expect(text != NULL);
	memcpy(text, data, size);
	text[size] = '\0';
	compare_with_jansson(text, size);
	rc = gw_conf_open_mem(text, size, "f.json", &conf, &err);
	expect((rc == 0) == (conf != NULL) && rc == -err.code);
	expect(rc == 0 || strncmp(err.text, "f.json:", 7) == 0);
	if (rc == 0) {
		expect(gw_conf_get(conf, "name") != NULL && gw_conf_line(conf, "/name") > 0);
		rc = gw_conf_check(conf, &err);
		expect(rc == -err.code);
		if (rc == 0)
			expect(gw_conf_apply(conf, &err) == 0);
	}
	gw_conf_close(conf);
	free(text);
	return 0;
}
