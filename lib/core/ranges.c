/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Lists of physical address ranges: see ranges.h. */
#include "ranges.h"

#include <errno.h>
#include <stdlib.h>

int kd_ranges_add(struct kd_ranges *r, uint64_t start, uint64_t end)
{
	struct kdump_range *v = r->v;
	size_t room = r->room;

	if (end < start)
		return -ERANGE;
	if (r->n == room) {
		room = room ? 2 * room : 8;
		v = reallocarray(v, room, sizeof(*v));
		if (!v)
			return -ENOMEM;
		r->v = v;
		r->room = room;
	}
	v[r->n].start = start;
	v[r->n].end = end;
	r->n++;
	return 0;
}

static int by_start(const void *a, const void *b)
{
	const struct kdump_range *x = a, *y = b;

	return (x->start > y->start) - (x->start < y->start);
}

void kd_ranges_sort(struct kd_ranges *r)
{
	if (r->n > 1)
		qsort(r->v, r->n, sizeof(*r->v), by_start);
}

int kd_ranges_cut(struct kd_ranges *r, const struct kdump_range *cut)
{
	size_t n = r->n, kept = 0;

	for (size_t i = 0; i < n; i++) {
		struct kdump_range was = r->v[i];
		bool before = was.start < cut->start, after = was.end > cut->end;
		int err;

		if (was.end < cut->start || was.start > cut->end) {
			r->v[kept++] = was;
			continue;
		}
		if (before)
			r->v[kept++] = (struct kdump_range){ was.start, cut->start - 1 };
		if (after && !before)
			r->v[kept++] = (struct kdump_range){ cut->end + 1, was.end };
		else if (after && (err = kd_ranges_add(r, cut->end + 1, was.end)))
			return err;
	}
	if (kept < n && r->n > n)
		memmove(r->v + kept, r->v + n, (r->n - n) * sizeof(*r->v));
	r->n -= n - kept;
	return 0;
}

void kd_ranges_free(struct kd_ranges *r)
{
	free(r->v);
	*r = (struct kd_ranges){ 0 };
}

uint64_t kd_ranges_bytes(const struct kd_ranges *r)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < r->n; i++)
		sum = kd_add(sum, kd_range_bytes(&r->v[i]));
	return sum;
}
