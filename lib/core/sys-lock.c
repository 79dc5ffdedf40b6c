/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Locks, clocks and what the process itself is: see sys.h. */
#define _GNU_SOURCE
#include "sys.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

int kd_sys_lock(int fd)
{
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };

	if (!fcntl(fd, F_OFD_SETLK, &lock))
		return 0;
	return errno == EACCES ? -EAGAIN : -errno;
}

int kd_sys_lock_is_held(int fd)
{
	struct flock lock = { .l_type = F_RDLCK, .l_whence = SEEK_SET };

	if (fcntl(fd, F_OFD_GETLK, &lock))
		return -errno;
	return lock.l_type != F_UNLCK;
}

/*
 * F_OFD_GETLK cannot name the holder of an open-file-description lock (its pid
 * is -1), so the holder writes its pid into the file: root.h, kd_lock_take().
 */
pid_t kd_sys_lock_holder(int fd)
{
	char text[16] = "";
	pid_t pid = 0;

	if (pread(fd, text, sizeof(text) - 1, 0) <= 0)
		return 0;
	for (const char *c = text; *c >= '0' && *c <= '9' && pid < 100000000; c++)
		pid = 10 * pid + (*c - '0');
	return pid;
}

pid_t kd_sys_getpid(void)
{
	return getpid();
}

uint64_t kd_sys_monotonic_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

int64_t kd_sys_time(void)
{
	return time(NULL);
}

void kd_sys_sleep_ms(unsigned ms)
{
	struct timespec wait = { ms / 1000, (long)(ms % 1000) * 1000000 };

	while (nanosleep(&wait, &wait) && errno == EINTR)
		;
}

uint64_t kd_sys_page_size(void)
{
	long size = sysconf(_SC_PAGESIZE);

	return size > 0 ? (uint64_t)size : 4096;
}

void kd_sys_machine(char *ret, size_t size)
{
	struct utsname uts;

	*ret = '\0';
	if (!uname(&uts) && strlen(uts.machine) < size)
		memcpy(ret, uts.machine, strlen(uts.machine) + 1);
}
