/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Refusals that can be overridden: see force.h. */
#include "force.h"

#include <errno.h>

static const char *const ids[KD_FORCES] = {
	[KD_FORCE_TOO_SMALL] = "too-small",
	[KD_FORCE_NO_FALLBACK] = "no-fallback",
	[KD_FORCE_OTHER_OWNER] = "other-owner",
	[KD_FORCE_CMA_UNSUPPORTED] = "cma-unsupported",
	[KD_FORCE_UNKNOWN_NEED] = "unknown-need",
	[KD_FORCE_USER_PAGES] = "cma-needs-no-user-pages",
	[KD_FORCE_CMA_TOO_LARGE] = "cma-too-large",
	[KD_FORCE_WILL_NOT_FIT] = "will-not-fit",
	[KD_FORCE_NOT_CAPTURED] = "not-captured",
	[KD_FORCE_UNKNOWN_IMAGE] = "unknown-image",
	[KD_FORCE_FOLDER_NOT_SEEN] = "folder-not-seen",
};

const char *kd_force_id(enum kd_force force)
{
	return ids[force];
}

int kd_forces_add(struct kd_forces *forces, const char *id)
{
	for (unsigned i = 0; i < KD_FORCES; i++) {
		if (!kd_streq(ids[i], id))
			continue;
		forces->given[i] = true;
		return 0;
	}
	return -EINVAL;
}

const char *kd_forces_list(void)
{
	return "too-small, no-fallback, other-owner, cma-unsupported, unknown-need, "
	       "cma-needs-no-user-pages, cma-too-large, will-not-fit, not-captured, unknown-image, "
	       "folder-not-seen";
}
