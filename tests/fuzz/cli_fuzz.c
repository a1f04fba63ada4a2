// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Command lines as a client may send them: run in text and JSON mode, and completed.

#include "cli/cli_samples.h"
#include "cli/syntax.h"

#include <stdlib.h>

#define LINE_MAX_LEN 65536

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	samples_register();
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gw_err err = {0};
	char *line;
	bool json;

	if (size == 0 || size > LINE_MAX_LEN)
		return 0;
	json = (data[0] & 1) != 0;
	line = strndup((const char *)data + 1, size - 1);
	if (line == NULL)
		return 0;
	// Commands that are long by design, not by mistake.
	if (strstr(line, "forever") == NULL && strstr(line, "count") == NULL) {
		int ret = gw_cli_run(line, json, NULL, NULL, NULL, &err);

		if (ret != -err.code || (ret != 0 && err.text[0] == '\0'))
			abort();
	}
	json_decref(gw_cli_complete(line));
	free(line);
	return 0;
}
