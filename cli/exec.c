/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd.h"
#include "privs.h"
#include "run.h"

/* "NAME=value" out of the caller's environment; NULL. */
static char *inherited(const char *name)
{
	size_t len = strlen(name);

	for (char **e = environ; *e; e++)
		if (!strncmp(*e, name, len) && (*e)[len] == '=')
			return *e;
	return NULL;
}

/*
 * Nothing of the caller's environment but the language, as if they had run the tool
 * themselves: grub-mkconfig writes titles in it, and GRUB_DEFAULT may name one.
 */
int run_exec(const char *const *argv)
{
	static char path[] = "PATH=/usr/sbin:/usr/bin:/sbin:/bin";
	static const char *const language[] = { "LANG", "LANGUAGE", "LC_MESSAGES", "LC_ALL" };
	char *env[ARRAY_SIZE(language) + 2] = { path };
	int ret = privs_pass_on();
	size_t n = 1;

	if (ret)
		return ret;
	if (chdir("/"))
		return -errno;
	for (size_t i = 0; i < ARRAY_SIZE(language); i++) {
		env[n] = inherited(language[i]);
		n += env[n] != NULL;
	}
	execve(argv[0], (char *const *)argv, env);
	return -errno;
}

bool run_has_kvm(gid_t *group)
{
	int fd = open("/dev/kvm", O_RDWR | O_CLOEXEC);
	struct stat st;

	*group = 0;
	if (fd < 0)
		return false;
	if (!fstat(fd, &st) && (st.st_mode & (S_IRGRP | S_IWGRP)) == (S_IRGRP | S_IWGRP))
		*group = st.st_gid;
	close(fd);
	return true;
}
