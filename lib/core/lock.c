/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The crashctl developers */
/* The lock that every change takes: see root.h. */
#include "root.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>

#include "sys.h"

#define LOCK_PATH "/run/crashctl.lock"
#define LOCK_POLL_MS 50

static void write_holder(int fd)
{
	char text[16];
	int len = snprintf(text, sizeof(text), "%d\n", (int)kd_sys_getpid());

	/* Only for the message of one who waits: its failure changes nothing. */
	(void)kd_sys_write(fd, text, (size_t)len);
}

static int open_lock(struct kdump_ctx *ctx)
{
	const char *name;
	int dir, fd;

	dir = kd_root_open_parent(ctx, LOCK_PATH, &name);
	if (dir < 0)
		return dir;
	/* Who can open the file can lock it: no one but root may. */
	fd = kd_sys_open(dir, name, O_RDWR | O_CREAT | O_NOFOLLOW, 0600, 0);
	kd_sys_close(dir);
	return fd;
}

int kd_lock_take(struct kdump_ctx *ctx, int *ret)
{
	uint64_t deadline = kd_sys_monotonic_ms() + ctx->lock_timeout;
	int fd, err;

	fd = open_lock(ctx);
	if (fd == -EACCES)
		kd_advise(ctx, "run it as root");
	if (fd < 0)
		return kd_fail_id(ctx, -EIO, "lock-unusable", LOCK_PATH ": %s",
				  kd_errno_text(fd));
	while ((err = kd_sys_lock(fd)) == -EAGAIN && kd_sys_monotonic_ms() < deadline)
		kd_sys_sleep_ms(LOCK_POLL_MS);
	if (!err) {
		write_holder(fd);
		*ret = fd;
		return 0;
	}
	if (err == -EAGAIN) {
		err = kd_fail_id(ctx, -ETIMEDOUT, "locked",
				 "another crashctl (pid %d) is changing the crash kernel",
				 (int)kd_sys_lock_holder(fd));
		kd_advise(ctx, "wait until it has ended, then try again");
	} else {
		err = kd_fail_id(ctx, -EIO, "lock-unusable", LOCK_PATH ": %s",
				 kd_errno_text(err));
	}
	kd_sys_close(fd);
	return err;
}

void kd_lock_drop(int lock)
{
	kd_sys_close(lock);
}
