/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Placement of segments: see placement.h. */
#include "placement.h"

/* The lowest start of a placed segment that overlaps; end of the highest one for bottom-up. */
static bool conflict(const struct kd_segment *placed, size_t n, uint64_t start, uint64_t end,
		     uint64_t page_size, bool top_down, uint64_t *next)
{
	bool found = false;

	for (size_t i = 0; i < n; i++) {
		uint64_t first = placed[i].at;
		uint64_t last = first + kd_round_up(placed[i].size, page_size) - 1;

		if (end < first || start > last)
			continue;
		if (!found || (top_down ? first < *next : last + 1 > *next))
			*next = top_down ? first : last + 1;
		found = true;
	}
	return found;
}

/* The kernel steps down by a page; jumping over what is in the way ends at the same place. */
static bool place_top_down(struct kd_segment *seg, const struct kd_segment *placed, size_t n,
			   const struct kdump_range *region, uint64_t page_size)
{
	uint64_t size = kd_round_up(seg->size, page_size);
	uint64_t lowest = kd_max(region->start, seg->min), start, obstacle;

	if (size >= kd_range_bytes(region))
		return false;
	/* Before 6.8 a page at the very end was never used; so it is not counted on. */
	start = region->end - size;
	if (seg->max) {
		if (seg->max < size)
			return false;
		start = kd_min(start, seg->max - size + 1);
	}
	for (;;) {
		start = kd_round_down(start, seg->align);
		if (start < lowest)
			return false;
		if (!conflict(placed, n, start, start + size - 1, page_size, true, &obstacle))
			break;
		if (obstacle < kd_add(lowest, size))
			return false;
		start = obstacle - size;
	}
	seg->at = start;
	return true;
}

static bool place_bottom_up(struct kd_segment *seg, const struct kd_segment *placed, size_t n,
			    const struct kdump_range *region, uint64_t page_size)
{
	uint64_t size = kd_round_up(seg->size, page_size);
	uint64_t start = kd_max(region->start, seg->min);
	uint64_t last = seg->max ? kd_min(seg->max, region->end) : region->end;

	for (;;) {
		start = kd_round_up(start, seg->align);
		if (start > last || size > last - start + 1)
			return false;
		if (!conflict(placed, n, start, start + size - 1, page_size, false, &start))
			break;
	}
	seg->at = start;
	return true;
}

const struct kd_segment *kd_place(struct kd_segment *segments, size_t n,
				  const struct kdump_range *region, uint64_t page_size)
{
	for (size_t i = 0; i < n; i++) {
		struct kd_segment *seg = &segments[i];
		bool fits = seg->top_down
				    ? place_top_down(seg, segments, i, region, page_size)
				    : place_bottom_up(seg, segments, i, region, page_size);

		if (!fits)
			return seg;
	}
	return NULL;
}

uint64_t kd_place_least(const struct kd_segment *segments, size_t n, uint64_t base,
			uint64_t page_size)
{
	struct kd_segment trial[KD_SEGMENTS_MAX];
	uint64_t sum = 0, bytes;

	if (n > KD_SEGMENTS_MAX)
		return 0;
	for (size_t i = 0; i < n; i++)
		sum = kd_add(sum, kd_round_up(segments[i].size, page_size));
	if (sum > UINT64_MAX / 2 || base > UINT64_MAX / 2 - 64 * KD_MIB)
		return 0;
	bytes = kd_round_up(sum, KD_MIB);
	for (unsigned i = 0; i <= 64; i++, bytes += KD_MIB) {
		struct kdump_range region = { base, base + bytes - 1 };

		memcpy(trial, segments, n * sizeof(*trial));
		if (bytes && !kd_place(trial, n, &region, page_size))
			return bytes;
	}
	return 0;
}
