/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* The record of a crash kernel in an estimate: see observed.h. */
#include "observed.h"

#include <stdio.h>

/*
 * The memory that a crash kernel is given lacks the elfcorehdr, which main must
 * hold as well, and has the low 640 KiB besides
 * (arch/x86/kernel/crash.c:crash_setup_memmap_entries()).  These are not taken
 * off: a peak between two looks may have been that much higher.
 */
uint64_t kd_observed_need(const struct kd_observed *observed, uint64_t elfcorehdr)
{
	return kd_add(kd_sub_floor(observed->ram, observed->lowest), elfcorehdr);
}

bool kd_observed_fits(const struct kd_observed *observed, const struct kdump_image *image)
{
	int64_t built = image->initramfs.id.mtime;

	return kd_streq(observed->release, image->sums.kernel.release) &&
	       (built < 0 || (uint64_t)built <= observed->time);
}

void kd_observed_apply(struct kdump_estimate *est, const struct kd_observed *observed,
		       uint64_t elfcorehdr)
{
	char ram[KD_SIZE_TEXT], lowest[KD_SIZE_TEXT], header[KD_SIZE_TEXT];
	struct kdump_part part = {
		.id = "observed", .title = "all that was in use while a dump was saved",
		.source = "the crash kernel's own record",
		.bytes = kd_observed_need(observed, elfcorehdr),
		.basis = KDUMP_BASIS_COMPUTED, .factor = { [KDUMP_WALL_DUMP] = 1 },
	};

	for (size_t i = 0; i < est->n_parts; i++)
		est->parts[i].factor[KDUMP_WALL_DUMP] = 0;
	snprintf(part.arithmetic, sizeof(part.arithmetic), "%s - %s + %s of elfcorehdr",
		 kd_size_text(observed->ram, ram), kd_size_text(observed->lowest, lowest),
		 kd_size_text(elfcorehdr, header));
	kd_estimate_add(est, &part);
}
