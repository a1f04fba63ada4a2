// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int gw_err_set(struct gw_err *err, int code, const char *fmt, ...)
{
	va_list ap;

	if (err == NULL || err->code != 0)
		return -code;
	err->code = code;
	va_start(ap, fmt);
	vsnprintf(err->text, sizeof(err->text), fmt, ap);
	va_end(ap);
	return -code;
}

int gw_err_prefix(struct gw_err *err, const char *fmt, ...)
{
	char text[sizeof(err->text)];
	va_list ap;
	int n;

	if (err == NULL)
		return 0;
	va_start(ap, fmt);
	n = vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (n >= 0 && (size_t)n < sizeof(text))
		snprintf(text + n, sizeof(text) - (size_t)n, ": %.400s", err->text);
	memcpy(err->text, text, sizeof(text));
	return -err->code;
}
