/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Is the file that the running kernel was booted from still of the same build?
 * A distribution rebuilds a kernel under the release it had, and installs it over the
 * one that runs.
 */
#ifndef KD_FACTS_BUILD_H
#define KD_FACTS_BUILD_H

#include "snapshot.h"

enum kd_build_state {
	KD_BUILD_UNKNOWN,		/* no such file, or one that does not say */
	KD_BUILD_SAME,
	KD_BUILD_REPLACED,
};

struct kd_build {
	enum kd_build_state state;
	char path[256];			/* of the file that was looked at */
};

/* Of a bzImage, which says it in its first bytes; in any other it lies compressed. */
void kd_build_read(struct kdump_ctx *ctx, const struct kdump_snapshot *snap,
		   struct kd_build *ret);

#endif
