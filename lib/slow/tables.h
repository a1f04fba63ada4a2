// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors
#pragma once

// All tables of the user plane, in the order in which they need each other. Main thread; no worker
// runs.

int gw_tables_init(unsigned workers); // -ENOMEM: gw_tables_fini() takes away what is there
void gw_tables_fini(void);
