/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Which refusals can be overridden by name, and the set of those that a caller
 * has named.  Only what is listed here can be forced; there is no "all".
 */
#ifndef KD_DECIDE_FORCE_H
#define KD_DECIDE_FORCE_H

#include "../core/base.h"

enum kd_force {
	KD_FORCE_TOO_SMALL,		/* less than the crash kernel needs */
	KD_FORCE_NO_FALLBACK,		/* no verified copy of what is loaded */
	KD_FORCE_OTHER_OWNER,		/* another tool keeps the image here */
	KD_FORCE_CMA_UNSUPPORTED,	/* a kernel that boots with it has no ,cma */
	KD_FORCE_UNKNOWN_NEED,		/* nothing can be estimated */
	KD_FORCE_USER_PAGES,		/* CMA keeps them out of a dump that is to hold them */
	KD_FORCE_CMA_TOO_LARGE,		/* too little is left outside of it */
	KD_FORCE_WILL_NOT_FIT,		/* in the memory that is seen now */
	KD_FORCE_NOT_CAPTURED,		/* a panic on purpose would be lost */
	KD_FORCE_UNKNOWN_IMAGE,		/* or prove nothing of what is loaded */
	KD_FORCE_FOLDER_NOT_SEEN,	/* or leave a dump that may have been there before */
	KD_FORCES
};

struct kd_forces {
	bool given[KD_FORCES];
};

const char *kd_force_id(enum kd_force force);

/* -EINVAL: no refusal of that identifier can be overridden. */
int kd_forces_add(struct kd_forces *forces, const char *id);

/* "too-small, no-fallback, …" for the message of an unknown one. */
const char *kd_forces_list(void);

#endif
