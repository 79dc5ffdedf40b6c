/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* The program headers of /proc/kcore (fs/proc/kcore.c): where the kernel has memory. */
#ifndef KD_PARSE_KCORE_H
#define KD_PARSE_KCORE_H

#include "../core/ranges.h"
#include "../core/text.h"

#define KD_KCORE_HEADER 64	/* bytes, for kd_kcore_bytes() */

struct kd_kcore {
	bool has_direct_map;
	uint64_t direct_map;		/* virtual minus physical, of RAM */
	struct kdump_range text;	/* physical, of the kernel's image; end 0: not told */
	uint64_t text_virtual;
};

/* How much of the file holds all headers, by its first bytes.  -EBADMSG. */
int kd_kcore_bytes(const void *data, size_t len, size_t *ret, struct kd_text *why);

/* @kernel: where the kernel's code begins, by /proc/iomem; 0 unknown.  -EBADMSG. */
int kd_kcore_parse(const void *data, size_t len, uint64_t kernel, struct kd_kcore *ret,
		   struct kd_text *why);

#endif
