/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
#include <errno.h>
#include <grp.h>
#include <linux/securebits.h>
#include <stdbool.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cap-ng.h>

#include "cmd.h"
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

int privs_keep_kill(void)
{
	if (capng_get_caps_process())
		return -EPERM;
	if (!capng_have_capability(CAPNG_PERMITTED, CAP_KILL))
		return 0;
	if (capng_update(CAPNG_ADD, CAPNG_EFFECTIVE, CAP_KILL))
		return -EPERM;
	return capng_apply(CAPNG_SELECT_CAPS) ? -EPERM : 0;
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

/* The kernel's own number for who is nobody (kernel/sys.c: overflowuid). */
#define NOBODY 65534

static int become_nobody(gid_t group)
{
	/* What a user namespace knows of no user, it answers with -EINVAL (kernel/sys.c). */
	if (setresgid(NOBODY, NOBODY, NOBODY))
		return errno == EINVAL ? 0 : -EPERM;
	if (setgroups(group ? 1 : 0, &group))
		return -EPERM;
	return setresuid(NOBODY, NOBODY, NOBODY) && errno != EINVAL ? -EPERM : 0;
}

/*
 * All files of the machine are root's, whatever it may do besides; and it would get all
 * capabilities again with the next program, but for SECBIT_NOROOT.
 */
int privs_drop(gid_t group)
{
	if (!privs_raise())
		prctl(PR_SET_SECUREBITS, SECBIT_NOROOT | SECBIT_NOROOT_LOCKED, 0, 0, 0);
	if (!getuid() || !geteuid()) {
		int ret = become_nobody(group);

		if (ret)
			return ret;
	}
	capng_clear(CAPNG_SELECT_CAPS);
	if (capng_apply(CAPNG_SELECT_CAPS))
		return -EPERM;
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	return 0;
}

/*
 * kexec; addresses in /proc/iomem; /proc/kcore, for segments; a lease on a file of
 * another user, and reading it.
 */
static const unsigned for_loading[] = {
	CAP_SYS_BOOT, CAP_SYS_ADMIN, CAP_SYS_RAWIO, CAP_LEASE, CAP_DAC_READ_SEARCH,
};

static bool is_for_loading(unsigned cap)
{
	for (size_t i = 0; i < ARRAY_SIZE(for_loading); i++)
		if (for_loading[i] == cap)
			return true;
	return false;
}

/* libcap-ng takes no number that this kernel does not know. */
static bool is_there(unsigned cap)
{
	return capng_have_capability(CAPNG_PERMITTED, cap) ||
	       capng_have_capability(CAPNG_BOUNDING_SET, cap) ||
	       capng_have_capability(CAPNG_INHERITABLE, cap);
}

int privs_keep_loading(void)
{
	capng_select_t sets = CAPNG_SELECT_CAPS;

	if (privs_raise() || capng_get_caps_process())
		return -EPERM;
	/* Who may not change the bounding set is bound by somebody else already. */
	if (capng_have_capability(CAPNG_EFFECTIVE, CAP_SETPCAP))
		sets = CAPNG_SELECT_BOTH;
	for (unsigned cap = 0; cap < 64; cap++)
		if (!is_for_loading(cap) && is_there(cap) &&
		    capng_update(CAPNG_DROP, CAPNG_EFFECTIVE | CAPNG_PERMITTED |
				 CAPNG_INHERITABLE | CAPNG_BOUNDING_SET, cap))
			return -EPERM;
	if (capng_apply(sets))
		return -EPERM;
	/* Nothing is run any more that could get something back. */
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	return privs_lower();
}
