// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// An error as a user meets it: an errno value and a sentence that says what is wrong, where, and
// what would do. Functions that act take a `struct gw_err *` last (NULL: text not wanted) and
// return 0 or -errno. Any thread; an object belongs to its caller.

struct gw_err {
	int code; // positive errno, 0: none
	char text[504];
};

// Fill `err` and return -code. Keeps what stands in `err` when it holds an error already.
int gw_err_set(struct gw_err *err, int code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
// Put "text: " before what stands in `err`; returns -err->code.
int gw_err_prefix(struct gw_err *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
