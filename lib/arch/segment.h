/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * A segment: one piece of a loaded image, where it may lie and where it does.
 * Internal to the library; how they are placed is decide/placement.h.
 */
#ifndef KD_ARCH_SEGMENT_H
#define KD_ARCH_SEGMENT_H

#include "../core/base.h"

struct kd_segment {
	const char *name;
	uint64_t size;			/* bytes in memory; rounded up to a page by the kernel */
	uint64_t align, min;		/* align is a power of two */
	uint64_t max;			/* its last byte is not above; 0 = no limit */
	bool top_down;
	uint64_t at;			/* result */
};

#define KD_SEGMENTS_MAX 16		/* KEXEC_SEGMENT_MAX, include/uapi/linux/kexec.h */

#endif
