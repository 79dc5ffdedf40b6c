/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * What no file tells of a kernel: how much it allocates for itself while it
 * boots, as found by trying, with the spread of what was found.
 */
#ifndef KD_DECIDE_CALIBRATION_H
#define KD_DECIDE_CALIBRATION_H

#include "../arch/arch.h"

/* A constant found by trying: bytes. */
struct kd_measured {
	uint64_t mean, low, high, sigma;
};

struct kd_calibration {
	struct kd_measured boot;	/* allocated until the initramfs is unpacked */
	struct kd_measured early;	/* that part before the root tmpfs is sized */
	struct kd_measured started_less; /* of init_size, what is not resident */
	bool known;			/* this kernel was measured, not only others */
	const char *source;
};

/* By the release in the image ("" unknown). */
const struct kd_calibration *kd_calibration_find(const struct kd_arch *arch,
						 const char *release);

#endif
