/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * How facts/boot*.c fill in a struct kdump_boot: one row of a table for each boot
 * loader, which says whether it is there and reads its files.
 */
#ifndef KD_FACTS_BOOT_READ_H
#define KD_FACTS_BOOT_READ_H

#include "boot.h"

struct kd_boot_reader {
	struct kdump_ctx *ctx;
	struct kdump_boot *boot;
	const struct kdump_config *config;
};

/* A way to boot.  Both functions tell the context of -ENOMEM and of nothing else. */
struct kd_boot_loader {
	enum kd_loader loader;
	bool (*is_there)(struct kd_boot_reader *reader);
	int (*read)(struct kd_boot_reader *reader);
};

/* Says what is in the way of a change; the first one stays. */
void kd_boot_obstruct(struct kdump_boot *boot, const char *id, const char *advice,
		      const char *fmt, ...) KD_PRINTF(4, 5);

#endif
