/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Room for segments: see room.h. */
#include "room.h"

/* The end, exclusive, of the free piece that begins at @start; *@next: where to go on. */
static uint64_t piece_end(const struct kd_segment *placed, size_t n, uint64_t start,
			  uint64_t end, uint64_t page_size, uint64_t *next)
{
	uint64_t nearest = end;

	*next = end;
	for (size_t i = 0; i < n; i++) {
		uint64_t at = placed[i].at;
		uint64_t behind = kd_add(at, kd_round_up(placed[i].size, page_size));

		if (behind <= start || at >= nearest)
			continue;
		nearest = kd_max(at, start);
		*next = behind;
	}
	return nearest;
}

static uint64_t largest_hole(const struct kd_segment *placed, size_t n,
			     const struct kdump_range *region, uint64_t page_size)
{
	uint64_t start = region->start, end = region->end + 1, largest = 0, next;

	/* Each turn passes one segment at least. */
	for (size_t i = 0; i <= n && start < end; i++) {
		largest = kd_max(largest,
				 piece_end(placed, n, start, end, page_size, &next) - start);
		start = next;
	}
	return largest;
}

/* Would it have a place if it might lie anywhere? */
static bool fits_above(const struct kd_segment *segments, size_t n,
		       const struct kdump_range *region, uint64_t page_size)
{
	struct kd_segment trial[KD_SEGMENTS_MAX];

	if (!segments[n].max)
		return false;
	memcpy(trial, segments, (n + 1) * sizeof(*trial));
	trial[n].max = 0;
	return !kd_place(trial, n + 1, region, page_size);
}

bool kd_room_lacks(struct kd_segment *segments, size_t n, const struct kdump_range *region,
		   uint64_t page_size, struct kd_room *ret)
{
	const struct kd_segment *lacking = n > KD_SEGMENTS_MAX
		? NULL : kd_place(segments, n, region, page_size);
	size_t i;

	if (!lacking)
		return false;
	i = (size_t)(lacking - segments);
	*ret = (struct kd_room){
		.lacking = lacking,
		.have = kd_range_bytes(region),
		.hole = largest_hole(segments, i, region, page_size),
		.above = fits_above(segments, i, region, page_size),
		.need = kd_place_least(segments, n, region->start, page_size),
	};
	return true;
}

void kd_room_explain(const struct kd_room *room, struct kd_text *text, struct kd_text *advice)
{
	char have[KD_SIZE_TEXT], need[KD_SIZE_TEXT], hole[KD_SIZE_TEXT], size[KD_SIZE_TEXT];
	char limit[KD_SIZE_TEXT];

	kd_size_text(room->have, have);
	kd_size_text(room->lacking->size, size);
	kd_size_text(room->hole, hole);
	if (room->above) {
		kd_text_set(text, "main lies above the limit of the %s, which has to lie below %s",
			    room->lacking->name,
			    kd_size_text(kd_add(room->lacking->max, 1), limit));
		kd_text_set(advice, "reserve memory below it at the next boot, without ,high");
		return;
	}
	kd_text_set(text, "main has %s, loading this image needs ", have);
	if (room->need)
		kd_text_append(text, "%s: ", kd_size_text(room->need, need));
	else
		kd_text_append(text, "more: ");
	kd_text_append(text, "the %s takes %s, the largest hole left has %s",
		       room->lacking->name, size, hole);
	if (room->hole >= room->lacking->size)
		kd_text_append(text, ", but no place of it suits its alignment");
	if (room->need)
		kd_text_set(advice, "reserve at least %s at the next boot, or use a smaller "
			    "initramfs", need);
	else
		kd_text_set(advice, "reserve more at the next boot, or use a smaller initramfs");
}
