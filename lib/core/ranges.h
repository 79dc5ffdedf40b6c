/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * A growing list of physical address ranges, both ends inclusive as in
 * /proc/iomem.  Order is the order of adding unless sorted.
 */
#ifndef KD_CORE_RANGES_H
#define KD_CORE_RANGES_H

#include "../libkdump.h"
#include "base.h"

struct kd_ranges {
	struct kdump_range *v;
	size_t n;
	size_t room;
};

/* -ENOMEM, or -ERANGE where end < start; the list is unchanged then. */
int kd_ranges_add(struct kd_ranges *r, uint64_t start, uint64_t end);
void kd_ranges_sort(struct kd_ranges *r);
void kd_ranges_free(struct kd_ranges *r);

/*
 * Takes @cut out of every range; what is cut in two has its second part at the end.
 * -ENOMEM, with part of it done.
 */
int kd_ranges_cut(struct kd_ranges *r, const struct kdump_range *cut);

/* Bytes in all ranges together; overlaps count twice. */
uint64_t kd_ranges_bytes(const struct kd_ranges *r);

static inline uint64_t kd_range_bytes(const struct kdump_range *range)
{
	return kd_add(range->end - range->start, 1);
}

static inline bool kd_range_holds(const struct kdump_range *outer,
				  const struct kdump_range *inner)
{
	return outer->start <= inner->start && inner->end <= outer->end;
}

#endif
