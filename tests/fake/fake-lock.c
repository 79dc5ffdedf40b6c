/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* Locks as they are; a clock that only moves when somebody waits; one machine. */
#define _GNU_SOURCE
#include "../../lib/core/sys.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fake.h"

#define FAKE_TIME 1767225600	/* the first second of 2026, for what is recorded */

int kd_sys_lock(int fd)
{
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	int fault;

	if (fake_hit("lock", &fault) == FAKE_FAILS)
		return fault;
	if (!fcntl(fd, F_OFD_SETLK, &lock))
		return 0;
	return errno == EACCES ? -EAGAIN : -errno;
}

int kd_sys_lock_is_held(int fd)
{
	struct flock lock = { .l_type = F_RDLCK, .l_whence = SEEK_SET };
	int fault;

	if (fake_hit("lock_is_held", &fault) == FAKE_FAILS)
		return fault;
	if (fcntl(fd, F_OFD_GETLK, &lock))
		return -errno;
	return lock.l_type != F_UNLCK;
}

pid_t kd_sys_lock_holder(int fd)
{
	char text[16] = "";
	ssize_t n = pread(fd, text, sizeof(text) - 1, 0);

	return n > 0 ? (pid_t)strtol(text, NULL, 10) : 0;
}

pid_t kd_sys_getpid(void)
{
	return getpid();
}

uint64_t kd_sys_monotonic_ms(void)
{
	return fake_now();
}

int64_t kd_sys_time(void)
{
	return FAKE_TIME;
}

void kd_sys_sleep_ms(unsigned ms)
{
	fake_advance(ms);
}

uint64_t kd_sys_page_size(void)
{
	return 4096;
}

void kd_sys_machine(char *ret, size_t size)
{
	const char *name = fake_machine();

	*ret = '\0';
	if (strlen(name) < size)
		strcpy(ret, name);
}
