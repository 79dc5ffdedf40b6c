/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * The options of `estimate` that describe another machine than this one, or ask
 * for another number than it says.  Knows argp and what of a config they set.
 */
#ifndef CRASHCTL_MACHINE_H
#define CRASHCTL_MACHINE_H

#include <libkdump.h>

#include "options.h"

struct machine_options {
	struct globals *g;
	uint64_t ram, cpus, page_size;	/* 0 not said */
	const char *arch, *target, *luks;
	bool has_margin;
	unsigned margin_percent;
	uint64_t margin_bytes;
	bool use_observed;
};
extern const struct argp machine_argp;
#define CHILD_MACHINE { &machine_argp, 0, "Another machine than this one:", 2 }

/* 0, or what the library returned, whose error is in the context. */
int machine_apply(const struct machine_options *machine, struct kdump_config *config);

#endif
