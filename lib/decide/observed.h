/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * What a crash kernel's own record is worth: the most that was in use once its
 * init ran, so one of the walls and never the others.
 */
#ifndef KD_DECIDE_OBSERVED_H
#define KD_DECIDE_OBSERVED_H

#include "../parse/observed.h"
#include "estimate.h"

/* Bytes of main that the dump took. */
uint64_t kd_observed_need(const struct kd_observed *observed, uint64_t elfcorehdr);

/* Was it made by this kernel, with this initramfs? */
bool kd_observed_fits(const struct kd_observed *observed, const struct kdump_image *image);

/* Puts it in the place of every part that counts at the dump wall. */
void kd_observed_apply(struct kdump_estimate *est, const struct kd_observed *observed,
		       uint64_t elfcorehdr);

#endif
