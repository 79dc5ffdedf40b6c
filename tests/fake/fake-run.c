/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/*
 * Programs are taken from the scratch folder, as files are, and are told where it
 * is: KD_FAKE_ROOT.  Without one nothing is run.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>

#include "fake.h"

int __real_posix_spawn(pid_t *pid, const char *path, const posix_spawn_file_actions_t *files,
		       const posix_spawnattr_t *attr, char *const argv[], char *const env[]);
int __wrap_posix_spawn(pid_t *pid, const char *path, const posix_spawn_file_actions_t *files,
		       const posix_spawnattr_t *attr, char *const argv[], char *const env[]);

int __wrap_posix_spawn(pid_t *pid, const char *path, const posix_spawn_file_actions_t *files,
		       const posix_spawnattr_t *attr, char *const argv[], char *const env[])
{
	const char *root = getenv("KD_FAKE_ROOT");
	char program[PATH_MAX], told[PATH_MAX];
	char *more[16];
	size_t n = 0;
	int err;

	if (!root || fake_root() < 0)
		return EROFS;
	if (fake_hit("spawn", &err) == FAKE_FAILS)
		return -err;
	snprintf(program, sizeof(program), "%s%s", root, path);
	snprintf(told, sizeof(told), "KD_FAKE_ROOT=%s", root);
	while (env[n] && n < 14) {
		more[n] = env[n];
		n++;
	}
	more[n++] = told;
	more[n] = NULL;
	return __real_posix_spawn(pid, program, files, attr, argv, more);
}
