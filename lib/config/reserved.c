// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Sections of the configuration format that other versions use. A feature that registers one of
// these keys replaces it.

#include "config/conf.h"

GW_CONF_RESERVED(cusp, "control plane to connect to");
GW_CONF_RESERVED(metrics, "where counters are served");
GW_CONF_RESERVED(protocol_channel, "tunnel for control packets of clients");

void gw_conf_reserved_keep(const struct gw_conf *conf)
{
	struct gw_conf_section *s = gw_conf_sections;

	for (size_t i = 0; i < conf->n_spans; i++) {
		const struct gw_conf_span *span = &conf->spans[i];

		while (s != span->section)
			s = s->next;
		if (!s->reserved)
			continue;
		json_decref(s->kept);
		s->kept = span->start == NULL
			? NULL
			: json_loadb(span->start, (size_t)(span->end - span->start),
				  JSON_DECODE_ANY, NULL);
	}
}
