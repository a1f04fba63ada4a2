// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// What the packet source does per packet: draws hosts at random and writes packets. One lcore per
// queue.

#include "source.h"

#include <string.h>

#define GW_SRC_STRIDE 786433 // prime

#ifdef __AVX512BW__
#include <immintrin.h>
#endif

// Each host in its turn, all before any comes again, neighbours far from each other.
static inline void gw_src_turns(struct gw_src_queue *q)
{
	uint32_t n = q->turn[GW_SRC_CHUNK - 1];

	for (int i = 0; i < GW_SRC_CHUNK; i++)
		q->turn[i] = n = (n + GW_SRC_STRIDE) % q->hosts;
}

// The next GW_SRC_CHUNK random hosts, their addresses and checksums. Constant role and set, and no
// branch or assembly (rte_bswap32): the compiler makes vector code of it.
static __rte_always_inline void gw_src_draw(
	struct gw_src_queue *q, enum gw_src_role role, bool sparse, bool turns)
{
	const uint32_t flip = gw_src_conf.stress == GW_SRC_UNKNOWN ? GW_HOSTS_UNKNOWN : 0;
	const uint32_t tunnels = gw_src_conf.tunnels;
	const uint32_t remote = gw_src_conf.tunnel_remote & 0xffff;

	for (int i = 0; i < GW_SRC_CHUNK; i++) {
		uint32_t x = q->seed[i];
		uint32_t n, host, far, src, dst, sum;

		x ^= x << 13;
		x ^= x >> 17;
		x ^= x << 5;
		q->seed[i] = x;
		n = turns ? q->turn[i] : (uint32_t)(((uint64_t)x * q->hosts) >> 32);
		far = GW_HOSTS_FAR_BASE | (x & GW_HOSTS_FAR_MASK);
		host = gw_hosts_ip(n, sparse) ^ flip;
		src = __builtin_bswap32(role == GW_SRC_UP ? host : far);
		dst = __builtin_bswap32(role == GW_SRC_UP ? far : host);
		sum = q->sum[i] + (src & 0xffff) + (src >> 16) + (dst & 0xffff) + (dst >> 16);
		sum = (sum & 0xffff) + (sum >> 16);
		sum = (sum & 0xffff) + (sum >> 16);
		q->var[i].a = (~sum & 0xffff) | src << 16;
		q->var[i].b = src >> 16 | dst << 16;
		q->var[i].c = dst >> 16 | q->tail[i];
		q->var[i].m = __builtin_bswap32(n);
		if (role == GW_SRC_DECAP) {
			uint32_t low = (uint32_t)(((uint64_t)(x * 0x2c1b3c6du) * tunnels) >> 32);

			low = __builtin_bswap32(low + remote) >> 16;
			sum = q->outer_sum[i] + low;
			sum = (sum & 0xffff) + (sum >> 16);
			sum = (sum & 0xffff) + (sum >> 16);
			q->var[i].m = (~sum & 0xffff) | low << 16;
		}
	}
	q->pos = 0;
}

// Writes the first line or lines of a packet.
#ifdef __AVX512BW__
// 16-bit word i of the line is word AT[i] of struct gw_src_varying where the mask has bit i. One
// store per line: a forwarder's wide load of the header never waits for several.
static const uint16_t plain_at[32] __rte_cache_aligned = {
	[4] = 0, [5] = 1, [12] = 2, [13] = 3, [14] = 4, [15] = 5, [16] = 6, [17] = 7};
static const uint16_t outer_at[32] __rte_cache_aligned = {[12] = 0, [14] = 1, [30] = 2, [31] = 3};
static const uint16_t inner_at[32] __rte_cache_aligned = {[0] = 4, [1] = 5, [2] = 6, [3] = 7};
#define DOWN_MASK  0x0003f000
#define UP_MASK	   0x0003f030
#define OUTER_MASK 0xc0005000
#define INNER_MASK 0x0000000f

static __rte_always_inline void line_put(uint8_t *p, const uint8_t *line,
	const struct gw_src_varying *v, __mmask32 mask, const uint16_t *at)
{
	__m512i var = _mm512_castsi128_si512(_mm_load_si128((const __m128i *)v));

	_mm512_storeu_si512(p,
		_mm512_mask_permutexvar_epi16(
			_mm512_load_si512(line), mask, _mm512_load_si512(at), var));
}

static __rte_always_inline void gw_src_head_put(uint8_t *p, const struct gw_src_template *t,
	const struct gw_src_varying *v, enum gw_src_role role)
{
	if (role == GW_SRC_DECAP) {
		line_put(p, t->head, v, OUTER_MASK, outer_at);
		line_put(p + 64, t->head + 64, v, INNER_MASK, inner_at);
	} else {
		line_put(p, t->head, v, role == GW_SRC_UP ? UP_MASK : DOWN_MASK, plain_at);
	}
}
#else
static __rte_always_inline void gw_src_head_put(uint8_t *p, const struct gw_src_template *t,
	const struct gw_src_varying *v, enum gw_src_role role)
{
	memcpy(p, t->head, role == GW_SRC_DECAP ? 128 : 64);
	if (role == GW_SRC_DECAP) {
		memcpy(p + 24, &v->m, 2);
		memcpy(p + 28, (const uint8_t *)&v->m + 2, 2);
		memcpy(p + 60, &v->a, 12);
	} else {
		memcpy(p + 24, &v->a, 12);
		if (role == GW_SRC_UP)
			memcpy(p + 8, &v->m, 4);
	}
}
#endif
