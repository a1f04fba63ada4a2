// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Records of different lengths from one lcore to the slow path: a ring of octets with one writer
// and one reader, in plain memory, so that no packet buffer is held.

#include <stdbool.h>
#include <stdint.h>

struct gw_capture_record {
	uint64_t tsc;
	uint32_t size;	   // of the record with its data, a multiple of 8
	uint32_t length;   // octets of the packet
	uint32_t captured; // octets of it that follow the record
	uint16_t port;	   // UINT16_MAX: none
	uint8_t what;	   // enum gw_capture_what; UINT8_MAX: the rest of the memory is not used
	uint8_t link;	   // enum gw_capture_link
	uint32_t reason;   // enum gw_drop
	uint32_t zero;
	uint8_t data[];
};

struct gw_capture_ring {
	uint8_t *mem;
	uint32_t room; // octets, a power of two
	uint64_t lost; // records that found no room; counted by the writer
	uint64_t head __attribute__((aligned(64))); // written by the writer
	uint64_t tail __attribute__((aligned(64))); // written by the reader
};

int gw_capture_ring_init(struct gw_capture_ring *r, uint32_t room); // -ENOMEM
void gw_capture_ring_fini(struct gw_capture_ring *r);
// Writer: room for `captured` octets of data, NULL: full. Filled in, it is put by _commit().
struct gw_capture_record *gw_capture_ring_reserve(struct gw_capture_ring *r, uint32_t captured);
void gw_capture_ring_commit(struct gw_capture_ring *r, const struct gw_capture_record *rec);
// Reader: the oldest record, which stays valid until it is released; NULL: none.
const struct gw_capture_record *gw_capture_ring_peek(struct gw_capture_ring *r);
void gw_capture_ring_release(struct gw_capture_ring *r, const struct gw_capture_record *rec);
