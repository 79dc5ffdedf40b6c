/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * The machine as a crash image knows it: where memory is and which CPUs there
 * are, as fingerprints to compare.  An image that was loaded with another
 * layout dumps what is no longer there, or not all that is.
 */
#ifndef KD_FACTS_LAYOUT_H
#define KD_FACTS_LAYOUT_H

#include "../core/sha256.h"
#include "snapshot.h"

/* "": not to be seen by this user, or of no account. */
struct kd_layout {
	char memory[KD_SHA256_HEX], cpus[KD_SHA256_HEX];
};

/* As an image would have it that is loaded by @call, not AUTO. */
void kd_layout_of(const struct kdump_snapshot *snap, enum kdump_syscall call,
		  struct kd_layout *ret);

enum kd_layout_change {
	KD_LAYOUT_SAME,			/* or nothing to compare with was recorded */
	KD_LAYOUT_MEMORY,
	KD_LAYOUT_CPUS,
	KD_LAYOUT_HIDDEN,		/* memory is, from this user */
};

enum kd_layout_change kd_layout_compare(const struct kd_layout *then,
					const struct kd_layout *now);

#endif
