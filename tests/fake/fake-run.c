/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * In place of cli/exec.c: programs are taken from the scratch folder, as files are,
 * which is their folder too, and are told where it is: KD_FAKE_ROOT.  Without one
 * nothing is run.  KVM is there where a dev/kvm is.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../../cli/run.h"
#include "fake.h"

pid_t __real_fork(void);
pid_t __wrap_fork(void);

pid_t __wrap_fork(void)
{
	int err;

	if (fake_hit("fork", &err) != FAKE_FAILS)
		return __real_fork();
	errno = -err;
	return -1;
}

int run_exec(const char *const *argv)
{
	static char path[] = "PATH=/usr/sbin:/usr/bin:/sbin:/bin", locale[] = "LC_ALL=C.UTF-8";
	const char *root = getenv("KD_FAKE_ROOT");
	char program[PATH_MAX], told[PATH_MAX];
	char *env[] = { path, locale, told, NULL };

	if (!root || fake_root() < 0)
		return -EROFS;
	snprintf(program, sizeof(program), "%s%s", root, argv[0]);
	snprintf(told, sizeof(told), "KD_FAKE_ROOT=%s", root);
	if (chdir(root))
		return -errno;
	execve(program, (char *const *)argv, env);
	return -errno;
}

bool run_has_kvm(gid_t *group)
{
	const char *root = getenv("KD_FAKE_ROOT");
	char path[PATH_MAX];

	*group = 0;
	snprintf(path, sizeof(path), "%s/dev/kvm", root ? root : "/nowhere");
	return !access(path, F_OK);
}
