// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// Exact-match table from a 32-bit key to a 32-bit value that is not 0: the /32 routes of a VRF,
// the interface of a VLAN, the tunnel of a VNI. One writer, readers that never wait.
//
// A bucket is one cache line of eight slots; a slot is key << 32 | value and is read and written
// as one 64-bit word. A key lives in its home bucket or, when that is full, in the first of the
// following ones with room; `spill` counts per bucket the keys that went past it, so that a
// reader who does not find a key in its home bucket nearly always knows that it is not there.
// At most half of the slots are used: two of a hundred random keys spill, of consecutive
// addresses none.
//
// A table that grows is built anew and published by one pointer; the old one goes to `retire`,
// which frees it when no reader can hold it (gw_hash32_table_free).

#include <stdbool.h>
#include <stdint.h>
#ifdef __SSE4_1__
#include <immintrin.h>
#endif

#define GW_HASH32_SLOTS 8u

struct gw_hash32_table {
	uint32_t shift; // home bucket = mix(key) >> shift
	uint32_t mask;	// buckets - 1
	uint64_t *slots;
	uint8_t *spill;
};

struct gw_hash32 {
	struct gw_hash32_table *table; // readers load it once per burst (gw_hash32_table)
	uint32_t count;
	void (*retire)(struct gw_hash32_table *old);
};

int gw_hash32_init(
	struct gw_hash32 *h, uint32_t expected, void (*retire)(struct gw_hash32_table *));
void gw_hash32_fini(struct gw_hash32 *h);
// Writer. Insert or replace; -ENOMEM leaves the table as it was, -EINVAL for value 0.
int gw_hash32_set(struct gw_hash32 *h, uint32_t key, uint32_t value);
bool gw_hash32_del(struct gw_hash32 *h, uint32_t key); // false: was not there
// Writer or a reader in a quiet table: the next used slot from *cursor on; false at the end.
bool gw_hash32_next(const struct gw_hash32 *h, uint64_t *cursor, uint32_t *key, uint32_t *value);
void gw_hash32_table_free(struct gw_hash32_table *t);
uint64_t gw_hash32_memory(const struct gw_hash32 *h); // octets

static inline const struct gw_hash32_table *gw_hash32_table(const struct gw_hash32 *h)
{
	return __atomic_load_n(&h->table, __ATOMIC_ACQUIRE);
}

static inline uint32_t gw_hash32_home(const struct gw_hash32_table *t, uint32_t key)
{
	// Fibonacci hashing: consecutive keys fall on buckets evenly spaced. The fold brings the
	// upper half in first, so that one address per /24 or /16 spreads as well.
	return (uint32_t)((key ^ key >> 15) * 0x9e3779b1u) >> t->shift;
}

static inline void gw_hash32_prefetch(const struct gw_hash32_table *t, uint32_t key)
{
	__builtin_prefetch(&t->slots[gw_hash32_home(t, key) * GW_HASH32_SLOTS]);
}

// Bit mask of the slots of a bucket whose key matches.
static inline uint32_t gw_hash32_match(const uint64_t *slot, uint32_t key)
{
#if defined(__SANITIZE_THREAD__)
	uint32_t m = 0;

	for (uint32_t i = 0; i < GW_HASH32_SLOTS; i++)
		m |= (uint32_t)(__atomic_load_n(&slot[i], __ATOMIC_RELAXED) >> 32 == key) << i;
	return m;
#elif defined(__AVX512F__)
	__m512i want = _mm512_set1_epi32((int)key);
	uint32_t m = _mm512_mask_cmpeq_epi32_mask(0xaaaa, _mm512_load_si512(slot), want);

	return _pext_u32(m, 0xaaaa);
#elif defined(__AVX2__) && defined(__BMI2__)
	__m256i want = _mm256_set1_epi32((int)key);
	__m256i lo = _mm256_cmpeq_epi32(_mm256_load_si256((const __m256i *)slot), want);
	__m256i hi = _mm256_cmpeq_epi32(_mm256_load_si256((const __m256i *)(slot + 4)), want);
	uint32_t m = (uint32_t)_mm256_movemask_ps((__m256)lo) |
		(uint32_t)_mm256_movemask_ps((__m256)hi) << 8;

	return _pext_u32(m, 0xaaaa);
#else
	uint32_t m = 0;

	for (uint32_t i = 0; i < GW_HASH32_SLOTS; i++)
		m |= (uint32_t)((uint32_t)(slot[i] >> 32) == key) << i;
	return m;
#endif
}

// The value in one bucket, or 0. The slot is read again as one word: the vector compare may have
// seen it while the writer changed it.
static inline uint32_t gw_hash32_bucket_get(const uint64_t *bucket, uint32_t key)
{
	uint32_t m = gw_hash32_match(bucket, key);

	while (m != 0) {
		uint64_t slot = __atomic_load_n(&bucket[__builtin_ctz(m)], __ATOMIC_ACQUIRE);

		if (slot >> 32 == key && (uint32_t)slot != 0)
			return (uint32_t)slot;
		m &= m - 1;
	}
	return 0;
}

uint32_t gw_hash32_get_spilled(const struct gw_hash32_table *t, uint32_t key, uint32_t bucket);

// Reader. The value of `key`, or 0.
static inline uint32_t gw_hash32_get(const struct gw_hash32_table *t, uint32_t key)
{
	uint32_t b = gw_hash32_home(t, key);
	uint32_t v = gw_hash32_bucket_get(&t->slots[b * GW_HASH32_SLOTS], key);

	if (__builtin_expect(v == 0 && __atomic_load_n(&t->spill[b], __ATOMIC_ACQUIRE) != 0, 0))
		return gw_hash32_get_spilled(t, key, b);
	return v;
}
