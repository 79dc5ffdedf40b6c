/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Where the segments of an image come to lie inside the reservation, and how
 * small it may be: pure, so that a load that would fail is known to fail
 * before the image that is loaded now is touched.
 */
#ifndef KD_DECIDE_PLACEMENT_H
#define KD_DECIDE_PLACEMENT_H

#include "../arch/segment.h"
#include "../core/ranges.h"

/*
 * Places each in turn as kernel/kexec_file.c:kexec_locate_mem_hole() does,
 * keeping clear of those before it.  The first that does not fit is the
 * result; NULL: all do.
 */
const struct kd_segment *kd_place(struct kd_segment *segments, size_t n,
				  const struct kdump_range *region, uint64_t page_size);

/*
 * The smallest whole MiB from @base that hold all of them; 0 if 64 MiB more
 * than their sum do not.
 */
uint64_t kd_place_least(const struct kd_segment *segments, size_t n, uint64_t base,
			uint64_t page_size);

/* What the kernel takes for itself inside the reservation, with @ram bytes in all. */
uint64_t kd_control_bytes(uint64_t ram);

#endif
