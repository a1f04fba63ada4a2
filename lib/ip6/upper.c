// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Extension headers (RFC 8200 4), on the slow path.

#include <netinet/in.h>

#include "ip6/ip6.h"

#define HEADERS_MAX 16 // more than any packet of good will has

static bool is_extension(uint8_t proto)
{
	return proto == IPPROTO_HOPOPTS || proto == IPPROTO_ROUTING || proto == IPPROTO_DSTOPTS ||
		proto == IPPROTO_FRAGMENT || proto == IPPROTO_AH;
}

bool gw_ip6_upper(const struct rte_mbuf *m, uint32_t at, struct gw_ip6_upper *upper)
{
	struct rte_ipv6_hdr ip_copy;
	const struct rte_ipv6_hdr *ip = rte_pktmbuf_read(m, at, sizeof(ip_copy), &ip_copy);
	uint8_t copy[8];

	if (ip == NULL)
		return false;
	*upper = (struct gw_ip6_upper){
		.proto = ip->proto, .first = true, .at = at + (uint32_t)sizeof(*ip)};
	for (unsigned n = 0; is_extension(upper->proto); n++) {
		const uint8_t *b = rte_pktmbuf_read(m, upper->at, sizeof(copy), copy);
		uint32_t len;

		if (b == NULL || n == HEADERS_MAX)
			return false;
		len = (b[1] + 1u) * 8;
		if (upper->proto == IPPROTO_AH)
			len = (b[1] + 2u) * 4; // RFC 4302 2.2
		if (upper->proto == IPPROTO_FRAGMENT) {
			uint32_t offset = (uint32_t)b[2] << 8 | b[3];

			len = 8;
			upper->fragment = (offset & ~6u) != 0; // RFC 6946: atomic ones are whole
			upper->first = offset >> 3 == 0;
		}
		upper->proto = b[0];
		upper->at += len;
		if (!upper->first)
			return true;
	}
	return upper->at <= m->pkt_len;
}
