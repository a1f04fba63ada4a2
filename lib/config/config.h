// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// The JSON configuration of a program. Features register a section each (a key of the top-level
// object); this reads a file, validates it against the descriptions of all sections, has the
// sections check their cross references and only then apply. A file is read once: check and apply
// see the same text whatever happens to the file meanwhile. Not for worker threads; a gw_conf
// belongs to one thread.
//
// Errors read "FILE:LINE: /json/path: what is wrong, what would do".

#include "base/addr.h"
#include "base/err.h"

#include <assert.h>
#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct gw_conf;

// Kinds of values; right of each what it becomes in a row (see below).
enum gw_conf_type {
	GW_CONF_ANY,	 // any JSON value, see values             not in rows
	GW_CONF_BOOL,	 //                                        bool
	GW_CONF_U32,	 // integer min..max                       uint32_t
	GW_CONF_STRING,	 // min..max octets of UTF-8               const char *, for that call only
	GW_CONF_NAME,	 // 1-31 of [A-Za-z0-9_.-]                 char[GW_CONF_NAME_LEN]
	GW_CONF_MAC,	 //                                        struct gw_mac
	GW_CONF_IP4,	 //                                        uint32_t, host byte order
	GW_CONF_IP6,	 //                                        struct in6_addr
	GW_CONF_IP,	 // either                                 struct gw_conf_ip
	GW_CONF_PREFIX4, // ADDRESS/LEN, host bits allowed         struct gw_prefix4
	GW_CONF_PREFIX6, //                                        struct gw_prefix6
	GW_CONF_PREFIX,	 // either                                 struct gw_conf_prefix
	GW_CONF_IP_ZONE, // ADDRESS or ADDRESS%INTERFACE           struct gw_ip_zone
	GW_CONF_ENUM,	 // one of `values`                        unsigned, index in `values`
	GW_CONF_OBJECT,	 // with `fields`, nothing else            a struct
	GW_CONF_ARRAY,	 // min..max times `of`                    struct { uint32_t n; T v[max]; }
	GW_CONF_MAP,	 // any key of type `keys`, values `of`    not in rows
};

#define GW_CONF_NAME_LEN 32

struct gw_conf_ip {
	int family; // AF_INET, AF_INET6; 0: key absent
	union {
		uint32_t ip4;
		struct in6_addr ip6;
	};
};

struct gw_conf_prefix {
	int family; // AF_INET, AF_INET6; 0: key absent
	union {
		struct gw_prefix4 p4;
		struct gw_prefix6 p6;
	};
};

static inline struct gw_prefix gw_conf_prefix(const struct gw_conf_prefix *p)
{
	if (p->family == AF_INET)
		return gw_prefix_of4(p->p4.addr, p->p4.len);
	return (struct gw_prefix){.addr = gw_ip_of6(&p->p6.addr), .len = p->p6.len};
}

// A field of an object, an element of an array or a section's value. Gives both the validation
// and the JSON Schema. min and max both 0: no limit.
struct gw_conf_field {
	const char *key; // unused in `of`
	const char *help;
	enum gw_conf_type type;
	bool required;
	uint32_t min, max; // U32: value; STRING: octets; ARRAY, MAP: count
	// ENUM: ends with NULL. ANY: for the schema only, one of these or an integer min..max. IP,
	// not in a row: one of these may stand in place of an address.
	const char *const *values;
	const struct gw_conf_field *fields; // OBJECT: ends with {}, at most 64
	const struct gw_conf_field *of;	    // ARRAY, MAP
	bool lone;			    // ARRAY: one element may stand without the brackets
	enum gw_conf_type keys;		    // MAP: type of the keys (U32, NAME, STRING, addresses)
	size_t at, room; // place in the row, see GW_CONF_TO; room 0: not in the row
};

// Description of elements inline: .of = GW_CONF_OF(GW_CONF_U32, .min = 1, .max = 4094)
#define GW_CONF_OF(...) (&(const struct gw_conf_field){.type = __VA_ARGS__})

// Rows: with `row_size` set, the elements (objects) of a section's array reach the hooks as a C
// struct instead of json_t. Each field says where it goes: {"mac", "its MAC", GW_CONF_MAC,
// GW_CONF_TO(struct row, mac)}. Fields of a nested object are relative to the nested struct. An
// array goes to a struct whose first member is `uint32_t n`; its `of` says where the elements
// start: GW_CONF_OF(GW_CONF_U32, GW_CONF_TO_V(struct vlans, v)). Absent fields keep what the
// section's `row_default` holds there, else zero.
#define GW_CONF_TO(type, member) \
	.at = offsetof(type, member), .room = sizeof(((type *)NULL)->member)
#define GW_CONF_TO_V(type, member) \
	.at = offsetof(type, member), .room = sizeof(((type *)NULL)->member[0])

// A top-level key. Every hook may be NULL. Hooks return 0 or -errno with `err` filled (use
// gw_conf_fail for what the user can see in the file).
//
// check    cross references inside the new configuration; nothing is applied before every check
//          of every section has passed. Sections in ascending order.
// begin    before this section's first apply, also when the key is absent
// apply    bring the running state to this. Sections in ascending order.
// end      also when the key is absent; called after every section has applied, in DESCENDING
//          order: here a reload removes what is gone, users before what they use.
//
// check and apply get the whole value (index 0); of a streamed section or one with rows each
// element with its index. After a failed hook nothing further is called.
struct gw_conf_section {
	struct gw_conf_field value; // key, help, required, type, ...
	int order;
	bool streamed; // an array that is never whole in memory as json_t; no gw_conf_get
	bool reserved; // of a later version: accepted with a warning, see GW_CONF_RESERVED
	size_t row_size;
	const void *row_default;
	int (*check)(struct gw_conf *conf, json_t *value, size_t index, struct gw_err *err);
	int (*check_row)(struct gw_conf *conf, const void *row, size_t index, struct gw_err *err);
	int (*begin)(struct gw_conf *conf, struct gw_err *err);
	int (*apply)(struct gw_conf *conf, json_t *value, size_t index, struct gw_err *err);
	int (*apply_row)(struct gw_conf *conf, const void *row, size_t index, struct gw_err *err);
	int (*end)(struct gw_conf *conf, struct gw_err *err);
	// The running state as JSON, new references: the whole value (NULL: leave the key out), or
	// one element after the other until NULL (*cursor starts at 0, the section's to use).
	json_t *(*save)(void);
	json_t *(*save_next)(size_t *cursor);
	json_t *kept; // of a reserved one, as it was applied last: that is what is saved
	struct gw_conf_section *next;
};

// Sections live as long as the program. Aborts on a description that cannot be, or a key taken; a
// section takes the place of a reserved one.
void gw_conf_register(struct gw_conf_section *section);

#define GW_CONF_SECTION(id, ...)                                             \
	static struct gw_conf_section gw_conf_section_##id = __VA_ARGS__;    \
	__attribute__((constructor)) static void gw_conf_register_##id(void) \
	{                                                                    \
		gw_conf_register(&gw_conf_section_##id);                     \
	}                                                                    \
	static_assert(true, "")

// A section of a later version: after all others, and without hooks.
#define GW_CONF_RESERVED(id, what) \
	GW_CONF_SECTION(id, {.value = {#id, what, GW_CONF_ANY}, .order = 1000, .reserved = true})

// Read and validate syntax and schema, not cross references. `err` has the first error of the
// file. -EINVAL for what is in the text, else errno of reading.
int gw_conf_open(const char *path, struct gw_conf **conf, struct gw_err *err);
// The same of a text in memory (copied), called `name` in messages.
int gw_conf_open_mem(
	const char *text, size_t len, const char *name, struct gw_conf **conf, struct gw_err *err);
// Called for every value that is read, and within other work that takes long; NULL: not. Who
// watches over this process learns that it moves.
extern void (*gw_conf_progress)(void);
int gw_conf_check(struct gw_conf *conf, struct gw_err *err);
int gw_conf_apply(struct gw_conf *conf, struct gw_err *err);
void gw_conf_close(struct gw_conf *conf);

// For hooks, and others that hold a gw_conf.
// A section's value, borrowed; NULL when absent. Not of streamed sections.
json_t *gw_conf_get(struct gw_conf *conf, const char *key);
// Storage zeroed at first use, shared by all who name this key, until gw_conf_close: `drop` (may
// be NULL) frees what hangs off it, the storage itself is freed after. NULL: no memory.
void *gw_conf_scratch(struct gw_conf *conf, const char *key, size_t size, void (*drop)(void *));

// Paths are JSON pointers from the top ("/ports/0/mac"), or relative to what the running hook was
// called with: "mac" in a hook per element, "0/mac" in one with the whole value, "" for that
// itself. gw_conf_path formats one; it and gw_conf_place return a buffer that lasts for seven more
// calls.
const char *gw_conf_path(struct gw_conf *conf, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
// Fill err with "FILE:LINE: PATH: text", return -errnum. Of an absent key, the line of the object
// that lacks it.
int gw_conf_fail(struct gw_conf *conf, struct gw_err *err, int errnum, const char *path,
	const char *fmt, ...) __attribute__((format(printf, 5, 6)));
// Line of the value at a path, 0 if absent.
unsigned gw_conf_line(struct gw_conf *conf, const char *path);
// "PATH (line N)", for messages that name a second place.
const char *gw_conf_place(struct gw_conf *conf, const char *path);

// The running configuration as a file: sections in order, elements of streamed ones a line each.
int gw_conf_write(FILE *out, struct gw_err *err);
// The same to `path`, which is either replaced whole or left alone.
int gw_conf_save(const char *path, struct gw_err *err);

// JSON Schema (draft 2020-12) of all that is registered; new reference.
json_t *gw_conf_schema(void);

// For main(): --check prints "FILE: OK", or on stderr what is wrong (up to 20 errors);
// --print-schema. Return the exit status.
int gw_conf_main_check(const char *path);
int gw_conf_main_schema(void);
