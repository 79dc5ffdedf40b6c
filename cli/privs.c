/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
#include <errno.h>
#include <stdbool.h>
#include <unistd.h>

#include <cap-ng.h>

#include "privs.h"

/* libcap-ng's return values are the numbers of its steps, no errno. */
static int set_effective(bool raise)
{
	if (capng_get_caps_process())
		return -EPERM;
	/* The kernel may know more capabilities, or fewer, than the headers. */
	for (unsigned cap = 0; cap < 64; cap++) {
		if (!capng_have_capability(CAPNG_PERMITTED, cap))
			continue;
		if (capng_update(raise ? CAPNG_ADD : CAPNG_DROP, CAPNG_EFFECTIVE, cap))
			return -EPERM;
	}
	return capng_apply(CAPNG_SELECT_CAPS) ? -EPERM : 0;
}

int privs_lower(void)
{
	return set_effective(false);
}

int privs_raise(void)
{
	return set_effective(true);
}

int privs_pass_on(void)
{
	if (!geteuid())
		return 0;
	if (capng_get_caps_process())
		return -EPERM;
	for (unsigned cap = 0; cap < 64; cap++) {
		if (!capng_have_capability(CAPNG_PERMITTED, cap))
			continue;
		if (capng_update(CAPNG_ADD, CAPNG_EFFECTIVE | CAPNG_INHERITABLE |
				 CAPNG_AMBIENT, cap))
			return -EPERM;
	}
	return capng_apply(CAPNG_SELECT_CAPS | CAPNG_SELECT_AMBIENT) ? -EPERM : 0;
}
