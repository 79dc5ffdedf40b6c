/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Which segment finds no place inside the reservation, and what there is in place of
 * one: numbers for whoever has to reserve more.
 */
#ifndef KD_DECIDE_ROOM_H
#define KD_DECIDE_ROOM_H

#include "../core/text.h"
#include "placement.h"

struct kd_room {
	const struct kd_segment *lacking;
	uint64_t have;			/* bytes of the reservation */
	uint64_t hole;			/* the largest that is free when its turn comes */
	uint64_t need;			/* the least that holds all; 0 not known */
	bool above;			/* it would fit, but only above its limit */
};

/* Places @segments as kd_place(); false: all have a place. */
bool kd_room_lacks(struct kd_segment *segments, size_t n, const struct kdump_range *region,
		   uint64_t page_size, struct kd_room *ret);

/* One sentence, one advice. */
void kd_room_explain(const struct kd_room *room, struct kd_text *text, struct kd_text *advice);

#endif
