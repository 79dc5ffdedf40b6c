/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* The kexec system calls, and what is asked of files on their behalf: see sys.h. */
#define _GNU_SOURCE
#include "sys.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/kexec.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

int kd_sys_kexec_file_load(int kernel, int initramfs, const char *cmdline, size_t len,
			   unsigned long flags)
{
#ifdef SYS_kexec_file_load
	long r = syscall(SYS_kexec_file_load, kernel, initramfs, len, cmdline, flags);

	return r < 0 ? -errno : 0;
#else
	(void)kernel, (void)initramfs, (void)cmdline, (void)len, (void)flags;
	return -ENOSYS;
#endif
}

int kd_sys_kexec_load(uint64_t entry, size_t n, const struct kexec_segment *segments,
		      unsigned long flags)
{
	long r = syscall(SYS_kexec_load, (unsigned long)entry, (unsigned long)n, segments,
			 flags | KEXEC_ARCH_DEFAULT);

	return r < 0 ? -errno : 0;
}

/*
 * kexec_load() with no segments unloads, whichever call did the load, on
 * kernels without kexec_file_load too (kernel/kexec.c:do_kexec_load()).  It is
 * refused under lockdown, where the file call is not.
 */
int kd_sys_kexec_unload_crash(void)
{
	long r = -1;

#ifdef SYS_kexec_file_load
	r = syscall(SYS_kexec_file_load, -1, -1, 0UL, NULL,
		    (unsigned long)(KEXEC_FILE_UNLOAD | KEXEC_FILE_ON_CRASH));
	if (r < 0 && errno != ENOSYS)
		return -errno;
#endif
	if (r < 0)
		r = syscall(SYS_kexec_load, 0UL, 0UL, NULL, (unsigned long)KEXEC_ON_CRASH);
	return r < 0 ? -errno : 0;
}

/*
 * kexec_file_load() answers ETXTBSY where anyone has the file open for writing
 * (fs/kernel_read_file.c), after the old image is gone.  A read lease
 * is refused under the same condition (fs/locks.c:check_conflicting_open()) and
 * costs nothing.  Its break signal would be SIGIO, which kills; SIGURG does not.
 */
int kd_sys_has_writer(int fd)
{
	bool held = fcntl(fd, F_GETLEASE) == F_RDLCK;
	int err = held ? 0 : kd_sys_hold(fd);

	if (!held && !err)
		kd_sys_let_go(fd);
	return err == -EAGAIN ? 1 : err;
}

int kd_sys_hold(int fd)
{
	if (fcntl(fd, F_SETSIG, SIGURG) || fcntl(fd, F_SETLEASE, F_RDLCK))
		return -errno;
	return 0;
}

void kd_sys_let_go(int fd)
{
	fcntl(fd, F_SETLEASE, F_UNLCK);
}
