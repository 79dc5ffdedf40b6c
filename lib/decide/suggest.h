/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* What would make the crash kernel need less, and by how much: estimates of what is not so. */
#ifndef KD_DECIDE_SUGGEST_H
#define KD_DECIDE_SUGGEST_H

#include "estimate.h"

/* Fills est->suggestions, by estimating again with what would be different. */
void kd_suggest(const struct kdump_image *image, const struct kd_estimate_machine *machine,
		struct kdump_estimate *est);

#endif
