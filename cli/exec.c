/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
#include <errno.h>
#include <unistd.h>

#include "privs.h"
#include "run.h"

/* Nothing of the caller's environment: what these scripts do must not depend on it. */
int run_exec(const char *const *argv)
{
	static char path[] = "PATH=/usr/sbin:/usr/bin:/sbin:/bin", locale[] = "LC_ALL=C.UTF-8";
	char *env[] = { path, locale, NULL };
	int ret = privs_pass_on();

	if (ret)
		return ret;
	if (chdir("/"))
		return -errno;
	execve(argv[0], (char *const *)argv, env);
	return -errno;
}
