/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "run.h"

#define OUTPUT_KEPT 16384	/* the end of it says why */
#define NOEXEC_SEAL 8u		/* MFD_NOEXEC_SEAL of include/uapi/linux/memfd.h */

/* vm.memfd_noexec=2 refuses others; before 6.3 the flag is not known (mm/memfd.c). */
int run_memfd(const char *name)
{
	int fd = memfd_create(name, MFD_CLOEXEC | NOEXEC_SEAL);

	if (fd < 0 && errno == EINVAL)
		fd = memfd_create(name, MFD_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

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

/* ---- the child ---- */

/*
 * What is blocked or ignored is ours: see session.h.  A tool that asks the terminal all
 * the same is answered with an error, and not stopped for ever.
 */
void run_reset_signals(void)
{
	struct sigaction action = { .sa_handler = SIG_DFL };
	sigset_t none;

	for (int sig = 1; sig < NSIG; sig++)
		if (sig != SIGKILL && sig != SIGSTOP)
			sigaction(sig, &action, NULL);
	action.sa_handler = SIG_IGN;
	sigaction(SIGTTIN, &action, NULL);
	sigaction(SIGTTOU, &action, NULL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

/* All that we open closes itself; this is for what we were started with. */
void run_close_others(void)
{
	if (!syscall(SYS_close_range, 3U, ~0U, CLOSE_RANGE_CLOEXEC))
		return;
	/* A kernel before 5.11. */
	for (int fd = 3; fd < 1024; fd++) {
		int flags = fcntl(fd, F_GETFD);

		if (flags >= 0)
			fcntl(fd, F_SETFD, flags | FD_CLOEXEC);
	}
}

int run_take_places(int output, int errors)
{
	int null = open("/dev/null", O_RDONLY);

	if (null < 0 || dup2(null, 0) < 0 || dup2(output, 1) < 0 || dup2(errors, 2) < 0)
		return -errno;
	return 0;
}

/*
 * A process group of its own: a key stroke is for us, who wait with it until all is done
 * or put back.  @told takes the reason if it does not come to be the tool.
 */
static void become_tool(const char *const *argv, int output, int told, pid_t parent)
{
	int ret;

	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(127);
	run_reset_signals();
	umask(022);
	ret = run_take_places(output, output);
	run_close_others();
	if (!ret)
		ret = run_exec(argv);
	if (write(told, &ret, sizeof(ret)) < 0)
		_exit(126);
	_exit(127);
}

/* ---- the parent ---- */

static int wait_for(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	return status;
}

/* 0 once it is the tool, else why it is not. */
int run_hear(int told)
{
	int reason = 0;
	ssize_t n;

	do
		n = read(told, &reason, sizeof(reason));
	while (n < 0 && errno == EINTR);
	return n == sizeof(reason) ? reason : 0;
}

static int start(const char *const *argv, int output, pid_t *pid)
{
	/* Where we were started with it ignored nobody would tell how the tool ended. */
	struct sigaction reaped = { .sa_handler = SIG_DFL };
	pid_t self = getpid();
	int told[2], ret;

	if (pipe2(told, O_CLOEXEC))
		return -errno;
	sigaction(SIGCHLD, &reaped, NULL);
	*pid = fork();
	ret = *pid < 0 ? -errno : 0;
	if (!*pid)
		become_tool(argv, output, told[1], self);
	close(told[1]);
	if (!ret)
		ret = run_hear(told[0]);
	close(told[0]);
	return ret;
}

void run_tool(struct kdump_apply *apply)
{
	const char *const *argv = kdump_apply_get_argv(apply);
	char text[OUTPUT_KEPT + 1] = "";
	int fd = run_memfd("output"), status, ended = 0;
	pid_t pid = -1;

	status = fd < 0 ? fd : start(argv, fd, &pid);
	if (pid > 0)
		ended = wait_for(pid);
	if (!status) {
		status = ended;
		read_end(fd, text);
	}
	if (fd >= 0)
		close(fd);
	kdump_apply_ran(apply, status, text);
}
