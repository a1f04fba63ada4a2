// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Blocks of pcapng (draft-ietf-opsawg-pcapng): each has its type, its length before and after the
// body, and options at the end of the body.

#include "capture/pcapng.h"

#include <errno.h>
#include <string.h>

#define SECTION_HEADER	  0x0a0d0d0au
#define INTERFACE	  1u
#define ENHANCED_PACKET	  6u
#define BYTE_ORDER_MAGIC  0x1a2b3c4du
#define OPTION_COMMENT	  1
#define OPTION_USER_APPL  4
#define OPTION_IF_NAME	  2
#define OPTION_IF_TSRESOL 9
#define OPTION_EPB_FLAGS  2
#define NANOSECONDS	  9 // 10^-9

static uint32_t padded(size_t len)
{
	return (uint32_t)((len + 3) & ~(size_t)3);
}

static uint32_t option_size(size_t len)
{
	return 4 + padded(len);
}

static void put(FILE *f, const void *data, size_t len)
{
	static const uint8_t zeros[4];

	fwrite(data, 1, len, f);
	fwrite(zeros, 1, padded(len) - len, f);
}

static void put32(FILE *f, uint32_t v)
{
	put(f, &v, sizeof(v));
}

static void put_option(FILE *f, uint16_t code, const void *value, size_t len)
{
	const uint16_t head[] = {code, (uint16_t)len};

	put(f, head, sizeof(head));
	put(f, value, len);
}

// opt_endofopt and the block's length once more.
static int put_end(FILE *f, uint32_t size)
{
	put32(f, 0);
	put32(f, size);
	return ferror(f) ? -EIO : 0;
}

int gw_pcapng_begin(FILE *f, const char *program)
{
	const uint32_t size = 28 + option_size(strlen(program)) + 4;
	const uint16_t version[] = {1, 0};

	put32(f, SECTION_HEADER);
	put32(f, size);
	put32(f, BYTE_ORDER_MAGIC);
	put(f, version, sizeof(version));
	put32(f, UINT32_MAX); // length of the section: not known
	put32(f, UINT32_MAX);
	put_option(f, OPTION_USER_APPL, program, strlen(program));
	return put_end(f, size);
}

int gw_pcapng_interface(FILE *f, uint16_t link_type, const char *name)
{
	const uint32_t size = 20 + option_size(strlen(name)) + option_size(1) + 4;
	const uint16_t link[] = {link_type, 0};
	const uint8_t resolution = NANOSECONDS;

	put32(f, INTERFACE);
	put32(f, size);
	put(f, link, sizeof(link));
	put32(f, 0); // packets are whole
	put_option(f, OPTION_IF_NAME, name, strlen(name));
	put_option(f, OPTION_IF_TSRESOL, &resolution, sizeof(resolution));
	return put_end(f, size);
}

int gw_pcapng_packet(FILE *f, const struct gw_pcapng_packet *p)
{
	const size_t comment = p->comment != NULL ? strlen(p->comment) : 0;
	uint32_t size = 32 + padded(p->captured) + 4;

	size += p->direction != 0 ? option_size(sizeof(p->direction)) : 0;
	size += comment > 0 ? option_size(comment) : 0;
	put32(f, ENHANCED_PACKET);
	put32(f, size);
	put32(f, p->interface);
	put32(f, (uint32_t)(p->time_ns >> 32));
	put32(f, (uint32_t)p->time_ns);
	put32(f, p->captured);
	put32(f, p->length);
	put(f, p->data, p->captured);
	if (p->direction != 0)
		put_option(f, OPTION_EPB_FLAGS, &p->direction, sizeof(p->direction));
	if (comment > 0)
		put_option(f, OPTION_COMMENT, p->comment, comment);
	return put_end(f, size);
}
