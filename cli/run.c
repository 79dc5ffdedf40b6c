/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "run.h"

#define OUTPUT_KEPT 16384	/* the end of it says why */

/*
 * The end of what it wrote, as text.  It goes to a file in memory, not a pipe: what
 * the tool leaves running in the background could keep that open for ever.
 */
static void read_end(int fd, char text[OUTPUT_KEPT + 1])
{
	off_t size = lseek(fd, 0, SEEK_END);
	off_t from = size > OUTPUT_KEPT ? size - OUTPUT_KEPT : 0;
	ssize_t n = pread(fd, text, OUTPUT_KEPT, from);

	if (n < 0)
		n = 0;
	for (ssize_t i = 0; i < n; i++)
		if (!text[i])
			text[i] = ' ';
	text[n] = '\0';
}

static int prepare_files(posix_spawn_file_actions_t *files, int output)
{
	int err = posix_spawn_file_actions_addopen(files, 0, "/dev/null", O_RDONLY, 0);

	if (!err)
		err = posix_spawn_file_actions_adddup2(files, output, 1);
	if (!err)
		err = posix_spawn_file_actions_adddup2(files, output, 2);
	if (!err)
		err = posix_spawn_file_actions_addchdir_np(files, "/");
	return err;
}

/*
 * A key stroke is for us, who wait with it until all is done or put back; a tool
 * that was stopped in the middle would have to be put back.
 */
static int prepare_signals(posix_spawnattr_t *attr)
{
	sigset_t none, defaults;
	int err;

	sigemptyset(&none);
	sigemptyset(&defaults);
	sigaddset(&defaults, SIGPIPE);
	err = posix_spawnattr_setflags(attr, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK |
				       POSIX_SPAWN_SETSIGDEF);
	if (!err)
		err = posix_spawnattr_setpgroup(attr, 0);
	if (!err)
		err = posix_spawnattr_setsigmask(attr, &none);
	if (!err)
		err = posix_spawnattr_setsigdefault(attr, &defaults);
	return err;
}

/* Nothing of the caller's environment: what these scripts do must not depend on it. */
static int spawn(const char *const *argv, int output, pid_t *pid)
{
	static char path[] = "PATH=/usr/sbin:/usr/bin:/sbin:/bin", locale[] = "LC_ALL=C.UTF-8";
	char *env[] = { path, locale, NULL };
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	int err;

	err = posix_spawn_file_actions_init(&files);
	if (err)
		return -err;
	err = posix_spawnattr_init(&attr);
	if (!err) {
		err = prepare_files(&files, output);
		if (!err)
			err = prepare_signals(&attr);
		if (!err)
			err = posix_spawn(pid, argv[0], &files, &attr, (char *const *)argv, env);
		posix_spawnattr_destroy(&attr);
	}
	posix_spawn_file_actions_destroy(&files);
	return -err;
}

static int wait_for(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	return status;
}

void run_tool(struct kdump_apply *apply)
{
	const char *const *argv = kdump_apply_get_argv(apply);
	char text[OUTPUT_KEPT + 1] = "";
	int fd = memfd_create("output", MFD_CLOEXEC), status;
	pid_t pid = 0;

	status = fd < 0 ? -errno : spawn(argv, fd, &pid);
	if (!status) {
		status = wait_for(pid);
		read_end(fd, text);
	}
	if (fd >= 0)
		close(fd);
	kdump_apply_ran(apply, status, text);
}
